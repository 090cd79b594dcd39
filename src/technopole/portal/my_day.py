"""My day: what waits for the reader, by role; each line names its record, its days and who owes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from technopole.evaluation.models import Review, ReviewStatus
from technopole.landing.models import Landing, SiteChoice
from technopole.landing.services import rank_for
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.onboarding.services import completeness_of, publication_alarm
from technopole.parties.models import Organisation, RoleName
from technopole.pipeline.models import Disposition, Result, Stage, TransferProject
from technopole.planning.models import Match, MatchStatus, Milestone
from technopole.portal.addresses import address_of
from technopole.records import clock
from technopole.resources.needs.models import Need, NeedStatus
from technopole.resources.sites.models import Site

SHOWN = 8
DUE_WITHIN = 14
MILESTONES_WITHIN = 30
# Days in a stage after which somebody should ask why.
STUCK_AFTER = {Stage.ONBOARDING: 30, Stage.EVALUATION: 60, Stage.PLANNING: 120, Stage.LANDING: 180}
# A match is put before people from this rank on; further ones wait on the project's page.
RANKS_ASKED = 3
WITH_NEED_OWNER = (MatchStatus.SUGGESTED, MatchStatus.VIEWED)
WITH_OFFICER = (MatchStatus.INTERESTED, MatchStatus.MET, MatchStatus.DILIGENCE)


@dataclass(frozen=True)
class Item:
    """One line: what, where it opens, when and who."""

    title: str
    address: str
    is_sample: bool = False
    detail: str = ""
    due: date | None = None
    # Days past due or days waited; negative: days still to go.
    days: int | None = None
    tone: str = ""
    who: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Block:
    """One list of the page: the first lines, and the rest folded away."""

    name: str
    title: str
    empty: str
    items: tuple[Item, ...]
    more: tuple[Item, ...]

    @property
    def total(self) -> int:
        """How many lines there are in all."""
        return len(self.items) + len(self.more)


@dataclass(frozen=True)
class Figure:
    """A number that opens the rows behind it."""

    label: str
    value: int
    address: str
    tone: str = ""


@dataclass(frozen=True)
class Day:
    """Everything on the page."""

    today: date
    figures: tuple[Figure, ...]
    blocks: tuple[Block, ...]


def _block(name: str, title: str, empty: str, items: Iterable[Item]) -> Block:
    every = tuple(items)
    return Block(name, title, empty, every[:SHOWN], every[SHOWN:])


def _tone(late: int) -> str:
    return "late" if late > 0 else "soon" if late >= -3 else ""


def _dated(title: str, address: str, due: date, *, detail: str, who: str, is_sample: bool) -> Item:
    late = (clock.today() - due).days
    return Item(title, address, is_sample, detail, due, late, _tone(late), who)


def _holder(project: TransferProject) -> str:
    return project.owner.display_name if project.owner else gettext("nobody yet")


def _about(project: TransferProject) -> str:
    return f"{project.docket} · {project.get_stage_display()} · {project.title}"


def open_projects(user: Any) -> QuerySet[TransferProject]:
    """The open projects that the reader may know of."""
    working = Q(disposition__in=(Disposition.ACTIVE, Disposition.HOLD))
    rows = TransferProject.objects.visible_to(user).filter(working).exclude(stage=Stage.CLOSED)
    return rows.select_related("result", "owner__person").distinct()


def due_actions(projects: QuerySet[TransferProject]) -> Block:
    """Next actions past due or due soon, the latest first."""
    until = clock.today() + timedelta(days=DUE_WITHIN)
    rows = projects.filter(next_action_due__lte=until).order_by("next_action_due", "docket")
    return _block(
        "actions",
        gettext("Next actions, overdue and due"),
        gettext("No next action is due in the next two weeks."),
        (
            _dated(
                row.text("next_action"),
                address_of(row),
                row.next_action_due,
                detail=_about(row),
                who=_holder(row),
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
    return _block(
        "milestones",
        gettext("Milestones"),
        gettext("No milestone is due in the next month."),
        (
            _dated(
                str(row),
                address_of(row.project),
                row.due,
                detail=_about(row.project),
                who=_holder(row.project),
                is_sample=row.is_sample,
            )
            for row in rows.select_related("project__result", "project__owner__person").order_by("due")
        ),
    )


def reviews_to_do(user: Any) -> Block:
    """Reviews that the reader was asked for."""
    rows = Review.objects.visible_to(user).filter(reviewer=user.person_id, status=ReviewStatus.ASKED)
    return _block(
        "my-reviews",
        gettext("Reviews you were asked for"),
        gettext("No review waits for you."),
        (_review_item(row, row.due or row.asked_on) for row in rows.select_related("project__result").order_by("due")),
    )


def _review_item(row: Review, due: date) -> Item:
    return _dated(
        row.project.title,
        address_of(row.project),
        due,
        detail=row.project.docket,
        who="",
        is_sample=row.is_sample,
    )


def reviews_outstanding(projects: QuerySet[TransferProject]) -> Block:
    """Reviews that others owe to these projects; the reviewer stays unnamed here."""
    rows = Review.objects.filter(project__in=projects, status=ReviewStatus.ASKED).order_by("due", "asked_on")
    return _block(
        "reviews",
        gettext("Reviews asked for and not yet in"),
        gettext("Every review asked for is in."),
        (
            _dated(
                row.project.title,
                address_of(row.project),
                row.due or row.asked_on,
                detail=_about(row.project),
                who=gettext("a reviewer"),
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
    return _block(
        "answers", gettext("Matches waiting for an answer"), gettext("No match waits for an answer."), found
    )


def _match_address(match: Match) -> str:
    project = next(iter(match.result.projects.all()), None)
    return address_of(project) if project else address_of(match.result)


def _owes(match: Match) -> str:
    if match.status in WITH_NEED_OWNER and match.need is not None:
        return str(match.need.organisation)
    project = next(iter(match.result.projects.all()), None)
    return _holder(project) if project else gettext("the office")


def new_disclosures(user: Any) -> Block:
    """Disclosures handed in and not yet accepted, with how complete they are."""
    rows = Disclosure.objects.visible_to(user).filter(status=DisclosureStatus.SUBMITTED).distinct()
    today = clock.today()
    return _block(
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
                who=_holder(row.project),
                percent=completeness_of(row).score,
            )
            for row in rows.select_related("project__result__holder", "project__owner__person").order_by("submitted_on")
        ),
    )


def stuck_projects(projects: QuerySet[TransferProject]) -> Block:
    """Projects longer in their stage than they should be, the oldest first."""
    rows = [row for row in projects.order_by("stage_since") if row.days_in_stage > STUCK_AFTER[Stage(row.stage)]]
    return _block(
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
                who=_holder(row),
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
    names = {row.owner.username: _holder(row) for row in projects if row.owner}
    return _block(
        "workload",
        gettext("Desks"),
        gettext("No project is open."),
        (
            Item(
                title=names.get(row["owner__username"], gettext("nobody yet")),
                address="",
                detail=gettext("%(held)d open, %(late)d overdue") % {"held": row["held"], "late": row["late"]},
                tone="late" if row["late"] else "",
            )
            for row in counted
        ),
    )


def my_results(user: Any) -> Block:
    """The reader's own results: who holds each, since when, and whether it may be published now."""
    rows = Result.objects.visible_to(user).filter(inventorships__person=user.person_id).distinct()
    found = []
    for row in rows.prefetch_related("projects__owner__person", "projects__disclosure"):
        project = max(row.projects.all(), key=lambda each: each.created_at, default=None)
        if project is None:
            found.append(Item(row.title, address_of(row), row.is_sample, gettext("no project yet")))
            continue
        disclosure = getattr(project, "disclosure", None)
        light = publication_alarm(disclosure).light if disclosure else None
        found.append(
            Item(
                title=row.title,
                address=address_of(project),
                is_sample=row.is_sample,
                detail=f"{project.docket} · {project.get_stage_display()} · {project.get_disposition_display()}",
                days=project.days_in_stage,
                tone={"red": "late", "amber": "soon"}.get(light or "", ""),
                who=_holder(project),
            )
        )
    return _block(
        "my-results",
        gettext("My results: who holds them, since when"),
        gettext("You have disclosed nothing yet."),
        found,
    )


