"""Pages of shared facilities and of service providers."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from technopole.records import clock, sectors
from technopole.records.exports import Column, Kind, Table
from technopole.records.pages import visible_or_404
from technopole.resources.facilities.models import Facility, Provider, ProviderKind
from technopole.resources.listing import Facet, as_file, listing
from technopole.resources.sites.models import District
from technopole.wording import named

# Certificates and kinds of facility as the office names them; another one reads as its key.
WORDS = {
    "gmp": "GMP",
    "glp": "GLP",
    "cnas": "CNAS",
    "cma": "CMA",
    "iso13485": "ISO 13485",
    "iso9001": "ISO 9001",
}
FACILITY_FACETS = (
    Facet("sector", _("Sector"), lambda row: row.sectors, sectors.name_of),
    Facet("kind", _("Kind"), lambda row: (row.kind,), lambda value: named(value, get_language() or "en")),
)
PROVIDER_FACETS = (
    Facet("kind", _("Service"), lambda row: (row.kind,), lambda value: str(ProviderKind(value).label)),
    Facet("sector", _("Sector"), lambda row: row.sectors, sectors.name_of),
    Facet(
        "certificate", _("Certificate"), lambda row: row.certifications, lambda value: WORDS.get(value, value)
    ),
)


def _sectors(shown: Any) -> str:
    return "; ".join(sectors.name_of(key) for key in shown.sectors)


def facilities(request: HttpRequest) -> HttpResponse:
    """Shared facilities, with search, facets and as a file."""
    rows = Facility.objects.visible_to(request.user).select_related("site", "operator")
    searched = ("name_zh", "name_en", "capabilities_zh", "capabilities_en", "sectors", "kind")
    found = listing(request, Facility, rows, searched, FACILITY_FACETS)
    file = as_file(request, "facilities", lambda: _facility_table(found["rows"], request.user))
    if file is not None:
        return file
    found["cards"] = [
        {"shown": row.shown_to(request.user), "site": _site(row, request.user)} for row in found["page"]
    ]
    return render(request, "facilities/facilities.html", found)


def _site(facility: Facility, user: Any) -> Any:
    return facility.site.shown_to(user) if facility.site.visible_to(user) else None


def _facility_table(rows: list[Facility], user: Any) -> Table:
    columns = (
        Column("name", gettext("Name")),
        Column("site", gettext("Site")),
        Column("operator", gettext("Operator")),
        Column("kind", gettext("Kind")),
        Column("capabilities", gettext("What it can do")),
        Column("sectors", gettext("Sectors")),
        Column("open", gettext("Open to outside users")),
        Column("price", gettext("Prices")),
    )
    lines = tuple(
        {
            "name": shown.name,
            "site": str(site) if (site := _site(shown.record, user)) else "",
            "operator": str(shown.operator),
            "kind": named(shown.kind, get_language() or "en"),
            "capabilities": shown.text("capabilities"),
            "sectors": _sectors(shown),
            "open": gettext("yes") if shown.open_to_outside else gettext("no"),
            "price": shown.price_note,
        }
        for shown in (row.shown_to(user) for row in rows)
    )
    return Table(
        gettext("Shared facilities"), columns, lines, clock.today(), sample=any(r.is_sample for r in rows)
    )


def facility(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One shared facility."""
    rows = Facility.objects.select_related("site", "operator")
    found: Facility = visible_or_404(rows, request.user, pk)
    context = {
        "shown": found.shown_to(request.user),
        "site": _site(found, request.user),
        "operator": found.operator if found.operator.visible_to(request.user) else None,
    }
    return render(request, "facilities/facility.html", context)


def providers(request: HttpRequest) -> HttpResponse:
    """Service providers: CRO, CMO, test houses, suppliers."""
    rows = Provider.objects.visible_to(request.user).select_related("organisation")
    searched = ("capabilities_zh", "capabilities_en", "sectors", "certifications", "kind")
    found = listing(request, Provider, rows, searched, PROVIDER_FACETS)
    file = as_file(request, "providers", lambda: _provider_table(found["rows"], request.user))
    if file is not None:
        return file
    names = {row.key: row.name for row in District.objects.all()}
    found["cards"] = [_provider(row, request.user, names) for row in found["page"]]
    return render(request, "facilities/providers.html", found)


def _provider(row: Provider, user: Any, districts: dict[str, str]) -> dict[str, Any]:
    return {
        "shown": row.shown_to(user),
        "organisation": row.organisation if row.organisation.visible_to(user) else None,
        "certificates": [WORDS.get(key, key) for key in row.certifications],
        "district": districts.get(row.district, row.district),
    }


def _provider_table(rows: list[Provider], user: Any) -> Table:
    columns = (
        Column("organisation", gettext("Organisation")),
        Column("kind", gettext("Service")),
        Column("capabilities", gettext("What it can do")),
        Column("sectors", gettext("Sectors")),
        Column("certificates", gettext("Certificates")),
        Column("district", gettext("District")),
        Column("weeks", gettext("Lead time, weeks"), Kind.WHOLE),
        Column("order", gettext("Smallest order, yuan"), Kind.WHOLE),
    )
    names = {row.key: row.name for row in District.objects.all()}
    lines = tuple(
        {
            "organisation": str(card["organisation"] or ""),
            "kind": card["shown"].get_kind_display(),
            "capabilities": card["shown"].text("capabilities"),
            "sectors": _sectors(card["shown"]),
            "certificates": "; ".join(card["certificates"]),
            "district": card["district"],
            "weeks": card["shown"].lead_weeks,
            "order": card["shown"].min_order_yuan,
        }
        for card in (_provider(row, user, names) for row in rows)
    )
    return Table(
        gettext("Service providers"), columns, lines, clock.today(), sample=any(r.is_sample for r in rows)
    )


def provider(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One service of one provider."""
    found: Provider = visible_or_404(Provider.objects.select_related("organisation"), request.user, pk)
    names = {row.key: row.name for row in District.objects.all()}
    return render(request, "facilities/provider.html", _provider(found, request.user, names))
