"""Which published papers look worth asking their authors about, with reasons that anyone can check.

A proposal is a question to the authors, never a judgement of the work: reasons name the words of the
title, a company in the record, an open need, the year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from technopole.onboarding.engine.columns import normal_text
from technopole.onboarding.engine.packs import HARVEST, pack
from technopole.wording import Reason

#: ``title → (need key, closeness 0–1, why)``, or None when nothing is close.
ClosestNeed = Callable[[str], tuple[str, float, Reason] | None]


@dataclass(frozen=True)
class Institution:
    """An institution as the record names it, with its ISO country."""

    name: str
    country: str


@dataclass(frozen=True)
class Work:
    """The facts of one paper."""

    id: str
    title: str
    year: int | None
    doi: str | None = None
    institutions: tuple[Institution, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Work:
        """A work as ``works.jsonl.gz`` of the sample tells it."""
        return cls(
            id=told["id"],
            title=told["title"],
            year=told["year"],
            doi=told.get("doi"),
            institutions=tuple(Institution(one["name"], one["country"]) for one in told["institutions"]),
        )


@dataclass(frozen=True)
class Candidate:
    """A paper to ask about: its score (0–100), why, and the open need it is closest to."""

    work_id: str
    score: int
    reasons: tuple[Reason, ...]
    need: str | None = None


@dataclass(frozen=True)
class Excluded:
    """A paper that is not proposed, and why."""

    work_id: str
    reason: Reason


@dataclass(frozen=True)
class Harvest:
    """Everything that a harvest looked at: proposals (best first) and the rest with its reasons."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True)
class _Term:
    strength: str
    words: Mapping[str, str]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class _Lexicon:
    terms: tuple[_Term, ...]
    exclusions: tuple[tuple[str, re.Pattern[str]], ...]
    companies: re.Pattern[str]
    unsure: re.Pattern[str]
    told: Mapping[str, Any]


_START = "(?:\\b|(?=[\u3400-\u9fff]))"


@cache
def _lexicon(name: str) -> _Lexicon:
    told = pack(name)
    return _Lexicon(
        terms=tuple(
            # English words at their start only; Chinese has no word boundaries to wait for
            _Term(strength, {"zh": one["zh"], "en": one["en"]}, re.compile(rf"{_START}(?:{one['match']})"))
            for strength, group in told["terms"].items()
            for one in group
        ),
        exclusions=tuple((one["name"], re.compile(one["match"])) for one in told["exclusions"]),
        companies=re.compile(told["companies"], re.IGNORECASE),
        unsure=re.compile(told["affiliations_unsure"]),
        told=told,
    )


def propose(
    works: Iterable[Work],
    *,
    today: date,
    closest_need: ClosestNeed | None = None,
    limit: int | None = None,
    pack_name: str = HARVEST,
) -> list[Candidate]:
    """The papers worth asking about, best first; ties by identifier.

    Parameters
    ----------
    closest_need
        Finds the open need closest to a title; left out when there are no needs.
    limit
        Most candidates; None for all.

    >>> work = Work("W1", "A wearable pressure sensor for gait monitoring", 2025)
    >>> [(c.work_id, c.score) for c in propose([work], today=date(2026, 11, 21))]
    [('W1', 70)]
    """
    found = harvest(works, today=today, closest_need=closest_need, pack_name=pack_name)
    return list(found.candidates[:limit])


def harvest(
    works: Iterable[Work],
    *,
    today: date,
    closest_need: ClosestNeed | None = None,
    pack_name: str = HARVEST,
) -> Harvest:
    """Look at every paper: propose it, or say why not."""
    lexicon = _lexicon(pack_name)
    candidates: list[Candidate] = []
    excluded: list[Excluded] = []
    for work in works:
        reason = _exclusion(work, lexicon, today)
        if reason is not None:
            excluded.append(Excluded(work.id, reason))
            continue
        candidate = _scored(work, lexicon, today, closest_need)
        if candidate.score >= lexicon.told["least"]:
            candidates.append(candidate)
        else:
            excluded.append(Excluded(work.id, Reason("onboarding.harvest_nothing_applied")))
    candidates.sort(key=lambda one: (-one.score, one.work_id))
    return Harvest(tuple(candidates), tuple(excluded))


def _exclusion(work: Work, lexicon: _Lexicon, today: date) -> Reason | None:
    oldest = today.year - int(lexicon.told["oldest_years"])
    if work.year is None:
        return Reason("onboarding.harvest_no_year")
    if work.year < oldest:
        return Reason("onboarding.harvest_too_old", {"year": work.year, "oldest": oldest})
    title = normal_text(work.title)
    for name, pattern in lexicon.exclusions:
        if (match := pattern.search(title)) is not None:
            return Reason(f"onboarding.harvest_{name}", {"word": match.group(0).strip()})
    return None


def _scored(work: Work, lexicon: _Lexicon, today: date, closest_need: ClosestNeed | None) -> Candidate:
    points = lexicon.told["points"]
    title = normal_text(work.title)
    score, reasons = _terms(title, lexicon.terms, points)
    company = next((one.name for one in work.institutions if lexicon.companies.search(one.name)), None)
    if company is not None and score and not lexicon.unsure.search(title):
        score += points["company"]
        reasons.append(Reason("onboarding.harvest_company", {"company": company}))
    need = None
    if closest_need is not None and (close := closest_need(work.title)) is not None:
        need, closeness, why = close
        score += round(points["need"] * min(max(closeness, 0.0), 1.0))
        reasons.append(why)
    if score and work.year is not None:
        for years, gained in sorted(points["recent"].items()):
            if today.year - work.year <= years:
                score += gained
                reasons.append(Reason("onboarding.harvest_recent", {"year": work.year}))
                break
    return Candidate(work.id, min(score, 100), tuple(reasons), need)


def _terms(title: str, terms: Sequence[_Term], points: Mapping[str, Any]) -> tuple[int, list[Reason]]:
    found = [(term, match.group(0).strip()) for term in terms if (match := term.pattern.search(title))]
    score = 0
    reasons: list[Reason] = []
    for term, word in found[:2]:
        score += points["second_term"] if reasons else points["first_term"][term.strength]
        reasons.append(Reason("onboarding.harvest_term", {"what": dict(term.words), "word": word}))
    return score, reasons
