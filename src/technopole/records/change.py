"""Who changes the records and why: every save happens inside a `change`, and its history says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from simple_history.signals import pre_create_historical_record

from technopole.records import clock


class Unattributed(RuntimeError):
    """A record was saved outside a `change`, so nobody could be named in its history."""


@dataclass(frozen=True)
class Change:
    """Who (None: the system itself) and why."""

    by: Any
    why: str


_current: ContextVar[Change | None] = ContextVar("technopole_change", default=None)


@contextmanager
def change(*, by: Any, why: str = "") -> Iterator[Change]:
    """All that is saved inside is saved whole or not at all, under this name and reason.

    Parameters
    ----------
    by
        The user who acts; None when the system does (a loader, a job).
    why
        The reason, shown in the record's history.
    """
    made = Change(by, why)
    token = _current.set(made)
    try:
        with transaction.atomic():
            yield made
    finally:
        _current.reset(token)


def current() -> Change:
    """The change under way.

    Raises
    ------
    Unattributed
        No change is under way.
    """
    made = _current.get()
    if made is None:
        raise Unattributed("records are saved inside `with change(by=…, why=…)`")
    return made


def _stamp(sender: Any, history_instance: Any, **_: Any) -> None:
    made = current()
    history_instance.history_user = made.by
    history_instance.history_change_reason = made.why[:1000] or None
    history_instance.history_date = clock.now()


def connect() -> None:
    """Stamp every history row with the change under way."""
    pre_create_historical_record.connect(_stamp, dispatch_uid="technopole.records.change")
