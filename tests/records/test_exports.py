"""Tables as CSV and xlsx: opened again and read."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from technopole.records.exports import SAMPLE_MARK, Column, Kind, Table, table_response, to_csv, to_xlsx

COLUMNS = (
    Column("title", "名称"),
    Column("days", "天数", Kind.WHOLE),
    Column("score", "得分", Kind.NUMBER),
    Column("on", "日期", Kind.DATE),
)
ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://x","y")']


def table(*rows, **changes) -> Table:
    given = {"title": "项目清单", "columns": COLUMNS, "rows": rows, "on": date(2026, 11, 21), "sample": True}
    return Table(**{**given, "source": "登记记录", "definition": "按阶段计", **changes})


def csv_rows(made: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(made).decode("utf-8-sig"), newline="")))


def sheet(made: Table):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(made))).active


def test_csv_opens_as_utf8_and_says_what_it_is_at_the_top():
    assert to_csv(table()).startswith(b"\xef\xbb\xbf")
    above = [row[0] for row in csv_rows(table()) if row[0].startswith("# ")]
    assert above[0] == "# 项目清单"
    assert f"# {SAMPLE_MARK}" in above
    assert any("登记记录" in line for line in above)
    assert any("2026-11-21" in line for line in above)


def test_a_table_without_sample_rows_says_nothing_of_a_sample():
    assert SAMPLE_MARK not in to_csv(table(sample=False)).decode("utf-8-sig")
    assert "sample" not in table_response(table(sample=False), "csv", "list")["Content-Disposition"]


@pytest.mark.parametrize("text", ATTACKS)
def test_text_that_looks_like_a_formula_is_text_in_both_formats(text):
    assert csv_rows(table({"title": text}))[-1][0] == f"'{text}"
    cell = sheet(table({"title": text})).cell(row=sheet(table({"title": text})).max_row, column=1)
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_negative_numbers_stay_numbers():
    row = {"title": "a", "days": -3, "score": Decimal("-2.50"), "on": date(2026, 1, 2)}
    assert csv_rows(table(row))[-1] == ["a", "-3", "-2.50", "2026-01-02"]
    last = [cell.value for cell in sheet(table(row))[sheet(table(row)).max_row]]
    assert last == ["a", -3, -2.5, datetime(2026, 1, 2)]  # noqa: DTZ001 (a spreadsheet date has no zone)


def test_empty_cells_are_empty_and_zero_is_not():
    assert csv_rows(table({"title": None, "days": 0}))[-1] == ["", "0", "", ""]


def test_a_text_in_a_column_of_numbers_is_refused():
    for write in (to_csv, to_xlsx):
        with pytest.raises(TypeError, match="whole"):
            write(table({"days": "=1"}))


def test_xlsx_has_a_frozen_header_below_its_notes_and_a_sheet_name_that_excel_takes():
    opened = sheet(table({"title": "a"}, title="项目: 阶段/负责人 [2026]" * 4))
    header = next(row for row in opened.iter_rows() if row[0].value == "名称")
    assert opened.freeze_panes == f"A{header[0].row + 1}"
    assert SAMPLE_MARK in [row[0].value for row in opened.iter_rows(max_row=header[0].row)]
    assert len(opened.title) <= 31
    assert not set(opened.title) & set("[]:*?/\\")


def test_a_text_too_long_for_a_cell_ends_visibly():
    value = sheet(table({"title": "长" * 40_000})).cell(row=7, column=1).value
    assert len(value) == 32_767
    assert value.endswith("…")


def test_the_same_table_gives_the_same_bytes():
    assert to_xlsx(table({"title": "a"})) == to_xlsx(table({"title": "a"}))


def test_response_is_a_download_with_a_name_that_says_sample():
    response = table_response(table(), "xlsx", "projects")
    assert response["Content-Disposition"] == 'attachment; filename="projects-sample.xlsx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(ValueError, match="pdf"):
        table_response(table(), "pdf", "projects")
