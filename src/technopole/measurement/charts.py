"""Figures as ECharts options: the same numbers as the table beside them, each opening its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext

from technopole.measurement.engine.durations import Bound
from technopole.measurement.shapes import Figure, Line, Number

Address = Callable[[str, str], str]
MOST_BARS = 15


def option_of(figure: Figure, address: Address) -> dict[str, Any] | None:
    """The chart of a figure; None for one that is read as a table alone, or that has nothing to draw.

    Parameters
    ----------
    address
        Of the rows behind a line and a column.
    """
    drawn = _CHARTS.get(figure.key)
    return drawn(figure, address) if drawn and figure.lines else None


def height_of(figure: Figure) -> str:
    """How high the chart must be for every line to be named: a class of the style sheet."""
    lines = min(len(figure.lines), MOST_BARS)
    return "low" if lines <= 5 else "middle" if lines <= 10 else "high"


def _bars(lines: list[Line], series: list[dict[str, Any]], unit: str, *, legend: bool) -> dict[str, Any]:
    """Bars that lie: long names stay readable on a phone. The first line stands on top."""
    return {
        "legend": {"show": legend, "top": 0, "type": "scroll"},
        "grid": {"containLabel": True, "left": 8, "right": 48, "top": 36 if legend else 8, "bottom": 24},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "xAxis": {"type": "value", "minInterval": 1, "name": unit, "nameLocation": "middle", "nameGap": 24},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [line.label for line in lines],
            "axisTick": {"show": False},
        },
        "series": series,
    }


def _column(figure: Figure, lines: list[Line], key: str, address: Address, **style: Any) -> dict[str, Any]:
    """One series of bars from one column of the table."""
    at = [heading.key for heading in figure.headings].index(key)
    return {
        "type": "bar",
        "name": figure.headings[at].label,
        "data": [{"value": line.numbers[at].value or None, "url": address(line.key, key)} for line in lines],
        **style,
    }


def _stacked(columns: list[str]) -> Callable[[Figure, Address], dict[str, Any]]:
    def draw(figure: Figure, address: Address) -> dict[str, Any]:
        lines = list(figure.lines)
        keys = columns or [heading.key for heading in figure.headings[:-1]]
        style = {"stack": "all", "label": {"show": True}, "barMaxWidth": 22}
        series = [_column(figure, lines, key, address, **style) for key in keys]
        return _bars(lines, series, figure.unit, legend=True)

    return draw


def _plain(column: str) -> Callable[[Figure, Address], dict[str, Any]]:
    def draw(figure: Figure, address: Address) -> dict[str, Any]:
        lines = list(figure.lines[:MOST_BARS])
        at_least = any(number.bound is Bound.AT_LEAST for line in lines for number in line.numbers)
        label = {"show": True, "position": "right", "formatter": "≥ {c}" if at_least else "{c}"}
        return _bars(
            lines,
            [_column(figure, lines, column, address, label=label, barMaxWidth=18)],
            figure.unit,
            legend=False,
        )

    return draw


def _boxes(figure: Figure, address: Address) -> dict[str, Any]:
    """One box a step: shortest, quartiles, longest."""
    keys = [heading.key for heading in figure.headings]
    parts = [keys.index(name) for name in ("min", "q1", "median", "q3", "max")]

    def values(numbers: tuple[Number, ...]) -> list[float]:
        return [value for part in parts if (value := numbers[part].value) is not None]

    data = [{"value": values(line.numbers), "url": address(line.key, "stays")} for line in figure.lines]
    names = [figure.headings[part].label for part in parts]
    return {
        "grid": {"containLabel": True, "left": 8, "right": 24, "top": 8, "bottom": 28},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {"type": "value", "name": gettext("days"), "nameLocation": "middle", "nameGap": 26},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [line.label for line in figure.lines],
            "axisTick": {"show": False},
        },
        "series": [
            {
                "type": "boxplot",
                "name": figure.title,
                "dimensions": ["", *names],
                "itemStyle": {"color": "#dbe7f2", "borderColor": "#0f4c81"},
                "boxWidth": [10, 28],
                "data": data,
            }
        ],
    }


_CHARTS: dict[str, Callable[[Figure, Address], dict[str, Any]]] = {
    "funnel": _stacked(["moved", "stopped", "now"]),
    "landings": _stacked([]),
    "days": _boxes,
    "declines": _plain("all"),
    "copublications": _plain("papers"),
}
