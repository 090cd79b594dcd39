"""Dated, immutable snapshots: one folder per source inside, each written beside and renamed into place.

A snapshot folder holds a *part* for every source that was loaded into it::

    SNAPSHOT/ror/manifest.json  organisations.parquet  organisation_names.parquet  rejected.jsonl

A part either exists whole or not at all: a load that is killed leaves a hidden folder that no
reader sees and that the next load of that source removes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from technopole.evidence.schema import TABLES
from technopole.wording import Reason

BATCH_ROWS = 50_000
MANIFEST = "manifest.json"
REJECTED = "rejected.jsonl"


class SnapshotError(Exception):
    """A snapshot that cannot be opened or written; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text("en"))
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """What one source left in a snapshot, as its manifest tells it."""

    folder: Path
    source: str
    licence: str
    dated: date
    tables: Mapping[str, Mapping[str, Any]]
    rejected: Mapping[str, int]

    def file(self, table: str) -> Path:
        """The Parquet file of one table."""
        return self.folder / f"{table}.parquet"


@dataclass(frozen=True)
class Snapshot:
    """A snapshot folder opened for reading."""

    folder: Path
    parts: tuple[Part, ...]

    def tables(self) -> tuple[str, ...]:
        """Names of the tables that at least one part holds, in contract order."""
        held = {name for part in self.parts for name in part.tables}
        return tuple(name for name in TABLES if name in held)

    def files(self, table: str) -> tuple[Path, ...]:
        """The Parquet files of one table over all parts."""
        return tuple(part.file(table) for part in self.parts if table in part.tables)


@dataclass
class PartWriter:
    """Collects the rows of one source; made by `writing`, which also publishes or discards them."""

    folder: Path
    _waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add one row to a table of `evidence.schema`."""
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        self.rows[table] = self.rows.get(table, 0) + 1
        if len(waiting) >= BATCH_ROWS:
            self._flush(table)

    def reject(self, *, file: str, line: int, record: str, reason: Reason) -> None:
        """Set one record aside, with the reason, in the part's reject file."""
        name = reason.code.partition(".")[2]
        self.rejected[name] = self.rejected.get(name, 0) + 1
        told = {"file": file, "line": line, "record": record, "code": reason.code, "why": reason.text("en")}
        with (self.folder / REJECTED).open("a", encoding="utf-8") as out:
            out.write(json.dumps(told, ensure_ascii=False) + "\n")

    def _flush(self, table: str) -> None:
        schema = TABLES[table].arrow()
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(
                self.folder / f"{table}.parquet", schema, compression="zstd"
            )
        self._writers[table].write_table(pa.Table.from_pylist(self._waiting.pop(table, []), schema=schema))

    def close(self, tables: Iterable[str]) -> None:
        """Write what is waiting; every named table gets its file, though it be empty."""
        for table in tables:
            self._flush(table)
        for writer in self._writers.values():
            writer.close()


@contextmanager
def writing(
    folder: Path, *, source: str, licence: str, dated: date, tables: Iterable[str], inputs: Iterable[Path]
) -> Iterator[PartWriter]:
    """Write one source's part of a snapshot; it appears at the end, whole, or not at all.

    Parameters
    ----------
    folder
        The snapshot folder; made when absent.
    source, licence
        Written to the manifest.
    dated
        The day of the source's data, as the person who loads it states.
    tables
        The tables that this source fills.
    inputs
        The files read; their SHA-256 stands in the manifest.

    Raises
    ------
    SnapshotError
        The snapshot already holds this source: it is immutable.
    """
    final = folder / source
    if final.exists():
        raise SnapshotError(Reason("evidence.already_loaded", {"source": source, "folder": str(folder)}))
    beside = folder / f".{source}.partial"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    names = tuple(tables)
    try:
        writer = PartWriter(beside)
        yield writer
        writer.close(names)
        manifest = {
            "source": source,
            "licence": licence,
            "dated": dated.isoformat(),
            "inputs": [{"file": path.name, "sha256": sha256(path)} for path in inputs],
            "tables": {
                name: {"rows": writer.rows.get(name, 0), "sha256": sha256(beside / f"{name}.parquet")}
                for name in names
            },
            "rejected": dict(sorted(writer.rejected.items())),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        (beside / MANIFEST).write_text(text + "\n", encoding="utf-8")
        beside.rename(final)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def open_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot folder by the manifests in it.

    Raises
    ------
    SnapshotError
        The folder is absent, holds no part, or a manifest cannot be read.
    """
    manifests = sorted(folder.glob(f"[!.]*/{MANIFEST}")) if folder.is_dir() else []
    if not manifests:
        raise SnapshotError(Reason("evidence.no_snapshot", {"folder": str(folder)}))
    return Snapshot(folder, tuple(_part(path) for path in manifests))


def _part(manifest: Path) -> Part:
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        return Part(
            folder=manifest.parent,
            source=told["source"],
            licence=told["licence"],
            dated=date.fromisoformat(told["dated"]),
            tables=told["tables"],
            rejected=told["rejected"],
        )
    except (ValueError, KeyError, TypeError) as problem:
        values = {"file": str(manifest), "problem": str(problem)}
        raise SnapshotError(Reason("evidence.bad_manifest", values)) from problem


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal text."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
