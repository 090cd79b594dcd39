"""What is done to a need: post, edit, withdraw, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from technopole.parties.actions import action
from technopole.parties.models import User
from technopole.resources.needs.models import Need, NeedStatus

OFFICE = {"officer", "director"}


@action("needs.post", Need)
def post_need(need: Need, *, by: User, fields: Mapping[str, Any]) -> Need:
    """Post a need; outside the office one posts for one's own organisation."""
    for name, value in fields.items():
        setattr(need, name, value)
    if not by.role_names & OFFICE and (
        by.person is None or need.organisation_id != by.person.organisation_id
    ):
        raise PermissionDenied("needs.post")
    need.save()
    return need


@action("needs.edit", Need)
def edit_need(need: Need, *, by: User, fields: Mapping[str, Any]) -> Need:
    """Change a need; it stays with its organisation."""
    for name, value in fields.items():
        if name != "organisation":
            setattr(need, name, value)
    need.save()
    return need


@action("needs.withdraw", Need)
def withdraw_need(need: Need, *, by: User) -> Need:
    """Take a need off the list; it can be opened again."""
    need.status = NeedStatus.WITHDRAWN
    need.save()
    return need


@action("needs.reopen", Need)
def reopen_need(need: Need, *, by: User) -> Need:
    """Put a withdrawn or answered need back on the list."""
    need.status = NeedStatus.OPEN
    need.save()
    return need
