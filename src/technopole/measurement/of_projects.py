"""Figures of projects: the funnel, disclosures, days in each step, decisions, workload, what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext

from technopole.evaluation.models import Decision, Outcome
from technopole.measurement.engine.durations import Bound, Duration, quantile
from technopole.measurement.shapes import ALL, Figure, Heading, Layer, Line, Number, Slice, Slicer, count
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.pipeline.gates import NEXT
from technopole.pipeline.models import Disposition, Stage, StageStay, TransferProject
from technopole.planning.models import Milestone
from technopole.records import clock
from technopole.wording import Reason

STATE_OF_TODAY = frozenset({Slicer.DISTRICT, Slicer.SECTOR})
QUARTILES = {"q1": Fraction(1, 4), "median": Fraction(1, 2), "q3": Fraction(3, 4)}
# Days past due, each up to and with.
LATENESS = (("to7", 7), ("to30", 30), ("later", None))


def source_of(cut: Slice) -> Reason:
    """Where the records of a layer come from."""
    return Reason("measurement.sample_source" if cut.layer is Layer.SAMPLE else "measurement.records_source")


def projects_in(cut: Slice) -> QuerySet[TransferProject]:
    """The projects of a slice, by sector of the result and district of its holder."""
    rows = TransferProject.objects.filter(is_sample=cut.layer is Layer.SAMPLE)
    if cut.sector:
        rows = rows.filter(result__sector=cut.sector)
    if cut.district:
        rows = rows.filter(result__holder__district=cut.district)
    return rows.select_related("result", "owner__person").order_by("docket")


def _stays(cut: Slice) -> list[StageStay]:
    rows = StageStay.objects.filter(project__in=projects_in(cut)).select_related("project__result")
    if cut.year:
        rows = rows.filter(entered_on__year=cut.year)
    return list(rows.order_by("project__docket", "entered_on", "pk"))


def _of_stage(stays: Iterable[StageStay], stage: str) -> list[StageStay]:
    return [stay for stay in stays if stay.stage == stage]


def funnel(cut: Slice) -> Figure:
    """How many projects entered each step, moved on, stopped, are in it now."""
    stays = _stays(cut)
    lines = []
    for stage, onward in NEXT.items():
        here = _of_stage(stays, stage)
        moved = [stay for stay in here if stay.left_for == onward]
        now = [stay for stay in here if stay.left_on is None]
        stopped = [stay for stay in here if stay.left_on is not None and stay.left_for != onward]
        label = capfirst(str(Stage(stage).label))
        lines.append(Line(stage, label, (count(here), count(moved), count(stopped), count(now))))
    projects = {stay.project_id: stay.project for stay in stays}
    return Figure(
        key="funnel",
        title=gettext("Funnel by step"),
        line_label=gettext("Stage"),
        headings=(
            Heading("entered", gettext("Entered")),
            Heading("moved", gettext("Moved on")),
            Heading("stopped", gettext("Stopped")),
            Heading("now", gettext("In it now")),
        ),
        lines=tuple(lines),
        total=count(projects.values()),
        unit=gettext("projects"),
        as_of=clock.today(),
        definition=Reason("measurement.funnel_definition", {"on": clock.today().isoformat()}),
        source=source_of(cut),
        layer=cut.layer,
    )


def disclosures(cut: Slice) -> Figure:
    """Disclosures handed in per year."""
    rows = Disclosure.objects.exclude(status=DisclosureStatus.DRAFT).filter(project__in=projects_in(cut))
    every = list(rows.select_related("project__result").order_by("submitted_on", "project__docket"))
    undated = [row for row in every if row.submitted_on is None]
    held = [row for row in every if cut.holds_day(row.submitted_on)]
    bound = Bound.AT_LEAST if undated else Bound.EXACT
    years = sorted({row.submitted_on.year for row in held if row.submitted_on})
    lines = [
        Line(
            str(year),
            str(year),
            (count([row for row in held if row.submitted_on and row.submitted_on.year == year], bound),),
        )
        for year in years
    ]
    return Figure(
        key="disclosures",
        title=gettext("Disclosures per year"),
        line_label=gettext("Year"),
        headings=(Heading("in", gettext("Handed in")),),
        lines=tuple(lines),
        total=count(held, bound if cut.year else Bound.EXACT),
        unit=gettext("disclosures"),
        as_of=clock.today(),
        definition=Reason("measurement.disclosures_definition", {"undated": len(undated)}),
        source=source_of(cut),
        layer=cut.layer,
    )


def days(cut: Slice) -> Figure:
    """Days in each step: quartiles, shortest and longest, over all stays and those still running."""
    stays = _stays(cut)
    lines = []
    for stage in NEXT:
        here = _of_stage(stays, stage)
        running = [stay for stay in here if stay.left_on is None]
        counted = [Duration(stay.days, stay.left_on is None) for stay in here]
        numbers = [
            _quartile(counted, here, share) for share in (Fraction(0), *QUARTILES.values(), Fraction(1))
        ]
        lines.append(Line(stage, capfirst(str(Stage(stage).label)), (count(here), count(running), *numbers)))
    unit = gettext("days")
    return Figure(
        key="days",
        title=gettext("Days in each step"),
        line_label=gettext("Stage"),
        headings=(
            Heading("stays", gettext("Stays")),
            Heading("running", gettext("Still running")),
            Heading("min", gettext("Shortest"), unit),
            Heading("q1", gettext("Lower quartile"), unit),
            Heading("median", gettext("Median"), unit),
            Heading("q3", gettext("Upper quartile"), unit),
            Heading("max", gettext("Longest"), unit),
        ),
        lines=tuple(lines),
        total=None,
        unit=unit,
        as_of=clock.today(),
        definition=Reason("measurement.days_definition", {"on": clock.today().isoformat()}),
        source=source_of(cut),
        layer=cut.layer,
    )


def _quartile(counted: Sequence[Duration], stays: Sequence[StageStay], share: Fraction) -> Number:
    if not counted:
        return Number(None)
    found = quantile(counted, share)
    return Number(found.days, tuple(stays), found.bound)


def decisions(cut: Slice) -> Figure:
    """Collective decisions by outcome."""
    rows = Decision.objects.filter(project__in=projects_in(cut)).select_related("project__result")
    held = [row for row in rows.order_by("held_on", "project__docket") if cut.holds_day(row.held_on)]
    return Figure(
        key="decisions",
        title=gettext("Collective decisions"),
        line_label=gettext("Outcome"),
        headings=(Heading("taken", gettext("Decisions")),),
        lines=tuple(
            Line(
                outcome, capfirst(str(outcome.label)), (count(row for row in held if row.outcome == outcome),)
            )
            for outcome in Outcome
        ),
        total=count(held),
        unit=gettext("decisions"),
        as_of=clock.today(),
        definition=Reason("measurement.decisions_definition"),
        source=source_of(cut),
        layer=cut.layer,
    )


def _open(cut: Slice) -> list[TransferProject]:
    return [row for row in projects_in(cut) if row.is_open]


def workload(cut: Slice) -> Figure:
    """Open projects per officer."""
    desks: dict[str, list[TransferProject]] = {}
    names = {"": gettext("nobody yet")}
    for row in _open(cut):
        key = f"officer-{row.owner_id}" if row.owner else ""
        desks.setdefault(key, []).append(row)
        if row.owner:
            names[key] = row.owner.display_name
    fullest = sorted(desks, key=lambda key: (-len(desks[key]), key))
    return Figure(
        key="workload",
        title=gettext("Open projects per officer"),
        line_label=gettext("Officer"),
        headings=(
            Heading("open", gettext("In hand")),
            Heading("hold", gettext("On hold")),
            Heading("late", gettext("Action overdue")),
        ),
        lines=tuple(
            Line(
                key or "nobody",
                names[key],
                (
                    count(desks[key]),
                    count(row for row in desks[key] if row.disposition == Disposition.HOLD),
                    count(row for row in desks[key] if row.is_overdue()),
                ),
            )
            for key in fullest
        ),
        total=count(row for key in fullest for row in desks[key]),
        unit=gettext("open projects"),
        as_of=clock.today(),
        definition=Reason("measurement.workload_definition", {"on": clock.today().isoformat()}),
        source=source_of(cut),
        layer=cut.layer,
        sliced_by=STATE_OF_TODAY,
    )


def overdue(cut: Slice) -> Figure:
    """Next actions and milestones past due, by how late they are."""
    today = clock.today()
    working = _open(cut)
    actions = [row for row in working if row.is_overdue(today)]
    milestones = Milestone.objects.filter(project__in=[row.pk for row in working], done_on__isnull=True)
    late = list(milestones.filter(due__lt=today).select_related("project__result").order_by("due"))
    lines = (
        _late_line("actions", gettext("Next actions"), actions, lambda row: row.next_action_due, today),
        _late_line("milestones", gettext("Milestones"), late, lambda row: row.due, today),
    )
    return Figure(
        key="overdue",
        title=gettext("Overdue"),
        line_label=gettext("What is late"),
        headings=(
            Heading("to7", gettext("1–7 days")),
            Heading("to30", gettext("8–30 days")),
            Heading("later", gettext("over 30 days")),
            Heading(ALL, gettext("All")),
        ),
        lines=lines,
        total=count([*actions, *late]),
        unit=gettext("overdue items"),
        as_of=today,
        definition=Reason("measurement.overdue_definition", {"on": today.isoformat()}),
        source=source_of(cut),
        layer=cut.layer,
        sliced_by=STATE_OF_TODAY,
    )


def _late_line(key: str, label: str, rows: list[Any], due: Callable[[Any], date | None], today: date) -> Line:
    parts: dict[str, list[Any]] = {name: [] for name, _ in LATENESS}
    for row in rows:
        day = due(row)
        if day is not None:
            past = (today - day).days
            parts[next(name for name, upto in LATENESS if upto is None or past <= upto)].append(row)
    return Line(key, label, (*(count(part) for part in parts.values()), count(rows)))
