"""What every page needs: bounded paging, records found or 404, the policy's scope, error pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from technopole.records.levels import Shown, reach_of
from technopole.records.models import Record

R = TypeVar("R", bound=Record)
PER_PAGE = 25
# The policy's "other" (technopole.parties.policy.Scope): a role that may use it on anybody's record.
ANYBODYS = 2


def paginate(
    request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], per_page: int = PER_PAGE
) -> Page[Any]:
    """The page that ``?page=`` asks for; a number out of bounds gives the nearest page there is."""
    paginator = Paginator(rows, per_page)
    asked = request.GET.get("page", "1")
    # More digits than any page number has: no need to hand them to int().
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    return paginator.page(max(1, min(number, paginator.num_pages)))


def visible_or_404(queryset: Any, user: Any, pk: uuid.UUID | str) -> Any:
    """The record, when the reader may know of it.

    Parameters
    ----------
    queryset
        A manager or queryset of records, e.g. ``Result.objects``.

    Raises
    ------
    Http404
        There is none, or the reader may not know that there is.
    """
    found = queryset.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def shown_many(records: Iterable[Record], user: Any) -> list[Shown]:
    """Records of one model that the reader may know of, as they may see them; asks once for all of them."""
    rows = list(records)
    access = {row.pk: reach_of(user) for row in rows}
    if rows:
        model = type(rows[0])
        for given, part in model.parts_of(user):
            if given > reach_of(user):
                for pk in model._base_manager.filter(part, pk__in=access).values_list("pk", flat=True):
                    access[pk] = max(access[pk], given)
    return [Shown(row, access[row.pk]) for row in rows]


def require_scope(request: HttpRequest, record: Record) -> None:
    """Let a role whose policy cell says "own" open its own records only.

    Raises
    ------
    PermissionDenied
        The policy gives this route to the reader for own records, and this is another's.
    """
    if request.scope < ANYBODYS and not record.is_own(request.user):  # type: ignore[attr-defined]
        raise PermissionDenied


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page or record, or it is not the reader's to know."""
    if _wants_json(request):
        return JsonResponse({"detail": "Not found."}, status=404)
    return render(request, "records/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the reader's role may not do this."""
    if _wants_json(request):
        return JsonResponse({"detail": "Your role may not do this."}, status=403)
    return render(request, "records/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be read."""
    if _wants_json(request):
        return JsonResponse({"detail": "The request cannot be read."}, status=400)
    return render(request, "records/400.html", status=400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose page was open too long or came from elsewhere."""
    return render(request, "records/403.html", {"form_expired": True}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500: an error of ours; drawn without the database, which may be what broke."""
    if _wants_json(request):
        return JsonResponse({"detail": "The server failed; nothing was saved."}, status=500)
    return HttpResponse(render_to_string("records/500.html"), status=500)
