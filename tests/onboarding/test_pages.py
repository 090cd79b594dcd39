"""The pages of step 1, through the browser's door: disclosing, candidates, duplicates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.onboarding.models import Candidate, CandidateStatus, Disclosure, DisclosureStatus
from technopole.pipeline.models import Result
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from tests.factories import DisclosureFactory, ProjectFactory, ResultFactory, invented_by

Browse = Callable[..., Client]


def rows(prefix: str, *given: dict[str, Any]) -> dict[str, Any]:
    """Rows as the form posts them."""
    told: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
    for at, row in enumerate(given):
        told |= {f"{prefix}-{at}-{name}": value for name, value in row.items()}
    return told


def written(person: Any, **changed: Any) -> dict[str, Any]:
    """A form filled in with what is needed to hand it in."""
    told = {
        "title_en": "A pressure sensor that needs no battery",
        "summary_en": "It harvests what it needs from the pressure itself.",
        "kind": "invention",
        "ip_status": "none",
        "holder": str(person.organisation_id),
        **rows("inventors", {"person": str(person.pk), "share": "100"}),
        **rows("publications"),
        **rows("funding"),
    }
    return told | changed


@pytest.fixture
def candidate(db: None) -> Candidate:
    with change(by=None, why="test"):
        made = Candidate(
            work_id="W1", title="A membrane for water", doi="10.1/x", year=2024, score=60, level=Level.REGISTERED,
            institutions=[{"name": "Tongji University", "country": "CN"}], proposed_on=date(2026, 1, 1),
            reasons=[{"code": "onboarding.harvest_recent", "values": {"year": 2024}}],
        )  # fmt: skip
        made.save()
    return made


class TestDisclosing:
    def test_a_researcher_saves_a_draft_with_a_title_alone(self, browse: Browse, researcher: Any) -> None:
        given = written(researcher.person, summary_en="", do="save") | rows(
            "inventors", {"person": str(researcher.person_id), "share": "60"}
        )
        answer = browse("researcher").post(reverse("disclose"), given)
        kept = Disclosure.objects.get()
        assert answer["Location"] == reverse("disclosure-edit", args=[kept.pk])
        assert (kept.status, kept.project.result.level) == (DisclosureStatus.DRAFT, Level.TEAM)
        assert kept.project.result.source_language == "en"

    def test_a_complete_one_is_handed_in_at_once(self, browse: Browse, researcher: Any) -> None:
        browse("researcher").post(reverse("disclose"), written(researcher.person, do="submit"))
        assert Disclosure.objects.get().status == DisclosureStatus.SUBMITTED

    def test_what_still_lacks_is_said_and_the_draft_is_kept(self, browse: Browse, researcher: Any) -> None:
        given = written(researcher.person, summary_en="", do="submit")
        page = browse("researcher").post(reverse("disclose"), given, follow=True)
        assert Disclosure.objects.get().status == DisclosureStatus.DRAFT
        assert "non-confidential abstract is missing" in page.content.decode()

    def test_a_million_characters_get_a_clear_message_and_are_kept(
        self, browse: Browse, researcher: Any
    ) -> None:
        told = "字" * 1_000_000
        page = browse("researcher").post(
            reverse("disclose"), written(researcher.person, enabling_description=told)
        )
        shown = page.content.decode()
        assert page.status_code == 422
        assert "The text has 1000000 characters; at most 100000 fit" in shown
        assert told in shown
        assert not Result.objects.exists()

    def test_an_impossible_day_is_said_at_its_field_as_typed(self, browse: Browse, researcher: Any) -> None:
        given = written(researcher.person, conceived_on="2026-02-30")
        page = browse("researcher").post(reverse("disclose"), given)
        assert "2026-02-30: there is no such day in the calendar" in page.content.decode()
        assert 'type="text" name="conceived_on" value="2026-02-30"' in page.content.decode()

    def test_a_half_filled_row_says_what_it_lacks(self, browse: Browse, researcher: Any) -> None:
        given = written(researcher.person) | rows("publications", {"kind": "paper", "on": ""})
        page = browse("researcher").post(reverse("disclose"), given)
        assert "Fill this in, or clear the whole row." in page.content.decode()
        assert not Result.objects.exists()

    def test_what_looks_alike_is_shown_before_anything_is_saved(
        self, browse: Browse, researcher: Any
    ) -> None:
        known = ResultFactory(title_en="A pressure sensor that needs no battery")
        given = written(researcher.person)
        page = browse("researcher").post(reverse("disclose"), given)
        assert "Not saved yet" in page.content.decode()
        assert reverse("result", args=[known.pk]) in page.content.decode()
        assert Result.objects.count() == 1
        browse("researcher").post(reverse("disclose"), given | {"not_the_same": "yes"})
        assert Result.objects.count() == 2

    def test_a_hidden_one_that_is_alike_leaves_no_trace_but_the_office_will_check(
        self, browse: Browse, researcher: Any
    ) -> None:
        hidden = ResultFactory(
            title_en="A pressure sensor that needs no battery",
            title_zh="保密成果",
            level=Level.TEAM,
            patent_numbers=["ZL1"],
        )
        client = browse("researcher")
        page = client.post(reverse("disclosure-check"), written(researcher.person)).content.decode()
        assert "The office will check" in page
        assert str(hidden.pk) not in page
        assert "保密成果" not in page
        page = client.post(reverse("disclose"), written(researcher.person), follow=True).content.decode()
        assert "The office will check" in page
        assert str(hidden.pk) not in page

    def test_a_number_above_the_readers_level_is_not_compared(self, browse: Browse, researcher: Any) -> None:
        ResultFactory(title_en="Something else entirely", patent_numbers=["ZL202010000001.X"])
        given = written(researcher.person, patent_numbers="ZL202010000001.X")
        assert (
            "both name the patent"
            not in browse("researcher").post(reverse("disclosure-check"), given).content.decode()
        )
        assert (
            "both name the patent"
            in browse("officer").post(reverse("disclosure-check"), given).content.decode()
        )

    @pytest.mark.parametrize(
        ("days", "light"), [(10, "light-red"), (60, "light-amber"), (300, "light-green")]
    )
    def test_the_alarm_follows_the_day_of_the_publication(
        self, browse: Browse, researcher: Any, days: int, light: str
    ) -> None:
        on = (clock.today() + timedelta(days=days)).isoformat()
        given = written(researcher.person) | rows("publications", {"kind": "paper", "on": on})
        page = browse("researcher").post(reverse("disclosure-check"), given).content.decode()
        assert light in page
        assert "CN" in page

    def test_a_summary_that_repeats_the_description_is_pointed_out(
        self, browse: Browse, researcher: Any
    ) -> None:
        secret = "a thin membrane of silicon nitride with a gold coating that bends"
        given = written(
            researcher.person, summary_en=f"It has {secret}.", enabling_description=f"We make {secret}."
        )
        assert (
            "The summary says too much"
            in browse("researcher").post(reverse("disclosure-check"), given).content.decode()
        )

    def test_a_result_of_others_is_not_disclosed_and_nothing_typed_is_lost(
        self, browse: Browse, researcher: Any
    ) -> None:
        page = browse("researcher").post(reverse("disclose"), written(researcher.person) | rows("inventors"))
        assert "Name yourself among the inventors" in page.content.decode()
        assert "It harvests what it needs" in page.content.decode()
        assert not Result.objects.exists()

    def test_it_reads_in_chinese(self, browse: Browse) -> None:
        page = browse("researcher", "zh-hans").get(reverse("disclose")).content.decode()
        assert 'id="id_title_zh"' in page
        assert page.index('id="id_title_zh"') < page.index('id="id_title_en"')

    @pytest.mark.parametrize("role", ["scout", "park_manager", "analyst", "approver"])
    def test_others_do_not_disclose(self, browse: Browse, role: str) -> None:
        assert browse(role).get(reverse("disclose")).status_code == 403


class TestGoingOn:
    def mine(self, researcher: Any, **fields: Any) -> Disclosure:
        result = invented_by(ResultFactory(level=Level.TEAM), researcher.person)
        made: Disclosure = DisclosureFactory(
            project=ProjectFactory(result=result, level=Level.TEAM), **fields
        )
        return made

    def test_what_the_form_does_not_ask_is_kept(self, browse: Browse, researcher: Any) -> None:
        kept = self.mine(researcher)
        with change(by=None, why="test"):
            kept.project.result.facts = {"team_wish": "licence", "animal": True}
            kept.project.result.save()
        given = written(researcher.person, version=kept.version, title_en="Better title")
        browse("researcher").post(reverse("disclosure-edit", args=[kept.pk]), given)
        result = Result.objects.get()
        assert result.title_en == "Better title"
        assert result.facts == {"team_wish": "licence"}

    def test_a_colleague_was_faster_and_nothing_typed_is_lost(self, browse: Browse, researcher: Any) -> None:
        kept = self.mine(researcher)
        given = written(researcher.person, version=kept.version + 7, title_en="Typed meanwhile")
        page = browse("researcher").post(reverse("disclosure-edit", args=[kept.pk]), given)
        assert "Somebody else changed this record" in page.content.decode()
        assert "Typed meanwhile" in page.content.decode()
        assert Result.objects.get().title_en != "Typed meanwhile"

    def test_what_is_handed_in_is_not_opened_again(self, browse: Browse, researcher: Any) -> None:
        kept = self.mine(researcher, status=DisclosureStatus.SUBMITTED)
        answer = browse("researcher").get(reverse("disclosure-edit", args=[kept.pk]))
        assert answer["Location"] == reverse("project", args=[kept.project_id])

    def test_somebody_elses_is_not_there(self, browse: Browse, researcher: Any) -> None:
        kept = self.mine(researcher)
        assert browse("clinician").get(reverse("disclosure-edit", args=[kept.pk])).status_code == 404


class TestSifting:
    def test_a_candidate_shows_its_reasons_and_that_it_stops_there(
        self, browse: Browse, candidate: Candidate
    ) -> None:
        page = browse("officer").get(reverse("candidates")).content.decode()
        for said in (
            "Evidence, not a decision",
            "https://doi.org/10.1/x",
            "Tongji University",
            "published in 2024",
        ):
            assert said in page

    def test_setting_aside_needs_a_reason_and_can_be_undone(
        self, browse: Browse, candidate: Candidate
    ) -> None:
        client = browse("officer")
        dismiss = reverse("candidate-sift", args=[candidate.pk, "dismiss"])
        client.post(dismiss, {"version": candidate.version})
        candidate.refresh_from_db()
        assert candidate.status == CandidateStatus.PROPOSED
        client.post(dismiss, {"version": candidate.version, "answer": "basic research"})
        candidate.refresh_from_db()
        assert (candidate.status, candidate.answer) == (CandidateStatus.DISMISSED, "basic research")
        client.post(reverse("candidate-sift", args=[candidate.pk, "undo"]), {"version": candidate.version})
        candidate.refresh_from_db()
        assert candidate.status == CandidateStatus.PROPOSED

    def test_two_officers_at_once_do_not_overwrite_each_other(
        self, browse: Browse, candidate: Candidate
    ) -> None:
        given = {"version": candidate.version}
        browse("officer").post(reverse("candidate-sift", args=[candidate.pk, "invite"]), given)
        late = {**given, "answer": "no"}
        page = browse("director").post(
            reverse("candidate-sift", args=[candidate.pk, "dismiss"]), late, follow=True
        )
        assert "Nothing was changed" in page.content.decode()
        assert Candidate.objects.get().status == CandidateStatus.INVITED

    def test_pairs_name_both_results_and_why(self, browse: Browse) -> None:
        one = ResultFactory(title_en="Low-power pressure sensor for wearables", title_zh="")
        other = ResultFactory(title_en="Low power pressure sensor for wearables", title_zh="")
        page = browse("officer").get(reverse("duplicates")).content.decode()
        assert reverse("result", args=[one.pk]) in page
        assert reverse("result", args=[other.pk]) in page
        assert "the titles are the same" in page

    @pytest.mark.parametrize("name", ["candidates", "duplicates", "import"])
    def test_only_the_office_sifts(self, browse: Browse, name: str) -> None:
        assert browse("researcher").get(reverse(name)).status_code == 403
