"""A report as docx (A4): named styles, East Asian fonts set, header rows repeated, page fields."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import singledispatchmethod
from typing import Any

from django.utils.translation import gettext
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

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
from technopole.records.reports.fonts import DOCX_EAST_ASIAN, DOCX_LATIN

ACCENT, INK = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x1C, 0x1C, 0x1C)
MUTED, WARNING = RGBColor(0x5A, 0x64, 0x70), RGBColor(0x92, 0x40, 0x0E)
SHADE, WARNING_SHADE = "EEF3F8", "FEF3C7"
SIDE, WIDTH = Mm(20), Mm(170)
# Zip members bear no other date than this, so that the same report gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SIZES = {"Normal": 10, "Title": 19, "Subtitle": 10.5, "Heading 1": 13, "Heading 2": 11, "List Bullet": 10}


def to_docx(report: Report) -> bytes:
    """The report as a Word file; the same report gives the same bytes."""
    with report.language.spoken():
        document = Document()
        _page(document)
        _fonts(document, report)
        _furniture(document, report)
        document.add_paragraph(printable(report.title), style="Title")
        if report.subtitle:
            document.add_paragraph(printable(report.subtitle), style="Subtitle")
        setter = _Setter(document, report.scale)
        for block in report.blocks:
            setter.set(block)
        _properties(document, report)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = SIDE
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)


def _fonts(document: Any, report: Report) -> None:
    for name, size in _SIZES.items():
        style = document.styles[name]
        style.font.size = Pt(round(size * report.scale * 2) / 2)
        style.font.name = DOCX_LATIN
        style.font.italic = False
        style.font.color.rgb = {"Normal": INK, "List Bullet": INK, "Subtitle": MUTED}.get(name, ACCENT)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme font would win over the named one
        fonts.set(qn("w:eastAsia"), DOCX_EAST_ASIAN)
        style.paragraph_format.space_after = Pt(4 * report.scale)
    for name in ("Title", "Subtitle"):
        for spacing in document.styles[name].element.rPr.findall(qn("w:spacing")):
            document.styles[name].element.rPr.remove(spacing)
    document.styles["Footer"].font.size = Pt(8)  # the page numbers take it from here
    document.styles["Heading 1"].paragraph_format.space_before = Pt(9 * report.scale)
    for border in document.styles["Title"].element.pPr.findall(qn("w:pBdr")):
        document.styles["Title"].element.pPr.remove(border)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _furniture(document: Any, report: Report) -> None:
    section = document.sections[0]
    if report.notice:
        line = section.header.paragraphs[0]
        _coloured(line, report.notice, WARNING, Pt(8))
        _shade(line._p.get_or_add_pPr(), WARNING_SHADE)
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    for stop in list(foot.style.paragraph_format.tab_stops):
        foot.paragraph_format.tab_stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    before, _, rest = gettext("Page %(number)s of %(total)s").partition("%(number)s")
    between, _, after = rest.partition("%(total)s")
    _coloured(foot, f"{report.source} · {report.on.isoformat()}\t{before}", MUTED, Pt(8))
    _field(foot, "PAGE")
    _coloured(foot, between, MUTED, Pt(8))
    _field(foot, "NUMPAGES")
    _coloured(foot, after, MUTED, Pt(8))


def _properties(document: Any, report: Report) -> None:
    properties = document.core_properties
    made = datetime.combine(report.on, time(), UTC).replace(
        tzinfo=None
    )  # the format keeps UTC without saying so
    properties.title, properties.subject = printable(report.title)[:255], printable(report.subtitle)[:255]
    properties.author = properties.last_modified_by = printable(report.source)[:255]
    properties.language = report.language.tag
    properties.created = properties.modified = made
    properties.revision = 1
    properties.comments = printable(report.notice)[:255]


def _undated(packed: bytes) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _coloured(paragraph: Any, text: str, colour: RGBColor, size: Any = None) -> None:
    run = paragraph.add_run(printable(text))
    run.font.color.rgb = colour
    if size is not None:
        run.font.size = size


def _field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), MUTED
    for kind in ("begin", code, "end"):
        if kind == code:
            element = OxmlElement("w:instrText")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


class _Setter:
    """Adds blocks to a document."""

    def __init__(self, document: Any, scale: float) -> None:
        self.document = document
        self.scale = scale

    @singledispatchmethod
    def set(self, block: Block) -> None:
        raise TypeError(f"no way to set {type(block).__name__}")

    @set.register
    def _heading(self, block: Heading) -> None:
        self.document.add_paragraph(printable(block.text), style=f"Heading {block.level}")

    @set.register
    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self.document.add_paragraph()
        if block.muted:
            _coloured(paragraph, block.text, MUTED, Pt(8.5 * self.scale))
        else:
            paragraph.add_run(printable(block.text))

    @set.register
    def _facts(self, block: Facts) -> None:
        if block.rows:
            self.table(block.rows, (0.24, 0.76), label=True)

    @set.register
    def _grid(self, block: Grid) -> None:
        table = self.table((block.headings, *block.rows), block.shares(), right=block.right)
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))
        for cell in table.rows[0].cells:
            _shade(cell._tc.get_or_add_tcPr(), SHADE)
            for run in cell.paragraphs[0].runs:
                run.font.color.rgb = ACCENT

    @set.register
    def _reasons(self, block: Reasons) -> None:
        for item in block.items:
            self.document.add_paragraph(printable(item), style="List Bullet")

    @set.register
    def _picture(self, block: Picture) -> None:
        width = Emu(min(Mm(block.width_mm), WIDTH))
        shape = self.document.add_picture(io.BytesIO(block.png), width=width)
        shape._inline.docPr.set("descr", printable(block.alt))

    @set.register
    def _notice(self, block: Notice) -> None:
        paragraph = self.document.add_paragraph()
        _coloured(paragraph, block.text, WARNING, Pt(9 * self.scale))
        _shade(paragraph._p.get_or_add_pPr(), WARNING_SHADE)

    def table(
        self,
        rows: Iterable[tuple[str, ...]],
        shares: tuple[float, ...],
        *,
        label: bool = False,
        right: frozenset[int] = frozenset(),
    ) -> Any:
        table = self.document.add_table(rows=0, cols=len(shares), style="Table Grid")
        table.autofit = False
        for row in rows:
            cells = table.add_row().cells
            for index, (cell, text) in enumerate(zip(cells, row, strict=True)):
                cell.width = Emu(int(WIDTH * shares[index]))
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
                _coloured(paragraph, text, MUTED if label and index == 0 else INK, Pt(9 * self.scale))
                if index in right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Emu(int(WIDTH * share))
        _light_borders(table)
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)
        return table


def _light_borders(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        drawn = side in ("bottom", "insideH")
        for name, value in (
            ("val", "single" if drawn else "nil"),
            ("sz", "4"),
            ("space", "0"),
            ("color", "C9D3DD"),
        ):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    # Word insists on the order of its schema: borders stand before the layout.
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)
