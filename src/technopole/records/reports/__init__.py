"""Reports as documents: what a report says, and the same report as docx and as PDF."""

from technopole.records.reports.blocks import (
    Block,
    Facts,
    Grid,
    Heading,
    Language,
    Notice,
    Paragraph,
    Picture,
    Reasons,
    Report,
)
from technopole.records.reports.docx import to_docx
from technopole.records.reports.pdf import fitted, page_count, to_pdf
from technopole.records.reports.serving import ReportFormat, report_response

__all__ = [
    "Block",
    "Facts",
    "Grid",
    "Heading",
    "Language",
    "Notice",
    "Paragraph",
    "Picture",
    "Reasons",
    "Report",
    "ReportFormat",
    "fitted",
    "page_count",
    "report_response",
    "to_docx",
    "to_pdf",
]
