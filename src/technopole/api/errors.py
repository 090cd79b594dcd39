"""How the API answers what cannot be done: one shape, both languages, nothing echoed back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable

from technopole.parties.actions import Refused
from technopole.records.api import worded
from technopole.records.models import Stale
from technopole.wording import Reason

LONGEST_MESSAGE = 300


def connect(api: NinjaAPI) -> None:
    """Let `api` answer every problem in the shape of `records.api.Problem`."""

    def say(
        request: HttpRequest,
        status: int,
        detail: str,
        reasons: Sequence[Reason] = (),
        fields: dict[str, list[str]] | None = None,
    ) -> HttpResponse:
        body = {"detail": detail, "reasons": [worded(reason) for reason in reasons], "fields": fields or {}}
        return api.create_response(request, body, status=status)

    @api.exception_handler(Refused)
    def _refused(request: HttpRequest, problem: Refused) -> HttpResponse:
        return say(request, 409, str(problem), problem.reasons)

    @api.exception_handler(Stale)
    def _stale(request: HttpRequest, problem: Stale) -> HttpResponse:
        return say(request, 409, "Somebody changed this record since you read it: read it again.")

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
        fields = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
        told = {name: [str(message)[:LONGEST_MESSAGE] for message in said] for name, said in fields.items()}
        return say(request, 422, "Some fields cannot be saved.", fields=told)

    @api.exception_handler(Unreadable)
    def _unreadable(request: HttpRequest, problem: Unreadable) -> HttpResponse:
        told: dict[str, list[str]] = {}
        for error in problem.errors:
            told.setdefault(_field(error["loc"]), []).append(str(error["msg"])[:LONGEST_MESSAGE])
        return say(request, 422, "Some fields cannot be read.", fields=told)

    @api.exception_handler(PermissionDenied)
    def _denied(request: HttpRequest, problem: PermissionDenied) -> HttpResponse:
        return say(request, 403, "Your role may not do this.")

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, problem: Http404) -> HttpResponse:
        return say(request, 404, "Not found.")

    @api.exception_handler(RequestDataTooBig)
    def _too_big(request: HttpRequest, problem: RequestDataTooBig) -> HttpResponse:
        return say(request, 413, "The request is too large.")

    @api.exception_handler(HttpError)
    def _said(request: HttpRequest, problem: HttpError) -> HttpResponse:
        return say(request, problem.status_code, problem.message)


def _field(location: Sequence[Any]) -> str:
    """The field's path without where it was sent (body, query, form, file) and the parameter that took it."""
    names = [str(step) for step in location]
    if names and names[0] in ("body", "query", "form", "file", "path"):
        names = names[1:]
    if names and names[0] in ("body", "asked"):
        names = names[1:]
    return ".".join(names)
