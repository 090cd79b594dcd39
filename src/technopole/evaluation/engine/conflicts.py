"""Conflicts of interest between a reviewer and a case: which ties block and which are only weighed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from technopole.evaluation.engine.checks import whole, yes_or_no
from technopole.evaluation.engine.packs import Pack, load_pack
from technopole.wording import Reason


@dataclass(frozen=True)
class Inventor:
    """An inventor of the case; `unit` is the department within the organisation."""

    key: str
    name: str
    organisation: str
    unit: str = ""


@dataclass(frozen=True)
class ReviewerFacts:
    """What is known of a reviewer.

    Parameters
    ----------
    coauthored
        Person → day of the last joint work, or ``None`` where nobody stated it.
    supervises, supervised_by
        Persons, now or in the past.
    declared_interest
        Whether the reviewer declared an interest in this case; ``None`` when not yet asked.
    """

    key: str
    name: str
    organisation: str
    unit: str = ""
    coauthored: Mapping[str, date | None] = field(default_factory=dict)
    supervises: frozenset[str] = frozenset()
    supervised_by: frozenset[str] = frozenset()
    declared_interest: bool | None = None


@dataclass(frozen=True)
class CaseFacts:
    """What is known of the case: its inventors and, once there is one, the other side of the deal."""

    inventors: tuple[Inventor, ...]
    counterparty: str | None = None
    counterparty_name: str = ""


@dataclass(frozen=True)
class Conflict:
    """One tie; a blocking one bars the reviewer, any other is weighed and recorded."""

    reason: Reason
    blocking: bool


@cache
def ties() -> Pack:
    """The checked pack of ties."""
    return load_pack(
        "evaluation", "conflicts", {"blocking": yes_or_no(), "years": whole(1, 50)}, optional=["years"]
    )


def check(reviewer: ReviewerFacts, case: CaseFacts, today: date) -> tuple[Conflict, ...]:
    """Every tie between the reviewer and the case, the blocking ones first.

    A joint work of unknown date cannot be placed in the window: it is a warning to be answered,
    neither dropped nor counted.
    """
    rules = ties()
    found = []
    for tie, reason in _ties(reviewer, case, today):
        found.append(Conflict(reason, rules.row(tie, today)["blocking"]))
    if reviewer.declared_interest is None:
        found.append(Conflict(Reason("evaluation.interest_not_asked", {"reviewer": reviewer.name}), False))
    for inventor in case.inventors:
        if inventor.key != reviewer.key and reviewer.coauthored.get(inventor.key, today) is None:
            values = {"reviewer": reviewer.name, "inventor": inventor.name}
            found.append(Conflict(Reason("evaluation.coauthor_undated", values), False))
    return tuple(sorted(found, key=lambda conflict: not conflict.blocking))


def _ties(reviewer: ReviewerFacts, case: CaseFacts, today: date) -> Iterator[tuple[str, Reason]]:
    me = {"reviewer": reviewer.name}
    if reviewer.declared_interest:
        yield "declared_interest", Reason("evaluation.declared_interest", me)
    if case.counterparty is not None and case.counterparty == reviewer.organisation:
        values = {**me, "organisation": case.counterparty_name or case.counterparty}
        yield "counterparty", Reason("evaluation.counterparty", values)
    for inventor in case.inventors:
        both = {**me, "inventor": inventor.name}
        if inventor.key == reviewer.key:
            yield "inventor", Reason("evaluation.is_inventor", me)
            continue
        joint = reviewer.coauthored.get(inventor.key)
        years = ties().row("coauthor", today)["years"]
        if joint is not None and joint > _years_before(today, years):
            dated = {**both, "on": joint.isoformat(), "years": years}
            yield "coauthor", Reason("evaluation.coauthor", dated)
        if inventor.key in reviewer.supervises | reviewer.supervised_by:
            yield "supervisor", Reason("evaluation.supervisor", both)
        if inventor.organisation == reviewer.organisation:
            if inventor.unit and inventor.unit == reviewer.unit:
                yield "same_unit", Reason("evaluation.same_unit", {**both, "unit": inventor.unit})
            else:
                yield "same_organisation", Reason("evaluation.same_organisation", both)


def _years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
