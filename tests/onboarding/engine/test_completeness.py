"""Completeness of a disclosure: weights, what is missing, shares that add up to exactly 100."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.onboarding.engine.completeness import completeness, share_faults
from technopole.onboarding.engine.packs import DISCLOSURE, pack

ENTRIES = pack(DISCLOSURE)["completeness"]


def full() -> dict[str, Any]:
    filled: dict[str, Any] = {name: "x" for entry in ENTRIES for name in entry.get("all") or entry["any"][:1]}
    return filled | {"inventors": [{"person": "li-wei", "share": "100"}]}


def test_the_weights_of_the_pack_add_up_to_100() -> None:
    assert sum(entry["weight"] for entry in ENTRIES) == 100


def test_nothing_filled_is_0_and_everything_is_100() -> None:
    assert completeness({}).score == 0
    assert len(completeness({}).missing) == len(ENTRIES)
    assert completeness(full()) == completeness(full())
    assert (completeness(full()).score, completeness(full()).missing, completeness(full()).faults) == (
        100,
        (),
        (),
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_each_entry_counts_its_weight_and_is_told_when_missing(entry: dict[str, Any]) -> None:
    first = (entry.get("all") or entry["any"])[0]
    found = completeness({name: value for name, value in full().items() if name != first})
    assert found.score == 100 - entry["weight"]
    assert [(one.name, one.field, one.weight) for one in found.missing] == [
        (entry["name"], first, entry["weight"])
    ]
    assert entry["en"] in found.missing[0].reason.text("en")
    assert entry["zh"] in found.missing[0].reason.text("zh")


@pytest.mark.parametrize("value", [None, "", "  ", [], ()])
def test_blank_is_not_filled(value: Any) -> None:
    assert completeness({"title_zh": value}).score == 0


def test_no_is_an_answer() -> None:
    questions = {"human_samples": False, "human_genetic": False, "patient_data": False, "animal": False}
    assert completeness(questions).score == 4
    assert completeness(questions | {"animal": None}).score == 0


def test_what_weighs_most_is_asked_first() -> None:
    weights = [one.weight for one in completeness({}).missing]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("shares", "codes"),
    [
        ([], []),
        (["100"], []),
        (["33.33", "33.33", "33.34"], []),
        (["33.33", "33.33", "33.33"], ["shares_not_whole"]),
        (["0.1"] * 3 + ["99.7"], []),
        (["60", "50"], ["shares_not_whole"]),
        (["100", "0"], ["share_outside"]),
        (["-10", "110"], ["share_outside", "share_outside"]),
        (["half", "50"], ["share_missing"]),
        (["NaN", "100"], ["share_outside"]),
        ([None, "100"], ["share_missing"]),
    ],
)
def test_shares(shares: list[Any], codes: list[str]) -> None:
    found = share_faults([{"person": f"p{n}", "share": share} for n, share in enumerate(shares)])
    assert [reason.code.partition(".")[2] for reason in found] == codes


@given(st.lists(st.integers(1, 9_999), min_size=1, max_size=6))
def test_shares_that_add_up_to_100_are_right_and_one_cent_off_is_wrong(cuts: list[int]) -> None:
    marks = sorted({0, 10_000, *cuts})
    shares = [Decimal(b - a) / 100 for a, b in zip(marks, marks[1:], strict=False)]
    assert share_faults([{"share": share} for share in shares]) == ()
    off = [shares[0] - Decimal("0.001"), *shares[1:]]
    assert [r.code for r in share_faults([{"share": share} for share in off])] == [
        "onboarding.shares_not_whole"
    ]


@given(st.sets(st.sampled_from(sorted(full()))), st.sampled_from(sorted(full())))
def test_filling_one_more_field_never_lowers_the_score(names: set[str], more: str) -> None:
    some = {name: full()[name] for name in names}
    assert completeness(some | {more: full()[more]}).score >= completeness(some).score
