"""Figures of landings: by district and mode, local retention, return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from technopole.landing.engine.modes import MODE_NAMES, Derived, Event, EventKind, Mode
from technopole.landing.models import Landing
from technopole.landing.services import mode_of
from technopole.measurement.engine.whereabouts import Place, Step, Whereabouts, whereabouts
from technopole.measurement.of_projects import source_of
from technopole.measurement.shapes import ALL, Figure, Heading, Layer, Line, Number, Slice, Slicer, count
from technopole.records import clock
from technopole.resources.sites.models import District, Region
from technopole.wording import Reason, language_code

NO_PLACE = "no-place"


@dataclass(frozen=True)
class Placed:
    """A landing with what its history shows; `where` is None while an event lacks its day or place."""

    landing: Landing
    derived: Derived
    where: Whereabouts | None
    landed_on: date | None

    @property
    def district(self) -> str:
        """The key of the place where it stands, or of none."""
        return (self.where.district if self.where else "") or NO_PLACE


def placed(landing: Landing, local: frozenset[str]) -> Placed:
    """A landing read from its events; `local` are the keys of the region's districts."""
    derived = mode_of(landing)
    events = derived.events
    complete = bool(events) and all(event.on for event in events)
    found = whereabouts(_place(event, local) for event in events) if complete else None
    first = next((event.on for event in events if event.kind is EventKind.LAND), None)
    return Placed(landing, derived, found, first)


def _place(event: Event, local: frozenset[str]) -> Place:
    return Place(Step(event.kind), event.district, event.district in local)


def local_districts() -> frozenset[str]:
    """The keys of the region's own districts."""
    return frozenset(District.objects.filter(region=Region.LOCAL).values_list("pk", flat=True))


def placed_in(cut: Slice) -> list[Placed]:
    """The landings of a slice: by sector of the result or firm, year of the first landing, place."""
    rows = Landing.objects.filter(is_sample=cut.layer is Layer.SAMPLE)
    local = local_districts()
    found = [
        placed(row, local)
        for row in rows.select_related("company", "project__result").prefetch_related("events__site")
        if not cut.sector or _sector(row) == cut.sector
    ]
    return [each for each in found if cut.holds_day(each.landed_on) and cut.holds_district(each.district)]


def _sector(landing: Landing) -> str:
    return str(landing.project.result.sector if landing.project else landing.company.sector)


def mode_name(mode: str) -> str:
    """A landing mode in the reader's language."""
    return MODE_NAMES[Mode(mode)][language_code(get_language() or "en")]


def landings(cut: Slice) -> Figure:
    """Landings by the district where they stand and the mode that their history shows."""
    held = placed_in(cut)
    names = {row.pk: row.name for row in District.objects.all()} | {NO_PLACE: gettext("no place recorded")}
    by_district: dict[str, list[Placed]] = {}
    for each in held:
        by_district.setdefault(each.district, []).append(each)
    order = sorted(by_district, key=lambda key: (key == NO_PLACE, -len(by_district[key]), key))
    return Figure(
        key="landings",
        title=gettext("Landings by district and mode"),
        line_label=gettext("District"),
        headings=(
            *(Heading(mode, capfirst(mode_name(mode))) for mode in Mode),
            Heading(ALL, gettext("All")),
        ),
        lines=tuple(Line(key, names[key], _by_mode(by_district[key])) for key in order),
        total=_landings(held),
        unit=gettext("landings followed"),
        as_of=clock.today(),
        definition=Reason("measurement.landings_definition"),
        source=source_of(cut),
        layer=cut.layer,
    )


def _landings(held: Iterable[Placed]) -> Number:
    return count(each.landing for each in held)


def _by_mode(held: list[Placed]) -> tuple[Number, ...]:
    modes = (_landings(each for each in held if each.derived.mode is mode) for mode in Mode)
    return (*modes, _landings(held))


def retention(cut: Slice) -> Figure:
    """Local retention and return rate."""
    every = placed_in(cut)
    known = [(each.landing, each.where) for each in every if each.where]
    began = [landing for landing, where in known if where.began]
    here = [landing for landing, where in known if where.began and where.here]
    left = [landing for landing, where in known if where.left]
    returned = [landing for landing, where in known if where.left and where.here]
    kept, back = _share(here, began), _share(returned, left)
    return Figure(
        key="retention",
        title=gettext("Local retention and return"),
        line_label=gettext("Rate"),
        headings=(
            Heading("of", gettext("Counted")),
            Heading("here", gettext("Here now")),
            Heading("share", gettext("Share of them"), "%"),
        ),
        lines=(
            Line(
                "retention",
                gettext("Began in the region, local retention"),
                (count(began), count(here), kept),
            ),
            Line("return", gettext("Left the region, return rate"), (count(left), count(returned), back)),
        ),
        total=kept,
        unit="%",
        as_of=clock.today(),
        definition=Reason(
            "measurement.retention_definition",
            {"on": clock.today().isoformat(), "unknown": len(every) - len(known)},
        ),
        source=source_of(cut),
        layer=cut.layer,
        sliced_by=frozenset({Slicer.YEAR, Slicer.SECTOR}),
    )


def _share(part: list[Any], whole: list[Any]) -> Number:
    """Percent, to one decimal; no number of nothing."""
    if not whole:
        return Number(None)
    return Number(round(100 * len(part) / len(whole), 1), tuple(whole))
