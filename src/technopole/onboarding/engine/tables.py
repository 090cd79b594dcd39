"""Checking an imported table row by row: the good, what is wrong and where, the file of wrong rows."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from technopole.onboarding.engine import cells
from technopole.onboarding.engine.cells import CellError, DayOrder
from technopole.onboarding.engine.columns import FIELDS, Column, Field, FieldType, Kind, Mapping
from technopole.onboarding.engine.reading import Row, Table, UnreadableTableError, is_formula, read_rows
from technopole.wording import Reason

__all__ = [
    "Checked",
    "GoodRow",
    "RowError",
    "Table",
    "UnreadableTableError",
    "error_file",
    "is_formula",
    "read_rows",
    "validate",
]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
SHOWN = 120
_NOT_A_CHOICE = "onboarding.not_a_choice"
LARGEST_CELL = 32_767
#: Larger figures are slips of the keyboard, and would not fit the database.
LARGEST_NUMBER = Decimal(10) ** 12


@dataclass(frozen=True)
class GoodRow:
    """One row without error: its number in the file and its values by field.

    Values are str, tuple of str, Decimal, int, bool or date; what is not given is absent. A level
    stands under the field's name as int, or under ``<name>_words`` as it was worded.
    """

    number: int
    values: MappingType[str, Any]


@dataclass(frozen=True)
class RowError:
    """What is wrong (or, among the warnings, odd) in one cell; `value` is shown, cut to 120 characters."""

    row: int
    field: str
    header: str
    value: str
    reason: Reason

    def text(self, language: str) -> str:
        """Row, column and what is wrong, in one sentence."""
        where = {"row": self.row, "column": self.header or self.field}
        told = {"what": self.reason.text(language)}
        return Reason("onboarding.row_error", where | told).text(language)


@dataclass(frozen=True)
class Checked:
    """A table checked: nothing is to be saved while `errors` holds anything."""

    table: Table
    good: tuple[GoodRow, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]


def validate(table: Table, mapping: Mapping, kind: str) -> Checked:
    """Check every row of a table.

    Parameters
    ----------
    mapping
        From `columns.propose_mapping` or `columns.chosen_mapping` on this table's headers.
    kind
        A value of `columns.Kind`.
    """
    fields = FIELDS[Kind(kind)]
    columns = [column for column in mapping.columns if column.field is not None]
    orders = {
        column.index: cells.day_order(row.cells[column.index] for row in table.rows)
        for column in columns
        if column.field and fields[column.field].type is FieldType.DATE
    }
    good: list[GoodRow] = []
    errors: list[RowError] = []
    warnings: list[RowError] = []
    keys: dict[str, int] = {}
    for row in table.rows:
        values, wrong = _row(row, columns, fields, orders)
        warnings.extend(_left_empty(error) for error in wrong if _lenient(error, fields))
        wrong = [error for error in wrong if not _lenient(error, fields)]
        if not wrong and (key := values.get("key")) and keys.setdefault(key, row.number) != row.number:
            reason = Reason("onboarding.key_repeated", {"row": keys[key]})
            wrong.append(RowError(row.number, "key", _header(columns, "key"), key[:SHOWN], reason))
        warnings.extend(_formulas(row, columns, fields))
        errors.extend(wrong)
        if not wrong:
            good.append(GoodRow(row.number, values))
    return Checked(table, tuple(good), tuple(errors), tuple(warnings))


def _lenient(error: RowError, fields: dict[str, Field]) -> bool:
    """Whether a word that is not understood may be left out: the field says so, and nothing hangs on it."""
    return error.field in fields and fields[error.field].lenient and error.reason.code == _NOT_A_CHOICE


def _left_empty(error: RowError) -> RowError:
    return replace(error, reason=Reason("onboarding.choice_left_empty", error.reason.values))


def _row(
    row: Row, columns: list[Column], fields: dict[str, Field], orders: dict[int, DayOrder]
) -> tuple[dict[str, Any], list[RowError]]:
    values: dict[str, Any] = {}
    wrong: list[RowError] = []
    if row.extra:
        reason = Reason("onboarding.too_many_cells", {"extra": len(row.extra)})
        wrong.append(RowError(row.number, "", "", row.extra[0][:SHOWN], reason))
    for column in columns:
        target = fields[str(column.field)]
        text = row.cells[column.index].strip()
        if not text or text in target.nothing:
            continue
        try:
            values |= _value(text, target, column, orders.get(column.index, DayOrder(None)))
        except CellError as problem:
            wrong.append(RowError(row.number, target.name, column.header, text[:SHOWN], problem.reason))
    failed = {error.field for error in wrong}
    for target in fields.values():
        names = {target.name, f"{target.name}_zh", f"{target.name}_en"}
        if target.required and not names & (set(values) | failed):
            reason = Reason("onboarding.required")
            wrong.append(RowError(row.number, target.name, _header(columns, target.name), "", reason))
    return values, wrong


def _header(columns: list[Column], name: str) -> str:
    return next((column.header for column in columns if column.field == name), name)


def _value(text: str, target: Field, column: Column, order: DayOrder) -> dict[str, Any]:
    if target.type in (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LIST):
        return _words(text, target)
    if is_formula(text):
        raise CellError("formula_where_value")
    if target.type is FieldType.LEVEL:
        stated = cells.level(text)
        return {target.name: stated.claimed} if stated.claimed else {f"{target.name}_words": stated.words}
    if target.type is FieldType.DATE:
        return {target.name: cells.day(text, order)}
    if target.type is FieldType.CHOICE:
        return {target.name: cells.choice(text, target.choices)}
    if target.type is FieldType.FLAG:
        return {target.name: cells.flag(text)}
    value = cells.number(text, target.units, column.factor)
    lowest = target.minimum if target.minimum is not None else -LARGEST_NUMBER
    highest = target.maximum if target.maximum is not None else LARGEST_NUMBER
    if not lowest <= value <= highest:
        raise CellError("number_outside", lowest=str(lowest), highest=str(highest))
    if target.type is FieldType.INTEGER:
        if value != value.to_integral_value():
            raise CellError("not_whole")
        return {target.name: int(value)}
    return {target.name: value}


def _words(text: str, target: Field) -> dict[str, Any]:
    if len(text) > target.longest:
        raise CellError("too_long", length=len(text), longest=target.longest)
    # SQLite and PostgreSQL differ on NUL, and no page can show a control character
    if _CONTROL.search(text):
        raise CellError("control_character")
    name = f"{target.name}_{cells.language_of(text)}" if target.two_languages else target.name
    if target.type is FieldType.LIST:
        return {name: tuple(one for one in cells.parts(text) if one not in target.nothing)}
    return {name: text}


def _formulas(row: Row, columns: list[Column], fields: dict[str, Field]) -> list[RowError]:
    told = Reason("onboarding.formula_kept_as_text")
    return [
        RowError(row.number, column.field, column.header, row.cells[column.index][:SHOWN], told)
        for column in columns
        if column.index in row.formulas
        and column.field
        and fields[column.field].type in (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LIST)
    ]


def error_file(checked: Checked) -> bytes:
    """The wrong rows as an xlsx workbook: row number, what is wrong in both languages, the cells.

    Every cell is written as text, so nothing in it can run as a formula. The same check gives the
    same bytes.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - fixed, so that bytes repeat
        sheet = book.add_worksheet("errors")
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 3)
        sheet.set_column(1, 2, 50)
        for at, title in enumerate(["行 Row", "问题", "What is wrong", *checked.table.headers]):
            sheet.write_string(0, at, title, bold)
        by_row: dict[int, list[RowError]] = {}
        for error in checked.errors:
            by_row.setdefault(error.row, []).append(error)
        rows = {row.number: row for row in checked.table.rows}
        for line, (number, errors) in enumerate(by_row.items(), start=1):
            sheet.write_number(line, 0, number)
            for at, language in ((1, "zh"), (2, "en")):
                told = "\n".join(f"{e.header or e.field}: {e.reason.text(language)}" for e in errors)
                sheet.write_string(line, at, told[:LARGEST_CELL], wrap)
            for at, cell in enumerate([*rows[number].cells, *rows[number].extra], start=3):
                sheet.write_string(line, at, cell[:LARGEST_CELL], wrap)
    return out.getvalue()
