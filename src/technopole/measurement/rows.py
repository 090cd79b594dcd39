"""The records behind a number, as one reader may see them, and how many of them that reader may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from technopole.evaluation.models import Decision
from technopole.landing.models import Landing
from technopole.landing.services import mode_of
from technopole.measurement.of_landings import mode_name
from technopole.measurement.of_papers import Paper, country_name
from technopole.onboarding.models import Candidate, Disclosure
from technopole.pipeline.models import Stage, StageStay, TransferProject
from technopole.planning.models import Match, Milestone
from technopole.records.exports import Column, Kind
from technopole.records.levels import Shown
from technopole.records.models import Record


@dataclass(frozen=True)
class Row:
    """One record: its values by column, the page that it opens, whether it is invented."""

    values: dict[str, Any]
    address: str
    is_sample: bool


@dataclass(frozen=True)
class Rows:
    """What a reader is shown of the records behind a number."""

    columns: tuple[Column, ...]
    visible: tuple[Any, ...]
    hidden: int


def rows_of(records: Sequence[Any], user: Any) -> Rows:
    """The records that the reader may know of, in the given order, and the number of the others."""
    known: dict[type, set[Any]] = {}
    visible = []
    for record in records:
        owner = _owner(record)
        if owner is None:
            visible.append(record)
            continue
        model = type(owner)
        if model not in known:
            known[model] = set(model._default_manager.visible_to(user).values_list("pk", flat=True))
        if owner.pk in known[model]:
            visible.append(record)
    return Rows(_columns(records), tuple(visible), len(records) - len(visible))


def _owner(record: Any) -> Record | None:
    """The record that decides who may know of a row; None for public facts."""
    if isinstance(record, Paper):
        return None
    owner: Record = record.project if isinstance(record, StageStay) else record
    return owner


def described(records: Iterable[Any], user: Any) -> list[Row]:
    """Visible records as rows; every value is what the reader is shown of the record."""
    return [_TELLERS[type(record)](record, user) for record in records]


def _columns(records: Sequence[Any]) -> tuple[Column, ...]:
    """The columns of every kind of record among them, each once."""
    found: dict[str, Column] = {}
    for kind in dict.fromkeys(type(record) for record in records):
        found.update({column.key: column for column in _HEADINGS[kind]()})
    return tuple(found.values())


def _project_page(project: TransferProject) -> str:
    return reverse("project", args=[project.pk])


def _head(project: TransferProject, user: Any) -> dict[str, Any]:
    shown = project.shown_to(user)
    return {"docket": shown.docket, "title": project.result.shown_to(user).title}


def _named(record: Any, user: Any) -> str:
    """The words of a record that another points to; empty when the reader may not know of it."""
    return str(record) if record is not None and record.visible_to(user) else ""


def _stage(key: str) -> str:
    return capfirst(str(Stage(key).label))


def _stay(stay: StageStay, user: Any) -> Row:
    values = {
        **_head(stay.project, user),
        "stage": _stage(stay.stage),
        "from": stay.entered_on,
        "to": stay.left_on,
        "days": stay.days,
    }
    return Row(values, _project_page(stay.project), stay.project.is_sample)


def _project(project: TransferProject, user: Any) -> Row:
    shown = project.shown_to(user)
    values = {
        **_head(project, user),
        "stage": _stage(shown.stage),
        "disposition": capfirst(shown.get_disposition_display()),
        "officer": shown.owner.display_name if shown.owner else "",
        "from": shown.stage_since,
        "what": shown.text("next_action"),
        "due": shown.next_action_due,
    }
    return Row(values, _project_page(project), project.is_sample)


def _disclosure(disclosure: Disclosure, user: Any) -> Row:
    shown = disclosure.shown_to(user)
    values = {
        **_head(disclosure.project, user),
        "status": capfirst(shown.get_status_display()),
        "on": shown.submitted_on,
    }
    return Row(values, _project_page(disclosure.project), disclosure.is_sample)


def _decision(decision: Decision, user: Any) -> Row:
    shown = decision.shown_to(user)
    values = {
        **_head(decision.project, user),
        "status": capfirst(shown.get_outcome_display()),
        "on": shown.held_on,
    }
    return Row(values, _project_page(decision.project), decision.is_sample)


def _milestone(milestone: Milestone, user: Any) -> Row:
    shown = milestone.shown_to(user)
    values = {**_head(milestone.project, user), "what": shown.text("title"), "due": shown.due}
    return Row(values, _project_page(milestone.project), milestone.is_sample)


def _landing(landing: Landing, user: Any) -> Row:
    shown = landing.shown_to(user)
    derived = mode_of(landing)
    values = {
        "name": shown.name,
        "company": _named(shown.company, user),
        "mode": capfirst(mode_name(derived.mode)),
        "why": derived.reason.text(get_language() or "en"),
    }
    project = landing.project
    if project is not None and project.visible_to(user):
        return Row(values, _project_page(project), landing.is_sample)
    address = reverse("organisation", args=[landing.company_id]) if values["company"] else ""
    return Row(values, address, landing.is_sample)


def _match(match: Match, user: Any) -> Row:
    shown = match.shown_to(user)
    values = {
        "need": _named(shown.need, user),
        "title": _named(shown.result, user),
        "rank": shown.rank,
        "status": capfirst(shown.get_status_display()),
        "declined": capfirst(shown.get_decline_reason_display() or ""),
        "on": shown.answered_on or shown.computed_on,
    }
    invented = match.is_sample or match.result.is_sample or bool(match.need and match.need.is_sample)
    return Row(values, reverse("result", args=[match.result_id]), invented)


def _candidate(candidate: Candidate, user: Any) -> Row:
    shown = candidate.shown_to(user)
    values = {
        "title": shown.title,
        "year": shown.year,
        "status": capfirst(shown.get_status_display()),
        "doi": shown.doi,
    }
    return Row(values, _doi(shown), False)


def _paper(paper: Paper, user: Any) -> Row:
    values = {
        "title": paper.title,
        "year": paper.year,
        "countries": gettext(", ").join(country_name(code) for code in paper.partners),
        "doi": paper.doi,
    }
    return Row(values, _doi(paper), False)


def _doi(paper: Paper | Shown) -> str:
    return f"https://doi.org/{paper.doi}" if paper.doi else ""


_TELLERS: dict[type, Callable[[Any, Any], Row]] = {
    StageStay: _stay,
    TransferProject: _project,
    Disclosure: _disclosure,
    Decision: _decision,
    Milestone: _milestone,
    Landing: _landing,
    Match: _match,
    Candidate: _candidate,
    Paper: _paper,
}


def _project_columns(*more: Column) -> tuple[Column, ...]:
    return (Column("docket", gettext("Docket")), Column("title", gettext("Title")), *more)


def _day_columns(status: str, day: str) -> tuple[Column, ...]:
    return _project_columns(Column("status", status), Column("on", day, Kind.DATE))


_HEADINGS: dict[type, Callable[[], tuple[Column, ...]]] = {
    StageStay: lambda: _project_columns(
        Column("stage", gettext("Stage")),
        Column("from", gettext("Entered on"), Kind.DATE),
        Column("to", gettext("Left on"), Kind.DATE),
        Column("days", gettext("Days"), Kind.WHOLE),
    ),
    TransferProject: lambda: _project_columns(
        Column("stage", gettext("Stage")),
        Column("disposition", gettext("Disposition")),
        Column("officer", gettext("Officer")),
        Column("from", gettext("In this stage since"), Kind.DATE),
        Column("what", gettext("Next action")),
        Column("due", gettext("Due"), Kind.DATE),
    ),
    Disclosure: lambda: _day_columns(gettext("Status"), gettext("Handed in")),
    Decision: lambda: _day_columns(gettext("Outcome"), gettext("Held on")),
    Milestone: lambda: _project_columns(
        Column("what", gettext("Milestone")), Column("due", gettext("Due"), Kind.DATE)
    ),
    Landing: lambda: (
        Column("name", gettext("Firm or project")),
        Column("company", gettext("Company")),
        Column("mode", gettext("Mode")),
        Column("why", gettext("Why this mode")),
    ),
    Match: lambda: (
        Column("need", gettext("Need")),
        Column("title", gettext("Result")),
        Column("rank", gettext("Rank"), Kind.WHOLE),
        Column("status", gettext("Status")),
        Column("declined", gettext("Why declined")),
        Column("on", gettext("Date"), Kind.DATE),
    ),
    Candidate: lambda: (
        Column("title", gettext("Title")),
        Column("year", gettext("Year"), Kind.WHOLE),
        Column("status", gettext("Status")),
        Column("doi", "DOI"),
    ),
    Paper: lambda: (
        Column("title", gettext("Title")),
        Column("year", gettext("Year"), Kind.WHOLE),
        Column("countries", gettext("Country or region")),
        Column("doi", "DOI"),
    ),
}
