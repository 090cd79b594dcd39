"""The one-page non-confidential summary of a result as a file: what officers send out."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from technopole.evaluation.engine import readiness
from technopole.evaluation.models import Assessment
from technopole.onboarding.reports import summary_report
from technopole.pipeline.models import Result
from technopole.records.pages import visible_or_404
from technopole.records.reports import ReportFormat, report_response
from technopole.wording import Reason, language_code


def awarded(result: Result, request: HttpRequest) -> Reason | None:
    """The level last awarded, as far as this reader may know of it."""
    rows = Assessment.objects.visible_to(request.user).filter(project__result=result)
    last = rows.order_by("-assessed_on", "-created_at").first()
    if last is None:
        return None
    scale = readiness.scale(last.scale, last.assessed_on)
    return Reason("evaluation.level_on_scale", {"level": last.awarded, "scale": dict(scale.name)})


def summary_file(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """The summary as docx or PDF, in the reader's language or the one asked for."""
    if format not in ReportFormat.__members__.values():
        raise Http404
    result = visible_or_404(Result.objects, request.user, pk)
    language = language_code(request.GET.get("language") or get_language() or "en")
    report = summary_report(result, user=request.user, language=language, readiness=awarded(result, request))
    return report_response(report, format, f"summary-{str(result.pk)[-12:]}-{language}")
