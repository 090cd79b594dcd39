"""The API of transfer projects: the list, and one project with everything that the four steps know of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from ninja import Query, Router, Schema

from technopole.evaluation.api import AssessmentOut, DecisionOut, EvidenceOut, ReviewOut
from technopole.evaluation.models import Assessment, Decision, EvidenceItem, Review
from technopole.landing.api import SiteChoiceOut
from technopole.landing.models import SiteChoice
from technopole.pipeline.api import project_of
from technopole.pipeline.gates import blockers
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.pipeline.page import reads_all
from technopole.planning.api import GateAnswerOut, GateOut, MatchOut, MilestoneOut, PlanOut
from technopole.planning.engine.gates import Gate
from technopole.planning.models import GateAnswer, Match, Milestone, Plan
from technopole.planning.services import gate_list
from technopole.records import clock
from technopole.records.api import (
    HistoryOut,
    Links,
    Listed,
    Paging,
    ReasonOut,
    RecordOut,
    Ref,
    answers,
    listed,
    told,
    told_history,
    worded,
)
from technopole.records.levels import Level

router = Router(tags=["projects"])
NEXT_ACTION = TransferProject.FIELD_LEVELS["next_action_due"]


class ProjectOut(RecordOut, of=TransferProject):
    """A result on its way: who holds it, since when, what is next."""

    docket: str
    result: Ref | None
    stage: Stage
    disposition: Disposition
    owner: str | None
    stage_since: date
    days_in_stage: int
    next_action_zh: str
    next_action_en: str
    next_action_due: date | None
    overdue: bool | None
    reason_zh: str
    reason_en: str


class StayOut(Schema):
    """A stay in one stage."""

    stage: Stage
    entered_on: date
    left_on: date | None
    left_for: str
    days: int


class WholeProjectOut(ProjectOut):
    """A project with what every step knows of it, as far as its reader may know."""

    blockers: list[ReasonOut] | None
    stays: list[StayOut]
    evidence: list[EvidenceOut]
    assessments: list[AssessmentOut]
    reviews: list[ReviewOut]
    decisions: list[DecisionOut]
    plan: PlanOut | None
    milestones: list[MilestoneOut]
    gates: list[GateOut] | None
    gate_answers: list[GateAnswerOut]
    matches: list[MatchOut]
    site_choices: list[SiteChoiceOut]
    history: list[HistoryOut]


class ProjectsAsked(Paging):
    """Which projects: by stage, disposition; mine; past due."""

    stage: Stage | None = None
    disposition: Disposition | None = None
    mine: bool = False
    overdue: bool = False


def _clock(user: Any) -> Callable[[TransferProject], dict[str, Any]]:
    """Whether it is overdue follows from its next action and is told to those who may read that."""

    def more(project: TransferProject) -> dict[str, Any]:
        return {"overdue": project.is_overdue() if project.access_of(user) >= NEXT_ACTION else None}

    return more


@router.get("/projects", response=answers(Listed[ProjectOut]))
def projects(request: HttpRequest, asked: Query[ProjectsAsked]) -> Any:
    """Projects that you may know of, by docket number."""
    rows = TransferProject.objects.visible_to(request.user).select_related("owner__person", "result")
    if asked.stage:
        rows = rows.filter(stage=asked.stage)
    if asked.disposition:
        rows = rows.filter(disposition=asked.disposition)
    if asked.mine:
        rows = rows.filter(owner=request.user.pk)
    if asked.overdue:
        late = rows.filter(next_action_due__lt=clock.today())
        told_late = (
            row.pk for row in late if row.is_overdue() and row.access_of(request.user) >= NEXT_ACTION
        )
        rows = rows.filter(pk__in=list(told_late))
    return listed(ProjectOut, rows.order_by("docket"), asked, request.user, _clock(request.user))


def _all(schema: type[Schema], model: Any, user: Any, **of: Model) -> list[dict[str, Any]]:
    rows = list(model.objects.visible_to(user).filter(**of))
    links = Links(rows, user)
    return [told(schema, row, user, links) for row in rows]


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "key": gate.key,
        "name_zh": gate.name["zh"],
        "name_en": gate.name["en"],
        "result": str(gate.result),
        "reasons": [worded(reason) for reason in gate.reasons],
    }


@router.get("/projects/{uuid:pk}", response=answers(WholeProjectOut))
def project(request: HttpRequest, pk: UUID) -> Any:
    """One project; blockers and gates name what stands in confidential fields and are for its team alone."""
    found, user = project_of(request, pk), request.user
    team = min(found.access_of(user), found.result.access_of(user)) >= Level.TEAM
    plans = _all(PlanOut, Plan, user, project=found)
    return told(
        WholeProjectOut,
        found,
        user,
        **_clock(user)(found),
        blockers=[worded(reason) for reason in blockers(found)] if team else None,
        stays=[
            {name: getattr(stay, name) for name in ("stage", "entered_on", "left_on", "left_for", "days")}
            for stay in found.stays.all()
        ],
        evidence=_all(EvidenceOut, EvidenceItem, user, project=found),
        assessments=_all(AssessmentOut, Assessment, user, project=found),
        reviews=_all(ReviewOut, Review, user, project=found),
        decisions=_all(DecisionOut, Decision, user, project=found),
        plan=plans[0] if plans else None,
        milestones=_all(MilestoneOut, Milestone, user, project=found),
        gates=[_gate(each) for each in gate_list(found)] if team else None,
        gate_answers=_all(GateAnswerOut, GateAnswer, user, project=found),
        matches=_all(MatchOut, Match, user, result=found.result),
        site_choices=_all(SiteChoiceOut, SiteChoice, user, project=found),
        history=told_history(found, user) if reads_all(found, user) else [],
    )
