"""What the project's page shows of step 3, and the forms by which it is done."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.page import Slot, allowed_slot, reads_all, said
from technopole.planning import services
from technopole.planning.cards import cards, matches_of
from technopole.planning.engine import gates
from technopole.planning.forms import GateForm, MilestoneForm, PlanForm
from technopole.planning.models import GateAnswer, Milestone, Plan, PlanStatus, Pricing, Route
from technopole.records import clock

GATE_TONES = {
    gates.Result.CLEAR: "green",
    gates.Result.REPORT: "azure",
    gates.Result.PERMIT: "yellow",
    gates.Result.REVIEW: "yellow",
    gates.Result.PROHIBITED: "red",
    gates.Result.UNANSWERED: "orange",
}
MOST_OF_A_KIND = 10


def section(request: HttpRequest, project: TransferProject) -> dict[str, Any] | None:
    """What the reader is shown of the plan; None for somebody outside the team and the office."""
    user = request.user
    if not reads_all(project, user):
        return None
    plan = Plan.objects.visible_to(user).filter(project=project).first()
    milestones = Milestone.objects.visible_to(user).filter(project=project)
    return {
        "plan": plan.shown_to(user) if plan else None,
        "routes": _routes(project),
        "milestones": [_milestone(request, row) for row in milestones],
        "gates": _gates(request, project),
        "slots": _slots(request, project, plan),
    }


def matches(request: HttpRequest, project: TransferProject) -> dict[str, Any]:
    """The matches of the project's result that the reader may know of, by the kind of the other side."""
    user: Any = request.user
    rows = matches_of(user).filter(result=project.result, close=True)
    if not reads_all(project, user):
        # Somebody outside sees the matches in which their own side has a part.
        rows = [row for row in rows if row.is_own(user)]
    found = cards(request, rows)
    groups = [
        {
            "kind": kind,
            "title": str(title),
            "cards": [card for card in found if card.kind == kind][:MOST_OF_A_KIND],
        }
        for kind, title in (("need", _("Needs")), ("partner", _("Partners")), ("expert", _("Experts")))
    ]
    refresh = None
    if project.is_open and project.stage != Stage.ONBOARDING:
        at = reverse("project-match", args=[project.pk])
        refresh = allowed_slot(
            request,
            "planning.match",
            project,
            "match",
            at,
            Form,
            project.version,
            _("Compute the matches again"),
        )
    return {"groups": groups, "total": len(found), "refresh": refresh}


def _routes(project: TransferProject) -> list[dict[str, Any]]:
    if project.stage != Stage.PLANNING:
        return []
    return [
        {
            "name": Route(found.route.value).label,
            "points": found.points,
            "excluded": found.excluded,
            "pro": found.reasons_for,
            "con": found.reasons_against,
            "pricing": [Pricing(pricing.value).label for pricing in found.pricing],
            "pricing_reason": found.pricing_reason,
            "questions": [question.text(get_language() or "en") for question in found.questions],
        }
        for found in services.route_suggestions(project)
    ]


def _milestone(request: HttpRequest, row: Milestone) -> dict[str, Any]:
    at = reverse("milestone-done", args=[row.pk])
    label, done = (_("Not done"), "no") if row.done_on else (_("Done"), "yes")
    return {
        "row": row,
        "late": row.done_on is None and row.due < clock.today(),
        "slot": allowed_slot(
            request,
            "planning.milestone_done",
            row,
            f"milestone-{row.pk}",
            at,
            Form,
            row.version,
            label,
            hidden={"done": done},
        ),
    }


def _gates(request: HttpRequest, project: TransferProject) -> list[dict[str, Any]]:
    """Every gate with what it asks, what was answered and what it still blocks."""
    user = request.user
    given = GateAnswer.objects.visible_to(user).filter(project=project).select_related("approver")
    answers = {answer.gate: answer for answer in given}
    rows = []
    for found in services.gate_list(project):
        answer = answers.get(found.key)
        known = [services.as_engine_answer(answer)] if answer else []
        rows.append(
            {
                "gate": found,
                "name": said(found.name),
                "asks": said(gates.RESULT_NAMES[found.result]),
                "tone": GATE_TONES[found.result],
                "questions": [question.text(get_language() or "en") for question in found.questions],
                "answer": answer.shown_to(user) if answer else None,
                "problems": gates.problems([found], known, clock.today()),
                "confirmed": found.status.value == "confirmed",
                "slot": _gate_slot(request, project, found.key),
            }
        )
    # What blocks comes first; what is clear folds away under it.
    return sorted(rows, key=lambda row: not row["problems"])


def _gate_slot(request: HttpRequest, project: TransferProject, gate: str) -> Slot | None:
    if project.stage != Stage.PLANNING:
        return None
    name = f"gate-{gate}"
    return allowed_slot(
        request,
        "planning.answer_gate",
        project,
        name,
        reverse("project-gate", args=[project.pk]),
        lambda: GateForm(name=name, user=request.user),
        project.version,
        _("Answer"),
        _("Sign the answer"),
        hidden={"gate": gate},
    )


def _slots(request: HttpRequest, project: TransferProject, plan: Plan | None) -> dict[str, Slot | None]:
    user = request.user
    if project.stage != Stage.PLANNING:
        return {}
    slots: dict[str, Slot | None] = {
        "milestone": allowed_slot(
            request,
            "planning.add_milestone",
            project,
            "new-milestone",
            reverse("project-milestones", args=[project.pk]),
            lambda: MilestoneForm(name="new-milestone"),
            project.version,
            _("Add a milestone"),
            _("Add"),
        )
    }
    if plan is None or plan.status == PlanStatus.DRAFT:
        slots["plan"] = allowed_slot(
            request,
            "planning.plan",
            project,
            "plan",
            reverse("project-plan", args=[project.pk]),
            lambda: PlanForm(name="plan", plan=plan, user=user),
            project.version,
            _("Change the plan") if plan else _("Write the plan"),
            _("Save the plan"),
        )
    if plan is not None and plan.status == PlanStatus.DRAFT:
        slots["approve"] = allowed_slot(
            request,
            "planning.approve",
            plan,
            "approve",
            reverse("project-approve", args=[project.pk]),
            Form,
            plan.version,
            _("Approve the plan"),
            tone="primary",
        )
    return slots
