"""A small region that can be counted by hand, on a set day."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from technopole.evaluation.models import Decision
from technopole.landing.models import Landing, LocationEvent, SiteChoice
from technopole.onboarding.models import Candidate
from technopole.pipeline.models import StageStay
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.wording import Reason
from tests.factories import (
    DisclosureFactory,
    DistrictFactory,
    MatchFactory,
    MilestoneFactory,
    NeedFactory,
    OrganisationFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
)

TODAY = date(2026, 11, 21)
WORKS = [
    {"id": "W1", "doi": "10.1/a", "title": "Two partners", "year": 2015, "countries": ["CN", "US", "FR"]},
    {"id": "W2", "doi": "", "title": "One partner", "year": 2016, "countries": ["CN", "US"]},
    {"id": "W3", "doi": "10.1/c", "title": "No partner", "year": 2016, "countries": ["CN"]},
]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(TODAY):
        yield


@pytest.fixture(autouse=True)
def _papers(settings: Any, tmp_path: Path) -> None:
    """Three real papers, two of them with a partner abroad."""
    (tmp_path / "real").mkdir()
    with gzip.open(tmp_path / "real" / "works.jsonl.gz", "wt", encoding="utf-8") as lines:
        for work in WORKS:
            places = [{"name": f"Institute in {code}", "country": code} for code in work["countries"]]
            lines.write(json.dumps({**work, "institutions": places, "authors": []}) + "\n")
    settings.SAMPLE = tmp_path


def saved(model: Any, **fields: Any) -> Any:
    with change(by=None, why="test"):
        record = model(**fields)
        record.save()
    return record


def walked(*stays: tuple[str, date, str], since: date, **fields: Any) -> Any:
    """A project that left each of `stays` (stage, entered, left for) and is in ``stage`` since `since`."""
    project = ProjectFactory(stage_since=since, **fields)
    ends = [*(entered for _, entered, _ in stays[1:]), since]
    for (stage, entered, left_for), left in zip(stays, ends if stays else (), strict=True):
        StageStay.objects.create(
            project=project, stage=stage, entered_on=entered, left_on=left, left_for=left_for
        )
    return project


def landed(name: str, *events: tuple[str, str, date | None], **fields: Any) -> Landing:
    """A landing with its events (what, district, day)."""
    fields.setdefault("company", OrganisationFactory(kind="company"))
    landing = saved(Landing, name_en=name, origin="local", level=Level.REGISTERED, **fields)
    for kind, district, day in events:
        saved(
            LocationEvent,
            landing=landing,
            event=kind,
            district_id=district,
            happened_on=day,
            level=Level.REGISTERED,
        )
    return landing


@pytest.fixture
def region(db: None, officer: Any) -> SimpleNamespace:
    """Four projects (one unknown to all but the office), five landings, four matches, two candidates."""
    for key, kind in (("pudong", "local"), ("jiading", "local"), ("suzhou", "outside")):
        DistrictFactory(key=key, name_en=key.title(), name_zh=key, region=kind)
    holder = OrganisationFactory(district="pudong")
    english = {"title_zh": "", "source_language": "en", "sector": "biologics"}
    open_result = ResultFactory(holder=holder, **english)
    hidden = ResultFactory(level=Level.TEAM, published_on=None)

    planning = walked(
        ("onboarding", date(2025, 1, 1), "evaluation"),
        ("evaluation", date(2025, 1, 11), "planning"),
        since=date(2025, 3, 2),
        stage="planning",
        result=open_result,
        owner=officer,
        level=Level.PUBLIC,
        next_action_en="Call the park",
        next_action_due=date(2026, 11, 1),
    )
    released = walked(
        ("onboarding", date(2025, 2, 1), "evaluation"),
        ("evaluation", date(2025, 2, 21), "released"),
        since=date(2025, 5, 2),
        stage="closed",
        disposition="released",
    )
    entering = walked(since=date(2026, 10, 22), stage="onboarding", level=Level.REGISTERED)
    secret = walked(
        ("onboarding", date(2026, 1, 1), "evaluation"),
        since=date(2026, 1, 31),
        stage="evaluation",
        disposition="hold",
        result=hidden,
        level=Level.TEAM,
        next_action_en="Ask again",
        next_action_due=date(2026, 9, 1),
    )
    DisclosureFactory(project=planning, status="accepted", submitted_on=date(2024, 12, 30))
    DisclosureFactory(project=released, status="accepted", submitted_on=date(2025, 1, 30))
    DisclosureFactory(project=entering, status="draft")
    saved(Decision, project=planning, outcome="pursue", held_on=date(2025, 3, 2))
    saved(Decision, project=released, outcome="release", held_on=date(2025, 5, 2))
    MilestoneFactory(project=planning, due=date(2026, 11, 18))
    MilestoneFactory(project=planning, due=date(2026, 11, 18), done_on=date(2026, 11, 18))

    landed(
        "stays", ("rd", "pudong", date(2024, 1, 1)), ("land", "pudong", date(2025, 1, 1)), project=planning
    )
    landed("moves on", ("rd", "pudong", date(2024, 1, 1)), ("land", "jiading", date(2025, 6, 1)))
    landed("left", ("rd", "pudong", date(2024, 1, 1)), ("move_out", "suzhou", date(2025, 1, 1)))
    landed(
        "came back",
        ("land", "pudong", date(2023, 1, 1)),
        ("move_out", "suzhou", date(2024, 1, 1)),
        ("return", "jiading", date(2026, 1, 1)),
    )
    landed("undated", ("rd", "pudong", None))

    zh = {"language": "zh", "title": "需要一种抗体"}
    shared = {"close": True, "result": open_result}
    why = [Reason("matching.shared_terms", {"terms": "抗体"}).as_dict()]
    match = MatchFactory(need=NeedFactory(**zh), status="deal", cross_language=True, reasons=why, **shared)
    MatchFactory(
        need=NeedFactory(**zh),
        status="declined",
        decline_reason="price",
        note_en="Too dear for us",
        cross_language=True,
        answered_on=date(2026, 2, 1),
        **shared,
    )
    MatchFactory(need=NeedFactory(language="en"), computed_on=date(2025, 12, 1), **shared)
    MatchFactory(
        result=hidden, need=NeedFactory(), status="declined", decline_reason="price", level=Level.TEAM
    )

    refusal = Reason("landing.no_bsl", {"need": 2, "offer": 0, "site": {"zh": "小园", "en": "Small park"}})
    saved(
        SiteChoice,
        project=planning,
        site=SiteFactory(),
        status="refused",
        eligible=False,
        reasons=[refusal.as_dict()],
        level=Level.REGISTERED,
    )
    for number, status in ((1, "proposed"), (2, "invited")):
        saved(
            Candidate,
            work_id=f"W{number}",
            title=f"Paper {number}",
            year=2015,
            score=0.5,
            proposed_on=TODAY,
            status=status,
            level=Level.REGISTERED,
        )
    return SimpleNamespace(
        planning=planning, released=released, entering=entering, secret=secret, match=match
    )
