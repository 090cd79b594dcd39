"""The list of results: search, facets with their counts, and the rows of one page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext, gettext_lazy

from technopole.evaluation.models import Assessment
from technopole.pipeline.models import IpStatus, Result, Stage, TransferProject
from technopole.records import sectors
from technopole.records.levels import reach_of
from technopole.records.search import find

SEARCHED = (
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "problem_zh",
    "problem_en",
    "advantage_zh",
    "advantage_en",
    "keywords_zh",
    "keywords_en",
    "patent_numbers",
    "enabling_description",
)
TITLES = {
    "sector": gettext_lazy("Sector"),
    "stage": gettext_lazy("Stage"),
    "trl": gettext_lazy("Readiness (TRL)"),
    "protection": gettext_lazy("Protection"),
    "language": gettext_lazy("Original language"),
    "origin": gettext_lazy("Records"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet and how many results it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet with its values, the most frequent first."""

    name: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Line:
    """The facet values of one result, as far as the reader may know them."""

    pk: UUID
    values: Mapping[str, str]


@dataclass(frozen=True)
class Listing:
    """Everything the list page shows."""

    ids: tuple[UUID, ...]
    facets: tuple[Facet, ...]
    every_word: bool
    of_all: int
    trl: Mapping[UUID, int]
    stages: Mapping[UUID, str]


def readiness_levels(user: Any) -> dict[UUID, int]:
    """Result → the level last awarded, where the reader may read the assessment."""
    rows = Assessment.objects.visible_to(user).order_by("assessed_on", "created_at")
    return dict(rows.values_list("project__result_id", "awarded"))


def stages_of(user: Any) -> dict[UUID, str]:
    """Result → stage of its latest project, where the reader may know of the project."""
    rows = TransferProject.objects.visible_to(user).order_by("created_at")
    return dict(rows.values_list("result_id", "stage"))


def _lines(user: Any, trl: Mapping[UUID, int], stages: Mapping[UUID, str]) -> list[Line]:
    protection_open = Result.FIELD_LEVELS["ip_status"] <= reach_of(user)
    newest = F("published_on").desc(nulls_last=True)
    rows = Result.objects.visible_to(user).distinct().order_by(newest, "-created_at")
    return [
        Line(
            pk,
            {
                "sector": sector,
                "stage": stages.get(pk, ""),
                "trl": str(trl[pk]) if pk in trl else "",
                "protection": ip_status if protection_open else "",
                "language": language,
                "origin": "sample" if is_sample else "own",
            },
        )
        for pk, sector, ip_status, language, is_sample in rows.values_list(
            "pk", "sector", "ip_status", "source_language", "is_sample"
        )
    ]


def label_of(facet: str, value: str) -> str:
    """A facet value in the reader's language."""
    if facet == "sector":
        return sectors.name_of(value)
    if facet == "stage":
        return str(Stage(value).label)
    if facet == "protection":
        return str(IpStatus(value).label)
    if facet == "trl":
        return f"TRL {value}"
    if facet == "language":
        return "中文" if value == "zh" else "English"
    return gettext("Sample") if value == "sample" else gettext("The office's own")


def _facets(lines: list[Line], chosen: Mapping[str, str]) -> tuple[Facet, ...]:
    """Each facet counts the results that the other facets leave, so that a choice can be changed."""
    found = []
    for name, title in TITLES.items():
        others = [
            line
            for line in lines
            if all(line.values[other] == chosen[other] for other in chosen if other != name)
        ]
        counts = Counter(line.values[name] for line in others if line.values[name])
        if name in chosen:
            counts.setdefault(chosen[name], 0)
        if len(counts) < 2 and name not in chosen:
            continue
        in_order = sorted(counts, key=int) if name == "trl" else [value for value, _ in counts.most_common()]
        if name == "stage":
            in_order = [stage for stage in Stage.values if stage in counts]
        choices = tuple(
            Choice(value, label_of(name, value), counts[value], chosen.get(name) == value)
            for value in in_order
        )
        found.append(Facet(name, str(title), choices))
    return tuple(found)


def listing(user: Any, query: str, asked: Mapping[str, str]) -> Listing:
    """The results that the reader may know of, searched, sifted and counted.

    Parameters
    ----------
    asked
        Facet → value; unknown facets and values that no visible result has are left out.
    """
    trl, stages = readiness_levels(user), stages_of(user)
    lines = _lines(user, trl, stages)
    of_all = len(lines)
    known = {name: {line.values[name] for line in lines} for name in TITLES}
    chosen = {name: value for name, value in asked.items() if value and value in known.get(name, ())}
    every_word = True
    if query.strip():
        found = find(Result, SEARCHED, user, query)
        every_word = found.every_word
        by_id = {line.pk: line for line in lines}
        lines = [by_id[pk] for pk in found.ids if pk in by_id]
    left = [line for line in lines if all(line.values[name] == value for name, value in chosen.items())]
    return Listing(
        ids=tuple(line.pk for line in left),
        facets=_facets(lines, chosen),
        every_word=every_word,
        of_all=of_all,
        trl=trl,
        stages=stages,
    )
