"""Actions posted from a project's head: move on, assign, next action, hold, resume, stop, files."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from technopole.parties.documents import attach
from technopole.pipeline import services
from technopole.pipeline.forms import AssignForm, DocumentForm, NextActionForm, ReasonForm
from technopole.pipeline.page import act, own_project, posted_version, project_page


def _one_click(request: HttpRequest, pk: uuid.UUID, name: str, service: Any, done: str) -> HttpResponse:
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        name,
        Form(request.POST),
        lambda _: service(project, by=request.user, version=version),
        done,
        page=project_page(project),
    )


def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Move the project to its next stage."""
    return _one_click(request, pk, "move", services.move_on, gettext("The project moved on."))


def resume(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the project up again."""
    return _one_click(request, pk, "resume", services.resume, gettext("The project is active again."))


def assign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the project to an officer."""
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        "assign",
        AssignForm(request.POST, name="assign"),
        lambda given: services.assign(project, by=request.user, version=version, owner=given["owner"]),
        gettext("The project has a new owner."),
        page=project_page(project),
    )


def next_action(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what is next and by when."""
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        "next",
        NextActionForm(request.POST, name="next", project=project),
        lambda given: services.set_next_action(project, by=request.user, version=version, **given),
        gettext("The next action is set."),
        page=project_page(project),
    )


def _with_reason(request: HttpRequest, pk: uuid.UUID, name: str, service: Any, done: str) -> HttpResponse:
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        name,
        ReasonForm(request.POST, name=name),
        lambda given: service(project, by=request.user, version=version, **given),
        done,
        page=project_page(project),
    )


def hold(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the project on hold for a stated reason."""
    return _with_reason(request, pk, "hold", services.hold, gettext("The project is on hold."))


def stop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop the project for a stated reason."""
    return _with_reason(request, pk, "stop", services.stop, gettext("The project is stopped."))


def documents(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach a file to the project."""
    project = own_project(request, pk)
    version = posted_version(request)
    form = DocumentForm(request.POST, request.FILES, name="document", project=project, user=request.user)
    return act(
        request,
        "document",
        form,
        lambda given: attach(project, by=request.user, version=version, **given),
        gettext("The file is attached."),
        page=project_page(project),
        section="summary",
    )
