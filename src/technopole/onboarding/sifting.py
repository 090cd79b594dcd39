"""What an officer sifts: candidates that the evidence proposes, and results that are probably the same."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from technopole.onboarding import likeness, services
from technopole.onboarding.models import Candidate, CandidateStatus
from technopole.parties.actions import Refused
from technopole.pipeline.page import posted_version
from technopole.records import clock
from technopole.records.exports import Column, Format, Kind, Table, table_response
from technopole.records.models import Stale
from technopole.records.pages import paginate, visible_or_404
from technopole.records.search import find
from technopole.wording import Reason, language_code

ACTS = {
    "invite": (services.invite, _("Noted: the authors are invited.")),
    "dismiss": (services.dismiss, _("Set aside, with the reason.")),
    "undo": (services.propose_again, _("Back among the proposed.")),
}
KEPT_IN_ADDRESS = ("q", "status", "year", "page")


def _candidates(request: HttpRequest) -> Any:
    """The candidates that the reader asks for, best first."""
    rows = Candidate.objects.visible_to(request.user)
    query = request.GET.get("q", "").strip()
    if query:
        rows = rows.filter(
            pk__in=find(Candidate, ("title", "work_id", "institutions"), request.user, query).ids
        )
    year = request.GET.get("year", "")
    if year.isdecimal() and len(year) == 4:
        rows = rows.filter(year=int(year))
    return rows


def candidates(request: HttpRequest) -> HttpResponse:
    """Published papers worth asking their authors about, with the reasons."""
    rows = _candidates(request)
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    status = request.GET.get("status", "")
    if status in CandidateStatus.values:
        rows = rows.filter(status=status)
    if request.GET.get("format") in tuple(Format):
        return table_response(_table(rows), request.GET["format"], "candidates")
    years = (
        Candidate.objects.visible_to(request.user).order_by("-year").values_list("year", flat=True).distinct()
    )
    context = {
        "page": paginate(request, rows.order_by("-score", "work_id")),
        "statuses": [(value, label, counts.get(value, 0)) for value, label in CandidateStatus.choices],
        "total": sum(counts.values()),
        "status": status,
        "years": list(years),
        "year": request.GET.get("year", ""),
        "query": request.GET.get("q", ""),
    }
    return render(request, "onboarding/candidates.html", context)


def _table(rows: Any) -> Table:
    language = language_code(get_language() or "en")
    columns = (
        Column("title", gettext("Title")),
        Column("doi", "DOI"),
        Column("year", gettext("Year"), Kind.WHOLE),
        Column("institutions", gettext("Institutions")),
        Column("score", gettext("Score"), Kind.NUMBER),
        Column("status", gettext("Status")),
        Column("why", gettext("Why proposed")),
        Column("answer", gettext("Note")),
    )
    lines = tuple(
        {
            "title": row.title,
            "doi": row.doi,
            "year": row.year,
            "institutions": "; ".join(one["name"] for one in row.institutions),
            "score": row.score,
            "status": row.get_status_display(),
            "why": "; ".join(Reason.from_dict(reason).text(language) for reason in row.reasons),
            "answer": row.answer,
        }
        for row in rows
    )
    definition = gettext("Proposed by rule from published papers: evidence, not a decision.")
    return Table(gettext("Candidates"), columns, lines, clock.today(), definition=definition)


def sift(request: HttpRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Invite the authors, set the paper aside, or undo that; one click."""
    if act not in ACTS:
        raise Http404
    service, done = ACTS[act]
    candidate: Candidate = visible_or_404(Candidate.objects, request.user, pk)
    answer = request.POST.get("answer", "").strip()
    refused: tuple[Reason, ...] = ()
    stale = too_long = False
    if len(answer) > Candidate._meta.get_field("answer").max_length:  # type: ignore[operator]
        too_long = True
    else:
        try:
            candidate = service(candidate, by=request.user, version=posted_version(request), answer=answer)
        except Refused as refusal:
            refused = refusal.reasons
        except Stale:
            stale = True
            candidate.refresh_from_db()
    failed = bool(refused or stale or too_long)
    if request.htmx:  # type: ignore[attr-defined]
        context = {
            "candidate": candidate,
            "refused": refused,
            "stale": stale,
            "too_long": too_long,
            "answer": answer,
        }
        return render(request, "onboarding/_candidate.html", context | {"done": "" if failed else done})
    if failed:
        reasons = [reason.text(get_language() or "en") for reason in refused]
        messages.warning(
            request, " · ".join(reasons) or gettext("Nothing was changed: look at the entry again.")
        )
    else:
        messages.success(request, str(done))
    back = QueryDict(mutable=True)
    back.update({name: request.GET[name] for name in KEPT_IN_ADDRESS if request.GET.get(name)})
    return redirect(f"{reverse('candidates')}?{back.urlencode()}#c-{pk}")


def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of results that are probably one, with why."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    pairs = likeness.pairs(request.user)
    query = request.GET.get("q", "").strip().casefold()
    if query:
        pairs = [pair for pair in pairs if any(query in _titles(shown) for shown in (pair.one, pair.other))]
    if request.GET.get("format") in tuple(Format):
        return table_response(_pair_table(pairs), request.GET["format"], "duplicates")
    context = {"page": paginate(request, pairs), "query": request.GET.get("q", "")}
    return render(request, "onboarding/duplicates.html", context)


def _titles(shown: Any) -> str:
    return f"{shown.title_zh} {shown.title_en}".casefold()


def _pair_table(pairs: list[likeness.AlikePair]) -> Table:
    language = language_code(get_language() or "en")
    columns = (
        Column("one", gettext("Result")),
        Column("other", gettext("Probably the same as")),
        Column("percent", gettext("Probability, %"), Kind.WHOLE),
        Column("why", gettext("Why")),
    )
    lines = tuple(
        {
            "one": pair.one.title,
            "other": pair.other.title,
            "percent": pair.percent,
            "why": "; ".join(reason.text(language) for reason in pair.reasons),
        }
        for pair in pairs
    )
    sample = any(shown.is_sample for pair in pairs for shown in (pair.one, pair.other))
    return Table(gettext("Probable duplicates"), columns, lines, clock.today(), sample=sample)
