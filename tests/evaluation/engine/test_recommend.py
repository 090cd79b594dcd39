from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.evaluation.engine.readiness import Evidence, EvidenceKind, assess, scale
from technopole.evaluation.engine.recommend import DecisionFacts, Outcome, quorum, suggest
from technopole.evaluation.engine.scorecard import Rating, Value, score, template_for

TODAY = date(2026, 11, 21)


def level(reached: int):
    pieces = [Evidence(n, EvidenceKind.DATA, "data", date(2026, 1, 1)) for n in range(1, reached + 1)]
    return assess(scale("trl", TODAY), pieces, None, TODAY)


def points(each: int, values=tuple(Value)):
    return score(template_for("invention", TODAY), [Rating("a", value, each) for value in values])


@pytest.mark.parametrize(
    ("total", "reached", "needs", "outcome"),
    [
        (60, 3, 1, Outcome.PURSUE),
        (59, 3, 1, Outcome.HOLD),
        (60, 2, 1, Outcome.HOLD),
        (60, 3, 0, Outcome.HOLD),
        (45, 0, 0, Outcome.HOLD),
        (44, 0, 1, Outcome.HOLD),
        (44, 0, 0, Outcome.RELEASE),
        (25, 9, 0, Outcome.RELEASE),
        (24, 9, 0, Outcome.CLOSE),
    ],
)
def test_the_thresholds(total, reached, needs, outcome):
    found = suggest(level(reached), points(total), needs, TODAY)
    assert found.outcome is outcome
    assert found.reasons[-1].text("zh") == "以上仅为建议，由集体决策决定。"


def test_what_is_short_is_named_beside_what_is_reached():
    texts = [reason.text("en") for reason in suggest(level(2), points(70), 3, TODAY).reasons]
    assert texts[:3] == [
        "Total 70.00, at least 60 asked for.",
        "Readiness level 2, below the 3 asked for.",
        "3 close need(s), at least 1 asked for.",
    ]


def test_without_a_review_it_holds():
    found = suggest(level(9), None, 5, TODAY)
    assert (found.outcome, found.reasons[0].code) == (Outcome.HOLD, "evaluation.not_reviewed")


def test_with_a_value_missing_it_holds_and_names_it():
    found = suggest(level(9), points(90, list(Value)[:4]), 5, TODAY)
    assert (found.outcome, found.reasons[0].values["value"]["en"]) == (Outcome.HOLD, "cultural")


@given(st.integers(0, 100), st.integers(0, 9), st.integers(0, 5))
def test_better_figures_never_end_worse(total, reached, needs):
    order = [Outcome.CLOSE, Outcome.RELEASE, Outcome.HOLD, Outcome.PURSUE]
    now = order.index(suggest(level(reached), points(total), needs, TODAY).outcome)
    for more in (
        (min(total + 1, 100), reached, needs),
        (total, min(reached + 1, 9), needs),
        (total, reached, needs + 1),
    ):
        better = suggest(level(more[1]), points(more[0]), more[2], TODAY)
        assert order.index(better.outcome) >= now


GOOD = DecisionFacts(
    decided_on=date(2026, 10, 1),
    attendees=("a", "b", "c"),
    signatories=("a", "b"),
    minutes="Talked through.",
    reason="A buyer waits.",
    last_review_on=date(2026, 10, 1),
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"attendees": ("a", "b")}, ["too_few_attendees"]),
        ({"attendees": ("a", "b", "b")}, ["too_few_attendees", "named_twice"]),
        ({"signatories": ("a",)}, ["too_few_signatories"]),
        ({"signatories": ("a", "d")}, ["signed_absent"]),
        ({"recused": ("b",)}, ["signed_recused"]),
        ({"recused": ("c",)}, []),
        ({"minutes": " "}, ["no_minutes"]),
        ({"reason": ""}, ["no_reason"]),
        ({"decided_on": date(2026, 11, 22)}, ["decided_in_future"]),
        ({"decided_on": date(2026, 9, 30)}, ["decided_before_review"]),
        ({"last_review_on": None}, ["not_reviewed"]),
    ],
)
def test_what_is_wrong_with_a_decision_is_said(changes, problems):
    found = quorum(replace(GOOD, **changes), TODAY)
    assert [reason.code.removeprefix("evaluation.") for reason in found] == problems
    assert all(reason.text("zh") and reason.text("en") for reason in found)
