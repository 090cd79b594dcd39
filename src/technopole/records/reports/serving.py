"""A report as a download."""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from technopole.records.reports.blocks import Report
from technopole.records.reports.docx import to_docx
from technopole.records.reports.pdf import to_pdf


class ReportFormat(StrEnum):
    """The file formats of a report."""

    DOCX = "docx"
    PDF = "pdf"


CONTENT_TYPES = {
    ReportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ReportFormat.PDF: "application/pdf",
}


def report_response(report: Report, format: ReportFormat | str, filename: str) -> HttpResponse:
    """The report as a download named `filename` without ending.

    Raises
    ------
    ValueError
        `format` is neither ``docx`` nor ``pdf``.
    """
    chosen = ReportFormat(format)
    content = to_docx(report) if chosen is ReportFormat.DOCX else to_pdf(report)
    response = HttpResponse(content, content_type=CONTENT_TYPES[chosen])
    response["Content-Disposition"] = content_disposition_header(True, f"{filename}.{chosen}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
