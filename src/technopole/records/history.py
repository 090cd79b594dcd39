"""A record's history as one reader may see it: who changed what, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from technopole.records.models import Record
from technopole.wording import LANGUAGES, Reason, language_code, named

# What changes with every save and tells a reader nothing.
UNTOLD = {"version", "created_at", "key", "id", "is_sample"}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryRow:
    """One change: who (empty: the system), when, why, which fields."""

    at: datetime
    by: str
    why: str
    changes: tuple[FieldChange, ...]


def _told(record: Record, name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    field: Any = record._meta.get_field(name)
    if field.is_relation:
        # A reference to nothing comes as a deleted object without a key.
        return "—" if value.pk is None else str(getattr(value, "display_name", value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list | tuple):
        return gettext(", ").join(_told_item(item) for item in value)
    if isinstance(value, dict):
        language = get_language() or "en"
        return gettext(", ").join(f"{named(key, language)}: {item}" for key, item in value.items())
    return str(value)


def _told_item(item: Any) -> str:
    if isinstance(item, dict) and set(item) == {"code", "values"}:
        return Reason.from_dict(item).text(get_language() or "en")
    return str(item)


def _said_in_the_readers_language(field: str, changed: set[str]) -> bool:
    """Whether the same change is told already by the field of the reader's language."""
    stem, _, language = field.rpartition("_")
    reads = language_code(get_language() or "en")
    return language in LANGUAGES and language != reads and f"{stem}_{reads}" in changed


def _changes(record: Record, newer: Any, older: Any, access: int) -> tuple[FieldChange, ...]:
    found = []
    changes = newer.diff_against(older, foreign_keys_are_objs=True).changes
    changed = {change.field for change in changes}
    for change in changes:
        if change.field in UNTOLD or record.FIELD_LEVELS.get(change.field, 0) > access:
            continue
        if _said_in_the_readers_language(change.field, changed):
            continue
        try:
            label = str(record._meta.get_field(change.field).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue  # a field that has since left the model
        found.append(
            FieldChange(
                label, _told(record, change.field, change.old), _told(record, change.field, change.new)
            )
        )
    return tuple(found)


def history_of(record: Record, user: Any, most: int = 30) -> list[HistoryRow]:
    """The latest changes, newest first; fields above the reader's access are left out.

    Parameters
    ----------
    most
        How many changes at most.
    """
    access = record.access_of(user)
    kept = list(record.history.select_related("history_user__person")[: most + 1])
    rows = [
        HistoryRow(
            at=newer.history_date,
            by=_who(newer.history_user),
            why=newer.history_change_reason or "",
            changes=_changes(record, newer, older, access),
        )
        for newer, older in pairwise(kept)
    ]
    if kept and len(kept) <= most:
        first = kept[-1]
        rows.append(
            HistoryRow(first.history_date, _who(first.history_user), first.history_change_reason or "", ())
        )
    return rows


def _who(user: Any) -> str:
    return str(_("the system")) if user is None else str(user.display_name)
