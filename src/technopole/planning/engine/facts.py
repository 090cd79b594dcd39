"""The facts on which gates and routes turn: what each may hold, and what to ask while it is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, bilingual, choice, many, text
from technopole.evaluation.engine.packs import Pack, Row, load_pack
from technopole.evaluation.engine.questions import Question

_KINDS = ("yes_no", "number", "text", "list", "choice")


@cache
def vocabulary() -> Pack:
    """The checked pack of facts."""
    fields: dict[str, Check] = {
        "kind": choice(*_KINDS),
        "choices": many(text(), least=1),
        "question": bilingual(),
    }
    return load_pack("planning", "facts", fields, optional=["choices"])


def names() -> frozenset[str]:
    """Every fact that a rule may turn on."""
    return frozenset(row.id for row in vocabulary().rows)


def checked(facts: Mapping[str, Any], on: date) -> Mapping[str, Any]:
    """The facts as given, once each is known and of its kind; ``None`` means unknown.

    Raises
    ------
    ValueError
        A fact is not in the vocabulary, or its value is of another kind; the message names it.
    """
    rows = {row.id: row for row in vocabulary().in_force(on)}
    for name, value in facts.items():
        if name not in rows:
            raise ValueError(f"'{name}' is no known fact; known: {', '.join(sorted(rows))}")
        expected = _expected(rows[name], value)
        if value is not None and expected:
            raise ValueError(f"fact '{name}': expected {expected}, found {value!r}")
    return facts


def questions_for(unknown: Iterable[str], on: date) -> tuple[Question, ...]:
    """What to ask about those facts, each once, in the order given."""
    rows = {row.id: row for row in vocabulary().in_force(on)}
    return tuple(Question(name, **rows[name]["question"]) for name in dict.fromkeys(unknown))


def _expected(row: Row, value: Any) -> str | None:
    """What the fact should hold, when the value does not fit."""
    match row["kind"]:
        case "yes_no":
            return None if isinstance(value, bool) else "true or false"
        case "number":
            fits = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value >= 0
            return None if fits else "a number of 0 or more"
        case "list":
            return None if isinstance(value, list | tuple | set | frozenset) else "a list"
        case "choice":
            return None if value in row["choices"] else f"one of {', '.join(row['choices'])}"
        case _:
            return None if isinstance(value, str) else "text"
