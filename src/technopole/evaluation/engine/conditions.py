"""Conditions of a pack row over named facts, where a fact that nobody stated is unknown and never assumed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from technopole.evaluation.engine.checks import Check, Fault

_TESTS: Mapping[str, type] = {
    "min": int,
    "max": int,
    "above": int,
    "below": int,
    "in": list,
    "any_of": list,
    "empty": bool,
}


def holds(when: Mapping[str, Any], facts: Mapping[str, Any]) -> bool | None:
    """Whether every condition holds: yes, no, or ``None`` while a fact that matters is unknown.

    One condition that fails settles the answer, whatever else is unknown (Kleene's logic).

    >>> when = {"foreign_party": True, "people": {"above": 500}}
    >>> holds(when, {"foreign_party": True, "people": 500})
    False
    >>> holds(when, {"foreign_party": False}), holds(when, {"foreign_party": True})
    (False, None)
    """
    answers = [_one(expected, facts.get(name)) for name, expected in when.items()]
    if False in answers:
        return False
    return None if None in answers else True


def unknown(when: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts still to be asked before `holds` can say yes or no; none once it can.

    >>> unknown({"a": True, "b": True}, {"a": None}), unknown({"a": True, "b": True}, {"a": False})
    (('a', 'b'), ())
    """
    if holds(when, facts) is not None:
        return ()
    return tuple(name for name in when if facts.get(name) is None)


def condition(names: Collection[str]) -> Check:
    """The check of a ``when`` field: known facts, each with a value or with tests.

    Tests: ``min`` and ``max`` (the bound counts), ``above`` and ``below`` (it does not), ``in``
    (the fact is one of these), ``any_of`` (a list fact holds one of these), ``empty`` (of a list).
    """

    def check(value: Any) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault("", f"a mapping of facts, found {value!r}")
            return
        for name, expected in value.items():
            if name not in names:
                yield Fault(f".{name}", f"a known fact: {', '.join(sorted(names))}")
            if isinstance(expected, Mapping):
                for test, bound in expected.items():
                    if test not in _TESTS:
                        yield Fault(f".{name}.{test}", f"one of the tests {', '.join(_TESTS)}")
                    elif type(bound) is not _TESTS[test]:
                        kind = {list: "a list", bool: "true or false", int: "a whole number"}[_TESTS[test]]
                        yield Fault(f".{name}.{test}", f"{kind}, found {bound!r}")
            elif not isinstance(expected, bool | int | str | date):
                yield Fault(f".{name}", f"a value or a mapping of tests, found {expected!r}")

    return check


def _one(expected: Any, fact: Any) -> bool | None:
    if fact is None:
        return None
    if not isinstance(expected, Mapping):
        return bool(fact == expected)
    return all(_test(test, bound, fact) for test, bound in expected.items())


def _test(test: str, bound: Any, fact: Any) -> bool:
    match test:
        case "min":
            return bool(Decimal(str(fact)) >= Decimal(str(bound)))
        case "max":
            return bool(Decimal(str(fact)) <= Decimal(str(bound)))
        case "above":
            return bool(Decimal(str(fact)) > Decimal(str(bound)))
        case "below":
            return bool(Decimal(str(fact)) < Decimal(str(bound)))
        case "in":
            return fact in bound
        case "any_of":
            return not set(bound).isdisjoint(fact)
        case "empty":
            return bound is (len(fact) == 0)
        case _:
            raise ValueError(f"unknown test '{test}' in a condition")
