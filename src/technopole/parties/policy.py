"""The declared policy: which role may do what on which route and with which action.

The table is ``config/policy.csv``. A row's key is ``METHOD route`` for a page or an API path, or
``ACTION package.name`` for an action; a cell is ``none``, ``own`` (records one has a part in) or
``other`` (own and others').
"""

from __future__ import annotations

import csv
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from technopole.parties.models import GUEST, RoleName

ROLES = (GUEST, *RoleName.values)


class Scope(IntEnum):
    """Whose records a role may use a route or action on."""

    NONE = 0
    OWN = 1
    OTHER = 2


class NoRow(LookupError):
    """The policy has no row for a route or action: it is refused until somebody decides."""


@cache
def table() -> dict[str, dict[str, Scope]]:
    """The whole policy: ``{key: {role: Scope}}``.

    Raises
    ------
    ValueError
        A row names an unknown scope, lacks a role or stands twice; the message names line and column.
    """
    rows: dict[str, dict[str, Scope]] = {}
    path = Path(settings.POLICY_FILE)
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            key = f"{row['method']} {row['route']}"
            if key in rows:
                raise ValueError(f"{path.name}, line {number}: {key!r} stands twice")
            scopes = {}
            for role in ROLES:
                cell = (row.get(role) or "").strip().upper()
                if cell not in Scope.__members__:
                    raise ValueError(
                        f"{path.name}, line {number}, column {role}: {cell!r} is not none, own or other"
                    )
                scopes[role] = Scope[cell]
            rows[key] = scopes
    return rows


def roles_of(user: Any) -> frozenset[str]:
    """The roles by which the user acts; an account without a role acts as a guest who is signed in."""
    if getattr(user, "is_authenticated", False):
        return user.role_names or frozenset({GUEST})
    return frozenset({GUEST})


def scope(user: Any, key: str) -> Scope:
    """The widest scope that any of the user's roles has.

    Raises
    ------
    NoRow
        Nobody decided on this route or action yet.
    """
    if key not in table():
        raise NoRow(f"config/policy.csv has no row {key!r}")
    row = table()[key]
    return max(row[role] for role in roles_of(user))


def may(user: Any, action: str, record: Any = None) -> bool:
    """Whether the user may use the action (on this record): for buttons as for the action itself."""
    given = scope(user, f"ACTION {action}")
    if given is Scope.OTHER:
        return True
    return given is Scope.OWN and (record is None or record.is_own(user))
