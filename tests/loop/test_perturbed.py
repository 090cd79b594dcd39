"""The loop computes: change what people wrote or what stands in the registers, and counts and reasons change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from technopole.cli.progress import Steps
from technopole.cli.sample import SampleError, load_sample
from technopole.landing.models import Landing
from technopole.landing.services import mode_of
from technopole.pipeline.models import TransferProject
from technopole.planning.models import Match
from technopole.records.models import Record
from tests.loop.region import Rows, read, rewrite, run

pytestmark = pytest.mark.django_db


def stopped(outcome: dict[str, Any], project: str) -> tuple[str, list[str]]:
    """The step in which a project stopped, and the codes of why."""
    docket = TransferProject.objects.get(key=project).docket
    (found,) = [
        (step, stop["codes"])
        for step, told in outcome["steps"].items()
        for stop in told["stopped"]
        if stop["project"] == docket
    ]
    return found


def test_without_its_park_a_project_does_not_land(folder: Path) -> None:
    rewrite(folder, "sites", lambda rows: [row for row in rows if row["key"] != "zhangjiang"])
    rewrite(folder, "facilities", lambda rows: [row for row in rows if row["site"] != "zhangjiang"])
    outcome = run().as_dict()
    assert outcome["landed"] == 0
    step, codes = stopped(outcome, "neuromorphic-edge-chip")
    assert step == "landing"
    assert {"landing.nothing_built", "landing.no_such_site"} <= set(codes)
    # Its history of places is no longer known either, so no mode is claimed.
    assert mode_of(Landing.objects.get(key="lanshu-neuromorphic")).mode == "undetermined"


def test_a_park_that_offers_too_little_is_refused_for_it(folder: Path) -> None:
    def weaker(rows: Rows) -> Rows:
        return [row | {"power_kva": 1, "free_m2": 0} if row["key"] == "zhangjiang" else row for row in rows]

    rewrite(folder, "sites", weaker)
    outcome = run().as_dict()
    step, codes = stopped(outcome, "neuromorphic-edge-chip")
    assert step == "landing"
    assert {"landing.no_power_kva", "landing.no_area"} & set(codes)
    refused = [one for one in outcome["refused"] if one["project"] == "neuromorphic-edge-chip"]
    assert {one["act"] for one in refused} == {"site"}


def test_swapped_texts_of_needs_swap_the_matches(folder: Path) -> None:
    first, second = "battery-camera-wakeup", "plant-meat-bite"
    texts = {row["key"]: row for row in read(folder, "needs")}

    def swapped(row: dict[str, Any]) -> dict[str, Any]:
        other = texts[{first: second, second: first}.get(row["key"], row["key"])]
        return row | {name: other[name] for name in ("title", "text", "language", "sector", "min_trl")}

    rewrite(folder, "needs", lambda rows: [swapped(row) for row in rows])
    outcome = run().as_dict()
    pairs = set(Match.objects.filter(need__isnull=False).values_list("result__key", "need__key"))
    assert ("mycoprotein", first) in pairs
    assert not {("mycoprotein", second), ("neuromorphic-edge-chip", first)} & pairs
    # The scouts' answers were given to a match that the engine no longer suggests.
    codes = [
        one["codes"]
        for one in outcome["refused"]
        if (one["project"], one["act"]) == ("neuromorphic-edge-chip", "answer")
    ]
    assert ["planning.match_not_suggested"] in codes


def test_without_evidence_nothing_is_pursued(folder: Path) -> None:
    rewrite(folder, "results", lambda rows: [row | {"evidence": []} for row in rows])
    outcome = run().as_dict()
    assert outcome["pursued"] == outcome["planned"] == outcome["landed"] == 0
    step, codes = stopped(outcome, "neuromorphic-edge-chip")
    assert step == "evaluation"
    assert "evaluation.not_decided" in codes
    assert any(code.startswith("evaluation.") and code != "evaluation.not_decided" for code in codes)


def test_one_result_with_less_evidence_stops_alone(folder: Path) -> None:
    def lowered(row: dict[str, Any]) -> dict[str, Any]:
        kept = [item for item in row["evidence"] if item["level"] < 2]
        return row | {"evidence": kept} if row["key"] == "neuromorphic-edge-chip" else row

    rewrite(folder, "results", lambda rows: [lowered(row) for row in rows])
    outcome = run().as_dict()
    assert stopped(outcome, "neuromorphic-edge-chip")[0] == "evaluation"
    assert outcome["pursued"] == 3
    assert outcome["landed"] == 0
    assert stopped(outcome, "mycoprotein")[0] == "landing"


def _standing() -> dict[Any, Any]:
    """Every record by its id with its version, and how many entries its history has."""
    found: dict[Any, Any] = {}
    for model in apps.get_models():
        if issubclass(model, Record):
            found.update(model._default_manager.values_list("pk", "version"))
            found[model] = model.history.count()
    return found


def test_loading_twice_changes_nothing(folder: Path) -> None:
    assert load_sample(folder, Steps(None)).done > 0
    before = _standing()
    again = load_sample(folder, Steps(None))
    assert (again.done, again.refusals) == (0, [])
    assert _standing() == before


def _set(name: str, value: Any, index: int = 0) -> Any:
    def change(rows: Rows) -> Rows:
        rows[index][name] = value
        return rows

    return change


def _without(name: str) -> Any:
    def change(rows: Rows) -> Rows:
        del rows[0][name]
        return rows

    return change


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("sites", _without("free_m2"), r"^sites\.yaml: \S+: .*free_m2"),
        ("sites", _set("district", "atlantis"), r"^sites\.yaml: \S+: .*District"),
        ("people", _set("organisation", "nobody"), r"^people\.yaml: \S+: .*'nobody'"),
        ("needs", _set("budget_wan", "a lot"), r"^needs\.yaml: \S+: "),
        ("needs", _set("deadline", "2026-02-30"), r"^needs\.yaml: \S+: .*2026-02-30"),
        ("organisations", _set("kind", "guild"), r"^organisations\.yaml: \S+: .*guild"),
        ("history", _set("act", "enchant"), r"^history\.yaml: .*unknown act 'enchant'"),
        ("history", _set("by", "nobody"), r"^history\.yaml: \d{4}-\d\d-\d\d \S+ \S+: .*'nobody'"),
        ("history", _without("by"), r"^history\.yaml: \d{4}-\d\d-\d\d \S+ \S+: 'by' is missing"),
        ("history", _without("on"), r"^history\.yaml: .*'on' is missing"),
        ("history", _set("on", "2025-02-30"), r"^history\.yaml: .*is no date"),
        ("landings", _set("company", "nobody"), r"^landings\.yaml: \S+: .*'nobody'"),
    ],
)
def test_a_wrong_entry_is_named_in_one_line(folder: Path, file: str, change: Any, said: str) -> None:
    rewrite(folder, file, change)
    if file in ("history", "landings"):
        # Nothing else is needed to reach the entry.
        kept = read(folder, "history")[:1]
        rewrite(folder, "history", lambda rows: kept)
    with pytest.raises(SampleError) as wrong:
        load_sample(folder, Steps(None))
    assert re.search(said, str(wrong.value)), str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert not TransferProject.objects.exists()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("invented/sites.yaml", b"- {key: [unclosed"),
        ("invented/sites.yaml", b"key: value"),
        ("invented/sites.yaml", b"\xff\xfe\x00"),
        ("real/organisations.csv", b"\xff\xff\xff"),
        ("real/works.jsonl.gz", b"no gzip"),
    ],
)
def test_an_unreadable_file_is_named_in_one_line(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    rewrite(folder, "history", lambda rows: rows[:1])
    with pytest.raises(SampleError) as wrong:
        load_sample(folder, Steps(None))
    assert Path(file).name in str(wrong.value)
    assert "\n" not in str(wrong.value)
    assert not TransferProject.objects.exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="is not a folder"):
        load_sample(tmp_path / "nowhere", Steps(None))
