"""The API of results: search, facets, one result."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from technopole.pipeline.models import IpStatus, Result, ResultKind, Stage, Translation
from technopole.portal.results import listing, readiness_levels, stages_of
from technopole.records.api import Key, Links, Paging, RecordOut, Ref, Title, answers, told
from technopole.records.pages import visible_or_404

router = Router(tags=["results"])


class ResultOut(RecordOut, of=Result):
    """A result as its reader may see it."""

    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    source_language: str
    translation_zh: Translation
    translation_en: Translation
    problem_zh: str
    problem_en: str
    advantage_zh: str
    advantage_en: str
    keywords_zh: list[Any]
    keywords_en: list[Any]
    kind: ResultKind
    sector: str
    holder: Ref | None
    contact: Ref | None
    ip_status: IpStatus | None
    patent_numbers: list[Any] | None
    enabling_description: str | None
    facts: dict[str, Any] | None
    requirements: dict[str, Any] | None
    services_needed: list[Any]
    published_on: date | None
    readiness: int | None
    stage: Stage | None


class ChoiceOut(Schema):
    """One value of a facet, and how many results it would leave."""

    value: str
    label: str
    count: int


class FacetOut(Schema):
    """One facet."""

    name: str
    title: str
    choices: list[ChoiceOut]


class ResultsOut(Schema):
    """Results found, best first, with facets over all that was found."""

    items: list[ResultOut]
    total: int
    limit: int
    offset: int
    every_word: bool
    facets: list[FacetOut]


class ResultsAsked(Paging):
    """Words and facets."""

    q: Title = ""
    sector: Key = ""
    stage: Stage | None = None
    trl: Annotated[int, Field(ge=0, le=9)] | None = None
    protection: IpStatus | None = None
    language: Annotated[str, Field(max_length=2)] = ""
    origin: Annotated[str, Field(max_length=10)] = ""


@router.get("/results", response=answers(ResultsOut))
def results(request: HttpRequest, asked: Query[ResultsAsked]) -> Any:
    """Search results in Chinese or English and sift them by facets."""
    facets = ("sector", "stage", "trl", "protection", "language", "origin")
    wanted = {name: str(value) for name in facets if (value := getattr(asked, name)) not in (None, "")}
    found = listing(request.user, asked.q, wanted)
    ids = found.ids[asked.offset : asked.offset + asked.limit]
    by_id = Result.objects.visible_to(request.user).in_bulk(ids)
    rows = [by_id[pk] for pk in ids if pk in by_id]
    links = Links(rows, request.user)
    return {
        "items": [
            told(
                ResultOut,
                row,
                request.user,
                links,
                readiness=found.trl.get(row.pk),
                stage=found.stages.get(row.pk),
            )
            for row in rows
        ],
        "total": len(found.ids),
        "limit": asked.limit,
        "offset": asked.offset,
        "every_word": found.every_word,
        "facets": [
            {
                "name": facet.name,
                "title": facet.title,
                "choices": [
                    {"value": each.value, "label": each.label, "count": each.count} for each in facet.choices
                ],
            }
            for facet in found.facets
        ],
    }


@router.get("/results/{uuid:pk}", response=answers(ResultOut))
def result(request: HttpRequest, pk: UUID) -> Any:
    """One result."""
    found = visible_or_404(Result.objects, request.user, pk)
    return told(
        ResultOut,
        found,
        request.user,
        readiness=readiness_levels(request.user).get(found.pk),
        stage=stages_of(request.user).get(found.pk),
    )
