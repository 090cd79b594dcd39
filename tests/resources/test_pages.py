"""The pages of needs, sites, facilities, providers and policies, through the browser's door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.planning.models import Match
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.facilities.models import Facility, Provider
from technopole.resources.needs.models import Need, NeedStatus
from technopole.resources.policies.models import Policy
from technopole.resources.sites.models import Site
from tests.factories import (
    MatchFactory,
    NeedFactory,
    OrganisationFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
)

Browse = Callable[..., Client]


def posted(user: Any, **changed: Any) -> dict[str, Any]:
    told = {
        "description": "寻找一种无需电池的压力传感器。用于导管。",
        "kind": "clinical",
        "level": "1",
        "organisation": str(user.person.organisation_id),
    }
    return told | changed


class TestPostingANeed:
    def test_one_text_is_enough(self, browse: Browse, clinician: Any) -> None:
        answer = browse("clinician").post(reverse("need-new"), posted(clinician))
        need = Need.objects.get()
        assert answer["Location"] == reverse("need", args=[need.pk])
        assert (need.title, need.language, need.kind) == ("寻找一种无需电池的压力传感器", "zh", "clinical")
        assert need.contact == clinician.person

    def test_english_is_recognised(self, browse: Browse, scout: Any) -> None:
        given = posted(scout, kind="company", description="A pump that makes no noise. For labs.")
        browse("scout").post(reverse("need-new"), given)
        assert (Need.objects.get().language, Need.objects.get().title) == (
            "en",
            "A pump that makes no noise. For labs",
        )

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("deadline", "2026-02-30", "There is no such day"),
            ("deadline", "2020-01-01", "This day is past."),
            ("description", "x" * 1_000_000, "The text has 1000000 characters"),
            ("budget_wan", "-1", "greater than or equal to 0"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, browse: Browse, clinician: Any, field: str, value: str, said: str
    ) -> None:
        page = browse("clinician").post(reverse("need-new"), posted(clinician, **{field: value}))
        assert said in page.content.decode()
        assert value in page.content.decode()
        assert not Need.objects.exists()

    def test_not_for_another_organisation(self, browse: Browse, scout: Any) -> None:
        other = OrganisationFactory()
        page = browse("scout").post(reverse("need-new"), posted(scout, organisation=str(other.pk)))
        assert page.status_code == 422
        assert not Need.objects.exists()

    def test_taken_off_the_list_and_back(self, browse: Browse, scout: Any) -> None:
        need = NeedFactory(organisation=scout.person.organisation)
        browse("scout").post(reverse("need-withdraw", args=[need.pk]), {"version": need.version})
        need.refresh_from_db()
        assert need.status == NeedStatus.WITHDRAWN
        browse("scout").post(reverse("need-reopen", args=[need.pk]), {"version": need.version})
        need.refresh_from_db()
        assert need.status == NeedStatus.OPEN

    def test_anothers_need_is_read_but_not_changed(self, browse: Browse, scout: Any) -> None:
        need = NeedFactory()
        assert browse("scout").get(reverse("need", args=[need.pk])).status_code == 200
        assert browse("scout").get(reverse("need-edit", args=[need.pk])).status_code == 403


class TestANeedsPage:
    def test_a_match_shows_why_and_how_it_was_answered(self, browse: Browse, scout: Any) -> None:
        need = NeedFactory(organisation=scout.person.organisation)
        reason = {"code": "onboarding.near_need", "values": {"need": "quiet pumps"}}
        MatchFactory(
            need=need, status="declined", decline_reason="price", reasons=[reason], cross_language=True
        )
        page = browse("scout").get(reverse("need", args=[need.pk])).content.decode()
        for said in ("quiet pumps", "across languages", "Declined:", "price"):
            assert said in page

    def test_a_match_with_a_hidden_result_is_not_there(self, browse: Browse, scout: Any) -> None:
        need = NeedFactory(organisation=scout.person.organisation)
        hidden = ResultFactory(level=Level.TEAM, title_en="Hidden thing", title_zh="")
        MatchFactory(need=need, result=hidden)
        assert Match.objects.count() == 1
        assert "Hidden thing" not in browse("scout").get(reverse("need", args=[need.pk])).content.decode()

    def test_a_guest_does_not_read_the_budget(self, browse: Browse) -> None:
        need = NeedFactory(budget_yuan=3_210_000)
        address = reverse("need", args=[need.pk])
        assert "3.21" not in browse("guest").get(address).content.decode()
        assert "3.21" in browse("scout").get(address).content.decode()
        listed = browse("guest").get(reverse("needs"), {"format": "csv"}).content.decode()
        assert "3210000" not in listed

    def test_search_and_facets(self, browse: Browse) -> None:
        NeedFactory(title="静音泵", description="要安静", sector="energy")
        NeedFactory(title="压力传感器", description="要便宜")
        page = browse("guest").get(reverse("needs"), {"q": "传感器"}).content.decode()
        assert "压力传感器" in page
        assert "静音泵" not in page
        page = browse("guest").get(reverse("needs"), {"sector": "energy"}).content.decode()
        assert "静音泵" in page
        assert "压力传感器" not in page


def as_drawn(form: Any) -> dict[str, Any]:
    """The values that a browser would send back untouched."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


