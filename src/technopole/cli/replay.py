"""Replaying a sample region: each dated human act on its own day, then landings, matches and candidates."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from technopole.cli.acts import SAMPLE_TODAY, Act, History, both
from technopole.cli.progress import Steps
from technopole.cli.sample import Entry, SampleError, entries, held, told_of
from technopole.landing import services as landing
from technopole.landing.models import Landing
from technopole.onboarding.harvesting import harvest_file
from technopole.onboarding.models import Candidate
from technopole.parties.actions import Refused
from technopole.parties.models import Organisation, User
from technopole.pipeline.models import TransferProject
from technopole.planning import matchmaking
from technopole.records import clock
from technopole.records.levels import Level
from technopole.resources.sites.models import District, Site
from technopole.wording import Reason

STEP_OF = {
    **dict.fromkeys(("assess", "review", "decide"), "evaluation"),
    **dict.fromkeys(("plan", "milestone_done", "gate", "approve_plan", "answer"), "planning"),
    "site": "landing",
}


@dataclass(frozen=True)
class Refusal:
    """An act that the rules refused on its day: which, why, and whether the sample expected it."""

    project: str
    act: str
    on: date
    reasons: tuple[Reason, ...]
    attempt: bool


@dataclass
class Replay:
    """What came of a replay: the acts done, those refused, seconds spent in each step."""

    done: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def _acts(folder: Path) -> list[Entry]:
    """The acts in the order of their days; those of a project that is there already are left out.

    Raises
    ------
    SampleError
        An act lacks its day, its kind or its project, or lies after the sample's today.
    """
    standing = set(TransferProject.objects.exclude(key=None).values_list("key", flat=True))
    acts = entries(folder / "invented", "history")
    for act in acts:
        for name in ("on", "act", "project"):
            if not act.get(name):
                raise SampleError(f"{act.file}: {_named(act)}: {name!r} is missing")
        if not isinstance(act["on"], date):
            raise SampleError(f"{act.file}: {_named(act)}: 'on' is no date such as 2025-03-31")
        if act["on"] > SAMPLE_TODAY:
            raise SampleError(f"{act.file}: {_named(act)}: lies after the sample's today, {SAMPLE_TODAY}")
    return sorted((act for act in acts if act["project"] not in standing), key=lambda act: act["on"])


def _named(act: Act) -> str:
    return " ".join(str(act.get(name, "?")) for name in ("on", "project", "act"))


def replay_history(folder: Path, progress: Steps) -> Replay:
    """Do every act on its day; an act that the rules refuse is kept with its reasons and the rest goes on."""
    history = History(folder)
    outcome = Replay()
    for act in progress.track(_acts(folder), "history replayed · 重放历史决定"):
        started = time.monotonic()
        with clock.at(act["on"]), told_of(act, _named(act)):
            try:
                history.handler(act)(act)
                outcome.done += 1
            except Refused as refused:
                outcome.refusals.append(_refusal(act, refused.reasons))
        step = STEP_OF.get(act["act"], "onboarding")
        outcome.seconds[step] = outcome.seconds.get(step, 0.0) + time.monotonic() - started
    return outcome


def _refusal(act: Act, reasons: tuple[Reason, ...]) -> Refusal:
    return Refusal(str(act.get("project")), act["act"], act["on"], reasons, bool(act.get("attempt")))


def load_landings(folder: Path, progress: Steps) -> None:
    """The location histories of landed projects and followed firms."""
    officer = User.objects.filter(is_sample=True, person__roles__role="officer").order_by("pk").first()
    if officer is None:
        raise SampleError("people: no officer in whose name the landings are recorded")
    standing = set(Landing.objects.exclude(key=None).values_list("key", flat=True))
    for row in progress.track(entries(folder / "invented", "landings"), "landings · 落地记录"):
        if row.get("key") not in standing:
            with told_of(row, str(row.get("key", "an entry without a key"))):
                _load_landing(row, officer)


def _load_landing(row: Mapping[str, Any], officer: User) -> None:
    project = TransferProject.objects.filter(key=row.get("result")).first() if row.get("result") else None
    made = landing.open_landing(
        Landing(key=row["key"], is_sample=True, level=Level.REGISTERED),
        by=officer,
        company=held(Organisation, row["company"]),
        origin=row["origin"],
        project=project,
        **both(row, "name"),
    )
    for event in row.get("events") or []:
        site = Site.objects.filter(key=event.get("park")).first() if event.get("park") else None
        if event.get("park") and site is None:
            continue  # the park is not in this register: nothing can have landed there
        landing.record_event(
            made,
            by=officer,
            event=event["event"],
            happened_on=event.get("on"),
            district=District.objects.filter(key=event.get("district")).first(),
            site=site,
            **both(event, "note"),
        )


def harvest(folder: Path) -> None:
    """Candidates from the real papers, unless the office has candidates: those are people's to sift.

    Raises
    ------
    SampleError
        The papers cannot be read.
    """
    if Candidate.objects.exists():
        return
    path = folder / "real" / "works.jsonl.gz"
    try:
        harvest_file(path)
    except (OSError, EOFError, ValueError, KeyError) as wrong:
        raise SampleError(f"{path}: cannot be read: {wrong}") from wrong


def replay_region(folder: Path, progress: Steps) -> Replay:
    """History, landings, the matches as of the sample's today, candidates from the real papers."""
    outcome = replay_history(folder, progress)
    with clock.at(SAMPLE_TODAY):
        load_landings(folder, progress)
        for _ in progress.track([0], "matches · 供需匹配"):
            matchmaking.refresh_matches()
        for _ in progress.track([0], "candidates from real papers · 论文线索"):
            harvest(folder)
    return outcome
