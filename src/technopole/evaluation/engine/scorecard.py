"""The five-value scorecard: reviewers' points on a dated template, with medians, spread and total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, Fault, bilingual, choice, decimal, many, record, whole
from technopole.evaluation.engine.packs import Pack, load_pack
from technopole.wording import Reason


class Value(StrEnum):
    """The five values of a result: 科学、技术、经济、社会、文化."""

    SCIENTIFIC = "scientific"
    TECHNICAL = "technical"
    ECONOMIC = "economic"
    SOCIAL = "social"
    CULTURAL = "cultural"


LABELS: Mapping[Value, Mapping[str, str]] = {
    Value.SCIENTIFIC: {"zh": "科学", "en": "scientific"},
    Value.TECHNICAL: {"zh": "技术", "en": "technical"},
    Value.ECONOMIC: {"zh": "经济", "en": "economic"},
    Value.SOCIAL: {"zh": "社会", "en": "social"},
    Value.CULTURAL: {"zh": "文化", "en": "cultural"},
}

_KINDS = ("invention", "software", "design", "material", "data", "know_how", "biological")


@dataclass(frozen=True)
class Template:
    """What is weighed, and how much; a scorecard keeps its template's id and version.

    Parameters
    ----------
    weights
        Sum to exactly 1.
    wide_spread
        Points between the highest and the lowest reviewer from which the spread is remarked on.
    asks, note
        What each value means here, and how the template relates to GB/T 44731; in both languages.
    """

    id: str
    version: str
    kinds: tuple[str, ...]
    weights: Mapping[Value, Decimal]
    wide_spread: int
    asks: Mapping[Value, Mapping[str, str]]
    note: Mapping[str, str]


@dataclass(frozen=True)
class Rating:
    """One reviewer's points, 0 to 100, on one value."""

    reviewer: str
    value: Value
    points: int
    comment: str = ""


@dataclass(frozen=True)
class ValueScore:
    """The reviewers' points on one value: median, highest minus lowest, and how many rated it."""

    median: Decimal
    spread: int
    n: int


@dataclass(frozen=True)
class Scorecard:
    """The outcome; a value nobody rated is absent, and then there is no total."""

    template: str
    version: str
    values: Mapping[Value, ValueScore]
    missing: tuple[Value, ...]
    total: Decimal | None
    by_reviewer: Mapping[str, Mapping[Value, int]]
    reasons: tuple[Reason, ...]


@cache
def templates() -> Pack:
    """The checked pack of templates."""
    per_value = dict.fromkeys([value.value for value in Value], bilingual())
    fields: dict[str, Check] = {
        "kinds": many(choice(*_KINDS), least=1),
        "weights": _weights,
        "wide_spread": whole(1, 100),
        "asks": record(per_value),
        "note": bilingual(),
    }
    return load_pack("evaluation", "scorecard", fields)


def template_for(kind: str, on: date) -> Template:
    """The template for results of that kind in force on that day.

    Raises
    ------
    LookupError
        No template names that kind.
    """
    for row in templates().in_force(on):
        if kind in row["kinds"]:
            return Template(
                id=row.id,
                version=row.version,
                kinds=tuple(row["kinds"]),
                weights={Value(name): Decimal(weight) for name, weight in row["weights"].items()},
                wide_spread=row["wide_spread"],
                asks={Value(name): texts for name, texts in row["asks"].items()},
                note=row["note"],
            )
    raise LookupError(f"{templates().name}: no template for kind '{kind}' in force on {on}")


def score(template: Template, ratings: Sequence[Rating]) -> Scorecard:
    """Weigh the medians of the reviewers' points.

    The total is the sum of weight times median, to 0.01, half up; with medians 80, 70, 60, 50, 40
    and weights 0.15, 0.30, 0.30, 0.15, 0.10 it is 12 + 21 + 18 + 7.5 + 4 = 62.50.

    Raises
    ------
    ValueError
        Points outside 0 to 100, or one reviewer rates one value twice.
    """
    by_reviewer = _by_reviewer(ratings)
    values: dict[Value, ValueScore] = {}
    for value in Value:
        points = sorted(given[value] for given in by_reviewer.values() if value in given)
        if points:
            values[value] = ValueScore(median(points), points[-1] - points[0], len(points))
    missing = tuple(value for value in Value if value not in values)
    total = None
    if not missing:
        weighed = sum((template.weights[value] * values[value].median for value in Value), Decimal(0))
        total = weighed.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Scorecard(
        template=template.id,
        version=template.version,
        values=values,
        missing=missing,
        total=total,
        by_reviewer=by_reviewer,
        reasons=tuple(_reasons(template, values, missing, total, len(by_reviewer))),
    )


def median(points: Sequence[int]) -> Decimal:
    """The middle of sorted points; halfway between the two middle ones for an even number.

    >>> median([40, 70, 90]), median([40, 71])
    (Decimal('70'), Decimal('55.5'))
    """
    middle = len(points) // 2
    if len(points) % 2:
        return Decimal(points[middle])
    return Decimal(points[middle - 1] + points[middle]) / 2


def _by_reviewer(ratings: Iterable[Rating]) -> dict[str, dict[Value, int]]:
    given: dict[str, dict[Value, int]] = {}
    for rating in ratings:
        if not 0 <= rating.points <= 100:
            where = f"{rating.reviewer}, {rating.value}"
            raise ValueError(f"{where}: expected 0 to 100 points, found {rating.points}")
        mine = given.setdefault(rating.reviewer, {})
        if rating.value in mine:
            raise ValueError(f"{rating.reviewer} rates {rating.value} twice")
        mine[rating.value] = rating.points
    return given


def _reasons(
    template: Template,
    values: Mapping[Value, ValueScore],
    missing: Sequence[Value],
    total: Decimal | None,
    reviewers: int,
) -> Iterator[Reason]:
    if total is not None:
        named = {"total": str(total), "template": template.id, "version": template.version}
        yield Reason("evaluation.total", {**named, "reviewers": reviewers})
        lift = {value: template.weights[value] * values[value].median for value in Value}
        most = max(Value, key=lambda value: lift[value])
        yield Reason(
            "evaluation.carried_by", {"value": dict(LABELS[most]), "median": f"{values[most].median:f}"}
        )
    for value in missing:
        yield Reason("evaluation.value_missing", {"value": dict(LABELS[value])})
    for value, found in values.items():
        if found.n > 1 and found.spread >= template.wide_spread:
            yield Reason(
                "evaluation.wide_spread",
                {"value": dict(LABELS[value]), "spread": found.spread, "reviewers": found.n},
            )


def _weights(value: Any) -> Iterator[Fault]:
    faults = list(record(dict.fromkeys([name.value for name in Value], decimal("0", "1")))(value))
    yield from faults
    if not faults:
        total = sum((Decimal(weight) for weight in value.values()), Decimal(0))
        if total != 1:
            yield Fault("", f"weights that sum to exactly 1, not {total}")
