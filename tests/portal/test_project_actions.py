"""Every action that is posted from the project's page: done, forbidden, stale, refused with all that was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from technopole.config import urls
from technopole.landing.models import Landing
from technopole.pipeline.models import TransferProject
from technopole.records.change import change
from technopole.records.levels import Level
from tests.factories import OrganisationFactory, ProjectFactory, RoleFactory, account
from tests.recipes import PAST, RECIPES, Case, Cast, cast

assert urls.urlpatterns
Browse = Callable[..., Client]
# Action → name of its address, which takes the project unless said otherwise.
ADDRESSES = {
    "pipeline.move": "project-move",
    "pipeline.assign": "project-assign",
    "pipeline.next_action": "project-next",
    "pipeline.hold": "project-hold",
    "pipeline.resume": "project-resume",
    "pipeline.stop": "project-stop",
    "documents.attach": "project-documents",
    "onboarding.accept": "project-accept",
    "onboarding.return": "project-return",
    "onboarding.publish": "project-publish",
    "onboarding.withdraw": "project-withdraw",
    "evaluation.add_evidence": "project-evidence",
    "evaluation.assess": "project-assess",
    "evaluation.ask_review": "project-ask-review",
    "evaluation.decide": "project-decide",
    "evaluation.review": "review-hand-in",
    "planning.plan": "project-plan",
    "planning.add_milestone": "project-milestones",
    "planning.milestone_done": "milestone-done",
    "planning.answer_gate": "project-gate",
    "planning.approve": "project-approve",
    "planning.answer": "match-answer",
    "landing.site": "project-site",
    "landing.event": "landing-event",
}
OF_THE_RECORD = {"review-hand-in", "milestone-done", "match-answer", "landing-event"}
# What a form asks beyond what the action needs.
MORE = {
    "documents.attach": {"level": Level.TEAM},
    "evaluation.assess": {"scale_id": "trl"},
    "evaluation.review": {"free": "on"},
}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.VAR = tmp_path


def entered(name: str, case: Case) -> dict[str, Any]:
    """The action's inputs as a browser sends them."""
    typed: dict[str, Any] = {}
    for key, value in {**case.inputs(), **MORE.get(name, {})}.items():
        if key == "points":
            typed |= value
        elif isinstance(value, Model):
            typed[key] = str(value.pk)
        elif isinstance(value, list):
            typed[key] = [str(one.pk) for one in value]
        elif isinstance(value, UploadedFile):
            typed[key] = value
        else:
            typed[key] = value.isoformat() if isinstance(value, date) else str(value)
    return typed


def posted(name: str, case: Case, **more: Any) -> tuple[str, dict[str, Any]]:
    """Where the form is sent, and what it holds: the version is that of the record as shown."""
    record: Any = case.record()
    address = ADDRESSES[name]
    whole = record if address in OF_THE_RECORD or isinstance(record, TransferProject) else record.project
    return reverse(address, args=[whole.pk]), {"version": record.version, **entered(name, case), **more}


def prepared(name: str) -> tuple[Case, Cast]:
    people = cast()
    case = RECIPES[name](people)
    if name == "evaluation.decide":
        for person in case.inputs()["attendees"]:
            RoleFactory(person=person, role="officer")
    if name == "landing.event":
        with change(by=None, why="test"):
            landing: Any = case.record()
            landing.project = ProjectFactory()
            landing.save()
    return case, people


