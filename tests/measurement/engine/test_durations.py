"""Quartiles of durations of which some still run."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.measurement.engine.durations import Bound, Duration, quantile

SHARES = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
durations = st.lists(st.builds(Duration, st.integers(0, 1000), st.booleans()), min_size=1, max_size=12)


@pytest.mark.parametrize(("share", "days"), [*zip(SHARES, (10, 17.5, 25, 32.5, 40), strict=True)])
def test_quartiles_lie_between_their_neighbours(share: Fraction, days: float) -> None:
    assert quantile([Duration(40), Duration(10), Duration(30), Duration(20)], share).days == days


@given(durations, st.sampled_from(SHARES), st.integers(1, 500))
def test_whatever_still_runs_only_raises_it_and_an_exact_one_stays(
    held: list[Duration], share: Fraction, more: int
) -> None:
    before = quantile(held, share)
    after = quantile([Duration(one.days + more * one.running, one.running) for one in held], share)

    assert after.days >= before.days
    if before.bound is Bound.EXACT:
        assert after.days == before.days


def test_nothing_has_no_quartile() -> None:
    with pytest.raises(ValueError, match="no duration"):
        quantile([], Fraction(1, 2))
