"""The project's page: what each role reads on it, in both languages; the list of projects and its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.evaluation.models import Decision, EvidenceItem, Review
from technopole.landing.models import SiteChoice
from technopole.parties.models import RoleName
from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.services import set_next_action
from technopole.records import clock
from technopole.records.levels import Level
from technopole.wording import Reason
from tests.factories import (
    DisclosureFactory,
    MatchFactory,
    NeedFactory,
    PersonFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
    account,
    invented_by,
)
from tests.recipes import PAST, QUIET, VALUES, saved

Browse = Callable[..., Client]
INSIDE = ("director", "officer", "approver")


def page_of(project: TransferProject) -> str:
    return reverse("project", args=[project.pk])


def read(browse: Browse, who: Any, project: TransferProject, language: str = "en") -> str:
    response = browse(who, language).get(page_of(project))
    assert response.status_code == 200, (who, response.status_code)
    return str(response.content.decode())


@pytest.fixture
def project(accounts: Any) -> Any:
    """A project in landing with something in each section."""
    result = ResultFactory(
        facts=QUIET, requirements={"area_m2": 800}, title_en="Hydrogen sensor", title_zh="氢传感器"
    )
    invented_by(result, accounts["researcher"].person)
    made = ProjectFactory(
        result=result,
        stage=Stage.LANDING,
        owner=accounts["officer"],
        stage_since=clock.today() - timedelta(days=40),
        next_action_en="Call the furnace maker",
        next_action_zh="联系炉子厂家",
        next_action_due=clock.today() - timedelta(days=3),
    )
    DisclosureFactory(project=made, status="accepted")
    saved(EvidenceItem(project=made, readiness_level=1, kind="report", title_en="Bench report", dated=PAST))
    reviewer = PersonFactory(name_en="Secret Reviewer", name_zh="保密评审人")
    given = dict.fromkeys(VALUES, 70)
    saved(
        Review(
            project=made,
            reviewer=reviewer,
            status="submitted",
            points=given,
            comment_en="Sound work",
            submitted_on=PAST,
        )
    )
    saved(Decision(project=made, outcome="pursue", held_on=PAST, reason_en="Three firms ask"))
    return made


@pytest.mark.parametrize("role", INSIDE)
def test_the_office_reads_all_four_steps(browse: Browse, project: Any, role: str) -> None:
    page = read(browse, role, project)
    for expected in (
        "Hydrogen sensor",
        "Bench report",
        "Sound work",
        "Three firms ask",
        "Call the furnace maker",
    ):
        assert expected in page
    assert "3 days overdue" in page
    assert 'id="timeline"' in page


@pytest.mark.parametrize(
    ("who", "knows"), [("director", True), ("officer", True), ("approver", False), ("researcher", False)]
)
def test_who_reviewed_is_known_to_the_owner_and_the_director_alone(
    browse: Browse, project: Any, who: str, knows: bool
) -> None:
    page = read(browse, who, project)
    assert "Sound work" in page
    assert ("Secret Reviewer" in page) is knows
    assert ("Reviewer 1" in page) is not knows


def test_who_wrote_a_review_does_not_show_in_the_timeline(browse: Browse, project: Any) -> None:
    from technopole.evaluation.services import submit_review

    reviewer = account("scout", username="reviewer", person=PersonFactory(name_en="Quiet Scholar"))
    review = saved(Review(project=project, reviewer=reviewer.person, level=Level.TEAM))
    submit_review(review, by=reviewer, points=dict.fromkeys(VALUES, 60), comment_en="Fine")
    assert "Quiet Scholar" in read(browse, "director", project)
    page = read(browse, "researcher", project)
    assert "Quiet Scholar" not in page
    assert "a reviewer or the office" in page


@pytest.mark.parametrize("role", ["scout", "clinician", "park_manager", "analyst"])
def test_others_read_what_is_registered_and_no_more(browse: Browse, project: Any, role: str) -> None:
    page = read(browse, role, project)
    assert "A summary that everyone may read." in page
    assert "40 days" in page
    for hidden in (
        "Bench report",
        "Sound work",
        "Three firms ask",
        "Call the furnace maker",
        'id="timeline"',
    ):
        assert hidden not in page
    assert '<form method="post" action="/projects/' not in page


@pytest.mark.parametrize("role", [*RoleName.values])
@pytest.mark.parametrize("stage", [Stage.ONBOARDING, Stage.EVALUATION, Stage.PLANNING, Stage.CLOSED])
def test_every_stage_opens_for_every_role(browse: Browse, accounts: Any, role: str, stage: Stage) -> None:
    bare = ProjectFactory(stage=stage, disposition="landed" if stage == Stage.CLOSED else "active")
    assert bare.docket in read(browse, role, bare)


def test_a_project_that_is_the_teams_is_unknown_to_others(browse: Browse) -> None:
    hidden = ProjectFactory(result=ResultFactory(level=Level.TEAM, published_on=None), level=Level.TEAM)
    assert browse("scout").get(page_of(hidden)).status_code == 404
    assert browse("officer").get(page_of(hidden)).status_code == 200
    guest = browse("guest").get(page_of(hidden))
    assert (guest.status_code, guest["Location"].startswith("/accounts/sign-in/")) == (302, True)


def test_a_scout_sees_the_matches_of_their_own_needs_alone(
    browse: Browse, project: Any, accounts: Any
) -> None:
    own = NeedFactory(organisation=accounts["scout"].person.organisation, title="Our own need")
    MatchFactory(result=project.result, need=own)
    MatchFactory(result=project.result, need=NeedFactory(title="A rival's need"), rank=2)
    page = read(browse, "scout", project)
    assert "Our own need" in page
    assert "A rival&#x27;s need" not in page
    assert "A rival&#x27;s need" in read(browse, "officer", project)


def test_a_park_manager_reads_what_concerns_their_park(browse: Browse, project: Any, accounts: Any) -> None:
    park = SiteFactory(manager=accounts["park_manager"].person, name_en="My own park")
    other = SiteFactory(name_en="Another park")
    for site in (park, other):
        saved(SiteChoice(project=project, site=site, eligible=True, level=Level.TEAM))
    page = read(browse, "park_manager", project)
    assert "My own park" in page
    assert "Another park" not in page


def test_what_a_site_must_offer_stays_with_the_team(browse: Browse, project: Any) -> None:
    reason = Reason("landing.has_area_m2", {"need": 800, "offer": 900, "site": "Some park"})
    choice = SiteChoice(project=project, site=SiteFactory(), eligible=True, level=Level.REGISTERED)
    choice.reasons = [reason.as_dict()]
    choice.note_en = "They asked for a discount"
    saved(choice)
    page = read(browse, "scout", project)
    assert reason.text("en") not in page
    assert "They asked for a discount" not in page


def test_the_page_reads_in_both_languages(browse: Browse, project: Any) -> None:
    chinese = read(browse, "officer", project, "zh-hans")
    assert "氢传感器" in chinese
    assert "联系炉子厂家" in chinese
    assert "科学" in chinese
    english = read(browse, "officer", project)
    assert "scientific" in english


def test_buttons_stand_where_the_policy_lets_the_reader_act(browse: Browse, project: Any) -> None:
    stop = reverse("project-stop", args=[project.pk])
    assert stop in read(browse, "officer", project)
    assert stop in read(browse, "director", project)
    another = account("officer", username="another")
    assert stop not in read(browse, another, project)
    assert stop not in read(browse, "researcher", project)
    evidence = reverse("project-evidence", args=[project.pk])
    assert evidence in read(browse, "researcher", project)


def test_what_blocks_the_next_move_is_said(browse: Browse, project: Any) -> None:
    blocker = Reason("landing.nothing_built", {"docket": project.docket})
    assert blocker.text("en") in read(browse, "officer", project)
    assert blocker.text("zh") in read(browse, "officer", project, "zh-hans")
    assert blocker.text("en") not in read(browse, "analyst", project)


def test_a_red_light_warns_of_publication(browse: Browse) -> None:
    waiting = ProjectFactory(stage=Stage.ONBOARDING)
    soon = (clock.today() + timedelta(days=3)).isoformat()
    DisclosureFactory(
        project=waiting, status="submitted", planned_publications=[{"kind": "paper", "on": soon}]
    )
    assert "light-red" in read(browse, "officer", waiting)


def test_the_list_filters_and_hides_what_is_next_from_others(browse: Browse, project: Any) -> None:
    ProjectFactory(stage=Stage.EVALUATION, result=ResultFactory(title_en="Fresh thing"))
    page = browse("officer").get("/projects/?stage=landing").content.decode()
    assert "Hydrogen sensor" in page
    assert "Fresh thing" not in page
    assert "Hydrogen sensor" not in browse("officer").get("/projects/?days=90").content.decode()
    assert "Hydrogen sensor" in browse("officer").get("/projects/?overdue=yes").content.decode()
    # Somebody outside does not learn what is overdue, nor what is next.
    outside = browse("analyst")
    assert "Call the furnace maker" not in outside.get("/projects/").content.decode()
    assert "Hydrogen sensor" not in outside.get("/projects/?overdue=yes").content.decode()


def test_the_list_comes_as_a_file(browse: Browse, project: Any) -> None:
    text = browse("officer").get("/projects/?format=csv").content.decode("utf-8-sig")
    assert project.docket in text
    assert "Call the furnace maker" in text
    assert "Call the furnace maker" not in browse("analyst").get("/projects/?format=csv").content.decode()
    assert browse("officer").get("/projects/?format=xlsx").content[:2] == b"PK"


def test_odd_filters_are_left_out(browse: Browse) -> None:
    for query in ("stage=x", "days=-1", "owner=nobody", "owner=%00", "page=999999999999", "q=" + "x" * 5000):
        assert browse("director").get(f"/projects/?{query}").status_code == 200


def test_the_stepper_names_holder_and_days(browse: Browse, project: Any, accounts: Any) -> None:
    page = read(browse, "officer", project)
    assert 'aria-current="step"' in page
    assert accounts["officer"].display_name in page
    assert f"for 40 days, since {(clock.today() - timedelta(days=40)).isoformat()}" in page


def test_the_timeline_says_before_and_after(browse: Browse, project: Any, accounts: Any) -> None:
    set_next_action(project, by=accounts["officer"], due=date(2027, 1, 5), title_en="Sign the lease")
    page = read(browse, "director", project)
    assert "Call the furnace maker → Sign the lease" in page
    assert "set the next action" in page
