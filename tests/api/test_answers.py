"""What the API answers: the same permissions as the pages, and every problem with what to do about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from technopole.api.v1 import api
from technopole.parties.tokens import make_token
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from tests.factories import NeedFactory, ProjectFactory, ResultFactory

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def post(client: Client, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"{V1}/{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def project(officer: Any) -> TransferProject:
    return ProjectFactory(owner=officer, stage=Stage.PLANNING)


def need(scout: Any, **fields: Any) -> dict[str, Any]:
    given = {
        "organisation": str(scout.person.organisation_id),
        "title": "需要传感器",
        "description": "低功耗",
    }
    return given | fields


def test_a_need_is_posted_read_and_found_again(browse: Any, scout: Any) -> None:
    client = browse(scout)
    status, done = post(client, "needs", **need(scout, level=0))
    assert status == 200
    assert browse().get(f"{V1}/needs/{done['id']}").json()["title"] == "需要传感器"
    found = browse().get(f"{V1}/needs", {"q": "傳感器"}).json()  # traditional characters find simplified ones
    assert [row["id"] for row in found["items"]] == [done["id"]]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "a" * 1_000_000}, "title"),
        ({"deadline": "2026-02-30"}, "deadline"),
        ({"deadline": 20261121}, "deadline"),
        ({"deadline": "9999-12-31"}, "deadline"),
        ({"min_trl": 10}, "min_trl"),
        ({"budget_yuan": 10**30}, "budget_yuan"),
        ({"title": "a\x00b"}, ""),
        ({"title": "a\ud800b"}, ""),
        ({"status": "answered"}, "status"),
        ({"title": ""}, "title"),
        ({"organisation": "00000000-0000-0000-0000-000000000001"}, "organisation"),
    ],
)
def test_bad_input_is_named_and_saves_nothing(
    browse: Any, scout: Any, wrong: dict[str, Any], field: str
) -> None:
    status, problem = post(browse(scout), "needs", **need(scout, **wrong))
    assert (status, field in problem["fields"]) == (422, True), problem
    assert len(json.dumps(problem)) < 2_000  # nothing of a long text comes back
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "query", [{"offset": 10**30}, {"offset": -1}, {"limit": 0}, {"limit": 101}, {"q": "长" * 501}]
)
def test_a_list_is_asked_within_bounds(browse: Any, query: dict[str, Any]) -> None:
    answer = browse().get(f"{V1}/results", query)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, list(query))


def test_a_request_beyond_all_measure_is_refused(browse: Any, scout: Any) -> None:
    status, problem = post(browse(scout), "needs", **need(scout, title="长" * 5_000_000))
    assert (status, problem["detail"]) == (413, "The request is too large.")


def test_a_body_that_is_no_json_is_refused(browse: Any, scout: Any) -> None:
    answer = browse(scout).post(f"{V1}/needs", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["fields"]) == (400, {})


def test_what_cannot_be_done_now_says_why_in_both_languages(browse: Any, project: TransferProject) -> None:
    status, problem = post(browse("director"), f"projects/{project.pk}/resume", version=1)
    assert (status, [reason["code"] for reason in problem["reasons"]]) == (409, ["pipeline.not_on_hold"])
    assert project.docket in problem["reasons"][0]["zh"]
    assert problem["reasons"][0]["zh"] != problem["reasons"][0]["en"]


def test_a_stale_version_changes_nothing(browse: Any, project: TransferProject) -> None:
    client = browse("director")
    assert post(client, f"projects/{project.pk}/hold", version=1, reason_en="Wait.")[0] == 200
    status, problem = post(client, f"projects/{project.pk}/resume", version=1)
    assert (status, problem["reasons"]) == (409, [])
    project.refresh_from_db()
    assert project.disposition == Disposition.HOLD


def test_what_one_may_not_know_of_is_not_there(browse: Any) -> None:
    secret = ProjectFactory(level=Level.TEAM, result=ResultFactory(level=Level.TEAM))
    assert browse("scout").get(f"{V1}/projects/{secret.pk}").status_code == 404
    assert browse("officer").get(f"{V1}/projects/{secret.pk}").status_code == 200
    assert browse("scout").get(f"{V1}/results/{secret.result_id}").status_code == 404


def test_an_action_on_another_officers_project_is_forbidden(browse: Any) -> None:
    other = ProjectFactory(stage=Stage.PLANNING)
    assert post(browse("officer"), f"projects/{other.pk}/hold", version=1, reason_en="Wait.")[0] == 403


def test_a_field_above_the_reader_is_null_and_named(browse: Any) -> None:
    result = ResultFactory(patent_numbers=["CN1"], facts={"animal": True}, ip_status="granted")
    guest, officer = (browse(who).get(f"{V1}/results/{result.pk}").json() for who in ("guest", "officer"))
    assert guest["patent_numbers"] is guest["facts"] is guest["ip_status"] is None
    assert {"patent_numbers", "facts", "ip_status"} <= set(guest["hidden"])
    assert (officer["patent_numbers"], officer["facts"], officer["hidden"]) == (["CN1"], {"animal": True}, [])


def test_a_reference_to_a_record_above_the_reader_is_null(browse: Any) -> None:
    hidden = NeedFactory(level=Level.TEAM).organisation
    type(hidden)._base_manager.filter(pk=hidden.pk).update(level=Level.TEAM)
    result = ResultFactory(holder=hidden)
    assert browse("scout").get(f"{V1}/results/{result.pk}").json()["holder"] is None
    assert browse("officer").get(f"{V1}/results/{result.pk}").json()["holder"]["id"] == str(hidden.pk)


def test_whether_a_project_is_late_is_its_teams_to_know(browse: Any, officer: Any) -> None:
    late = ProjectFactory(owner=officer, next_action_en="Call", next_action_due="2020-01-01")
    for who, total, overdue in (("officer", 1, True), ("scout", 0, None)):
        assert browse(who).get(f"{V1}/projects", {"overdue": True}).json()["total"] == total
        assert browse(who).get(f"{V1}/projects/{late.pk}").json()["overdue"] is overdue


def test_a_session_needs_the_csrf_token_and_a_token_needs_no_session(
    officer: Any, project: TransferProject
) -> None:
    by_session = Client(enforce_csrf_checks=True)
    by_session.force_login(officer)
    assert post(by_session, f"projects/{project.pk}/move", version=1)[0] == 403
    by_token = Client(
        enforce_csrf_checks=True, headers={"authorization": f"Bearer {make_token(officer, 't')}"}
    )
    assert post(by_token, f"projects/{project.pk}/move", version=1)[0] == 409
    unknown = Client(headers={"authorization": "Bearer tp_unknown"})
    assert unknown.get(f"{V1}/results").status_code == 401


def test_a_file_is_checked_then_saved_whole_or_not_at_all(browse: Any) -> None:
    client = browse("officer")

    def send(path: str, rows: str, **more: str) -> Any:
        file = SimpleUploadedFile("需求.csv", f"title,text,deadline\n{rows}".encode())
        return client.post(f"{V1}/{path}", {"file": file, "kind": "needs", **more})

    wrong = send("imports/dry-run", "阀门,耐压,2026-02-30\n泵,无油,2027-01-01\n").json()
    assert (wrong["can_be_saved"], [error["row"] for error in wrong["errors"]]) == (False, [2])
    refused = send("imports", "阀门,耐压,2026-02-30\n泵,无油,2027-01-01\n", sha256=wrong["sha256"])
    assert (refused.status_code, Need.objects.count()) == (409, 0)
    right = send("imports/dry-run", "阀门,耐压,2027-02-28\n泵,无油,2027-01-01\n").json()
    other = send("imports", "泵,无油,2027-01-01\n", sha256=right["sha256"])
    assert (other.status_code, Need.objects.count()) == (422, 0)
    saved = send("imports", "阀门,耐压,2027-02-28\n泵,无油,2027-01-01\n", sha256=right["sha256"])
    assert (saved.status_code, saved.json()["saved"], Need.objects.count()) == (200, 2, 2)
    assert client.get(f"{V1}/imports").json()["items"][0]["file_name"] == "需求.csv"


def test_a_document_goes_in_and_comes_out_under_a_clean_name(
    browse: Any, project: TransferProject, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("x", "内容".encode())
    file.name = "../../x.txt"
    client = browse("officer")
    done = client.post(f"{V1}/projects/{project.pk}/documents", {"file": file, "version": 1}).json()
    assert client.get(f"{V1}/documents/{done['made']}").json()["name"] == "x.txt"
    assert b"".join(client.get(f"{V1}/documents/{done['made']}/file").streaming_content) == "内容".encode()
    assert browse("scout").get(f"{V1}/documents/{done['made']}/file").status_code == 404


def test_every_operation_is_described_and_tagged() -> None:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, told in methods.items():
            assert told.get("description"), (method, path)
            assert told.get("tags"), (method, path)