def my_drafts(user: Any) -> Block:
    """The reader's own disclosures that are still drafts or came back."""
    mine = Q(project__result__inventorships__person=user.person_id)
    unfinished = (DisclosureStatus.DRAFT, DisclosureStatus.RETURNED)
    rows = Disclosure.objects.visible_to(user).filter(mine, status__in=unfinished).distinct()
    return _block(
        "drafts",
        gettext("Disclosures to finish"),
        gettext("No disclosure of yours is unfinished."),
        (
            Item(
                title=row.project.title,
                address=address_of(row.project),
                is_sample=row.is_sample,
                detail=f"{row.get_status_display()} {row.text('returned')}".strip(),
                percent=completeness_of(row).score,
            )
            for row in rows.select_related("project__result")
        ),
    )


def my_needs(user: Any) -> Block:
    """The needs of the reader's organisation, with the matches that wait for its answer."""
    if user.person is None:
        return _block("my-needs", gettext("My needs"), gettext("You have posted no need."), ())
    own = Q(organisation=user.person.organisation_id) | Q(contact=user.person_id)
    rows = Need.objects.visible_to(user).filter(own, status=NeedStatus.OPEN).distinct().order_by("posted_on")
    waiting: dict[Any, list[Match]] = {}
    matches = Match.objects.visible_to(user).filter(need__in=rows, close=True, status__in=WITH_NEED_OWNER)
    for match in matches.select_related("result").distinct().order_by("rank"):
        waiting.setdefault(match.need_id, []).append(match)
    today = clock.today()
    found = []
    for row in rows:
        new = waiting.get(row.pk, [])
        best = f"{gettext('closest')}: {new[0].result.title}" if new else gettext("nothing close yet")
        found.append(
            Item(
                title=str(row),
                address=address_of(row),
                is_sample=row.is_sample,
                detail=gettext("%(count)d matches to answer · %(best)s") % {"count": len(new), "best": best},
                due=row.deadline,
                days=(today - row.posted_on).days,
                tone="soon" if new else "",
            )
        )
    return _block("my-needs", gettext("My needs and their new matches"), gettext("You have posted no need."), found)


