"""The timeline of a project: every change of it and of what belongs to it, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.evaluation.models import Assessment, Decision, EvidenceItem, Review
from technopole.landing.models import Landing, LocationEvent, SiteChoice
from technopole.onboarding.models import Disclosure
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import said
from technopole.planning.engine import gates
from technopole.planning.models import GateAnswer, Match, MatchStatus, Milestone, Plan
from technopole.records.history import HistoryRow, history_of
from technopole.records.models import Record

SHOWN = 20
MOST = 200
# What belongs to a project: the model, how its rows are found, what a row is called.
BELONGING: tuple[tuple[type[Record], str, str | Promise], ...] = (
    (Disclosure, "project", _("disclosure")),
    (EvidenceItem, "project", _("evidence")),
    (Assessment, "project", _("assessment")),
    (Review, "project", _("review")),
    (Decision, "project", _("decision")),
    (Plan, "project", _("plan")),
    (Milestone, "project", _("milestone")),
    (GateAnswer, "project", _("compliance gate")),
    (SiteChoice, "project", _("site")),
    (Landing, "project", _("landing")),
    (LocationEvent, "landing__project", _("location event")),
)


@dataclass(frozen=True)
class Line:
    """One change and what it was a change of."""

    row: HistoryRow
    subject: str
    by: str


def _records(project: TransferProject, user: Any) -> Iterator[tuple[Record, str]]:
    """The records whose changes the reader may know of, each with what it is called."""
    yield project, gettext("project")
    yield project.result, gettext("result")
    for model, path, label in BELONGING:
        for record in model.objects.visible_to(user).filter(**{path: project}).distinct():
            yield record, f"{label}{_named(record)}"
    answered = (
        Match.objects.visible_to(user).filter(result=project.result).exclude(status=MatchStatus.SUGGESTED)
    )
    for match in answered.distinct().select_related("need", "organisation", "person"):
        if match.partner is None or not match.partner.visible_to(user):
            continue
        yield match, gettext("match: %(partner)s") % {"partner": match.partner}


def _named(record: Any) -> str:
    """What tells it from its like."""
    if isinstance(record, Milestone | EvidenceItem):
        return f": {record.text('title')}"
    if isinstance(record, SiteChoice):
        return f": {record.site}"
    if isinstance(record, GateAnswer):
        return f": {said(gates.gates().row(record.gate, record.answered_on)['name'])}"
    return ""


def _who(record: Record, row: HistoryRow, user: Any) -> str:
    """Who changed it; the reviewer only to those who may know who reviews."""
    hidden = isinstance(record, Review) and record.shown_to(user).reviewer is None
    return gettext("a reviewer or the office") if hidden else row.by


def timeline(project: TransferProject, user: Any) -> list[Line]:
    """The latest changes of everything that belongs to the project, newest first."""
    lines = [
        Line(row, subject, _who(record, row, user))
        for record, subject in _records(project, user)
        for row in history_of(record, user)
    ]
    lines.sort(key=lambda line: line.row.at, reverse=True)
    return lines[:MOST]
