"""The page of one transfer project: everything the reader may know of it and do with it, on one scroll."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from technopole.evaluation import section as evaluation
from technopole.landing import section as landing
from technopole.onboarding import desk
from technopole.parties.models import Person
from technopole.pipeline.forms import DocumentForm
from technopole.pipeline.gates import NEXT, blockers
from technopole.pipeline.models import Stage, TransferProject
from technopole.pipeline.page import allowed_slot, reads_all, undrawn
from technopole.planning import section as planning
from technopole.portal.project_head import DISPOSITION_TONES, head_slots, holder_of, steps_of
from technopole.portal.timeline import SHOWN, timeline
from technopole.records.models import Document
from technopole.records.pages import visible_or_404


def project(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One project; a form that just failed is drawn in its place, with what was typed."""
    rows = TransferProject.objects.select_related("result__holder", "result__contact", "owner__person")
    found: TransferProject = visible_or_404(rows, request.user, pk)
    user = request.user
    inside = reads_all(found, user)
    lines = timeline(found, user) if inside else []
    context = {
        "project": found,
        "shown": found.shown_to(user),
        "result": found.result.shown_to(user),
        "inside": inside,
        "tone": DISPOSITION_TONES[found.disposition],
        "steps": steps_of(found),
        "holder": holder_of(found),
        "blockers": blockers(found) if inside and found.is_open else [],
        "next_stage": Stage(NEXT[found.stage]).label if found.is_open else "",
        "slots": head_slots(request, found),
        "people": _people(found, user),
        "documents": _documents(found, user),
        "document_slot": _document_slot(request, found),
        "disclosure": desk.section(request, found),
        "evaluation": evaluation.section(request, found),
        "planning": planning.section(request, found),
        "matches": planning.matches(request, found),
        "landing": landing.section(request, found),
        "lines": lines[:SHOWN],
        "older": lines[SHOWN:],
    }
    # Asked last: by now every slot that is still offered has claimed its failure.
    return render(request, "portal/project.html", {**context, "undrawn": undrawn(request)})


def _people(project: TransferProject, user: Any) -> list[dict[str, Any]]:
    """The inventors whom the reader may know of; their shares are the team's."""
    inside = reads_all(project, user)
    known = (
        Person.objects.visible_to(user)
        .filter(inventorships__result=project.result)
        .select_related("organisation")
    )
    shown = {person.pk: person.shown_to(user) for person in known.distinct()}
    return [
        {
            "person": shown[row.person_id],
            "share": row.share.normalize() if inside else None,
            "signed": row.signed_on,
        }
        for row in project.result.inventorships.all()
        if row.person_id in shown
    ]


def _documents(project: TransferProject, user: Any) -> list[Document]:
    """The files of the project, its result and its disclosure that the reader may know of."""
    subjects = [project, project.result]
    if hasattr(project, "disclosure"):
        subjects.append(project.disclosure)
    wanted = Q()
    for subject in subjects:
        wanted |= Q(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
    rows = Document.objects.filter(wanted).order_by("-created_at")
    return [row for row in rows if row.visible_to(user)]


def _document_slot(request: HttpRequest, project: TransferProject) -> Any:
    return allowed_slot(
        request,
        "documents.attach",
        project,
        "document",
        reverse("project-documents", args=[project.pk]),
        lambda: DocumentForm(name="document", project=project, user=request.user),
        project.version,
        gettext("Attach a file"),
    )
