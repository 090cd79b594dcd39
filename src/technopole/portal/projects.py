"""The list of transfer projects: filters, the rows of one page, the same rows as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from technopole.parties.models import User
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.records import clock
from technopole.records.exports import Column, Format, Kind, Table, table_response
from technopole.records.levels import Level, reach_of
from technopole.records.pages import paginate

DAYS = (30, 90, 180, 365)
NOBODY = "nobody"


def _asked(request: HttpRequest) -> dict[str, str]:
    """The filters as asked for; what is no value of a filter is left out."""
    given = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "stage", "disposition", "owner", "days", "overdue")
    }
    given["q"] = given["q"][:200]
    allowed = {
        "stage": Stage.values,
        "disposition": [*Disposition.values, "open"],
        "days": [str(days) for days in DAYS],
        "overdue": ["yes"],
    }
    for name, values in allowed.items():
        if given[name] not in values:
            given[name] = ""
    return given


def _rows(user: Any, asked: dict[str, str]) -> Any:
    visible = TransferProject.objects.visible_to(user).values("pk")
    rows = TransferProject.objects.filter(pk__in=visible)
    today = clock.today()
    if asked["q"]:
        text = asked["q"]
        rows = rows.filter(
            Q(docket__icontains=text)
            | Q(result__title_zh__icontains=text)
            | Q(result__title_en__icontains=text)
        )
    if asked["stage"]:
        rows = rows.filter(stage=asked["stage"])
    if asked["disposition"] == "open":
        rows = rows.filter(disposition__in=(Disposition.ACTIVE, Disposition.HOLD)).exclude(stage=Stage.CLOSED)
    elif asked["disposition"]:
        rows = rows.filter(disposition=asked["disposition"])
    if asked["owner"] == NOBODY:
        rows = rows.filter(owner=None)
    elif asked["owner"]:
        rows = rows.filter(owner__username=asked["owner"])
    if asked["days"]:
        rows = rows.filter(stage_since__lte=today - timedelta(days=int(asked["days"])))
    if asked["overdue"]:
        late = rows.filter(next_action_due__lt=today).exclude(stage=Stage.CLOSED)
        rows = _whose_next_action_is_open(late, user)
    return rows.select_related("result__holder", "owner__person").order_by("stage_since", "docket")


def _whose_next_action_is_open(rows: Any, user: Any) -> Any:
    """Only projects of which the reader may know what is next: else the filter would tell."""
    if reach_of(user) >= Level.TEAM:
        return rows
    return rows.filter(pk__in=[row.pk for row in rows if row.shown_to(user).next_action_due is not None])


def projects(request: HttpRequest) -> HttpResponse:
    """The projects that the reader may know of."""
    asked = _asked(request)
    rows = _rows(request.user, asked)
    if request.GET.get("format") in Format.__members__.values():
        return _export(request, rows)
    page = paginate(request, rows)
    visible = TransferProject.objects.visible_to(request.user)
    owners = User.objects.filter(projects__in=visible.values("pk")).select_related("person").distinct()
    context = {
        "asked": asked,
        "page": page,
        "cards": [row.shown_to(request.user) for row in page.object_list],
        "stages": Stage.choices,
        "dispositions": [("open", pgettext("projects", "open")), *Disposition.choices],
        "owners": [(NOBODY, gettext("nobody yet")), *((user.username, user.display_name) for user in owners)],
        "days_choices": [(str(days), days) for days in DAYS],
        "filtered": any(asked.values()),
        "today": clock.today(),
    }
    return render(request, "portal/projects.html", context)


def _export(request: HttpRequest, rows: Any) -> HttpResponse:
    columns = (
        Column("docket", gettext("Docket")),
        Column("title", gettext("Title")),
        Column("holder", gettext("Holder")),
        Column("stage", gettext("Stage")),
        Column("disposition", gettext("Disposition")),
        Column("owner", gettext("Officer")),
        Column("days", gettext("Days in stage"), Kind.WHOLE),
        Column("next", gettext("Next action")),
        Column("due", gettext("Due"), Kind.DATE),
    )
    table = Table(
        title=gettext("Transfer projects"),
        columns=columns,
        rows=tuple(_line(row, request.user) for row in rows),
        on=clock.today(),
        source=gettext("Records of the transfer office"),
        definition=gettext("Days in stage: whole days since the project entered the stage that it is in."),
        sample=any(row.is_sample for row in rows),
    )
    return table_response(table, request.GET["format"], "projects")


def _line(row: TransferProject, user: Any) -> dict[str, Any]:
    shown = row.shown_to(user)
    return {
        "docket": row.docket,
        "title": row.result.shown_to(user).title,
        "holder": str(row.result.holder),
        "stage": capfirst(str(row.get_stage_display())),
        "disposition": capfirst(str(row.get_disposition_display())),
        "owner": row.owner.display_name if row.owner else "",
        "days": row.days_in_stage,
        "next": shown.text("next_action"),
        "due": shown.next_action_due,
    }
