"""Selects the real layer of the sample region: Shanghai's organisations and their co-publications.

Run by maintainers when the sources are renewed, never by `make run`::

    python sample/build_real.py --data DIR

``DIR`` holds ``scholar/ror.jsonl.gz`` and ``scholar/china_copublications.jsonl.gz``. The same
sources give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from technopole.evidence import engines
from technopole.evidence.sources import copublications, ror

CITY = "Shanghai"
OUT = Path(__file__).parent / "real"
#: Shorter names (acronyms above all) are shared by too many organisations to identify one.
SHORTEST_NAME = 7

ORGANISATIONS = f"""
    SELECT ror, name_en, name_zh, acronym, types, established, website, lat, lng
    FROM organisations
    WHERE city = '{CITY}' AND country = 'CN' AND status = 'active'
    ORDER BY ror
"""

# A name identifies a Shanghai organisation when it says so itself, or when the registry gives it to
# an organisation in Shanghai and to none elsewhere.
WORKS = f"""
    WITH names AS (
        SELECT lower(name) AS name
        FROM organisation_names JOIN organisations USING (ror)
        WHERE length(name) >= {SHORTEST_NAME} AND status = 'active'
        GROUP BY 1
        HAVING bool_and(city = '{CITY}' AND country = 'CN')
    ),
    chosen AS (
        SELECT DISTINCT work_id
        FROM work_institutions
        WHERE country = 'CN'
          AND (contains(institution, '{CITY}') OR lower(institution) IN (SELECT name FROM names))
    )
    SELECT work_id, doi, title, year FROM works SEMI JOIN chosen USING (work_id) ORDER BY work_id
"""


def main() -> int:
    """Build both files; says how many rows each has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with scholar/")
    scholar = parser.parse_args().data / "scholar"
    with tempfile.TemporaryDirectory() as folder:
        snapshot = Path(folder)
        day = date.today()  # noqa: DTZ011 - goes into a manifest that is thrown away
        ror.load([scholar / "ror.jsonl.gz"], into=snapshot, dated=day)
        copublications.load([scholar / "china_copublications.jsonl.gz"], into=snapshot, dated=day)
        with engines.open("duckdb", snapshot) as connection:
            organisations = write_organisations(connection, OUT / "organisations.csv")
            works = write_works(connection, OUT / "works.jsonl.gz")
    sys.stdout.write(f"{organisations} organisations, {works} works\n")
    return 0


def write_organisations(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write the organisations as CSV; the number of rows."""
    found = connection.execute(ORGANISATIONS)
    header = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return len(rows)


def write_works(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write the works as gzipped JSON lines; the number of rows."""
    connection.execute(f"CREATE TABLE chosen AS {WORKS}")
    institutions = _grouped(
        connection,
        "SELECT position, work_id, institution AS name, country FROM work_institutions",
        "name, country",
    )
    authors = _grouped(
        connection,
        "SELECT position, work_id, author AS name, institution, country FROM authorships",
        "name, institution, country",
    )
    works = connection.execute("SELECT work_id, doi, title, year FROM chosen ORDER BY work_id").fetchall()
    lines = (
        {
            "id": work,
            "doi": doi,
            "title": title,
            "year": year,
            "institutions": institutions.get(work, []),
            "authors": authors.get(work, []),
        }
        for work, doi, title, year in works
    )
    path.write_bytes(_gzipped(lines))
    return len(works)


def _grouped(
    connection: duckdb.DuckDBPyConnection, query: str, fields: str
) -> dict[str, list[dict[str, str | None]]]:
    names = fields.split(", ")
    rows = connection.execute(
        f"SELECT work_id, {fields} FROM ({query}) SEMI JOIN chosen USING (work_id) ORDER BY work_id, position"
    ).fetchall()
    groups: dict[str, list[dict[str, str | None]]] = {}
    for work, *values in rows:
        groups.setdefault(work, []).append(dict(zip(names, values, strict=True)))
    return groups


def _gzipped(rows: Iterable[dict[str, Any]]) -> bytes:
    held = io.BytesIO()
    with gzip.GzipFile(fileobj=held, mode="wb", mtime=0, compresslevel=9, filename="") as out:
        for row in rows:
            out.write((json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return held.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
