"""What a reader must not learn by a side door: derived reasons, histories, ownership, ties, other hosts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.evaluation.models import Review
from technopole.landing.models import SiteChoice
from technopole.parties.models import Role
from technopole.pipeline.models import Stage, TransferProject
from technopole.planning.models import MatchStatus
from technopole.records import clock
from technopole.records.levels import Level
from technopole.wording import Reason
from tests.factories import (
    MatchFactory,
    NeedFactory,
    PersonFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
    account,
    invented_by,
)
from tests.recipes import PAST, VALUES, saved

Browse = Callable[..., Client]
AREA = Reason("landing.no_area_m2", {"need": 4321, "site": "the park", "offer": 5})


@pytest.fixture
def project(accounts: Any) -> TransferProject:
    """A published project in landing, owned by the officer, made by the researcher."""
    result = invented_by(ResultFactory(requirements={"area_m2": 4321}), accounts["researcher"].person)
    made: TransferProject = ProjectFactory(result=result, stage=Stage.LANDING, owner=accounts["officer"])
    return made


@pytest.fixture
def refused(project: TransferProject) -> SiteChoice:
    """A site refused for its area: that it was is open to registered users, why is the team's."""
    choice: SiteChoice = saved(
        SiteChoice(
            project=project,
            site=SiteFactory(),
            status="refused",
            eligible=False,
            reasons=[AREA.as_dict()],
            level=Level.REGISTERED,
        )
    )
    return choice


@pytest.mark.parametrize(("role", "reads"), [("scout", False), ("analyst", False), ("officer", True)])
def test_why_a_site_was_refused_is_not_told_on_the_sites_page_or_the_tour(
    browse: Browse, refused: SiteChoice, role: str, reads: bool
) -> None:
    client = browse(role)
    pages = [client.get(reverse("site", args=[refused.site_id])), client.get(reverse("tour"))]
    assert [page.status_code for page in pages] == [200, 200]
    assert refused.project.result.title_en in pages[0].content.decode()
    for page in pages:
        told = page.content.decode().replace(",", "")
        assert ("4321" in told) is reads


def test_the_api_answers_a_scout_who_may_not_read_the_reasons(browse: Browse, refused: SiteChoice) -> None:
    answer = browse("scout").get(f"/api/v1/projects/{refused.project_id}")
    assert answer.status_code == 200
    (choice,) = answer.json()["site_choices"]
    assert choice["reasons"] is None
    assert "reasons" in choice["hidden"]


@pytest.mark.parametrize(("role", "reads"), [("guest", False), ("scout", False), ("officer", True)])
def test_who_did_what_in_a_project_is_the_teams_to_read(
    browse: Browse, project: TransferProject, role: str, reads: bool
) -> None:
    answer = browse(role).get(f"/api/v1/projects/{project.pk}")
    if role == "guest":
        assert answer.status_code == 404
        return
    assert bool(answer.json()["history"]) is reads


@pytest.fixture
def review(project: TransferProject) -> Review:
    """A review whose declared interest tells whose it is."""
    made: Review = saved(
        Review(
            project=project,
            reviewer=PersonFactory(name_en="Secret Reviewer"),
            status="withdrawn",
            submitted_on=PAST,
            points=dict.fromkeys(VALUES, 50),
            interest="I supervised her doctorate",
        )
    )
    return made


@pytest.mark.parametrize(("role", "reads"), [("researcher", False), ("approver", False), ("officer", True)])
def test_a_declared_interest_does_not_give_the_reviewer_away(
    browse: Browse, review: Review, role: str, reads: bool
) -> None:
    client = browse(role)
    page = client.get(reverse("project", args=[review.project_id])).content.decode()
    told = client.get(f"/api/v1/reviews/{review.pk}").json()
    assert ("supervised her" in page) is reads
    assert (told["interest"] is not None, told["reviewer"] is not None) == (reads, reads)


def test_an_inventor_who_names_themself_owner_learns_no_reviewer(browse: Browse, review: Review) -> None:
    project = TransferProject.objects.get(pk=review.project_id)
    inventor = account("researcher", username="owner-too")
    invented_by(project.result, inventor.person)
    project.owner = inventor
    saved(project)
    page = browse(inventor).get(reverse("project", args=[project.pk])).content.decode()
    assert "Secret Reviewer" not in page
    assert project.access_of(inventor) == Level.TEAM


def test_an_officer_whose_role_ended_reads_no_more_than_others(
    browse: Browse, accounts: Any, project: TransferProject
) -> None:
    officer = accounts["officer"]
    client = browse("officer")
    hidden = ProjectFactory(result=ResultFactory(level=Level.TEAM), level=Level.TEAM, owner=officer)
    address = f"/api/v1/projects/{hidden.pk}"
    assert client.get(address).status_code == 200
    role = Role.objects.get(person=officer.person)
    role.valid_to = clock.today() - timedelta(days=1)
    saved(role)
    assert client.get(address).status_code == 404


def test_a_need_above_the_inventors_level_is_not_named_in_the_timeline(
    browse: Browse, project: TransferProject
) -> None:
    for title, level in (("An open wish", Level.REGISTERED), ("A secret wish", Level.TEAM)):
        need = NeedFactory(title=title, level=level)
        MatchFactory(result=project.result, need=need, status=MatchStatus.INTERESTED)
    page = browse("researcher").get(reverse("project", args=[project.pk])).content.decode()
    assert "An open wish" in page
    assert "A secret wish" not in page


@pytest.mark.parametrize("path", ["/", "/results/", "/api/v1/results"])
def test_another_host_is_refused_as_a_bad_request(path: str, db: None) -> None:
    answer = Client(raise_request_exception=False).get(path, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(browse: Browse, next_page: str, db: None) -> None:
    at_language = browse().post(reverse("language"), {"language": "en", "next": next_page})
    signed_in = browse("scout").get(reverse("sign-in"), {"next": next_page})
    assert (at_language["Location"], signed_in["Location"]) == ("/", reverse("my-day"))
