"""The picture of a scorecard: one bar for each of the five values, with the reviewers' spread."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from technopole.records.reports.fonts import font_file

WIDE, ROW, LABEL, MARGIN = 1200, 84, 250, 24
BAR, TRACK, SPREAD, INK = "#2F6DA3", "#EEF3F8", "#F2A33A", "#1C1C1C"


@dataclass(frozen=True)
class Bar:
    """A label, the median and the lowest and highest points given, all 0 to 100."""

    label: str
    median: float
    lowest: int
    highest: int


def bars_png(bars: Sequence[Bar]) -> bytes:
    """The bars as PNG, 1200 pixels wide; the same bars give the same bytes."""
    image = Image.new("RGB", (WIDE, ROW * len(bars) + MARGIN), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(font_file()), 34, index=0)
    left, right = LABEL, WIDE - 130
    for index, bar in enumerate(bars):
        middle = MARGIN // 2 + index * ROW + ROW // 2
        draw.text((LABEL - 24, middle), bar.label, INK, font, anchor="rm")
        draw.rounded_rectangle((left, middle - 22, right, middle + 22), 6, fill=TRACK)
        end = left + (right - left) * bar.median / 100
        if bar.median:
            draw.rounded_rectangle((left, middle - 22, end, middle + 22), 6, fill=BAR)
        if bar.highest > bar.lowest:
            low, high = (left + (right - left) * points / 100 for points in (bar.lowest, bar.highest))
            draw.line((low, middle, high, middle), fill=SPREAD, width=6)
            for edge in (low, high):
                draw.line((edge, middle - 12, edge, middle + 12), fill=SPREAD, width=6)
        draw.text((right + 24, middle), f"{bar.median:g}", INK, font, anchor="lm")
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
