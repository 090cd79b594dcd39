"""The API of needs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from technopole.parties.api import Done, act
from technopole.parties.models import Organisation, Person
from technopole.records.api import (
    Day,
    Inputs,
    Key,
    Listed,
    Pages,
    Paging,
    Readiness,
    RecordOut,
    Ref,
    Title,
    Version,
    Versioned,
    answers,
    listed,
    pointed,
    told,
)
from technopole.records.levels import Level
from technopole.records.pages import visible_or_404
from technopole.records.search import find
from technopole.resources.needs import services
from technopole.resources.needs.models import Need, NeedKind, NeedStatus

router = Router(tags=["needs"])
SEARCHED = ("title", "description")


class NeedOut(RecordOut, of=Need):
    """A need, in the language in which it was written."""

    organisation: Ref | None
    contact: Ref | None
    kind: NeedKind
    language: str
    title: str
    description: str
    sector: str
    min_trl: int | None
    budget_yuan: int | None
    deadline: date | None
    posted_on: date
    status: NeedStatus


class NeedFields(Inputs):
    """What a need may be given."""

    contact: UUID | None = None
    kind: NeedKind = NeedKind.COMPANY
    language: Annotated[str, Field(pattern="^(zh|en)$")] = "zh"
    title: Title
    description: Pages
    sector: Key = ""
    min_trl: Readiness | None = None
    budget_yuan: Annotated[int, Field(ge=0, le=10**15)] | None = None
    deadline: Day | None = None
    level: Level = Level.REGISTERED


class NeedIn(NeedFields):
    """A new need."""

    organisation: UUID


class NeedChange(NeedFields):
    """Changed fields of a need; what is not sent stays."""

    version: Version
    title: Title = ""
    description: Pages = ""


class NeedsAsked(Paging):
    """Which needs: words, sector, kind, status."""

    q: Title = ""
    sector: Key = ""
    kind: NeedKind | None = None
    status: NeedStatus | None = None


@router.get("/needs", response=answers(Listed[NeedOut]))
def needs(request: HttpRequest, asked: Query[NeedsAsked]) -> Any:
    """Needs that you may know of, the latest first; with words, those that hold them."""
    rows = Need.objects.visible_to(request.user)
    for name in ("sector", "kind", "status"):
        if getattr(asked, name):
            rows = rows.filter(**{name: getattr(asked, name)})
    if asked.q.strip():
        rows = rows.filter(pk__in=find(Need, SEARCHED, request.user, asked.q).ids)
    return listed(NeedOut, rows.order_by("-posted_on", "title", "pk"), asked, request.user)


def _need(request: HttpRequest, pk: UUID) -> Need:
    found: Need = visible_or_404(Need.objects, request.user, pk)
    return found


@router.get("/needs/{uuid:pk}", response=answers(NeedOut))
def need(request: HttpRequest, pk: UUID) -> Any:
    """One need."""
    return told(NeedOut, _need(request, pk), request.user)


def _pointing(fields: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    for name, model in (("organisation", Organisation), ("contact", Person)):
        if name in fields:
            fields[name] = pointed(model, request.user, fields[name], name)
    return fields


@router.post("/needs", response=answers(Done))
def post_need(request: HttpRequest, body: NeedIn) -> Any:
    """Post a need; outside the office one posts for one's own organisation."""
    return act(services.post_need, Need(), request, fields=_pointing(body.model_dump(), request))


@router.post("/needs/{uuid:pk}/edit", response=answers(Done))
def edit_need(request: HttpRequest, pk: UUID, body: NeedChange) -> Any:
    """Change the sent fields of a need."""
    fields = _pointing(body.given("version"), request)
    return act(services.edit_need, _need(request, pk), request, body.version, fields=fields)


@router.post("/needs/{uuid:pk}/withdraw", response=answers(Done))
def withdraw_need(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Take a need off the list."""
    return act(services.withdraw_need, _need(request, pk), request, body.version)


@router.post("/needs/{uuid:pk}/reopen", response=answers(Done))
def reopen_need(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Put a need back on the list."""
    return act(services.reopen_need, _need(request, pk), request, body.version)
