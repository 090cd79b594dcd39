"""What the project's page shows of step 2, and the forms by which it is done."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from technopole.evaluation import services
from technopole.evaluation.engine import scorecard
from technopole.evaluation.engine.readiness import Readiness
from technopole.evaluation.forms import AskReviewForm, AssessForm, DecisionForm, EvidenceForm
from technopole.evaluation.models import Decision, EvidenceItem, Review, ReviewStatus
from technopole.parties.models import Person
from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.page import Slot, allowed_slot, reads_all, said
from technopole.records import clock
from technopole.records.levels import Level

SUGGESTED_REVIEWERS = 5


def close_needs(project: TransferProject) -> int:
    """How many open needs are close to the project's result; the matches belong to a later step."""
    return int(project.result.matches.filter(close=True, need__status="open").count())


def section(request: HttpRequest, project: TransferProject) -> dict[str, Any] | None:
    """What the reader is shown of the evaluation; None for somebody outside the team and the office."""
    user = request.user
    if not reads_all(project, user):
        return None
    ready = services.readiness_of(project)
    card = services.scorecard_of(project)
    return {
        "ready": ready,
        "scale": said(ready.scale.name),
        "levels": _levels(ready, project, user),
        "next_questions": [question.text(get_language() or "en") for question in ready.questions],
        "assessment": project.assessments.visible_to(user).first(),
        "reviews": _reviews(project, user),
        "card": card,
        "values": values_of(project, card),
        "chart": _chart(card),
        "suggestion": services.suggestion_for(project, close_needs(project)) if _open(project) else None,
        "suggested": _suggested(request, project),
        "decisions": [
            row.shown_to(user) for row in Decision.objects.visible_to(user).filter(project=project)
        ],
        "slots": _slots(request, project),
    }


def _open(project: TransferProject) -> bool:
    return project.stage == Stage.EVALUATION


def _levels(ready: Readiness, project: TransferProject, user: Any) -> list[dict[str, Any]]:
    """Each level up to the next one to reach, with its evidence, or what to ask where it lacks."""
    items: dict[int, list[EvidenceItem]] = {}
    for item in EvidenceItem.objects.visible_to(user).filter(project=project).select_related("document"):
        items.setdefault(item.readiness_level, []).append(item)
    top = max([ready.level + 1, ready.claimed or 0, *items])
    return [
        {
            "number": number,
            "name": said(level.name),
            "items": items.get(number, []),
            "reached": number <= ready.level,
            "gap": number in ready.gaps,
            "next": number == ready.level + 1,
            "questions": [question.text(get_language() or "en") for question in level.questions]
            if number in ready.gaps
            else [],
        }
        for number, level in ready.scale.levels.items()
        if number <= top
    ]


def _reviews(project: TransferProject, user: Any) -> list[dict[str, Any]]:
    """The reviews; who wrote one, and their ties, only for those who may know."""
    rows = []
    for number, review in enumerate(Review.objects.visible_to(user).filter(project=project), start=1):
        shown = review.shown_to(user)
        named = shown.reviewer is not None
        rows.append(
            {
                "shown": shown,
                "name": str(shown.reviewer) if named else gettext("Reviewer %(n)d") % {"n": number},
                "ties": services.conflicts_of(project, review.reviewer, declared=_declared(review))
                if named
                else (),
                "points": [review.points.get(value.value) for value in scorecard.Value]
                if review.points
                else [],
                "late": _late(review),
                "mine": review.reviewer_id == user.person_id and review.status == ReviewStatus.ASKED,
            }
        )
    return rows


def _late(review: Review) -> bool:
    return review.status == ReviewStatus.ASKED and review.due is not None and review.due < clock.today()


def _declared(review: Review) -> bool | None:
    """Whether an interest was declared; who has handed nothing in was not asked yet."""
    return None if review.status == ReviewStatus.ASKED else bool(review.interest)


def values_of(project: TransferProject, card: scorecard.Scorecard | None) -> list[dict[str, Any]]:
    """One row per value: weight, median, spread and number of ratings."""
    template = scorecard.template_for(project.result.kind, clock.today())
    rows = []
    for value in scorecard.Value:
        found = card.values.get(value) if card else None
        rows.append(
            {
                "value": said(scorecard.LABELS[value]),
                "asks": said(template.asks[value]),
                "weight": template.weights[value],
                "median": found.median if found else None,
                "spread": found.spread if found else None,
                "n": found.n if found else 0,
            }
        )
    return rows


def _chart(card: scorecard.Scorecard | None) -> dict[str, Any] | None:
    if card is None:
        return None
    points = [float(card.values[value].median) if value in card.values else 0 for value in scorecard.Value]
    names = [{"name": said(scorecard.LABELS[value]), "max": 100} for value in scorecard.Value]
    return {
        "radar": {"indicator": names, "radius": "50%", "splitNumber": 4, "axisName": {"fontSize": 11}},
        "series": [
            {
                "type": "radar",
                "data": [{"value": points, "name": gettext("median of the reviews")}],
                "areaStyle": {"opacity": 0.15},
                "label": {"show": True},
            }
        ],
    }


def _suggested(request: HttpRequest, project: TransferProject) -> list[dict[str, Any]]:
    """Experts close to the result who were not asked yet, with their ties to the case."""
    if not _open(project) or project.access_of(request.user) < Level.RESTRICTED:
        return []
    asked = project.reviews.values("reviewer")
    close = project.result.matches.filter(person__isnull=False, close=True).exclude(person__in=asked)
    people = Person.objects.visible_to(request.user).select_related("organisation")
    found = []
    for match in close.order_by("rank")[:SUGGESTED_REVIEWERS]:
        person = people.filter(matches=match).first()
        if person is None:
            continue
        ties = services.conflicts_of(project, person)
        blocked = any(tie.blocking for tie in ties)
        found.append(
            {
                "person": person,
                "ties": ties,
                "slot": None
                if blocked
                else allowed_slot(
                    request,
                    "evaluation.ask_review",
                    project,
                    f"ask-{person.pk}",
                    reverse("project-ask-review", args=[project.pk]),
                    Form,
                    project.version,
                    _("Ask for a review"),
                    hidden={"reviewer": str(person.pk)},
                ),
            }
        )
    return found


def _slots(request: HttpRequest, project: TransferProject) -> dict[str, Slot | None]:
    user = request.user
    if not project.is_open:
        return {}

    def offer(action: str, name: str, address: str, form: Any, label: Any, button: Any) -> Slot | None:
        at = reverse(f"project-{address}", args=[project.pk])
        return allowed_slot(
            request, f"evaluation.{action}", project, name, at, form, project.version, label, button
        )

    slots = {
        "evidence": offer(
            "add_evidence",
            "evidence",
            "evidence",
            lambda: EvidenceForm(name="evidence"),
            _("Add evidence"),
            _("Add"),
        ),
        "assess": offer(
            "assess",
            "assess",
            "assess",
            lambda: AssessForm(name="assess", project=project),
            _("Assess readiness"),
            _("Assess by the evidence"),
        ),
    }
    if _open(project):
        slots["ask"] = offer(
            "ask_review",
            "ask",
            "ask-review",
            lambda: AskReviewForm(name="ask", project=project, user=user),
            _("Ask somebody for a review"),
            _("Ask for a review"),
        )
        slots["decide"] = offer(
            "decide",
            "decide",
            "decide",
            lambda: DecisionForm(name="decide", project=project, user=user),
            _("Record the collective decision"),
            _("Record and carry out"),
        )
    return slots
