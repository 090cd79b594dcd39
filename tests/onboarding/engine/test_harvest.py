"""The harvest: what is proposed, what is not, and why; on single titles and on the real sample."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from technopole.onboarding.engine.harvest import Institution, Work, harvest, propose
from technopole.wording import Reason

TODAY = date(2026, 11, 21)
SAMPLE = Path(__file__).parents[3] / "sample/real/works.jsonl.gz"


def work(title: str, year: int | None = 2024, *institutions: str) -> Work:
    return Work("W1", title, year, institutions=tuple(Institution(name, "CN") for name in institutions))


@pytest.fixture(scope="module")
def real() -> list[Work]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        return [Work.of(json.loads(line)) for line in lines]


@pytest.mark.parametrize(
    "title",
    [
        "A wearable pressure sensor for gait monitoring",
        "Fabrication of graphene composite electrodes",
        "Slow-Shot High Pressure Die-Casting Process for Magnesium",
        "An antibody against PD-1",
        "一种用于压力检测的柔性传感器",
        "壓力傳感器的製備",
        "Real-time monitoring and control system for turbines",
    ],
)
def test_applied_work_is_proposed_with_the_words_that_say_so(title: str) -> None:
    (found,) = propose([work(title)], today=TODAY)
    assert found.reasons[0].code == "onboarding.harvest_term"
    assert found.reasons[0].text("en") != found.reasons[0].text("zh")


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("Research Progress on Graphene Composite Structures", "review"),
        ("A review of wearable sensors", "review"),
        ("Afatinib versus chemotherapy: a randomized phase III trial", "guideline_or_trial"),
        ("Guidelines for implantable devices", "guideline_or_trial"),
        ("Financial returns of robot makers", "society_or_economics"),
        ("Existence of solutions for the catalyst equation", "theory"),
        ("A detector of dark matter", "space_or_particles"),
        ("A new species of sensor-bearing beetle", "observation_of_nature"),
        ("Immune memory in mice", "nothing_applied"),
    ],
)
def test_what_cannot_be_transferred_is_left_with_its_reason(title: str, why: str) -> None:
    found = harvest([work(title)], today=TODAY)
    assert found.candidates == ()
    assert found.excluded[0].reason.code == f"onboarding.harvest_{why}"


@pytest.mark.parametrize(("year", "why"), [(1990, "too_old"), (2005, "too_old"), (None, "no_year")])
def test_an_old_or_undated_paper_is_left(year: int | None, why: str) -> None:
    found = harvest([work("A wearable sensor", year)], today=TODAY)
    assert found.excluded[0].reason.code == f"onboarding.harvest_{why}"


def score(*told: Work, **options: object) -> int:
    return propose(told, today=TODAY, **options)[0].score


def test_a_company_in_the_record_counts_and_is_named() -> None:
    with_company = work("A wearable sensor", 2010, "Tongji University", "Shanghai Electric Co., Ltd.")
    assert score(with_company) > score(work("A wearable sensor", 2010, "Tongji University"))
    (found,) = propose([with_company], today=TODAY)
    assert found.reasons[-1].values == {"company": "Shanghai Electric Co., Ltd."}


def test_a_company_alone_proposes_nothing() -> None:
    assert propose([work("A study of mice", 2024, "Sanofi (China)")], today=TODAY) == []


def test_companies_of_meeting_abstracts_are_not_trusted() -> None:
    title = "Abstract 12: A wearable sensor"
    assert score(work(title, 2010, "Yong (Norway)")) == score(work(title, 2010))


def test_a_newer_paper_scores_higher() -> None:
    scores = [score(work("A wearable sensor", year)) for year in (2010, 2018, 2025)]
    assert scores == sorted(set(scores))


def test_closeness_to_an_open_need_counts_and_gives_its_own_reason() -> None:
    why = Reason("onboarding.harvest_recent", {"year": 2026})
    near = propose([work("Immune memory in mice")], today=TODAY, closest_need=lambda _: ("n1", 1.0, why))
    assert [(c.need, why in c.reasons) for c in near] == [("n1", True)]
    assert (
        propose([work("Immune memory in mice")], today=TODAY, closest_need=lambda _: ("n1", 0.1, why)) == []
    )
    assert propose([work("Immune memory in mice")], today=TODAY, closest_need=lambda _: None) == []


def test_the_real_sample_gives_between_100_and_400_candidates_each_with_reasons(real: list[Work]) -> None:
    found = harvest(real, today=TODAY)
    assert 100 <= len(found.candidates) <= 400
    assert len(found.candidates) + len(found.excluded) == len(real)
    for candidate in found.candidates:
        assert 0 < candidate.score <= 100
        assert all(reason.text("en") and reason.text("zh") for reason in candidate.reasons)


def test_every_stated_word_stands_in_the_title(real: list[Work]) -> None:
    titles = {one.id: one.title.casefold() for one in real}
    for candidate in propose(real, today=TODAY):
        for reason in candidate.reasons:
            if reason.code == "onboarding.harvest_term":
                assert reason.values["word"] in titles[candidate.work_id]


def test_best_first_and_limited(real: list[Work]) -> None:
    found = propose(real, today=TODAY, limit=20)
    assert len(found) == 20
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert found == propose(reversed(real), today=TODAY, limit=20)
