"""Figures of real published papers: candidates of the harvest, co-publications by partner country."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from technopole.measurement.engine.durations import Bound
from technopole.measurement.shapes import Figure, Heading, Line, Slice, count
from technopole.onboarding.models import Candidate, CandidateStatus
from technopole.records import clock
from technopole.wording import Reason, language_code

HOME = "CN"
# Where the register of languages names a place otherwise than the office does.
PLACES = {
    "TW": {"zh": "中国台湾", "en": "Taiwan"},
    "HK": {"zh": "中国香港", "en": "Hong Kong"},
    "MO": {"zh": "中国澳门", "en": "Macao"},
}


@dataclass(frozen=True)
class Paper:
    """A published paper: public facts, no record of the office."""

    id: str
    doi: str
    title: str
    year: int
    institutions: tuple[str, ...]
    countries: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Paper:
        """The paper that a line of a works file tells of."""
        places = told["institutions"]
        return cls(
            id=str(told["id"]),
            doi=str(told.get("doi") or ""),
            title=str(told["title"]),
            year=int(told["year"]),
            institutions=tuple(dict.fromkeys(str(place["name"]) for place in places)),
            countries=tuple(sorted({str(place["country"]) for place in places})),
        )

    @property
    def partners(self) -> tuple[str, ...]:
        """The countries and regions of its partners."""
        return tuple(country for country in self.countries if country != HOME)


def papers() -> tuple[Paper, ...]:
    """The real co-publications on this machine; none where the file is not installed."""
    path = Path(settings.SAMPLE) / "real" / "works.jsonl.gz"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else ()


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Paper, ...]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return tuple(Paper.of(json.loads(line)) for line in lines)


def country_name(code: str) -> str:
    """A country or region in the reader's language."""
    language = language_code(get_language() or "en")
    if code in PLACES:
        return PLACES[code][language]
    return str(Locale(language).territories.get(code, code))


def _middle_half(held: Iterable[Paper]) -> dict[str, int]:
    years = sorted(paper.year for paper in held)
    if not years:
        return {"from_year": 0, "to_year": 0}
    return {"from_year": years[len(years) // 4], "to_year": years[(3 * len(years)) // 4]}


def copublications(cut: Slice) -> Figure:
    """Co-publications of Shanghai's institutions by partner country or region."""
    held = [paper for paper in papers() if paper.partners]
    by_country: dict[str, list[Paper]] = {}
    for paper in held:
        for country in paper.partners:
            by_country.setdefault(country, []).append(paper)
    order = sorted(by_country, key=lambda code: (-len(by_country[code]), code))
    return Figure(
        key="copublications",
        title=gettext("Co-publications by partner country or region"),
        line_label=gettext("Country or region"),
        headings=(Heading("papers", gettext("Papers")),),
        lines=tuple(
            Line(code, country_name(code), (count(by_country[code], Bound.AT_LEAST),)) for code in order
        ),
        total=count(held, Bound.AT_LEAST),
        unit=gettext("papers"),
        as_of=clock.today(),
        definition=Reason("measurement.copublications_definition", _middle_half(held)),
        source=Reason("measurement.papers_source", {"papers": len(held)}),
        layer=None,
        sliced_by=frozenset(),
    )


def candidates(cut: Slice) -> Figure:
    """Real papers that the harvest proposes, by what the office did with them."""
    held = list(Candidate.objects.filter(is_sample=False).order_by("-score", "work_id"))
    return Figure(
        key="candidates",
        title=gettext("Candidates from published papers"),
        line_label=gettext("Status"),
        headings=(Heading("papers", gettext("Papers")),),
        lines=tuple(
            Line(status, capfirst(str(status.label)), (count(row for row in held if row.status == status),))
            for status in CandidateStatus
        ),
        total=count(held),
        unit=gettext("papers"),
        as_of=clock.today(),
        definition=Reason("measurement.candidates_definition"),
        source=Reason("measurement.harvest_source"),
        layer=None,
        sliced_by=frozenset(),
    )
