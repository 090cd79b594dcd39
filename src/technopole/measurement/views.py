"""The region page, one figure, the rows behind a number, and the tour of the first five minutes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from technopole.measurement import charts, tables
from technopole.measurement.figures import figure as figure_of
from technopole.measurement.figures import keys_for
from technopole.measurement.rows import described, rows_of
from technopole.measurement.shapes import (
    ALL,
    LAYER_NAMES,
    Audience,
    Figure,
    Slice,
    audience_of,
    layers,
    sectors_in_use,
    slice_of,
)
from technopole.measurement.tour import stops
from technopole.pipeline.models import StageStay
from technopole.records import clock, sectors
from technopole.records.exports import Format, table_response
from technopole.records.pages import paginate
from technopole.resources.sites.models import District

MOST_COLUMNS_BESIDE = 4


def _slice(request: HttpRequest) -> tuple[Slice, list[str]]:
    """The slice asked for; values that are none of those on offer are left out, and named."""
    given = {name: request.GET.get(name, "") for name in ("layer", "year", "district", "sector")}
    try:
        return slice_of(request.user, given), []
    except ValidationError as wrong:
        unknown = wrong.message_dict
        kept = {name: value for name, value in given.items() if name not in unknown}
        return slice_of(request.user, kept), sorted(given[name][:60] for name in unknown)


def _address(figure: Figure, cut: Slice, line: str, column: str) -> str:
    query = urlencode({"line": line, "column": column, **cut.query()})
    return f"{reverse('region-rows', args=[figure.key])}?{query}"


def _shown(figure: Figure, cut: Slice) -> dict[str, Any]:
    """One figure as the template draws it: every number with the address of its rows."""

    def cell(line: str, column: str, number: Any) -> dict[str, Any]:
        address = _address(figure, cut, line, column) if number.records else ""
        return {"number": number, "address": address}

    return {
        "figure": figure,
        "chart": charts.option_of(figure, lambda line, column: _address(figure, cut, line, column)),
        "chart_id": f"chart-{figure.key}",
        "height": charts.height_of(figure),
        # Many columns take the whole width, under the chart.
        "wide": len(figure.headings) > MOST_COLUMNS_BESIDE,
        "total": cell(ALL, ALL, figure.total) if figure.total else None,
        "lines": [
            {
                "label": line.label,
                "cells": [
                    {"heading": heading, **cell(line.key, heading.key, number)}
                    for heading, number in zip(figure.headings, line.numbers, strict=True)
                ],
            }
            for line in figure.lines
        ],
        "definition": tables.worded(figure.definition),
        "source": tables.worded(figure.source),
        "narrowed": tables.slice_words(figure, cut),
        "not_narrowed": tables.not_sliced_by(figure, cut),
        "page": f"{reverse('region-figure', args=[figure.key])}?{urlencode(cut.query())}",
    }


def _slicers(cut: Slice, unknown: list[str], *, whole: bool) -> dict[str, Any]:
    """What the slicer form offers."""
    first = StageStay.objects.aggregate(first=Min("entered_on"))["first"]
    years = range(first.year, clock.today().year + 1) if first else ()
    held = layers()
    return {
        "cut": cut,
        "whole": whole,
        "unknown": unknown,
        "layer_name": LAYER_NAMES[cut.layer],
        "layers": [(layer, LAYER_NAMES[layer]) for layer in held] if len(held) > 1 else [],
        "years": [str(year) for year in years],
        "districts": [(row.pk, row.name) for row in District.objects.all()],
        "sectors": [(key, sectors.name_of(key)) for key in sectors_in_use()],
        "year": str(cut.year or ""),
    }


def region(request: HttpRequest) -> HttpResponse:
    """Every figure that the reader may read, invented and real apart."""
    cut, unknown = _slice(request)
    keys = keys_for(request.user)
    found = [each for key in keys if (each := figure_of(key, cut, request.user))]
    context = {
        **_slicers(cut, unknown, whole=audience_of(request.user) is not Audience.PUBLIC),
        "records": [_shown(each, cut) for each in found if each.layer is not None],
        "papers": [_shown(each, cut) for each in found if each.layer is None],
        "today": clock.today(),
    }
    return render(request, "measurement/region.html", context)


def _figure_or_404(key: str, cut: Slice, user: Any) -> Figure:
    found = figure_of(key, cut, user)
    if found is None:
        raise Http404
    return found


def region_figure(request: HttpRequest, figure: str) -> HttpResponse:
    """One figure: its page, or with ``?format=`` its table as a file."""
    cut, unknown = _slice(request)
    found = _figure_or_404(figure, cut, request.user)
    if request.GET.get("format") in set(Format):
        return table_response(tables.figure_table(found, cut), request.GET["format"], f"region-{found.key}")
    context = {
        **_slicers(cut, unknown, whole=audience_of(request.user) is not Audience.PUBLIC),
        "shown": _shown(found, cut),
    }
    return render(request, "measurement/figure.html", context)


def region_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """The records behind one number, as far as the reader may know of them."""
    cut, unknown = _slice(request)
    found = _figure_or_404(figure, cut, request.user)
    named = found.number(request.GET.get("line", ALL), request.GET.get("column", ALL))
    if named is None:
        raise Http404
    name, number = named
    rows = rows_of(number.records, request.user)
    if request.GET.get("format") in set(Format):
        table = tables.rows_table(found, cut, name, rows, described(rows.visible, request.user))
        return table_response(table, request.GET["format"], f"region-{found.key}-rows")
    page = paginate(request, rows.visible)
    context = {
        "figure": found,
        "name": name,
        "number": number,
        "is_count": number.value == len(number.records),
        "columns": rows.columns,
        "hidden": rows.hidden,
        "seen": len(rows.visible),
        "page": page,
        "rows": [
            {"row": row, "values": [(column, row.values.get(column.key)) for column in rows.columns]}
            for row in described(page.object_list, request.user)
        ],
        "definition": tables.worded(found.definition),
        "source": tables.worded(found.source),
        "narrowed": tables.slice_words(found, cut),
        "unknown": unknown,
        "back": f"{reverse('region')}?{urlencode(cut.query())}#{found.key}",
    }
    return render(request, "measurement/rows.html", context)


def tour(request: HttpRequest) -> HttpResponse:
    """The first five minutes: five stops, each computed from the records that the reader may see."""
    context = {"stops": stops(request.user), "title": gettext("The first five minutes")}
    return render(request, "measurement/tour.html", context)
