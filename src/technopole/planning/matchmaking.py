"""Matches of the records: which texts are set beside each other, and what is kept of the ranking.

Only non-confidential texts are matched (titles, summaries, needs as posted, public profiles), so a
reason can be shown to whoever may see both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction

from technopole.matching.embed import BundledEmbedder
from technopole.matching.rank import Document, Query, Ranker, Text
from technopole.matching.rank import Match as Ranked
from technopole.parties.actions import action
from technopole.parties.models import Organisation, OrganisationKind, Person, User
from technopole.pipeline.models import Result, Stage, TransferProject
from technopole.planning.models import Match, MatchStatus
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.needs.models import Need, NeedStatus

# What is kept of a ranking: enough to choose from, few enough to read.
KEPT_PER_NEED = 10
KEPT_PROFILES = 5
# A profile is a line or two and never reaches the floor of whole texts. On the sample region the
# right company or person leads with .1 to .6 and the others stay below.
PROFILE_FLOOR = 0.1
ABOUT_THE_FLOOR = ("matching.not_close", "matching.nothing_close")
Progress = Callable[[Iterable[Any]], Iterable[Any]]


def ranker(documents: Sequence[Document]) -> Ranker:
    """A ranker whose vectors are kept under the office's own folder."""
    return Ranker(documents, cache=settings.VAR / "vectors")


def _public_text(result: Result, language: str) -> Text:
    parts = [getattr(result, f"{name}_{language}") for name in ("summary", "problem", "advantage")]
    keywords = " ".join(getattr(result, f"keywords_{language}") or ())
    return Text(getattr(result, f"title_{language}"), "\n".join(part for part in (*parts, keywords) if part))


def result_document(result: Result) -> Document:
    """A result as the matcher reads it: non-confidential texts in both languages, readiness and sector."""
    languages = ("zh", "en") if result.source_language == "zh" else ("en", "zh")
    first, *others = (
        _public_text(result, language) for language in languages if getattr(result, f"title_{language}")
    )
    facets: dict[str, Any] = {"sector": result.sector} if result.sector else {}
    assessment = _last_assessment(result)
    if assessment is not None:
        facets["trl"] = assessment.awarded
    return Document(
        id=str(result.pk),
        title=first.title,
        text=first.text,
        source_language=result.source_language,
        translations=tuple(others),
        facets=facets,
    )


def _last_assessment(result: Result) -> Any:
    rows = [row for project in result.projects.all() for row in project.assessments.all()]
    return max(rows, key=lambda row: (row.assessed_on, row.created_at), default=None)


def need_query(need: Need) -> Query:
    """A need as a query: its words, and what it demands of a result."""
    constraints: dict[str, Any] = {}
    if need.min_trl is not None:
        constraints["min_trl"] = need.min_trl
    if need.sector:
        constraints["sector"] = need.sector
    return Query(id=str(need.pk), title=need.title, text=need.description, constraints=constraints)


def matchable_results() -> list[Result]:
    """Results on their way: one that nobody accepted yet, or that is closed, is offered to nobody."""
    on_their_way = TransferProject.objects.exclude(stage__in=(Stage.ONBOARDING, Stage.CLOSED))
    rows = Result.objects.filter(projects__in=on_their_way).distinct().order_by("pk")
    return list(rows.prefetch_related("projects__assessments"))


def rank_needs(
    needs: Sequence[Need], results: Sequence[Result], *, top: int = KEPT_PER_NEED
) -> Iterator[tuple[Need, list[Ranked]]]:
    """Each need with the results that come closest, best first, each with its reasons."""
    if not results:
        yield from ((need, []) for need in needs)
        return
    prepared = ranker([result_document(result) for result in results])
    for need in needs:
        yield need, prepared.rank(need_query(need), top=top, explain=True)


def refresh_matches(*, only: Sequence[Result] | None = None) -> int:
    """Compute the matches afresh and keep those that are close; answers already given stay.

    Parameters
    ----------
    only
        Keep matches of these results alone (the ranking is over all of them).

    Returns
    -------
    int
        How many matches are kept.
    """
    results = matchable_results()
    for result in only or ():
        if all(result.pk != known.pk for known in results):
            results.append(result)
    by_id = {str(result.pk): result for result in results}
    wanted = {str(result.pk) for result in only} if only is not None else set(by_id)
    needs = list(Need.objects.filter(status=NeedStatus.OPEN).order_by("pk"))
    found: dict[tuple[str, str, Any], Ranked] = {}
    for need, ranked in rank_needs(needs, results):
        for match in ranked:
            if match.close and match.document in wanted:
                found[match.document, "need", need.pk] = match
    for identifier in wanted:
        found.update(_partners_and_experts(by_id[identifier]))
    with change(by=None, why="matches computed"), transaction.atomic():
        if only is None:
            for stale in Match.objects.filter(status=MatchStatus.SUGGESTED).exclude(result_id__in=wanted):
                stale.delete()
        return _keep(found, wanted, by_id)


