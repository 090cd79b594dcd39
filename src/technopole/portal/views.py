"""The portal's own pages: front, my day, results, organisations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from technopole.landing.models import Landing
from technopole.parties.models import Organisation, OrganisationKind, Person
from technopole.pipeline.models import Result, Stage, TransferProject
from technopole.portal import my_day as day
from technopole.portal.addresses import address_of
from technopole.portal.reading import note_reading
from technopole.portal.results import TITLES, listing, readiness_levels, stages_of
from technopole.records.levels import Shown
from technopole.records.pages import paginate, shown_many, visible_or_404
from technopole.records.search import find
from technopole.resources.needs.models import Need, NeedStatus

LATEST = 6


def _cards(results: Iterable[Result], user: Any, trl: Any, stages: Any) -> list[dict[str, Any]]:
    """What a list shows of each result."""
    return [
        {
            "shown": shown,
            "trl": trl.get(shown.record.pk),
            "stage": Stage(stages[shown.record.pk]).label if shown.record.pk in stages else "",
        }
        for shown in shown_many(results, user)
    ]


def front(request: HttpRequest) -> HttpResponse:
    """What this is, the latest published results and open needs, search."""
    user = request.user
    published = Result.objects.visible_to(user).distinct().filter(published_on__isnull=False)
    latest = published.select_related("holder").order_by("-published_on", "-created_at")[:LATEST]
    needs = Need.objects.visible_to(user).distinct().filter(status=NeedStatus.OPEN)
    context = {
        "results": _cards(latest, user, readiness_levels(user), stages_of(user)),
        "result_count": published.count(),
        "needs": shown_many(needs.select_related("organisation")[:LATEST], user),
        "need_count": needs.count(),
    }
    return render(request, "portal/front.html", context)


def my_day(request: HttpRequest) -> HttpResponse:
    """What waits for the reader today, by role."""
    return render(request, "portal/my_day.html", {"day": day.of(request.user)})


def results(request: HttpRequest) -> HttpResponse:
    """The results that the reader may know of, with search and facets."""
    query = request.GET.get("q", "").strip()
    asked = {name: request.GET.get(name, "") for name in TITLES}
    found = listing(request.user, query, asked)
    page = paginate(request, found.ids)
    rows = Result.objects.visible_to(request.user).select_related("holder").in_bulk(list(page.object_list))
    ordered = [rows[pk] for pk in page.object_list if pk in rows]
    context = {
        "query": query,
        "found": found,
        "page": page,
        "cards": _cards(ordered, request.user, found.trl, found.stages),
    }
    return render(request, "portal/results.html", context)


def _someone_to_ask(result: Result, project: TransferProject | None, user: Any) -> Shown | None:
    """Who can give access: the named contact, else the officer who owns the project."""
    if not user.is_authenticated:
        return None
    person = result.contact or (project.owner.person if project and project.owner else None)
    if person is None or not person.visible_to(user):
        return None
    shown: Shown = person.shown_to(user)
    return shown


def _label(name: str) -> str:
    if name == "contact":
        return gettext("contact")
    field: Any = Result._meta.get_field(name)
    return str(field.verbose_name)


def result(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One result as this reader may see it, with what is hidden and whom to ask."""
    found: Result = visible_or_404(Result.objects.select_related("holder", "contact"), request.user, pk)
    user = request.user
    shown = found.shown_to(user)
    note_reading(user, shown)
    project = TransferProject.objects.visible_to(user).filter(result=found).order_by("-created_at").first()
    inventors = Person.objects.visible_to(user).filter(inventorships__result=found).distinct()
    context = {
        "shown": shown,
        "project": project,
        "holder": found.holder if found.holder.visible_to(user) else None,
        "inventors": inventors,
        "trl": readiness_levels(user).get(found.pk),
        "hidden": [_label(name) for name in shown.hidden],
        "project_address": address_of(project) if project else "",
        "ask": _someone_to_ask(found, project, user),
        "sign_in": f"{reverse('sign-in')}?next={request.path}",
    }
    return render(request, "portal/result.html", context)


def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that the reader may know of, by kind, with search."""
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    rows = Organisation.objects.visible_to(request.user).distinct()
    if kind in OrganisationKind.values:
        rows = rows.filter(kind=kind)
    if query:
        fields = ("name_zh", "name_en", "about_zh", "about_en", "ror")
        found = find(Organisation, fields, request.user, query).ids
        kept = rows.in_bulk(list(found))
        page = paginate(request, [kept[pk] for pk in found if pk in kept])
    else:
        page = paginate(request, rows.order_by("-is_sample", "name_en", "name_zh"))
    context = {"query": query, "kind": kind, "kinds": OrganisationKind.choices, "page": page}
    return render(request, "portal/organisations.html", context)


def organisation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One organisation with its people, results, needs and landings."""
    user = request.user
    found: Organisation = visible_or_404(Organisation.objects, user, pk)
    results_of = Result.objects.visible_to(user).filter(holder=found).distinct()
    people = Person.objects.visible_to(user).filter(organisation=found).distinct()
    needs = Need.objects.visible_to(user).filter(organisation=found).distinct()
    landings = Landing.objects.visible_to(user).filter(company=found).distinct()
    context = {
        "shown": found.shown_to(user),
        "people": people,
        "results": _cards(results_of.select_related("holder"), user, readiness_levels(user), stages_of(user)),
        "needs": shown_many(needs, user),
        "landings": landings,
    }
    return render(request, "portal/organisation.html", context)
