"""What the project's page shows of step 4, and the forms by which it is done."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from technopole.landing import services
from technopole.landing.engine.fit import SiteFit
from technopole.landing.engine.modes import MODE_NAMES
from technopole.landing.forms import EventForm, LandingForm, SiteNoteForm
from technopole.landing.models import Landing, SiteChoice, SiteStatus
from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.page import Slot, allowed_slot, reads_all, said
from technopole.resources.facilities.models import ProviderKind
from technopole.resources.sites.models import Site

STEP_LABELS = {
    SiteStatus.SHORTLISTED: _("Shortlist"),
    SiteStatus.VISITED: _("Visited"),
    SiteStatus.OFFERED: _("Offer made"),
    SiteStatus.SIGNED: _("Signed"),
    SiteStatus.BUILT: _("Built"),
    SiteStatus.PRODUCING: _("Producing"),
}
MOST_SITES = 6
MOST_PROVIDERS = 4
SETTLING = (Stage.LANDING, Stage.CLOSED)


def section(request: HttpRequest, project: TransferProject) -> dict[str, Any] | None:
    """What the reader is shown of the landing; None when there is nothing for them to read."""
    user = request.user
    inside = reads_all(project, user)
    choices = SiteChoice.objects.visible_to(user).filter(project=project).select_related("site__district")
    landings = Landing.objects.visible_to(user).filter(project=project).select_related("company").distinct()
    if not inside and not choices and not landings:
        return None
    made = {choice.site_id: choice for choice in choices}
    ranked = services.sites_for(project, user) if inside else []
    rows = [_site(request, project, site, fit, made.get(site.pk)) for site, fit in ranked]
    return {
        "inside": inside,
        "chosen": [row for row in rows if row["choice"]]
        if inside
        else [_chosen(choice, user) for choice in choices],
        "eligible": [row for row in rows if not row["choice"] and row["fit"].eligible],
        "blocked": [row for row in rows if not row["choice"] and not row["fit"].eligible],
        "most": MOST_SITES,
        "providers": _providers(project, user) if inside else [],
        "landings": [_landing(request, landing) for landing in landings],
        "slots": {"landing": _landing_slot(request, project)},
    }


def _chosen(choice: SiteChoice, user: Any) -> dict[str, Any]:
    """A choice as somebody outside reads it; its park's manager also what the fit said on its day."""
    shown = choice.shown_to(user)
    why = choice.why if shown.reasons is not None else []
    return {"site": choice.site, "choice": shown, "fit": None, "why": why, "slots": []}


def _site(
    request: HttpRequest, project: TransferProject, site: Site, fit: SiteFit, choice: SiteChoice | None
) -> dict[str, Any]:
    return {
        "site": site,
        "fit": fit,
        "percent": round(fit.score * 100),
        "choice": choice.shown_to(request.user) if choice else None,
        "slots": _site_slots(request, project, site, fit, choice),
    }


def _site_slots(
    request: HttpRequest, project: TransferProject, site: Site, fit: SiteFit, choice: SiteChoice | None
) -> list[Slot]:
    """The next step with the site, and its refusal, as far as the order of steps allows them."""
    if project.stage not in SETTLING:
        return []
    order = services.ORDER
    reached = order.index(SiteStatus(choice.status)) if choice and choice.status in order else -1
    at = reverse("project-site", args=[project.pk])
    found: list[Slot | None] = []

    def offer(status: SiteStatus, form: Any, label: Any, button: Any, tone: str) -> None:
        name = f"site-{site.pk}-{status}"
        hidden = {"site": str(site.pk), "status": str(status)}
        made = lambda: form(name=name) if form is SiteNoteForm else form()  # noqa: E731
        found.append(
            allowed_slot(
                request,
                "landing.site",
                project,
                name,
                at,
                made,
                project.version,
                label,
                button,
                hidden=hidden,
                tone=tone,
            )
        )

    signed = reached >= order.index(SiteStatus.SIGNED)
    if reached + 1 < len(order) and (fit.eligible or signed):
        following = order[reached + 1]
        offer(following, Form, STEP_LABELS[following], "", "outline-primary")
    if reached < order.index(SiteStatus.BUILT) and not (choice and choice.status == SiteStatus.REFUSED):
        offer(SiteStatus.REFUSED, SiteNoteForm, _("Refuse…"), _("Refuse the site"), "")
    return [slot for slot in found if slot is not None]


def _providers(project: TransferProject, user: Any) -> list[dict[str, Any]]:
    """For each service the result needs, the providers, those without a blocker first."""
    return [
        {
            "kind": ProviderKind(need.kind.value).label,
            "words": " ".join(need.words),
            "rows": [
                {"provider": provider, "fit": fit, "percent": round(fit.score * 100)}
                for provider, fit in ranked[:MOST_PROVIDERS]
            ],
        }
        for need, ranked in services.providers_for(project, user)
    ]


def _landing(request: HttpRequest, landing: Landing) -> dict[str, Any]:
    derived = services.mode_of(landing)
    name = f"event-{landing.pk}"
    return {
        "landing": landing.shown_to(request.user),
        "mode": said(MODE_NAMES[derived.mode]),
        "determined": derived.mode.value != "undetermined",
        "reason": derived.reason,
        "events": landing.events.visible_to(request.user).select_related("district", "site"),
        "slot": allowed_slot(
            request,
            "landing.event",
            landing,
            name,
            reverse("landing-event", args=[landing.pk]),
            lambda: EventForm(name=name, user=request.user),
            landing.version,
            _("Add an event"),
            _("Add"),
        ),
    }


def _landing_slot(request: HttpRequest, project: TransferProject) -> Slot | None:
    if project.stage not in SETTLING:
        return None
    return allowed_slot(
        request,
        "landing.open",
        project,
        "landing",
        reverse("project-landings", args=[project.pk]),
        lambda: LandingForm(name="landing", user=request.user),
        project.version,
        _("Follow a firm's landing"),
        _("Begin"),
    )
