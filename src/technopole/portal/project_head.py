"""The head of a project's page: the four steps with holder and days, and who has it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.evaluation.models import Review, ReviewStatus
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.parties.models import User
from technopole.pipeline.forms import AssignForm, NextActionForm, ReasonForm
from technopole.pipeline.gates import blockers
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.pipeline.page import Slot, allowed_slot
from technopole.planning.models import Plan, PlanStatus
from technopole.planning.services import open_problems
from technopole.records import clock

STEPS = (Stage.ONBOARDING, Stage.EVALUATION, Stage.PLANNING, Stage.LANDING)
DISPOSITION_TONES = {
    "active": "green",
    "hold": "yellow",
    "released": "secondary",
    "stopped": "red",
    "landed": "green",
}


@dataclass(frozen=True)
class Step:
    """One of the four steps: whether it is done, under way or still to come, who had it and for how long."""

    number: int
    label: str
    state: str
    days: int | None
    entered_on: date | None
    left_on: date | None
    owner: str


@dataclass(frozen=True)
class Holder:
    """Who has the next word, since when."""

    name: str
    since: date
    why: str = ""

    @property
    def days(self) -> int:
        """Whole days since then."""
        return (clock.today() - self.since).days


def steps_of(project: TransferProject) -> list[Step]:
    """The stepper; a step entered twice counts all its days."""
    stays: dict[str, list[Any]] = {}
    for stay in project.stays.all():
        stays.setdefault(stay.stage, []).append(stay)
    owners = list(project.history.order_by("history_date").values_list("history_date", "owner"))
    accounts = User.objects.select_related("person").in_bulk({owner for _at, owner in owners if owner})
    found = []
    for number, stage in enumerate(STEPS, start=1):
        rows = stays.get(stage, [])
        here = project.stage == stage
        last = rows[-1] if rows else None
        until = last.left_on if last and last.left_on else clock.today()
        held = [owner for at, owner in owners if owner and at.astimezone(clock.office_zone()).date() <= until]
        account = accounts.get(held[-1]) if held and rows else None
        found.append(
            Step(
                number=number,
                label=str(stage.label),
                state="now" if here else "done" if rows else "to-come",
                days=sum(stay.days for stay in rows) if rows else None,
                entered_on=rows[0].entered_on if rows else None,
                left_on=last.left_on if last and not here else None,
                owner=account.display_name if account else "",
            )
        )
    return found


def holder_of(project: TransferProject) -> Holder | None:
    """Who holds the project now: the inventors, the office, reviewers, approvers or the owner."""
    if not project.is_open:
        return None
    owner = project.owner.display_name if project.owner else gettext("the office; nobody is assigned")
    if project.disposition == Disposition.HOLD:
        return Holder(owner, _last_change(project), gettext("on hold"))
    if project.stage == Stage.ONBOARDING:
        return _held_in_onboarding(project, owner)
    if project.stage == Stage.EVALUATION:
        waiting = Review.objects.filter(project=project, status=ReviewStatus.ASKED).order_by("asked_on")
        if waiting:
            many = gettext("reviewers (%(n)d reviews to come)") % {"n": len(waiting)}
            return Holder(many, waiting[0].asked_on)
    if project.stage == Stage.PLANNING:
        plan = Plan.objects.filter(project=project, status=PlanStatus.DRAFT).first()
        if plan is not None and not open_problems(project):
            return Holder(
                gettext("the approvers"), _last_change(plan), gettext("the plan waits for approval")
            )
    return Holder(owner, project.stage_since)


def _held_in_onboarding(project: TransferProject, owner: str) -> Holder:
    disclosure = Disclosure.objects.filter(project=project).first()
    if disclosure is None or disclosure.status == DisclosureStatus.ACCEPTED:
        return Holder(owner, project.stage_since)
    if disclosure.status == DisclosureStatus.SUBMITTED:
        why = gettext("the disclosure waits to be accepted")
        return Holder(owner, disclosure.submitted_on or project.stage_since, why)
    returned = disclosure.status == DisclosureStatus.RETURNED
    why = gettext("the disclosure was returned") if returned else gettext("the disclosure is a draft")
    return Holder(gettext("the inventors"), _last_change(disclosure), why)


def _last_change(record: Any) -> date:
    latest: date = record.history.first().history_date.astimezone(clock.office_zone()).date()
    return latest


def head_slots(request: HttpRequest, project: TransferProject) -> list[Slot]:
    """The buttons of the head that the reader may use now."""

    def offer(action: str, name: str, form: Any, label: Any, button: Any = "", tone: str = "") -> Slot | None:
        at = reverse(f"project-{name}", args=[project.pk])
        version = project.version
        return allowed_slot(
            request, f"pipeline.{action}", project, name, at, form, version, label, button, tone=tone
        )

    if not project.is_open:
        return []
    held = project.disposition == Disposition.HOLD
    found = [
        offer(
            "next_action",
            "next",
            lambda: NextActionForm(name="next", project=project),
            _("Set the next action"),
            _("Set"),
        ),
        offer("assign", "assign", lambda: AssignForm(name="assign"), _("Give to an officer"), _("Give")),
        offer("resume", "resume", Form, _("Take up again"))
        if held
        else offer("hold", "hold", lambda: ReasonForm(name="hold"), _("Put on hold…"), _("Put on hold")),
        offer("stop", "stop", lambda: ReasonForm(name="stop"), _("Stop…"), _("Stop the project")),
    ]
    if not held and not blockers(project):
        found.insert(0, offer("move", "move", Form, _("Move to the next stage"), tone="primary"))
    return [slot for slot in found if slot is not None]
