"""Imported tables: headers mapped, files read, rows checked, wrong rows handed back."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import time
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.onboarding.engine import cells, reading
from technopole.onboarding.engine.columns import FIELDS, chosen_mapping, propose_mapping
from technopole.onboarding.engine.tables import (
    Checked,
    UnreadableTableError,
    error_file,
    read_rows,
    validate,
)


def mapped(headers: list[str], kind: str) -> dict[str, str | None]:
    return {column.header: column.field for column in propose_mapping(headers, kind).columns}


def as_csv(*rows: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(content: bytes, kind: str, name: str = "t.csv") -> Checked:
    table = read_rows(content, name)
    return validate(table, propose_mapping(table.headers, kind), kind)


def codes(found: Checked) -> list[tuple[int, str, str]]:
    return [(e.row, e.field, e.reason.code.partition(".")[2]) for e in found.errors]


class TestHeaders:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (
                "results",
                {
                    "Center": "holder",
                    "Status": "ip_status",
                    "Case Number": "key",
                    "Patent Number": "patent_numbers",
                    "Application SN": "application_numbers",
                    "Title": "title",
                    "Patent Expiration Date": "patent_expires_on",
                },
            ),
            ("needs", {"rid": "key", "title": "title", "text": "text"}),
            (
                "results",
                {
                    "序号": "key",
                    "成果名称": "title",
                    "摘要": "abstract",
                    "完成人": "inventors",
                    "所属单位": "holder",
                    "成熟度": "level",
                    "专利号": "patent_numbers",
                    "备注": None,
                },
            ),
            (
                "needs",
                {"需求名称": "title", "需求描述": "text", "企业名称": "organisation", "截止日期": "deadline"},
            ),
            (
                "sites",
                {
                    "园区名称": "name",
                    "可用面积（㎡）": "free_m2",
                    "所在区": "district",
                    "层高(米)": "ceiling_m",
                },
            ),
            ("results", {"成果名稱": "title", "完成單位": "holder"}),
            (
                "results",
                {" ＴＩＴＬＥ ": "title", "patent_numbers": "patent_numbers", "Desciption": "abstract"},
            ),
        ],
        ids=["nasa", "bdci", "office results", "office needs", "office sites", "traditional", "untidy"],
    )
    def test_known_sheets_map_by_themselves(self, kind: str, expected: dict[str, str | None]) -> None:
        assert mapped(list(expected), kind) == expected

    def test_a_required_field_that_is_not_found_is_said(self) -> None:
        found = propose_mapping(["摘要", "备注"], "results")
        assert (found.missing, found.unmatched) == (("title",), ("备注",))

    def test_a_field_goes_to_one_column_only(self) -> None:
        found = propose_mapping(["成果名称", "项目名称"], "results")
        assert [column.field for column in found.columns] == ["title", None]

    def test_a_person_can_choose_otherwise(self) -> None:
        found = chosen_mapping(["a", "b"], "needs", {"a": "text", "b": "title"})
        assert [column.field for column in found.columns] == ["text", "title"]

    @pytest.mark.parametrize("chosen", [{"c": "title"}, {"a": "nonsense"}, {"a": "title", "b": "title"}])
    def test_a_choice_that_cannot_be_is_refused(self, chosen: dict[str, str | None]) -> None:
        with pytest.raises(ValueError, match="no such column"):
            chosen_mapping(["a", "b"], "needs", chosen)

    @pytest.mark.parametrize("kind", list(FIELDS))
    def test_no_synonym_means_two_fields_of_a_kind(self, kind: str) -> None:
        words = [word for one in FIELDS[kind].values() for word in one.synonyms]
        assert sorted({word for word in words if words.count(word) > 1}) == []

    @given(st.lists(st.text(max_size=20), max_size=8), st.sampled_from(["results", "needs", "sites"]))
    def test_any_headers_give_a_mapping(self, headers: list[str], kind: str) -> None:
        found = propose_mapping(headers, kind)
        given_out = [column.field for column in found.columns if column.field]
        assert len(found.columns) == len(headers)
        assert len(given_out) == len(set(given_out))


class TestReading:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
    )
    def test_every_usual_encoding_reads_alike(self, encoding: str) -> None:
        text = "成果名称,完成人\n一种传感器,张伟\n" * 1
        table = read_rows(text.encode(encoding), "t.csv")
        assert (table.headers, table.rows[0].cells) == (("成果名称", "完成人"), ("一种传感器", "张伟"))

    def test_a_western_code_page_is_not_taken_for_chinese(self) -> None:
        content = "title,holder\nProcédé de café séché,Université de Genève\n".encode("cp1252")
        assert read_rows(content, "t.csv").rows[0].cells[0] == "Procédé de café séché"

    @pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found(self, sign: str) -> None:
        table = read_rows(f"title{sign}holder\nA, B{sign}C\n".replace("A, B", '"A, B"').encode(), "t.csv")
        assert table.rows[0].cells == ("A, B", "C")

    def test_a_title_above_the_header_is_passed_over_and_rows_keep_their_numbers(self) -> None:
        content = as_xlsx(
            ["上海某大学成果汇总表"], [], ["成果名称", "完成人"], ["甲", "张伟"], [], ["乙", "李娜"]
        )
        table = read_rows(content, "t.xlsx")
        assert table.headers == ("成果名称", "完成人")
        assert [(row.number, row.cells[0]) for row in table.rows] == [(4, "甲"), (6, "乙")]

    def test_a_cell_of_several_lines_keeps_the_row_number_of_its_first(self) -> None:
        table = read_rows(b'title,text\n"a\nb",x\nc,y\n', "t.csv")
        assert [row.number for row in table.rows] == [2, 4]

    def test_json_lines_read_packed_or_not(self) -> None:
        text = "\n".join(
            json.dumps(one) for one in [{"rid": 1, "title": "a"}, {"title": "b", "tags": ["x", "y"]}]
        )
        for content, name in ((text.encode(), "n.jsonl"), (gzip.compress(text.encode()), "n.jsonl.gz")):
            table = read_rows(content, name)
            assert table.headers == ("rid", "title", "tags")
            assert [row.cells for row in table.rows] == [("1", "a", ""), ("", "b", "x; y")]

    def test_workbook_cells_become_text_and_formulas_stay_formulas(self) -> None:
        table = read_rows(as_xlsx(["title", "n", "on"], ["=1+1", 12.0, date(2024, 2, 29)]), "t.xlsx")
        assert table.rows[0].cells == ("=1+1", "12", "2024-02-29")
        assert table.rows[0].formulas == {0}

    @pytest.mark.parametrize(
        ("content", "name", "why"),
        [
            (b"", "t.csv", "empty_file"),
            (b" \n \n", "t.csv", "empty_file"),
            (b"\xd0\xcf\x11\xe0" + b"0" * 600, "t.xlsx", "old_or_locked_workbook"),
            (b"not a workbook", "t.xlsx", "file_unreadable"),
            (b"PK\x03\x04 broken", "t.xlsx", "file_unreadable"),
            (b"%PDF-1.7", "t.pdf", "unknown_format"),
            (b'title,text\n"never closed\n', "t.csv", "bad_line"),
            (b'{"a": 1}\n{"a": \n', "t.jsonl", "bad_line"),
            (b"[1]\n", "t.jsonl", "bad_line"),
            (b"\x1f\x8b\x08 broken", "t.jsonl.gz", "file_unreadable"),
            (b"a,b\n\xff\xff\xff\xff", "t.csv", "unknown_encoding"),
            (b"x" * (51 * 1024 * 1024), "t.csv", "file_too_large"),
            (",".join(f"c{n}" for n in range(400)).encode(), "t.csv", "too_many_columns"),
        ],
    )
    def test_what_cannot_be_read_gives_one_clear_reason(self, content: bytes, name: str, why: str) -> None:
        with pytest.raises(UnreadableTableError) as refused:
            read_rows(content, name)
        assert refused.value.reason.code == f"onboarding.{why}"
        assert name in refused.value.reason.text("zh")

    def test_more_rows_than_allowed_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "MOST_ROWS", 100)
        assert len(read_rows(b"a,b\n" + b"1,2\n" * 100, "t.csv").rows) == 100
        with pytest.raises(UnreadableTableError) as refused:
            read_rows(b"a,b\n" + b"1,2\n" * 101, "t.csv")
        assert refused.value.reason.code == "onboarding.too_many_rows"

    def test_a_zip_bomb_is_refused_before_it_unpacks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "LARGEST_UNPACKED", 1024 * 1024)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", b"0" * (2 * 1024 * 1024))
        for content, name in ((out.getvalue(), "t.xlsx"), (gzip.compress(b"0" * 2_000_000), "t.jsonl.gz")):
            with pytest.raises(UnreadableTableError) as refused:
                read_rows(content, name)
            assert refused.value.reason.code == "onboarding.unpacks_too_large"

    def test_xml_entities_in_a_workbook_are_not_expanded(self) -> None:
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'
        good, out = as_xlsx(["title"], ["x"]), io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(out, "w") as target:
            for entry in source.infolist():
                evil = entry.filename in ("xl/sharedStrings.xml", "xl/workbook.xml")
                target.writestr(entry, bomb if evil else source.read(entry))
        with pytest.raises(UnreadableTableError):
            read_rows(out.getvalue(), "t.xlsx")

    def test_an_absent_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableTableError, match=r"absent\.csv"):
            read_rows(tmp_path / "absent.csv", "absent.csv")

    @given(st.binary(max_size=300), st.sampled_from(["t.csv", "t.xlsx", "t.jsonl", "t.jsonl.gz"]))
    def test_any_bytes_are_read_or_refused_never_anything_else(self, content: bytes, name: str) -> None:
        with contextlib.suppress(UnreadableTableError):
            table = read_rows(content, name)
            assert all(len(row.cells) == len(table.headers) for row in table.rows)


class TestCells:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1,200", "1200"),
            ("１２，５００", "12500"),
            ("3.5万", "35000"),
            ("约300", "300"),
            ("1.2e3", "1200"),
            ("-5", "-5"),
        ],
    )
    def test_numbers_as_offices_write_them(self, text: str, value: str) -> None:
        assert cells.number(text, {}) == Decimal(value)

    @pytest.mark.parametrize(
        ("header", "text", "wan"),
        [
            ("预算（万元）", "300", "300"),
            ("预算（元）", "3000000", "300"),
            ("预算（元）", "300万元", "300"),
            ("预算", "1.2亿元", "12000"),
            ("预算", "５０万", "50"),
        ],
    )
    def test_money_by_the_unit_of_the_header_or_the_cell(self, header: str, text: str, wan: str) -> None:
        found = checked(as_csv(["需求名称", header], ["x", text]), "needs")
        assert found.good[0].values["budget_wan"] == Decimal(wan)

    @pytest.mark.parametrize(
        ("header", "text", "field", "value"),
        [
            ("可用面积（万平方米）", "1.5", "free_m2", "15000"),
            ("可用面积", "800㎡", "free_m2", "800"),
            ("楼面荷载（kg/㎡）", "500", "floor_load_kn_m2", "4.90332500"),
            ("租金（元/㎡/天）", "2", "rent_yuan_m2_month", "60.8333334"),
        ],
    )
    def test_units_of_a_site(self, header: str, text: str, field: str, value: str) -> None:
        found = checked(as_csv(["园区名称", header], ["x", text]), "sites")
        assert found.good[0].values[field] == Decimal(value)

    @pytest.mark.parametrize(
        "text",
        [
            "2024-02-29",
            "2024/2/29",
            "2024.2.29",
            "2024年2月29日",
            "20240229",
            "２０２４-０２-２９",
            "29.02.2024",
        ],
    )
    def test_dates_as_offices_write_them(self, text: str) -> None:
        assert cells.day(text) == date(2024, 2, 29)

    @given(st.dates())
    def test_every_day_reads_back(self, day: date) -> None:
        assert cells.day(f"{day.year:04d}年{day.month}月{day.day}日") == day

    def test_american_dates_are_told_by_their_column(self) -> None:
        rows = [["Title", "Patent Expiration Date"], ["a", "10/03/2015"], ["b", "06/16/2024"]]
        found = checked(as_csv(*rows), "results")
        assert [row.values["patent_expires_on"] for row in found.good] == [
            date(2015, 10, 3),
            date(2024, 6, 16),
        ]

    def test_a_date_that_could_be_two_days_is_asked_for(self) -> None:
        found = checked(as_csv(["Title", "Patent Expiration Date"], ["a", "10/03/2015"]), "results")
        assert codes(found) == [(2, "patent_expires_on", "ambiguous_date")]

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            ("TRL 4", {"level": 4}),
            ("四级", {"level": 4}),
            ("4", {"level": 4}),
            ("中试", {"level_words": "中试"}),
        ],
    )
    def test_a_level_is_a_number_or_stays_words(self, text: str, values: dict[str, Any]) -> None:
        found = checked(as_csv(["Title", "成熟度"], ["a", text]), "results")
        assert {k: v for k, v in found.good[0].values.items() if k.startswith("level")} == values


class TestRows:
    def test_a_good_row_has_its_values_by_field_and_language(self) -> None:
        found = checked(
            as_csv(
                ["成果名称", "完成人", "状态", "专利状态"], ["一种压力传感器", "张伟、李娜", "", "已授权"]
            ),
            "results",
        )
        assert found.good[0].values == {
            "title_zh": "一种压力传感器",
            "inventors": ("张伟", "李娜"),
            "ip_status": "granted",
        }

    def test_every_wrong_cell_is_named_by_row_column_and_reason(self) -> None:
        found = checked(
            as_csv(
                ["需求名称", "预算（万元）", "截止日期", "成熟度"],
                ["", "10", "2026-12-31", ""],
                ["a", "很多", "2024-02-30", "TRL 12"],
                ["b", "5 bananas", "soon", ""],
                ["good", "5", "2026-12-31", "3"],
            ),
            "needs",
        )
        assert codes(found) == [
            (2, "title", "required"),
            (3, "budget_wan", "not_a_number"),
            (3, "deadline", "impossible_date"),
            (3, "min_trl", "level_outside"),
            (4, "budget_wan", "unknown_unit"),
            (4, "deadline", "not_a_date"),
        ]
        assert [row.number for row in found.good] == [5]
        assert found.errors[2].text("en") == "Row 3, column 截止日期: there is no such day in the calendar"

    @pytest.mark.parametrize(
        ("field", "header", "longest"), [("title", "标题", 500), ("text", "描述", 20_000)]
    )
    def test_a_text_beyond_its_length_is_wrong_at_one_character_too_many(
        self, field: str, header: str, longest: int
    ) -> None:
        rows = [["需求名称", header] if field == "text" else [header, "描述"]]
        for extra in (0, 1):
            cell = "字" * (longest + extra)
            rows.append(["x", cell] if field == "text" else [cell, "x"])
        assert codes(checked(as_csv(*rows), "needs")) == [(3, field, "too_long")]

    def test_a_field_of_a_million_characters_is_an_error_and_not_a_crash(self) -> None:
        found = checked(as_csv(["title", "text"], ["a", "x" * 1_000_000], ["b", "ok"]), "needs")
        assert codes(found) == [(2, "text", "too_long")]
        assert len(found.errors[0].value) <= 120

    def test_a_formula_in_a_text_is_kept_as_text_and_flagged(self) -> None:
        found = checked(
            as_csv(["title", "contact"], ["=HYPERLINK(A1)", "+86 21 1234"], ["- light", "@x"]), "needs"
        )
        assert found.errors == ()
        assert found.good[0].values["title"] == "=HYPERLINK(A1)"
        assert [(w.row, w.field) for w in found.warnings] == [(2, "title"), (3, "contact")]

    def test_a_formula_where_a_number_belongs_is_wrong(self) -> None:
        found = checked(as_xlsx(["title", "budget"], ["a", "=1+1"]), "needs", "t.xlsx")
        assert codes(found) == [(2, "budget_wan", "formula_where_value")]

    def test_a_status_that_is_not_understood_is_left_empty_and_said(self) -> None:
        found = checked(as_csv(["Title", "Status"], ["a", "GM"]), "results")
        assert found.good[0].values == {"title_en": "a"}
        assert found.warnings[0].reason.code == "onboarding.choice_left_empty"

    def test_the_same_number_twice_is_wrong_the_second_time(self) -> None:
        found = checked(as_csv(["编号", "需求名称"], ["1", "a"], ["1", "b"]), "needs")
        assert codes(found) == [(3, "key", "key_repeated")]

    def test_a_cell_beyond_the_headers_is_wrong(self) -> None:
        assert codes(checked(b"title,text\na,b,c\n", "needs")) == [(2, "", "too_many_cells")]

    def test_application_numbers_keep_their_commas(self) -> None:
        found = checked(
            as_csv(["Title", "Patent Number", "Application SN"], ["a", "0", "13/033,085"]), "results"
        )
        assert found.good[0].values == {"title_en": "a", "application_numbers": ("13/033,085",)}

    def test_ten_megabytes_with_three_wrong_rows_take_seconds(self) -> None:
        rows = [["成果名称", "摘要", "完成人", "完成日期"]]
        rows += [[f"传感器{n}", "压力测量" * 40, "张伟、李娜", "2024-02-03"] for n in range(20_000)]
        for at in (10, 5_000, 19_999):
            rows[at][3] = "2024-02-30"
        content = as_csv(*rows)
        assert len(content) > 10_000_000
        began = time.process_time()
        found = checked(content, "results")
        assert time.process_time() - began < 10
        assert codes(found) == [(at + 1, "conceived_on", "impossible_date") for at in (10, 5_000, 19_999)]

    @given(st.text(), st.text(), st.text())
    def test_any_cells_are_good_or_wrong_but_never_lost(self, title: str, budget: str, day: str) -> None:
        found = checked(as_csv(["title", "budget", "deadline"], [title, budget, day], ["x", "", ""]), "needs")
        numbers = {row.number for row in found.good} | {error.row for error in found.errors}
        assert numbers == {row.number for row in found.table.rows}


class TestErrorFile:
    def test_it_holds_the_wrong_rows_with_the_reason_in_both_languages_and_no_formula(self) -> None:
        found = checked(as_csv(["title", "budget"], ["=1+1", "x"], ["good", "1"]), "needs")
        sheet = openpyxl.load_workbook(io.BytesIO(error_file(found))).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0] == ["行 Row", "问题", "What is wrong", "title", "budget"]
        assert rows[1][0] == 2
        assert "不是数字" in rows[1][1]
        assert "not a number" in rows[1][2]
        assert rows[1][3:] == ["=1+1", "x"]
        assert sheet["D2"].data_type == "s"
        assert len(rows) == 2

    def test_the_same_check_gives_the_same_bytes(self) -> None:
        found = checked(as_csv(["title", "budget"], ["a", "x"]), "needs")
        assert error_file(found) == error_file(found)
