"""One's own lists through the loop: matched or honestly not, questioned, placed; a wrong file named, nothing kept."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from technopole.cli import own_files
from technopole.cli.progress import Steps
from technopole.onboarding.imports import ImportFailed
from technopole.pipeline.models import Result
from technopole.planning import jobs
from technopole.resources.needs.models import Need

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parents[2] / "docs/tutorial/files"
ROWS_IN_TEN_MEGABYTES = 30_000


@pytest.fixture(autouse=True)
def _office(settings: Any, vectors: Path) -> None:
    settings.VAR = vectors


def run(**files: Any) -> dict[str, Any]:
    """The loop on these files; what is not named is left out."""
    given = {name: str(files.get(name, "")) for name in ("results", "needs", "sites", "out")}
    with jobs.paused():
        return own_files.run(**given, progress=Steps(None)).as_dict()


def refusal(**files: Any) -> str:
    """What is said of files that cannot be taken; nothing is kept of them."""
    with pytest.raises(ImportFailed) as wrong:
        run(**files)
    assert not Need.objects.exists()
    assert not Result.objects.exists()
    return str(wrong.value)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _as_workbook(source: Path, folder: Path) -> Path:
    book = openpyxl.Workbook()
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            book.active.append(row)
    path = folder / f"{source.stem}.xlsx"
    book.save(path)
    return path


def _as_lines(source: Path, folder: Path) -> Path:
    with source.open(encoding="utf-8-sig", newline="") as file:
        lines = [json.dumps(row, ensure_ascii=False) for row in csv.DictReader(file)]
    return written(folder, f"{source.stem}.jsonl", "\n".join(lines))


def _as_it_is(source: Path, folder: Path) -> Path:
    return source


# --- matched, questioned, placed


@pytest.mark.parametrize("form", [_as_it_is, _as_workbook, _as_lines])
def test_every_need_is_answered_and_every_result_questioned_and_placed(form: Any, tmp_path: Path) -> None:
    names = ("results", "needs", "sites")
    told = run(**{name: form(FILES / f"{name}.csv", tmp_path) for name in names})
    flow, vaccine, mining = told["needs"]
    assert flow["matches"][0]["result"].startswith("Low-power ultrasonic flow sensor")
    assert flow["matches"][0]["across_languages"]
    assert vaccine["matches"][0]["result"] == "面向冷链运输的相变蓄冷材料"
    for need in (flow, vaccine):
        assert need["matches"][0]["why"]
        assert need["matches"][0]["why_zh"]
    assert mining["matches"] == []
    assert mining["nothing_close"]
    assert mining["nothing_close_zh"]
    assert mining["nearest"]
    assert (told["needs_with_matches"], told["needs_with_nothing_close"]) == (2, 1)
    for row in told["results"]:
        assert row["readiness"] == 0
        assert row["questions"]
        assert row["questions_zh"]
        assert row["site_questions"]
        assert len(row["sites"]) == 3
        assert [site["eligible"] for site in row["sites"]] == sorted(
            (site["eligible"] for site in row["sites"]), reverse=True
        )
        assert all(site["why"] for site in row["sites"])
    assert not told["sample_parks"]


def test_the_loop_decides_nothing_for_people(tmp_path: Path) -> None:
    told = run(results=FILES / "results.csv")
    assert told["steps"]["onboarding"]["moved"] == 3
    assert told["steps"]["evaluation"]["moved"] == told["pursued"] == 0
    codes = [stop["codes"] for stop in told["steps"]["evaluation"]["stopped"]]
    assert len(codes) == 3
    assert all("evaluation.not_decided" in found for found in codes)


def test_without_sites_the_samples_parks_are_used_and_marked(tmp_path: Path) -> None:
    told = run(results=FILES / "results.csv", out=tmp_path)
    assert told["sample_parks"]
    assert "示例" in (tmp_path / "results.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not (tmp_path / "matches.csv").exists(), "no needs were given"


def test_needs_alone_say_that_there_is_nothing_to_match(tmp_path: Path) -> None:
    told = run(needs=FILES / "needs.csv", out=tmp_path)
    assert all(row["nothing_close"] and not row["matches"] for row in told["needs"])
    lines = (tmp_path / "matches.csv").read_text(encoding="utf-8-sig")
    assert all(row["need"] in lines for row in told["needs"])


def test_the_tables_hold_every_need_and_result(tmp_path: Path) -> None:
    told = run(results=FILES / "results.csv", needs=FILES / "needs.csv", out=tmp_path)
    for name, column in (("matches", "need"), ("results", "result")):
        text = (tmp_path / f"{name}.csv").read_text(encoding="utf-8-sig")
        rows = csv.DictReader(line for line in io.StringIO(text, newline="") if not line.startswith("#"))
        found = {row[column] for row in rows}
        assert found == {row[column] for row in told[f"{column}s"]}
    assert not list(tmp_path.glob("*.writing"))


def test_a_result_that_stands_twice_is_said(tmp_path: Path) -> None:
    twice = "title,abstract\n" + 2 * "Soft gripper for ripe fruit,A gripper of silicone.\n"
    told = run(results=written(tmp_path, "r.csv", twice))
    (repeated,) = told["probable_duplicates"]
    assert repeated["result"] == "Soft gripper for ripe fruit"
    assert repeated["why_zh"]


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO((FILES / "needs.csv").read_bytes()))
    monkeypatch.setattr("sys.stdin", given)
    assert len(run(needs="-")["needs"]) == 3


def test_a_formula_in_a_text_is_kept_as_text_and_disarmed_in_the_tables(tmp_path: Path) -> None:
    needs = written(tmp_path, "n.csv", 'title,text\n"=HYPERLINK(""http://x.example"")",A pressure sensor\n')
    told = run(needs=needs, out=tmp_path / "out")
    assert told["needs"][0]["need"].startswith("=HYPERLINK")
    lines = (tmp_path / "out/matches.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in lines


# --- what cannot be taken


def test_a_missing_column_names_those_found(tmp_path: Path) -> None:
    said = refusal(needs=written(tmp_path, "n.csv", "colour,weight\nred,3\n"))
    assert "n.csv: no column for title" in said
    assert "colour, weight" in said


@pytest.mark.parametrize(
    ("kind", "content", "row", "column", "expected"),
    [
        ("needs", "需求名称,截止日期\n阀门,2026-02-30\n", 2, "截止日期", "no such day"),
        ("needs", "title,deadline\nA valve,2027-01-01\nA pump,soon\n", 3, "deadline", "date"),
        ("needs", "title,预算（万元）\nA valve,plenty\n", 2, "预算（万元）", "not a number"),
        ("needs", "title,预算（万元）\nA valve,=3*4\n", 2, "预算（万元）", "formula"),
        ("needs", "title,text\n,A valve without a name\n", 2, "title", "must be filled in"),
        ("results", "title,readiness level\nA valve,12\n", 2, "readiness level", "between 1 and 9"),
        ("sites", "name,district,可用面积（㎡）\nPark,嘉定区,-5\n", 2, "可用面积（㎡）", "0"),
    ],
)
def test_a_wrong_cell_is_named_with_what_was_expected(
    kind: str, content: str, row: int, column: str, expected: str, tmp_path: Path
) -> None:
    said = refusal(**{kind: written(tmp_path, "list.csv", content)})
    assert "list.csv: " in said
    assert f"Row {row}, column {column}: " in said
    assert expected in said


def test_an_unknown_district_is_named_with_its_row(tmp_path: Path) -> None:
    said = refusal(sites=written(tmp_path, "s.csv", "name,district\nPark,Atlantis\n"))
    assert "s.csv: row 2" in said
    assert "Atlantis" in said


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 320_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("n.csv", b"", "is empty"),
        ("n.csv", b" \n \n", "is empty"),
        ("n.csv", b"title,text\n", "no row below the headers"),
        ("n.csv", bytes(range(256)) * 40, "n.csv"),
        ("n.xlsx", b"title,text\nA valve,\n", "cannot be read"),
        ("n.xlsx", b"PK\x03\x04" + bytes(200), "cannot be read"),
        ("n.xlsx", b"\xd0\xcf\x11\xe0" + bytes(200), "old .xls workbook"),
        ("n.jsonl", b'{"title": "A valve"}\n{"title": \n', "n.jsonl"),
        ("n.pdf", b"%PDF-1.7", "none of .xlsx, .csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(needs=written(tmp_path, name, content))


def test_a_packed_bomb_is_not_opened(tmp_path: Path) -> None:
    assert "unpacks to more than" in refusal(needs=written(tmp_path, "n.xlsx", _bomb()))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.csv" in refusal(needs=tmp_path / "nowhere.csv")


def test_three_wrong_rows_in_ten_megabytes_are_all_named(tmp_path: Path) -> None:
    chance = random.Random(1)
    words = "sensor valve coating battery membrane laser enzyme polymer robot antenna".split()
    wrong = {5_000: "2026-02-30", 17_777: "soon", 29_999: "31/31/2026"}
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "text", "deadline"])
        for number in range(2, ROWS_IN_TEN_MEGABYTES + 2):
            text = " ".join(chance.choices(words, k=45))
            writer.writerow([f"Need {number}", text, wrong.get(number, date(2027, 5, 1).isoformat())])
    assert path.stat().st_size > 10_000_000
    lines = refusal(needs=path).splitlines()
    assert [int(line.partition("Row ")[2].partition(",")[0]) for line in lines] == sorted(wrong)
    assert all("long.csv" in line and "column deadline" in line for line in lines)


def test_tables_of_an_earlier_run_stay_as_they_were_on_a_mistake(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("matches.csv", "results.csv"):
        written(out, name, "of an earlier run")
    refusal(
        needs=FILES / "needs.csv",
        results=written(tmp_path, "r.csv", "title,readiness level\nA valve,12\n"),
        out=out,
    )
    assert {path.name: path.read_text() for path in out.iterdir()} == dict.fromkeys(
        ("matches.csv", "results.csv"), "of an earlier run"
    )


def test_a_folder_that_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    said = refusal(needs=FILES / "needs.csv", out=written(tmp_path, "taken", "a file"))
    assert "--out" in said
