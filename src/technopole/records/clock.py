"""The office's clock: one place to ask for the time, so that a replay or a test can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("technopole_clock", default=None)


def office_zone() -> ZoneInfo:
    """The zone in which the office's dates are dates."""
    return ZoneInfo(settings.TIME_ZONE)


def now() -> datetime:
    """The moment, aware, in UTC or the zone of the set clock."""
    return _set.get() or timezone.now()


def today() -> date:
    """The date in the office's zone."""
    return now().astimezone(office_zone()).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Within the block it is `moment`; a bare date means ten in the morning at the office."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(10), tzinfo=office_zone())
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
