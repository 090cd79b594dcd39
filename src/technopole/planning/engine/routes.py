"""Which route and pricing suit a result: what speaks for and against each, ranked; the plan chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, choice, many, text, whole, yes_or_no
from technopole.evaluation.engine.conditions import condition, holds, unknown
from technopole.evaluation.engine.packs import Pack, PackError, load_pack
from technopole.evaluation.engine.questions import Question
from technopole.planning.engine.facts import checked, names, questions_for
from technopole.wording import Reason


class Route(StrEnum):
    """The way by which a result is transferred."""

    ASSIGNMENT = "assignment"
    LICENCE = "licence"
    IP_FOR_EQUITY = "ip_for_equity"
    SELF_IMPLEMENTATION = "self_implementation"
    JOINT_IMPLEMENTATION = "joint_implementation"
    RIGHTS_TO_TEAM = "rights_to_team"


class Pricing(StrEnum):
    """How the price is found."""

    AGREED = "agreed"
    LISTED = "listed"
    AUCTIONED = "auctioned"


@dataclass(frozen=True)
class RouteSuggestion:
    """One route with what speaks for and against it.

    Parameters
    ----------
    points
        Sum of the points of the rules that hold; only the order between routes has a meaning.
    excluded
        Whether a rule rules the route out; the reason is among those against.
    pricing
        What suits, the best first; empty while a fact is missing, or for a route without a price.
    questions
        Facts that would change the picture and that nobody stated.
    """

    route: Route
    points: int
    excluded: bool
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]
    pricing: tuple[Pricing, ...]
    pricing_reason: Reason | None
    questions: tuple[Question, ...]


@cache
def rules() -> Pack:
    """The checked pack of route rules.

    Raises
    ------
    PackError
        A row neither gives points nor excludes, or does both.
    """
    fields: dict[str, Check] = {
        "route": choice(*(route.value for route in Route)),
        "when": condition(names()),
        "points": whole(-10, 10),
        "excludes": yes_or_no(),
        "reason": text(),
    }
    pack = load_pack("planning", "routes", fields, optional=["points", "excludes"])
    for number, row in enumerate(pack.rows, start=1):
        if bool(row.content.get("points")) is bool(row.content.get("excludes")):
            raise PackError(
                f"{pack.name}: row {number} ({row.id}), field points: expected points or excludes"
            )
    return pack


@cache
def pricing_rules() -> Pack:
    """The checked pack of pricing rules."""
    fields: dict[str, Check] = {
        "routes": many(choice(*(route.value for route in Route)), least=1),
        "when": condition(names()),
        "pricing": many(choice(*(pricing.value for pricing in Pricing)), least=1),
        "reason": text(),
    }
    return load_pack("planning", "pricing", fields)


def suggest(facts: Mapping[str, Any], on: date) -> tuple[RouteSuggestion, ...]:
    """Every route, the best suited first, those ruled out last; equal ones in the order of `Route`.

    Parameters
    ----------
    facts
        Fact → value as for the gates, above all ``level``, ``ip_status``, ``interested``,
        ``team_wish``, ``holder_kind``, ``related_party``, ``foreign_party``.

    Raises
    ------
    ValueError
        A fact is not in the vocabulary or of another kind.

    Examples
    --------
    >>> best = suggest({"team_wish": "start_up", "level": 5, "ip_status": "granted"}, date(2026, 1, 1))[0]
    >>> best.route.value, best.points
    ('ip_for_equity', 6)
    """
    known = checked(facts, on)
    found = [_suggestion(route, known, on) for route in Route]
    return tuple(sorted(found, key=lambda one: (one.excluded, -one.points)))


def _suggestion(route: Route, facts: Mapping[str, Any], on: date) -> RouteSuggestion:
    points, excluded = 0, False
    pro: list[Reason] = []
    con: list[Reason] = []
    asked: list[str] = []
    for row in rules().in_force(on):
        if row["route"] != route:
            continue
        answer = holds(row["when"], facts)
        if answer is None:
            asked.extend(unknown(row["when"], facts))
        elif answer:
            weight = row.content.get("points", 0)
            reason = Reason(f"planning.{row['reason']}", {name: facts[name] for name in row["when"]})
            points += weight
            excluded = excluded or bool(row.content.get("excludes"))
            (pro if weight > 0 else con).append(reason)
    pricing, why, missing = _pricing(route, facts, on)
    return RouteSuggestion(
        route=route,
        points=points,
        excluded=excluded,
        reasons_for=tuple(pro),
        reasons_against=tuple(con),
        pricing=pricing,
        pricing_reason=why,
        questions=questions_for([*asked, *missing], on),
    )


def _pricing(
    route: Route, facts: Mapping[str, Any], on: date
) -> tuple[tuple[Pricing, ...], Reason | None, tuple[str, ...]]:
    missing: list[str] = []
    for row in pricing_rules().in_force(on):
        if route not in row["routes"]:
            continue
        answer = holds(row["when"], facts)
        if answer:
            reason = Reason(f"planning.{row['reason']}", {name: facts[name] for name in row["when"]})
            return tuple(Pricing(name) for name in row["pricing"]), reason, ()
        if answer is None:
            missing.extend(unknown(row["when"], facts))
    return (), None, tuple(missing)