def version_of(case: Case) -> int:
    return int(type(case.record())._base_manager.values_list("version", flat=True).get(pk=case.record().pk))


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_the_form_does_what_it_says(browse: Browse, name: str) -> None:
    case, _ = prepared(name)
    before = version_of(case)
    address, data = posted(name, case)
    response = browse(case.by[0]).post(address, data)
    assert response.status_code == 302, response.content.decode()[:4000]
    assert version_of(case) > before


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(browse: Browse, name: str) -> None:
    case, _ = prepared(name)
    before = version_of(case)
    address, data = posted(name, case)
    response = browse(case.by[0]).post(address, {**data, "version": data["version"] + 1})
    assert response.status_code == 422
    assert "Somebody else changed this record" in response.content.decode()
    assert version_of(case) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_form_without_a_version_saves_nothing(browse: Browse, name: str) -> None:
    case, _ = prepared(name)
    before = version_of(case)
    address, data = posted(name, case)
    response = browse(case.by[0]).post(address, {**data, "version": "x"})
    assert (response.status_code, version_of(case)) == (422, before)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_an_analyst_may_not_and_a_guest_is_asked_to_sign_in(browse: Browse, name: str) -> None:
    case, _ = prepared(name)
    before = version_of(case)
    address, data = posted(name, case)
    # A review's page is everybody's who was asked for one: to all others there is none.
    assert browse("analyst").post(address, data).status_code == (404 if name == "evaluation.review" else 403)
    guest = browse("guest").post(address, entered(name, case))
    assert guest.status_code == 302
    assert guest["Location"].startswith("/accounts/sign-in/")
    assert version_of(case) == before


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "pipeline.stop": ({"reason_en": " "}, "reason"),
    "onboarding.return": ({"reason_en": ""}, "reason"),
    "evaluation.decide": ({"minutes_en": "", "reason_en": "Kept as typed"}, "Kept as typed"),
    "evaluation.review": ({"scientific": "101", "comment_en": "Kept as typed"}, "Kept as typed"),
    "planning.answer": ({"decline_reason": "", "note_en": "Kept as typed"}, "Kept as typed"),
    "planning.answer_gate": ({"gate": "no-such-gate"}, "gate"),
    "planning.plan": ({"price_wan": "0.0000001", "business_en": "Kept as typed"}, "Kept as typed"),
    "pipeline.next_action": ({"due": "2026-02-30", "title_en": "Kept as typed"}, "Kept as typed"),
    "landing.site": ({"status": "producing"}, "before"),
    "landing.event": ({"happened_on": "2999-01-01", "note_en": "Kept as typed"}, "Kept as typed"),
    "evaluation.add_evidence": ({"title_en": "x" * 1_000_000}, "x" * 1000),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_what_cannot_be_done_says_why_and_keeps_what_was_typed(browse: Browse, name: str) -> None:
    case, _ = prepared(name)
    before = version_of(case)
    wrong, kept = REFUSALS[name]
    address, data = posted(name, case, **wrong)
    response = browse(case.by[0]).post(address, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert kept in page
    assert version_of(case) == before


@pytest.mark.django_db
def test_a_swap_in_place_brings_the_page_with_the_reasons(browse: Browse) -> None:
    case, _ = prepared("pipeline.stop")
    address, data = posted("pipeline.stop", case, reason_en="")
    response = browse(case.by[0]).post(address, data, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.django_db
def test_an_officer_may_not_decide_on_anothers_project(browse: Browse) -> None:
    case, _ = prepared("evaluation.decide")
    another = account("officer", username="another")
    address, data = posted("evaluation.decide", case)
    assert browse(another).post(address, data).status_code == 403


@pytest.mark.django_db
def test_a_landing_is_opened_for_the_project(browse: Browse) -> None:
    people = cast()
    project = ProjectFactory(stage="landing", owner=people.officer)
    firm = OrganisationFactory(kind="company")
    data = {"version": project.version, "company": str(firm.pk), "origin": "local"}
    address = reverse("project-landings", args=[project.pk])
    assert browse(people.officer).post(address, {**data, "version": 7}).status_code == 422
    assert browse(people.officer).post(address, data).status_code == 302
    assert Landing.objects.get().project == project


@pytest.mark.django_db
def test_evidence_comes_with_its_file(browse: Browse) -> None:
    case, _ = prepared("evaluation.add_evidence")
    address, data = posted("evaluation.add_evidence", case)
    file = RECIPES["documents.attach"](cast("file-")).inputs()["upload"]
    assert browse(case.by[0]).post(address, {**data, "upload": file}).status_code == 302
    project: Any = case.record()
    assert project.evidence.get().document.name == "报告.txt"
    assert project.evidence.get().dated == PAST


@pytest.mark.django_db
def test_the_history_keeps_who_did_it_and_why(browse: Browse) -> None:
    case, people = prepared("pipeline.stop")
    address, data = posted("pipeline.stop", case)
    browse(people.officer).post(address, data)
    row = TransferProject.history.first()
    assert (row.history_user, row.history_change_reason) == (people.officer, "pipeline.stop")
