"""The shapes of a figure: the slice it is taken of, its lines, each number with the records behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from technopole.measurement.engine.durations import Bound
from technopole.parties import policy
from technopole.parties.policy import Scope
from technopole.pipeline.models import Result, TransferProject
from technopole.records.levels import Level, reach_of
from technopole.resources.sites.models import District
from technopole.wording import Reason

# The route whose policy row says who reads the whole board ("other") and who its public part ("own").
BOARD = "GET region/"
# Every total of a figure is asked for by this name, as a line or as a column.
ALL = "all"
YEARS = (1980, 2100)


class Audience(IntEnum):
    """Who reads a figure: everybody, the readers of the whole board, or the office's own desks."""

    PUBLIC = 0
    BOARD = 1
    DESK = 2


def audience_of(user: Any) -> Audience:
    """The widest audience that the reader belongs to, by the policy's row of the region page."""
    if policy.scope(user, BOARD) is not Scope.OTHER:
        return Audience.PUBLIC
    return Audience.DESK if reach_of(user) >= Level.TEAM else Audience.BOARD


class Layer(StrEnum):
    """Records of the office, or records invented for the sample; a number never holds both."""

    OFFICE = "office"
    SAMPLE = "sample"


LAYER_NAMES = {Layer.OFFICE: _("the office's own records"), Layer.SAMPLE: _("sample region (invented)")}


class Slicer(StrEnum):
    """By what a figure may be narrowed."""

    YEAR = "year"
    DISTRICT = "district"
    SECTOR = "sector"


@dataclass(frozen=True)
class Slice:
    """The part of the records that is counted; an empty district or sector and no year mean all."""

    layer: Layer
    year: int | None = None
    district: str = ""
    sector: str = ""

    def holds_day(self, day: date | None) -> bool:
        """Whether something of that day counts; without a day it stands in no single year."""
        return self.year is None or (day is not None and day.year == self.year)

    def holds_district(self, key: str) -> bool:
        """Whether something of that district counts."""
        return not self.district or self.district == key

    def query(self) -> dict[str, str]:
        """The slice as the parameters of an address."""
        given = {
            "layer": str(self.layer),
            "year": str(self.year or ""),
            "district": self.district,
            "sector": self.sector,
        }
        return {name: value for name, value in given.items() if value}

    def used(self) -> set[Slicer]:
        """By what it narrows."""
        return {slicer for slicer in Slicer if getattr(self, slicer)}


def layers() -> list[Layer]:
    """The layers that hold projects, the fuller one first; the office's own when there is none at all."""
    counted = {
        Layer.SAMPLE if row["is_sample"] else Layer.OFFICE: row["held"]
        for row in TransferProject.objects.order_by().values("is_sample").annotate(held=Count("pk"))
    }
    return sorted(counted, key=lambda layer: -counted[layer]) or [Layer.OFFICE]


def sectors_in_use() -> list[str]:
    """The sectors by which figures can be narrowed."""
    return sorted(set(Result.objects.exclude(sector="").values_list("sector", flat=True).order_by()))


def slice_of(user: Any, given: dict[str, str]) -> Slice:
    """The slice that is asked for; readers of the public part always get the whole of a layer.

    In a thin slice of the public part a count would tell of single records that its reader may not
    know of.

    Raises
    ------
    ValidationError
        A value is none of those on offer; it names every such field.
    """
    wrong: dict[str, str] = {}
    asked = {name: str(given.get(name, "")).strip() for name in ("layer", *Slicer)}
    if asked["layer"] and asked["layer"] not in set(Layer):
        wrong["layer"] = f"give one of: {', '.join(Layer)}"
    if asked["year"] and not (asked["year"].isascii() and asked["year"].isdigit() and _a_year(asked["year"])):
        wrong["year"] = f"give a year from {YEARS[0]} to {YEARS[1]}"
    if asked["district"] and not _known_district(asked["district"]):
        wrong["district"] = "there is no such district"
    if asked["sector"] and asked["sector"] not in sectors_in_use():
        wrong["sector"] = "no result is of this sector"
    if wrong:
        raise ValidationError(wrong)
    layer = Layer(asked["layer"]) if asked["layer"] else layers()[0]
    if audience_of(user) is Audience.PUBLIC:
        return Slice(layer)
    year = int(asked["year"]) if asked["year"] else None
    return Slice(layer, year, asked["district"], asked["sector"])


def _a_year(digits: str) -> bool:
    return len(digits) == 4 and YEARS[0] <= int(digits) <= YEARS[1]


def _known_district(key: str) -> bool:
    return len(key) <= 60 and "\x00" not in key and District.objects.filter(pk=key).exists()


@dataclass(frozen=True)
class Heading:
    """One column of a figure: its key, its words, its unit (empty for a count)."""

    key: str
    label: str
    unit: str = ""


@dataclass(frozen=True)
class Number:
    """One number and the records behind it; None when there is nothing to compute it from."""

    value: float | None
    records: tuple[Any, ...] = ()
    bound: Bound = Bound.EXACT

    @property
    def text(self) -> str:
        """As it is read: whole numbers without decimals, ≥ before the least that it can be."""
        if self.value is None:
            return "–"
        written = f"{self.value:,.0f}" if float(self.value).is_integer() else f"{self.value:,.1f}"
        return f"≥ {written}" if self.bound is Bound.AT_LEAST else written


def count(records: Iterable[Any], bound: Bound = Bound.EXACT) -> Number:
    """The number of the records, which stand behind it."""
    held = tuple(records)
    return Number(len(held), held, bound)


@dataclass(frozen=True)
class Line:
    """One line of a figure: a number for each heading, in their order."""

    key: str
    label: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Figure:
    """One regional figure: what it is, from where, as of when, and all of its numbers.

    Parameters
    ----------
    total
        The number that stands for the whole figure; None where no single one does.
    sliced_by
        By what this figure can be narrowed; the rest of a slice leaves it as it is.
    defined_on
        Since when this definition holds.
    layer
        None for real published papers, which are no records of the office.
    """

    key: str
    title: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    total: Number | None
    unit: str
    as_of: date
    definition: Reason
    source: Reason
    layer: Layer | None
    line_label: str = ""
    sliced_by: frozenset[Slicer] = frozenset(Slicer)
    defined_on: date = field(default=date(2026, 11, 21))

    @property
    def value(self) -> float | None:
        """The value of the whole figure."""
        return self.total.value if self.total else None

    @property
    def bound(self) -> Bound:
        """How sure the value of the whole figure is."""
        return self.total.bound if self.total else Bound.EXACT

    @property
    def sample(self) -> bool:
        """Whether it counts invented records."""
        return self.layer is Layer.SAMPLE

    def number(self, line: str, column: str) -> tuple[str, Number] | None:
        """What a cell is called, and its number; None when the figure has no such cell."""
        if line == ALL and column == ALL:
            return (self.title, self.total) if self.total else None
        for row in self.lines:
            if row.key == line:
                for heading, number in zip(self.headings, row.numbers, strict=True):
                    if heading.key == column:
                        return f"{row.label} · {heading.label}", number
        return None
