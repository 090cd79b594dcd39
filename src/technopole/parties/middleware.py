"""The gate before every page and API path: the policy's row for the route decides first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse

from technopole.parties import policy
from technopole.parties.policy import Scope

# Files that carry no record: the vendored assets.
OPEN_ROUTES = ("static/", "favicon.ico")


def key_of(request: HttpRequest) -> str:
    """``METHOD route`` as the policy writes it; HEAD counts as GET."""
    match = request.resolver_match
    method = "GET" if request.method == "HEAD" else str(request.method)
    return f"{method} {match.route if match else request.path}"


class PolicyMiddleware:
    """Refuses a route that the policy does not give to any role of the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None lets the view run; the scope is left on the request for `own` checks."""
        route = str(request.resolver_match.route) if request.resolver_match else ""
        if route.startswith(OPEN_ROUTES):
            return None
        key = key_of(request)
        is_api = route.startswith("api/")
        if key not in policy.table():
            # The address exists, this method on it does not.
            known = sorted({row.split(" ", 1)[0] for row in policy.table() if row.split(" ", 1)[1] == route})
            if known:
                response = HttpResponse(status=405)
                response["Allow"] = ", ".join(known)
                return response
            raise policy.NoRow(f"config/policy.csv has no row {key!r}")
        request.scope = policy.scope(request.user, key)  # type: ignore[attr-defined]
        if request.scope is not Scope.NONE:  # type: ignore[attr-defined]
            return None
        if is_api:
            signed_in = request.user.is_authenticated
            return JsonResponse(
                {
                    "detail": "Your role may not do this."
                    if signed_in
                    else "Send a token: Authorization: Bearer …"
                },
                status=403 if signed_in else 401,
            )
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=settings.LOGIN_URL)
        raise PermissionDenied(key)
