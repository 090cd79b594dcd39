"""A file that somebody is importing, kept on the server between the steps and removed afterwards."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from technopole.records.documents import safe_name

SESSION_KEY = "imports"
KEPT_SECONDS = 24 * 3600
MOST_AT_ONCE = 5


@dataclass
class Upload:
    """A kept file: what it holds, what it is called, and the columns as the person chose them (by position)."""

    token: str
    name: str
    kind: str
    chosen: dict[str, str] | None = None

    @property
    def path(self) -> Path:
        """Where its bytes lie."""
        return _folder() / self.token


def _folder() -> Path:
    return Path(settings.VAR) / "uploads"


def _sweep() -> None:
    """Remove what nobody came back for."""
    for left in _folder().glob("*"):
        if time.time() - left.stat().st_mtime > KEPT_SECONDS:
            left.unlink(missing_ok=True)


def keep(request: HttpRequest, upload: UploadedFile, kind: str) -> Upload:
    """Keep an uploaded file for the person's session.

    Raises
    ------
    ValidationError
        It is larger than ``settings.MAX_UPLOAD_BYTES``.
    """
    if upload.size is not None and upload.size > settings.MAX_UPLOAD_BYTES:
        megabytes = settings.MAX_UPLOAD_BYTES // 1_000_000
        raise ValidationError(
            {"file": _("The file is larger than %(megabytes)s MB.") % {"megabytes": megabytes}}
        )
    _folder().mkdir(parents=True, exist_ok=True)
    _sweep()
    kept = Upload(str(uuid.uuid4()), safe_name(upload.name or ""), kind)
    with kept.path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    known = request.session.get(SESSION_KEY, {})
    for token in list(known)[: max(0, len(known) - MOST_AT_ONCE + 1)]:
        Upload(**known.pop(token)).path.unlink(missing_ok=True)
    known[kept.token] = asdict(kept)
    request.session[SESSION_KEY] = known
    return kept


def kept_or_404(request: HttpRequest, token: uuid.UUID) -> Upload:
    """The person's own upload.

    Raises
    ------
    Http404
        There is none of that name in this session, or it was removed.
    """
    told: dict[str, Any] | None = request.session.get(SESSION_KEY, {}).get(str(token))
    if told is None or not Upload(**told).path.exists():
        raise Http404
    return Upload(**told)


def remember(request: HttpRequest, upload: Upload) -> None:
    """Keep the chosen columns beside the file."""
    request.session[SESSION_KEY] = request.session.get(SESSION_KEY, {}) | {upload.token: asdict(upload)}


def remove(request: HttpRequest, upload: Upload) -> None:
    """Forget the file."""
    known = request.session.get(SESSION_KEY, {})
    known.pop(upload.token, None)
    request.session[SESSION_KEY] = known
    upload.path.unlink(missing_ok=True)
