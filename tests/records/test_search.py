"""Search finds in both scripts, and never by a word that the reader may not read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from technopole.pipeline.models import Result
from technopole.portal.results import SEARCHED
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.records.search import find
from tests.factories import ResultFactory, invented_by

pytestmark = pytest.mark.django_db


def found(user: Any, query: str) -> set[str]:
    ids = find(Result, SEARCHED, user, query).ids
    return set(Result.objects.filter(pk__in=ids).values_list("title_en", flat=True))


@pytest.mark.parametrize("query", ["传感器", "傳感器", "sensors", "Ｓｅｎｓｏｒ"])
def test_both_scripts_widths_and_forms_find_the_same(query: str) -> None:
    ResultFactory(title_zh="柔性压力传感器", title_en="Flexible pressure sensor")
    ResultFactory(title_zh="催化剂", title_en="Catalyst")

    assert found(AnonymousUser(), query) == {"Flexible pressure sensor"}


def test_a_confidential_word_finds_nothing_for_who_may_not_read_it(officer: Any) -> None:
    ResultFactory(title_en="Sensor", enabling_description="made with graphene oxide")

    assert found(AnonymousUser(), "graphene") == set()
    assert found(officer, "graphene") == {"Sensor"}


def test_an_unpublished_result_is_found_by_its_inventor_alone(researcher: Any, scout: Any) -> None:
    invented_by(
        ResultFactory(title_en="Secret sensor", level=Level.TEAM, published_on=None), researcher.person
    )

    assert found(researcher, "secret") == {"Secret sensor"}
    assert found(scout, "secret") == set()
    assert found(AnonymousUser(), "secret") == set()


def test_every_word_first_and_some_words_said_so() -> None:
    ResultFactory(title_en="Pressure sensor")
    ResultFactory(title_en="Pressure vessel")
    guest = AnonymousUser()

    assert found(guest, "pressure sensor") == {"Pressure sensor"}
    assert not find(Result, SEARCHED, guest, "pressure xylophone").every_word


def test_a_change_is_found_at_once() -> None:
    result = ResultFactory(title_en="Old name")
    assert found(AnonymousUser(), "zeolite") == set()

    with change(by=None, why="test"):
        result.title_en = "Zeolite membrane"
        result.save()

    assert found(AnonymousUser(), "zeolite") == {"Zeolite membrane"}


@pytest.mark.parametrize("query", ["", "   ", "的", "\x00", "a" * 100_000, "'; drop table", "((("])
def test_odd_queries_are_answered(query: str) -> None:
    ResultFactory()

    assert find(Result, SEARCHED, AnonymousUser(), query).ids == ()
