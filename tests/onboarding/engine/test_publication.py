"""The disclose-before-publish alarm, case by case; sources stand in the pack."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.onboarding.engine.packs import DISCLOSURE, pack
from technopole.onboarding.engine.publication import (
    ImpossibleDateError,
    Light,
    Publication,
    add_months,
    alarm,
)

TODAY = date(2026, 11, 21)


def on(day: str, kind: str = "paper") -> Publication:
    return Publication(kind, date.fromisoformat(day))


def bars(**told: object) -> dict[str, str]:
    found = alarm(planned=told.get("planned", []), past=told.get("past", []), today=TODAY)
    return {bar.office: f"{bar.last_day}{' lost' if bar.lost else ''}" for bar in found.bars}


@pytest.mark.parametrize(
    ("days", "light", "code"),
    [
        (0, Light.RED, "planned_soon"),
        (30, Light.RED, "planned_soon"),
        (31, Light.AMBER, "planned_near"),
        (90, Light.AMBER, "planned_near"),
        (91, Light.GREEN, "planned_far"),
        (-1, Light.RED, "planned_day_passed"),
    ],
)
def test_the_colour_follows_the_days_left(days: int, light: Light, code: str) -> None:
    found = alarm(planned=[Publication("paper", TODAY + timedelta(days=days))], past=[], today=TODAY)
    assert (found.light, [reason.code for reason in found.reasons]) == (light, [f"onboarding.{code}"])


def test_without_any_publication_it_is_green_and_says_so() -> None:
    found = alarm(planned=[], past=[], today=TODAY)
    assert (found.light, found.bars) == (Light.GREEN, ())
    assert found.reasons[0].code == "onboarding.no_publication_known"


@pytest.mark.parametrize(
    ("publication", "expected"),
    [
        (on("2026-12-31"), {"CN": "2026-12-30", "EP": "2026-12-30", "US": "2027-12-31"}),
        (on("2026-10-01"), {"CN": "2026-09-30 lost", "EP": "2026-09-30 lost", "US": "2027-10-01"}),
        (on("2025-11-21"), {"CN": "2025-11-20 lost", "EP": "2025-11-20 lost", "US": "2026-11-21"}),
        (on("2025-11-20"), {"CN": "2025-11-19 lost", "EP": "2025-11-19 lost", "US": "2026-11-20 lost"}),
        (on("2024-02-29"), {"CN": "2024-02-28 lost", "EP": "2024-02-28 lost", "US": "2025-02-28 lost"}),
        (on("2026-08-31", "leak"), {"CN": "2027-02-28", "EP": "2027-02-28", "US": "2027-08-31"}),
        (
            on("2026-08-31", "prescribed_meeting"),
            {"CN": "2027-02-28", "EP": "2026-08-30 lost", "US": "2027-08-31"},
        ),
    ],
    ids=["planned", "paper in grace", "last day US", "all lost", "leap day", "leak", "prescribed meeting"],
)
def test_the_last_day_of_each_office(publication: Publication, expected: dict[str, str]) -> None:
    told = {"planned": [publication]} if publication.on > TODAY else {"past": [publication]}
    assert bars(**told) == expected


@pytest.mark.parametrize(
    ("publication", "light", "code"),
    [
        (on("2026-10-01"), Light.RED, "published_some_open"),
        (on("2020-10-01"), Light.RED, "published_all_lost"),
        (on("2026-10-01", "leak"), Light.AMBER, "published_in_grace"),
    ],
)
def test_a_past_publication_says_what_is_lost_and_what_is_open(
    publication: Publication, light: Light, code: str
) -> None:
    found = alarm(planned=[], past=[publication], today=TODAY)
    assert (found.light, found.reasons[0].code) == (light, f"onboarding.{code}")


def test_what_was_filed_before_is_not_harmed() -> None:
    found = alarm(planned=[on("2026-12-01")], past=[on("2026-10-01")], today=TODAY, filed_on=date(2026, 9, 1))
    assert (found.light, found.bars) == (Light.GREEN, ())


def test_a_publication_on_the_day_of_filing_does_not_harm_it() -> None:
    found = alarm(planned=[], past=[on("2026-10-01")], today=TODAY, filed_on=date(2026, 10, 1))
    assert found.light is Light.GREEN


def test_a_filing_after_the_publication_is_judged_at_the_day_of_filing() -> None:
    found = alarm(planned=[], past=[on("2025-06-01")], today=TODAY, filed_on=date(2026, 5, 1))
    assert {bar.office: bar.lost for bar in found.bars} == {"CN": True, "EP": True, "US": False}


def test_the_earliest_publication_binds() -> None:
    found = alarm(planned=[], past=[on("2026-10-01"), on("2026-03-01")], today=TODAY)
    assert {bar.publication.on for bar in found.bars} == {date(2026, 3, 1)}
    assert [reason.code for reason in found.reasons] == [
        "onboarding.published_some_open",
        "onboarding.published_also",
    ]


@pytest.mark.parametrize("written", ["2024-02-30", "2026-13-01", "soon", ""])
def test_an_impossible_date_is_refused(written: str) -> None:
    with pytest.raises(ImpossibleDateError) as refused:
        Publication.of({"kind": "paper", "on": written})
    assert refused.value.reason.code == "onboarding.no_such_day"


def test_what_has_happened_cannot_lie_in_the_future() -> None:
    with pytest.raises(ImpossibleDateError):
        alarm(planned=[], past=[on("2026-11-22")], today=TODAY)
    with pytest.raises(ImpossibleDateError):
        alarm(planned=[], past=[], today=TODAY, filed_on=date(2026, 11, 22))


def test_every_rule_has_its_source_and_its_date() -> None:
    assert all(row["source"] and row["in_force_from"] for row in pack(DISCLOSURE)["novelty"])


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 60))
def test_months_are_added_without_leaving_the_month(start: date, months: int) -> None:
    found = add_months(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found + timedelta(days=1)).day == 1


@given(st.dates(TODAY, date(2030, 1, 1)), st.dates(TODAY, date(2030, 1, 1)))
def test_one_more_planned_publication_never_eases_the_alarm(one: date, other: date) -> None:
    order = list(Light)
    alone = alarm(planned=[Publication("paper", one)], past=[], today=TODAY)
    both = alarm(planned=[Publication("paper", one), Publication("talk", other)], past=[], today=TODAY)
    assert order.index(both.light) >= order.index(alone.light)
