"""The command `technopole landing`: landing modes from location histories."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from technopole.landing.engine.history import HistoryError, read_csv, read_history
from technopole.landing.engine.modes import Mode, mode_of

app = typer.Typer(no_args_is_help=True, help="Step 4: where results land, and how.")

BAD_INPUT = 2


@app.callback()
def landing() -> None:
    """Step 4: where results land, and how."""


@app.command("modes")
def modes_command(
    history: Annotated[
        Path,
        typer.Option(help="project,origin,date,event,district,park as csv, jsonl, yaml or parquet; - is csv"),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Derive each project's landing mode from its location history, with the reason."""
    try:
        piped = str(history) == "-"
        found = read_csv("standard input", sys.stdin.buffer.read()) if piped else read_history(history)
    except HistoryError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(BAD_INPUT) from problem
    rows = []
    for item in found:
        derived = mode_of(item.events, item.origin)
        texts = {"why": derived.reason.text("en"), "why_zh": derived.reason.text("zh")}
        rows.append({"project": item.project, "mode": derived.mode.value, **texts})
    if as_json:
        counts = Counter(row["mode"] for row in rows)
        shown = {"modes": rows, "counts": {mode.value: counts[mode.value] for mode in Mode}}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    writer = csv.DictWriter(sys.stdout, ["project", "mode", "why", "why_zh"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
