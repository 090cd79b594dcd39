from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.evaluation.engine.scorecard import Rating, Value, score, template_for, templates

TODAY = date(2026, 11, 21)
TEMPLATE = template_for("invention", TODAY)


def ratings(reviewer: str, *points: int) -> list[Rating]:
    return [Rating(reviewer, value, given) for value, given in zip(Value, points, strict=False)]


def test_the_total_weighs_the_medians():
    card = score(TEMPLATE, ratings("a", 80, 70, 60, 50, 40))
    assert card.total == Decimal("62.50")
    assert (card.template, card.version) == ("technology", "2024-1")
    assert card.reasons[0].values["total"] == "62.50"


def test_each_value_keeps_median_spread_and_count():
    card = score(TEMPLATE, ratings("a", 80, 70, 60, 50, 40) + ratings("b", 81, 20, 60, 50, 40))
    assert card.values[Value.SCIENTIFIC].median == Decimal("80.5")
    assert (card.values[Value.TECHNICAL].spread, card.values[Value.TECHNICAL].n) == (50, 2)
    wide = [reason for reason in card.reasons if reason.code == "evaluation.wide_spread"]
    assert [reason.values["value"]["zh"] for reason in wide] == ["技术"]
    assert card.by_reviewer["b"][Value.TECHNICAL] == 20


def test_a_value_nobody_rated_is_said_and_leaves_no_total():
    card = score(TEMPLATE, ratings("a", 80, 70, 60, 50))
    assert card.total is None
    assert card.missing == (Value.CULTURAL,)
    assert card.reasons[0].text("zh").startswith("文化价值尚无人打分")


def test_without_ratings_all_five_are_missing():
    assert score(TEMPLATE, []).missing == tuple(Value)


@pytest.mark.parametrize("points", [-1, 101])
def test_points_outside_0_to_100_are_refused(points):
    with pytest.raises(ValueError, match="a, scientific: expected 0 to 100"):
        score(TEMPLATE, ratings("a", points))


def test_one_reviewer_rates_a_value_once():
    with pytest.raises(ValueError, match="a rates scientific twice"):
        score(TEMPLATE, [*ratings("a", 80), *ratings("a", 70)])


@pytest.mark.parametrize(
    ("kind", "on", "template", "version"),
    [
        ("software", date(2026, 1, 1), "digital", "2024-1"),
        ("biological", date(2026, 1, 1), "life", "2024-1"),
        ("invention", date(2024, 10, 25), "technology", "2021-1"),
        ("invention", date(2024, 10, 26), "technology", "2024-1"),
    ],
)
def test_the_template_depends_on_kind_and_day(kind, on, template, version):
    found = template_for(kind, on)
    assert (found.id, found.version) == (template, version)
    assert ("GB/T 44731-2024 has" in found.note["en"]) == (version == "2024-1")


def test_a_kind_without_a_template_is_refused():
    with pytest.raises(LookupError, match="'poem'"):
        template_for("poem", TODAY)


def test_every_kind_has_exactly_one_template_a_day_and_weights_sum_to_one():
    for on in (date(2022, 1, 1), TODAY):
        kinds = [kind for row in templates().in_force(on) for kind in row["kinds"]]
        assert len(kinds) == len(set(kinds)) == 7
        assert all(sum(template_for(kind, on).weights.values()) == 1 for kind in kinds)


@given(st.lists(st.lists(st.integers(0, 100), min_size=5, max_size=5), min_size=1, max_size=6), st.randoms())
def test_the_total_lies_between_extremes_and_ignores_order(rows, chance):
    given_points = [rating for index, row in enumerate(rows) for rating in ratings(f"r{index}", *row)]
    total = score(TEMPLATE, given_points).total
    assert total is not None
    assert min(map(min, rows)) <= total <= max(map(max, rows))
    chance.shuffle(given_points)
    assert score(TEMPLATE, given_points).total == total
