"""The landing mode of a firm or project, derived from where it was and when; never typed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

from technopole.evaluation.engine.checks import Check, many, table, text
from technopole.evaluation.engine.packs import Pack, Row, load_pack
from technopole.wording import Reason, named


class Mode(StrEnum):
    """The four landing modes of the Zhangjiang region, or none of them."""

    ZHANGJIANG_PUDONG = "zhangjiang_pudong"
    ZHANGJIANG_OTHER_DISTRICT = "zhangjiang_other_district"
    SPILL_AND_RETURN = "spill_and_return"
    PILOT_AND_EXPAND = "pilot_and_expand"
    UNDETERMINED = "undetermined"


MODE_NAMES: Mapping[Mode, Mapping[str, str]] = {
    Mode.ZHANGJIANG_PUDONG: {"zh": "张江研发+浦东转化", "en": "R&D in Zhangjiang, landed in Pudong"},
    Mode.ZHANGJIANG_OTHER_DISTRICT: {
        "zh": "张江研发+外区转化",
        "en": "R&D in Zhangjiang, landed in another district",
    },
    Mode.SPILL_AND_RETURN: {"zh": "张江外溢+回流上海", "en": "left Zhangjiang, returned to Shanghai"},
    Mode.PILOT_AND_EXPAND: {"zh": "张江试水+本市扩张", "en": "tried out in Zhangjiang, expanded in the city"},
    Mode.UNDETERMINED: {"zh": "未定", "en": "undetermined"},
}


class Origin(StrEnum):
    """Where a firm or project came from: the city, its region, elsewhere in the country, abroad."""

    LOCAL = "local"
    REGION = "region"
    OUTSIDE = "outside"
    ABROAD = "abroad"


class EventKind(StrEnum):
    """What happened at a place; in the order of a life, which settles events of one day."""

    RD = "rd"
    LAND = "land"
    EXPAND = "expand"
    MOVE_OUT = "move_out"
    RETURN = "return"


@dataclass(frozen=True)
class Event:
    """One dated event.

    `district` is where it happened; of a ``move_out`` it is the new place when that lies outside
    the city, else the place that was left. `park` is a site's key or name, empty when unknown.
    `on` is ``None`` while nobody has given the day.
    """

    on: date | None
    kind: EventKind
    district: str
    park: str = ""


@dataclass(frozen=True)
class Derived:
    """A mode and why it, with the events in the order in which they were read."""

    mode: Mode
    reason: Reason
    events: tuple[Event, ...]


class PlaceError(ValueError):
    """A district that cannot be placed inside or outside the city."""


def mode_of(events: Iterable[Event], origin: Origin) -> Derived:
    """The landing mode that a history shows; the first row that holds decides.

    A place is *in Zhangjiang* when its park or district says so, or when it lies in Pudong and no
    park is named: Pudong's R&D without a park is read as Zhangjiang. A *departure* is a
    ``move_out``, or a first landing outside the city, after the first event in Zhangjiang. A
    *comeback* is a ``return`` to the city, or any landing or expansion there once it was outside.

    ==  ===================================================================  =========================
    1   no event, or one whose day nobody has given                          undetermined
    2   no event in Zhangjiang                                               undetermined
    3   a departure and no comeback after it                                 undetermined
    4   a departure and a comeback after it                                  spill_and_return
    5   first landing in Zhangjiang, or none, then an expansion in the city  pilot_and_expand
        outside Zhangjiang
    6   no landing                                                           undetermined
    7   no R&D in Zhangjiang up to the first landing                         undetermined
    8   first landing in Pudong                                              zhangjiang_pudong
    9   first landing in another district of the city                        zhangjiang_other_district
    ==  ===================================================================  =========================

    Events are read by date, those of one day in the order rd, land, expand, move_out, return; the
    order in which they are given never matters.

    Raises
    ------
    PlaceError
        A district is too coarse or looks like a misspelt district of the city.

    Examples
    --------
    >>> rd = Event(date(2023, 1, 5), EventKind.RD, "pudong", "zhangjiang")
    >>> land = Event(date(2024, 6, 1), EventKind.LAND, "minhang")
    >>> mode_of([land, rd], Origin.LOCAL).mode.value
    'zhangjiang_other_district'
    """
    ordered = tuple(sorted(events, key=_when))
    placed = [(event, place(event.district)) for event in ordered]
    mode, reason = _decide([(event, _Spot.of(event, district)) for event, district in placed], origin)
    return Derived(mode, reason, ordered)


@cache
def places() -> Pack:
    """The checked pack of districts."""
    names: Check = many(text(), least=1)
    fields: dict[str, Check] = {
        "too_coarse": names,
        "zhangjiang": names,
        "landing": text(),
        "near_names": names,
        "districts": table(names),
    }
    return load_pack("landing", "places", fields)


def place(district: str) -> str | None:
    """The key of a district of the city, or ``None`` for a place outside it.

    Raises
    ------
    PlaceError
        The name is empty, names the whole city, or is almost a district's name.

    >>> place("浦东新区"), place("suzhou")
    ('pudong', None)
    """
    row = _city()
    name = district.strip().casefold()
    keys = {alias: key for key, aliases in row["districts"].items() for alias in aliases}
    if name in keys:
        return str(keys[name])
    if any(word in name for word in row["zhangjiang"]):
        return str(row["landing"])
    if not name or name in row["too_coarse"]:
        raise PlaceError(f"expected a district of the city or a place outside it, found '{district}'")
    close = get_close_matches(name, keys, n=1, cutoff=0.85)
    if close and name not in row["near_names"]:
        raise PlaceError(f"'{district}' is no district; did you mean '{close[0]}'?")
    return None


def _city() -> Row:
    """The newest row: a history is read with the districts of today."""
    return places().rows[-1]


@dataclass(frozen=True)
class _Spot:
    """Where an event lies: a district key or None outside the city, and whether in Zhangjiang."""

    district: str | None
    zhangjiang: bool

    @property
    def local(self) -> bool:
        return self.district is not None

    @classmethod
    def of(cls, event: Event, district: str | None) -> _Spot:
        row = _city()
        spelt = f"{event.district} {event.park}".casefold()
        says_so = any(word in spelt for word in row["zhangjiang"])
        unnamed = district == row["landing"] and not event.park.strip()
        return cls(district, district == row["landing"] and (says_so or unnamed))


def _when(event: Event) -> tuple[date, int, str, str]:
    return (event.on or date.min, tuple(EventKind).index(event.kind), event.district, event.park)


def _decide(history: Sequence[tuple[Event, _Spot]], origin: Origin) -> tuple[Mode, Reason]:
    if not history:
        return Mode.UNDETERMINED, Reason("landing.mode_no_event")
    undated = next((event for event, _ in history if event.on is None), None)
    if undated is not None:
        told = {"event": dict(_EVENT_NAMES[undated.kind]), "place": _named(undated)}
        return Mode.UNDETERMINED, Reason("landing.mode_undated", told)
    first = next((index for index, (_, spot) in enumerate(history) if spot.zhangjiang), None)
    if first is None:
        return Mode.UNDETERMINED, Reason("landing.mode_no_zhangjiang", {"origin": dict(_ORIGINS[origin])})
    since = history[first:]
    landings = [(event, spot) for event, spot in since if event.kind is EventKind.LAND]
    moved = _departure_and_comeback(since, landings[0][0] if landings else None)
    if moved is not None:
        return moved
    landing = landings[0] if landings else None
    values: dict[str, object]
    if landing is None or landing[1].zhangjiang:
        for event, spot in since:
            if event.kind is EventKind.EXPAND and spot.local and not spot.zhangjiang:
                values = {"since": _day(history[first][0]), "on": _day(event), "place": _named(event)}
                return Mode.PILOT_AND_EXPAND, Reason("landing.mode_pilot_and_expand", values)
    if landing is None:
        return Mode.UNDETERMINED, Reason("landing.mode_not_landed", {"since": _day(since[0][0])})
    research = next((event for event, spot in since if event.kind is EventKind.RD and spot.zhangjiang), None)
    if research is None or _when(research) > _when(landing[0]):
        return Mode.UNDETERMINED, Reason("landing.mode_no_research", {"on": _day(landing[0])})
    values = {"since": _day(research), "on": _day(landing[0]), "place": _named(landing[0])}
    in_pudong = landing[1].district == _city()["landing"]
    mode = Mode.ZHANGJIANG_PUDONG if in_pudong else Mode.ZHANGJIANG_OTHER_DISTRICT
    return mode, Reason(f"landing.mode_{mode}", values)


def _departure_and_comeback(
    since: Sequence[tuple[Event, _Spot]], first_landing: Event | None
) -> tuple[Mode, Reason] | None:
    """What a departure leads to: a comeback, none, or ``None`` when it never left."""
    left: Event | None = None
    outside = False
    last: tuple[Event, Event] | None = None
    for event, spot in since:
        if event.kind is EventKind.MOVE_OUT or (event is first_landing and not spot.local):
            left, outside = event, not spot.local
        elif left is not None and spot.local:
            arrives = event.kind in (EventKind.LAND, EventKind.EXPAND)
            if event.kind is EventKind.RETURN or (outside and arrives):
                last, left = (left, event), None
            elif arrives:
                left = None
    if left is not None:
        return Mode.UNDETERMINED, Reason("landing.mode_left", {"on": _day(left), "place": _named(left)})
    if last is None:
        return None
    gone, back = last
    values: dict[str, object] = {"left": _day(gone), "on": _day(back), "place": _named(back)}
    return Mode.SPILL_AND_RETURN, Reason("landing.mode_spill_and_return", values)


_ORIGINS: Mapping[Origin, Mapping[str, str]] = {
    Origin.LOCAL: {"zh": "本市", "en": "the city"},
    Origin.REGION: {"zh": "区域内", "en": "the region"},
    Origin.OUTSIDE: {"zh": "国内其他地区", "en": "elsewhere in the country"},
    Origin.ABROAD: {"zh": "境外", "en": "abroad"},
}


_EVENT_NAMES: Mapping[EventKind, Mapping[str, str]] = {
    EventKind.RD: {"zh": "研发", "en": "R&D"},
    EventKind.LAND: {"zh": "落地", "en": "landing"},
    EventKind.EXPAND: {"zh": "扩张", "en": "expansion"},
    EventKind.MOVE_OUT: {"zh": "外迁", "en": "move-out"},
    EventKind.RETURN: {"zh": "回流", "en": "return"},
}


def _day(event: Event) -> str:
    return event.on.isoformat() if event.on else ""


def _named(event: Event) -> dict[str, str]:
    """The park with its district, or the district alone, as readers of each language call it."""
    found = {language: named(event.district, language) for language in ("zh", "en")}
    if not event.park.strip():
        return found
    return {"zh": f"{event.park}（{found['zh']}）", "en": f"{event.park} ({found['en']})"}
