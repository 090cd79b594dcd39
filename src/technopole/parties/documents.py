"""Attaching files to records and reading them again: who may, and the trail that reading leaves."""

from __future__ import annotations

from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from technopole.parties import policy
from technopole.parties.actions import action
from technopole.parties.models import audit
from technopole.parties.policy import Scope
from technopole.records.documents import store, stored_path
from technopole.records.levels import Level
from technopole.records.models import Document, Record


@action("documents.attach", Record)  # type: ignore[type-abstract]  # any record may carry files
def attach(
    subject: Record, *, by: Any, upload: UploadedFile, level: int = Level.TEAM, note: str = ""
) -> Document:
    """Attach a file to a record.

    Somebody who acts on their own records only may not give a file to the public or to all
    registered users: that is the office's to do.

    Raises
    ------
    ValidationError
        The file is empty or too large, or the level is not this user's to give.
    """
    if level not in Level.values or level > subject.access_of(by):
        raise ValidationError({"level": _("Choose a level that you may read yourself.")})
    if level < Level.NDA and policy.scope(by, "ACTION documents.attach") is not Scope.OTHER:
        raise ValidationError({"level": _("Ask a transfer officer to publish a file.")})
    return store(upload, subject, level, by, note=note.strip())


def open_document(document: Document, user: Any) -> BinaryIO:
    """The stored file, open for reading; from level 2 on the audit trail says who read it.

    Raises
    ------
    PermissionDenied
        The user may not know of the document.
    """
    if not document.visible_to(user):
        raise PermissionDenied("documents.read")
    opened = stored_path(document).open("rb")
    if document.level >= Level.NDA:
        audit(user, "documents.read", document, sha256=document.sha256)
    return opened
