"""The Research Organization Registry (ROR, CC0): records of schema v1 and v2, mixed as they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from technopole.evidence.schema import ORGANISATION_NAMES, ORGANISATIONS
from technopole.evidence.snapshot import PartWriter, writing
from technopole.evidence.sources.reading import FieldError, field, lines
from technopole.wording import Reason

SOURCE = "ror"
LICENCE = "CC0-1.0"
TABLES = (ORGANISATIONS.name, ORGANISATION_NAMES.name)


@dataclass(frozen=True)
class Name:
    """One name of an organisation; `kind` is display, label, alias or acronym."""

    value: str
    kind: str
    language: str | None = None


@dataclass(frozen=True)
class Place:
    """Where the registry puts an organisation; `city` is the municipality where it names one."""

    country: str | None
    city: str | None
    lat: float | None
    lng: float | None


def load(files: Iterable[Path], *, into: Path, dated: date) -> PartWriter:
    """Load registry dumps into a snapshot.

    Raises
    ------
    technopole.evidence.snapshot.SnapshotError
        A file cannot be read, or the snapshot holds the registry already.
    """
    inputs = tuple(files)
    seen: set[str] = set()
    with writing(into, source=SOURCE, licence=LICENCE, dated=dated, tables=TABLES, inputs=inputs) as writer:
        for line in (line for path in inputs for line in lines(path)):
            fault = line.fault
            if fault is None:
                try:
                    fault = _add(writer, line.record, seen)
                except FieldError as wrong:
                    fault = wrong.reason
            if fault is not None:
                record = str(line.record.get("id", ""))
                writer.reject(file=line.file, line=line.number, record=record, reason=fault)
    return writer


def _add(writer: PartWriter, record: dict[str, Any], seen: set[str]) -> Reason | None:
    ror = field(record, "id", str)
    if ror in seen:
        return Reason("evidence.repeated")
    names = _names(record)
    place = _place(record)
    established = record.get("established")
    row = {
        "ror": ror,
        "name_en": _english(names),
        "name_zh": _chinese(names),
        "acronym": next((n.value for n in names if n.kind == "acronym"), None),
        "types": ";".join(sorted(str(kind).lower() for kind in field(record, "types", list))),
        "established": established if isinstance(established, int) else None,
        "website": _website(record),
        "status": field(record, "status", str),
        "country": place.country,
        "city": place.city,
        "lat": place.lat,
        "lng": place.lng,
    }
    seen.add(ror)
    writer.add(ORGANISATIONS.name, row)
    for name, kind in dict.fromkeys((n.value, n.kind) for n in names):
        language = next(n.language for n in names if (n.value, n.kind) == (name, kind))
        writer.add(ORGANISATION_NAMES.name, {"ror": ror, "name": name, "kind": kind, "language": language})
    return None


def _names(record: dict[str, Any]) -> list[Name]:
    if "names" in record:
        return [
            Name(str(name["value"]).strip(), _kind(name["types"]), name.get("lang"))
            for name in field(record, "names", list)
        ]
    return [
        Name(field(record, "name", str).strip(), "display"),
        *(
            Name(str(label["label"]).strip(), "label", label.get("iso639"))
            for label in record.get("labels", [])
        ),
        *(Name(str(alias).strip(), "alias") for alias in record.get("aliases", [])),
        *(Name(str(acronym).strip(), "acronym") for acronym in record.get("acronyms", [])),
    ]


def _kind(types: list[str]) -> str:
    # a v2 name may be display and label at once; the most telling of its types counts
    for ours, theirs in (("display", "ror_display"), ("label", "label"), ("alias", "alias")):
        if theirs in types:
            return ours
    return "acronym"


def _english(names: list[Name]) -> str:
    display = next((n for n in names if n.kind == "display"), None)
    if display is None:
        raise FieldError("names", "a name that the registry displays")
    if display.language in (None, "en"):
        return display.value
    return next((n.value for n in names if n.kind == "label" and n.language == "en"), display.value)


def _chinese(names: list[Name]) -> str | None:
    found = [n.value for n in names if n.language == "zh" and n.kind in ("label", "display")]
    # simplified first: that is how a mainland register writes its own organisations
    return next((name for name in found if _simplified().convert(name) == name), found[0] if found else None)


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


def _website(record: dict[str, Any]) -> str | None:
    for link in record.get("links", []):
        if isinstance(link, str):
            return link
        if link.get("type") == "website":
            return str(link["value"])
    return None


def _place(record: dict[str, Any]) -> Place:
    if record.get("locations"):
        details = record["locations"][0]["geonames_details"]
        subdivision, name = details.get("country_subdivision_name"), details.get("name")
        return Place(
            details.get("country_code"), _city(name, subdivision), details.get("lat"), details.get("lng")
        )
    if record.get("addresses"):
        address = record["addresses"][0]
        admin = ((address.get("geonames_city") or {}).get("geonames_admin1") or {}).get("name")
        country = (record.get("country") or {}).get("country_code")
        return Place(country, _city(address.get("city"), admin), address.get("lat"), address.get("lng"))
    return Place((record.get("country") or {}).get("country_code"), None, None, None)


#: Municipalities under the central government: their districts are places of the municipality.
MUNICIPALITIES = frozenset({"Shanghai", "Beijing", "Tianjin", "Chongqing"})


def _city(place: str | None, subdivision: str | None) -> str | None:
    return subdivision if subdivision in MUNICIPALITIES else place
