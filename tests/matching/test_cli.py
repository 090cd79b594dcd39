import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from technopole.matching import Document, Query, rank_all
from technopole.matching.cli import app

DOCUMENTS = [
    {"id": "a", "title": "Ceramic separator for lithium batteries", "text": "It withstands 180 °C."},
    {"id": "b", "title": "钛合金叶片激光修复"},
]
QUERIES = [
    {"id": "q1", "title": "锂电池隔膜", "text": "需要耐高温的隔膜"},
    {"id": "q2", "text": "turbine blades"},
]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "d.jsonl").write_text(lines(DOCUMENTS), encoding="utf-8")
    (tmp_path / "q.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    return tmp_path


def rank(
    folder: Path,
    *more: str,
    documents: str = "d.jsonl",
    queries: str = "q.jsonl",
    out: str = "run.jsonl",
    given: str | None = None,
) -> Result:
    def at(name: str) -> str:
        return name if name == "-" else str(folder / name)

    names = ["--documents", at(documents), "--queries", at(queries), "--out", at(out)]
    return CliRunner().invoke(app, ["rank", *names, *more], input=given)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_file_holds_what_the_function_returns(files: Path) -> None:
    assert rank(files, "--explain").exit_code == 0
    rows = read(files / "run.jsonl")
    asked = [Query(row["id"], row["text"], row.get("title", "")) for row in QUERIES]
    expected = list(rank_all([Document(**row) for row in DOCUMENTS], asked))  # type: ignore[arg-type]
    assert [(r["query"], r["document"], r["rank"], r["score"]) for r in rows] == [
        (m.query, m.document, m.rank, m.score) for m in expected
    ]
    assert [[why["en"] for why in r["why"]] for r in rows] == [
        [w.text("en") for w in m.reasons] for m in expected
    ]
    assert rows[0]["document"] == "a"


def test_the_same_input_gives_the_same_bytes(files: Path) -> None:
    for name in ("one.jsonl.gz", "two.jsonl.gz"):
        assert rank(files, "--explain", out=name).exit_code == 0
    assert (files / "one.jsonl.gz").read_bytes() == (files / "two.jsonl.gz").read_bytes()


def test_every_format_holds_the_same_ranking(files: Path) -> None:
    with (files / "d.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["id", "title", "text"])
        writer.writeheader()
        writer.writerows(DOCUMENTS)
    pq.write_table(pa.Table.from_pylist(QUERIES), files / "q.parquet")
    (files / "d.jsonl.gz").write_bytes(gzip.compress(lines(DOCUMENTS).encode()))
    rank(files, out="run.jsonl")
    rank(files, documents="d.csv", queries="q.parquet", out="run.csv")
    rank(files, documents="d.jsonl.gz", out="run.parquet")
    expected = [(r["query"], r["document"], r["rank"], r["score"]) for r in read(files / "run.jsonl")]
    with (files / "run.csv").open(encoding="utf-8", newline="") as kept:
        found = [(r["query"], r["document"], int(r["rank"]), float(r["score"])) for r in csv.DictReader(kept)]
    table = pq.read_table(files / "run.parquet").to_pylist()
    assert expected == found == [(r["query"], r["document"], r["rank"], r["score"]) for r in table]


def test_standard_input_and_output(files: Path) -> None:
    result = rank(files, "--top", "1", documents="-", out="-", given=lines(DOCUMENTS))
    assert [json.loads(line)["rank"] for line in result.stdout.splitlines()] == [1, 1]


def test_json_prints_one_object(files: Path) -> None:
    summary = json.loads(rank(files, "--json", "--top", "1").stdout)
    assert (summary["documents"], summary["queries"], summary["matches"]) == (2, 2, 2)
    assert summary["queries_with_close_matches"] + summary["queries_with_nothing_close"] == 2


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("d.jsonl", '{"id": "a", "title": "x"}\n{"id": "b"}\n', 'd.jsonl, row 2, field "title"'),
        ("d.jsonl", '{"id": "a", "title": "x"}\n{"id": "a", "title": "y"}\n', 'row 2, field "id"'),
        ("d.jsonl", '{"id": "a", "title": 7}\n', 'row 1, field "title": expected a text'),
        ("d.jsonl", '{"id": "", "title": "x"}\n', 'row 1, field "id"'),
        ("d.jsonl", '{"id": "a", "title": "x"\n', "row 1: expected a JSON object"),
        ("d.jsonl", '{"id": "a", "title": "x\\ud800"}\n', 'row 1, field "title": expected Unicode'),
        ("d.jsonl", "[1]\n", "row 1: expected a JSON object"),
        ("d.jsonl", b'{"id": "a", "title": "x"}\n\xff\n', "line 2: expected UTF-8"),
        ("d.jsonl", '{"id": "a", "title": "x", "facets": [1]}\n', 'row 1, field "facets"'),
        ("d.jsonl", '{"id": "a", "title": "x", "language": "fr"}\n', 'row 1, field "language"'),
        ("d.csv", "id,title\na,x,y\n", "d.csv, row 2: more cells"),
        ("d.parquet", "no parquet", "d.parquet: expected a Parquet file"),
        ("d.jsonl.gz", "no gzip", "d.jsonl.gz: cannot be read"),
        ("d.txt", "x", "d.txt: expected a file ending in"),
    ],
)
def test_bad_input_is_named_and_leaves_the_output_alone(
    files: Path, name: str, content: str | bytes, told: str
) -> None:
    (files / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (files / "run.jsonl").write_text("kept", encoding="utf-8")
    result = rank(files, documents=name)
    assert result.exit_code == 2
    assert told in result.stderr
    assert (files / "run.jsonl").read_text(encoding="utf-8") == "kept"
    assert not list(files.glob(".run*"))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"documents": "absent.jsonl"}, "absent.jsonl: cannot be read"),
        ({"out": "absent/run.jsonl"}, "expected a file in a folder that exists"),
        ({"out": "run.xlsx"}, "expected a file ending in"),
        ({"documents": "-", "queries": "-"}, "not both"),
    ],
)
def test_impossible_names_are_refused(files: Path, names: dict[str, str], told: str) -> None:
    result = rank(files, **names)
    assert result.exit_code == 2
    assert told in result.stderr
