"""Storing files by their SHA-256: under a clean name, with a type that their content bears out."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from technopole.records.change import change
from technopole.records.models import Document, Record

UNKNOWN_TYPE = "application/octet-stream"
NAME_CHARACTERS = 200
_ENDING_CHARACTERS = 16
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
_OFFICE = "application/vnd.openxmlformats-officedocument"

# Endings whose content begins with these bytes.
_MAGIC: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "tif": ("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": ("image/tiff", (b"II*\x00", b"MM\x00*")),
}
# Endings of zip containers, with the member that makes them what they say.
_CONTAINER = {
    "docx": (f"{_OFFICE}.wordprocessingml.document", "word/document.xml"),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (f"{_OFFICE}.presentationml.presentation", "ppt/presentation.xml"),
}
_PLAIN = {"txt": "text/plain", "csv": "text/csv"}


def store(upload: UploadedFile, subject: Record, level: int, by: Any, *, note: str = "") -> Document:
    """Keep an uploaded file and record it as a document of `subject`.

    The bytes are written beside and renamed into place under their SHA-256, so the same file is
    kept once and never half; a file whose record is not saved in the end does no harm there.

    `by` is the user who stores it, None when the system does.

    Raises
    ------
    ValidationError
        The file is empty or larger than ``settings.MAX_UPLOAD_BYTES``; nothing is kept.
    """
    name = safe_name(upload.name or "")
    digest, size, kept = _keep(upload)
    document = Document(
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        name=name,
        content_type=content_type_of(name, kept.read_bytes()),
        size=size,
        sha256=digest,
        note=note,
        level=level,
        is_sample=subject.is_sample,
    )
    with change(by=by, why=f"documents.store {digest[:12]}"):
        document.save()
    return document


def stored_path(document: Document) -> Path:
    """Where the bytes of a document lie; who may read them is decided before."""
    return _path(document.sha256)


def safe_name(given: str) -> str:
    r"""A base name that is no path, hides nothing and opens on every system.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\x\\报告.pdf"), safe_name("con.txt"), safe_name("..")
    ('passwd', '报告.pdf', '_con.txt', 'file')
    >>> safe_name("bill\u202efdp.exe"), len(safe_name("长" * 300 + ".pdf"))
    ('billfdp.exe', 200)
    """
    # Cc, Cf, Cs, Zl, Zp: control characters, direction overrides, invisible joiners, line breaks.
    shown = "".join(c for c in unicodedata.normalize("NFC", given) if unicodedata.category(c) not in _HIDDEN)
    last = re.split(r"[/\\]", shown)[-1]
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", last)).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > NAME_CHARACTERS:
        stem, dot, ending = name.rpartition(".")
        if not dot or len(ending) > _ENDING_CHARACTERS:
            stem, dot, ending = name, "", ""
        name = stem[: NAME_CHARACTERS - len(dot + ending)].rstrip(" .") + dot + ending
    return name or "file"


def content_type_of(name: str, content: bytes) -> str:
    """The type that both the name's ending and the content bear out; else ``application/octet-stream``.

    >>> content_type_of("a.pdf", b"%PDF-1.7"), content_type_of("a.pdf", b"<html>")
    ('application/pdf', 'application/octet-stream')
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in _MAGIC:
        content_type, begins = _MAGIC[ending]
        return content_type if content.startswith(begins) else UNKNOWN_TYPE
    if ending in _CONTAINER:
        content_type, member = _CONTAINER[ending]
        return content_type if member in _members(content) else UNKNOWN_TYPE
    if ending in _PLAIN and b"\x00" not in content:
        return _PLAIN[ending]
    return UNKNOWN_TYPE


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _members(content: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            return frozenset(container.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return frozenset()  # no readable container, so not what the ending says


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def _keep(upload: UploadedFile) -> tuple[str, int, Path]:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    hashed, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, prefix="incoming-", delete=False) as beside:
        written = Path(beside.name)
        try:
            for chunk in upload.chunks():
                size += len(chunk)
                _require_size(size)
                hashed.update(chunk)
                beside.write(chunk)
            if not size:
                raise ValidationError({"file": _("The file is empty.")})
            beside.flush()
            os.fsync(beside.fileno())  # the record must never outlive its file
            kept = _path(hashed.hexdigest())
            kept.parent.mkdir(exist_ok=True)
            written.replace(kept)
        finally:
            written.unlink(missing_ok=True)
    return hashed.hexdigest(), size, kept


def _require_size(size: int) -> None:
    if size > settings.MAX_UPLOAD_BYTES:
        megabytes = settings.MAX_UPLOAD_BYTES // 1_000_000
        raise ValidationError(
            {"file": _("The file is larger than %(megabytes)s MB.") % {"megabytes": megabytes}}
        )
