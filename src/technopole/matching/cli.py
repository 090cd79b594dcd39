"""The command `technopole match`: files of documents and needs become a file of matches."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from technopole.matching.files import (
    STANDARD,
    InputError,
    format_of,
    read_documents,
    read_queries,
    write_matches,
)
from technopole.matching.rank import Match, rank_all

app = typer.Typer(no_args_is_help=True, help="Match results, needs and people by their texts, zh and en.")

BAD_INPUT = 2


@app.callback()
def group() -> None:
    """Match results, needs and people by their texts, zh and en."""


@dataclass
class _Counted:
    """What passed by, for the summary."""

    matches: int = 0
    across: int = 0
    close: set[str] = field(default_factory=set)

    def watch(self, matches: Iterable[Match]) -> Iterator[Match]:
        for match in matches:
            self.matches += 1
            if match.close:
                self.close.add(match.query)
                self.across += match.cross_language
            yield match


@app.command("rank")
def rank_command(
    documents: Annotated[str, typer.Option(help="id, title, text: .jsonl .jsonl.gz .csv .parquet, or -")],
    queries: Annotated[str, typer.Option(help="id, title, text: .jsonl .jsonl.gz .csv .parquet, or -")],
    out: Annotated[str, typer.Option(help="the ranking: .jsonl .jsonl.gz .csv .parquet, or -")],
    top: Annotated[int, typer.Option(min=1, help="matches per query")] = 100,
    explain: Annotated[bool, typer.Option("--explain", help="add why: reasons in zh and en")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object on standard output")] = False,
) -> None:
    """Rank documents for every query, across Chinese and English."""
    started, counted = time.perf_counter(), _Counted()
    try:
        _check(documents, queries, out, as_json)
        held, asked = read_documents(documents), read_queries(queries)
        with _Bar() as bar:
            found = rank_all(held, asked, top=top, explain=explain, progress=bar.show)
            write_matches(out, counted.watch(found), explain=explain)
    except InputError as problem:
        _refuse(str(problem))
    except OSError as problem:
        _refuse(f"{out}: cannot be written ({problem.strerror})")
    summary = {
        "documents": len(held),
        "queries": len(asked),
        "matches": counted.matches,
        "queries_with_close_matches": len(counted.close),
        "queries_with_nothing_close": len(asked) - len(counted.close),
        "close_across_languages": counted.across,
        "seconds": round(time.perf_counter() - started, 3),
        "out": out,
    }
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
    elif out != STANDARD:
        typer.echo(
            f"{summary['matches']:,} matches of {len(asked):,} queries in {len(held):,} documents, "
            f"{len(counted.close):,} queries with a close match → {out}"
        )


def _check(documents: str, queries: str, out: str, as_json: bool) -> None:
    """Refuse before any work what could not end well."""
    for name in (documents, queries, out):
        format_of(name)
    if documents == queries == STANDARD:
        raise InputError("-: standard input can hold the documents or the queries, not both")
    if out == STANDARD and as_json:
        raise InputError("-: --json prints on standard output too; give --out a file")
    if out != STANDARD and (Path(out).is_dir() or not Path(out).parent.is_dir()):
        raise InputError(f"{out}: expected a file in a folder that exists")


class _Bar:
    """Needs done of needs in all, on standard error when that is a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._progress = Progress(console=console, disable=not sys.stderr.isatty(), transient=True)
        self._task = self._progress.add_task("reading documents", total=None)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, done: int, total: int) -> None:
        self._progress.update(self._task, description="ranking", completed=done, total=total)


def _refuse(problem: str) -> NoReturn:
    typer.echo(problem, err=True)
    raise typer.Exit(BAD_INPUT)