def _partners_and_experts(result: Result) -> dict[tuple[str, str, Any], Ranked]:
    """Companies and people whose profile comes near the result's title and keywords, its inventors left out."""
    document = result_document(result)
    words = " ".join([*(result.keywords_zh or ()), *(result.keywords_en or ())])
    query = Query(id=document.id, title=document.title, text=words)
    inventors = {str(pk) for pk in result.inventors.values_list("pk", flat=True)}
    found: dict[tuple[str, str, Any], Ranked] = {}
    for kind, profiles in (("organisation", _partners()), ("person", _experts())):
        if profiles is None:
            continue
        ranked = profiles.rank(query, top=KEPT_PROFILES + len(inventors), explain=True)
        near = [match for match in ranked if match.score >= PROFILE_FLOOR and match.document not in inventors]
        for rank, match in enumerate(near[:KEPT_PROFILES], start=1):
            told = tuple(reason for reason in match.reasons if reason.code not in ABOUT_THE_FLOOR)
            found[document.id, kind, match.document] = replace(match, rank=rank, close=True, reasons=told)
    return found


def _ranker_of(rows: Iterable[Any], name: str, texts: str) -> Ranker | None:
    documents = []
    for row in rows:
        variants = [
            (language, Text(getattr(row, f"{name}_{language}") or row.text(name), body))
            for language in ("zh", "en")
            if (body := getattr(row, f"{texts}_{language}"))
        ]
        if variants:
            (language, first), *others = variants
            documents.append(
                Document(
                    id=str(row.pk),
                    title=first.title,
                    text=first.text,
                    source_language=language,
                    translations=tuple(text for _, text in others),
                )
            )
    return ranker(documents) if documents else None


_profiles: dict[tuple[str, int, Any], Ranker | None] = {}


def _profile_ranker(kind: str, rows: Any, name: str, texts: str) -> Ranker | None:
    """The ranker over people or companies, rebuilt when one of them changed."""
    # Number and moment: after a rollback the same number is given again.
    latest = rows.model.history.order_by("-history_id").values_list("history_id", "history_date").first()
    stamp = (kind, rows.count(), latest)
    if stamp not in _profiles:
        for old in [key for key in _profiles if key[0] == kind]:
            del _profiles[old]
        _profiles[stamp] = _ranker_of(rows.order_by("pk"), name, texts)
    return _profiles[stamp]


def _partners() -> Ranker | None:
    rows = Organisation.objects.filter(kind=OrganisationKind.COMPANY).exclude(about_zh="", about_en="")
    return _profile_ranker("organisation", rows, "name", "about")


def _experts() -> Ranker | None:
    return _profile_ranker(
        "person", Person.objects.exclude(expertise_zh="", expertise_en=""), "name", "expertise"
    )


def _keep(found: dict[tuple[str, str, Any], Ranked], wanted: set[str], by_id: dict[str, Result]) -> int:
    standing = {
        (
            str(row.result_id),
            "need" if row.need_id else "organisation" if row.organisation_id else "person",
            str(row.need_id or row.organisation_id or row.person_id),
        ): row
        for row in Match.objects.filter(result_id__in=wanted)
    }
    fresh = {(result, kind, str(partner)): match for (result, kind, partner), match in found.items()}
    for key, row in standing.items():
        if key not in fresh and row.status == MatchStatus.SUGGESTED:
            row.delete()
    for (result, kind, partner), match in fresh.items():
        row = standing.get((result, kind, partner)) or Match(
            result=by_id[result],
            is_sample=by_id[result].is_sample,
            level=Level.TEAM,
            **{f"{kind}_id": partner},
        )
        reasons = [reason.as_dict() for reason in match.reasons]
        new = {
            "rank": match.rank,
            "score": round(match.score, 6),
            "close": match.close,
            "cross_language": match.cross_language,
            "reasons": reasons,
            "embedder": BundledEmbedder.name,
        }
        if row._state.adding or any(getattr(row, name) != value for name, value in new.items()):
            if row._state.adding:
                row.computed_on = clock.today()
            for name, value in new.items():
                setattr(row, name, value)
            row.save()
    return len(fresh)


def close_needs(result: Result) -> int:
    """How many open needs are close to the result."""
    return Match.objects.filter(result=result, need__status=NeedStatus.OPEN, close=True).count()


@action("planning.match", TransferProject)
def find_matches(project: TransferProject, *, by: User) -> int:
    """Compute the matches of one project's result afresh; how many are kept."""
    return refresh_matches(only=[project.result])
