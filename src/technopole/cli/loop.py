"""What came of a run of the loop: per step who entered, moved on, stopped and why, counted from the records."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from technopole.cli.acts import SAMPLE_TODAY
from technopole.cli.progress import Steps
from technopole.cli.replay import Refusal, harvest, load_landings, replay_history
from technopole.cli.sample import load_registers
from technopole.evaluation.models import Decision, Outcome
from technopole.landing.models import Landing, SiteStatus
from technopole.landing.services import mode_of
from technopole.onboarding.models import Candidate
from technopole.pipeline.gates import NEXT, blockers
from technopole.pipeline.models import Disposition, Stage, StageStay, TransferProject
from technopole.planning import matchmaking
from technopole.planning.models import Match, Plan
from technopole.records import clock
from technopole.wording import Reason

STEPS = (Stage.ONBOARDING, Stage.EVALUATION, Stage.PLANNING, Stage.LANDING)


@dataclass(frozen=True)
class Stopped:
    """A project that went no further in a step, and why."""

    project: str
    title: str
    why: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON form; the reasons in English and Chinese."""
        return {
            "project": self.project,
            "title": self.title,
            "why": "; ".join(reason.text("en") for reason in self.why),
            "why_zh": "；".join(reason.text("zh") for reason in self.why),
            "codes": [reason.code for reason in self.why],
        }


@dataclass
class Step:
    """One step of the loop."""

    entered: int = 0
    moved: int = 0
    stopped: list[Stopped] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class LoopOutcome:
    """The whole run."""

    steps: dict[str, Step]
    figures: dict[str, Any]
    refusals: Sequence[Refusal] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of `technopole loop --json`."""
        return {
            "steps": {
                name: {
                    "entered": step.entered,
                    "moved": step.moved,
                    "stopped": [stop.as_dict() for stop in step.stopped],
                    "seconds": round(step.seconds, 3),
                }
                for name, step in self.steps.items()
            },
            **self.figures,
            "refused": [
                {
                    "project": refusal.project,
                    "act": refusal.act,
                    "on": refusal.on.isoformat(),
                    "why": "; ".join(reason.text("en") for reason in refusal.reasons),
                    "codes": [reason.code for reason in refusal.reasons],
                    "attempt": refusal.attempt,
                }
                for refusal in self.refusals
            ],
        }

    def as_text(self) -> str:
        """A page to read."""
        lines = []
        for name, step in self.steps.items():
            lines.append(
                f"{name:<11} entered {step.entered:>5}   moved on {step.moved:>5}   "
                f"stopped {len(step.stopped):>5}   {step.seconds:6.1f} s"
            )
            for stop in step.stopped[:12]:
                why = "; ".join(reason.text("en") for reason in stop.why)
                lines.append(f"    {stop.project}  {stop.title[:48]}: {why[:160]}")
            if len(step.stopped) > 12:
                lines.append(f"    … and {len(step.stopped) - 12} more (--json lists all)")
        for name, figure in self.figures.items():
            if not isinstance(figure, (list, dict)):
                lines.append(f"{name.replace('_', ' ')}: {figure}")
        return "\n".join(lines)


def run_sample(progress: Steps) -> LoopOutcome:
    """The loop on the sample folder of the settings, as of the sample's own day."""
    seconds: dict[str, float] = {}
    with clock.at(SAMPLE_TODAY):
        started = time.monotonic()
        load_registers(settings.SAMPLE, progress)
        seconds["registers"] = time.monotonic() - started
    replay = replay_history(settings.SAMPLE, progress)
    with clock.at(SAMPLE_TODAY):
        _timed(seconds, "landings", lambda: load_landings(settings.SAMPLE, progress))
        for _ in progress.track([0], "matches · 供需匹配"):
            _timed(seconds, "matches", matchmaking.refresh_matches)
        for _ in progress.track([0], "candidates from real papers · 论文线索"):
            _timed(seconds, "harvest", lambda: harvest(settings.SAMPLE))
        outcome = outcome_of_records(replay.refusals)
    spent = replay.seconds
    outcome.steps[Stage.ONBOARDING].seconds = (
        spent.get("onboarding", 0.0) + seconds["harvest"] + seconds["registers"]
    )
    outcome.steps[Stage.EVALUATION].seconds = spent.get("evaluation", 0.0)
    outcome.steps[Stage.PLANNING].seconds = spent.get("planning", 0.0) + seconds["matches"]
    outcome.steps[Stage.LANDING].seconds = spent.get("landing", 0.0) + seconds["landings"]
    return outcome


