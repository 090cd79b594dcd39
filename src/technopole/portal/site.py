"""The page of one site: what is there, who looked at it, what landed, and which projects fit it."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from technopole.landing.models import LocationEvent, SiteChoice
from technopole.landing.services import rank_for
from technopole.parties import policy
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.records.pages import visible_or_404
from technopole.resources.policies.models import Policy
from technopole.resources.sites.models import Site

LOOKING = (Stage.EVALUATION, Stage.PLANNING, Stage.LANDING)
# So many are shown at once; the others fold away.
MOST = 8


def site(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One site as this reader may see it; its manager and the office also see the projects that fit."""
    user = request.user
    found: Site = visible_or_404(Site.objects.select_related("district", "operator", "manager"), user, pk)
    choices = (
        SiteChoice.objects.visible_to(user).filter(site=found).select_related("project__result").distinct()
    )
    events = LocationEvent.objects.visible_to(user).filter(site=found).select_related("landing").distinct()
    fits = _projects(found, user) if policy.may(user, "sites.edit", found) else None
    context = {
        "shown": found.shown_to(user),
        "operator": found.operator if found.operator and found.operator.visible_to(user) else None,
        "manager": found.manager.shown_to(user) if found.manager and found.manager.visible_to(user) else None,
        "facilities": [row.shown_to(user) for row in found.facilities.visible_to(user).distinct()],
        "policies": [
            row.shown_to(user) for row in Policy.objects.visible_to(user).filter(key__in=found.policies)
        ],
        "choices": [_choice(row, user) for row in choices],
        "events": [row.shown_to(user) for row in events],
        "fits": fits,
        "fitting": [row for row in fits or () if row["fit"] and row["fit"].eligible],
        "blocked": [row for row in fits or () if row["fit"] and not row["fit"].eligible],
        "most": f":{MOST}",
        "rest": f"{MOST}:",
        "under_nda": [row for row in fits or () if row["fit"] is None],
    }
    return render(request, "portal/site.html", context)


def _choice(row: SiteChoice, user: Any) -> dict[str, Any]:
    shown = row.shown_to(user)
    return {
        "shown": shown,
        # The reasons quote what the result asks of a site.
        "why": row.why if shown.reasons is not None else [],
        "project": row.project,
        "title": row.project.result.shown_to(user).title,
    }


def _projects(found: Site, user: Any) -> list[dict[str, Any]]:
    """Open projects on their way to a site, best fit first.

    What a project asks of a site is under NDA: where the reader may not see it, the fit is not
    computed either, because its blockers would tell.
    """
    rows = (
        TransferProject.objects.visible_to(user)
        .filter(stage__in=LOOKING, disposition__in=(Disposition.ACTIVE, Disposition.HOLD))
        .select_related("result")
        .distinct()
    )
    lines: list[dict[str, Any]] = []
    for project in rows:
        if not project.result.visible_to(user):
            continue
        shown = project.result.shown_to(user)
        fit = rank_for(project.result, [found])[0][1] if shown.requirements is not None else None
        lines.append(
            {"project": project, "result": shown, "fit": fit, "same_sector": shown.sector in found.sectors}
        )
    lines = [line for line in lines if line["fit"] is not None or line["same_sector"]]
    return sorted(lines, key=lambda line: (line["fit"] is None, -(line["fit"].score if line["fit"] else 0)))
