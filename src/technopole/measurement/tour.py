"""The first five minutes: five stops of the loop, each found among the records that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import resolve, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from technopole.landing.models import SiteChoice, SiteStatus
from technopole.measurement.figures import figure
from technopole.measurement.shapes import ALL, slice_of
from technopole.parties import policy
from technopole.parties.models import RoleName
from technopole.parties.policy import Scope
from technopole.pipeline.models import TransferProject
from technopole.planning.models import Match, MatchStatus
from technopole.records import clock
from technopole.wording import Reason

OVERDUE_SHOWN = 3
REASONS_SHOWN = 4
_WAY: list[str] = [status for status in MatchStatus if status is not MatchStatus.DECLINED]


@dataclass(frozen=True)
class Found:
    """One thing at a stop: what, a line about it, the reasons, and where it opens."""

    title: str
    detail: str
    address: str
    link: str
    is_sample: bool = False
    reasons: tuple[Reason, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Stop:
    """One stop: its heading, what to look at, what was found, else why there is nothing; a page to open."""

    title: str
    lead: str
    found: tuple[Found, ...]
    nothing: str
    address: str = ""
    link: str = ""


def stops(user: Any) -> list[Stop]:
    """The five stops for this reader."""
    return [_my_day(user), _matches(user), _project(user), _site(user), _figure(user)]


def _project_link(project: TransferProject) -> str:
    return reverse("project", args=[project.pk])


def _late(user: Any) -> list[TransferProject]:
    """Projects with a next action past due that the reader may read, the oldest first; an officer's own."""
    rows = TransferProject.objects.visible_to(user).filter(next_action_due__lt=clock.today())
    roles: frozenset[str] = getattr(user, "role_names", frozenset())
    if RoleName.OFFICER in roles and RoleName.DIRECTOR not in roles:
        rows = rows.filter(owner=user)
    found = rows.select_related("result", "owner__person").distinct().order_by("next_action_due", "docket")
    return [row for row in found if row.is_overdue() and row.shown_to(user).next_action_due is not None]


def _past(due: date) -> str:
    days = (clock.today() - due).days
    return gettext("due %(day)s, %(days)d days past") % {"day": due.isoformat(), "days": days}


def _my_day(user: Any) -> Stop:
    late = _late(user)
    address = reverse("my-day")
    if policy.scope(user, f"GET {resolve(address).route}") is Scope.NONE:
        nothing = gettext("My day is for people with an account: sign in as director or transfer officer.")
    elif len(late) < OVERDUE_SHOWN:
        nothing = gettext(
            "Fewer than three actions that you may read are overdue: a director sees those of every desk."
        )
    else:
        nothing = ""
    found = []
    for row in late[:OVERDUE_SHOWN]:
        shown = row.shown_to(user)
        found.append(
            Found(
                shown.text("next_action"),
                f"{row.docket} · {row.result.shown_to(user).title} · {_past(shown.next_action_due)}",
                _project_link(row),
                gettext("Open the project"),
                row.is_sample,
            )
        )
    return Stop(
        gettext("My day: what is overdue"),
        gettext("An officer's morning begins with what is late, the oldest first."),
        tuple(found),
        nothing,
        f"{address}#actions" if found else "",
        gettext("Open My day"),
    )


def _visible_matches(user: Any) -> Iterable[Match]:
    """Chinese needs matched to results written in English, both of which the reader may know of."""
    rows = Match.objects.visible_to(user).filter(
        need__language="zh", result__source_language="en", close=True
    )
    for row in (
        rows.select_related("need__organisation", "result").distinct().order_by("rank", "-score", "pk")
    ):
        if row.need is not None and row.need.visible_to(user):
            yield row


def _lacking(match: Match) -> int:
    """How many demands of the need the result does not meet."""
    return sum(reason.code.endswith("_not_met") for reason in match.why)


def _matches(user: Any) -> Stop:
    rows = list(_visible_matches(user))
    # The one that came furthest, so that the whole way can be read; among equals the one that lacks least.
    agreed = max(
        (row for row in rows if row.status in _WAY and row.reasons),
        key=lambda row: (_WAY.index(row.status), -_lacking(row)),
        default=None,
    )
    declined = next((row for row in rows if row.status == MatchStatus.DECLINED), None)
    missing = []
    if agreed is None:
        missing.append(gettext("No match of a Chinese need with an English result is yours to read now."))
    if declined is None:
        missing.append(gettext("No declined match of that kind is yours to read now."))
    return Stop(
        gettext("A Chinese need meets an English result"),
        gettext("The match says why; a company that declined says why too, and the office learns from it."),
        tuple(_match(row, user) for row in (agreed, declined) if row is not None),
        " ".join(missing),
    )


