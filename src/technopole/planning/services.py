"""What is done in step 3: plan, milestones, gates, approval, answers to matches."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from technopole.evaluation.services import readiness_of
from technopole.parties.actions import Refused, action
from technopole.parties.models import Organisation, Person, User, audit
from technopole.pipeline.gates import gate
from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.services import advance
from technopole.planning.engine import gates, milestones, routes
from technopole.planning.engine.facts import names as fact_names
from technopole.planning.models import (
    DeclineReason,
    GateAnswer,
    Match,
    MatchStatus,
    Milestone,
    Plan,
    PlanStatus,
    Route,
)
from technopole.records import clock
from technopole.wording import Reason

# Routes that the holder cannot go alone.
WITH_COUNTERPARTY = (Route.ASSIGNMENT, Route.LICENCE, Route.IP_FOR_EQUITY, Route.JOINT)
HOLDER_KINDS = ("university", "hospital", "institute", "company", "park_operator", "platform", "office")
ANSWERED_YES = (MatchStatus.INTERESTED, MatchStatus.MET, MatchStatus.DILIGENCE, MatchStatus.DEAL)


def _require_planning(project: TransferProject) -> None:
    if project.stage != Stage.PLANNING:
        raise Refused(Reason("planning.wrong_stage", {"docket": project.docket}))


@action("planning.plan", TransferProject)
def draft_plan(
    project: TransferProject,
    *,
    by: User,
    route: str,
    pricing: str,
    price_minor: int | None = None,
    counterparty: Organisation | None = None,
    business_zh: str = "",
    business_en: str = "",
    with_milestones: bool = True,
) -> Plan:
    """Write or rewrite the plan of a project; the route's milestones are proposed with a new plan."""
    _require_planning(project)
    plan = Plan.objects.filter(project=project).first()
    if plan is not None and plan.status == PlanStatus.APPROVED:
        raise Refused(Reason("planning.already_approved", {"docket": project.docket}))
    is_new = plan is None
    plan = plan or Plan(project=project, is_sample=project.is_sample)
    plan.route, plan.pricing, plan.price_minor = route, pricing, price_minor
    plan.counterparty = counterparty
    plan.business_zh, plan.business_en = business_zh, business_en
    plan.save()
    if is_new and with_milestones:
        for proposed in milestones.template(routes.Route(route), clock.today()):
            Milestone(
                project=project,
                title_zh=proposed.title["zh"],
                title_en=proposed.title["en"],
                due=proposed.due,
                is_sample=project.is_sample,
            ).save()
    return plan


@action("planning.add_milestone", TransferProject)
def add_milestone(
    project: TransferProject, *, by: User, due: date, title_zh: str = "", title_en: str = ""
) -> Milestone:
    """Add a dated step to the plan."""
    if not (title_zh.strip() or title_en.strip()):
        raise Refused(Reason("planning.milestone_untitled"))
    milestone = Milestone(
        project=project, due=due, title_zh=title_zh, title_en=title_en, is_sample=project.is_sample
    )
    milestone.save()
    return milestone


@action("planning.milestone_done", Milestone)
def complete_milestone(milestone: Milestone, *, by: User, done: bool = True) -> Milestone:
    """Tick a milestone, or untick it."""
    milestone.done_on = clock.today() if done else None
    milestone.save()
    return milestone


def deal_facts(project: TransferProject) -> dict[str, Any]:
    """What is known of the deal, in the words of the fact vocabulary; the rest is unknown and is asked."""
    result = project.result
    facts = {
        name: value for name, value in result.facts.items() if name in fact_names() and value is not None
    }
    facts |= {"kind": result.kind, "ip_status": result.ip_status, "level": readiness_of(project).level}
    if result.holder.kind in HOLDER_KINDS:
        facts["holder_kind"] = result.holder.kind
    interested = Match.objects.filter(result=result, status__in=ANSWERED_YES, need__isnull=False)
    facts["interested"] = interested.values("need__organisation").distinct().count()
    disclosure = getattr(project, "disclosure", None)
    if disclosure is not None and disclosure.funding:
        facts["funded"] = True
    plan = Plan.objects.filter(project=project).first()
    if plan is not None:
        facts["route"], facts["pricing"] = plan.route, plan.pricing
    return facts


def gate_list(project: TransferProject) -> tuple[gates.Gate, ...]:
    """Every compliance gate with what it asks of this project today."""
    return gates.open_gates(deal_facts(project), clock.today())


def as_engine_answer(answer: GateAnswer) -> gates.Answer:
    """A recorded answer as the engine reads it."""
    return gates.Answer(
        gate=answer.gate,
        result=gates.Result(answer.result),
        approver=str(answer.approver),
        answered_on=answer.answered_on,
        note=answer.text("note"),
        expires=answer.expires,
    )


