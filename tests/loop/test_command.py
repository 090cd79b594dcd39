"""The command itself, in a process of its own: the shipped sample's numbers, and how a mistake ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "docs/tutorial/files"
MODES = ("zhangjiang_pudong", "zhangjiang_other_district", "pilot_and_expand", "spill_and_return")


def technopole(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "technopole", *arguments],
        capture_output=True,
        text=True,
        timeout=540,
        cwd=folder,
        check=False,
    )


@pytest.mark.slow
def test_the_shipped_sample_goes_through_the_whole_loop(tmp_path: Path) -> None:
    ran = technopole("loop", "--json", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["harvested"] >= 100
    assert told["disclosed"] >= 30
    assert told["pursued"] >= 12
    assert told["planned"] >= 6
    assert told["landed"] >= 4
    assert {mode: told["modes"].get(mode, 0) >= 3 for mode in MODES} == dict.fromkeys(MODES, True)
    assert told["modes"]["undetermined"] >= 1
    assert told["matches_across_languages"] >= 5
    assert all(one["attempt"] for one in told["refused"]), (
        "an act that the sample means to be done was refused"
    )
    for step in told["steps"].values():
        assert step["entered"] == step["moved"] + len(step["stopped"])
        assert all(stop["why"] and stop["why_zh"] for stop in step["stopped"])
    assert not list(tmp_path.iterdir()), "the loop leaves nothing where it was called"


def test_own_files_come_out_as_text_and_tables(tmp_path: Path) -> None:
    names = ("results", "needs", "sites")
    files = [part for name in names for part in (f"--{name}", str(FILES / f"{name}.csv"))]
    ran = technopole("loop", *files, "--out", "report", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "needs with matches: 2" in ran.stdout
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"matches.csv", "results.csv"}


def test_a_wrong_file_ends_with_two_and_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("需求名称,截止日期\n阀门,2026-02-30\n", encoding="utf-8")
    ran = technopole("loop", "--needs", "needs.csv", "--json", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    (said,) = [line for line in ran.stderr.splitlines() if "needs.csv" in line]
    assert said == "needs.csv: Row 2, column 截止日期: there is no such day in the calendar"
    assert "Traceback" not in ran.stderr


def test_a_sample_folder_that_is_none_ends_with_two(tmp_path: Path) -> None:
    ran = technopole("loop", "--sample", "nowhere", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "nowhere" in ran.stderr
    assert "Traceback" not in ran.stderr
