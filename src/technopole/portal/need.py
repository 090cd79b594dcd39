"""The page of one need, with the results that were matched to it."""

from __future__ import annotations

import uuid

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from technopole.pipeline.page import allowed_slot
from technopole.planning.cards import cards, matches_of
from technopole.records import clock
from technopole.records.pages import visible_or_404
from technopole.resources.needs.models import Need, NeedStatus

MOST = 20


def need(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One need as this reader may see it, with its matches and why."""
    user = request.user
    found: Need = visible_or_404(Need.objects.select_related("organisation", "contact"), user, pk)
    rows = matches_of(user).filter(need=found, close=True).order_by("-score", "rank")
    visible = [match for match in rows if match.result.visible_to(user)]
    is_open = found.status == NeedStatus.OPEN
    name, label = ("withdraw", _("Take off the list")) if is_open else ("reopen", _("Open again"))
    address = reverse(f"need-{name}", args=[pk])
    slot = allowed_slot(request, f"needs.{name}", found, name, address, Form, found.version, label)
    shown = found.shown_to(user)
    contact = shown.contact
    context = {
        "shown": shown,
        "organisation": found.organisation if found.organisation.visible_to(user) else None,
        "contact": contact.shown_to(user) if contact and contact.visible_to(user) else None,
        "hidden": bool(shown.hidden) and not user.is_authenticated,
        "overdue": is_open and found.deadline is not None and found.deadline < clock.today(),
        "slots": [slot] if slot else [],
        "cards": cards(request, visible[:MOST]),
        "match_count": len(visible),
        "signed_in": user.is_authenticated,
    }
    return render(request, "portal/need.html", context)
