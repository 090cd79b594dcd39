"""Where a landing stands after its history."""

from __future__ import annotations

import pytest

from technopole.measurement.engine.whereabouts import Place, Step, whereabouts

RD = Place(Step.RD, "pudong", True)
LAND = Place(Step.LAND, "minhang", True)
LAND_AWAY = Place(Step.LAND, "suzhou", False)
OUT = Place(Step.MOVE_OUT, "hefei", False)
OUT_SOMEWHERE = Place(Step.MOVE_OUT, "minhang", True)
BACK = Place(Step.RETURN, "jiading", True)
GROWS_AWAY = Place(Step.EXPAND, "wuxi", False)


@pytest.mark.parametrize(
    ("history", "left", "here", "district"),
    [
        ([RD], False, True, ""),
        ([RD, LAND], False, True, "minhang"),
        ([RD, LAND_AWAY], True, False, "suzhou"),
        ([RD, LAND, OUT], True, False, "hefei"),
        ([RD, LAND, OUT_SOMEWHERE], True, False, ""),
        ([RD, LAND, OUT, RD], True, False, "hefei"),
        ([RD, LAND, OUT, BACK], True, True, "jiading"),
        ([RD, LAND, OUT, BACK, OUT], True, False, "hefei"),
        ([RD, LAND, GROWS_AWAY], False, True, "minhang"),
    ],
)
def test_a_history_that_began_in_the_region(
    history: list[Place], left: bool, here: bool, district: str
) -> None:
    found = whereabouts(history)
    assert (found.began, found.left, found.here, found.district) == (True, left, here, district)


def test_one_that_never_touched_the_region_neither_began_nor_left() -> None:
    found = whereabouts([LAND_AWAY])
    assert (found.began, found.left, found.here) == (False, False, False)