def _timed(seconds: dict[str, float], name: str, work: Any) -> None:
    started = time.monotonic()
    work()
    seconds[name] = time.monotonic() - started


def outcome_of_records(refusals: Sequence[Refusal] = ()) -> LoopOutcome:
    """Count the loop from the records: nothing is taken from the files that were loaded."""
    steps = {str(stage): Step() for stage in STEPS}
    refused: dict[str, list[Refusal]] = {}
    for refusal in refusals:
        refused.setdefault(refusal.project, []).append(refusal)
    stays = (
        StageStay.objects.filter(stage__in=STEPS)
        .select_related("project__result")
        .order_by("project__docket")
    )
    for stay in stays:
        step = steps[stay.stage]
        step.entered += 1
        onward = NEXT[stay.stage]
        if stay.left_for == onward:
            step.moved += 1
        else:
            step.stopped.append(_stopped(stay, refused.get(stay.project.key or "", ())))
    return LoopOutcome(steps, _figures(), refusals)


def _stopped(stay: StageStay, refusals: Sequence[Refusal]) -> Stopped:
    project = stay.project
    title = project.result.text("title", "en")
    if stay.left_for:
        reasons: tuple[Reason, ...] = (_why_closed(project),)
    elif project.disposition == Disposition.HOLD:
        reasons = (_why_closed(project),)
    else:
        reasons = tuple(blockers(project))
        # What was refused since it entered this stage tells what the way on is waiting for.
        tried = [refusal for refusal in refusals if refusal.on >= project.stage_since]
        for reason in (reason for refusal in tried for reason in refusal.reasons):
            if reason not in reasons:
                reasons += (reason,)
    return Stopped(
        project.docket, title, reasons or (Reason("pipeline.waiting", {"days": project.days_in_stage}),)
    )


def _why_closed(project: TransferProject) -> Reason:
    """The words that people recorded for a hold, a release or a stop."""
    words = {"zh": project.text("reason", "zh"), "en": project.text("reason", "en")}
    return Reason(
        f"pipeline.why_{project.disposition}", {"why": words, "on": project.stage_since.isoformat()}
    )


def _figures() -> dict[str, Any]:
    landed = TransferProject.objects.filter(disposition=Disposition.LANDED)
    modes: dict[str, int] = {}
    for landing in Landing.objects.prefetch_related("events__site"):
        mode = str(mode_of(landing).mode)
        modes[mode] = modes.get(mode, 0) + 1
    pursued = Decision.objects.filter(outcome=Outcome.PURSUE).values("project").distinct().count()
    return {
        "harvested": Candidate.objects.count(),
        "disclosed": TransferProject.objects.exclude(disclosure__status="draft").count(),
        "pursued": pursued,
        "planned": Plan.objects.filter(status="approved").count(),
        "landed": landed.count(),
        "sites_refused": sum(
            1
            for project in TransferProject.objects.all()
            for _ in project.site_choices.filter(status=SiteStatus.REFUSED)
        ),
        "matches": Match.objects.filter(need__isnull=False).count(),
        "matches_across_languages": Match.objects.filter(
            need__isnull=False, cross_language=True, rank__lte=3
        ).count(),
        "modes": dict(sorted(modes.items())),
    }