def _match(row: Match, user: Any) -> Found:
    shown, result = row.shown_to(user), row.result.shown_to(user)
    said = capfirst(shown.get_status_display())
    if row.status == MatchStatus.DECLINED:
        said = f"{said}: {shown.get_decline_reason_display()}"
    need = row.need.shown_to(user).title if row.need else ""
    project = TransferProject.objects.visible_to(user).filter(result=row.result).first()
    address = (
        f"{_project_link(project)}#match-{row.pk}" if project else reverse("result", args=[row.result_id])
    )
    return Found(
        f"{need} ↔ {result.record.title_en}",
        said,
        address,
        gettext("Open the match"),
        row.is_sample or row.result.is_sample,
        tuple(row.why[:REASONS_SHOWN]),
        shown.text("note"),
    )


def _project(user: Any) -> Stop:
    rows = TransferProject.objects.visible_to(user).filter(owner__isnull=False, next_action_due__isnull=False)
    told = [
        (row, shown)
        for row in rows.select_related("result", "owner__person")
        .distinct()
        .order_by("next_action_due", "docket")
        if row.is_open and (shown := row.shown_to(user)).next_action_due is not None
    ]
    # The one that has waited longest in its step: there is most to see on its page.
    told.sort(key=lambda pair: -pair[0].days_in_stage)
    found = tuple(
        Found(
            row.result.shown_to(user).title,
            gettext("%(docket)s · %(stage)s for %(days)d days · held by %(holder)s")
            % {
                "docket": row.docket,
                "stage": row.get_stage_display(),
                "days": row.days_in_stage,
                "holder": row.owner.display_name if row.owner else "",
            },
            _project_link(row),
            gettext("Open the project"),
            row.is_sample,
            note=gettext("Next: %(action)s, due %(day)s")
            % {"action": shown.text("next_action"), "day": shown.next_action_due.isoformat()},
        )
        for row, shown in told[:1]
    )
    return Stop(
        gettext("A project: who holds it, for how long, what is next"),
        gettext("Everything about one result on one page, in the four steps."),
        found,
        ""
        if found
        else gettext(
            "No open project with a next action is yours to read: its team and the office know what is next."
        ),
    )


def _blockers(choice: SiteChoice) -> tuple[Reason, ...]:
    """The hard requirements that the site failed on that day."""
    return tuple(reason for reason in choice.why if reason.code.startswith("landing.no_"))


def _site(user: Any) -> Stop:
    rows = SiteChoice.objects.visible_to(user).filter(status=SiteStatus.REFUSED, eligible=False)
    refused = rows.select_related("project__result", "site").distinct().order_by("-since", "pk")
    found: tuple[Found, ...] = ()
    for row in refused:
        shown = row.shown_to(user)
        # The blockers quote what the result asks of a site.
        blockers = _blockers(row) if shown.reasons is not None else ()
        if blockers and row.site.visible_to(user):
            title = f"{row.project.result.shown_to(user).title} → {row.site.shown_to(user).name}"
            detail = (
                f"{row.project.docket} · {capfirst(shown.get_status_display())} · {shown.since.isoformat()}"
            )
            address = f"{_project_link(row.project)}#landing"
            link = gettext("Open the sites of this project")
            found = (Found(title, detail, address, link, row.is_sample, blockers, shown.text("note")),)
            break
    return Stop(
        gettext("A site refused, and what blocked it"),
        gettext("A park is ranked by what it must offer; a blocker is stated with both numbers."),
        found,
        "" if found else gettext("No refused site with a stated blocker is yours to read."),
    )


def _figure(user: Any) -> Stop:
    cut = slice_of(user, {})
    told = figure("landings", cut, user)
    found: tuple[Found, ...] = ()
    if told is not None and told.total is not None and told.total.records:
        query = f"line={ALL}&column={ALL}&layer={cut.layer}"
        found = (
            Found(
                f"{told.title}: {told.total.text}",
                gettext("as of %(day)s") % {"day": told.as_of.isoformat()},
                f"{reverse('region-rows', args=[told.key])}?{query}",
                gettext("Open the rows behind it"),
                told.sample,
                (told.definition,),
            ),
        )
    return Stop(
        gettext("A number of the region, and its rows"),
        gettext("No figure without the records that it counts, its definition and its date."),
        found,
        "" if found else gettext("No landing is recorded yet."),
    )
