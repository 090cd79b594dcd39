"""How complete a disclosure is: a score, what is missing by weight, and shares that must add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from technopole.onboarding.engine.packs import DISCLOSURE, pack
from technopole.wording import Reason

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Missing:
    """One entry that is not filled: the field to fill first, its points and the words for it."""

    name: str
    field: str
    weight: int
    reason: Reason


@dataclass(frozen=True)
class Completeness:
    """The score (0–100), what is missing (heaviest first) and what contradicts itself."""

    score: int
    missing: tuple[Missing, ...]
    faults: tuple[Reason, ...]


def completeness(disclosure: Mapping[str, Any], pack_name: str = DISCLOSURE) -> Completeness:
    """Score a disclosure by the weights of a pack.

    Parameters
    ----------
    disclosure
        Field → value. A question counts as answered by yes and by no; inventors are mappings with
        a ``share`` in percent.

    >>> found = completeness({"title_zh": "压力传感器", "kind": "invention"})
    >>> found.score, found.missing[0].name
    (12, 'enabling_description')
    """
    missing = []
    score = 0
    for entry in pack(pack_name)["completeness"]:
        wanted = entry.get("all") or entry["any"]
        empty = [name for name in wanted if not _filled(disclosure.get(name))]
        if not empty or ("any" in entry and len(empty) < len(wanted)):
            score += entry["weight"]
            continue
        words = {"what": {"zh": entry["zh"], "en": entry["en"]}, "points": entry["weight"]}
        reason = Reason("onboarding.missing", words)
        missing.append(Missing(entry["name"], empty[0], entry["weight"], reason))
    missing.sort(key=lambda one: -one.weight)
    return Completeness(score, tuple(missing), share_faults(disclosure.get("inventors") or ()))


def _filled(value: Any) -> bool:
    if isinstance(value, bool | int | Decimal):
        return True
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value)


def share_faults(inventors: Any) -> tuple[Reason, ...]:
    """What is wrong with the inventors' shares: each above 0, together exactly 100, without rounding.

    >>> share_faults([{"share": "33.33"}, {"share": "33.33"}, {"share": "33.34"}])
    ()
    >>> [reason.code for reason in share_faults([{"share": "33.33"}] * 3)]
    ['onboarding.shares_not_whole']
    """
    faults: list[Reason] = []
    total = Decimal(0)
    for position, inventor in enumerate(inventors, start=1):
        who = str(inventor.get("person") or inventor.get("name") or position)
        try:
            share = Decimal(str(inventor.get("share", "")))
        except InvalidOperation:
            faults.append(Reason("onboarding.share_missing", {"who": who}))
            continue
        if not share.is_finite() or not 0 < share <= WHOLE:
            faults.append(Reason("onboarding.share_outside", {"who": who}))
            continue
        total += share
    if inventors and not faults and total != WHOLE:
        faults.append(Reason("onboarding.shares_not_whole", {"total": f"{total.normalize():f}"}))
    return tuple(faults)
