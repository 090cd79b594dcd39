"""The first milestones of a plan, by route; a person changes them freely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from technopole.evaluation.engine.checks import bilingual, many, record, whole
from technopole.evaluation.engine.packs import Pack, load_pack
from technopole.planning.engine.routes import Route


@dataclass(frozen=True)
class Milestone:
    """A step and the day by which it is due."""

    title: Mapping[str, str]
    due: date


@cache
def templates() -> Pack:
    """The checked pack of milestone templates; a row's id is its route."""
    steps = many(record({"days": whole(0, 3650), "title": bilingual()}), least=1)
    return load_pack("planning", "milestones", {"steps": steps})


def template(route: Route, start: date) -> tuple[Milestone, ...]:
    """The milestones of a plan that starts on that day, in order of their due days.

    >>> first = template(Route.LICENCE, date(2026, 1, 1))[0]
    >>> first.title["en"], first.due.isoformat()
    ('Confidentiality agreement with the licensee', '2026-01-15')
    """
    steps = templates().row(route, start)["steps"]
    ordered = sorted(steps, key=lambda step: int(step["days"]))
    return tuple(Milestone(step["title"], start + timedelta(days=step["days"])) for step in ordered)
