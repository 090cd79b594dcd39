"""What is done in step 4: sites and providers ranked, sites chosen, landings followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from technopole.landing.engine import fit, modes, providers
from technopole.landing.models import Landing, LocationEvent, SiteChoice, SiteStatus
from technopole.parties.actions import Refused, action
from technopole.parties.models import Organisation, User, audit
from technopole.pipeline.gates import gate
from technopole.pipeline.models import Result, Stage, TransferProject
from technopole.pipeline.services import advance
from technopole.records import clock
from technopole.resources.facilities.models import Provider
from technopole.resources.sites.models import District, Site
from technopole.wording import Reason

# A site can only be reached through the ones before it; refused may come at any time before it is built.
ORDER = [
    SiteStatus.SHORTLISTED,
    SiteStatus.VISITED,
    SiteStatus.OFFERED,
    SiteStatus.SIGNED,
    SiteStatus.BUILT,
    SiteStatus.PRODUCING,
]
SETTLED = (SiteStatus.BUILT, SiteStatus.PRODUCING)
COMMITTED = (SiteStatus.SIGNED, *SETTLED)


def site_offer(site: Site) -> fit.SiteOffer:
    """A site as the fit engine sees it."""
    return fit.SiteOffer(
        key=str(site.pk),
        name=_names(site),
        district=site.district_id,
        sectors=tuple(site.sectors),
        free_m2=site.free_m2,
        min_unit_m2=site.min_unit_m2,
        floor_load_kn_m2=float(site.floor_load_kn_m2),
        ceiling_m=float(site.ceiling_m),
        clean_class=fit.CleanClass(site.clean_class),
        gmp=site.gmp,
        bsl=site.bsl,
        power_kva=site.power_kva,
        eia_max=fit.EiaClass(site.eia_max),
        hazardous=site.hazardous,
        animal=site.animal,
        pilot_line=site.pilot_line or "none",
        rent_yuan_m2_month=site.rent_yuan_m2_month,
        policies=tuple(site.policies),
    )


def requirements_of(result: Result) -> fit.Requirements:
    """What the result asks of a site; what it does not say stays unknown and is asked."""
    said = {name: value for name, value in result.requirements.items() if value is not None}
    converted: dict[str, Any] = {
        "clean_class": fit.CleanClass,
        "eia": fit.EiaClass,
        "budget_yuan_m2_month": lambda value: Decimal(str(value)),
        "preferred_districts": tuple,
    }
    known = {field.name for field in fields(fit.Requirements)}
    values = {name: converted.get(name, _as_is)(value) for name, value in said.items() if name in known}
    return fit.Requirements(**{"sector": result.sector or None, **values})


def _as_is(value: Any) -> Any:
    return value


def sites_for(project: TransferProject, user: Any) -> list[tuple[Site, fit.SiteFit]]:
    """Every site the user may see, ranked for the project: hard limits first, then fit."""
    return rank_for(project.result, Site.objects.visible_to(user).select_related("district"))


def rank_for(result: Result, sites: Iterable[Site]) -> list[tuple[Site, fit.SiteFit]]:
    """The given sites ranked for a result."""
    by_key = {str(site.pk): site for site in sites}
    offers = [site_offer(site) for site in by_key.values()]
    return [
        (by_key[found.site], found)
        for found in fit.rank_sites(requirements_of(result), offers, clock.today())
    ]


def service_needs(result: Result) -> list[providers.ServiceNeed]:
    """The services that a result asks for; each entry is a kind and capability words."""
    needs = []
    for entry in result.services_needed:
        kind, _, words = str(entry).partition(" ")
        needs.append(
            providers.ServiceNeed(
                kind=providers.ProviderKind(kind),
                sector=result.sector or None,
                certifications=(),
                words=tuple(words.split()),
            )
        )
    return needs


def providers_for(
    project: TransferProject, user: Any
) -> list[tuple[providers.ServiceNeed, list[tuple[Provider, providers.ProviderFit]]]]:
    """For each service the result needs, every provider the user may see, best first."""
    rows = {str(row.pk): row for row in Provider.objects.visible_to(user).select_related("organisation")}
    offers = [
        providers.ProviderOffer(
            key=key,
            name=_names(row.organisation),
            kind=providers.ProviderKind(row.kind),
            sectors=tuple(row.sectors),
            certifications=tuple(row.certifications),
            capabilities=f"{row.capabilities_zh} {row.capabilities_en}",
            district=row.district,
            lead_weeks=row.lead_weeks,
        )
        for key, row in rows.items()
    ]
    today = clock.today()
    return [
        (need, [(rows[found.provider], found) for found in providers.rank_providers(need, offers, today)])
        for need in service_needs(project.result)
    ]


@action("landing.site", TransferProject)
def choose_site(
    project: TransferProject, *, by: User, site: Site, status: str, note_zh: str = "", note_en: str = ""
) -> SiteChoice:
    """Take a site one step further for a project, or refuse it with a reason.

    Raises
    ------
    Refused
        The site fails a hard requirement (every blocker is named), the step skips one before it,
        or a refusal says no reason.
    """
    if project.stage not in (Stage.LANDING, Stage.CLOSED):
        raise Refused(Reason("landing.wrong_stage", {"docket": project.docket}))
    choice = SiteChoice.objects.filter(project=project, site=site).first()
    reached = ORDER.index(SiteStatus(choice.status)) if choice and choice.status in ORDER else -1
    found = rank_for(project.result, [site])[0][1]
    if status == SiteStatus.REFUSED:
        if reached >= ORDER.index(SiteStatus.BUILT):
            raise Refused(Reason("landing.already_built"))
        if not (note_zh.strip() or note_en.strip() or found.blockers):
            raise Refused(Reason("pipeline.reason_missing"))
    else:
        _require_step(SiteStatus(status), reached, found, site)
    choice = choice or SiteChoice(
        project=project, site=site, is_sample=project.is_sample, level=project.level
    )
    choice.status, choice.since = status, clock.today()
    choice.eligible = found.eligible
    choice.reasons = [reason.as_dict() for reason in (*found.blockers, *found.reasons)]
    choice.note_zh, choice.note_en = note_zh, note_en
    choice.save()
    _after_step(project, choice, by)
    return choice


def _require_step(status: SiteStatus, reached: int, found: fit.SiteFit, site: Site) -> None:
    step = ORDER.index(status)
    if step > reached + 1:
        raise Refused(Reason("landing.step_skipped", {"missing": ORDER[reached + 1], "site": _names(site)}))
    if step <= reached:
        raise Refused(Reason("landing.step_already_done", {"step": status, "site": _names(site)}))
    # From the signature on the space is the project's own; before it, it must still fit.
    if reached < ORDER.index(SiteStatus.SIGNED) and found.blockers:
        raise Refused(*found.blockers)


def _names(record: Any) -> dict[str, str]:
    return {"zh": record.text("name", "zh"), "en": record.text("name", "en")}


def _after_step(project: TransferProject, choice: SiteChoice, by: User) -> None:
    if choice.status == SiteStatus.SIGNED:
        area = int(project.result.requirements.get("area_m2") or 0)
        site = Site.objects.select_for_update().get(pk=choice.site_id)
        site.free_m2 -= min(area, site.free_m2)
        site.save()
    if choice.status in SETTLED and project.stage == Stage.LANDING:
        advance(project, by=by)
    audit(by, "landing.site", project, site=str(choice.site_id), status=choice.status)


@gate(Stage.LANDING)
def site_built(project: TransferProject) -> list[Reason]:
    """A project has landed when a site is built or producing."""
    if project.site_choices.filter(status__in=SETTLED).exists():
        return []
    return [Reason("landing.nothing_built", {"docket": project.docket})]


@action("landing.open", Landing)
def open_landing(
    landing: Landing,
    *,
    by: User,
    company: Organisation,
    origin: str,
    name_zh: str = "",
    name_en: str = "",
    project: TransferProject | None = None,
) -> Landing:
    """Begin to follow where a project or firm settles."""
    landing.company, landing.origin, landing.project = company, origin, project
    landing.name_zh = name_zh or company.name_zh
    landing.name_en = name_en or company.name_en
    landing.save()
    return landing


@action("landing.event", Landing)
def record_event(
    landing: Landing,
    *,
    by: User,
    event: str,
    happened_on: date | None,
    district: District | None = None,
    site: Site | None = None,
    note_zh: str = "",
    note_en: str = "",
) -> LocationEvent:
    """Add an event to a landing's location history."""
    if happened_on is not None and happened_on > clock.today():
        raise Refused(Reason("landing.event_in_future", {"on": happened_on.isoformat()}))
    made = LocationEvent(
        landing=landing,
        event=event,
        happened_on=happened_on,
        district=district or (site.district if site else None),
        site=site,
        note_zh=note_zh,
        note_en=note_en,
        is_sample=landing.is_sample,
        level=landing.level,
    )
    made.save()
    return made


def mode_of(landing: Landing) -> modes.Derived:
    """The landing mode that the location history shows, or undetermined and why.

    A history with an event in a place that nobody knows is undetermined: that event could be the
    one that decides. The engine says the same of an event without a date.
    """
    rows = list(landing.events.all())
    unknown = [row for row in rows if not row.district_id]
    if unknown:
        return modes.Derived(
            modes.Mode.UNDETERMINED, Reason("landing.mode_unknown_event", {"count": len(unknown)}), ()
        )
    events = [
        modes.Event(
            on=event.happened_on,
            kind=modes.EventKind(event.event),
            district=event.district_id or "",
            park=str(event.site) if event.site else "",
        )
        for event in rows
    ]
    return modes.mode_of(events, modes.Origin(landing.origin))
