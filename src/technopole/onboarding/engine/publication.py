"""The disclose-before-publish alarm: what past and planned publications do to the right to a patent."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from technopole.onboarding.engine.packs import DISCLOSURE, pack
from technopole.wording import Reason


class Light(StrEnum):
    """Colour of the alarm; a later one is more urgent."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class ImpossibleDateError(ValueError):
    """A date that does not exist, or that contradicts what it is given for; `reason` says which."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text("en"))
        self.reason = reason


@dataclass(frozen=True)
class Publication:
    """One publication: paper, preprint, poster, talk, thesis, offer … and its day.

    The kinds ``recognised_exhibition``, ``prescribed_meeting``, ``leak`` and ``national_emergency``
    are those that a grace period of the pack names.
    """

    kind: str
    on: date

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Publication:
        """A publication from ``{"kind", "on"}``, where ``on`` may be ISO text.

        Raises
        ------
        ImpossibleDateError
            There is no such day.
        """
        on = told["on"]
        if not isinstance(on, date):
            try:
                on = date.fromisoformat(str(on))
            except ValueError as problem:
                reason = Reason("onboarding.no_such_day", {"written": str(on)[:40]})
                raise ImpossibleDateError(reason) from problem
        return cls(str(told["kind"]), on)


@dataclass(frozen=True)
class Bar:
    """Until when an office can still be filed at, for the publication that binds it first.

    `last_day` is the last day on which filing is safe: for absolute novelty the day before.
    """

    office: str
    publication: Publication
    last_day: date
    lost: bool
    counted_to: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Alarm:
    """The colour, why, and the bar of each office (soonest first)."""

    light: Light
    reasons: tuple[Reason, ...]
    bars: tuple[Bar, ...]


def alarm(
    *,
    planned: Iterable[Publication],
    past: Iterable[Publication],
    today: date,
    filed_on: date | None = None,
    pack_name: str = DISCLOSURE,
) -> Alarm:
    """Whether something may be published, and by when to file first.

    Parameters
    ----------
    planned, past
        Publications still to come and made.
    filed_on
        Day of the first application (the priority date); None when none is filed. What was
        published on or after it cannot harm what was filed.

    Raises
    ------
    ImpossibleDateError
        A past publication or the filing lies in the future.

    >>> found = alarm(planned=[Publication("paper", date(2026, 12, 1))], past=[], today=date(2026, 11, 21))
    >>> found.light.value, [(bar.office, bar.last_day.isoformat()) for bar in found.bars]
    ('red', [('CN', '2026-11-30'), ('EP', '2026-11-30'), ('US', '2027-12-01')])
    """
    made, coming = tuple(past), tuple(planned)
    _refuse_future(made, today, filed_on)
    rules = pack(pack_name)
    harmful = [one for one in (*made, *coming) if filed_on is None or one.on < filed_on]
    bars = _bars(harmful, filed_on or today, rules["novelty"])
    found: list[tuple[Light, Reason]] = []
    for one in sorted(set(harmful), key=lambda publication: publication.on):
        found.append(_past(one, today, bars) if one in made else _planned(one, today, rules["alarm"]))
    if filed_on is not None and not harmful:
        found.append((Light.GREEN, Reason("onboarding.filed_before", {"filed": filed_on.isoformat()})))
    if not found:
        found.append((Light.GREEN, Reason("onboarding.no_publication_known")))
    order = list(Light)
    light = max((colour for colour, _ in found), key=order.index)
    return Alarm(light, tuple(reason for _, reason in found), bars)


def _refuse_future(made: Iterable[Publication], today: date, filed_on: date | None) -> None:
    for one in made:
        if one.on > today:
            raise ImpossibleDateError(Reason("onboarding.past_in_future", {"on": one.on.isoformat()}))
    if filed_on is not None and filed_on > today:
        raise ImpossibleDateError(Reason("onboarding.filed_in_future", {"on": filed_on.isoformat()}))


def _past(one: Publication, today: date, bars: tuple[Bar, ...]) -> tuple[Light, Reason]:
    own = [bar for bar in bars if bar.publication == one]
    open_until = [f"{bar.office} {bar.last_day.isoformat()}" for bar in own if not bar.lost]
    lost = sorted({bar.office for bar in own if bar.lost})
    values = {"kind": kind_words(one.kind), "on": one.on.isoformat()}
    if not own:
        return Light.RED, Reason("onboarding.published_also", values)
    if not lost:
        return Light.AMBER, Reason("onboarding.published_in_grace", values | {"open": "; ".join(open_until)})
    values |= {"lost": ", ".join(lost)}
    if open_until:
        return Light.RED, Reason("onboarding.published_some_open", values | {"open": "; ".join(open_until)})
    return Light.RED, Reason("onboarding.published_all_lost", values)


def _planned(one: Publication, today: date, thresholds: Mapping[str, Any]) -> tuple[Light, Reason]:
    days = (one.on - today).days
    values = {"kind": kind_words(one.kind), "on": one.on.isoformat(), "days": days}
    if days < 0:
        return Light.RED, Reason("onboarding.planned_day_passed", values)
    if days <= thresholds["red_days"]:
        return Light.RED, Reason("onboarding.planned_soon", values)
    if days <= thresholds["amber_days"]:
        return Light.AMBER, Reason("onboarding.planned_near", values)
    return Light.GREEN, Reason("onboarding.planned_far", values)


def _bars(harmful: list[Publication], reckoned: date, rows: list[dict[str, Any]]) -> tuple[Bar, ...]:
    bars: dict[str, Bar] = {}
    for one in harmful:
        for office in dict.fromkeys(row["office"] for row in rows):
            rule = _rule([row for row in rows if row["office"] == office], one.kind)
            last = add_months(one.on, rule["months"]) if rule["months"] else one.on - timedelta(days=1)
            bar = Bar(office, one, last, last < reckoned, rule["counted_to"], rule["source"])
            if office not in bars or last < bars[office].last_day:
                bars[office] = bar
    return tuple(sorted(bars.values(), key=lambda bar: (bar.last_day, bar.office)))


def _rule(rows: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    special = [row for row in rows if kind in row.get("kinds", ())]
    return special[0] if special else next(row for row in rows if "kinds" not in row)


def add_months(start: date, months: int) -> date:
    """The same-numbered day some months later, or the month's last day where it has no such day.

    >>> add_months(date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


_KINDS = {
    "paper": ("论文", "paper"),
    "preprint": ("预印本", "preprint"),
    "poster": ("海报", "poster"),
    "talk": ("报告", "talk"),
    "thesis": ("学位论文", "thesis"),
    "offer": ("要约或销售", "offer"),
    "exhibition": ("展览", "exhibition"),
    "recognised_exhibition": ("政府主办或承认的国际展览", "officially recognised exhibition"),
    "prescribed_meeting": ("规定的学术或技术会议", "prescribed academic or technical meeting"),
    "leak": ("他人未经同意泄露", "disclosure by others without consent"),
    "national_emergency": ("紧急状态下为公共利益公开", "disclosure in a national emergency"),
}


def kind_words(kind: str) -> dict[str, str]:
    """A kind of publication in both languages; an unlisted kind as it is written."""
    zh, en = _KINDS.get(kind, (kind, kind))
    return {"zh": zh, "en": en}
