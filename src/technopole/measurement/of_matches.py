"""Figures of matches: put forward, answered, declined and why, across languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext

from technopole.measurement.of_projects import source_of
from technopole.measurement.shapes import ALL, Figure, Heading, Layer, Line, Number, Slice, count
from technopole.planning.models import DeclineReason, Match, MatchStatus
from technopole.records import clock
from technopole.wording import Reason

UNANSWERED = (MatchStatus.SUGGESTED, MatchStatus.VIEWED)


def _day(match: Match) -> date:
    return match.answered_on or match.computed_on


def _matches(cut: Slice) -> list[Match]:
    # A match with one invented side is invented.
    invented = Q(result__is_sample=True) | Q(need__is_sample=True)
    rows = Match.objects.filter(invented if cut.layer is Layer.SAMPLE else ~invented)
    rows = rows.filter(need__isnull=False, close=True)
    if cut.sector:
        rows = rows.filter(result__sector=cut.sector)
    if cut.district:
        rows = rows.filter(result__holder__district=cut.district)
    found = rows.select_related("need", "result").order_by("result__pk", "rank", "pk")
    return [row for row in found if cut.holds_day(_day(row))]


def _headings() -> tuple[Heading, ...]:
    return (
        Heading(ALL, gettext("All")),
        Heading("across", gettext("Across languages")),
        Heading("within", gettext("In one language")),
    )


def _numbers(rows: Iterable[Match]) -> tuple[Number, ...]:
    held = list(rows)
    across = [row for row in held if row.cross_language]
    return count(held), count(across), count(row for row in held if not row.cross_language)


def matches(cut: Slice) -> Figure:
    """Matches with needs that were put forward, answered, agreed, declined."""
    held = _matches(cut)
    answered = [row for row in held if row.status not in UNANSWERED]
    lines = (
        Line("suggested", gettext("Put forward"), _numbers(held)),
        Line("answered", gettext("Answered"), _numbers(answered)),
        Line(
            "deal", gettext("of these: deal"), _numbers(row for row in held if row.status == MatchStatus.DEAL)
        ),
        Line("declined", gettext("of these: declined"), _numbers(_declined(held))),
    )
    return Figure(
        key="matches",
        title=gettext("Matches of results and needs"),
        line_label=gettext("How far"),
        headings=_headings(),
        lines=lines,
        total=count(held),
        unit=gettext("matches"),
        as_of=clock.today(),
        definition=Reason("measurement.matches_definition"),
        source=source_of(cut),
        layer=cut.layer,
    )


def _declined(rows: Iterable[Match]) -> list[Match]:
    return [row for row in rows if row.status == MatchStatus.DECLINED]


def declines(cut: Slice) -> Figure:
    """Why matches were declined."""
    held = _declined(_matches(cut))
    said = sorted(DeclineReason, key=lambda why: -sum(1 for row in held if row.decline_reason == why))
    return Figure(
        key="declines",
        title=gettext("Why matches were declined"),
        line_label=gettext("Why declined"),
        headings=_headings(),
        lines=tuple(
            Line(why, capfirst(str(why.label)), _numbers(row for row in held if row.decline_reason == why))
            for why in said
        ),
        total=count(held),
        unit=gettext("declined matches"),
        as_of=clock.today(),
        definition=Reason("measurement.declines_definition"),
        source=source_of(cut),
        layer=cut.layer,
    )
