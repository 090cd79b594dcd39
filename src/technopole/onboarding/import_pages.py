"""Bulk import in the browser: upload, map the columns, dry run, save all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext

from technopole.onboarding import imports, likeness, sheets, uploads
from technopole.onboarding.engine import columns, tables
from technopole.onboarding.engine.columns import Kind
from technopole.onboarding.engine.reading import UnreadableTableError
from technopole.onboarding.models import ImportBatch
from technopole.onboarding.uploads import Upload
from technopole.parties.actions import Refused
from technopole.records.exports import CONTENT_TYPES, Format
from technopole.records.pages import paginate

LISTS = {Kind.RESULTS: "results", Kind.NEEDS: "needs", Kind.SITES: "sites"}
SHOWN_ROWS = 100
SAMPLES = 3
_CHECKED_AT_ONCE = 2
# The last dry runs, so that a page that is only drawn again does not check ten megabytes again.
_checked: dict[tuple[str, str], imports.Preview] = {}
_checking = Lock()


@dataclass(frozen=True)
class Line:
    """One column of the mapping table."""

    index: int
    header: str
    field: str
    confidence: int
    samples: tuple[str, ...]
    repeated: bool


def start(request: HttpRequest, *, wrong: str = "", kind: str = "", status: int = 200) -> HttpResponse:
    """Choose what to import; POST takes the file in."""
    if request.method == "POST" and not wrong:
        return _take_in(request)
    batches = ImportBatch.objects.visible_to(request.user).select_related("by")
    context = {
        "kinds": [(one.value, sheets.kind_name(one)) for one in Kind],
        "kind": kind or request.GET.get("kind", Kind.RESULTS.value),
        "wrong": wrong,
        "page": paginate(request, batches),
    }
    # A swap in place takes the page as it is; a browser without scripts is told the truth.
    shown_as = 200 if request.htmx else status  # type: ignore[attr-defined]
    return render(request, "onboarding/import.html", context, status=shown_as)


def _take_in(request: HttpRequest) -> HttpResponse:
    """Keep the file and read it once; a file that is no table is refused with what to do."""
    kind = request.POST.get("kind", "")
    file = request.FILES.get("file")
    if kind not in tuple(Kind) or file is None:
        return start(request, wrong=gettext("Choose what it holds, and a file."), kind=kind, status=422)
    try:
        kept = uploads.keep(request, file, kind)
    except ValidationError as too_large:
        return start(request, wrong=" ".join(too_large.messages), kind=kind, status=422)
    try:
        _preview(kept)
    except UnreadableTableError as unreadable:
        uploads.remove(request, kept)
        told = unreadable.reason.text(get_language() or "en")
        return start(request, wrong=told, kind=kind, status=422)
    address = reverse("import-check", args=[kept.token])
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def _preview(kept: Upload) -> imports.Preview:
    """The dry run of the file with the columns as chosen.

    Raises
    ------
    UnreadableTableError
        It is no table that can be read.
    """
    key = (kept.token, repr(sorted(kept.chosen.items())) if kept.chosen is not None else "")
    with _checking:
        found = _checked.get(key)
        if found is None:
            content = kept.path.read_bytes()
            found = imports.preview(content, kept.name, kept.kind)
            if kept.chosen is not None:
                chosen = _by_header(found.checked.table.headers, kept.chosen)
                found = imports.preview(content, kept.name, kept.kind, chosen)
            while len(_checked) >= _CHECKED_AT_ONCE:
                _checked.pop(next(iter(_checked)))
            _checked[key] = found
    return found


def _by_header(headers: tuple[str, ...], chosen: Mapping[str, str]) -> dict[str, str | None]:
    """The choice by header; of two columns of one name, the first is meant."""
    by_header: dict[str, str | None] = {}
    for index, header in enumerate(headers):
        by_header.setdefault(header, chosen.get(str(index)) or None)
    return by_header


def _lines(found: imports.Preview) -> list[Line]:
    rows = found.checked.table.rows
    seen: set[str] = set()
    lines = []
    for column in found.mapping.columns:
        told = (row.cells[column.index].strip() for row in rows[:200])
        samples = tuple(dict.fromkeys(text[:80] for text in told if text))[:SAMPLES]
        repeated = column.header in seen
        seen.add(column.header)
        percent = round(column.confidence * 100)
        lines.append(Line(column.index, column.header, column.field or "", percent, samples, repeated))
    return lines


def checked(request: HttpRequest, token: uuid.UUID, refused: Any = (), wrong: Any = ()) -> HttpResponse:
    """The dry run: columns, counts, wrong rows, oddities, duplicates; POST changes the columns."""
    kept = uploads.kept_or_404(request, token)
    twice: list[str] = []
    if request.method == "POST" and not (refused or wrong):
        fields = set(columns.FIELDS[Kind(kept.kind)])
        asked = {
            name.removeprefix("column-"): value
            for name, value in request.POST.items()
            if name.startswith("column-") and value in fields
        }
        given = list(asked.values())
        twice = sorted({value for value in given if given.count(value) > 1})
        if not twice:
            kept.chosen = asked
            uploads.remember(request, kept)
            return redirect("import-check", token=token)
    found = _preview(kept)
    context = {
        "kept": kept,
        "found": found,
        "lines": _lines(found),
        "fields": sheets.field_names(Kind(kept.kind)),
        "kind_name": sheets.kind_name(Kind(kept.kind)),
        "missing": [sheets.name_of(Kind(kept.kind), name) for name in found.mapping.missing],
        "twice": [sheets.name_of(Kind(kept.kind), name) for name in twice],
        "rows": len(found.checked.table.rows),
        "wrong_rows": len({error.row for error in found.checked.errors}),
        "errors": found.checked.errors[:SHOWN_ROWS],
        "warnings": found.checked.warnings[:SHOWN_ROWS],
        "alike": _alike(request, found),
        "shown": SHOWN_ROWS,
        "refused": refused,
        "objections": wrong,
    }
    status = 422 if refused or wrong or twice else 200
    return render(request, "onboarding/import_check.html", context, status=status)


def _alike(request: HttpRequest, found: imports.Preview) -> likeness.InFile | None:
    """Rows that are probably there already, or twice in the file; for results only."""
    if found.kind != Kind.RESULTS:
        return None
    return likeness.in_file([(row.number, row.values) for row in found.checked.good], user=request.user)


def errors(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The wrong rows as a workbook, each with what is wrong."""
    found = _preview(uploads.kept_or_404(request, token))
    if not found.checked.errors:
        raise Http404
    return _workbook(tables.error_file(found.checked), "import-errors.xlsx")


def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty sheet to fill in: headers in both languages and one example row."""
    if kind not in tuple(Kind):
        raise Http404
    return _workbook(sheets.template(Kind(kind)), f"{kind}-template.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[Format.XLSX])
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def save(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Save every row, or none and say why."""
    kept = uploads.kept_or_404(request, token)
    found = _preview(kept)
    try:
        saved = imports.save_import(ImportBatch(), by=request.user, found=found)
    except Refused as refusal:
        return checked(request, token, refused=refusal.reasons)
    except ValidationError as wrong:
        return checked(request, token, wrong=wrong.messages)
    uploads.remove(request, kept)
    messages.success(
        request, gettext("%(count)s rows of %(file)s are saved.") % {"count": len(saved), "file": kept.name}
    )
    return redirect(LISTS[Kind(kept.kind)])


def discard(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Forget the file; nothing was saved."""
    uploads.remove(request, uploads.kept_or_404(request, token))
    messages.info(request, gettext("The file is removed; nothing was saved."))
    return redirect("import")
