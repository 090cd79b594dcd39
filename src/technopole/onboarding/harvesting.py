"""Harvest: real papers become candidates with reasons, closest open needs included; a person decides what follows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from technopole.matching.rank import Document, Query, Ranker
from technopole.onboarding.engine import harvest
from technopole.onboarding.models import Candidate, CandidateStatus
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.needs.models import Need, NeedStatus
from technopole.wording import Reason

KEPT = 400
NOTHING_APPLIED = "onboarding.harvest_nothing_applied"


def _closest_needs(works: Sequence[harvest.Work]) -> dict[str, tuple[str, float, Reason]]:
    """Title → the open need that comes closest, where one is close."""
    needs = {
        str(need.pk): need
        for need in Need.objects.filter(status=NeedStatus.OPEN, level__lte=Level.REGISTERED)
    }
    titles = sorted({work.title for work in works})
    if not needs or not titles:
        return {}
    # The papers are the documents: they are made ready once, and there are fewer needs than papers.
    ranker = Ranker([Document(title, title) for title in titles], cache=settings.VAR / "vectors")
    found: dict[str, tuple[str, float, Reason]] = {}
    for key, need in sorted(needs.items()):
        query = Query(key, need.description, title=need.title)
        for match in ranker.rank(query, top=len(titles), explain=False):
            if match.close and match.score > found.get(match.document, ("", 0.0, None))[1]:
                found[match.document] = key, match.score, Reason("onboarding.near_need", {"need": need.title})
    return found


def harvest_works(told: Iterable[Mapping[str, Any]]) -> int:
    """Propose candidates among the works and keep them; those a person sifted stay as they are.

    Returns
    -------
    int
        How many candidates stand.
    """
    by_id = {row["id"]: row for row in told}
    works = [harvest.Work.of(row) for row in by_id.values()]
    today = clock.today()
    # What is ruled out by its own title (a review, pure theory) is not compared with the needs at all.
    judged = harvest.harvest(works, today=today)
    ruled_out = {one.work_id for one in judged.excluded if one.reason.code != NOTHING_APPLIED}
    near = _closest_needs([work for work in works if work.id not in ruled_out])
    proposed = harvest.propose(works, today=today, closest_need=near.get, limit=KEPT)
    standing = {row.work_id: row for row in Candidate.objects.all()}
    with change(by=None, why="harvest of published papers"):
        kept = {found.work_id for found in proposed}
        for work_id, row in standing.items():
            if work_id not in kept and row.status == CandidateStatus.PROPOSED:
                row.delete()
        for found in proposed:
            candidate = standing.get(found.work_id) or Candidate(
                work_id=found.work_id, proposed_on=clock.today(), level=Level.REGISTERED
            )
            if candidate.status == CandidateStatus.PROPOSED:
                _describe(candidate, by_id[found.work_id], found)
                candidate.save()
    return Candidate.objects.count()


def _describe(candidate: Candidate, work: Mapping[str, Any], found: harvest.Candidate) -> None:
    candidate.title = str(work["title"])[:1000]
    candidate.doi = str(work.get("doi") or "")
    candidate.year = int(work["year"])
    candidate.institutions = work["institutions"]
    candidate.authors = work["authors"]
    candidate.score = float(found.score)
    candidate.reasons = [reason.as_dict() for reason in found.reasons]


def harvest_file(path: Path) -> int:
    """Harvest from a works file (``.jsonl.gz``) as the sample ships it."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return harvest_works(json.loads(line) for line in lines)
