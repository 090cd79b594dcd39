"""Location histories from files: project, origin, date, event, district and park, checked row by row."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from technopole.landing.engine.modes import Event, EventKind, Origin, PlaceError, place

COLUMNS = ("project", "origin", "date", "event", "district")
ENDINGS = (".csv", ".jsonl", ".jsonl.gz", ".parquet", ".yaml")
Choice = TypeVar("Choice", bound=StrEnum)


class HistoryError(ValueError):
    """A file cannot be used; the message names file, row and field and what was expected."""


@dataclass(frozen=True)
class History:
    """The events of one project in file order."""

    project: str
    origin: Origin
    events: tuple[Event, ...]


def read_history(path: Path) -> list[History]:
    """The histories in one file, in the order in which the projects first appear.

    Raises
    ------
    HistoryError
        The file cannot be read, its ending is unknown, or a row is wrong.
    """
    ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), None)
    if ending is None:
        raise HistoryError(f"{path.name}: expected a file ending in {', '.join(ENDINGS)}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from error
    return histories(path.name, list(_rows(path.name, ending, content)))


def read_csv(name: str, content: bytes) -> list[History]:
    """The histories in a csv text, such as standard input; errors as `read_history`."""
    return histories(name, list(_rows(name, ".csv", content)))


def histories(name: str, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[History]:
    """Group checked rows, each with its row number, by project."""
    origins: dict[str, Origin] = {}
    events: dict[str, list[Event]] = {}
    for number, row in rows:
        where = f"{name}: row {number}"
        project = _text(where, row, "project")
        origin = _choice(where, row, "origin", Origin)
        if origins.setdefault(project, origin) is not origin:
            raise HistoryError(
                f"{where}, field origin: expected '{origins[project]}' as in the rows above for"
                f" '{project}', found '{origin}'"
            )
        kind = _choice(where, row, "event", EventKind)
        district = _text(where, row, "district")
        try:
            place(district)
        except PlaceError as error:
            raise HistoryError(f"{where}, field district: {error}") from error
        park = str(row.get("park") or "").strip()
        events.setdefault(project, []).append(Event(_day(where, row), kind, district, park))
    return [History(project, origins[project], tuple(found)) for project, found in events.items()]


def _rows(name: str, ending: str, content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if ending == ".parquet":
        yield from _parquet(name, content)
        return
    try:
        text = (gzip.decompress(content) if ending.endswith(".gz") else content).decode("utf-8-sig")
    except (OSError, EOFError) as error:
        raise HistoryError(f"{name}: not readable as gzip: {error}") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise HistoryError(f"{name}: row {line}: expected UTF-8 text; save the file as UTF-8") from error
    if ending == ".csv":
        yield from _csv(name, text)
    elif ending == ".yaml":
        yield from _yaml(name, text)
    else:
        yield from _jsonl(name, text)


def _csv(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = reader.fieldnames or ()
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            found = ", ".join(header) or "nothing"
            raise HistoryError(f"{name}: row 1, field {missing[0]}: expected this column, found {found}")
        for number, row in enumerate(reader, start=2):
            if None in row:
                raise HistoryError(f"{name}: row {number}: expected {len(header)} cells, found more")
            yield number, row
    except csv.Error as error:
        raise HistoryError(f"{name}: row {reader.line_num}: not readable as csv: {error}") from error


def _jsonl(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise HistoryError(f"{name}: row {number}: not readable as JSON: {error.msg}") from error
        yield number, _mapping(f"{name}: row {number}", row)


def _yaml(name: str, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise HistoryError(f"{name}: not readable as YAML: {error}") from error
    if not isinstance(loaded, list):
        raise HistoryError(f"{name}: expected a list of rows, found {type(loaded).__name__}")
    for number, row in enumerate(loaded, start=1):
        yield number, _mapping(f"{name}: row {number}", row)


def _parquet(name: str, content: bytes) -> Iterator[tuple[int, Mapping[str, Any]]]:
    import pyarrow  # only this ending needs it, and it is slow to import
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    except pyarrow.ArrowInvalid as error:
        raise HistoryError(f"{name}: not readable as Parquet: {error}") from error
    yield from enumerate(table.to_pylist(), start=1)


def _mapping(where: str, row: object) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise HistoryError(f"{where}: expected fields {', '.join(COLUMNS)}, found {type(row).__name__}")
    return row


def _text(where: str, row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None or not str(value).strip():
        raise HistoryError(f"{where}, field {field}: expected text, found nothing")
    return str(value).strip()


def _choice(where: str, row: Mapping[str, Any], field: str, choices: type[Choice]) -> Choice:
    value = _text(where, row, field)
    try:
        return choices(value)
    except ValueError:
        allowed = ", ".join(choices)
        raise HistoryError(f"{where}, field {field}: expected one of {allowed}, found '{value}'") from None


def _day(where: str, row: Mapping[str, Any]) -> date | None:
    """The day; ``None`` for an empty cell, which leaves that project's mode open."""
    value = row.get("date")
    if value is None or not str(value).strip():
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(where, row, "date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HistoryError(f"{where}, field date: expected YYYY-MM-DD, found '{text}'") from None