def fitting_projects(user: Any) -> Block:
    """Projects that look for a site and meet every hard limit of the reader's parks."""
    parks = list(Site.objects.visible_to(user).filter(manager=user.person_id).select_related("district").distinct())
    looking = open_projects(user).filter(stage__in=(Stage.PLANNING, Stage.LANDING))
    found = []
    for project in looking if parks else ():
        for site, fit in rank_for(project.result, parks):
            if fit.eligible:
                found.append(
                    Item(
                        title=project.title,
                        address=address_of(project),
                        is_sample=project.is_sample,
                        detail=f"{project.docket} · {project.get_stage_display()} → {site}",
                        days=project.days_in_stage,
                        who=_holder(project),
                        percent=round(fit.score * 100) if fit.score <= 1 else round(fit.score),
                    )
                )
    found.sort(key=lambda item: -(item.percent or 0))
    return _block(
        "fitting", gettext("Projects that fit my park"), gettext("No project that you may read fits now."), found
    )


def choices_of_my_parks(user: Any) -> Block:
    """Where projects stand with the reader's parks."""
    rows = SiteChoice.objects.visible_to(user).filter(site__manager=user.person_id).distinct()
    today = clock.today()
    return _block(
        "choices",
        gettext("Projects at my park"),
        gettext("No project has shortlisted your park."),
        (
            Item(
                title=row.project.title,
                address=address_of(row.project),
                is_sample=row.is_sample,
                detail=f"{row.get_status_display()} · {row.site}",
                days=(today - row.since).days,
                who=_holder(row.project),
            )
            for row in rows.select_related("project__result", "project__owner__person", "site").order_by("since")
        ),
    )


def region(user: Any) -> tuple[Figure, ...]:
    """The region in numbers, as far as the reader may read the rows behind them."""
    listing = reverse("results")
    stages = dict(open_projects(user).order_by().values_list("stage").annotate(Count("pk", distinct=True)))
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
        due_actions(projects),
        due_milestones(projects),
        answers_waiting(matches),
        new_disclosures(user),
        reviews_outstanding(projects),
        stuck_projects(projects),
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
        projects = open_projects(user)
        figures, blocks = desk(user, projects)
        blocks.append(workload(projects))
    elif RoleName.OFFICER in roles:
        figures, blocks = desk(user, open_projects(user).filter(owner=user))
    if RoleName.ANALYST in roles:
        figures = (*figures, *region(user))
    if roles & {RoleName.RESEARCHER, RoleName.CLINICIAN}:
        blocks += [my_results(user), my_drafts(user)]
    if roles & {RoleName.SCOUT, RoleName.CLINICIAN}:
        blocks.append(my_needs(user))
    if RoleName.PARK_MANAGER in roles:
        blocks += [fitting_projects(user), choices_of_my_parks(user)]
    reviews = reviews_to_do(user)
    if reviews.total or not blocks:
        blocks.insert(0, reviews)
    return Day(clock.today(), figures, tuple(blocks))
