"""The API of the region's figures: every figure with its definition, and the rows behind a number."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from technopole.measurement.engine.durations import Bound
from technopole.measurement.figures import FIGURES, keys_for
from technopole.measurement.figures import figure as figure_of
from technopole.measurement.rows import described, rows_of
from technopole.measurement.shapes import ALL, YEARS, Figure, Layer, Line, Number, Slice, slice_of
from technopole.records.api import Asked, Key, Paging, ReasonOut, answers, worded

router = Router(tags=["region"])
FigureKey = StrEnum("FigureKey", {key: key for key in FIGURES})  # type: ignore[misc]


class NumberOut(Schema):
    """One number, how sure it is, and how many records stand behind it."""

    column: str
    heading: str
    unit: str
    value: float | None
    bound: Bound
    records: int


class LineOut(Schema):
    """One line of a figure."""

    line: str
    label: str
    numbers: list[NumberOut]


class FigureOut(Schema):
    """A figure: what it counts, from where, as of when; `layer` is null for real published papers."""

    key: FigureKey
    title: str
    value: float | None
    bound: Bound
    unit: str
    as_of: date
    defined_on: date
    definition: ReasonOut
    source: ReasonOut
    sample: bool
    layer: Layer | None
    sliced_by: list[str]
    lines: list[LineOut]


class RowsOut(Schema):
    """The records behind a number that you may read, and how many you may not."""

    name: str
    value: float | None
    bound: Bound
    definition: ReasonOut
    source: ReasonOut
    as_of: date
    sample: bool
    hidden: int
    items: list[dict[str, Any]]
    total: int
    limit: int
    offset: int


class Cut(Asked):
    """The slice; readers of the public figures always get the whole of a layer."""

    layer: Layer | None = None
    year: Annotated[int, Field(ge=YEARS[0], le=YEARS[1])] | None = None
    district: Key = ""
    sector: Key = ""

    def slice(self, user: Any) -> Slice:
        """The slice for this reader.

        Raises
        ------
        ValidationError
            There is no such district or sector.
        """
        given = {"layer": self.layer, "year": self.year, "district": self.district, "sector": self.sector}
        return slice_of(user, {name: str(value or "") for name, value in given.items()})


class RowsAsked(Cut, Paging):
    """Which number: a line and a column of a figure; ``all`` and ``all`` is the figure's own value."""

    figure: FigureKey
    line: Key = ALL
    column: Key = ALL


@router.get("/region/figures", response=answers(list[FigureOut]))
def figures(request: HttpRequest, asked: Query[Cut]) -> Any:
    """The figures that you may read."""
    cut = asked.slice(request.user)
    found = (figure_of(key, cut, request.user) for key in keys_for(request.user))
    return [_figure(each) for each in found if each is not None]


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        **{
            name: getattr(figure, name)
            for name in ("key", "title", "value", "bound", "unit", "as_of", "defined_on", "sample", "layer")
        },
        "definition": worded(figure.definition),
        "source": worded(figure.source),
        "sliced_by": sorted(figure.sliced_by),
        "lines": [_line(figure, line) for line in figure.lines],
    }


def _line(figure: Figure, line: Line) -> dict[str, Any]:
    pairs = zip(figure.headings, line.numbers, strict=True)
    numbers = [_number(heading.key, heading.label, heading.unit, number) for heading, number in pairs]
    return {"line": line.key, "label": line.label, "numbers": numbers}


def _number(key: str, label: str, unit: str, number: Number) -> dict[str, Any]:
    return {
        "column": key,
        "heading": label,
        "unit": unit,
        "value": number.value,
        "bound": number.bound,
        "records": len(number.records),
    }


@router.get("/region/rows", response=answers(RowsOut))
def rows(request: HttpRequest, asked: Query[RowsAsked]) -> Any:
    """The records behind one number, as far as you may know of them."""
    figure = figure_of(str(asked.figure), asked.slice(request.user), request.user)
    named = figure.number(asked.line, asked.column) if figure else None
    if figure is None or named is None:
        raise Http404
    name, number = named
    found = rows_of(number.records, request.user)
    stretch = found.visible[asked.offset : asked.offset + asked.limit]
    return {
        "name": name,
        "value": number.value,
        "bound": number.bound,
        "definition": worded(figure.definition),
        "source": worded(figure.source),
        "as_of": figure.as_of,
        "sample": figure.sample,
        "hidden": found.hidden,
        "items": [
            {**row.values, "address": row.address, "is_sample": row.is_sample}
            for row in described(stretch, request.user)
        ],
        "total": len(found.visible),
        "limit": asked.limit,
        "offset": asked.offset,
    }
