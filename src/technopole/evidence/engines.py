"""Engines that answer questions on a snapshot: `open` gives a connection with its tables as views."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import duckdb

from technopole.evidence.schema import TABLES, Table
from technopole.evidence.snapshot import Snapshot, open_snapshot


class Engine(StrEnum):
    """Engines that can open a snapshot."""

    DUCKDB = "duckdb"


def open(engine: str, snapshot: Path | Snapshot) -> duckdb.DuckDBPyConnection:
    """Open a snapshot in an engine.

    Each table is a view over the Parquet files of every part that holds it, with the types of the
    contract stated, so a file that differs fails loudly instead of changing a type.

    Parameters
    ----------
    engine
        A value of `Engine`.
    snapshot
        The snapshot or its folder.

    Raises
    ------
    ValueError
        The engine is not known.
    technopole.evidence.snapshot.SnapshotError
        The folder holds no readable snapshot.
    """
    Engine(engine)
    held = snapshot if isinstance(snapshot, Snapshot) else open_snapshot(snapshot)
    connection = duckdb.connect(":memory:")
    for name in held.tables():
        connection.execute(_view(TABLES[name], held.files(name)))
    return connection


def _view(table: Table, files: tuple[Path, ...]) -> str:
    columns = ", ".join(f'CAST("{c.name}" AS {c.type.value}) AS "{c.name}"' for c in table.columns)
    listed = ", ".join("'" + str(path.resolve()).replace("'", "''") + "'" for path in files)
    return f'CREATE VIEW "{table.name}" AS SELECT {columns} FROM read_parquet([{listed}])'
