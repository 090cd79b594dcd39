"""How long the loop takes, on the sample and on real lists, and the twenty best pairs to read.

Run from the project's root: ``.venv/bin/python -m benchmarks.loop``. It writes ``docs/benchmarks/loop.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs/benchmarks/loop.md"
FOLDER = Path(os.environ.get("TECHNOPOLE_DATA", "../shared/data")) / "matching"
NEEDS, PATENTS = FOLDER / "bdci/needs.jsonl", FOLDER / "nasa_patents.csv"
BEST = 20


@dataclass(frozen=True)
class Run:
    """One run of the command: what it said, wall and processor seconds of its process."""

    told: dict[str, Any]
    wall: float
    processor: float


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_loop(*arguments: str) -> Run:
    """`technopole loop --json` in a process of its own.

    Raises
    ------
    subprocess.CalledProcessError
        The command did not end with 0.
    """
    started, before = time.perf_counter(), _processor()
    command = [sys.executable, "-m", "technopole", "loop", "--json", *arguments]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return Run(json.loads(ran.stdout), time.perf_counter() - started, _processor() - before)


def spread(values: Sequence[float]) -> str:
    """Middle and ends of some runs.

    >>> spread([3.0, 1.0, 2.0]), spread([2.0])
    ('2.0 (1.0–3.0)', '2.0')
    """
    middle = f"{statistics.median(values):.1f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):.1f}–{max(values):.1f})"


def machine() -> str:
    """Processor, cores and Python."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def timings(runs: Sequence[Run]) -> list[str]:
    """A table of seconds: each step, the whole command, its processor time."""
    lines = [
        "| step | entered | moved on | stopped | seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, step in runs[0].told["steps"].items():
        seconds = spread([run.told["steps"][name]["seconds"] for run in runs])
        lines.append(
            f"| {name} | {step['entered']:,} | {step['moved']:,} | {len(step['stopped']):,} | {seconds} |"
        )
    wall, processor = spread([run.wall for run in runs]), spread([run.processor for run in runs])
    return [*lines, f"| the whole command | | | | {wall} |", f"| of it processor time | | | | {processor} |"]


def sample(runs: int) -> list[str]:
    """The shipped sample."""
    done = [run_loop() for _ in range(runs)]
    told = done[0].told
    figures = (
        "harvested",
        "disclosed",
        "pursued",
        "planned",
        "landed",
        "matches",
        "matches_across_languages",
    )
    counted = ", ".join(f"{name.replace('_', ' ')} {told[name]}" for name in figures)
    modes = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in told["modes"].items())
    return ["## The sample region", "", *timings(done), "", f"Counted: {counted}. Landing modes: {modes}."]


def real(runs: int) -> list[str]:
    """Real company needs and real patents, with the sample's parks."""
    heading = "## Real needs and real patents"
    missing = [path.name for path in (NEEDS, PATENTS) if not path.exists()]
    if missing:
        return [
            heading,
            "",
            f"Skipped: {', '.join(missing)} not found under `{FOLDER}` (set `TECHNOPOLE_DATA`).",
        ]
    done = [run_loop("--needs", str(NEEDS), "--results", str(PATENTS)) for _ in range(runs)]
    told = done[0].told
    asked = sum(bool(row["questions"]) for row in told["results"])
    placed = sum(bool(row["sites"]) for row in told["results"])
    return [
        heading,
        "",
        f"{len(told['needs'])} needs of Chinese companies, {len(told['results']):,} patents known by their English "
        "titles alone, the parks of the sample.",
        "",
        *timings(done),
        "",
        f"- Needs with a close match: {told['needs_with_matches']}; nothing close, and said so with the nearest: "
        f"{told['needs_with_nothing_close']}.",
        f"- Results with readiness questions: {asked:,}; with ranked sites: {placed:,}; "
        f"probably listed twice: {len(told['probable_duplicates'])}.",
        "",
        f"### The {BEST} best pairs, to be read",
        "",
        *best_pairs(told["needs"]),
    ]


def best_pairs(needs: Sequence[dict[str, Any]]) -> list[str]:
    """The best match of each need, the highest scores first, with the reasons in both languages."""
    best = [(row, match) for row in needs for match in (row["matches"] or row["nearest"])[:1]]
    best.sort(key=lambda pair: (-pair[1]["score"], pair[0]["need"]))
    # A need that stands twice in the list is read once.
    found = list({(row["need"], match["result"]): (row, match) for row, match in best}.values())
    lines = []
    for place, (row, match) in enumerate(found[:BEST], start=1):
        close = "" if row["matches"] else " (not close)"
        lines.append(f"{place}. **{match['score']:.2f}**{close} {row['need']} ← {match['result']}")
        lines += [f"   - {zh} · {en}" for zh, en in zip(match["why_zh"], match["why"], strict=True)]
    return lines


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_page(var: str) -> float:
    """Seconds from the command to the first page."""
    port = _free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "technopole", "serve", "--sample", "--port", str(port)],
        env={**os.environ, "TECHNOPOLE_VAR": var},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
                    page.read()
                return time.perf_counter() - started
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"serve ended with {process.returncode} before its first page")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def first_pages(runs: int) -> list[str]:
    """The first start, which loads the sample, and the next ones."""
    with tempfile.TemporaryDirectory() as var:
        first, *others = [_first_page(var) for _ in range(runs + 1)]
    return [
        "## To the first page",
        "",
        f"`technopole serve --sample` on an empty folder, sample loaded on the way: {first:.1f} s. "
        f"Started again: {spread(others)} s.",
    ]


def main() -> None:
    """Measure, print, write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each command")
    runs = parser.parse_args().runs
    before = os.getloadavg()[0]
    parts = [sample(runs), real(runs), first_pages(runs)]
    head = [
        "# The loop: how long it takes",
        "",
        f"Measured on {datetime.now(tz=UTC):%Y-%m-%d}, {machine()}, {runs} run{'s' * (runs > 1)} of each command "
        f"(middle, least–most). Other programs' load at the start: {before:.1f}. Wall times are upper bounds on a "
        "busy machine; processor time says what the command itself costs.",
        "",
        "```",
        ".venv/bin/python -m benchmarks.loop [--runs N]",
        "```",
        "",
        "Counts and pairs are computed by the run; nothing here was written by hand.",
    ]
    text = "\n".join([*head, *(line for part in parts for line in ("", *part))]) + "\n"
    print(text)
    beside = REPORT.with_suffix(".writing")
    beside.write_text(text, encoding="utf-8")
    beside.replace(REPORT)


if __name__ == "__main__":
    main()
