"""Background work of step 3: matches follow the records, one computation however many changes came before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from technopole.evaluation.models import Assessment
from technopole.parties.models import Organisation, Person
from technopole.pipeline.models import Result, TransferProject
from technopole.planning import matchmaking
from technopole.resources.needs.models import Need

# What a match is computed from.
WATCHED = (Need, Result, TransferProject, Assessment, Person, Organisation)
_paused: ContextVar[bool] = ContextVar("technopole_matching_paused", default=False)


@task()
def refresh_all() -> int:
    """Compute every match afresh; returns how many are kept."""
    return matchmaking.refresh_matches()


@contextmanager
def paused() -> Iterator[None]:
    """Ask for no computation within the block: a loader computes once at its end."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def ask_for_refresh() -> None:
    """Put the computation in the queue unless one is waiting there already."""
    waiting = DBTaskResult.objects.filter(task_path=refresh_all.module_path, status="READY")
    if not waiting.exists():
        refresh_all.enqueue()


def _changed(sender: Any, **_: Any) -> None:
    if not _paused.get():
        transaction.on_commit(ask_for_refresh)


def connect() -> None:
    """Follow the records that matches are computed from."""
    for model in WATCHED:
        post_save.connect(_changed, sender=model, dispatch_uid=f"technopole.planning.jobs.{model.__name__}")
