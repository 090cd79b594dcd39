"""Actions posted from a page: done, or drawn on it again with everything typed and the reasons."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import get_language

from technopole.parties import policy
from technopole.parties.actions import Refused
from technopole.pipeline.models import TransferProject
from technopole.records.levels import Level, reach_of
from technopole.records.models import Record, Stale
from technopole.records.pages import require_scope, visible_or_404
from technopole.wording import Reason, language_code

# No record has this version, so a form that was sent without one never overwrites anything.
NO_VERSION = -1


@dataclass(frozen=True)
class Failed:
    """What was posted and did not go through: the form as typed and why."""

    name: str
    form: Form
    refused: tuple[Reason, ...] = ()
    stale: bool = False

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Label and text of every field that was filled in."""
        texts = [(str(bound.label), bound.value()) for bound in self.form.visible_fields()]
        return [(label, text) for label, text in texts if isinstance(text, str) and text.strip()]


@dataclass(frozen=True)
class Slot:
    """One form or one-click button of a page.

    Parameters
    ----------
    name
        What it is called on its page; a failed post is drawn in the slot of its name.
    version
        Of the record that the action changes, as it stands now.
    label, button
        What opens the form, and what sends it.
    hidden
        Values sent along unseen.
    """

    name: str
    address: str
    form: Form
    version: int
    label: str
    button: str
    hidden: Mapping[str, str] = field(default_factory=dict)
    tone: str = ""
    failed: Failed | None = None

    @property
    def anchor(self) -> str:
        """The name as an HTML id."""
        return f"act-{self.name}"

    @property
    def has_fields(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.form.fields)


def slot(
    request: HttpRequest,
    name: str,
    address: str,
    form: Callable[[], Form],
    version: int,
    label: Any,
    button: Any = "",
    *,
    hidden: Mapping[str, str] | None = None,
    tone: str = "",
) -> Slot:
    """The slot of that name: with the form that just failed in it, else with a fresh one."""
    failed: Failed | None = getattr(request, "failed", None)
    mine = failed if failed is not None and failed.name == name else None
    if mine:
        request.failed_drawn = True  # type: ignore[attr-defined]
    return Slot(
        name=name,
        address=address,
        form=mine.form if mine else form(),
        version=version,
        label=str(label),
        button=str(button or label),
        hidden=hidden or {},
        tone=tone,
        failed=mine,
    )


def allowed_slot(
    request: HttpRequest, action: str, record: Record, name: str, address: str, *rest: Any, **more: Any
) -> Slot | None:
    """The slot when the reader may use the action on the record, else nothing."""
    return slot(request, name, address, *rest, **more) if policy.may(request.user, action, record) else None


def undrawn(request: HttpRequest) -> Failed | None:
    """What failed and has no slot on the page any more, since the record moved on; ask it last."""
    return None if getattr(request, "failed_drawn", False) else getattr(request, "failed", None)


def posted_version(request: HttpRequest) -> int:
    """The version that the form was made from."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else NO_VERSION


def own_project(request: HttpRequest, pk: uuid.UUID) -> TransferProject:
    """The project that a posted action is about, when the reader may know of it and the route covers it."""
    project: TransferProject = visible_or_404(TransferProject.objects, request.user, pk)
    require_scope(request, project)
    return project


def project_page(project: TransferProject) -> str:
    """The address of the project's page."""
    return reverse("project", args=[project.pk])


def act(
    request: HttpRequest,
    name: str,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    done: str,
    *,
    page: str,
    section: str = "",
    then: str = "",
) -> HttpResponse:
    """Do what was posted and go back to `page`; else draw the page with the form as typed and the reasons.

    Parameters
    ----------
    do
        Gets the form's clean values; calls the action.
    page
        Address of the page that the form stands on, without its query.
    then
        Where to go when it is done, when that is another page.
    """
    failed: Failed | None = None
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refused as refusal:
            failed = Failed(name, form, refused=refusal.reasons)
        except (Stale, IntegrityError):
            failed = Failed(name, form, stale=True)
        except ValidationError as wrong:
            _mark(form, wrong)
            failed = Failed(name, form)
    else:
        failed = Failed(name, form)
    if failed is None:
        messages.success(request, done)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(then or f"{page}{query}{'#' if section else ''}{section}")
    request.failed = failed  # type: ignore[attr-defined]
    shown = resolve(page)
    response: HttpResponse = shown.func(request, *shown.args, **shown.kwargs)
    # A swap in place takes the same page as a success; a browser without scripts is told the truth.
    response.status_code = 200 if getattr(request, "htmx", False) else 422
    return response


def _mark(form: Form, wrong: ValidationError) -> None:
    """Put a model's objections beside the fields that they are about."""
    if not hasattr(wrong, "error_dict"):
        form.add_error(None, wrong)
        return
    for name, errors in wrong.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def reads_all(project: TransferProject, user: Any) -> bool:
    """Whether the reader belongs to the project's team or to the office, and not only looks in."""
    if project.access_of(user) < Level.TEAM:
        return False
    return reach_of(user) >= Level.TEAM or project.is_own(user)


def said(names: Mapping[str, str]) -> str:
    """A bilingual name in the reader's language."""
    return names[language_code(get_language() or "en")]
