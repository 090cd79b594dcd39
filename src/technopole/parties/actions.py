"""Actions: the only way a user changes records, each allowed, locked, attributed and whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied

from technopole.parties import policy
from technopole.records.change import change
from technopole.records.models import Record, Stale
from technopole.wording import Reason

R = TypeVar("R")


class Refused(Exception):
    """The action is allowed to this user but cannot be done now, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.text("en") for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Action:
    """A registered action: its name in the policy, the model it acts on, the function."""

    name: str
    model: type[Record]
    function: Callable[..., Any]


REGISTRY: dict[str, Action] = {}


def _locked(record: Record) -> Record:
    """The record freshly read and locked, after what it belongs to.

    Parents come first in every action, so two of them never wait for each other.
    """
    rows = type(record)._base_manager.select_for_update(no_key=True)
    if record.PARENT:
        parent = getattr(record, record.PARENT)
        if parent is not None:
            _locked(parent)
    held: Record = rows.get(pk=record.pk)
    return held


def _count(held: Record, before: int) -> None:
    """Let an action that wrote beside its record (evidence, a milestone) show in that record too."""
    if type(held)._base_manager.values_list("version", flat=True).get(pk=held.pk) == before:
        held.save()


def action(name: str, model: type[Record]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Register a service as an action on `model`.

    The decorated function gets the record freshly read and locked, inside one transaction whose
    history names `by` and `why`. A caller passes `version`, the one it showed the user; whatever an
    action did, the record's version rises, so what two users decide on the same view is served once.

    Raises (from the wrapped call)
    ------
    PermissionDenied
        The policy does not allow this user, or the record is not visible to them.
    Stale
        The record changed since `version` was read.
    Refused, ValidationError
        From the function itself; nothing is saved.
    """

    def register(function: Callable[..., R]) -> Callable[..., R]:
        @wraps(function)
        def run(record: Record, *, by: Any, version: int | None = None, why: str = "", **inputs: Any) -> R:
            with change(by=by, why=why or name):
                if record._state.adding:
                    if not policy.may(by, name):
                        raise PermissionDenied(name)
                    return function(record, by=by, **inputs)
                held = _locked(record)
                if not held.visible_to(by) or not policy.may(by, name, held):
                    raise PermissionDenied(name)
                if version is not None and held.version != version:
                    raise Stale(str(held.pk))
                before = held.version
                outcome = function(held, by=by, **inputs)
                _count(held, before)
                return outcome

        if name in REGISTRY:
            raise ValueError(f"action {name!r} is registered twice")
        REGISTRY[name] = Action(name, model, run)
        return run

    return register
