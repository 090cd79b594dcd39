"""What a field of a rule pack may hold: checks that say where a value is wrong and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True)
class Fault:
    """Where in a field a value is wrong (``.levels[3].zh``) and what was expected there."""

    path: str
    expected: str


Check = Callable[[Any], Iterator[Fault]]


def text() -> Check:
    """A text that is not blank."""

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, str) or not value.strip():
            yield Fault("", f"text that is not blank, found {value!r}")

    return check


def bilingual() -> Check:
    """A mapping with exactly ``zh`` and ``en``, both text."""
    return record({"zh": text(), "en": text()})


def day() -> Check:
    """An ISO date."""

    def check(value: Any) -> Iterator[Fault]:
        if type(value) is not date:
            yield Fault("", f"a date as YYYY-MM-DD, found {value!r}")

    return check


def choice(*allowed: object) -> Check:
    """One of a closed list."""

    def check(value: Any) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault("", f"one of {', '.join(str(item) for item in allowed)}, found {value!r}")

    return check


def whole(least: int, most: int) -> Check:
    """A whole number from `least` to `most`, both allowed."""

    def check(value: Any) -> Iterator[Fault]:
        if type(value) is not int or not least <= value <= most:
            yield Fault("", f"a whole number from {least} to {most}, found {value!r}")

    return check


def yes_or_no() -> Check:
    """``true`` or ``false``."""

    def check(value: Any) -> Iterator[Fault]:
        if type(value) is not bool:
            yield Fault("", f"true or false, found {value!r}")

    return check


def decimal(least: str, most: str) -> Check:
    """A decimal number in quotes, so that no binary rounding creeps in."""

    def check(value: Any) -> Iterator[Fault]:
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not Decimal(least) <= number <= Decimal(most):
            yield Fault("", f"a quoted decimal from {least} to {most}, found {value!r}")

    return check


def many(item: Check, *, least: int = 0, most: int | None = None) -> Check:
    """A list of such items."""

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, list) or len(value) < least or (most is not None and len(value) > most):
            yield Fault("", f"a list of {least} to {'any number' if most is None else most}, found {value!r}")
            return
        for index, entry in enumerate(value):
            yield from (Fault(f"[{index}]{fault.path}", fault.expected) for fault in item(entry))

    return check


def record(fields: Mapping[Any, Check], optional: Mapping[Any, Check] | None = None) -> Check:
    """A mapping with these keys; those of `optional` may be left out."""
    known = {**fields, **(optional or {})}

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("", f"a mapping with {', '.join(str(name) for name in known)}, found {value!r}")
            return
        for name in value:
            if name not in known:
                yield Fault(f".{name}", f"one of the keys {', '.join(str(key) for key in known)}")
        for name, inner in known.items():
            if name in value:
                yield from (Fault(f".{name}{fault.path}", fault.expected) for fault in inner(value[name]))
            elif name in fields:
                yield Fault(f".{name}", "a value; it is missing")

    return check


def table(inner: Check) -> Check:
    """A mapping of any text keys, at least one, to such values."""

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or not value:
            yield Fault("", f"a mapping with at least one entry, found {value!r}")
            return
        for name, entry in value.items():
            if not isinstance(name, str):
                yield Fault(f".{name}", "a key that is text; quote it")
            yield from (Fault(f".{name}{fault.path}", fault.expected) for fault in inner(entry))

    return check
