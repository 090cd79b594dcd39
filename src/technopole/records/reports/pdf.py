"""A report as PDF (A4): embedded Chinese typeface, page numbers, headers repeated over page breaks."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import partial, singledispatchmethod
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext
from reportlab.lib import textsplit
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    LongTable,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import paragraph as line_breaking

from technopole.records.reports.blocks import (
    Block,
    Facts,
    Grid,
    Heading,
    Notice,
    Paragraph,
    Picture,
    Reasons,
    Report,
    printable,
)
from technopole.records.reports.fonts import drawable, face, has_cjk

ACCENT, INK, MUTED = HexColor("#1F4E79"), HexColor("#1C1C1C"), HexColor("#5A6470")
RULE, SHADE = HexColor("#C9D3DD"), HexColor("#EEF3F8")
WARNING, WARNING_SHADE = HexColor("#92400E"), HexColor("#FEF3C7")
SIDE, TOP, BOTTOM = 20 * mm, 22 * mm, 20 * mm
WIDTH = A4[0] - 2 * SIDE
ROOM_BELOW_HEADING = 30 * mm
LEAST_SCALE, STEP = 0.75, 0.05

_RAISED, _LOWERED = re.compile("[⁰¹²³⁴-⁹⁺⁻]+"), re.compile("[₀-₉₊₋]+")

# The library knows the Japanese marks that may not begin a line; these are the Chinese ones.
_CHINESE_MARKS = "，；：！？、。》〉”’）〕】％…·—"
line_breaking.ALL_CANNOT_START += _CHINESE_MARKS  # type: ignore[attr-defined]
textsplit.ALL_CANNOT_START += _CHINESE_MARKS  # type: ignore[misc]


def to_pdf(report: Report) -> bytes:
    """The report as a PDF file; the same report gives the same bytes."""
    return _build(report)[0]


def page_count(report: Report) -> int:
    """How many pages the report takes as PDF."""
    return _build(report)[1]


def fitted(report: Report, pages: int = 1) -> Report:
    """The report in the largest type, down to three quarters, at which it takes no more than `pages`.

    A report that does not fit even then keeps its size and takes the pages it needs: nothing is cut.
    """
    steps = round((1 - LEAST_SCALE) / STEP)
    for scale in (round(1 - STEP * step, 2) for step in range(steps + 1)):
        smaller = replace(report, scale=scale)
        if page_count(smaller) <= pages:
            return smaller
    return report


def marked(text: str) -> str:
    """The text in the library's markup; raised and lowered figures are set from full ones, as all exist.

    >>> marked("10⁻⁶ Ω & <H₂O>")
    '10<super>−6</super> Ω &amp; &lt;H<sub>2</sub>O&gt;'
    """
    plain = escape(text)
    for figures, tag in ((_RAISED, "super"), (_LOWERED, "sub")):
        plain = figures.sub(partial(_moved, tag), plain)
    return drawable(plain).replace("\n", "<br/>")


def _moved(tag: str, run: re.Match[str]) -> str:
    return f"<{tag}>{unicodedata.normalize('NFKC', run[0])}</{tag}>"


def _build(report: Report) -> tuple[bytes, int]:
    written = io.BytesIO()
    with report.language.spoken():
        setter = _Setter(report.scale)
        document = BaseDocTemplate(
            written,
            pagesize=A4,
            leftMargin=SIDE,
            rightMargin=SIDE,
            topMargin=TOP,
            bottomMargin=BOTTOM,
            title=printable(report.title),
            subject=printable(report.subtitle),
            author=printable(report.source),
            creator="Technopole",
            lang=report.language.tag,
            invariant=1,
        )
        frame = Frame(SIDE, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
        document.addPageTemplates([PageTemplate(frames=[frame])])
        document.build(list(setter.story(report)), canvasmaker=_furnished(report))
    return written.getvalue(), document.page


def _furnished(report: Report) -> type[Canvas]:
    """A canvas that draws the notice above and the footer below, when the number of pages is known."""

    class Furnished(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "initialFontName": face()})
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (the library's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                _furniture(self, report, number, len(self._pages))
                super().showPage()
            super().save()

    return Furnished


def _furniture(canvas: Canvas, report: Report, number: int, total: int) -> None:
    canvas.saveState()
    if report.notice:
        line = Text(marked(report.notice), _style("notice line", 8, WARNING, report.notice))
        _, height = line.wrap(WIDTH - 4 * mm, TOP)
        canvas.setFillColor(WARNING_SHADE)
        canvas.rect(SIDE, A4[1] - 17 * mm, WIDTH, height + 2 * mm, stroke=0, fill=1)
        line.drawOn(canvas, SIDE + 2 * mm, A4[1] - 16 * mm)
    canvas.setStrokeColor(RULE)
    canvas.line(SIDE, 15 * mm, SIDE + WIDTH, 15 * mm)
    canvas.setFont(face(), 8)
    canvas.setFillColor(MUTED)
    canvas.drawString(SIDE, 11 * mm, drawable(f"{report.source} · {report.on.isoformat()}"))
    pages = gettext("Page %(number)s of %(total)s") % {"number": number, "total": total}
    canvas.drawRightString(SIDE + WIDTH, 11 * mm, pages)
    canvas.restoreState()


def _style(name: str, size: float, colour: Any, text: str, **more: Any) -> ParagraphStyle:
    wrap = {"wordWrap": "CJK"} if has_cjk(text) else {"splitLongWords": 1}
    style = {"fontName": face(), "fontSize": size, "leading": size * 1.45, "textColor": colour}
    return ParagraphStyle(name, **{**style, **wrap, **more})


class _Setter:
    """Sets blocks at one scale."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def story(self, report: Report) -> Iterator[Flowable]:
        yield self.text(report.title, 19, ACCENT, leading=1.3)
        if report.subtitle:
            yield self.gap(1)
            yield self.text(report.subtitle, 10.5, MUTED)
        yield self.gap(3.5)
        for block in report.blocks:
            yield from self.set(block)

    def text(self, text: str, size: float, colour: Any = INK, **more: Any) -> Text:
        size *= self.scale
        more["leading"] = size * more.pop("leading", 1.5)
        return Text(marked(text), _style("text", size, colour, text, **more))

    def gap(self, millimetres: float) -> Spacer:
        return Spacer(1, millimetres * mm * self.scale)

    @singledispatchmethod
    def set(self, block: Block) -> Iterator[Flowable]:
        raise TypeError(f"no way to set {type(block).__name__}")

    @set.register
    def _heading(self, block: Heading) -> Iterator[Flowable]:
        size = 13 if block.level == 1 else 11
        # A heading moves on with what follows when no more than a line or two would stand below it.
        yield CondPageBreak(ROOM_BELOW_HEADING)
        yield self.text(block.text, size, ACCENT, spaceBefore=9 * self.scale, spaceAfter=4 * self.scale)

    @set.register
    def _paragraph(self, block: Paragraph) -> Iterator[Flowable]:
        size, colour = (8.5, MUTED) if block.muted else (10, INK)
        yield self.text(block.text, size, colour, spaceAfter=4 * self.scale)

    @set.register
    def _facts(self, block: Facts) -> Iterator[Flowable]:
        cells = [[self.text(label, 9.5, MUTED), self.text(value, 9.5)] for label, value in block.rows]
        if cells:
            yield self.table(cells, [WIDTH * 0.24, WIDTH * 0.76], header=0)

    @set.register
    def _grid(self, block: Grid) -> Iterator[Flowable]:
        def line(row: tuple[str, ...], colour: Any) -> list[Text]:
            return [
                self.text(cell, 9, colour, **({"alignment": TA_RIGHT} if index in block.right else {}))
                for index, cell in enumerate(row)
            ]

        cells = [line(block.headings, ACCENT), *(line(row, INK) for row in block.rows)]
        yield self.table(cells, [share * WIDTH for share in block.shares()], header=1)

    @set.register
    def _reasons(self, block: Reasons) -> Iterator[Flowable]:
        for item in block.items:
            size = 10 * self.scale
            style = _style(
                "reason", size, INK, item, leftIndent=5 * mm, bulletIndent=1 * mm, bulletFontName=face()
            )
            style.leading, style.bulletFontSize, style.spaceAfter = size * 1.5, size, 2 * self.scale
            yield Text(marked(item), style, bulletText="•")
        yield self.gap(1)

    @set.register
    def _picture(self, block: Picture) -> Iterator[Flowable]:
        wide, high = ImageReader(io.BytesIO(block.png)).getSize()
        width = min(block.width_mm * mm, WIDTH)
        yield Image(io.BytesIO(block.png), width, width * high / wide, hAlign="LEFT")
        yield self.gap(2)

    @set.register
    def _notice(self, block: Notice) -> Iterator[Flowable]:
        table = LongTable([[self.text(block.text, 9, WARNING)]], colWidths=[WIDTH])
        style = [("FONTNAME", (0, 0), (-1, -1), face()), ("BACKGROUND", (0, 0), (-1, -1), WARNING_SHADE)]
        table.setStyle(TableStyle(style))
        yield table
        yield self.gap(2)

    def table(self, cells: list[list[Text]], widths: list[float], *, header: int) -> Flowable:
        style: list[Any] = [
            ("FONTNAME", (0, 0), (-1, -1), face()),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5 * self.scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5 * self.scale),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ]
        if header:
            style.append(("BACKGROUND", (0, 0), (-1, 0), SHADE))
        # A single cell may be longer than a page: it is then split inside.
        table = LongTable(
            cells, colWidths=widths, repeatRows=header, splitInRow=1, spaceAfter=3 * mm * self.scale
        )
        table.setStyle(TableStyle(style))
        return table
