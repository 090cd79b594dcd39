"""The API of shared facilities and service providers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from technopole.records.api import Listed, Paging, RecordOut, Ref, answers, listed, told
from technopole.records.pages import visible_or_404
from technopole.resources.facilities.models import Facility, Provider, ProviderKind

router = Router(tags=["facilities"])


class FacilityOut(RecordOut, of=Facility):
    """Equipment or a line that others may use."""

    name_zh: str
    name_en: str
    site: Ref | None
    operator: Ref | None
    kind: str
    capabilities_zh: str
    capabilities_en: str
    sectors: list[str]
    open_to_outside: bool
    price_note: str


class ProviderOut(RecordOut, of=Provider):
    """A service that an organisation offers to projects."""

    organisation: Ref | None
    kind: ProviderKind
    capabilities_zh: str
    capabilities_en: str
    sectors: list[str]
    certifications: list[str]
    district: str
    lead_weeks: int | None
    min_order_yuan: int | None


class ProvidersAsked(Paging):
    """Which providers."""

    kind: ProviderKind | None = None


@router.get("/facilities", response=answers(Listed[FacilityOut]))
def facilities(request: HttpRequest, asked: Query[Paging]) -> Any:
    """Shared equipment and lines."""
    rows = Facility.objects.visible_to(request.user).order_by("name_en", "pk")
    return listed(FacilityOut, rows, asked, request.user)


@router.get("/facilities/{uuid:pk}", response=answers(FacilityOut))
def facility(request: HttpRequest, pk: UUID) -> Any:
    """One facility."""
    return told(FacilityOut, visible_or_404(Facility.objects, request.user, pk), request.user)


@router.get("/providers", response=answers(Listed[ProviderOut]))
def providers(request: HttpRequest, asked: Query[ProvidersAsked]) -> Any:
    """Research and manufacturing services, test houses, suppliers."""
    rows = Provider.objects.visible_to(request.user)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return listed(ProviderOut, rows.order_by("organisation__name_en", "pk"), asked, request.user)


@router.get("/providers/{uuid:pk}", response=answers(ProviderOut))
def provider(request: HttpRequest, pk: UUID) -> Any:
    """One provider."""
    return told(ProviderOut, visible_or_404(Provider.objects, request.user, pk), request.user)
