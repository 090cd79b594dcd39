"""What is done in step 4: sites and providers ranked, sites chosen, landings followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from technopole.landing.engine import fit, modes
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
SITE_FACTS = (
    "free_m2 min_unit_m2 floor_load_kn_m2 ceiling_m clean_class gmp bsl power_kva eia_max hazardous animal"
    " pilot_line rent_yuan_m2_month"
).split()


def site_facts(site: Site) -> fit.SiteFacts:
    """A site as the fit engine sees it."""
    return fit.SiteFacts(
        key=str(site.pk),
        name={"zh": site.text("name", "zh"), "en": site.text("name", "en")},
        district=site.district_id,
        sectors=tuple(site.sectors),
        policies=tuple(site.policies),
        **{name: getattr(site, name) for name in SITE_FACTS},
    )


def requirements_of(result: Result) -> fit.Requirements:
    """What the result asks of a site; what it does not say is unknown."""
    return fit.Requirements.from_mapping({**result.requirements, "sector": result.sector})


def sites_for(project: TransferProject, user: Any) -> list[tuple[Site, fit.SiteFit]]:
    """Every site the user may see, ranked for the project: hard limits first, then fit."""
    sites = {str(site.pk): site for site in Site.objects.visible_to(user).select_related("district")}
    ranked = fit.rank_sites(requirements_of(project.result), [site_facts(site) for site in sites.values()], clock.today())
    return [(sites[found.site], found) for found in ranked]


def providers_for(project: TransferProject, user: Any) -> list[tuple[Provider, fit.ProviderFit]]:
    """Every provider the user may see, ranked for the services that the result needs."""
    rows = {str(row.pk): row for row in Provider.objects.visible_to(user).select_related("organisation")}
    facts = [
        fit.ProviderFacts(
            key=key,
            name={"zh": row.organisation.text("name", "zh"), "en": row.organisation.text("name", "en")},
            kind=row.kind,
            capabilities=f"{row.capabilities_zh} {row.capabilities_en}",
            sectors=tuple(row.sectors),
            certifications=tuple(row.certifications),
            district=row.district,
            lead_weeks=row.lead_weeks,
        )
        for key, row in rows.items()
    ]
    wanted = fit.ServiceNeeds.from_list(project.result.services_needed, project.result.sector)
    return [(rows[found.provider], found) for found in fit.rank_providers(wanted, facts, clock.today())]


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
    found = fit.rank_sites(requirements_of(project.result), [site_facts(site)], clock.today())[0]
    if status == SiteStatus.REFUSED:
        if reached >= ORDER.index(SiteStatus.BUILT):
            raise Refused(Reason("landing.already_built"))
        if not (note_zh.strip() or note_en.strip() or found.blockers):
            raise Refused(Reason("pipeline.reason_missing"))
    else:
        _require_step(SiteStatus(status), reached, found, site)
    choice = choice or SiteChoice(project=project, site=site, is_sample=project.is_sample, level=project.level)
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


def mode_of(landing: Landing) -> modes.Mode:
    """The landing mode that the location history shows, or undetermined and why."""
    return modes.derive(landing.origin, history_of(landing))


def history_of(landing: Landing) -> list[modes.Event]:
    """The location events as the mode engine sees them."""
    return [
        modes.Event(
            on=event.happened_on,
            event=modes.EventKind(event.event),
            district=event.district_id or "",
            region=event.district.region if event.district else "",
            park=(event.site.key or str(event.site_id)) if event.site else "",
        )
        for event in landing.events.select_related("district", "site")
    ]


def fits_as_rows(fits: Iterable[tuple[Site, fit.SiteFit]], language: str) -> list[Mapping[str, Any]]:
    """Ranked sites as flat rows for a table or file."""
    return [
        {
            "site": site.text("name", language),
            "district": site.district.name,
            "eligible": found.eligible,
            "score": found.score,
            "why": [reason.text(language) for reason in (*found.blockers, *found.reasons)],
        }
        for site, found in fits
    ]
