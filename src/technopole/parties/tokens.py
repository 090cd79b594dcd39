"""API tokens: making one, and knowing the user who sends one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from technopole.parties.models import ApiToken, User
from technopole.parties.signin import LocalAccounts
from technopole.records import clock


def digest_of(token: str) -> str:
    """The SHA-256 by which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(user: User, name: str) -> str:
    """A new token for the user; shown this once and kept only as a digest."""
    token = f"tp_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, name=name[:100] or "token", digest=digest_of(token))
    return token


class TokenMiddleware:
    """Signs a request in by its bearer token; a wrong token is refused, not ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.path.startswith("/api/"):
            kept = ApiToken.objects.select_related("user").filter(digest=digest_of(token.strip())).first()
            if kept is None or not LocalAccounts().user_can_authenticate(kept.user):
                return JsonResponse({"detail": "This token is not known."}, status=401)
            today = clock.today()
            if kept.last_used_on != today:
                kept.last_used_on = today
                kept.save(update_fields=["last_used_on"])
            request.user = kept.user
            # A token is no cookie: a page of another site cannot make the browser send it.
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)
