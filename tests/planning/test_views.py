"""The inbox of matches, answers from it, the gates on the project's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.pipeline.models import Stage
from technopole.planning.models import GateAnswer, Match
from tests.factories import MatchFactory, NeedFactory, ProjectFactory, ResultFactory
from tests.recipes import QUIET

Browse = Callable[..., Client]


@pytest.fixture
def match(accounts: Any) -> Any:
    need = NeedFactory(organisation=accounts["scout"].person.organisation, title="耐高温压力传感器")
    result = ResultFactory(title_en="Sapphire pressure sensor")
    ProjectFactory(result=result, stage=Stage.PLANNING, owner=accounts["officer"])
    return MatchFactory(result=result, need=need, cross_language=True)


def inbox(browse: Browse, who: str, query: str = "") -> str:
    response = browse(who).get(f"/matches/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_inbox_shows_who_owes_the_answer(browse: Browse, match: Any, accounts: Any) -> None:
    page = inbox(browse, "scout")
    assert "耐高温压力传感器" in page
    assert "Sapphire pressure sensor" in page
    assert "across languages" in page
    assert f"{accounts['scout'].person.organisation} owes the answer" in page


def test_a_rivals_scout_has_an_empty_inbox(browse: Browse, match: Any) -> None:
    assert "耐高温压力传感器" not in inbox(browse, "clinician")
    assert browse("analyst").get("/matches/").status_code == 403


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("?state=waiting", True),
        ("?state=answered", False),
        ("?state=declined", False),
        ("?state=nonsense", True),
        ("?across=yes", True),
        ("?need=nonsense", True),
    ],
)
def test_filters(browse: Browse, match: Any, query: str, there: bool) -> None:
    assert ("Sapphire pressure sensor" in inbox(browse, "scout", query)) is there


def test_one_click_answers_and_returns_to_the_inbox(browse: Browse, match: Any) -> None:
    target = reverse("match-answer", args=[match.pk])
    data = {"version": match.version, "status": "interested", "back": "matches"}
    response = browse("scout").post(f"{target}?across=yes", data)
    assert (response.status_code, response["Location"]) == (302, "/matches/?across=yes")
    match.refresh_from_db()
    assert match.status == "interested"


def test_a_decline_without_its_reason_is_asked_for_it_in_the_inbox(browse: Browse, match: Any) -> None:
    target = reverse("match-answer", args=[match.pk])
    data = {"version": match.version, "status": "declined", "back": "matches", "note_zh": "写过的话"}
    response = browse("scout").post(target, data)
    assert response.status_code == 422
    assert "写过的话" in response.content.decode()
    assert Match.objects.get().status == "suggested"


@pytest.mark.parametrize("status", ["nonsense", ""])
def test_an_unknown_answer_is_no_answer(browse: Browse, match: Any, status: str) -> None:
    target = reverse("match-answer", args=[match.pk])
    response = browse("scout").post(target, {"version": match.version, "status": status, "back": "matches"})
    assert response.status_code == 422
    assert Match.objects.get().status == "suggested"


def test_an_approver_signs_a_gate_on_the_projects_page(browse: Browse, accounts: Any) -> None:
    project = ProjectFactory(
        result=ResultFactory(facts={**QUIET, "human_samples": True}), stage=Stage.PLANNING
    )
    page = browse("approver").get(reverse("project", args=[project.pk])).content.decode()
    assert "ethics approval must be on file" in page
    target = reverse("project-gate", args=[project.pk])
    data = {
        "version": 1,
        "gate": "ethics",
        "result": "permit",
        "approver": str(accounts["approver"].person.pk),
    }
    assert browse("approver").post(target, data).status_code == 302
    assert GateAnswer.objects.get().approver == accounts["approver"].person
    assert target not in browse("officer").get(reverse("project", args=[project.pk])).content.decode()
