"""Reports as docx and PDF: opened again and read."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pypdf
import pytest
from django.utils import translation
from docx.oxml.ns import qn

from technopole.records.reports import (
    Facts,
    Grid,
    Heading,
    Language,
    Notice,
    Paragraph,
    Reasons,
    Report,
    ReportFormat,
    fitted,
    page_count,
    report_response,
    to_docx,
    to_pdf,
)


def report(*blocks, **changes) -> Report:
    given = {
        "title": "面向汽车雷达的 MEMS 可调滤波器",
        "subtitle": "A tunable MEMS filter",
        "language": Language.ZH,
        "blocks": blocks,
        "on": date(2026, 11, 21),
        "source": "示例办公室",
        "notice": "sample · 示例",
    }
    return Report(**{**given, **changes})


ALL_BLOCKS = (
    Heading("成熟度"),
    Paragraph("<b>5 < 6</b> & 插入损耗 1.8 dB"),
    Facts((("量表", "技术成熟度"),)),
    Grid(("级别", "证据"), (("1", "原理报告"), ("2", "技术方案"))),
    Reasons(("第 1 级有证据。",)),
    Notice("尚未公开"),
)


def pdf(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def test_pdf_holds_every_block_and_its_properties():
    reader = pdf(to_pdf(report(*ALL_BLOCKS)))
    read = reader.pages[0].extract_text()
    for text in (
        "可调滤波器",
        "<b>5 < 6</b> & 插入损耗 1.8 dB",
        "技术成熟度",
        "原理报告",
        "第 1 级有证据。",
        "尚未公开",
        "sample · 示例",
    ):
        assert text in read
    assert reader.metadata.title == "面向汽车雷达的 MEMS 可调滤波器"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


def test_pdf_embeds_every_typeface_it_sets_text_in():
    page = pdf(to_pdf(report(*ALL_BLOCKS))).pages[0]
    used = set(re.findall(rb"(/F\S+) [\d.]+ Tf", page.get_contents().get_data()))
    faces = {
        name: font.get_object() for name, font in page["/Resources"]["/Font"].items() if name.encode() in used
    }
    assert faces
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in faces.values())


def test_a_long_table_repeats_its_header_and_numbers_its_pages():
    rows = tuple((str(number), f"第 {number} 项证据") for number in range(150))
    pages = [page.extract_text() for page in pdf(to_pdf(report(Grid(("级别", "证据名称"), rows)))).pages]
    assert len(pages) > 2
    assert all("证据名称" in page for page in pages)
    assert all(f"{number}" in page and f"{len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert "第 149 项证据" in pages[-1]


def test_a_cell_longer_than_a_page_is_split_not_refused():
    assert page_count(report(Facts((("纪要", "会议讨论了中试线排期。" * 400),)))) > 1


@pytest.mark.parametrize(
    "text",
    [
        "很长的中文段落没有空格" * 80,
        "short english words " * 120,
        "国办发〔2021〕26号 and English, mixed；" * 50,
    ],
)
def test_lines_stay_within_the_margins(text):
    edges: list[float] = []
    page = pdf(to_pdf(report(Paragraph(text)))).pages[0]
    page.extract_text(
        visitor_text=lambda found, cm, tm, font, size: edges.append(tm[4] + cm[4]) if found.strip() else None
    )
    lines = [line for line in page.extract_text().splitlines() if line]
    assert max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines) <= 110
    assert max(edges) < 595 - 50


def test_a_chinese_mark_never_begins_a_line():
    text = "".join(f"{'字' * length}，" for length in range(30, 60))
    lines = pdf(to_pdf(report(Paragraph(text)))).pages[0].extract_text().splitlines()
    assert [line for line in lines if line.startswith("，")] == []


def test_characters_that_the_typeface_draws_blank_are_written_another_way():
    read = pdf(to_pdf(report(Paragraph("−40～125 ℃，误差 10⁻⁶"), title="x"))).pages[0].extract_text()
    assert "125 °C" in read
    assert "⁻" not in read


def test_a_little_too_much_is_set_smaller_and_far_too_much_is_not_cut():
    little = report(Paragraph("本成果提出一种可调滤波器。" * 170))
    assert page_count(little) == 2
    assert fitted(little).scale < 1
    assert page_count(fitted(little)) == 1
    much = fitted(report(Paragraph("本成果提出一种可调滤波器。" * 600 + "末句。")))
    assert much.scale == 1
    assert "末句。" in pdf(to_pdf(much)).pages[-1].extract_text().replace("\n", "")


def test_docx_holds_every_block_with_east_asian_fonts():
    opened = docx.Document(io.BytesIO(to_docx(report(*ALL_BLOCKS))))
    read = [paragraph.text for paragraph in opened.paragraphs]
    assert read[0] == "面向汽车雷达的 MEMS 可调滤波器"
    assert "<b>5 < 6</b> & 插入损耗 1.8 dB" in read
    assert [cell.text for cell in opened.tables[1].rows[2].cells] == ["2", "技术方案"]
    assert opened.sections[0].header.paragraphs[0].text == "sample · 示例"
    for style in ("Normal", "Title", "Heading 1", "List Bullet"):
        assert opened.styles[style].element.rPr.rFonts.get(qn("w:eastAsia"))
    assert opened.tables[1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert opened.core_properties.language == "zh-CN"


def test_control_characters_spoil_neither_format():
    dirty = report(Paragraph("芯\x00片\x0b\ufffe"), title="标\x07题")
    assert docx.Document(io.BytesIO(to_docx(dirty))).paragraphs[0].text == "标题"
    assert "芯片" in pdf(to_pdf(dirty)).pages[0].extract_text()


@pytest.mark.parametrize("write", [to_pdf, to_docx])
def test_the_same_report_gives_the_same_bytes(write):
    assert write(report(*ALL_BLOCKS)) == write(report(*ALL_BLOCKS))


def test_labels_follow_the_report_not_the_page_it_is_asked_from():
    with translation.override("zh-hans"):
        made = to_docx(report(language=Language.EN))
    assert "Page" in docx.Document(io.BytesIO(made)).sections[0].footer.paragraphs[0].text


def test_download_names_its_format():
    response = report_response(report(), "pdf", "摘要")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    with pytest.raises(ValueError, match="exe"):
        report_response(report(), "exe", "x")
    assert list(ReportFormat) == ["docx", "pdf"]


def test_a_row_that_does_not_fit_its_headings_is_refused():
    with pytest.raises(ValueError, match="1 cells under 2 headings"):
        Grid(("a", "b"), (("1",),))
