"""The API of support policies."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from technopole.records.api import Listed, Paging, RecordOut, answers, listed, told
from technopole.records.pages import visible_or_404
from technopole.resources.policies.models import Policy

router = Router(tags=["policies"])


class PolicyOut(RecordOut, of=Policy):
    """One dated policy."""

    name_zh: str
    name_en: str
    issuer_zh: str
    issuer_en: str
    kind: str
    sectors: list[str]
    districts: list[str]
    benefit_zh: str
    benefit_en: str
    conditions_zh: str
    conditions_en: str
    valid_from: date
    valid_to: date | None


@router.get("/policies", response=answers(Listed[PolicyOut]))
def policies(request: HttpRequest, asked: Query[Paging]) -> Any:
    """Policies that support projects, by the day they came into force."""
    rows = Policy.objects.visible_to(request.user).order_by("valid_from", "pk")
    return listed(PolicyOut, rows, asked, request.user)


@router.get("/policies/{uuid:pk}", response=answers(PolicyOut))
def policy(request: HttpRequest, pk: UUID) -> Any:
    """One policy."""
    return told(PolicyOut, visible_or_404(Policy.objects, request.user, pk), request.user)
