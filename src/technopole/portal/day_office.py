"""What waits on the office's desks: actions, milestones, answers, disclosures, reviews, gates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, gettext

from technopole.evaluation.models import Review, ReviewStatus
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.onboarding.services import completeness_of
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.planning.models import Match, MatchStatus, Milestone, Plan, PlanStatus
from technopole.planning.services import gate_problems, open_problems
from technopole.portal.addresses import address_of
from technopole.portal.day_shapes import Block, Item, about, block, by, dated, holder
from technopole.records import clock

DUE_WITHIN = 14
MILESTONES_WITHIN = 30
# Days in a stage after which somebody should ask why.
STUCK_AFTER = {Stage.ONBOARDING: 30, Stage.EVALUATION: 60, Stage.PLANNING: 120, Stage.LANDING: 180}
# A match is put before people down to this rank; further ones wait on the project's page.
RANKS_ASKED = 3
WITH_NEED_OWNER = (MatchStatus.SUGGESTED, MatchStatus.VIEWED)
WITH_OFFICER = (MatchStatus.INTERESTED, MatchStatus.MET, MatchStatus.DILIGENCE)


def open_projects(user: Any) -> QuerySet[TransferProject]:
    """The open projects that the reader may know of."""
    working = Q(disposition__in=(Disposition.ACTIVE, Disposition.HOLD))
    rows = TransferProject.objects.visible_to(user).filter(working).exclude(stage=Stage.CLOSED)
    return rows.select_related("result", "owner__person").distinct()


def due_actions(projects: QuerySet[TransferProject]) -> Block:
    """Next actions past due or due soon, the latest first."""
    until = clock.today() + timedelta(days=DUE_WITHIN)
    rows = projects.filter(next_action_due__lte=until).order_by("next_action_due", "docket")
    return block(
        "actions",
        gettext("Next actions, overdue and due"),
        gettext("No next action is due in the next two weeks."),
        (
            dated(
                row.text("next_action"),
                address_of(row),
                row.next_action_due,
                detail=about(row),
                who=holder(row),
                is_sample=row.is_sample,
            )
            for row in rows
            if row.next_action_due is not None
        ),
    )


def due_milestones(projects: QuerySet[TransferProject]) -> Block:
    """Open milestones of these projects, past due or due within a month."""
    until = clock.today() + timedelta(days=MILESTONES_WITHIN)
    rows = Milestone.objects.filter(project__in=projects, done_on__isnull=True, due__lte=until)
    return block(
        "milestones",
        gettext("Milestones"),
        gettext("No milestone is due in the next month."),
        (
            dated(
                str(row),
                address_of(row.project),
                row.due,
                detail=about(row.project),
                who=holder(row.project),
                is_sample=row.is_sample,
            )
            for row in rows.select_related("project__result", "project__owner__person").order_by("due")
        ),
    )


def reviews_outstanding(projects: QuerySet[TransferProject]) -> Block:
    """Reviews that others owe to these projects; the reviewer stays unnamed here."""
    rows = Review.objects.filter(project__in=projects, status=ReviewStatus.ASKED).order_by("due", "asked_on")
    return block(
        "reviews",
        gettext("Reviews asked for and not yet in"),
        gettext("Every review asked for is in."),
        (
            dated(
                row.project.title,
                address_of(row.project),
                row.due or row.asked_on,
                detail=about(row.project),
                who=gettext("with a reviewer"),
                is_sample=row.is_sample,
            )
            for row in rows.select_related("project__result")
        ),
    )


def answers_waiting(matches: QuerySet[Match]) -> Block:
    """Close matches with needs that wait for an answer: since when, and whose turn it is."""
    today = clock.today()
    rows = matches.filter(need__isnull=False, close=True, status__in=(*WITH_NEED_OWNER, *WITH_OFFICER))
    rows = rows.filter(Q(rank__lte=RANKS_ASKED) | Q(status__in=WITH_OFFICER))
    found = []
    for row in rows.select_related("need__organisation", "need__contact", "result").prefetch_related(
        "result__projects__owner__person"
    ):
        waited = (today - (row.answered_on or row.computed_on)).days
        found.append(
            Item(
                title=str(row.need),
                address=_match_address(row),
                is_sample=row.is_sample or row.result.is_sample,
                detail=f"{row.result.title} · {row.get_status_display()}",
                days=waited,
                tone="late" if waited > 30 else "soon" if waited > 14 else "",
                who=_owes(row),
            )
        )
    found.sort(key=lambda item: -(item.days or 0))
    return block(
        "answers", gettext("Matches waiting for an answer"), gettext("No match waits for an answer."), found
    )


def _match_address(match: Match) -> str:
    project = next(iter(match.result.projects.all()), None)
    return address_of(project) if project else address_of(match.result)


def _owes(match: Match) -> str:
    if match.status in WITH_NEED_OWNER and match.need is not None:
        return by(str(match.need.organisation))
    project = next(iter(match.result.projects.all()), None)
    return holder(project) if project else gettext("with the office")


def new_disclosures(user: Any) -> Block:
    """Disclosures handed in and not yet accepted, with how complete they are."""
    rows = Disclosure.objects.visible_to(user).filter(status=DisclosureStatus.SUBMITTED).distinct()
    today = clock.today()
    return block(
        "disclosures",
        gettext("New disclosures"),
        gettext("No disclosure waits to be accepted."),
        (
            Item(
                title=row.project.title,
                address=address_of(row.project),
                is_sample=row.is_sample,
                detail=f"{row.project.docket} · {row.project.result.holder}",
                days=(today - row.submitted_on).days if row.submitted_on else None,
                who=holder(row.project),
                percent=completeness_of(row).score,
            )
            for row in rows.select_related("project__result__holder", "project__owner__person").order_by(
                "submitted_on"
            )
        ),
    )


def stuck_projects(projects: QuerySet[TransferProject]) -> Block:
    """Projects longer in their stage than they should be, the oldest first."""
    rows = [
        row for row in projects.order_by("stage_since") if row.days_in_stage > STUCK_AFTER[Stage(row.stage)]
    ]
    return block(
        "stuck",
        gettext("Projects that have not moved"),
        gettext("No project has been in its stage for too long."),
        (
            Item(
                title=row.title,
                address=address_of(row),
                is_sample=row.is_sample,
                detail=f"{row.docket} · {row.get_stage_display()} · {row.get_disposition_display()}",
                days=row.days_in_stage,
                tone="late" if row.days_in_stage > 2 * STUCK_AFTER[Stage(row.stage)] else "soon",
                who=holder(row),
            )
            for row in rows
        ),
    )


def workload(projects: QuerySet[TransferProject]) -> Block:
    """Open and overdue projects per officer, the fullest desk first."""
    today = clock.today()
    counted = (
        projects.order_by()
        .values("owner__person__name_zh", "owner__person__name_en", "owner__username")
        .annotate(held=Count("pk"), late=Count("pk", filter=Q(next_action_due__lt=today)))
        .order_by("-held")
    )
    names = {row.owner.username: row.owner.display_name for row in projects if row.owner}
    return block(
        "workload",
        gettext("Desks"),
        gettext("No project is open."),
        (
            Item(
                title=names.get(row["owner__username"], gettext("nobody yet")),
                address="",
                detail=gettext("%(held)d open, %(late)d overdue")
                % {"held": row["held"], "late": row["late"]},
                tone="late" if row["late"] else "",
            )
            for row in counted
        ),
    )


def gates_waiting(projects: QuerySet[TransferProject]) -> Block:
    """Compliance gates of projects in planning that nobody passed yet."""
    found = []
    for project in projects.filter(stage=Stage.PLANNING).order_by("stage_since"):
        problems = gate_problems(project)
        if problems:
            found.append(
                Item(
                    title=project.title,
                    address=address_of(project),
                    is_sample=project.is_sample,
                    detail=" ".join(reason.text(get_language() or "en") for reason in problems[:2]),
                    days=project.days_in_stage,
                    who=holder(project),
                )
            )
    return block("gates", gettext("Compliance gates waiting"), gettext("Every gate is answered."), found)


def plans_to_approve(projects: QuerySet[TransferProject]) -> Block:
    """Plans in which nothing is missing any more but the approval."""
    drafts = Plan.objects.filter(project__in=projects, status=PlanStatus.DRAFT).select_related(
        "project__result", "project__owner__person"
    )
    return block(
        "plans",
        gettext("Plans ready to approve"),
        gettext("No plan waits for an approval."),
        (
            Item(
                title=plan.project.title,
                address=address_of(plan.project),
                is_sample=plan.is_sample,
                detail=f"{plan.project.docket} · {plan.get_route_display()} · {plan.get_pricing_display()}",
                days=plan.project.days_in_stage,
                who=holder(plan.project),
            )
            for plan in drafts
            if not open_problems(plan.project)
        ),
    )
