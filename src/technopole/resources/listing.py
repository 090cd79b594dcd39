"""Lists of resources: words, facets with their counts, paging, and the same rows as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from technopole.records.exports import Format, Table, table_response
from technopole.records.pages import paginate
from technopole.records.search import find


@dataclass(frozen=True)
class Facet:
    """What a list can be filtered by.

    Parameters
    ----------
    values_of
        The values of a record; a record may have several (its sectors).
    label_of
        A value in the reader's language.
    """

    name: str
    title: Any
    values_of: Callable[[Any], Iterable[str]]
    label_of: Callable[[str], str]


@dataclass(frozen=True)
class Choice:
    """One value of a facet and how many records it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Drawn:
    """A facet as the page shows it."""

    name: str
    title: str
    choices: tuple[Choice, ...]


def listing(
    request: HttpRequest, model: Any, rows: Any, searched: Sequence[str], facets: Sequence[Facet]
) -> dict[str, Any]:
    """Rows that fit the words and facets of the address, one page of them, and the facets with counts.

    Parameters
    ----------
    rows
        What the reader may know of: a queryset of ``visible_to``.
    searched
        Fields searched for words; the first two are the title's.
    """
    query = request.GET.get("q", "").strip()
    held = list(rows.distinct())
    of_all, every_word = len(held), True
    known = {facet.name: {value for row in held for value in facet.values_of(row)} for facet in facets}
    chosen = {name: asked for name in known if (asked := request.GET.get(name, "")) in known[name]}
    if query:
        found = find(model, searched, request.user, query)
        every_word = found.every_word
        by_id = {row.pk: row for row in held}
        held = [by_id[pk] for pk in found.ids if pk in by_id]
    left = _sifted(held, facets, chosen)
    return {
        "query": query,
        "every_word": every_word,
        "of_all": of_all,
        "rows": left,
        "page": paginate(request, left),
        "facets": [_drawn(held, facet, facets, chosen) for facet in facets if len(known[facet.name]) > 1],
        "chosen": chosen,
    }


def _sifted(rows: list[Any], facets: Iterable[Facet], chosen: Mapping[str, str]) -> list[Any]:
    asked = [(facet, chosen[facet.name]) for facet in facets if facet.name in chosen]
    return [row for row in rows if all(value in facet.values_of(row) for facet, value in asked)]


def _drawn(rows: list[Any], facet: Facet, facets: Iterable[Facet], chosen: Mapping[str, str]) -> Drawn:
    """A facet counts what the other facets leave, so that its choice can be changed."""
    others = {name: value for name, value in chosen.items() if name != facet.name}
    counts = Counter(
        value for row in _sifted(rows, facets, others) for value in facet.values_of(row) if value
    )
    mine = chosen.get(facet.name, "")
    if mine:
        counts.setdefault(mine, 0)
    choices = (
        Choice(value, str(facet.label_of(value)), n, value == mine) for value, n in counts.most_common()
    )
    return Drawn(facet.name, str(facet.title), tuple(choices))


def as_file(request: HttpRequest, name: str, table: Callable[[], Table]) -> HttpResponse | None:
    """The list as the file that ``?format=`` asks for; None when a page is asked for."""
    asked = request.GET.get("format", "")
    return table_response(table(), asked, name) if asked in tuple(Format) else None
