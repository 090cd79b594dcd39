"""The API of districts and sites."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from technopole.parties.api import Done, act
from technopole.parties.models import Organisation, Person
from technopole.records.api import (
    Inputs,
    Key,
    Keys,
    Listed,
    Paging,
    RecordOut,
    Ref,
    Version,
    Whole,
    answers,
    listed,
    pointed,
    told,
)
from technopole.records.levels import Level
from technopole.records.pages import visible_or_404
from technopole.resources.sites import services
from technopole.resources.sites.models import CleanClass, District, Eia, Region, Site, Tier

router = Router(tags=["sites"])
Name = Annotated[str, Field(max_length=200)]
About = Annotated[str, Field(max_length=3000)]


class DistrictOut(Schema):
    """A district, or a place outside the region."""

    key: str
    name_zh: str
    name_en: str
    region: Region


class SiteOut(RecordOut, of=Site):
    """A park or building: its space and its hard limits."""

    name_zh: str
    name_en: str
    tier: str
    district: str
    operator: Ref | None
    manager: Ref | None
    positioning_zh: str
    positioning_en: str
    sectors: list[str]
    total_m2: int
    free_m2: int
    min_unit_m2: int
    floor_load_kn_m2: float
    ceiling_m: float
    clean_class: CleanClass
    gmp: bool
    bsl: int
    power_kva: int
    eia_max: Eia
    hazardous: bool
    animal: bool
    pilot_line: str
    rent_yuan_m2_month: float
    policies: list[str]


class SiteFields(Inputs):
    """What a site may be given."""

    name_zh: Name = ""
    name_en: Name = ""
    tier: Tier | None = None
    operator: UUID | None = None
    manager: UUID | None = None
    positioning_zh: About = ""
    positioning_en: About = ""
    sectors: Keys = []
    min_unit_m2: Whole = 0
    clean_class: CleanClass = CleanClass.NONE
    gmp: bool = False
    bsl: Annotated[int, Field(ge=0, le=4)] = 0
    eia_max: Eia = Eia.REGISTRATION
    hazardous: bool = False
    animal: bool = False
    pilot_line: Annotated[str, Field(max_length=40)] = ""
    policies: Keys = []
    level: Level = Level.PUBLIC


Tenths = Annotated[Decimal, Field(ge=0, le=9999, max_digits=5, decimal_places=1)]
Rent = Annotated[Decimal, Field(ge=0, le=999_999, max_digits=8, decimal_places=2)]


class SiteIn(SiteFields):
    """A new site."""

    district: Key
    total_m2: Whole
    free_m2: Whole
    floor_load_kn_m2: Tenths
    ceiling_m: Tenths
    power_kva: Whole
    rent_yuan_m2_month: Rent


class SiteChange(SiteFields):
    """Changed fields of a site; what is not sent stays."""

    version: Version
    district: Key = ""
    total_m2: Whole = 0
    free_m2: Whole = 0
    floor_load_kn_m2: Tenths = Decimal(0)
    ceiling_m: Tenths = Decimal(0)
    power_kva: Whole = 0
    rent_yuan_m2_month: Rent = Decimal(0)


class SitesAsked(Paging):
    """Which sites: district, tier, sector."""

    district: Key = ""
    tier: Tier | None = None


@router.get("/districts", response=answers(list[DistrictOut]))
def districts(request: HttpRequest) -> Any:
    """The districts, and the places outside the region."""
    return [
        {"key": row.key, "name_zh": row.name_zh, "name_en": row.name_en, "region": row.region}
        for row in District.objects.all()
    ]


@router.get("/sites", response=answers(Listed[SiteOut]))
def sites(request: HttpRequest, asked: Query[SitesAsked]) -> Any:
    """Parks and buildings."""
    rows = Site.objects.visible_to(request.user).select_related("district")
    if asked.district:
        rows = rows.filter(district=asked.district)
    if asked.tier:
        rows = rows.filter(tier=asked.tier)
    return listed(SiteOut, rows.order_by("tier", "name_en", "pk"), asked, request.user, _district)


def _district(site: Site) -> dict[str, Any]:
    return {"district": site.district_id}


@router.get("/sites/{uuid:pk}", response=answers(SiteOut))
def site(request: HttpRequest, pk: UUID) -> Any:
    """One site."""
    found = visible_or_404(Site.objects, request.user, pk)
    return told(SiteOut, found, request.user, **_district(found))


def district_of(key: str, field: str = "district") -> District:
    """The district of that key.

    Raises
    ------
    ValidationError
        There is none; it names `field`.
    """
    found = District.objects.filter(key=key).first()
    if found is None:
        raise ValidationError({field: f"there is no district {key}"})
    return found


def _pointing(fields: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    if "district" in fields:
        fields["district"] = district_of(fields["district"])
    for name, model in (("operator", Organisation), ("manager", Person)):
        if name in fields:
            fields[name] = pointed(model, request.user, fields[name], name)
    if "tier" in fields:
        fields["tier"] = fields["tier"] or ""
    return fields


@router.post("/sites", response=answers(Done))
def add_site(request: HttpRequest, body: SiteIn) -> Any:
    """Enter a park or building."""
    return act(services.add_site, Site(), request, fields=_pointing(body.model_dump(), request))


@router.post("/sites/{uuid:pk}/edit", response=answers(Done))
def edit_site(request: HttpRequest, pk: UUID, body: SiteChange) -> Any:
    """Change the sent fields of a site."""
    found = visible_or_404(Site.objects, request.user, pk)
    fields = _pointing(body.given("version"), request)
    return act(services.edit_site, found, request, body.version, fields=fields)
