"""The command `technopole evidence`: load sources into a snapshot and check one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from technopole.evidence.checks import check
from technopole.evidence.snapshot import REJECTED, PartWriter, SnapshotError, open_snapshot
from technopole.evidence.sources import copublications, ror

app = typer.Typer(no_args_is_help=True, help="Works, authors and organisations as dated snapshots.")

BAD_INPUT = 2
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


class Source(StrEnum):
    """Sources that can be loaded."""

    ROR = "ror"
    COPUBLICATIONS = "copublications"


LOADERS: dict[Source, Callable[..., PartWriter]] = {
    Source.ROR: ror.load,
    Source.COPUBLICATIONS: copublications.load,
}


@app.command("load")
def load_command(
    source: Annotated[Source, typer.Argument(help="what the files are")],
    files: Annotated[list[Path], typer.Argument(help=".json, .jsonl or .jsonl.gz files")],
    into: Annotated[Path, typer.Option(help="the snapshot folder; made when absent")],
    dated: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="day of the data; today when left out")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Load files of one source into a snapshot; records that cannot be used go to a reject file."""
    day = dated.date() if dated else datetime.now(tz=OFFICE_ZONE).date()
    try:
        with typer.progressbar(files, label=f"load {source.value}", file=sys.stderr) as shown:
            writer = LOADERS[source](shown, into=into, dated=day)
    except SnapshotError as problem:
        _refuse(problem)
    counted = {
        "source": source.value,
        "dated": day.isoformat(),
        "rows": writer.rows,
        "rejected": writer.rejected,
    }
    if as_json:
        typer.echo(json.dumps(counted, ensure_ascii=False))
        return
    for table, rows in writer.rows.items():
        typer.echo(f"{table}: {rows:,} rows")
    if writer.rejected:
        reasons = ", ".join(f"{name} {number:,}" for name, number in sorted(writer.rejected.items()))
        total = sum(writer.rejected.values())
        typer.echo(f"rejected: {total:,} ({reasons}); see {into / source.value / REJECTED}")


@app.command("check")
def check_command(
    snapshot: Annotated[Path, typer.Argument(help="the snapshot folder")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Check a snapshot's files, counts, keys and references; exit 2 with the rows at fault."""
    try:
        held = open_snapshot(snapshot)
    except SnapshotError as problem:
        _refuse(problem)
    faults = check(held)
    counts = {
        name: sum(int(part.tables[name]["rows"]) for part in held.parts if name in part.tables)
        for name in held.tables()
    }
    if as_json:
        told = [{"table": f.table, "why": f.reason.text("en"), "rows": list(f.rows)} for f in faults]
        typer.echo(json.dumps({"rows": counts, "faults": told}, ensure_ascii=False))
    else:
        for name, rows in counts.items():
            typer.echo(f"{name}: {rows:,} rows")
        for fault in faults:
            typer.echo(f"{fault.reason.text('en')} {'; '.join(fault.rows)}".rstrip(), err=True)
    if faults:
        raise typer.Exit(BAD_INPUT)


def _refuse(problem: SnapshotError) -> NoReturn:
    typer.echo(problem.reason.text("en"), err=True)
    raise typer.Exit(BAD_INPUT)
