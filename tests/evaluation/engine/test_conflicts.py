from datetime import date

import pytest

from technopole.evaluation.engine.conflicts import CaseFacts, Inventor, ReviewerFacts, check

TODAY = date(2026, 11, 21)
LI = Inventor("li", "李工", "east-university", "physics")
CASE = CaseFacts((LI,), counterparty="pump-co", counterparty_name="Pump Co")


def reviewer(**changes) -> ReviewerFacts:
    facts = {"key": "wu", "name": "吴博士", "organisation": "west-institute", "declared_interest": False}
    return ReviewerFacts(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"key": "li"}, [("is_inventor", True)]),
        ({"coauthored": {"li": date(2024, 1, 1)}}, [("coauthor", True)]),
        ({"coauthored": {"li": date(2023, 11, 22)}}, [("coauthor", True)]),
        ({"coauthored": {"li": date(2023, 11, 21)}}, []),
        ({"coauthored": {"li": None}}, [("coauthor_undated", False)]),
        ({"coauthored": {"zhao": None}}, []),
        ({"organisation": "east-university", "unit": "physics"}, [("same_unit", True)]),
        ({"organisation": "east-university", "unit": "history"}, [("same_organisation", False)]),
        ({"unit": "physics"}, []),
        ({"organisation": "pump-co"}, [("counterparty", True)]),
        ({"declared_interest": True}, [("declared_interest", True)]),
        ({"declared_interest": None}, [("interest_not_asked", False)]),
        ({"supervised_by": frozenset({"li"})}, [("supervisor", True)]),
        ({"supervises": frozenset({"li"})}, [("supervisor", True)]),
    ],
)
def test_each_tie_is_found_and_weighed(changes, expected):
    found = check(reviewer(**changes), CASE, TODAY)
    assert [(tie.reason.code.removeprefix("evaluation."), tie.blocking) for tie in found] == expected


def test_blocking_ties_come_first_and_read_in_both_languages():
    found = check(reviewer(organisation="east-university", coauthored={"li": date(2026, 1, 1)}), CASE, TODAY)
    assert [tie.blocking for tie in found] == [True, False]
    assert found[0].reason.text("en").endswith("worked together on 2026-01-01, within 3 years.")
    assert "李工" in found[1].reason.text("zh")


def test_on_29_february_the_window_opens_on_28_february():
    leap = date(2028, 2, 29)
    assert check(reviewer(coauthored={"li": date(2025, 3, 1)}), CASE, leap)
    assert not check(reviewer(coauthored={"li": date(2025, 2, 28)}), CASE, leap)
