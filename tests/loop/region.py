"""A small sample folder cut from the project's own, to be changed by a test and taken through the loop."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from technopole.cli import loop
from technopole.cli.progress import Steps
from technopole.planning import jobs

SAMPLE = Path(__file__).parents[2] / "sample"
# One that landed, one refused at a park, one on hold, one sent back, one stopped at a gate, one without a plan.
RESULTS = (
    "neuromorphic-edge-chip",
    "mycoprotein",
    "gan-gate-driver",
    "salt-heat-store",
    "spiking-compiler",
    "icu-suction-catheter",
)
NEEDS_BESIDE, WORKS, REAL_ORGANISATIONS = 8, 120, 15
Rows = list[dict[str, Any]]


def read(folder: Path, name: str) -> Rows:
    """The entries of ``name.yaml`` or of all files in ``name/``."""
    invented = folder / "invented"
    files = [invented / f"{name}.yaml"] if (invented / f"{name}.yaml").exists() else []
    files += sorted((invented / name).glob("*.yaml"))
    return [row for file in files for row in yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)]


def rewrite(folder: Path, name: str, change: Callable[[Rows], Rows]) -> None:
    """Change the entries of ``name.yaml``."""
    changed = yaml.dump(change(read(folder, name)), Dumper=yaml.CSafeDumper, allow_unicode=True)
    (folder / "invented" / f"{name}.yaml").write_text(changed, encoding="utf-8")


def _cut(folder: Path, name: str, keep: Callable[[dict[str, Any]], bool]) -> None:
    rewrite(folder, name, lambda rows: [row for row in rows if keep(row)])
    shutil.rmtree(folder / "invented" / name, ignore_errors=True)


def small_region(folder: Path) -> Path:
    """A folder with six results and what belongs to them; the registers are whole."""
    shutil.copytree(SAMPLE / "invented", folder / "invented")
    asked = {act["need"] for act in read(folder, "history") if act["project"] in RESULTS and "need" in act}
    languages = {"zh": NEEDS_BESIDE, "en": NEEDS_BESIDE}

    def wanted(need: dict[str, Any]) -> bool:
        languages[need["language"]] -= 1
        return need["key"] in asked or languages[need["language"]] >= 0

    _cut(folder, "results", lambda row: row["key"] in RESULTS)
    _cut(folder, "history", lambda act: act["project"] in RESULTS)
    _cut(folder, "needs", wanted)
    _cut(folder, "landings", lambda row: row.get("result") in (None, *RESULTS))
    real = folder / "real"
    real.mkdir()
    lines = (SAMPLE / "real/organisations.csv").read_text("utf-8").splitlines(keepends=True)
    (real / "organisations.csv").write_text("".join(lines[: REAL_ORGANISATIONS + 1]), encoding="utf-8")
    with gzip.open(SAMPLE / "real/works.jsonl.gz", "rt", encoding="utf-8") as whole:
        works = whole.readlines()
    with gzip.open(real / "works.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(works[:: len(works) // WORKS])
    return folder


def run() -> loop.LoopOutcome:
    """The loop on the sample folder of the settings, quietly, on the database of the test."""
    with jobs.paused():
        return loop.run_sample(Steps(None))
