"""The loop on a small region as it is: what it counts, why each project stopped, what is real and what invented."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from technopole.evaluation.models import Decision
from technopole.landing.models import Landing, SiteChoice
from technopole.onboarding.models import Candidate
from technopole.parties.models import Organisation, Person
from technopole.pipeline.models import Result, Stage, TransferProject
from technopole.planning.models import Match, Plan
from technopole.records.models import Record
from technopole.resources.facilities.models import Facility, Provider
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site
from technopole.wording import Reason
from tests.loop.region import RESULTS, SAMPLE, read

pytestmark = pytest.mark.django_db
STEPS = ["onboarding", "evaluation", "planning", "landing"]
# Words for what an engine finds; a file of what people did has no place for them.
OUTCOMES = {
    "score",
    "rank",
    "mode",
    "awarded",
    "fit",
    "eligible",
    "close",
    "cross_language",
    "readiness",
    "recommendation",
    "blockers",
    "reasons",
    "completeness",
    "light",
    "docket",
    "stage",
}


def stops(outcome: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in outcome["steps"].values():
        yield from step["stopped"]


def test_json_has_the_promised_shape(untouched: dict[str, Any]) -> None:
    assert list(untouched["steps"]) == STEPS
    for step in untouched["steps"].values():
        assert set(step) == {"entered", "moved", "stopped", "seconds"}
        assert step["seconds"] >= 0
        for stop in step["stopped"]:
            assert {"project", "why"} <= set(stop)
    for figure in ("harvested", "matches_across_languages", "landed"):
        assert isinstance(untouched[figure], int)
    assert json.loads(json.dumps(untouched)) == untouched


def test_whoever_enters_a_step_moves_on_or_stops(untouched: dict[str, Any]) -> None:
    steps = untouched["steps"]
    for name, step in steps.items():
        assert step["entered"] == step["moved"] + len(step["stopped"]), name
    for before, after in zip(STEPS, STEPS[1:], strict=False):
        assert steps[before]["moved"] == steps[after]["entered"]
    assert steps["onboarding"]["entered"] == untouched["disclosed"] == len(RESULTS)
    assert steps["landing"]["moved"] == untouched["landed"] == 1


def test_every_stop_says_why_in_both_languages(untouched: dict[str, Any]) -> None:
    found = list(stops(untouched))
    assert len(found) == len(RESULTS) - 1
    for stop in found:
        assert stop["codes"], stop
        for language in ("why", "why_zh"):
            assert stop[language].strip(), stop
            assert "{" not in stop[language], stop
        assert stop["why"] != stop["why_zh"]
        assert any("一" <= sign <= "鿿" for sign in stop["why_zh"]), stop


@pytest.mark.parametrize(
    ("project", "step", "code"),
    [
        ("salt-heat-store", "onboarding", "onboarding.not_accepted"),
        ("gan-gate-driver", "evaluation", "pipeline.why_hold"),
        ("spiking-compiler", "planning", "planning.gate_prohibited"),
        ("icu-suction-catheter", "planning", "planning.no_plan"),
        ("mycoprotein", "landing", "landing.no_floor_load_kn_m2"),
    ],
)
def test_a_project_stops_where_and_why_its_history_says(
    untouched: dict[str, Any], project: str, step: str, code: str
) -> None:
    docket = TransferProject.objects.get(key=project).docket
    (stop,) = [stop for stop in untouched["steps"][step]["stopped"] if stop["project"] == docket]
    assert code in stop["codes"]


def test_an_act_that_the_rules_refuse_is_told_and_the_rest_goes_on(untouched: dict[str, Any]) -> None:
    told = {(one["project"], one["act"]): one for one in untouched["refused"]}
    assert told["gan-gate-driver", "review"]["codes"] == ["evaluation.same_unit"]
    assert all(one["attempt"] for one in untouched["refused"]), "the sample expects every refusal"
    # Two other reviewers and the decision followed; the refused plan left nothing behind.
    project = TransferProject.objects.get(key="gan-gate-driver")
    assert project.reviews.count() == 2
    assert project.decisions.count() == 1
    assert not Plan.objects.filter(project=project).exists()


def test_candidates_are_real_papers_with_reasons(untouched: dict[str, Any]) -> None:
    candidates = list(Candidate.objects.all())
    assert len(candidates) == untouched["harvested"] > 0
    with gzip.open(SAMPLE / "real/works.jsonl.gz", "rt", encoding="utf-8") as lines:
        titles = {work["id"]: work["title"] for work in map(json.loads, lines)}
    for candidate in candidates:
        assert candidate.title == titles[candidate.work_id]
        assert not candidate.is_sample
        assert candidate.reasons
        for told in candidate.reasons:
            assert Reason(told["code"], told["values"]).text("zh")


def test_nothing_is_decided_about_real_papers_and_organisations(untouched: dict[str, Any]) -> None:
    real = Organisation.objects.exclude(ror="")
    assert real.exists()
    owned = {
        Result: "holder",
        Need: "organisation",
        Person: "organisation",
        Plan: "counterparty",
        Landing: "company",
        Site: "operator",
        Facility: "operator",
        Provider: "organisation",
        Match: "organisation",
    }
    for model, name in owned.items():
        assert not model.objects.filter(**{f"{name}__in": real}).exists(), model
    papers = set(Candidate.objects.values_list("title", flat=True))
    assert not papers & set(Result.objects.values_list("title_en", flat=True))


def test_what_is_invented_is_marked_and_what_is_real_is_not(untouched: dict[str, Any]) -> None:
    seen = set()
    for model in apps.get_models():
        if not issubclass(model, Record) or model is Candidate:
            continue
        unmarked = model._default_manager.filter(is_sample=False)
        if model is Organisation:
            assert not unmarked.filter(ror="").exists()
            assert not model._default_manager.filter(is_sample=True).exclude(ror="").exists()
        else:
            assert not unmarked.exists(), model
        seen.update({model} if model._default_manager.exists() else ())
    assert {Result, TransferProject, Decision, Plan, Need, Match, Site, SiteChoice, Landing} <= seen


def test_the_project_that_landed_closed_by_its_site(untouched: dict[str, Any]) -> None:
    project = TransferProject.objects.get(key="neuromorphic-edge-chip")
    assert project.stage == Stage.CLOSED
    assert project.disposition == "landed"
    assert project.site_choices.get(site__key="zhangjiang").status == "producing"


def _keys(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        yield from map(str, told)
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _keys(one)


@pytest.mark.parametrize(
    "name", sorted({path.name.partition(".")[0] for path in (SAMPLE / "invented").iterdir()})
)
def test_no_outcome_of_an_engine_is_stored_in_the_sample(name: str) -> None:
    rows = read(SAMPLE, name)
    assert rows
    assert not OUTCOMES & set(_keys(rows))


def test_real_files_hold_facts_only() -> None:
    with (SAMPLE / "real/organisations.csv").open(encoding="utf-8", newline="") as file:
        organisations = csv.DictReader(file)
        assert set(organisations.fieldnames or ()) == {
            "ror", "name_en", "name_zh", "acronym", "types", "established", "website", "lat", "lng",
        }  # fmt: skip
    with gzip.open(SAMPLE / "real/works.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = {key for line in lines for key in _keys(json.loads(line))}
    assert found == {
        "id", "doi", "title", "year", "institutions", "authors", "name", "country", "institution",
    }  # fmt: skip


def test_sample_files_are_where_the_readme_says() -> None:
    told = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for path in (*(SAMPLE / "real").iterdir(), *(SAMPLE / "invented").iterdir()):
        assert Path(path).name.partition(".")[0] in told, path
