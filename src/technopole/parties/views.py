"""Files out of the record: a document to those who may read it, always as a download."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from technopole.parties.documents import open_document
from technopole.records.models import Document


@require_safe
def document(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """One stored file; who may not know of it is told that there is none."""
    found = get_object_or_404(Document, pk=pk)
    if not found.visible_to(request.user):
        raise Http404
    response = FileResponse(
        open_document(found, request.user),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
