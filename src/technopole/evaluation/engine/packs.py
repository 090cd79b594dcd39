"""Rule packs: dated, versioned, sourced rows of YAML, checked whole before any row is used."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from technopole.evaluation.engine.checks import Check, Fault, choice, day, text


class Status(StrEnum):
    """How far a row was checked against its source."""

    CONFIRMED = "confirmed"
    TO_CONFIRM = "to_confirm"


class Level(StrEnum):
    """Whose rule a row is; a page shows which level bound."""

    NATIONAL = "national"
    LOCAL = "local"
    INSTITUTION = "institution"


class PackError(ValueError):
    """A pack is refused as a whole; each line names file, row, field and what was expected."""


@dataclass(frozen=True)
class Row:
    """One row of a pack.

    Parameters
    ----------
    id, version
        Together unique within the pack; `version` is quoted text.
    valid_from, valid_to
        First and last day in force; an open end is ``None``.
    source
        Where the rule was read, or whose practice it is.
    jurisdiction, level
        Where it applies (``CN``, ``CN-ZJ``, ``US``) and whose rule it is, where that matters.
    content
        The fields that this kind of pack adds.
    """

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    source: str
    status: Status
    jurisdiction: str | None
    level: Level | None
    content: Mapping[str, Any]

    def in_force(self, on: date) -> bool:
        """Whether the row applies on that day; both ends count."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def __getitem__(self, name: str) -> Any:
        return self.content[name]


@dataclass(frozen=True)
class Pack:
    """The checked rows of one file, in file order."""

    name: str
    rows: tuple[Row, ...]

    def in_force(self, on: date) -> tuple[Row, ...]:
        """The rows that apply on that day, in file order."""
        return tuple(row for row in self.rows if row.in_force(on))

    def row(self, row_id: str, on: date) -> Row:
        """The row of that id in force on that day.

        Raises
        ------
        LookupError
            No such row is in force; the message says which ids are.
        """
        for row in self.in_force(on):
            if row.id == row_id:
                return row
        known = ", ".join(sorted({row.id for row in self.in_force(on)})) or "none"
        raise LookupError(f"{self.name}: no row '{row_id}' in force on {on}; in force: {known}")


def load_pack(package: str, name: str, fields: Mapping[str, Check], optional: Iterable[str] = ()) -> Pack:
    """The pack ``src/technopole/<package>/packs/<name>.yaml``, checked whole.

    Raises
    ------
    PackError
        The file is no YAML, or a row breaks the contract; every fault is listed.
    """
    source = resources.files("technopole") / package / "packs" / f"{name}.yaml"
    return read_pack(source, fields, optional)


def read_pack(source: Traversable, fields: Mapping[str, Check], optional: Iterable[str] = ()) -> Pack:
    """The pack in one file, checked whole; see `load_pack`.

    `fields` are the content fields of a row and their checks; those named in `optional` may be
    left out, and are then absent from `Row.content`.
    """
    try:
        loaded = yaml.load(source.read_text(encoding="utf-8"), Loader=_NoTwins)
    except yaml.YAMLError as error:
        raise PackError(f"{source.name}: not readable as YAML: {error}") from error
    if not isinstance(loaded, list) or not loaded:
        raise PackError(f"{source.name}: expected a list of rows, found {type(loaded).__name__}")
    known = {**_COMMON, **fields}
    may_miss = {*_COMMON_OPTIONAL, *optional}
    faults = [
        f"{source.name}: row {number} ({_label(raw)}), field {fault.path}: expected {fault.expected}"
        for number, raw in enumerate(loaded, start=1)
        for fault in _row_faults(raw, known, may_miss)
    ]
    if not faults:
        rows = tuple(_row(raw, fields) for raw in loaded)
        faults = list(_overlaps(source.name, rows))
    if faults:
        raise PackError("\n".join(faults))
    return Pack(source.name, rows)


_COMMON: Mapping[str, Check] = {
    "id": text(),
    "version": text(),
    "valid_from": day(),
    "valid_to": day(),
    "jurisdiction": text(),
    "level": choice(*Level),
    "source": text(),
    "status": choice(*Status),
}
_COMMON_OPTIONAL = ("valid_to", "jurisdiction", "level")


class _NoTwins(yaml.SafeLoader):
    """A loader that refuses a key given twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' stands twice", node.start_mark
                )
        return super().construct_mapping(node, deep)


def _date_or_text(loader: _NoTwins, node: yaml.ScalarNode) -> Any:
    """The date, or the text of an impossible one, so that the field's own check can name it."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_NoTwins.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)


def _label(raw: object) -> str:
    return str(raw.get("id", "no id")) if isinstance(raw, Mapping) else "no mapping"


def _row_faults(raw: object, known: Mapping[str, Check], may_miss: set[str]) -> Iterator[Fault]:
    if not isinstance(raw, Mapping):
        yield Fault("(row)", "a mapping of fields")
        return
    for name in raw:
        if name not in known:
            yield Fault(str(name), f"a known field: {', '.join(known)}")
    for name, check in known.items():
        if name in raw:
            yield from (Fault(f"{name}{fault.path}", fault.expected) for fault in check(raw[name]))
        elif name not in may_miss:
            yield Fault(name, "a value; the field is missing")
    start, end = raw.get("valid_from"), raw.get("valid_to")
    if type(start) is date and type(end) is date and end < start:
        yield Fault("valid_to", f"a day on or after valid_from {start}")


def _row(raw: Mapping[str, Any], fields: Mapping[str, Check]) -> Row:
    return Row(
        id=raw["id"],
        version=raw["version"],
        valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"),
        source=raw["source"],
        status=Status(raw["status"]),
        jurisdiction=raw.get("jurisdiction"),
        level=Level(raw["level"]) if "level" in raw else None,
        content={name: raw[name] for name in fields if name in raw},
    )


def _overlaps(file: str, rows: tuple[Row, ...]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        for earlier in rows[: number - 1]:
            if earlier.id != row.id:
                continue
            if earlier.version == row.version:
                yield f"{file}: row {number} ({row.id}), field version: expected a version not used before"
            starts_in = earlier.in_force(row.valid_from) or row.in_force(earlier.valid_from)
            if starts_in:
                yield (
                    f"{file}: row {number} ({row.id}), field valid_from: expected no day in common with"
                    f" version {earlier.version} of the same row"
                )
