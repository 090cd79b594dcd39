"""Evidence through its commands and its connection: loading, refusing, checking."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from technopole.evidence import engines
from technopole.evidence.checks import check
from technopole.evidence.cli import app
from technopole.evidence.schema import TABLES
from technopole.evidence.snapshot import SnapshotError, open_snapshot, writing
from technopole.evidence.sources import copublications, ror, titles
from technopole.wording import sentences

DAY = date(2026, 11, 21)

V1 = {
    "id": "https://ror.org/030enq015",
    "name": "Shanghai Science and Technology Development Foundation",
    "established": 1988,
    "types": ["Nonprofit"],
    "addresses": [
        {
            "lat": 31.2,
            "lng": 121.4,
            "city": "Pudong",
            "geonames_city": {"geonames_admin1": {"name": "Shanghai"}},
        }
    ],
    "links": ["http://www.sstdf.org.cn/"],
    "aliases": ["SSTDF"],
    "acronyms": ["SSTDF"],
    "status": "active",
    "labels": [
        {"label": "上海科技發展基金會", "iso639": "zh"},
        {"label": "上海科技发展基金会", "iso639": "zh"},
    ],
    "country": {"country_code": "CN"},
}
V2 = {
    "id": "https://ror.org/00390t168",
    "established": None,
    "types": ["Education", "funder"],
    "links": [{"type": "wikipedia", "value": "w"}, {"type": "website", "value": "https://www.ecnu.edu.cn"}],
    "locations": [
        {"geonames_details": {"country_code": "CN", "lat": 31.0, "lng": 121.0, "name": "Shanghai"}}
    ],
    "names": [
        {"lang": None, "types": ["acronym"], "value": "ECNU"},
        {"lang": "en", "types": ["ror_display", "label"], "value": "East China Normal University"},
        {"lang": "zh", "types": ["label"], "value": "华东师范大学"},
    ],
    "status": "active",
}


def paper(identifier: str = "W1", **changes: Any) -> dict[str, Any]:
    return {
        "paper_id": f"https://openalex.org/{identifier}",
        "doi": "https://doi.org/10.1000/ABC",
        "title": "A wearable sensor",
        "publication_year": 2020,
        "institutions": {"CN": ["Tongji University"], "FR": ["Sorbonne"]},
        "authors_by_country": {"CN": ["Li Wei (Tongji University)"], "FR": ["Anne Roux"]},
        "technology_categories": ["sensing"],
        "risk_assessment": {"overall_risk": "LOW"},
        "partner_country": "FR",
        **changes,
    }


def written(folder: Path, name: str, records: list[Any]) -> Path:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def rows(snapshot: Path, query: str) -> list[tuple]:
    with engines.open("duckdb", snapshot) as connection:
        return connection.execute(query).fetchall()


def test_both_versions_of_the_registry_become_the_same_kind_of_row(tmp_path: Path) -> None:
    ror.load([written(tmp_path, "ror.jsonl", [V1, V2])], into=tmp_path / "s", dated=DAY)
    found = rows(tmp_path / "s", "SELECT * EXCLUDE (lat, lng, website) FROM organisations ORDER BY name_en")
    assert found == [
        (V2["id"], "East China Normal University", "华东师范大学", "ECNU", "education;funder", None)
        + ("active", "CN", "Shanghai"),
        (V1["id"], V1["name"], "上海科技发展基金会", "SSTDF", "nonprofit", 1988, "active", "CN", "Shanghai"),
    ]
    assert rows(tmp_path / "s", "SELECT website FROM organisations ORDER BY name_en") == [
        ("https://www.ecnu.edu.cn",),
        ("http://www.sstdf.org.cn/",),
    ]


@pytest.mark.parametrize("name", ["ror.json", "ror.jsonl", "ror.jsonl.gz"])
def test_every_format_of_the_dump_reads_alike(tmp_path: Path, name: str) -> None:
    records = [json.dumps([V1, V2])] if name == "ror.json" else [V1, V2]
    ror.load([written(tmp_path, name, records)], into=tmp_path / "s", dated=DAY)
    assert rows(tmp_path / "s", "SELECT count(*) FROM organisations") == [(2,)]


def test_a_paper_repeated_per_partner_country_is_one_work_with_all_its_institutions(tmp_path: Path) -> None:
    again = paper(institutions={"CN": ["Tongji University"], "DE": ["TUM"]}, partner_country="DE")
    file = written(tmp_path, "c.jsonl.gz", [paper(), again])
    copublications.load([file], into=tmp_path / "s", dated=DAY)
    assert rows(tmp_path / "s", "SELECT * FROM works") == [("W1", "10.1000/abc", "A wearable sensor", 2020)]
    assert rows(tmp_path / "s", "SELECT institution, country FROM work_institutions ORDER BY position") == [
        ("Tongji University", "CN"),
        ("Sorbonne", "FR"),
        ("TUM", "DE"),
    ]
    assert rows(tmp_path / "s", "SELECT author, institution FROM authorships ORDER BY position") == [
        ("Li Wei", "Tongji University"),
        ("Anne Roux", None),
    ]


def test_nothing_that_a_third_party_added_is_stored(tmp_path: Path) -> None:
    copublications.load([written(tmp_path, "c.jsonl", [paper()])], into=tmp_path / "s", dated=DAY)
    stored = {name for table in TABLES for name in TABLES[table].arrow().names}
    assert not stored & {"technology_categories", "risk_assessment", "partner_country", "verification"}
    assert "LOW" not in str(rows(tmp_path / "s", "SELECT * FROM works"))


@pytest.mark.parametrize(
    ("title", "doi", "why"),
    [
        ("BACK MATTER", None, "volume_part"),
        ("[Front matter]", None, "volume_part"),
        ("LIN volume 50 issue 3 Cover and Front matter", None, "volume_part"),
        ("Inside Cover: Copper(I) clusters", None, "volume_part"),
        ("Proceedings of the Fifth International Conference on Body Area Networks", None, "volume_part"),
        ("Guest Editorial: Cloud Services Meet Big Data", None, "volume_part"),
        ("Erratum to: Polyploidization increases recombination", None, "amendment"),
        ("WTO Accession and Manufacturing Firms: Corrigendum", None, "amendment"),
        ("Retraction Note: Can Two-Way Protocols Be Secure?", None, "amendment"),
        ("RETRACTED: A study of exosomes", None, "amendment"),
        ("Author response: TAF7L modulates adipose tissue", None, "review_exchange"),
        ("Peer Review #1 of a paper (v0.1)", None, "review_exchange"),
        ("Additional file 3 of a cohort study", None, "data_set"),
        ("41598_2019_MOESM1_ESM", None, "data_set"),
        ("CCDC 1842051: Experimental Crystal Structure Determination", None, "data_set"),
        ("namoptions.001", None, "data_set"),
        ("data_0021.mat", None, "data_set"),
        ("Fast dune dynamics", "10.5281/zenodo.7539633", "data_set"),
        ("Brown carbon", "10.5194/acp-2020-548-supplement", "data_set"),
        ("10.1063/1.4884609.2", None, "no_title"),
        ("", None, "no_title"),
    ],
)
def test_what_is_no_paper_is_set_aside_with_its_reason(title: str, doi: str | None, why: str) -> None:
    reason = titles.not_a_paper(title, doi)
    assert reason is not None
    assert reason.code == f"evidence.{why}"


@pytest.mark.parametrize(
    "title",
    [
        "New construction of ensemble classifiers for imbalanced datasets",
        "Corrections for edge effects in eddy-current sensors",
        "Cover crops raise soil carbon",
        "Supplementation of DHEA in adults",
        "Contents of microelements of citrus soils",
        "Dental erosion in volume 3 cohorts",
        "Data mining of turbine vibration",
        "基于深度学习的缺陷检测",
    ],
)
def test_a_paper_whose_title_only_resembles_one_is_kept(title: str) -> None:
    assert titles.not_a_paper(title, "10.1000/x") is None


@given(st.text())
def test_a_clean_title_is_a_single_line_and_stays_as_it_is(text: str) -> None:
    once = titles.clean(text)
    assert once == " ".join(once.split())
    assert "<sub>" not in titles.clean(f"H<sub>2</sub>{once}")


def test_records_that_cannot_be_used_are_counted_and_told(tmp_path: Path) -> None:
    bad = [
        paper(),
        '{"cut": ',
        "[1]",
        paper("W2", institutions="Tongji"),
        paper("W3", title="Index"),
        paper("W3", title="Index"),
        paper("W1", title="Another title"),
    ]
    file = written(tmp_path, "c.jsonl", bad)
    writer = copublications.load([file], into=tmp_path / "s", dated=DAY)
    assert writer.rejected == {"not_json": 2, "field_wrong": 1, "volume_part": 1, "contradicts": 1}
    told = [
        json.loads(line) for line in (tmp_path / "s/copublications/rejected.jsonl").read_text().splitlines()
    ]
    assert [(one["line"], one["code"]) for one in told][:3] == [
        (2, "evidence.not_json"),
        (3, "evidence.not_json"),
        (4, "evidence.field_wrong"),
    ]
    assert rows(tmp_path / "s", "SELECT work_id FROM works") == [("W1",)]


def test_a_truncated_file_loads_what_it_holds_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join(json.dumps(paper(f"W{n}")) for n in range(400)).encode())
    (tmp_path / "c.jsonl.gz").write_bytes(whole[: len(whole) - 40])
    writer = copublications.load([tmp_path / "c.jsonl.gz"], into=tmp_path / "s", dated=DAY)
    assert writer.rejected["file_cut_short"] == 1
    assert check(open_snapshot(tmp_path / "s")) == []


def test_a_load_that_fails_leaves_no_part_behind(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="nowhere"):
        ror.load([tmp_path / "nowhere.jsonl"], into=tmp_path / "s", dated=DAY)
    assert list((tmp_path / "s").iterdir()) == []


def test_a_killed_load_is_invisible_and_the_next_load_replaces_it(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, datetime as d; from technopole.evidence.snapshot import writing\n"
        f"with writing(pathlib.Path({str(tmp_path / 's')!r}), source='ror', licence='x',"
        " dated=d.date(2026, 1, 1), tables=['works'], inputs=[]) as w:\n"
        "    w.add('works', {'work_id': 'W1', 'title': 't'}); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    with pytest.raises(SnapshotError):
        open_snapshot(tmp_path / "s")
    ror.load([written(tmp_path, "ror.jsonl", [V1])], into=tmp_path / "s", dated=DAY)
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["ror"]


def test_a_snapshot_is_never_changed(tmp_path: Path) -> None:
    file = written(tmp_path, "ror.jsonl", [V1])
    ror.load([file], into=tmp_path / "s", dated=DAY)
    with pytest.raises(SnapshotError) as refused:
        ror.load([file], into=tmp_path / "s", dated=DAY)
    assert refused.value.reason.code == "evidence.already_loaded"


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    file = written(tmp_path, "c.jsonl", [paper(), paper("W2")])
    for name in ("a", "b"):
        copublications.load([file], into=tmp_path / name, dated=DAY)
    for path in sorted((tmp_path / "a/copublications").iterdir()):
        assert path.read_bytes() == (tmp_path / "b/copublications" / path.name).read_bytes()


def test_an_empty_source_still_gives_tables_of_the_contract(tmp_path: Path) -> None:
    copublications.load([written(tmp_path, "c.jsonl", [])], into=tmp_path / "s", dated=DAY)
    assert rows(tmp_path / "s", "SELECT * FROM works") == []
    assert pq.read_schema(tmp_path / "s/copublications/works.parquet") == TABLES["works"].arrow()


def test_sources_of_one_snapshot_answer_together(tmp_path: Path) -> None:
    ror.load([written(tmp_path, "ror.jsonl", [V1, V2])], into=tmp_path / "s", dated=DAY)
    copublications.load([written(tmp_path, "c.jsonl", [paper()])], into=tmp_path / "s", dated=DAY)
    assert open_snapshot(tmp_path / "s").tables() == tuple(TABLES)


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        engines.open("sqlite", tmp_path)


def bad_snapshot(folder: Path) -> Path:
    with writing(
        folder, source="x", licence="x", dated=DAY, tables=["works", "authorships"], inputs=[]
    ) as part:
        for identifier, year in (("W1", 2020), ("W1", 2020), ("W2", 20233)):
            part.add("works", {"work_id": identifier, "title": "t", "year": year})
        part.add("authorships", {"work_id": "W9", "position": 1, "author": "a", "country": "CN"})
    return folder


def test_check_names_the_rows_at_fault(tmp_path: Path) -> None:
    faults = check(open_snapshot(bad_snapshot(tmp_path / "s")))
    assert [(f.reason.code, f.rows) for f in faults] == [
        ("evidence.key_repeated", ("W1",)),
        ("evidence.year_impossible", ("W2",)),
        ("evidence.not_found", ("W9 / 1",)),
    ]


def test_check_sees_a_file_that_was_changed_or_removed(tmp_path: Path) -> None:
    ror.load([written(tmp_path, "ror.jsonl", [V1])], into=tmp_path / "s", dated=DAY)
    folder = tmp_path / "s/ror"
    (folder / "organisations.parquet").write_bytes(b"PAR1")
    (folder / "organisation_names.parquet").unlink()
    codes = [fault.reason.code for fault in check(open_snapshot(tmp_path / "s"))]
    assert codes == ["evidence.file_missing", "evidence.file_changed"]


class TestCommand:
    def test_load_and_check_say_the_counts(self, tmp_path: Path) -> None:
        file = written(tmp_path, "c.jsonl", [paper(), paper("W2", title="Index")])
        into = str(tmp_path / "s")
        loaded = CliRunner().invoke(app, ["load", "copublications", str(file), "--into", into, "--json"])
        assert loaded.exit_code == 0
        told = json.loads(loaded.stdout)
        assert told["rows"] == {"works": 1, "work_institutions": 2, "authorships": 2}
        assert told["rejected"] == {"volume_part": 1}
        checked = CliRunner().invoke(app, ["check", into, "--json"])
        assert checked.exit_code == 0
        assert json.loads(checked.stdout)["faults"] == []

    @pytest.mark.parametrize(
        "arguments",
        [
            ["load", "ror", "absent.jsonl", "--into", "s"],
            ["load", "ror", "absent.csv", "--into", "s"],
            ["load", "unheard-of", "x.jsonl", "--into", "s"],
            ["check", "s"],
        ],
    )
    def test_bad_input_exits_2(
        self, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert CliRunner().invoke(app, arguments).exit_code == 2

    def test_a_broken_contract_exits_2_with_the_rows(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, ["check", str(bad_snapshot(tmp_path / "s"))])
        assert done.exit_code == 2
        assert "W9 / 1" in done.stderr


def test_every_sentence_has_both_languages_with_equal_values() -> None:
    for name, told in sentences("evidence").items():
        assert set(told) == {"en", "zh"}, name
        assert sorted(_placeholders(told["en"])) == sorted(_placeholders(told["zh"])), name


def _placeholders(sentence: str) -> set[str]:
    import string

    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
