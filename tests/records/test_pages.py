"""Paging stays in bounds, what may not be known of does not exist, histories hide what fields hide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from technopole.parties.policy import Scope
from technopole.pipeline.models import Result
from technopole.records.change import change
from technopole.records.history import history_of
from technopole.records.levels import Level
from technopole.records.pages import paginate, require_scope, shown_many, visible_or_404
from tests.factories import ProjectFactory, ResultFactory, invented_by


@pytest.mark.parametrize(
    ("asked", "given"),
    [("2", 2), ("0", 1), ("-3", 1), ("9" * 20, 1), ("9999", 4), ("x", 1), ("²", 1)],
)
def test_the_page_asked_for_or_the_nearest_there_is(asked: str, given: int) -> None:
    request = RequestFactory().get("/", {"page": asked})

    assert paginate(request, range(100), per_page=25).number == given


@pytest.mark.django_db
def test_a_record_above_the_reader_is_not_there() -> None:
    secret = ResultFactory(level=Level.TEAM)

    with pytest.raises(Http404):
        visible_or_404(Result.objects, AnonymousUser(), secret.pk)


def test_own_scope_opens_own_records_only(officer: Any) -> None:
    request: Any = RequestFactory().get("/")
    request.user, request.scope = officer, Scope.OWN

    require_scope(request, ProjectFactory(owner=officer))
    with pytest.raises(PermissionDenied):
        require_scope(request, ProjectFactory())


def test_a_history_leaves_out_fields_above_the_reader(officer: Any, scout: Any) -> None:
    result = ResultFactory()
    with change(by=officer, why="corrected"):
        result.sector = "photonics"
        result.enabling_description = "graphene oxide"
        result.save()

    with translation.override("en"):
        labels = {change.label for change in history_of(result, scout)[0].changes}
        assert labels == {"sector"}
        row = history_of(result, officer)[0]
        assert {change.label for change in row.changes} == {"sector", "enabling description"}
        assert (row.by, row.why) == (officer.display_name, "corrected")


@pytest.mark.parametrize("path", ["/nothing/", "/results/00000000-0000-7000-8000-000000000000/"])
def test_what_is_not_there_says_so_kindly(browse: Callable[..., Client], path: str) -> None:
    response = browse().get(path)

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_many_records_are_shown_as_each_alone(researcher: Any, officer: Any) -> None:
    own = invented_by(ResultFactory(enabling_description="mine"), researcher.person)
    others = [ResultFactory(enabling_description="theirs"), ProjectFactory(owner=officer).result]

    for reader in (researcher, officer, AnonymousUser()):
        rows = [own, *others]
        assert [shown.access for shown in shown_many(rows, reader)] == [row.access_of(reader) for row in rows]
