"""Tables as files: CSV and xlsx that open in a spreadsheet as what they are, and run nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

SAMPLE_MARK = "sample · 示例"
# What a spreadsheet takes for a formula; the full-width forms count in East Asian editions.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_CELL_CHARACTERS = 32_767
_WIDEST, _NARROWEST = 60, 8
_LOOKED_AT = 200


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"


class Format(StrEnum):
    """The file formats of a table."""

    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """One column: its key in the rows, its heading in the reader's language, what it holds."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """A table with what its reader must know: where it comes from, what counts, on which day.

    Parameters
    ----------
    rows
        Mappings by column key; a missing key or None is an empty cell.
    source, definition
        One sentence each, in the reader's language; empty ones are left out.
    sample
        Whether any row is a sample record; the file then says so at the top.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    on: date
    source: str = ""
    definition: str = ""
    sample: bool = False

    def notes(self) -> Iterator[str]:
        """The lines above the table."""
        yield self.title
        if self.sample:
            yield SAMPLE_MARK
        for label, note in ((_("Source"), self.source), (_("Definition"), self.definition)):
            if note:
                yield f"{label}: {note}"
        yield f"{_('Date')}: {self.on.isoformat()}"


def to_csv(table: Table) -> bytes:
    """The table as CSV in UTF-8 with a byte-order mark; note lines begin with ``#``.

    A text that a spreadsheet would run as a formula is prefixed by an apostrophe; numbers stay numbers.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    for note in table.notes():
        writer.writerow([f"# {_one_line(note)}"])
    writer.writerow([_harmless(column.heading) for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(row.get(column.key), column.kind) for column in table.columns])
    return written.getvalue().encode("utf-8-sig")


def to_xlsx(table: Table) -> bytes:
    """The table as a workbook: typed cells, a frozen header, no formula and no link."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        made = datetime(table.on.year, table.on.month, table.on.day)  # noqa: DTZ001 (a file date has no zone)
        book.set_properties({"title": table.title, "created": made})
        styles = _styles(book)
        sheet = book.add_worksheet(_sheet_name(table.title))
        top = 0
        for top, note in enumerate(table.notes()):
            style = "title" if top == 0 else "sample" if note == SAMPLE_MARK else "note"
            sheet.write_string(top, 0, note[:_CELL_CHARACTERS], styles[style])
        header = top + 1
        for index, column in enumerate(table.columns):
            sheet.write_string(header, index, column.heading, styles["header"])
            sheet.set_column(index, index, _width(table, column))
            for line, row in enumerate(table.rows, start=header + 1):
                _write_cell(sheet, line, index, row.get(column.key), column.kind, styles)
        sheet.freeze_panes(header + 1, 0)
        if table.rows:
            sheet.autofilter(header, 0, header + len(table.rows), max(len(table.columns) - 1, 0))
        sheet.repeat_rows(header)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return written.getvalue()


def table_response(table: Table, format: Format | str, filename: str) -> HttpResponse:
    """The table as a download named `filename` without ending; a sample table's name says so.

    Raises
    ------
    ValueError
        `format` is neither ``csv`` nor ``xlsx``.
    """
    chosen = Format(format)
    content = to_csv(table) if chosen is Format.CSV else to_xlsx(table)
    response = HttpResponse(content, content_type=CONTENT_TYPES[chosen])
    name = f"{filename}{'-sample' if table.sample else ''}.{chosen}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv_cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind is Kind.TEXT:
        return _harmless(str(value))
    if kind is Kind.DATE:
        return str(value.isoformat())
    if not isinstance(value, (int, float, Decimal)):
        raise TypeError(f"a column of kind {kind} holds {value!r}")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _write_cell(sheet: Any, line: int, index: int, value: Any, kind: Kind, styles: dict[str, Any]) -> None:
    if value is None:
        return
    if kind is Kind.TEXT:
        text = str(value)
        if len(text) > _CELL_CHARACTERS:
            text = f"{text[: _CELL_CHARACTERS - 1]}…"
        sheet.write_string(line, index, text, styles["text"])
    elif kind is Kind.DATE:
        sheet.write_datetime(line, index, value, styles["date"])
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(line, index, value, styles[kind])
    else:
        raise TypeError(f"a column of kind {kind} holds {value!r}")


def _styles(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "sample": book.add_format({"bold": True, "font_color": "#B45309", "bg_color": "#FEF3C7"}),
        "note": book.add_format({"font_color": "#555555"}),
        "header": book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "text_wrap": True}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
    }


def _sheet_name(title: str) -> str:
    r"""A worksheet's name: at most 31 characters, none of ``[]:*?/\``, no apostrophe at an end.

    >>> _sheet_name("Projects: by stage/owner")
    'Projects by stage owner'
    """
    plain = _one_line(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title))[:31].strip("' ")
    return plain or "Table"


def _width(table: Table, column: Column) -> int:
    """Wide enough for the first rows; a Chinese character takes two."""
    texts = [column.heading, *(str(row.get(column.key) or "") for row in table.rows[:_LOOKED_AT])]
    longest = max(sum(2 if ord(character) > 0x2E7F else 1 for character in text) for text in texts)
    return min(max(longest + 2, _NARROWEST), _WIDEST)
