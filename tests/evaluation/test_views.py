"""The reviewer's page, the scorecard as a table, the evaluation report as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.evaluation.models import Review
from technopole.pipeline.models import Stage
from technopole.records.levels import Level
from tests.factories import PersonFactory, ProjectFactory, ResultFactory, account
from tests.recipes import VALUES, saved

Browse = Callable[..., Client]


@pytest.fixture
def review(accounts: Any) -> Any:
    project = ProjectFactory(stage=Stage.EVALUATION, owner=accounts["officer"])
    return saved(Review(project=project, reviewer=accounts["researcher"].person, level=Level.TEAM))


def address(review: Any) -> str:
    return reverse("review", args=[review.pk])


@pytest.mark.parametrize(("language", "words"), [("en", "Originality"), ("zh-hans", "独创性")])
def test_the_reviewer_reads_the_five_questions(
    browse: Browse, review: Any, language: str, words: str
) -> None:
    assert words in browse("researcher", language).get(address(review)).content.decode()


@pytest.mark.parametrize("who", ["officer", "director", "scout", "approver"])
def test_nobody_else_finds_the_reviewers_page(browse: Browse, review: Any, who: str) -> None:
    assert browse(who).get(address(review)).status_code == 404


def points(**more: Any) -> dict[str, Any]:
    return {**dict.fromkeys(VALUES, "70"), "free": "on", "version": 1, **more}


def test_a_review_is_handed_in_once(browse: Browse, review: Any) -> None:
    client, target = browse("researcher"), reverse("review-hand-in", args=[review.pk])
    assert client.post(target, points(comment_en="Sound")).status_code == 302
    review.refresh_from_db()
    assert (review.status, review.points["social"], review.comment_en) == ("submitted", 70, "Sound")
    again = client.post(target, points(version=review.version))
    assert again.status_code == 422
    assert 'role="alert"' in again.content.decode()


def test_all_five_values_or_an_interest(browse: Browse, review: Any) -> None:
    target = reverse("review-hand-in", args=[review.pk])
    response = browse("researcher").post(target, {"version": 1, "scientific": "80", "free": "on"})
    assert response.status_code == 422
    assert "Give 0 to 100 points." in response.content.decode()


def test_who_declares_an_interest_leaves_the_case(browse: Browse, review: Any) -> None:
    target = reverse("review-hand-in", args=[review.pk])
    response = browse("researcher").post(target, {"version": 1, "interest": "I hold shares."})
    assert (response.status_code, response["Location"]) == (302, reverse("my-day"))
    review.refresh_from_db()
    assert review.status == "withdrawn"
    assert browse("researcher").get(address(review)).status_code == 404


def test_the_scorecard_is_a_table_for_the_team_and_the_office(browse: Browse, review: Any) -> None:
    target = reverse("project-scorecard", args=[review.project_id, "csv"])
    assert "economic" in browse("officer").get(target).content.decode("utf-8-sig")
    assert browse("scout").get(target).status_code == 403
    # A reviewer looks in, but reads the others' points no more than anybody.
    assert browse("researcher").get(target).status_code == 404
    assert browse("officer").get(target.replace(".csv", ".exe")).status_code == 404


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_report_comes_as_a_file(browse: Browse, review: Any, kind: str) -> None:
    target = reverse("evaluation-report", args=[review.project_id, kind])
    response = browse("officer").get(f"{target}?language=zh")
    assert response.status_code == 200
    assert response.content[:2] == (b"PK" if kind == "docx" else b"%P")
    assert browse(account("researcher", username="stranger")).get(target).status_code == 404


def test_a_reviewer_is_asked_once(browse: Browse, accounts: Any) -> None:
    project = ProjectFactory(stage=Stage.EVALUATION, owner=accounts["officer"], result=ResultFactory())
    person = PersonFactory()
    target = reverse("project-ask-review", args=[project.pk])
    assert browse("officer").post(target, {"version": 1, "reviewer": str(person.pk)}).status_code == 302
    project.refresh_from_db()
    again = browse("officer").post(target, {"version": project.version, "reviewer": str(person.pk)})
    assert again.status_code == 422
    assert "asked already" in again.content.decode()
