"""The declared policy against what the server does: every role on every route and every API operation."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from technopole.api.v1 import api
from technopole.parties import policy
from technopole.parties.actions import REGISTRY
from technopole.parties.middleware import OPEN_ROUTES
from technopole.parties.policy import ROLES, Scope

SAMPLES = {
    "uuid": str(uuid.UUID(int=1)),
    "uuidstr": str(uuid.UUID(int=1)),
    "int": "1",
    "slug": "one",
    "str": "one",
}
BODIES = {True: "application/json", False: "application/x-www-form-urlencoded"}
ROWS = sorted(key for key in policy.table() if not key.startswith("ACTION "))


def _routes(resolver: Any, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif isinstance(entry, URLPattern) and not route.startswith(OPEN_ROUTES):
            yield route


def _operations() -> set[str]:
    """``METHOD route`` of every API operation, as the schema tells the world."""
    found = set()
    for path, methods in api.get_openapi_schema()["paths"].items():
        route = path.removeprefix("/").replace("{pk}", "<uuidstr:pk>")
        found.update(f"{method.upper()} {route}" for method in methods)
    return found


def _address(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)


def test_every_route_has_a_row() -> None:
    decided = {row.split(" ", 1)[1] for row in ROWS}
    assert sorted(set(_routes(get_resolver())) - decided) == []


def test_every_api_operation_has_a_row() -> None:
    assert sorted(_operations() - set(ROWS)) == []


def test_every_row_has_a_route() -> None:
    known = set(_routes(get_resolver()))
    assert [row for row in ROWS if row.split(" ", 1)[1] not in known] == []


def test_every_api_row_is_an_operation() -> None:
    own_pages = {"GET api/v1/", "GET api/v1/openapi.json"}
    assert sorted({row for row in ROWS if " api/" in row} - own_pages - _operations()) == []


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    rows = {key.removeprefix("ACTION ") for key in policy.table() if key.startswith("ACTION ")}
    assert sorted(rows ^ set(REGISTRY)) == []


@pytest.mark.parametrize("role", ROLES)
def test_the_server_does_what_the_policy_says(role: str, accounts: dict[str, Any]) -> None:
    wrong = []
    sign_in = reverse("sign-in")
    client = Client(raise_request_exception=False)
    for row in ROWS:
        method, route = row.split(" ", 1)
        if role != "guest" and "sessionid" not in client.cookies:
            client.force_login(accounts[role])
        sent = (
            {"content_type": "application/json", "data": "{}"}
            if route.startswith("api/") and method == "POST"
            else {}
        )
        answer = client.generic(method, _address(route), **sent)
        if "sign-out" in route:
            client = Client(raise_request_exception=False)
        to_sign_in = answer.status_code == 302 and answer["Location"].startswith(sign_in)
        refused = answer.status_code in (401, 403) or (to_sign_in and route != "accounts/sign-out/")
        if policy.table()[row][role] is Scope.NONE:
            expected = {401} if route.startswith("api/") else {302}
            fine = refused and answer.status_code in (expected if role == "guest" else {403})
        else:
            fine = not refused and answer.status_code not in (405, 500)
        if not fine:
            wrong.append(f"{row}: {policy.table()[row][role].name} but {answer.status_code}")
    assert wrong == []


def test_an_address_without_a_row_is_refused_until_somebody_decides(rf: Any) -> None:
    with pytest.raises(policy.NoRow):
        policy.scope(None, "GET nobody/decided/")


def test_a_method_without_a_row_on_a_known_route_is_not_allowed(db: None) -> None:
    answer = Client().delete("/api/v1/results")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
