"""Pages of needs: the list, posting one in three minutes, changing it, taking it off the list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.parties.actions import Refused
from technopole.parties.models import RoleName
from technopole.pipeline.page import act, posted_version
from technopole.records import clock, sectors
from technopole.records.exports import Column, Kind, Table
from technopole.records.levels import Level
from technopole.records.models import Stale
from technopole.records.pages import require_scope, visible_or_404
from technopole.resources.listing import Facet, as_file, listing
from technopole.resources.needs import services
from technopole.resources.needs.forms import NeedForm, initial_of
from technopole.resources.needs.models import Need, NeedKind, NeedStatus

SEARCHED = ("title", "key", "description")
FACETS = (
    Facet("status", _("Status"), lambda need: (need.status,), lambda value: str(NeedStatus(value).label)),
    Facet("kind", _("Who asks"), lambda need: (need.kind,), lambda value: str(NeedKind(value).label)),
    Facet("sector", _("Sector"), lambda need: (need.sector,), sectors.name_of),
    Facet(
        "language",
        _("Language"),
        lambda need: (need.language,),
        lambda value: "中文" if value == "zh" else "English",
    ),
)


def needs(request: HttpRequest) -> HttpResponse:
    """The needs that the reader may know of, with search, facets and as a file."""
    rows = Need.objects.visible_to(request.user).select_related("organisation")
    found = listing(request, Need, rows, SEARCHED, FACETS)
    file = as_file(request, "needs", lambda: _table(found["rows"], request.user))
    if file is not None:
        return file
    found["cards"] = [need.shown_to(request.user) for need in found["page"]]
    return render(request, "needs/needs.html", found)


def _table(rows: list[Need], user: Any) -> Table:
    columns = (
        Column("title", gettext("Title")),
        Column("description", gettext("What is needed")),
        Column("organisation", gettext("Organisation")),
        Column("kind", gettext("Who asks")),
        Column("sector", gettext("Sector")),
        Column("min_trl", gettext("Lowest TRL"), Kind.WHOLE),
        Column("budget", gettext("Budget, yuan"), Kind.WHOLE),
        Column("deadline", gettext("Answer wanted by"), Kind.DATE),
        Column("posted_on", gettext("Posted on"), Kind.DATE),
        Column("status", gettext("Status")),
    )
    lines = tuple(
        {
            "title": shown.record.title,
            "description": shown.description,
            "organisation": str(shown.organisation),
            "kind": shown.get_kind_display(),
            "sector": sectors.name_of(shown.sector) if shown.sector else "",
            "min_trl": shown.min_trl,
            "budget": shown.budget_yuan,
            "deadline": shown.deadline,
            "posted_on": shown.posted_on,
            "status": shown.get_status_display(),
        }
        for shown in (need.shown_to(user) for need in rows)
    )
    return Table(gettext("Needs"), columns, lines, clock.today(), sample=any(row.is_sample for row in rows))


def new(request: HttpRequest) -> HttpResponse:
    """Post a need: one text is enough, the rest can follow."""
    user: Any = request.user
    clinical = RoleName.CLINICIAN in user.role_names
    initial = {
        "kind": NeedKind.CLINICAL if clinical else NeedKind.COMPANY,
        "organisation": user.person.organisation_id if user.person else None,
        "level": Level.REGISTERED,
    }
    form = NeedForm(request.POST or None, initial=initial, user=user)
    return _write(request, form, None)


def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a need; it stays with its organisation."""
    need: Need = visible_or_404(Need.objects, request.user, pk)
    require_scope(request, need)
    form = NeedForm(request.POST or None, initial=initial_of(need), user=request.user)
    form.fields.pop("organisation")
    return _write(request, form, need)


def _write(request: HttpRequest, form: NeedForm, need: Need | None) -> HttpResponse:
    """Save what was typed; otherwise draw it again with what is wrong."""
    refused: Any = ()
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            kept = _keep(request, form, need)
        except Refused as refusal:
            refused = refusal.reasons
        except (Stale, IntegrityError):
            stale = True
            need = Need.objects.get(pk=need.pk) if need else None
        except ValidationError as wrong:
            for name, errors in getattr(wrong, "error_dict", {"": wrong.messages}).items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            messages.success(request, gettext("Your need is saved; matches follow."))
            return redirect("need", pk=kept.pk)
    context = {
        "form": form,
        "need": need,
        "version": need.version if need else 0,
        "refused": refused,
        "stale": stale,
        "optional": [form[name] for name in ("title", "sector", "deadline", "budget_wan", "min_trl")],
    }
    return render(request, "needs/write.html", context, status=422 if request.method == "POST" else 200)


def _keep(request: HttpRequest, form: NeedForm, need: Need | None) -> Need:
    user: Any = request.user
    fields = form.fields_of_need()
    if need is not None:
        kept: Need = services.edit_need(need, by=user, version=posted_version(request), fields=fields)
        return kept
    if user.person and fields["organisation"].pk == user.person.organisation_id:
        fields["contact"] = user.person
    made: Need = services.post_need(Need(), by=user, fields=fields)
    return made


def _one_click(request: HttpRequest, pk: uuid.UUID, name: str, service: Any, done: str) -> HttpResponse:
    need: Need = visible_or_404(Need.objects, request.user, pk)
    require_scope(request, need)
    version = posted_version(request)
    return act(
        request,
        name,
        Form(request.POST),
        lambda _: service(need, by=request.user, version=version),
        done,
        page=reverse("need", args=[pk]),
    )


def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a need off the list."""
    return _one_click(request, pk, "withdraw", services.withdraw_need, gettext("The need is off the list."))


def reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a need back on the list."""
    return _one_click(request, pk, "reopen", services.reopen_need, gettext("The need is open again."))
