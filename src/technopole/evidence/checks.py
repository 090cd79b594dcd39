"""Checks of a snapshot against its contracts and its manifest: files, counts, keys, references."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow.parquet as pq

from technopole.evidence import engines
from technopole.evidence.schema import TABLES, Table
from technopole.evidence.snapshot import Part, Snapshot, sha256
from technopole.wording import Reason

SHOWN = 5
FIRST_YEAR, LAST_YEAR = 1450, 2100


@dataclass(frozen=True)
class Fault:
    """One contract broken: where, what, and up to five of the rows at fault."""

    table: str
    reason: Reason
    rows: tuple[str, ...] = ()


def check(snapshot: Snapshot) -> list[Fault]:
    """Every fault of a snapshot; an empty list when it keeps its contracts.

    The files are compared with the manifest first; rows are looked at only when the files are whole.
    """
    faults = [fault for part in snapshot.parts for fault in _files(part)]
    if faults:
        return faults
    with engines.open(engines.Engine.DUCKDB, snapshot) as connection:
        return [fault for name in snapshot.tables() for fault in _rows(connection, TABLES[name], snapshot)]


def _files(part: Part) -> list[Fault]:
    faults = []
    for name, told in part.tables.items():
        path = part.file(name)
        values = {"file": str(path), "source": part.source}
        if name not in TABLES:
            faults.append(Fault(name, Reason("evidence.unknown_table", values)))
        elif not path.exists():
            faults.append(Fault(name, Reason("evidence.file_missing", values)))
        elif sha256(path) != told["sha256"]:
            faults.append(Fault(name, Reason("evidence.file_changed", values)))
        elif (found := pq.read_schema(path)) != (wanted := TABLES[name].arrow()):
            columns = {"found": ", ".join(found.names), "wanted": ", ".join(wanted.names)}
            faults.append(Fault(name, Reason("evidence.columns_differ", values | columns)))
        elif (rows := pq.read_metadata(path).num_rows) != told["rows"]:
            counts = {"found": rows, "wanted": told["rows"]}
            faults.append(Fault(name, Reason("evidence.count_differs", values | counts)))
    return faults


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, snapshot: Snapshot) -> list[Fault]:
    key = ", ".join(f'"{name}"' for name in table.key)
    label = " || ' / ' || ".join(f"COALESCE(CAST(\"{name}\" AS VARCHAR), '-')" for name in table.key)
    questions: list[tuple[Reason, str]] = [
        (
            Reason("evidence.key_repeated", {"table": table.name, "key": ", ".join(table.key)}),
            f'SELECT {label} FROM "{table.name}" GROUP BY {key} HAVING count(*) > 1',
        )
    ]
    for column in table.columns:
        if column.required:
            reason = Reason("evidence.empty_value", {"table": table.name, "column": column.name})
            questions.append((reason, f'SELECT {label} FROM "{table.name}" WHERE "{column.name}" IS NULL'))
    for own, other, there in table.refers:
        if other in snapshot.tables():
            reason = Reason("evidence.not_found", {"table": table.name, "column": own, "other": other})
            query = (
                f'SELECT {label} FROM "{table.name}" WHERE "{own}" NOT IN (SELECT "{there}" FROM "{other}")'
            )
            questions.append((reason, query))
    if table.name == "works":
        reason = Reason("evidence.year_impossible", {"first": FIRST_YEAR, "last": LAST_YEAR})
        query = f'SELECT {label} FROM works WHERE "year" NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}'
        questions.append((reason, query))
    faults = []
    for reason, query in questions:
        rows = connection.execute(f"{query} ORDER BY 1 LIMIT {SHOWN}").fetchall()
        if rows:
            faults.append(Fault(table.name, reason, tuple(str(row[0]) for row in rows)))
    return faults
