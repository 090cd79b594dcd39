"""Pages of parks and sites: the list by tier with its limits, adding and changing one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from technopole.parties.actions import Refused
from technopole.pipeline.page import posted_version
from technopole.records import clock, sectors
from technopole.records.exports import Column, Kind, Table
from technopole.records.levels import Level
from technopole.records.models import Stale
from technopole.records.pages import require_scope, visible_or_404
from technopole.resources.listing import Facet, as_file, listing
from technopole.resources.sites import services
from technopole.resources.sites.forms import SiteForm
from technopole.resources.sites.models import CleanClass, District, Site, Tier
from technopole.wording import named

SEARCHED = ("name_zh", "name_en", "positioning_zh", "positioning_en", "sectors", "pilot_line")


def district_name(key: str) -> str:
    """A district in the reader's language; a key of none reads as it is."""
    found = District.objects.filter(key=key).first()
    return found.name if found else key


FACETS = (
    Facet("tier", _("Tier"), lambda site: (site.tier,), lambda value: str(Tier(value).label)),
    Facet("district", _("District"), lambda site: (site.district_id,), district_name),
    Facet("sector", _("Sector"), lambda site: site.sectors, sectors.name_of),
    Facet(
        "clean", _("Clean room"), lambda site: (site.clean_class,), lambda value: str(CleanClass(value).label)
    ),
    Facet(
        "gmp",
        "GMP",
        lambda site: ("yes" if site.gmp else "no",),
        lambda v: gettext("yes") if v == "yes" else gettext("no"),
    ),
)


def sites(request: HttpRequest) -> HttpResponse:
    """Parks by tier, and the table of their free space and limits."""
    rows = Site.objects.visible_to(request.user).select_related("district", "operator")
    found = listing(request, Site, rows, SEARCHED, FACETS)
    file = as_file(request, "sites", lambda: _table(found["rows"], request.user))
    if file is not None:
        return file
    found["tiers"] = [
        {"label": label, "sites": held}
        for value, label in (*Tier.choices, ("", gettext("outside the scheme")))
        if (held := [_card(site, request.user) for site in found["rows"] if site.tier == value])
    ]
    found["cards"] = [site.shown_to(request.user) for site in found["page"]]
    return render(request, "sites/sites.html", found)


def _card(site: Site, user: Any) -> dict[str, Any]:
    share = round(100 * site.free_m2 / site.total_m2) if site.total_m2 else 0
    return {"shown": site.shown_to(user), "free_percent": share}


def _table(rows: list[Site], user: Any) -> Table:
    columns = (
        Column("name", gettext("Name")),
        Column("tier", gettext("Tier")),
        Column("district", gettext("District")),
        Column("sectors", gettext("Sectors")),
        Column("total", gettext("Total area, m²"), Kind.WHOLE),
        Column("free", gettext("Free area, m²"), Kind.WHOLE),
        Column("unit", gettext("Smallest unit, m²"), Kind.WHOLE),
        Column("load", gettext("Floor load, kN/m²"), Kind.NUMBER),
        Column("ceiling", gettext("Clear height, m"), Kind.NUMBER),
        Column("clean", gettext("Clean room")),
        Column("gmp", "GMP"),
        Column("bsl", gettext("Biosafety level"), Kind.WHOLE),
        Column("power", gettext("Power, kVA"), Kind.WHOLE),
        Column("eia", gettext("EIA up to")),
        Column("pilot", gettext("Pilot line")),
        Column("rent", gettext("Rent, yuan per m² and month"), Kind.NUMBER),
    )
    lines = tuple(
        {
            "name": shown.name,
            "tier": shown.get_tier_display(),
            "district": shown.district.name,
            "sectors": "; ".join(sectors.name_of(key) for key in shown.sectors),
            "total": shown.total_m2,
            "free": shown.free_m2,
            "unit": shown.min_unit_m2,
            "load": shown.floor_load_kn_m2,
            "ceiling": shown.ceiling_m,
            "clean": shown.get_clean_class_display(),
            "gmp": gettext("yes") if shown.gmp else gettext("no"),
            "bsl": shown.bsl,
            "power": shown.power_kva,
            "eia": shown.get_eia_max_display(),
            "pilot": "" if shown.pilot_line == "none" else named(shown.pilot_line, get_language() or "en"),
            "rent": shown.rent_yuan_m2_month,
        }
        for shown in (site.shown_to(user) for site in rows)
    )
    return Table(
        gettext("Parks and sites"), columns, lines, clock.today(), sample=any(row.is_sample for row in rows)
    )


def new(request: HttpRequest) -> HttpResponse:
    """Enter a park or building."""
    return _write(request, Site(level=Level.PUBLIC), added=True)


def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a site's space and limits."""
    site: Site = visible_or_404(Site.objects, request.user, pk)
    require_scope(request, site)
    return _write(request, site, added=False)


def _write(request: HttpRequest, site: Site, *, added: bool) -> HttpResponse:
    refused: Any = ()
    stale = False
    version = site.version
    form = SiteForm(request.POST or None, instance=site, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _keep(request, form, site, added=added)
        except Refused as refusal:
            refused = refusal.reasons
        except (Stale, IntegrityError):
            stale = True
            version = Site.objects.get(pk=site.pk).version
        except ValidationError as wrong:
            for name, errors in getattr(wrong, "error_dict", {"": wrong.messages}).items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            messages.success(request, gettext("The site is saved."))
            return redirect("site", pk=kept.pk)
    context = {
        "form": form,
        "site": None if added else site,
        "version": version,
        "refused": refused,
        "stale": stale,
    }
    return render(request, "sites/write.html", context, status=422 if request.method == "POST" else 200)


def _keep(request: HttpRequest, form: SiteForm, site: Site, *, added: bool) -> Site:
    if added:
        made: Site = services.add_site(Site(level=Level.PUBLIC), by=request.user, fields=form.cleaned_data)
        return made
    version = posted_version(request)
    kept: Site = services.edit_site(site, by=request.user, version=version, fields=form.cleaned_data)
    return kept
