"""The suggestion put before a collective decision, and what is wrong with a decision as recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, record, whole
from technopole.evaluation.engine.packs import Pack, Row, load_pack
from technopole.evaluation.engine.readiness import Readiness
from technopole.evaluation.engine.scorecard import LABELS, Scorecard
from technopole.wording import Reason


class Outcome(StrEnum):
    """What a collective decision may say."""

    PURSUE = "pursue"
    HOLD = "hold"
    RELEASE = "release"
    CLOSE = "close"


@dataclass(frozen=True)
class Suggestion:
    """What the figures suggest, under which row; the collective decision decides."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    rule: str
    version: str


@dataclass(frozen=True)
class DecisionFacts:
    """A collective decision as recorded; people by their keys."""

    decided_on: date
    attendees: tuple[str, ...]
    signatories: tuple[str, ...]
    minutes: str
    reason: str
    recused: tuple[str, ...] = ()
    last_review_on: date | None = None


@cache
def thresholds() -> Pack:
    """The checked pack of the suggestion's thresholds."""
    names = ("pursue_total", "pursue_level", "pursue_needs", "hold_total", "release_total")
    fields: dict[str, Check] = {"thresholds": record(dict.fromkeys(names, whole(0, 100)))}
    return load_pack("evaluation", "suggestion", fields)


@cache
def quorums() -> Pack:
    """The checked pack of what makes a collective decision complete."""
    fields: dict[str, Check] = {"least": record(dict.fromkeys(("attendees", "signatories"), whole(1, 100)))}
    return load_pack("evaluation", "quorum", fields)


def suggest(readiness: Readiness, scorecard: Scorecard | None, close_needs: int, today: date) -> Suggestion:
    """Pursue, hold, release or close, with each figure beside the threshold it met or missed.

    ========================================  ==========
    the first that holds                      suggestion
    ========================================  ==========
    not reviewed, or a value without points   hold
    total, level and close needs all reach    pursue
    total reaches the hold threshold          hold
    a need is close                           hold
    total reaches the release threshold       release
    otherwise                                 close
    ========================================  ==========
    """
    row = thresholds().row("suggestion", today)
    numbers: Mapping[str, int] = row["thresholds"]
    if scorecard is None or scorecard.total is None:
        return _suggestion(row, Outcome.HOLD, _unrated(scorecard))
    total, level = scorecard.total, readiness.level
    met = {
        "total": total >= numbers["pursue_total"],
        "level": level >= numbers["pursue_level"],
        "needs": close_needs >= numbers["pursue_needs"],
    }
    values: dict[str, dict[str, Any]] = {
        "total": {"found": str(total), "least": numbers["pursue_total"]},
        "level": {"found": level, "least": numbers["pursue_level"]},
        "needs": {"found": close_needs, "least": numbers["pursue_needs"]},
    }
    reasons = tuple(
        Reason(f"evaluation.{name}_{'reached' if reached else 'short'}", values[name])
        for name, reached in met.items()
    )
    if all(met.values()):
        return _suggestion(row, Outcome.PURSUE, reasons)
    if total >= numbers["hold_total"] or close_needs > 0:
        return _suggestion(row, Outcome.HOLD, reasons)
    if total >= numbers["release_total"]:
        freed = Reason("evaluation.release_to_inventor", {"least": numbers["hold_total"]})
        return _suggestion(row, Outcome.RELEASE, (*reasons, freed))
    low = Reason("evaluation.below_release", {"found": str(total), "least": numbers["release_total"]})
    return _suggestion(row, Outcome.CLOSE, (*reasons, low))


def quorum(decision: DecisionFacts, today: date) -> tuple[Reason, ...]:
    """What is wrong with a collective decision as recorded; nothing when it is complete."""
    return tuple(_problems(decision, today))


def _problems(decision: DecisionFacts, today: date) -> Iterator[Reason]:
    numbers = quorums().row("quorum", today)["least"]
    for role, people in (("attendees", decision.attendees), ("signatories", decision.signatories)):
        distinct = len(set(people))
        if distinct < numbers[role]:
            yield Reason(f"evaluation.too_few_{role}", {"found": distinct, "least": numbers[role]})
        for person, times in Counter(people).items():
            if times > 1:
                yield Reason("evaluation.named_twice", {"person": person})
    for person in dict.fromkeys(decision.signatories):
        if person not in decision.attendees:
            yield Reason("evaluation.signed_absent", {"person": person})
        if person in decision.recused:
            yield Reason("evaluation.signed_recused", {"person": person})
    if not decision.minutes.strip():
        yield Reason("evaluation.no_minutes")
    if not decision.reason.strip():
        yield Reason("evaluation.no_reason")
    on = decision.decided_on.isoformat()
    if decision.decided_on > today:
        yield Reason("evaluation.decided_in_future", {"on": on})
    if decision.last_review_on is None:
        yield Reason("evaluation.not_reviewed")
    elif decision.decided_on < decision.last_review_on:
        review = decision.last_review_on.isoformat()
        yield Reason("evaluation.decided_before_review", {"on": on, "review": review})


def _suggestion(row: Row, outcome: Outcome, reasons: tuple[Reason, ...]) -> Suggestion:
    return Suggestion(outcome, (*reasons, Reason("evaluation.suggestion_only")), row.id, row.version)


def _unrated(scorecard: Scorecard | None) -> tuple[Reason, ...]:
    if scorecard is None or not scorecard.by_reviewer:
        return (Reason("evaluation.not_reviewed"),)
    return tuple(
        Reason("evaluation.value_missing", {"value": dict(LABELS[value])}) for value in scorecard.missing
    )
