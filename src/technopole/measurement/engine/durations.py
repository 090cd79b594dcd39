"""Quartiles of durations of which some are still running."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Bound(StrEnum):
    """Whether a value is the value, or the least that it can be."""

    EXACT = "exact"
    AT_LEAST = "at_least"


@dataclass(frozen=True)
class Duration:
    """Whole days, and whether they are still counting."""

    days: int
    running: bool = False


@dataclass(frozen=True)
class Bounded:
    """A number of days and how sure it is."""

    days: float
    bound: Bound


def quantile(durations: Sequence[Duration], share: Fraction) -> Bounded:
    """The quantile of durations, interpolated between the two neighbours.

    A running duration counts with its days so far. It can only grow, so the quantile is then the
    least that it can be, unless every running one already lies beyond the neighbours that decide.

    Parameters
    ----------
    durations
        Any order, at least one.
    share
        0 (the shortest) to 1 (the longest).

    Raises
    ------
    ValueError
        There is no duration, or `share` is not a share.

    Notes
    -----
    Position ``share · (n - 1)`` among the ordered values, linear in between: definition 7 of
    Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> quantile([Duration(10), Duration(30), Duration(20)], half)
    Bounded(days=20.0, bound=<Bound.EXACT: 'exact'>)
    >>> quantile([Duration(10), Duration(30), Duration(20, running=True)], half)
    Bounded(days=20.0, bound=<Bound.AT_LEAST: 'at_least'>)
    >>> quantile([Duration(10), Duration(20), Duration(30, running=True)], half).bound.value
    'exact'
    """
    if not durations:
        raise ValueError("no duration")
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not between 0 and 1")
    ordered = sorted(durations, key=lambda one: (one.days, one.running))
    position = share * (len(ordered) - 1)
    below, above = math.floor(position), math.ceil(position)
    low, high = ordered[below].days, ordered[above].days
    days = low + (high - low) * (position - below)
    open_ended = any(one.running for one in ordered[: above + 1])
    return Bounded(float(days), Bound.AT_LEAST if open_ended else Bound.EXACT)
