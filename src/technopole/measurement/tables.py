"""Figures and the rows behind them as tables for a file: with source, definition and date."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext

from technopole.measurement.engine.durations import Bound
from technopole.measurement.rows import Row, Rows
from technopole.measurement.shapes import LAYER_NAMES, Figure, Slice, Slicer
from technopole.records import sectors
from technopole.records.exports import Column, Kind, Table
from technopole.resources.sites.models import District
from technopole.wording import Reason

SLICER_NAMES = {
    Slicer.YEAR: lambda: gettext("Year"),
    Slicer.DISTRICT: lambda: gettext("District"),
    Slicer.SECTOR: lambda: gettext("Sector"),
}


def worded(reason: Reason) -> str:
    """A reason in the reader's language."""
    return reason.text(get_language() or "en")


def slice_words(figure: Figure, cut: Slice) -> list[str]:
    """What a figure is narrowed to, in words; first its layer."""
    if figure.layer is None:
        return [gettext("real published papers")]
    words = [str(LAYER_NAMES[figure.layer])]
    for slicer in Slicer:
        if slicer in cut.used() and slicer in figure.sliced_by:
            words.append(f"{SLICER_NAMES[slicer]()}: {_value(slicer, cut)}")
    return words


def _value(slicer: Slicer, cut: Slice) -> str:
    if slicer is Slicer.DISTRICT:
        return str(District.objects.get(pk=cut.district))
    return sectors.name_of(cut.sector) if slicer is Slicer.SECTOR else str(cut.year)


def not_sliced_by(figure: Figure, cut: Slice) -> list[str]:
    """The slicers that are set and that this figure does not follow."""
    return [SLICER_NAMES[slicer]() for slicer in Slicer if slicer in cut.used() - figure.sliced_by]


def definition_of(figure: Figure, cut: Slice) -> str:
    """The definition with its date and what the figure is narrowed to."""
    since = gettext("Definition of %(day)s") % {"day": figure.defined_on.isoformat()}
    return f"{worded(figure.definition)} {since}. {' · '.join(slice_words(figure, cut))}."


def figure_table(figure: Figure, cut: Slice) -> Table:
    """Every number of a figure; a column of bounds stands beside one in which a number is a least."""
    columns = [Column("line", figure.line_label)]
    least = {
        heading.key
        for at, heading in enumerate(figure.headings)
        if any(line.numbers[at].bound is Bound.AT_LEAST for line in figure.lines)
    }
    for heading in figure.headings:
        label = f"{heading.label} ({heading.unit})" if heading.unit else heading.label
        columns.append(Column(heading.key, label, Kind.NUMBER if heading.unit else Kind.WHOLE))
        if heading.key in least:
            columns.append(Column(f"{heading.key} bound", f"{heading.label}: = / ≥"))
    return Table(
        title=figure.title,
        columns=tuple(columns),
        rows=tuple(_line(figure, line, least) for line in figure.lines),
        on=figure.as_of,
        source=worded(figure.source),
        definition=definition_of(figure, cut),
        sample=figure.sample,
    )


def _line(figure: Figure, line: Any, least: set[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"line": line.label}
    for heading, number in zip(figure.headings, line.numbers, strict=True):
        values[heading.key] = number.value
        if heading.key in least and number.value is not None:
            values[f"{heading.key} bound"] = "≥" if number.bound is Bound.AT_LEAST else "="
    return values


def rows_table(figure: Figure, cut: Slice, name: str, found: Rows, rows: list[Row]) -> Table:
    """The records behind one number that the reader may see; the title says how many are not shown."""
    hidden = gettext("%(n)d more records are not shown: they are confidential.") % {"n": found.hidden}
    definition = definition_of(figure, cut)
    return Table(
        title=f"{figure.title}: {name}" if name != figure.title else name,
        columns=found.columns,
        rows=tuple(row.values for row in rows),
        on=figure.as_of,
        source=worded(figure.source),
        definition=f"{definition} {hidden}" if found.hidden else definition,
        sample=figure.sample,
    )
