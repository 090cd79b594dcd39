"""The API of step 3: plans, milestones, gates, matches and their answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from technopole.parties.api import Done, act
from technopole.parties.models import Organisation, Person
from technopole.pipeline.api import project_of
from technopole.planning import matchmaking, services
from technopole.planning.models import (
    DeclineReason,
    GateAnswer,
    GateResult,
    Match,
    MatchStatus,
    Milestone,
    Plan,
    PlanStatus,
    Pricing,
    Route,
)
from technopole.records.api import (
    Day,
    Line,
    Listed,
    Pages,
    Paging,
    Paragraph,
    ReasonOut,
    RecordOut,
    Ref,
    Versioned,
    answers,
    listed,
    pointed,
    told,
)
from technopole.records.pages import visible_or_404

router = Router(tags=["planning"])


class PlanOut(RecordOut, of=Plan):
    """Route, pricing, counterparty and business of a project."""

    status: PlanStatus
    route: Route
    pricing: Pricing
    price_minor: int | None
    currency: str
    counterparty: Ref | None
    business_zh: str
    business_en: str
    approved_on: date | None
    approved_by: str | None


class MilestoneOut(RecordOut, of=Milestone):
    """A dated step of a plan."""

    title_zh: str
    title_en: str
    due: date
    done_on: date | None


class GateAnswerOut(RecordOut, of=GateAnswer):
    """What an approver found at a gate."""

    gate: str
    result: GateResult
    approver: Ref | None
    answered_on: date
    expires: date | None
    note_zh: str
    note_en: str


class GateOut(Schema):
    """A compliance gate that the project's facts open, and what it asks for."""

    key: str
    name_zh: str
    name_en: str
    result: str
    reasons: list[ReasonOut]


class MatchOut(RecordOut, of=Match):
    """A result beside a need, a partner or an expert, with why and the answer."""

    result: Ref | None
    need: Ref | None
    organisation: Ref | None
    person: Ref | None
    rank: int
    score: float
    close: bool
    cross_language: bool
    reasons: list[ReasonOut]
    computed_on: date
    embedder: str
    status: MatchStatus
    decline_reason: str
    note_zh: str
    note_en: str
    answered_on: date | None
    answered_by: str | None


class PlanIn(Versioned):
    """A plan."""

    route: Route
    pricing: Pricing
    price_minor: Annotated[int, Field(ge=0, le=10**15)] | None = None
    counterparty: UUID | None = None
    business_zh: Pages = ""
    business_en: Pages = ""
    with_milestones: bool = True


class MilestoneIn(Versioned):
    """A dated step."""

    due: Day
    title_zh: Line = ""
    title_en: Line = ""


class DoneIn(Versioned):
    """Ticked or not."""

    done: bool = True


class GateIn(Versioned):
    """What an approver found."""

    gate: Annotated[str, Field(max_length=40)]
    result: GateResult
    approver: UUID
    expires: Day | None = None
    note_zh: Paragraph = ""
    note_en: Paragraph = ""


class AnswerIn(Versioned):
    """The answer to a match; a decline needs its reason."""

    status: MatchStatus
    decline_reason: DeclineReason | None = None
    note_zh: Paragraph = ""
    note_en: Paragraph = ""


class MatchesAsked(Paging):
    """Which matches: of a result, of a need, by answer."""

    result: UUID | None = None
    need: UUID | None = None
    status: MatchStatus | None = None


@router.get("/matches", response=answers(Listed[MatchOut]))
def matches(request: HttpRequest, asked: Query[MatchesAsked]) -> Any:
    """Matches that you may know of, best first."""
    rows = Match.objects.visible_to(request.user)
    for name in ("result", "need", "status"):
        if getattr(asked, name):
            rows = rows.filter(**{name: getattr(asked, name)})
    return listed(MatchOut, rows.order_by("rank", "-score", "pk"), asked, request.user)


@router.post("/projects/{uuid:pk}/match", response=answers(Done))
def compute(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Compute the matches of the project's result afresh; answers already given stay."""
    return act(matchmaking.find_matches, project_of(request, pk), request, body.version)


@router.get("/matches/{uuid:pk}", response=answers(MatchOut))
def match(request: HttpRequest, pk: UUID) -> Any:
    """One match."""
    return told(MatchOut, visible_or_404(Match.objects, request.user, pk), request.user)


@router.post("/matches/{uuid:pk}/answer", response=answers(Done))
def answer(request: HttpRequest, pk: UUID, body: AnswerIn) -> Any:
    """Answer a match."""
    found = visible_or_404(Match.objects, request.user, pk)
    return act(
        services.answer_match,
        found,
        request,
        body.version,
        status=str(body.status),
        decline_reason=str(body.decline_reason or ""),
        note_zh=body.note_zh,
        note_en=body.note_en,
    )


@router.post("/projects/{uuid:pk}/plan", response=answers(Done))
def plan(request: HttpRequest, pk: UUID, body: PlanIn) -> Any:
    """Write or rewrite the plan."""
    project = project_of(request, pk)
    inputs = body.model_dump(mode="json", exclude={"version", "counterparty"})
    counterparty = pointed(Organisation, request.user, body.counterparty, "counterparty")
    return act(services.draft_plan, project, request, body.version, counterparty=counterparty, **inputs)


@router.post("/plans/{uuid:pk}/approve", response=answers(Done))
def approve(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Approve the plan: its project enters landing."""
    return act(services.approve, visible_or_404(Plan.objects, request.user, pk), request, body.version)


@router.post("/projects/{uuid:pk}/milestones", response=answers(Done))
def add_milestone(request: HttpRequest, pk: UUID, body: MilestoneIn) -> Any:
    """Add a dated step to the plan."""
    project = project_of(request, pk)
    return act(services.add_milestone, project, request, body.version, **body.model_dump(exclude={"version"}))


@router.post("/milestones/{uuid:pk}/done", response=answers(Done))
def milestone_done(request: HttpRequest, pk: UUID, body: DoneIn) -> Any:
    """Tick a milestone, or untick it."""
    found = visible_or_404(Milestone.objects, request.user, pk)
    return act(services.complete_milestone, found, request, body.version, done=body.done)


@router.post("/projects/{uuid:pk}/gates", response=answers(Done))
def answer_gate(request: HttpRequest, pk: UUID, body: GateIn) -> Any:
    """Record what an approver found at a gate."""
    project = project_of(request, pk)
    inputs = body.model_dump(exclude={"version", "approver", "result"})
    approver = pointed(Person, request.user, body.approver, "approver")
    return act(
        services.answer_gate,
        project,
        request,
        body.version,
        approver=approver,
        result=str(body.result),
        **inputs,
    )
