from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.planning.engine.milestones import template, templates
from technopole.planning.engine.routes import Pricing, Route, pricing_rules, rules, suggest
from technopole.wording import sentences

TODAY = date(2026, 11, 21)
FACTS = {
    "kind": "invention",
    "level": 5,
    "ip_status": "granted",
    "interested": 2,
    "team_wish": "license",
    "holder_kind": "university",
    "related_party": False,
    "foreign_party": False,
}
NOBODY = {"interested": 0, "ip_status": "none"}


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        ({}, Route.LICENCE),
        ({"team_wish": "hand_over", "interested": 1}, Route.ASSIGNMENT),
        ({"team_wish": "start_up", "interested": 0}, Route.IP_FOR_EQUITY),
        (
            {"team_wish": "partner", "level": 3, "interested": 1, "ip_status": "none"},
            Route.JOINT_IMPLEMENTATION,
        ),
        (
            {"team_wish": "produce", "level": 8, "holder_kind": "company", "interested": 0},
            Route.SELF_IMPLEMENTATION,
        ),
        (
            {"team_wish": "hold_rights", "level": 2, "interested": 0, "ip_status": "none"},
            Route.RIGHTS_TO_TEAM,
        ),
    ],
)
def test_the_route_follows_the_facts(changes, best):
    found = suggest({**FACTS, **changes}, TODAY)
    assert found[0].route is best
    assert found[0].reasons_for


def test_reasons_for_and_against_stand_beside_the_points():
    found = {one.route: one for one in suggest({**FACTS, "ip_status": "none"}, TODAY)}[Route.LICENCE]
    # several takers 3, shown 2, wish 3, no right yet -2
    assert found.points == 6
    assert [reason.code for reason in found.reasons_against] == ["planning.route_no_right"]
    assert found.reasons_for[0].text("zh") == "有 2 家意向方，普通许可可同时满足。"


@pytest.mark.parametrize(
    ("changes", "route", "reason"),
    [
        ({"interested": 0}, Route.JOINT_IMPLEMENTATION, "route_no_partner"),
        ({"holder_kind": "company"}, Route.RIGHTS_TO_TEAM, "route_not_state"),
        ({"kind": "data"}, Route.RIGHTS_TO_TEAM, "route_not_in_scope"),
    ],
)
def test_a_route_that_cannot_be_taken_comes_last_and_says_why(changes, route, reason):
    last = suggest({**FACTS, **changes}, TODAY)[-1]
    assert (last.route, last.excluded) == (route, True)
    assert f"planning.{reason}" in [item.code for item in last.reasons_against]


@pytest.mark.parametrize(
    ("changes", "pricing"),
    [
        ({"interested": 1}, (Pricing.AGREED,)),
        ({"interested": 0}, (Pricing.AGREED,)),
        ({"interested": 2}, (Pricing.LISTED, Pricing.AUCTIONED)),
        ({"interested": 1, "related_party": True}, (Pricing.LISTED, Pricing.AUCTIONED)),
        ({"interested": 1, "related_party": None}, ()),
        ({"interested": None}, ()),
    ],
)
def test_the_pricing_follows_the_counterparties(changes, pricing):
    found = {one.route: one for one in suggest({**FACTS, **changes}, TODAY)}
    assert found[Route.LICENCE].pricing == pricing
    assert (found[Route.LICENCE].pricing_reason is None) is (pricing == ())
    assert found[Route.SELF_IMPLEMENTATION].pricing == ()


def test_an_unknown_fact_is_asked_and_counts_neither_way():
    found = suggest({}, TODAY)
    assert [(one.points, one.excluded) for one in found] == [(0, False)] * 6
    assert [one.route for one in found] == list(Route)
    assert "interested" in [question.about for question in found[0].questions]


def test_with_every_fact_stated_nothing_is_asked():
    assert all(one.questions == () for one in suggest(FACTS, TODAY))


def test_every_rule_has_its_sentence():
    written = sentences("planning")
    assert {row["reason"] for row in (*rules().rows, *pricing_rules().rows)} <= set(written)


@given(
    st.fixed_dictionaries(
        {
            "level": st.none() | st.integers(0, 9),
            "interested": st.none() | st.integers(0, 4),
            "team_wish": st.sampled_from(
                [None, "hand_over", "license", "start_up", "produce", "partner", "hold_rights"]
            ),
            "ip_status": st.sampled_from([None, "none", "planned", "filed", "published", "granted"]),
            "kind": st.sampled_from([None, "invention", "software", "data", "design"]),
            "holder_kind": st.sampled_from([None, "university", "company"]),
            "related_party": st.none() | st.booleans(),
            "foreign_party": st.none() | st.booleans(),
        }
    )
)
def test_every_route_is_ranked_and_can_be_read(facts):
    found = suggest(facts, TODAY)
    assert sorted(one.route for one in found) == sorted(Route)
    order = [(one.excluded, -one.points) for one in found]
    assert order == sorted(order)
    for one in found:
        for reason in (*one.reasons_for, *one.reasons_against):
            assert "None" not in reason.text("en") + reason.text("zh")


def test_every_route_has_milestones_in_order():
    assert {row.id for row in templates().rows} == {route.value for route in Route}
    for route in Route:
        dues = [step.due for step in template(route, TODAY)]
        assert len(dues) >= 4
        assert dues == sorted(dues)
        assert dues[0] > TODAY


def test_milestones_count_days_from_the_start():
    first = template(Route.ASSIGNMENT, date(2028, 2, 20))[0]
    assert first.due == date(2028, 2, 20) + timedelta(days=14) == date(2028, 3, 5)
