"""Where a landing stands after its location history: in the region, gone, back, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What happened at a place."""

    RD = "rd"
    LAND = "land"
    MOVE_OUT = "move_out"
    RETURN = "return"
    EXPAND = "expand"


@dataclass(frozen=True)
class Place:
    """One event of a history, in its order: what happened, where, and whether that is in the region."""

    step: Step
    district: str
    local: bool


@dataclass(frozen=True)
class Whereabouts:
    """What a whole history says.

    `district` is where the landing stands now, empty when it left for a place that is not recorded
    or has only done research. `began` is false for a history that never touched the region.
    """

    began: bool
    left: bool
    here: bool
    district: str


def whereabouts(history: Iterable[Place]) -> Whereabouts:
    """Read a complete history, oldest event first.

    It *leaves* by a move-out, or by landing or returning outside the region after it began inside;
    an expansion elsewhere leaves nothing. It is *here* again by any landing, return or expansion
    inside after it left.

    Examples
    --------
    >>> began = Place(Step.RD, "pudong", True)
    >>> gone, back = Place(Step.MOVE_OUT, "suzhou", False), Place(Step.RETURN, "jiading", True)
    >>> whereabouts([began, gone])
    Whereabouts(began=True, left=True, here=False, district='suzhou')
    >>> whereabouts([began, gone, back])
    Whereabouts(began=True, left=True, here=True, district='jiading')
    """
    began = left = here = False
    district = ""
    for place in history:
        settles = place.step in (Step.LAND, Step.RETURN)
        if place.step is Step.MOVE_OUT:
            left, here = left or began or place.local, False
            began = began or place.local
            # A move-out names the new place when that lies outside, else only the place it left.
            district = "" if place.local else place.district
        elif place.local:
            here = here or not left or place.step is not Step.RD
            began = True
            district = district if place.step is Step.RD else place.district
        elif settles:
            left, here = left or began, False
            district = place.district
    return Whereabouts(began, left, here, district)
