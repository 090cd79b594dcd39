import csv
import gzip
import io
import json

import pytest
from typer.testing import CliRunner

from technopole.landing.cli import app

HEADER = "project,origin,date,event,district,park\n"
GOOD = (
    HEADER
    + "chip,local,2023-01-05,rd,pudong,zhangjiang\n"
    + "chip,local,2024-06-01,land,minhang,\n"
    + "pump,abroad,2024-02-01,land,suzhou,\n"
)


def run(*arguments, **more):
    return CliRunner().invoke(app, ["modes", "--history", *arguments], **more)


def table(output: str) -> dict[str, str]:
    return {row["project"]: row["mode"] for row in csv.DictReader(io.StringIO(output))}


def test_a_csv_gives_one_row_a_project(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text(GOOD, encoding="utf-8-sig")
    done = run(str(path))
    assert done.exit_code == 0
    assert table(done.stdout) == {"chip": "zhangjiang_other_district", "pump": "undetermined"}
    assert "张江" in done.stdout


def test_an_empty_day_leaves_that_project_open_and_the_others_derived(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text(GOOD + "lamp,local,,rd,pudong,\n", encoding="utf-8")
    done = run(str(path))
    assert table(done.stdout)["lamp"] == "undetermined"
    assert table(done.stdout)["chip"] == "zhangjiang_other_district"


def test_json_is_one_object_with_counts(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text(GOOD, encoding="utf-8")
    shown = json.loads(run(str(path), "--json").stdout)
    assert shown["counts"]["zhangjiang_other_district"] == 1
    assert shown["modes"][1]["why"].startswith("It came from abroad")


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".yaml", ".parquet"])
def test_every_format_gives_the_same(tmp_path, ending):
    rows = list(csv.DictReader(io.StringIO(GOOD)))
    path = tmp_path / f"h{ending}"
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    if ending == ".parquet":
        pyarrow = pytest.importorskip("pyarrow")
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    elif ending == ".jsonl.gz":
        path.write_bytes(gzip.compress(lines.encode()))
    else:
        path.write_text(lines if ending == ".jsonl" else json.dumps(rows), encoding="utf-8")
    assert table(run(str(path)).stdout) == {"chip": "zhangjiang_other_district", "pump": "undetermined"}


def test_standard_input_is_csv():
    assert table(run("-", input=GOOD).stdout)["pump"] == "undetermined"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("2024-06-01", "2024-13-01"), "row 3, field date: expected YYYY-MM-DD, found '2024-13-01'"),
        (("land,minhang", "landed,minhang"), "row 3, field event: expected one of rd, land"),
        (("land,minhang", "land,minghang"), "row 3, field district: 'minghang' is no district; did you mean"),
        (("land,minhang", "land,"), "row 3, field district: expected text, found nothing"),
        (
            ("chip,local,2024", "chip,abroad,2024"),
            "row 3, field origin: expected 'local' as in the rows",
        ),
        (("chip,local,2024", "chip,mars,2024"), "row 3, field origin: expected one of local, region"),
        (("chip,local,2024", ",local,2024"), "row 3, field project: expected text"),
        (("minhang,\n", "minhang,,,\n"), "row 3: expected 6 cells, found more"),
        (("district,park", "town,park"), "row 1, field district: expected this column"),
        ((GOOD, ""), "row 1, field project: expected this column, found nothing"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_printed(tmp_path, change, message):
    path = tmp_path / "h.csv"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    done = run(str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert "h.csv" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("h.txt", b"", "expected a file ending in"),
        ("h.csv", "project,张江".encode("gbk"), "row 1: expected UTF-8 text"),
        ("h.jsonl", b'{"project": 1}\n', "row 1, field origin"),
        ("h.jsonl", b'{"project": 1}\n{', "row 2: not readable as JSON"),
        ("h.jsonl", b"[]\n", "row 1: expected fields"),
        ("h.jsonl.gz", b"no gzip", "not readable as gzip"),
        ("h.yaml", b"a: b", "expected a list of rows"),
        ("h.parquet", b"no parquet", "not readable as Parquet"),
    ],
)
def test_an_unreadable_file_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    done = run(str(path))
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_missing_file_is_refused(tmp_path):
    done = run(str(tmp_path / "none.csv"))
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr
