"""Figures against a region counted by hand; what each reader sees of the rows behind them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from technopole.measurement.engine.durations import Bound
from technopole.measurement.figures import FIGURES, figure, keys_for
from technopole.measurement.of_papers import Paper
from technopole.measurement.rows import described, rows_of
from technopole.measurement.shapes import Figure, Layer, Number, Slice, slice_of
from technopole.pipeline.models import TransferProject
from technopole.records.levels import Level
from tests.factories import DisclosureFactory, MatchFactory, NeedFactory, ProjectFactory

OFFICE = Slice(Layer.OFFICE)


def counted(key: str, cut: Slice = OFFICE) -> Figure:
    return FIGURES[key].count(cut)


def table(shown: Figure) -> dict[str, list[float | None]]:
    return {line.key: [number.value for number in line.numbers] for line in shown.lines}


def numbers(shown: Figure) -> list[Number]:
    total = [shown.total] if shown.total else []
    return [*total, *(number for line in shown.lines for number in line.numbers)]


class TestProjects:
    def test_the_funnel(self, region: SimpleNamespace) -> None:
        shown = counted("funnel")

        assert shown.value == 4
        assert table(shown) == {  # entered, moved on, stopped, in it now
            "onboarding": [4, 3, 0, 1],
            "evaluation": [3, 1, 1, 1],
            "planning": [1, 0, 0, 1],
            "landing": [0, 0, 0, 0],
        }

    def test_every_project_stands_in_one_step_or_is_closed(self, region: SimpleNamespace) -> None:
        shown = counted("funnel")
        now = sum(line.numbers[3].value or 0 for line in shown.lines)

        assert now + TransferProject.objects.filter(stage="closed").count() == shown.value
        for entered, moved, stopped, inside in table(shown).values():
            assert entered == moved + stopped + inside

    def test_a_year_takes_the_stays_that_began_in_it(self, region: SimpleNamespace) -> None:
        shown = counted("funnel", Slice(Layer.OFFICE, year=2026))

        assert table(shown)["onboarding"] == [2, 1, 0, 1]
        assert table(shown)["planning"] == [0, 0, 0, 0]

    def test_district_and_sector_are_those_of_holder_and_result(self, region: SimpleNamespace) -> None:
        assert counted("funnel", Slice(Layer.OFFICE, district="pudong")).value == 1
        assert counted("funnel", Slice(Layer.OFFICE, sector="biologics")).value == 1
        assert counted("funnel", Slice(Layer.OFFICE, district="jiading")).value == 0

    def test_days_in_a_step_are_at_least_what_the_running_ones_show(self, region: SimpleNamespace) -> None:
        lines = {line.key: line.numbers for line in counted("days").lines}

        # Evaluation: 50 and 70 days left, 294 and counting.
        assert [number.value for number in lines["evaluation"]] == [3, 1, 50, 60, 70, 182, 294]
        bounds = [number.bound for number in lines["evaluation"]]
        assert bounds[2:5] == [Bound.EXACT] * 3
        assert bounds[5:] == [Bound.AT_LEAST] * 2
        assert lines["landing"][4].value is None

    def test_disclosures_by_year_without_drafts(self, region: SimpleNamespace) -> None:
        shown = counted("disclosures")

        assert table(shown) == {"2024": [1], "2025": [1]}
        assert {number.bound for number in numbers(shown)} == {Bound.EXACT}

    def test_an_undated_disclosure_makes_every_year_a_least(self, region: SimpleNamespace) -> None:
        DisclosureFactory(project=region.secret, status="submitted")
        shown = counted("disclosures")

        assert shown.value == 3
        assert [line.numbers[0].text for line in shown.lines] == ["≥ 1", "≥ 1"]

    def test_decisions(self, region: SimpleNamespace) -> None:
        assert table(counted("decisions")) == {"pursue": [1], "hold": [0], "release": [1], "close": [0]}

    def test_workload_is_open_held_and_late(self, region: SimpleNamespace, officer: Any) -> None:
        assert table(counted("workload")) == {"nobody": [2, 1, 1], f"officer-{officer.pk}": [1, 0, 1]}

    def test_overdue_by_how_late(self, region: SimpleNamespace) -> None:
        shown = counted("overdue")

        assert table(shown) == {"actions": [0, 1, 1, 2], "milestones": [1, 0, 0, 1]}
        assert shown.value == 3


class TestLandings:
    def test_by_where_they_stand_and_derived_mode(self, region: SimpleNamespace) -> None:
        assert table(counted("landings")) == {  # four modes, undetermined, all
            "jiading": [0, 1, 1, 0, 0, 2],
            "pudong": [1, 0, 0, 0, 0, 1],
            "suzhou": [0, 0, 0, 0, 1, 1],
            "no-place": [0, 0, 0, 0, 1, 1],
        }

    def test_retention_leaves_out_what_nobody_knows(self, region: SimpleNamespace) -> None:
        shown = counted("retention")

        assert table(shown) == {"retention": [4, 3, 75.0], "return": [2, 1, 50.0]}
        assert shown.definition.values["unknown"] == 1

    def test_a_rate_of_nothing_is_no_number(self, db: None) -> None:
        shown = counted("retention")
        assert [number.text for number in shown.lines[0].numbers] == ["0", "0", "–"]


class TestMatches:
    def test_put_forward_answered_and_across_languages(self, region: SimpleNamespace) -> None:
        assert table(counted("matches")) == {
            "suggested": [4, 2, 2],
            "answered": [3, 2, 1],
            "deal": [1, 1, 0],
            "declined": [2, 1, 1],
        }

    def test_declined_by_reason_the_commonest_first(self, region: SimpleNamespace) -> None:
        shown = counted("declines")
        assert (shown.lines[0].key, table(shown)["price"], shown.value) == ("price", [2, 1, 1], 2)


class TestPapers:
    def test_a_paper_counts_in_each_partner_country_and_once_in_all(self, db: None) -> None:
        shown = counted("copublications")

        assert table(shown) == {"US": [2], "FR": [1]}
        assert (shown.value, shown.bound) == (2, Bound.AT_LEAST)
        assert "never read a trend" in shown.definition.text("en")

    def test_real_papers_and_invented_records_are_in_no_number_together(
        self, region: SimpleNamespace, director: Any
    ) -> None:
        ProjectFactory(is_sample=True)
        MatchFactory(status="deal", need=NeedFactory(is_sample=True))

        for layer, samples in ((Layer.OFFICE, {False}), (Layer.SAMPLE, {True})):
            for key in FIGURES:
                shown = counted(key, Slice(layer))
                records = [record for number in numbers(shown) for record in number.records]
                if shown.layer is None:
                    assert not any(told.is_sample for told in described(records, director))
                else:
                    marks = {told.is_sample for told in described(records, director)}
                    assert marks <= samples, key
        assert counted("funnel", Slice(Layer.SAMPLE)).value == 1


class TestReaders:
    @pytest.mark.parametrize("role", ["guest", "scout", "analyst", "officer", "director"])
    def test_rows_are_the_value_less_the_hidden(
        self, role: str, region: SimpleNamespace, accounts: Any
    ) -> None:
        user = accounts[role]
        for key in keys_for(user):
            shown = figure(key, OFFICE, user)
            assert shown is not None
            for number in numbers(shown):
                found = rows_of(number.records, user)
                assert len(found.visible) + found.hidden == len(number.records)
                if shown.unit != "%" and key != "days":
                    assert len(number.records) == number.value

    def test_a_guest_never_sees_a_row_above_public(self, region: SimpleNamespace, accounts: Any) -> None:
        user, seen = accounts["guest"], 0
        for key in keys_for(user):
            shown = figure(key, OFFICE, user)
            assert shown is not None
            for number in numbers(shown):
                for record in rows_of(number.records, user).visible:
                    if not isinstance(record, Paper):
                        assert getattr(record, "project", record).level == Level.PUBLIC
                        seen += 1
        assert seen

    def test_a_director_sees_every_row(self, region: SimpleNamespace, director: Any) -> None:
        for key in keys_for(director):
            for number in numbers(counted(key)):
                assert rows_of(number.records, director).hidden == 0

    def test_what_is_next_is_shown_to_those_who_may_know(
        self, region: SimpleNamespace, accounts: Any
    ) -> None:
        (guest,), (office,) = (described([region.planning], accounts[role]) for role in ("guest", "officer"))
        assert (guest.values["what"], guest.values["due"]) == ("", None)
        assert office.values["what"] == "Call the park"

    @pytest.mark.parametrize(
        ("role", "missing"),
        [
            ("guest", {"days", "decisions", "matches", "declines", "workload", "overdue"}),
            ("scout", {"days", "decisions", "matches", "declines", "workload", "overdue"}),
            ("analyst", {"workload", "overdue"}),
            ("officer", set()),
        ],
    )
    def test_who_reads_which_figure(self, role: str, missing: set[str], accounts: Any) -> None:
        assert set(FIGURES) - set(keys_for(accounts[role])) == missing

    def test_the_public_reads_no_thin_slices(self, region: SimpleNamespace, accounts: Any) -> None:
        asked = {"year": "2026", "sector": "biologics", "district": "pudong"}

        assert slice_of(accounts["guest"], asked) == OFFICE
        assert slice_of(accounts["analyst"], asked) == Slice(Layer.OFFICE, 2026, "pudong", "biologics")

    @pytest.mark.parametrize("field", ["layer", "year", "district", "sector"])
    @pytest.mark.parametrize("value", ["nowhere", "99999", "²", "\x00"])
    def test_a_slice_that_is_not_on_offer_is_named(
        self, field: str, value: str, db: None, analyst: Any
    ) -> None:
        with pytest.raises(ValidationError) as wrong:
            slice_of(analyst, {field: value})
        assert set(wrong.value.message_dict) == {field}
