"""My day: what waits for the reader, by the roles they hold."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from technopole.landing.models import Landing
from technopole.parties.models import RoleName
from technopole.pipeline.models import Result, Stage, TransferProject
from technopole.planning.models import Match
from technopole.portal import day_office as office
from technopole.portal import day_own as own
from technopole.portal.day_shapes import Block, Day, Figure
from technopole.records import clock


def region(user: Any) -> tuple[Figure, ...]:
    """The region in numbers, as far as the reader may read the rows behind them."""
    listing = reverse("results")
    stages = dict(
        office.open_projects(user).order_by().values_list("stage").annotate(Count("pk", distinct=True))
    )
    steps = [Stage.ONBOARDING, Stage.EVALUATION, Stage.PLANNING, Stage.LANDING]
    figures = [Figure(str(stage.label), stages.get(stage, 0), f"{listing}?stage={stage}") for stage in steps]
    published = Result.objects.visible_to(user).filter(published_on__isnull=False).distinct().count()
    landings = Landing.objects.visible_to(user).distinct().count()
    return (
        *figures,
        Figure(gettext("published results"), published, listing),
        Figure(gettext("landings"), landings, reverse("organisations")),
    )


def desk(user: Any, projects: QuerySet[TransferProject]) -> tuple[tuple[Figure, ...], list[Block]]:
    """What a desk with these projects shows, and its numbers."""
    matches = Match.objects.filter(result__projects__in=projects).distinct()
    blocks = [
        office.due_actions(projects),
        office.due_milestones(projects),
        office.answers_waiting(matches),
        office.new_disclosures(user),
        office.reviews_outstanding(projects),
        office.stuck_projects(projects),
    ]
    overdue = sum(1 for row in projects if row.is_overdue())
    numbers = {block.name: block.total for block in blocks}
    figures = (
        Figure(gettext("overdue actions"), overdue, "#actions", "late" if overdue else ""),
        Figure(gettext("milestones due"), numbers["milestones"], "#milestones"),
        Figure(gettext("answers waiting"), numbers["answers"], "#answers"),
        Figure(gettext("new disclosures"), numbers["disclosures"], "#disclosures"),
        Figure(gettext("not moving"), numbers["stuck"], "#stuck", "soon" if numbers["stuck"] else ""),
    )
    return figures, blocks


def of(user: Any) -> Day:
    """The reader's day: the parts of every role they hold."""
    roles = user.role_names
    figures: tuple[Figure, ...] = ()
    blocks: list[Block] = []
    if RoleName.DIRECTOR in roles:
        projects = office.open_projects(user)
        figures, blocks = desk(user, projects)
        blocks.append(office.workload(projects))
    elif RoleName.OFFICER in roles:
        figures, blocks = desk(user, office.open_projects(user).filter(owner=user))
    if RoleName.APPROVER in roles:
        blocks += [
            office.gates_waiting(office.open_projects(user)),
            office.plans_to_approve(office.open_projects(user)),
        ]
    if RoleName.ANALYST in roles:
        figures = (*figures, *region(user))
    if roles & {RoleName.RESEARCHER, RoleName.CLINICIAN}:
        blocks += [own.my_results(user), own.my_drafts(user)]
    if roles & {RoleName.SCOUT, RoleName.CLINICIAN}:
        blocks.append(own.my_needs(user))
    if RoleName.PARK_MANAGER in roles:
        blocks += [own.fitting_projects(user), own.choices_of_my_parks(user)]
    reviews = own.reviews_to_do(user)
    if reviews.total or not blocks:
        blocks.insert(0, reviews)
    return Day(clock.today(), figures, tuple(blocks))
