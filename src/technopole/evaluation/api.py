"""The API of step 2: evidence, readiness, reviews, decisions."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from technopole.evaluation import services
from technopole.evaluation.engine.scorecard import Value
from technopole.evaluation.models import (
    Assessment,
    Decision,
    EvidenceItem,
    EvidenceKind,
    Outcome,
    Review,
    ReviewStatus,
)
from technopole.parties.api import Done, act
from technopole.parties.models import Person
from technopole.pipeline.api import project_of
from technopole.records.api import (
    Day,
    Line,
    Pages,
    Readiness,
    ReasonOut,
    RecordOut,
    Ref,
    Versioned,
    answers,
    pointed,
    told,
)
from technopole.records.models import Document
from technopole.records.pages import visible_or_404

router = Router(tags=["evaluation"])
People = Annotated[list[UUID], Field(max_length=50)]
Minutes = Annotated[str, Field(max_length=50_000)]
Why = Annotated[str, Field(max_length=10_000)]


class ScaleName(StrEnum):
    """The readiness scales."""

    TRL = "trl"
    PHARMA = "trl-pharma"
    MEDTECH = "trl-medtech"
    DIAGNOSTICS = "trl-diagnostics"


class EvidenceOut(RecordOut, of=EvidenceItem):
    """One piece of evidence for one readiness level."""

    readiness_level: int
    kind: EvidenceKind
    title_zh: str
    title_en: str
    dated: date
    document: Ref | None


class AssessmentOut(RecordOut, of=Assessment):
    """The level claimed and the one that the evidence supports."""

    scale: str
    claimed: int | None
    awarded: int
    reasons: list[ReasonOut]
    pack_version: str
    assessed_on: date
    assessor: str | None


class ReviewOut(RecordOut, of=Review):
    """One reviewer's judgement."""

    reviewer: Ref | None
    status: ReviewStatus
    asked_on: date
    due: date | None
    submitted_on: date | None
    points: dict[str, Any]
    comment_zh: str
    comment_en: str
    template: str
    interest: str


class DecisionOut(RecordOut, of=Decision):
    """A recorded collective decision."""

    outcome: Outcome
    held_on: date
    minutes_zh: str
    minutes_en: str
    reason_zh: str
    reason_en: str


class EvidenceIn(Versioned):
    """A piece of evidence."""

    readiness_level: Readiness
    kind: EvidenceKind
    dated: Day
    title_zh: Line = ""
    title_en: Line = ""
    document: UUID | None = None


class AssessIn(Versioned):
    """What is claimed, on which scale."""

    scale: ScaleName = ScaleName.TRL
    claimed: Readiness | None = None


class AskReviewIn(Versioned):
    """Who is asked, and by when."""

    reviewer: UUID
    due: Day | None = None


class ReviewIn(Versioned):
    """The points for the five values, 0 to 100, and what there is to say."""

    points: Annotated[dict[Value, Annotated[int, Field(ge=0, le=100)]], Field(max_length=5)]
    comment_zh: Pages = ""
    comment_en: Pages = ""
    interest: Annotated[str, Field(max_length=1000)] = ""


class DecideIn(Versioned):
    """What the meeting decided: who was there, who signed, why."""

    outcome: Outcome
    held_on: Day
    attendees: People
    signatories: People
    recused: People = []
    minutes_zh: Minutes = ""
    minutes_en: Minutes = ""
    reason_zh: Why = ""
    reason_en: Why = ""


@router.post("/projects/{uuid:pk}/evidence", response=answers(Done))
def add_evidence(request: HttpRequest, pk: UUID, body: EvidenceIn) -> Any:
    """Add a piece of evidence for one readiness level."""
    project = project_of(request, pk)
    inputs = body.model_dump(exclude={"version", "document"})
    document = pointed(Document, request.user, body.document, "document")
    return act(services.add_evidence, project, request, body.version, document=document, **inputs)


@router.post("/projects/{uuid:pk}/assess", response=answers(Done))
def assess(request: HttpRequest, pk: UUID, body: AssessIn) -> Any:
    """Assess readiness: the level that the evidence supports is the one awarded."""
    project = project_of(request, pk)
    return act(
        services.assess, project, request, body.version, scale_id=str(body.scale), claimed=body.claimed
    )


@router.post("/projects/{uuid:pk}/reviews", response=answers(Done))
def ask_review(request: HttpRequest, pk: UUID, body: AskReviewIn) -> Any:
    """Ask a person for a review; 409 names every tie to the case that forbids it."""
    project = project_of(request, pk)
    reviewer = pointed(Person, request.user, body.reviewer, "reviewer")
    return act(services.ask_review, project, request, body.version, reviewer=reviewer, due=body.due)


@router.get("/reviews/{uuid:pk}", response=answers(ReviewOut))
def review(request: HttpRequest, pk: UUID) -> Any:
    """One review; who the reviewer is stays restricted."""
    return told(ReviewOut, visible_or_404(Review.objects, request.user, pk), request.user)


@router.post("/reviews/{uuid:pk}/submit", response=answers(Done))
def submit_review(request: HttpRequest, pk: UUID, body: ReviewIn) -> Any:
    """Hand in a review; a declared interest takes the reviewer off the case."""
    found = visible_or_404(Review.objects, request.user, pk)
    inputs = body.model_dump(exclude={"version"})
    return act(services.submit_review, found, request, body.version, **inputs)


@router.post("/projects/{uuid:pk}/decisions", response=answers(Done))
def decide(request: HttpRequest, pk: UUID, body: DecideIn) -> Any:
    """Record a collective decision and do what it says."""
    project = project_of(request, pk)
    people = {
        name: [pointed(Person, request.user, key, name) for key in getattr(body, name)]
        for name in ("attendees", "signatories", "recused")
    }
    inputs = body.model_dump(exclude={"version", *people})
    inputs["outcome"] = str(body.outcome)
    return act(services.decide, project, request, body.version, **people, **inputs)
