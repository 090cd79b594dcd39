"""What is done to a transfer project: open, assign, move on, hold, resume, stop, set the next action."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F

from technopole.parties.actions import Refused, action
from technopole.parties.models import User, audit
from technopole.pipeline.gates import NEXT, blockers
from technopole.pipeline.models import Disposition, DocketCounter, Result, Stage, StageStay, TransferProject
from technopole.records import clock
from technopole.wording import Reason


def next_docket(year: int) -> str:
    """The next docket number of the year, e.g. ``TP-2026-0042``; call it inside a change."""
    DocketCounter.objects.get_or_create(year=year)
    DocketCounter.objects.filter(year=year).update(last=F("last") + 1)
    return f"TP-{year}-{DocketCounter.objects.get(year=year).last:04d}"


def open_project(result: Result, *, owner: User | None) -> TransferProject:
    """Open the transfer project of a result in onboarding; call it inside a change."""
    today = clock.today()
    project = TransferProject(
        result=result,
        docket=next_docket(today.year),
        owner=owner,
        stage_since=today,
        level=result.level,
        is_sample=result.is_sample,
        key=result.key,
    )
    project.save()
    StageStay.objects.create(project=project, stage=project.stage, entered_on=today)
    return project


def _leave(project: TransferProject, stage: str, left_for: str) -> None:
    today = clock.today()
    project.stays.filter(left_on__isnull=True).update(left_on=today, left_for=left_for)
    StageStay.objects.create(project=project, stage=stage, entered_on=today)
    project.stage = stage
    project.stage_since = today


def _require_open(project: TransferProject) -> None:
    if not project.is_open:
        raise Refused(Reason("pipeline.not_open", {"docket": project.docket}))


def advance(project: TransferProject, *, by: Any) -> TransferProject:
    """Move an open project to its next stage; the steps' services call it inside their own action.

    Raises
    ------
    Refused
        The project is closed or on hold, or a gate of its stage blocks it: every blocker is named.
    """
    _require_open(project)
    if project.disposition == Disposition.HOLD:
        raise Refused(Reason("pipeline.on_hold", {"docket": project.docket}))
    found = blockers(project)
    if found:
        raise Refused(*found)
    following = NEXT[project.stage]
    _leave(project, following, following)
    if following is Stage.CLOSED:
        project.disposition = Disposition.LANDED
        project.next_action_zh = project.next_action_en = ""
        project.next_action_due = None
    project.save()
    audit(by, "pipeline.move", project, stage=project.stage)
    return project


@action("pipeline.move", TransferProject)
def move_on(project: TransferProject, *, by: User) -> TransferProject:
    """Move the project to its next stage when every gate is passed."""
    return advance(project, by=by)


@action("pipeline.assign", TransferProject)
def assign(project: TransferProject, *, by: User, owner: User) -> TransferProject:
    """Give the project to a transfer officer, who then owns its clock."""
    _require_open(project)
    if not owner.role_names & {"officer", "director"}:
        raise Refused(Reason("pipeline.owner_is_no_officer", {"name": owner.display_name}))
    project.owner = owner
    project.save()
    return project


@action("pipeline.next_action", TransferProject)
def set_next_action(
    project: TransferProject, *, by: User, due: date | None, title_zh: str = "", title_en: str = ""
) -> TransferProject:
    """Say what is next and by when; empty texts clear it."""
    _require_open(project)
    project.next_action_zh, project.next_action_en = title_zh.strip(), title_en.strip()
    project.next_action_due = due if title_zh.strip() or title_en.strip() else None
    project.save()
    return project


@action("pipeline.hold", TransferProject)
def hold(project: TransferProject, *, by: User, reason_zh: str = "", reason_en: str = "") -> TransferProject:
    """Put the project on hold for a stated reason; it keeps its stage."""
    _require_open(project)
    _say_why(project, reason_zh, reason_en)
    project.disposition = Disposition.HOLD
    project.save()
    return project


@action("pipeline.resume", TransferProject)
def resume(project: TransferProject, *, by: User) -> TransferProject:
    """Take a project up again."""
    if project.stage == Stage.CLOSED or project.disposition != Disposition.HOLD:
        raise Refused(Reason("pipeline.not_on_hold", {"docket": project.docket}))
    project.disposition = Disposition.ACTIVE
    project.reason_zh = project.reason_en = ""
    project.save()
    return project


def _say_why(project: TransferProject, reason_zh: str, reason_en: str) -> None:
    if not (reason_zh.strip() or reason_en.strip()):
        raise Refused(Reason("pipeline.reason_missing"))
    project.reason_zh, project.reason_en = reason_zh.strip(), reason_en.strip()


def close(
    project: TransferProject, disposition: Disposition, *, by: Any, reason_zh: str, reason_en: str
) -> TransferProject:
    """Close a project with a disposition and its reason; the steps' services call it inside their own action."""
    _require_open(project)
    _say_why(project, reason_zh, reason_en)
    _leave(project, Stage.CLOSED, disposition)
    project.disposition = disposition
    project.next_action_zh = project.next_action_en = ""
    project.next_action_due = None
    project.save()
    audit(by, f"pipeline.{disposition}", project)
    return project


@action("pipeline.stop", TransferProject)
def stop(project: TransferProject, *, by: User, reason_zh: str = "", reason_en: str = "") -> TransferProject:
    """Stop a project for a stated reason."""
    return close(project, Disposition.STOPPED, by=by, reason_zh=reason_zh, reason_en=reason_en)
