"""The API of step 4: sites and providers ranked for a project, sites chosen, landings and their mode."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from technopole.landing import services
from technopole.landing.models import (
    Landing,
    LocationEvent,
    LocationEventKind,
    Origin,
    SiteChoice,
    SiteStatus,
)
from technopole.parties.api import Done, act
from technopole.parties.models import Organisation
from technopole.pipeline.api import project_of
from technopole.pipeline.models import Result, TransferProject
from technopole.records.api import (
    Day,
    Inputs,
    Key,
    Line,
    Listed,
    Paging,
    Paragraph,
    ReasonOut,
    RecordOut,
    Ref,
    Title,
    Versioned,
    answers,
    listed,
    pointed,
    ref_of,
    told,
    worded,
)
from technopole.records.pages import visible_or_404
from technopole.resources.sites.api import district_of
from technopole.resources.sites.models import Site

router = Router(tags=["landing"])


class FitOut(Schema):
    """How one site or provider fits: what blocks it, what speaks for it, what to ask."""

    of: Ref
    eligible: bool
    score: float
    blockers: list[ReasonOut]
    reasons: list[ReasonOut]
    questions: list[ReasonOut]


class ServiceOut(Schema):
    """A service that the result needs, and who offers it, best first."""

    kind: str
    words: list[str]
    providers: list[FitOut]


class SiteChoiceOut(RecordOut, of=SiteChoice):
    """A site under consideration."""

    site: Ref | None
    status: SiteStatus
    since: date
    eligible: bool
    reasons: list[ReasonOut]
    note_zh: str
    note_en: str


class EventOut(RecordOut, of=LocationEvent):
    """One event of a location history."""

    event: LocationEventKind
    happened_on: date | None
    district: str | None
    site: Ref | None
    note_zh: str
    note_en: str


class LandingOut(RecordOut, of=Landing):
    """A project or firm that settles, with the mode that its history shows."""

    name_zh: str
    name_en: str
    company: Ref | None
    project: Ref | None
    origin: Origin
    mode: str
    mode_why: ReasonOut
    events: list[EventOut]


class SiteStepIn(Versioned):
    """A site taken one step further, or refused with a reason."""

    site: UUID
    status: SiteStatus
    note_zh: Paragraph = ""
    note_en: Paragraph = ""


class LandingIn(Inputs):
    """Where a project or firm comes from."""

    company: UUID
    origin: Origin
    name_zh: Line = ""
    name_en: Line = ""
    project: UUID | None = None


class EventIn(Versioned):
    """What happened where."""

    event: LocationEventKind
    happened_on: Day | None = None
    district: Key = ""
    site: UUID | None = None
    note_zh: Title = ""
    note_en: Title = ""


class LandingsAsked(Paging):
    """Which landings."""

    origin: Origin | None = None


Most = Annotated[int, Query(ge=1, le=100, description="how many at most")]


def _fit(record: Any, found: Any) -> dict[str, Any]:
    return {
        "of": ref_of(record),
        "eligible": found.eligible,
        "score": found.score,
        **{
            name: [worded(reason) for reason in getattr(found, name)]
            for name in ("blockers", "reasons", "questions")
        },
    }


def may_fit(project: TransferProject, user: Any) -> bool:
    """Whether the reader may see what the result asks of a site: a fit says it in its reasons."""
    return project.result.access_of(user) >= Result.FIELD_LEVELS["requirements"]


@router.get("/projects/{uuid:pk}/sites", response=answers(list[FitOut]))
def ranked_sites(request: HttpRequest, pk: UUID, limit: Most = 25) -> Any:
    """Sites ranked for the project; empty for those who may not read what it asks of a site."""
    project = project_of(request, pk)
    if not may_fit(project, request.user):
        return []
    return [_fit(site, found) for site, found in services.sites_for(project, request.user)[:limit]]


@router.get("/projects/{uuid:pk}/providers", response=answers(list[ServiceOut]))
def ranked_providers(request: HttpRequest, pk: UUID, limit: Most = 10) -> Any:
    """For each service that the result needs, who offers it."""
    project = project_of(request, pk)
    return [
        {
            "kind": str(need.kind),
            "words": list(need.words),
            "providers": [_fit(row, found) for row, found in ranked[:limit]],
        }
        for need, ranked in services.providers_for(project, request.user)
    ]


@router.post("/projects/{uuid:pk}/sites", response=answers(Done))
def choose_site(request: HttpRequest, pk: UUID, body: SiteStepIn) -> Any:
    """Take a site one step further for the project; 409 names every hard requirement that it fails."""
    project = project_of(request, pk)
    site = pointed(Site, request.user, body.site, "site")
    inputs = {"status": str(body.status), "note_zh": body.note_zh, "note_en": body.note_en}
    return act(services.choose_site, project, request, body.version, site=site, **inputs)


def _followed(user: Any) -> Any:
    def more(landing: Landing) -> dict[str, Any]:
        found = services.mode_of(landing)
        events = LocationEvent.objects.visible_to(user).filter(landing=landing)
        return {
            "mode": str(found.mode),
            "mode_why": worded(found.reason),
            "events": [told(EventOut, event, user, district=event.district_id) for event in events],
        }

    return more


@router.get("/landings", response=answers(Listed[LandingOut]))
def landings(request: HttpRequest, asked: Query[LandingsAsked]) -> Any:
    """Landings that you may know of, each with its derived mode and why."""
    rows = Landing.objects.visible_to(request.user).order_by("name_en", "pk")
    if asked.origin:
        rows = rows.filter(origin=asked.origin)
    return listed(LandingOut, rows, asked, request.user, _followed(request.user))


@router.get("/landings/{uuid:pk}", response=answers(LandingOut))
def landing(request: HttpRequest, pk: UUID) -> Any:
    """One landing."""
    found = visible_or_404(Landing.objects, request.user, pk)
    return told(LandingOut, found, request.user, **_followed(request.user)(found))


@router.post("/landings", response=answers(Done))
def open_landing(request: HttpRequest, body: LandingIn) -> Any:
    """Begin to follow where a project or firm settles."""
    return act(
        services.open_landing,
        Landing(),
        request,
        company=pointed(Organisation, request.user, body.company, "company"),
        origin=str(body.origin),
        name_zh=body.name_zh,
        name_en=body.name_en,
        project=pointed(TransferProject, request.user, body.project, "project"),
    )


@router.post("/landings/{uuid:pk}/events", response=answers(Done))
def record_event(request: HttpRequest, pk: UUID, body: EventIn) -> Any:
    """Add an event to the location history."""
    found = visible_or_404(Landing.objects, request.user, pk)
    return act(
        services.record_event,
        found,
        request,
        body.version,
        event=str(body.event),
        happened_on=body.happened_on,
        district=district_of(body.district) if body.district else None,
        site=pointed(Site, request.user, body.site, "site"),
        note_zh=body.note_zh,
        note_en=body.note_en,
    )
