"""Every regional figure by its key: who reads it, and the function that counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from technopole.measurement import of_landings, of_matches, of_papers, of_projects
from technopole.measurement.shapes import Audience, Figure, Slice, audience_of


@dataclass(frozen=True)
class Counted:
    """A figure that can be asked for."""

    count: Callable[[Slice], Figure]
    audience: Audience


FIGURES: dict[str, Counted] = {
    "funnel": Counted(of_projects.funnel, Audience.PUBLIC),
    "landings": Counted(of_landings.landings, Audience.PUBLIC),
    "retention": Counted(of_landings.retention, Audience.PUBLIC),
    "disclosures": Counted(of_projects.disclosures, Audience.PUBLIC),
    "days": Counted(of_projects.days, Audience.BOARD),
    "decisions": Counted(of_projects.decisions, Audience.BOARD),
    "matches": Counted(of_matches.matches, Audience.BOARD),
    "declines": Counted(of_matches.declines, Audience.BOARD),
    "workload": Counted(of_projects.workload, Audience.DESK),
    "overdue": Counted(of_projects.overdue, Audience.DESK),
    "candidates": Counted(of_papers.candidates, Audience.PUBLIC),
    "copublications": Counted(of_papers.copublications, Audience.PUBLIC),
}


def keys_for(user: Any) -> list[str]:
    """The figures that the reader may read, in the order of the page."""
    widest = audience_of(user)
    return [key for key, counted in FIGURES.items() if counted.audience <= widest]


def figure(key: str, cut: Slice, user: Any) -> Figure | None:
    """One figure of a slice; None when there is none of that name for this reader."""
    return FIGURES[key].count(cut) if key in keys_for(user) else None