class TestSites:
    def test_the_manager_changes_their_own_site_alone(self, browse: Browse, park_manager: Any) -> None:
        own, other = SiteFactory(manager=park_manager.person), SiteFactory()
        client = browse("park_manager")
        assert client.get(reverse("site-edit", args=[other.pk])).status_code == 403
        given = as_drawn(client.get(reverse("site-edit", args=[own.pk])).context["form"])
        client.post(reverse("site-edit", args=[own.pk]), given | {"free_m2": 4321, "version": own.version})
        assert Site.objects.get(pk=own.pk).free_m2 == 4321

    def test_more_free_than_there_is_is_refused(self, browse: Browse, park_manager: Any) -> None:
        own = SiteFactory(manager=park_manager.person)
        client = browse("park_manager")
        given = as_drawn(client.get(reverse("site-edit", args=[own.pk])).context["form"])
        page = client.post(
            reverse("site-edit", args=[own.pk]), given | {"free_m2": 99999, "version": own.version}
        )
        assert "More area is free than there is." in page.content.decode()
        assert Site.objects.get(pk=own.pk).free_m2 == own.free_m2

    def test_the_office_sees_what_fits_and_what_blocks(self, browse: Browse) -> None:
        site = SiteFactory()
        ProjectFactory(
            stage="landing", result=ResultFactory(title_en="Fits", title_zh="", requirements={"area_m2": 100})
        )
        heavy = {"floor_load_kn_m2": 50}
        ProjectFactory(
            stage="landing", result=ResultFactory(title_en="Heavy", title_zh="", requirements=heavy)
        )
        context = browse("officer").get(reverse("site", args=[site.pk])).context
        assert [line["result"].title for line in context["fitting"]] == ["Fits"]
        assert [line["result"].title for line in context["blocked"]] == ["Heavy"]

    def test_a_manager_is_not_told_what_is_under_nda(self, browse: Browse, park_manager: Any) -> None:
        site = SiteFactory(manager=park_manager.person)
        heavy = ResultFactory(title_en="Heavy", title_zh="", requirements={"floor_load_kn_m2": 47})
        ProjectFactory(stage="landing", result=heavy)
        page = browse("park_manager").get(reverse("site", args=[site.pk]))
        assert [line["result"].title for line in page.context["under_nda"]] == ["Heavy"]
        assert "47" not in page.context["under_nda"][0]["result"].title
        assert not page.context["blocked"]

    def test_a_guest_reads_limits_but_no_projects(self, browse: Browse) -> None:
        page = browse("guest").get(reverse("site", args=[SiteFactory().pk]))
        assert page.context["fits"] is None
        assert "10 kN/m²" in page.content.decode()


@pytest.fixture
def resources(db: None) -> dict[str, Any]:
    with change(by=None, why="test"):
        operator = OrganisationFactory(name_en="Operator")
        facility = Facility(
            name_en="Clean bench", site=SiteFactory(), operator=operator, kind="lab", level=Level.PUBLIC
        )
        provider = Provider(
            organisation=operator, kind="cro", capabilities_en="Toxicology", level=Level.PUBLIC
        )
        policy = Policy(
            name_zh="房租补贴",
            name_en="Rent aid",
            kind="space",
            valid_from=date(2020, 1, 1),
            level=Level.PUBLIC,
        )
        for record in (facility, provider, policy):
            record.save()
    return {"facility": facility, "provider": provider, "policy": policy}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("listed", "one"), [("facilities", "facility"), ("providers", "provider"), ("policies", "policy")]
)
def test_a_list_leads_to_its_records_and_comes_as_a_file(
    browse: Browse, resources: dict[str, Any], listed: str, one: str, language: str
) -> None:
    client = browse("guest", language)
    address = reverse(one, args=[resources[one].pk])
    assert address in client.get(reverse(listed)).content.decode()
    assert client.get(address).status_code == 200
    file = client.get(reverse(listed), {"format": "xlsx"})
    assert file["Content-Disposition"] == f'attachment; filename="{listed}.xlsx"'
    assert client.get(reverse(listed), {"q": "nothing-like-it"}).status_code == 200
