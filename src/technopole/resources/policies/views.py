"""Pages of the policies that support a project."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.records import clock, sectors
from technopole.records.exports import Column, Kind, Table
from technopole.records.pages import visible_or_404
from technopole.resources.listing import Facet, as_file, listing
from technopole.resources.policies.models import Policy

KINDS = {
    "space": _("space"),
    "equipment": _("equipment"),
    "talent": _("talent"),
    "finance": _("finance"),
    "market": _("market"),
}
TIMES = {"now": _("in force"), "coming": _("not in force yet"), "over": _("expired")}
SEARCHED = ("name_zh", "name_en", "benefit_zh", "benefit_en", "conditions_zh", "conditions_en", "sectors")


def kind_name(kind: str) -> str:
    """A kind of policy in the reader's language; one that an office added reads as its key."""
    return str(KINDS.get(kind, kind))


def time_of(policy: Policy) -> str:
    """``now``, ``coming`` or ``over`` today."""
    today = clock.today()
    if policy.valid_from > today:
        return "coming"
    return "over" if policy.valid_to and policy.valid_to < today else "now"


FACETS = (
    Facet("time", _("Today"), lambda row: (time_of(row),), lambda value: str(TIMES[value])),
    Facet("kind", _("Kind"), lambda row: (row.kind,), kind_name),
    Facet("sector", _("Sector"), lambda row: row.sectors, sectors.name_of),
)


def policies(request: HttpRequest) -> HttpResponse:
    """Policies with their dates, benefits and conditions."""
    found = listing(request, Policy, Policy.objects.visible_to(request.user), SEARCHED, FACETS)
    file = as_file(request, "policies", lambda: _table(found["rows"], request.user))
    if file is not None:
        return file
    found["cards"] = [_card(row, request.user) for row in found["page"]]
    return render(request, "policies/policies.html", found)


def _card(row: Policy, user: Any) -> dict[str, Any]:
    time = time_of(row)
    return {
        "shown": row.shown_to(user),
        "time": time,
        "time_label": TIMES[time],
        "kind_label": kind_name(row.kind),
    }


def _table(rows: list[Policy], user: Any) -> Table:
    columns = (
        Column("name", gettext("Name")),
        Column("issuer", gettext("Issued by")),
        Column("kind", gettext("Kind")),
        Column("from", gettext("From"), Kind.DATE),
        Column("to", gettext("Until"), Kind.DATE),
        Column("benefit", gettext("Benefit")),
        Column("conditions", gettext("Conditions")),
        Column("sectors", gettext("Sectors")),
    )
    lines = tuple(
        {
            "name": shown.name,
            "issuer": shown.text("issuer"),
            "kind": kind_name(shown.kind),
            "from": shown.valid_from,
            "to": shown.valid_to,
            "benefit": shown.text("benefit"),
            "conditions": shown.text("conditions"),
            "sectors": "; ".join(sectors.name_of(key) for key in shown.sectors),
        }
        for shown in (row.shown_to(user) for row in rows)
    )
    return Table(
        gettext("Policies"), columns, lines, clock.today(), sample=any(row.is_sample for row in rows)
    )


def policy(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One policy."""
    found: Policy = visible_or_404(Policy.objects, request.user, pk)
    return render(request, "policies/policy.html", _card(found, request.user))
