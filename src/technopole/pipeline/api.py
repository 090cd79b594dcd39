"""The API of what is done to a transfer project in any step, and of non-disclosure agreements."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, UploadedFile

from technopole.parties import documents
from technopole.parties import services as parties
from technopole.parties.api import Done, NdaIn, NdaOut, account_of, act
from technopole.parties.models import Nda, Organisation, Person
from technopole.pipeline import services
from technopole.pipeline.models import Result, TransferProject
from technopole.records.api import (
    MOST_INTEGER,
    Day,
    Line,
    Listed,
    Paging,
    Paragraph,
    Versioned,
    answers,
    listed,
    pointed,
)
from technopole.records.levels import Level
from technopole.records.pages import visible_or_404

router = Router(tags=["projects"])


class AssignIn(Versioned):
    """Who is to hold the project: a person with an officer's account."""

    owner: UUID


class NextActionIn(Versioned):
    """What is next and by when; empty texts clear it."""

    title_zh: Line = ""
    title_en: Line = ""
    due: Day | None = None


class WhyIn(Versioned):
    """Why it is put on hold or stopped, in one language at least."""

    reason_zh: Paragraph = ""
    reason_en: Paragraph = ""


def project_of(request: HttpRequest, pk: UUID) -> TransferProject:
    """The project, when the user may know of it; else 404."""
    found: TransferProject = visible_or_404(TransferProject.objects, request.user, pk)
    return found


@router.post("/projects/{uuid:pk}/move", response=answers(Done))
def move(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Move the project to its next stage; 409 names every gate that blocks it."""
    return act(services.move_on, project_of(request, pk), request, body.version)


@router.post("/projects/{uuid:pk}/assign", response=answers(Done))
def assign(request: HttpRequest, pk: UUID, body: AssignIn) -> Any:
    """Give the project to a transfer officer."""
    project = project_of(request, pk)
    owner = account_of(pointed(Person, request.user, body.owner, "owner"), "owner")
    return act(services.assign, project, request, body.version, owner=owner)


@router.post("/projects/{uuid:pk}/next-action", response=answers(Done))
def next_action(request: HttpRequest, pk: UUID, body: NextActionIn) -> Any:
    """Say what is next and by when."""
    project = project_of(request, pk)
    return act(
        services.set_next_action, project, request, body.version, **body.model_dump(exclude={"version"})
    )


@router.post("/projects/{uuid:pk}/hold", response=answers(Done))
def hold(request: HttpRequest, pk: UUID, body: WhyIn) -> Any:
    """Put the project on hold for a stated reason."""
    why = {"reason_zh": body.reason_zh, "reason_en": body.reason_en}
    return act(services.hold, project_of(request, pk), request, body.version, **why)


@router.post("/projects/{uuid:pk}/resume", response=answers(Done))
def resume(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Take the project up again."""
    return act(services.resume, project_of(request, pk), request, body.version)


@router.post("/projects/{uuid:pk}/stop", response=answers(Done))
def stop(request: HttpRequest, pk: UUID, body: WhyIn) -> Any:
    """Stop the project for a stated reason."""
    project = project_of(request, pk)
    return act(
        services.stop, project, request, body.version, reason_zh=body.reason_zh, reason_en=body.reason_en
    )


@router.post("/projects/{uuid:pk}/documents", response=answers(Done), tags=["documents"])
def attach(
    request: HttpRequest,
    pk: UUID,
    file: File[UploadedFile],
    version: Annotated[int, Form(ge=1, le=MOST_INTEGER)],
    level: Form[Level] = Level.TEAM,
    note: Annotated[str, Form(max_length=500)] = "",
) -> Any:
    """Attach a file to the project."""
    project = project_of(request, pk)
    return act(documents.attach, project, request, version, upload=file, level=level, note=note)


@router.get("/ndas", response=answers(Listed[NdaOut]), tags=["parties"])
def ndas(request: HttpRequest, asked: Query[Paging]) -> Any:
    """Non-disclosure agreements that you may know of, the latest first."""
    return listed(
        NdaOut, Nda.objects.visible_to(request.user).order_by("-valid_from", "pk"), asked, request.user
    )


@router.post("/ndas", response=answers(Done), tags=["parties"])
def sign_nda(request: HttpRequest, body: NdaIn) -> Any:
    """Record a signed agreement: its organisation reads these results up to level 2 until it ends."""
    organisation = pointed(Organisation, request.user, body.organisation, "organisation")
    results = [pointed(Result, request.user, key, "results") for key in body.results]
    return act(
        parties.sign_nda,
        Nda(),
        request,
        organisation=organisation,
        results=results,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
