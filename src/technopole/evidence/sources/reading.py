"""Line-by-line reading of JSON records from .json, .jsonl and .jsonl.gz files."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from technopole.evidence.snapshot import SnapshotError
from technopole.wording import Reason

T = TypeVar("T")

TYPE_NAMES: dict[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Line:
    """One record of a file: where it stood, and the record or the reason why there is none."""

    file: str
    number: int
    record: dict[str, Any]
    fault: Reason | None = None


class FieldError(Exception):
    """A record lacks a field or has another kind of value in it."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(field)
        self.reason = Reason("evidence.field_wrong", {"field": field, "expected": expected})


def lines(path: Path) -> Iterator[Line]:
    """Every record of a file, in order; what cannot be read comes with its fault.

    Raises
    ------
    SnapshotError
        The file is absent, of another format, or unreadable as a whole.
    """
    reader = _reader(path)
    try:
        yield from reader(path)
    except (EOFError, zlib.error) as problem:
        yield Line(path.name, 0, {}, Reason("evidence.file_cut_short", {"problem": str(problem)}))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        values = {"file": str(path), "problem": str(problem)}
        raise SnapshotError(Reason("evidence.file_unreadable", values)) from problem


def _reader(path: Path) -> Callable[[Path], Iterator[Line]]:
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return _json_lines
    if path.name.endswith(".json"):
        return _json_array
    raise SnapshotError(Reason("evidence.unknown_format", {"file": str(path)}))


def _json_lines(path: Path) -> Iterator[Line]:
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rb") as source:
        for number, raw in enumerate(source, start=1):
            if raw.strip():
                yield _parsed(path.name, number, raw)


def _parsed(file: str, number: int, raw: bytes) -> Line:
    try:
        record = json.loads(raw)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as problem:
        return Line(file, number, {}, Reason("evidence.not_json", {"problem": str(problem)}))
    return _object(file, number, record)


def _json_array(path: Path) -> Iterator[Line]:
    with path.open("rb") as source:
        records = json.load(source)
    for number, record in enumerate(records if isinstance(records, list) else [records], start=1):
        yield _object(path.name, number, record)


def _object(file: str, number: int, record: Any) -> Line:
    if isinstance(record, dict):
        return Line(file, number, record)
    return Line(file, number, {}, Reason("evidence.not_json", {"problem": type(record).__name__}))


def field(record: dict[str, Any], name: str, kind: type[T]) -> T:
    """A required field of a record.

    Raises
    ------
    FieldError
        It is absent or of another kind.
    """
    value = record.get(name)
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise FieldError(name, TYPE_NAMES[kind])
