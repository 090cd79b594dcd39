"""Readiness of a result on an ordinal scale, awarded only where evidence stands for each level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from technopole.evaluation.engine.checks import Check, Fault, bilingual, many, record
from technopole.evaluation.engine.packs import Pack, Row, Status, load_pack
from technopole.evaluation.engine.questions import Question
from technopole.wording import Reason


class EvidenceKind(StrEnum):
    """What kind of paper a piece of evidence is."""

    REPORT = "report"
    DATA = "data"
    PROTOTYPE = "prototype"
    TEST_REPORT = "test_report"
    CLINICAL = "clinical"
    CUSTOMER = "customer"
    CERTIFICATE = "certificate"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence for one level, with the day it bears."""

    level: int
    kind: EvidenceKind
    title: str
    on: date


@dataclass(frozen=True)
class ScaleLevel:
    """One level of a scale: its name and what to ask for as evidence of it."""

    name: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Scale:
    """A readiness scale as one pack row gives it; levels run from 1 without a gap."""

    id: str
    version: str
    source: str
    status: Status
    name: Mapping[str, str]
    levels: Mapping[int, ScaleLevel]

    def questions(self, level: int) -> tuple[Question, ...]:
        """What to ask for as evidence of that level; nothing above the top."""
        return self.levels[level].questions if level in self.levels else ()


@dataclass(frozen=True)
class Readiness:
    """What the evidence supports.

    Parameters
    ----------
    level
        The highest level with evidence for it and for each lower one; 0 without any. The scale is
        ordinal: show medians and distributions of levels, never a mean.
    supported
        The evidence that counts, by level, also above a gap.
    gaps
        Levels without evidence below the highest level that is claimed or has evidence.
    questions
        What to ask next: the evidence for the level above.
    """

    scale: Scale
    level: int
    claimed: int | None
    supported: Mapping[int, tuple[Evidence, ...]]
    gaps: tuple[int, ...]
    reasons: tuple[Reason, ...]
    questions: tuple[Question, ...]


@cache
def scales() -> Pack:
    """The checked pack of readiness scales."""
    level = record({"name": bilingual(), "questions": many(bilingual(), least=2, most=4)})
    return load_pack("evaluation", "readiness", {"name": bilingual(), "levels": _ladder(level)})


def scale(scale_id: str, on: date) -> Scale:
    """The scale of that id (``trl``, ``trl-pharma``, …) in force on that day.

    Raises
    ------
    LookupError
        There is none.
    """
    return _scale(scales().row(scale_id, on))


def assess(scale: Scale, evidence: Iterable[Evidence], claimed: int | None, today: date) -> Readiness:
    """Award the highest level whose evidence, and that of each lower level, stands today.

    Evidence dated after `today` does not count. With no evidence the level is 0 and the first
    level's questions are asked, so a bare title can be assessed too.

    Raises
    ------
    ValueError
        The claim or a piece of evidence names a level that the scale does not have.

    Examples
    --------
    >>> day = date(2026, 1, 5)
    >>> papers = [Evidence(n, EvidenceKind.REPORT, "lab report", day) for n in (1, 2, 4)]
    >>> found = assess(scale("trl", day), papers, claimed=4, today=day)
    >>> found.level, found.gaps
    (2, (3,))
    """
    top = len(scale.levels)
    pieces = tuple(evidence)
    for level in [piece.level for piece in pieces] + ([] if claimed is None else [claimed]):
        if not 1 <= level <= top:
            raise ValueError(f"scale '{scale.id}' has levels 1 to {top}, not {level}")
    counting = [piece for piece in pieces if piece.on <= today]
    supported = {
        level: tuple(piece for piece in counting if piece.level == level)
        for level in sorted({piece.level for piece in counting})
    }
    awarded = 0
    while awarded + 1 in supported:
        awarded += 1
    reach = max([*supported, claimed or 0, 0])
    gaps = tuple(level for level in range(1, reach) if level not in supported)
    too_early = [piece for piece in pieces if piece.on > today]
    return Readiness(
        scale=scale,
        level=awarded,
        claimed=claimed,
        supported=supported,
        gaps=gaps,
        reasons=tuple(_reasons(scale, awarded, supported, gaps, claimed, too_early)),
        questions=scale.questions(awarded + 1),
    )


def _reasons(
    scale: Scale,
    awarded: int,
    supported: Mapping[int, tuple[Evidence, ...]],
    gaps: Sequence[int],
    claimed: int | None,
    too_early: Sequence[Evidence],
) -> Iterator[Reason]:
    if awarded:
        latest = max(supported[awarded], key=lambda piece: (piece.on, piece.title))
        yield Reason(
            "evaluation.level_awarded",
            {
                "level": awarded,
                "name": dict(scale.levels[awarded].name),
                "title": latest.title,
                "on": latest.on.isoformat(),
            },
        )
    else:
        yield Reason("evaluation.no_evidence", {"name": dict(scale.levels[1].name)})
    for level in gaps:
        yield Reason("evaluation.level_gap", {"level": level, "name": dict(scale.levels[level].name)})
    above = [level for level in supported if level > awarded]
    if above:
        yield Reason("evaluation.evidence_above_gap", {"level": max(above), "gap": awarded + 1})
    if claimed is not None and claimed > awarded:
        yield Reason("evaluation.claim_not_supported", {"claimed": claimed, "level": awarded})
    for piece in too_early:
        yield Reason(
            "evaluation.evidence_in_future",
            {"title": piece.title, "on": piece.on.isoformat(), "level": piece.level},
        )


def _scale(row: Row) -> Scale:
    levels = {
        number: ScaleLevel(
            level["name"], tuple(Question(f"{row.id}-{number}", **texts) for texts in level["questions"])
        )
        for number, level in sorted(row["levels"].items())
    }
    return Scale(row.id, row.version, row.source, row.status, row["name"], levels)


def _ladder(level: Check) -> Check:
    """Levels numbered 1, 2, 3, … without a gap."""

    def check(value: object) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or sorted(value, key=str) != list(range(1, len(value) + 1)):
            yield Fault("", "levels numbered 1, 2, 3, … without a gap")
            return
        for number, entry in value.items():
            yield from (Fault(f".{number}{fault.path}", fault.expected) for fault in level(entry))

    return check