def gate_problems(project: TransferProject) -> tuple[Reason, ...]:
    """What the gates still ask for, after the answers that were given."""
    answers = [as_engine_answer(answer) for answer in project.gate_answers.select_related("approver")]
    return gates.problems(gate_list(project), answers, clock.today())


@action("planning.answer_gate", TransferProject)
def answer_gate(
    project: TransferProject,
    *,
    by: User,
    gate: str,
    result: str,
    approver: Person,
    expires: date | None = None,
    note_zh: str = "",
    note_en: str = "",
) -> GateAnswer:
    """Record what an approver found at a gate; an earlier answer stays in the history."""
    known = {found.key for found in gate_list(project)}
    if gate not in known:
        raise Refused(Reason("planning.gate_not_open", {"gate": gate}))
    if not approver.roles.filter(role__in=("approver", "director")).exists():
        raise Refused(Reason("planning.not_an_approver", {"name": str(approver)}))
    answer = GateAnswer.objects.filter(project=project, gate=gate).first()
    answer = answer or GateAnswer(project=project, gate=gate, is_sample=project.is_sample)
    answer.result, answer.approver, answer.expires = result, approver, expires
    answer.answered_on = clock.today()
    answer.note_zh, answer.note_en = note_zh, note_en
    answer.save()
    audit(by, "planning.answer_gate", project, gate=gate, result=result)
    return answer


def open_problems(project: TransferProject) -> list[Reason]:
    """What still stands between a project in planning and an approved plan."""
    found: list[Reason] = []
    plan = Plan.objects.filter(project=project).first()
    if plan is None:
        return [Reason("planning.no_plan", {"docket": project.docket})]
    found.extend(gate_problems(project))
    if plan.route in WITH_COUNTERPARTY:
        if plan.counterparty is None:
            found.append(Reason("planning.no_counterparty", {"route": plan.route}))
        elif not Match.objects.filter(result=project.result, close=True).exists():
            found.append(Reason("planning.no_close_match", {"docket": project.docket}))
    return found


@gate(Stage.PLANNING)
def plan_approved(project: TransferProject) -> list[Reason]:
    """A project leaves planning with an approved plan whose gates are still passed."""
    found = open_problems(project)
    plan = Plan.objects.filter(project=project).first()
    if plan is not None and plan.status != PlanStatus.APPROVED:
        found.append(Reason("planning.not_approved", {"docket": project.docket}))
    return found


@action("planning.approve", Plan)
def approve(plan: Plan, *, by: User) -> Plan:
    """Approve the plan; the project enters landing."""
    project = plan.project
    _require_planning(project)
    if plan.status == PlanStatus.APPROVED:
        raise Refused(Reason("planning.already_approved", {"docket": project.docket}))
    problems = open_problems(project)
    if problems:
        raise Refused(*problems)
    plan.status = PlanStatus.APPROVED
    plan.approved_on, plan.approved_by = clock.today(), by
    plan.save()
    audit(by, "planning.approve", project, route=plan.route)
    advance(project, by=by)
    return plan


def route_suggestions(project: TransferProject) -> tuple[routes.RouteSuggestion, ...]:
    """Routes and pricing ranked for this project, with reasons for and against."""
    facts = {name: value for name, value in deal_facts(project).items() if name not in ("route", "pricing")}
    return routes.suggest(facts, clock.today())


@action("planning.answer", Match)
def answer_match(
    match: Match, *, by: User, status: str, decline_reason: str = "", note_zh: str = "", note_en: str = ""
) -> Match:
    """Answer a match in one click; a decline needs its reason, any answer can be changed."""
    if status == MatchStatus.DECLINED and not decline_reason:
        raise Refused(Reason("planning.decline_without_reason"))
    if status != MatchStatus.DECLINED and decline_reason:
        raise Refused(Reason("planning.reason_without_decline"))
    match.status = status
    match.decline_reason = DeclineReason(decline_reason) if decline_reason else ""
    match.note_zh, match.note_en = note_zh, note_en
    match.answered_on = clock.today() if status != MatchStatus.SUGGESTED else None
    match.answered_by = by if status != MatchStatus.SUGGESTED else None
    match.save()
    return match


def days_waiting(match: Match) -> int:
    """Days since the match was suggested or last answered: the response clock."""
    return (clock.today() - (match.answered_on or match.computed_on)).days


def due_soon(days: int) -> Any:
    """Open milestones due within so many days, or already past."""
    return Milestone.objects.filter(done_on__isnull=True, due__lte=clock.today() + timedelta(days=days))
