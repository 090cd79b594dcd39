"""A match as a page shows it: the other side, the reasons, who owes the answer since when, the buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.parties import policy
from technopole.pipeline.page import Slot, slot
from technopole.planning.forms import DeclineForm
from technopole.planning.models import Match, MatchStatus
from technopole.planning.services import days_waiting
from technopole.records.levels import Shown
from technopole.wording import Reason

# What may be answered next, the likeliest first; a decline is always possible until there is a deal.
NEXT_ANSWERS = {
    MatchStatus.SUGGESTED: (MatchStatus.INTERESTED,),
    MatchStatus.VIEWED: (MatchStatus.INTERESTED,),
    MatchStatus.INTERESTED: (MatchStatus.MET,),
    MatchStatus.MET: (MatchStatus.DILIGENCE,),
    MatchStatus.DILIGENCE: (MatchStatus.DEAL,),
    MatchStatus.DEAL: (),
    MatchStatus.DECLINED: (MatchStatus.INTERESTED,),
}
STEP_LABELS = {
    MatchStatus.INTERESTED: _("Interested"),
    MatchStatus.MET: _("They met"),
    MatchStatus.DILIGENCE: _("In due diligence"),
    MatchStatus.DEAL: _("Deal made"),
}
WITH_PARTNER = (MatchStatus.SUGGESTED, MatchStatus.VIEWED)
WAITING = (
    MatchStatus.SUGGESTED,
    MatchStatus.VIEWED,
    MatchStatus.INTERESTED,
    MatchStatus.MET,
    MatchStatus.DILIGENCE,
)
LATE_AFTER = 30


@dataclass(frozen=True)
class Card:
    """One match as the reader may see it."""

    match: Match
    result: Shown
    partner: Shown
    kind: str
    partner_name: str
    partner_address: str
    partner_note: str
    language: str
    reasons: list[Reason]
    days: int | None
    late: bool
    owed_by: str
    note: str
    slots: list[Slot]


def matches_of(user: Any) -> Any:
    """The matches that the reader may know of, with what a card needs."""
    sides = ("result__holder", "need__organisation", "organisation", "person__organisation")
    rows = Match.objects.filter(pk__in=Match.objects.visible_to(user).values("pk"))
    return rows.select_related(*sides).prefetch_related("result__projects__owner__person")


def cards(request: HttpRequest, rows: Iterable[Match], *, back: str = "") -> list[Card]:
    """The cards of those matches whose other side the reader may know of, too."""
    return [made for match in rows if (made := _card(request, match, back)) is not None]


def _card(request: HttpRequest, match: Match, back: str) -> Card | None:
    user = request.user
    partner: Any = match.partner
    if not partner.visible_to(user):
        return None
    kind = "need" if match.need_id else "partner" if match.organisation_id else "expert"
    waiting = match.status in WAITING
    days = days_waiting(match) if waiting else None
    return Card(
        match=match,
        result=match.result.shown_to(user),
        partner=partner.shown_to(user),
        kind=kind,
        partner_name=str(partner),
        partner_address=_address(kind, partner),
        partner_note=str(partner.organisation) if kind != "partner" else partner.text("about"),
        language=partner.language if kind == "need" else "",
        reasons=match.why,
        days=days,
        late=days is not None and days > LATE_AFTER,
        owed_by=_owes(match, kind) if waiting else "",
        note=match.shown_to(user).text("note"),
        slots=_slots(request, match, back),
    )


def _address(kind: str, partner: Any) -> str:
    try:
        if kind == "need":
            return reverse("need", args=[partner.pk])
        return reverse("organisation", args=[partner.pk if kind == "partner" else partner.organisation_id])
    except NoReverseMatch:
        return ""


def _owes(match: Match, kind: str) -> str:
    """Who owes the next word: the other side first, then the officer."""
    if match.status in WITH_PARTNER and kind == "need" and match.need is not None:
        return str(match.need.organisation)
    project = max(match.result.projects.all(), key=lambda row: row.created_at, default=None)
    return project.owner.display_name if project and project.owner else gettext("the office")


def _slots(request: HttpRequest, match: Match, back: str) -> list[Slot]:
    if not policy.may(request.user, "planning.answer", match):
        return []
    address = reverse("match-answer", args=[match.pk])
    if back and request.GET:
        address += f"?{request.GET.urlencode()}"
    hidden = {"back": back} if back else {}
    made = [
        slot(
            request,
            f"match-{match.pk}-{status}",
            address,
            Form,
            match.version,
            STEP_LABELS[status],
            hidden={**hidden, "status": str(status)},
            tone="outline-primary",
        )
        for status in NEXT_ANSWERS[MatchStatus(match.status)]
    ]
    if match.status not in (MatchStatus.DECLINED, MatchStatus.DEAL):
        name = f"match-{match.pk}-declined"
        made.append(
            slot(
                request,
                name,
                address,
                lambda: DeclineForm(name=name),
                match.version,
                _("Decline…"),
                _("Decline"),
                hidden={**hidden, "status": str(MatchStatus.DECLINED)},
            )
        )
    return made
