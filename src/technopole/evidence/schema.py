"""The table contracts of the evidence: columns, types, keys and which table refers to which.

Every source writes these tables and no other, so an indicator need not know where a row came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class ColumnType(StrEnum):
    """Types that read alike in Parquet, DuckDB and Spark; the value is the SQL name."""

    TEXT = "VARCHAR"
    INTEGER = "INTEGER"
    REAL = "DOUBLE"


ARROW = {ColumnType.TEXT: pa.string(), ColumnType.INTEGER: pa.int32(), ColumnType.REAL: pa.float64()}


@dataclass(frozen=True)
class Column:
    """One column: its name, its type and whether a row may leave it empty."""

    name: str
    type: ColumnType = ColumnType.TEXT
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table contract.

    Parameters
    ----------
    name
        Table and file name.
    columns
        In the order in which they are stored.
    key
        Columns that together name one row; no two rows share them.
    refers
        ``(column, table, column there)`` for each reference that must be found.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: tuple[tuple[str, str, str], ...] = ()

    def arrow(self) -> pa.Schema:
        """The Arrow schema of the Parquet file."""
        return pa.schema([pa.field(c.name, ARROW[c.type], nullable=not c.required) for c in self.columns])


_OF_WORK = (("work_id", "works", "work_id"),)

WORKS = Table(
    "works",
    (
        Column("work_id", required=True),
        Column("doi"),
        Column("title", required=True),
        Column("year", ColumnType.INTEGER),
    ),
    key=("work_id",),
)
WORK_INSTITUTIONS = Table(
    "work_institutions",
    (
        Column("work_id", required=True),
        Column("position", ColumnType.INTEGER, required=True),
        Column("institution", required=True),
        Column("country", required=True),
    ),
    key=("work_id", "position"),
    refers=_OF_WORK,
)
AUTHORSHIPS = Table(
    "authorships",
    (
        Column("work_id", required=True),
        Column("position", ColumnType.INTEGER, required=True),
        Column("author", required=True),
        Column("institution"),
        Column("country", required=True),
    ),
    key=("work_id", "position"),
    refers=_OF_WORK,
)
ORGANISATIONS = Table(
    "organisations",
    (
        Column("ror", required=True),
        Column("name_en", required=True),
        Column("name_zh"),
        Column("acronym"),
        Column("types", required=True),
        Column("established", ColumnType.INTEGER),
        Column("website"),
        Column("status", required=True),
        Column("country"),
        Column("city"),
        Column("lat", ColumnType.REAL),
        Column("lng", ColumnType.REAL),
    ),
    key=("ror",),
)
ORGANISATION_NAMES = Table(
    "organisation_names",
    (
        Column("ror", required=True),
        Column("name", required=True),
        Column("kind", required=True),
        Column("language"),
    ),
    key=("ror", "name", "kind"),
    refers=(("ror", "organisations", "ror"),),
)

TABLES = {
    table.name: table for table in (WORKS, WORK_INSTITUTIONS, AUTHORSHIPS, ORGANISATIONS, ORGANISATION_NAMES)
}
