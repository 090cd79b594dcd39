"""The portal's own pages: who may open what, what stands on them, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from technopole.parties.models import ApiToken, AuditEntry, RoleName
from technopole.pipeline.models import Stage
from technopole.records import clock
from technopole.records.levels import Level
from tests.factories import (
    DisclosureFactory,
    MatchFactory,
    MilestoneFactory,
    NeedFactory,
    PersonFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
    invented_by,
)

Browse = Callable[..., Client]


def body(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


@pytest.mark.parametrize("path", ["/", "/results/", "/organisations/", "/accounts/sign-in/"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_guest_opens_the_public_pages(browse: Browse, path: str, language: str) -> None:
    assert f'<html lang="{language}">' in body(browse("guest", language).get(path))


@pytest.mark.parametrize("role", list(RoleName.values))
def test_every_role_has_a_day(browse: Browse, role: str) -> None:
    assert "My day" in body(browse(role).get("/my-day/"))


def test_a_guest_is_sent_to_sign_in_and_back(browse: Browse) -> None:
    response = browse().get("/my-day/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/sign-in/?next=/my-day/"


class TestResults:
    def test_only_what_the_reader_may_know_of_is_listed(self, browse: Browse) -> None:
        ResultFactory(title_en="Open sensor")
        ResultFactory(title_en="Hidden sensor", level=Level.TEAM, published_on=None)

        guest, officer = body(browse().get("/results/")), body(browse("officer").get("/results/"))
        assert "Open sensor" in guest
        assert "Hidden sensor" not in guest
        assert "Hidden sensor" in officer

    def test_a_facet_leaves_its_results_and_counts_them(self, browse: Browse) -> None:
        ResultFactory(title_en="Micro thing", sector="mems")
        ResultFactory(title_en="Light thing", sector="photonics")

        page = body(browse().get("/results/?sector=photonics"))
        assert "Light thing" in page
        assert "Micro thing" not in page
        assert "1 result of 2" in page

    @pytest.mark.parametrize(
        "query", ["?page=99999999", "?sector=no-such", "?trl=x&stage=%00", "?q=%EF%BF%BF"]
    )
    def test_odd_addresses_are_answered(self, browse: Browse, query: str) -> None:
        ResultFactory()

        assert browse().get(f"/results/{query}").status_code == 200

    def test_protection_is_no_facet_for_a_guest(self, browse: Browse) -> None:
        ResultFactory(ip_status="granted")
        ResultFactory(ip_status="filed")

        assert "Protection" not in body(browse().get("/results/"))
        assert "Protection" in body(browse("scout").get("/results/"))

    def test_a_guest_reads_the_summary_and_sees_what_is_kept_back(self, browse: Browse) -> None:
        result = ResultFactory(ip_status="granted", enabling_description="graphene oxide", is_sample=True)

        page = body(browse().get(f"/results/{result.pk}/"))
        assert "A summary that everyone may read." in page
        assert "graphene" not in page
        assert "patent numbers" in page
        assert "Sign in to ask for access" in page
        assert "sample · 示例" in page

    def test_a_scout_is_told_whom_to_ask(self, browse: Browse) -> None:
        contact = PersonFactory(name_en="Lin Contact", email="lin@example.org")
        result = ResultFactory(contact=contact)

        page = body(browse("scout").get(f"/results/{result.pk}/"))
        assert "Ask Lin Contact for access" in page
        assert "mailto:lin@example.org" in page

    def test_an_unpublished_result_does_not_exist_for_others(self, browse: Browse, researcher: Any) -> None:
        result = invented_by(ResultFactory(level=Level.TEAM, published_on=None), researcher.person)

        assert browse("scout").get(f"/results/{result.pk}/").status_code == 404
        assert browse("researcher").get(f"/results/{result.pk}/").status_code == 200


class TestMyDay:
    def test_an_officer_sees_own_overdue_actions_milestones_and_answers(
        self, browse: Browse, officer: Any
    ) -> None:
        today = clock.today()
        late = {"next_action_en": "Call the lab", "next_action_due": today - timedelta(days=3)}
        project = ProjectFactory(owner=officer, **late)
        ProjectFactory(next_action_en="Not mine", next_action_due=today - timedelta(days=3))
        MilestoneFactory(project=project, due=today + timedelta(days=5))
        MatchFactory(result=project.result, need=NeedFactory(title="压力传感器需求"))

        page = body(browse("officer").get("/my-day/"))
        assert "Call the lab" in page
        assert "3 days overdue" in page
        assert "Not mine" not in page
        assert "Sign the letter of intent" in page
        assert "压力传感器需求" in page

    def test_the_director_sees_every_desk(self, browse: Browse, officer: Any) -> None:
        ProjectFactory(owner=officer, stage=Stage.EVALUATION, stage_since=clock.today() - timedelta(days=300))
        DisclosureFactory(status="submitted", submitted_on=clock.today())

        page = body(browse("director").get("/my-day/"))
        assert "Projects that have not moved" in page
        assert "for 300 days" in page
        assert officer.display_name in page
        assert "1 new disclosures" not in page
        assert "New disclosures" in page

    def test_a_researcher_sees_who_holds_the_result_and_since_when(
        self, browse: Browse, researcher: Any, officer: Any
    ) -> None:
        result = invented_by(ResultFactory(title_en="My sensor"), researcher.person)
        ProjectFactory(result=result, owner=officer, stage_since=clock.today() - timedelta(days=12))

        page = body(browse("researcher").get("/my-day/"))
        assert "My sensor" in page
        assert "for 12 days" in page
        assert f"with {officer.display_name}" in page

    def test_a_scout_sees_own_needs_with_the_closest_match(self, browse: Browse, scout: Any) -> None:
        need = NeedFactory(organisation=scout.person.organisation, title="我要的传感器")
        MatchFactory(need=need, result=ResultFactory(title_en="Fitting sensor"))
        NeedFactory(title="别人的需求")

        page = body(browse("scout").get("/my-day/"))
        assert "我要的传感器" in page
        assert "Fitting sensor" in page
        assert "别人的需求" not in page

    def test_a_park_manager_sees_what_fits_and_not_what_does_not(
        self, browse: Browse, park_manager: Any
    ) -> None:
        SiteFactory(manager=park_manager.person)
        fits = ResultFactory(title_en="Small thing", requirements={"area_m2": 200})
        too_large = ResultFactory(title_en="Huge thing", requirements={"area_m2": 900_000})
        for result in (fits, too_large):
            ProjectFactory(result=result, stage=Stage.LANDING)

        page = body(browse("park_manager").get("/my-day/"))
        assert "Small thing" in page
        assert "Huge thing" not in page

    def test_an_approver_sees_the_gates_that_wait(self, browse: Browse) -> None:
        result = ResultFactory(title_en="Tissue assay", facts={"human_samples": True})
        ProjectFactory(result=result, stage=Stage.PLANNING)

        page = body(browse("approver").get("/my-day/"))
        assert "Compliance gates waiting" in page
        assert "Tissue assay" in page


class TestAccounts:
    def test_sign_in_with_the_right_password_only(self, browse: Browse, officer: Any) -> None:
        client = browse()
        wrong = client.post("/accounts/sign-in/", {"username": "officer", "password": "wrong"})
        assert "do not belong together" in body(wrong)

        right = client.post("/accounts/sign-in/", {"username": "officer", "password": "a-password-for-tests"})
        assert right["Location"] == "/my-day/"
        assert right.cookies["django_language"].value == "en"

    def test_sample_accounts_are_listed_where_they_may_sign_in(
        self, browse: Browse, officer: Any, settings: Any
    ) -> None:
        officer.is_sample = True
        officer.save()

        settings.SAMPLE_ACCOUNTS = False
        assert "data-fill-username" not in body(browse().get("/accounts/sign-in/"))
        settings.SAMPLE_ACCOUNTS = True
        assert 'data-fill-username="officer"' in body(browse().get("/accounts/sign-in/"))

    def test_the_language_is_kept_with_the_account(self, browse: Browse, officer: Any) -> None:
        client = browse("officer")
        client.post("/accounts/language/", {"language": "zh-hans", "next": "/results/"})
        officer.refresh_from_db()

        assert officer.language == "zh-hans"
        assert '<html lang="zh-hans">' in body(client.get("/results/"))

    def test_a_token_is_shown_once_kept_as_a_digest_and_deleted(self, browse: Browse, officer: Any) -> None:
        client = browse("officer")
        made = body(client.post("/accounts/tokens/", {"name": "nightly export"}))
        token = ApiToken.objects.get(user=officer)
        assert "tp_" in made
        assert "tp_" not in body(client.get("/accounts/tokens/"))
        assert "nightly export" in body(client.get("/accounts/tokens/"))

        assert browse("scout").post(f"/accounts/tokens/{token.pk}/delete/").status_code == 404
        client.post(f"/accounts/tokens/{token.pk}/delete/")
        assert not ApiToken.objects.exists()

    def test_a_token_without_a_purpose_is_refused(self, browse: Browse) -> None:
        response = browse("officer").post("/accounts/tokens/", {"name": "  "})

        assert response.status_code == 422
        assert not ApiToken.objects.exists()


def test_an_organisation_shows_what_the_reader_may_read(browse: Browse) -> None:
    shown = ResultFactory(title_en="Open sensor")
    ResultFactory(title_en="Hidden sensor", holder=shown.holder, level=Level.TEAM, published_on=None)
    PersonFactory(name_en="Professor Sensor", organisation=shown.holder)

    page = body(browse().get(f"/organisations/{shown.holder.pk}/"))
    assert "Open sensor" in page
    assert "Hidden sensor" not in page
    assert "Professor Sensor" in page


def test_an_organisation_with_many_people_is_listed_once(browse: Browse, researcher: Any) -> None:
    for _ in range(3):
        PersonFactory(organisation=researcher.person.organisation)

    page = body(browse("researcher").get("/organisations/"))
    assert page.count(f"/organisations/{researcher.person.organisation.pk}/") == 1


def test_reading_a_confidential_result_is_noted_once_a_day(browse: Browse, officer: Any) -> None:
    result = ResultFactory(enabling_description="graphene oxide")
    for who in ("guest", "scout", "officer", "officer"):
        browse(who).get(f"/results/{result.pk}/")

    assert list(AuditEntry.objects.values_list("actor", "action")) == [("officer", "records.read")]
