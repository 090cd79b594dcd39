"""Actions of step 2 posted from the project's page, the reviewer's own page, the scorecard as a table."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from technopole.evaluation import services
from technopole.evaluation.engine import scorecard
from technopole.evaluation.forms import AskReviewForm, AssessForm, DecisionForm, EvidenceForm, ReviewForm
from technopole.evaluation.models import EvidenceItem, Review, ReviewStatus
from technopole.evaluation.reports import evaluation_report
from technopole.evaluation.section import close_needs, values_of
from technopole.parties.documents import attach
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import (
    act,
    own_project,
    posted_version,
    project_page,
    reads_all,
    said,
    slot,
    undrawn,
)
from technopole.records import clock
from technopole.records.exports import Column, Format, Kind, Table, table_response
from technopole.records.pages import visible_or_404
from technopole.records.reports import ReportFormat, report_response
from technopole.wording import language_code


def evidence(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a piece of evidence, with its file when one is given."""
    project = own_project(request, pk)
    version = posted_version(request)

    def do(given: dict[str, Any]) -> None:
        upload = given.pop("upload")
        if upload is None:
            services.add_evidence(project, by=request.user, version=version, **given)
            return
        with transaction.atomic():
            document = attach(project, by=request.user, version=version, upload=upload)
            services.add_evidence(project, by=request.user, document=document, **given)

    form = EvidenceForm(request.POST, request.FILES, name="evidence")
    done = gettext("The evidence is added.")
    return act(request, "evidence", form, do, done, page=project_page(project), section="evaluation")


def assess(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Assess readiness: the evidence decides which level is awarded."""
    project = own_project(request, pk)
    version = posted_version(request)
    form = AssessForm(request.POST, name="assess", project=project)
    return act(
        request,
        "assess",
        form,
        lambda given: services.assess(project, by=request.user, version=version, **given),
        gettext("Readiness is assessed."),
        page=project_page(project),
        section="evaluation",
    )


def ask_review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask a person for a review: from the form, or in one click beside a suggested name."""
    project = own_project(request, pk)
    version = posted_version(request)
    form = AskReviewForm(request.POST, name="ask", project=project, user=request.user)
    return act(
        request,
        "ask",
        form,
        lambda given: services.ask_review(project, by=request.user, version=version, **given),
        gettext("The review is asked for."),
        page=project_page(project),
        section="evaluation",
    )


def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the collective decision; the project moves as it says."""
    project = own_project(request, pk)
    version = posted_version(request)

    def do(given: dict[str, Any]) -> None:
        people = {name: list(given.pop(name)) for name in ("attendees", "signatories", "recused")}
        found = close_needs(project)
        services.decide(project, by=request.user, version=version, close_needs=found, **people, **given)

    form = DecisionForm(request.POST, name="decide", project=project, user=request.user)
    done = gettext("The decision is recorded and carried out.")
    return act(request, "decide", form, do, done, page=project_page(project), section="evaluation")


def _own_review(request: HttpRequest, pk: uuid.UUID) -> Review:
    """The review, for the one who was asked for it; nobody else learns who that is."""
    review: Review = visible_or_404(Review.objects, request.user, pk)
    if review.status == ReviewStatus.WITHDRAWN or review.reviewer_id != request.user.person_id:  # type: ignore[union-attr]
        raise Http404
    return review


def review(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The reviewer's page: the case, the five values with their questions, the declaration."""
    found = _own_review(request, pk)
    user = request.user
    project = found.project
    template = scorecard.template_for(project.result.kind, clock.today())
    open_ = found.status == ReviewStatus.ASKED
    ready = services.readiness_of(project)
    context = {
        "review": found,
        "shown": project.result.shown_to(user),
        "project": project,
        "template": template,
        "note": said(template.note),
        "ready": ready,
        "evidence": EvidenceItem.objects.visible_to(user).filter(project=project),
        "late": open_ and found.due is not None and found.due < clock.today(),
        "points": [
            {"value": said(scorecard.LABELS[value]), "points": found.points.get(value.value)}
            for value in scorecard.Value
        ],
        "slot": slot(
            request,
            "review",
            reverse("review-hand-in", args=[pk]),
            lambda: ReviewForm(name="review", review=found),
            found.version,
            gettext("Your review"),
            gettext("Hand in the review"),
        )
        if open_
        else None,
    }
    return render(request, "evaluation/review.html", {**context, "undrawn": undrawn(request)})


def hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand in the review, or declare an interest and leave the case."""
    found = _own_review(request, pk)
    version = posted_version(request)
    form = ReviewForm(request.POST, name="review", review=found)

    def do(given: dict[str, Any]) -> None:
        services.submit_review(
            found,
            by=request.user,
            version=version,
            points=form.points(),
            comment_zh=given["comment_zh"],
            comment_en=given["comment_en"],
            interest=given["interest"],
        )

    interest = request.POST.get("interest", "").strip()
    done = (
        gettext("Thank you: you are off the case.")
        if interest
        else gettext("Thank you: your review is handed in.")
    )
    # Whoever leaves the case no longer reads it.
    then = reverse("my-day") if interest else ""
    return act(request, "review", form, do, done, page=reverse("review", args=[pk]), then=then)


def _team_project(request: HttpRequest, pk: uuid.UUID) -> TransferProject:
    project: TransferProject = visible_or_404(TransferProject.objects, request.user, pk)
    if not reads_all(project, request.user):
        raise Http404
    return project


def scorecard_table(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """The five values as CSV or xlsx."""
    if format not in Format.__members__.values():
        raise Http404
    project = _team_project(request, pk)
    columns = (
        Column("value", gettext("Value")),
        Column("weight", gettext("Weight"), Kind.NUMBER),
        Column("median", gettext("Median"), Kind.NUMBER),
        Column("spread", gettext("Spread"), Kind.WHOLE),
        Column("n", gettext("Reviews"), Kind.WHOLE),
    )
    card = services.scorecard_of(project)
    table = Table(
        title=gettext("Five values of %(docket)s") % {"docket": project.docket},
        columns=columns,
        rows=tuple(values_of(project, card)),
        on=clock.today(),
        definition=f"{card.template} {card.version}" if card else "",
        sample=project.is_sample,
    )
    return table_response(table, format, f"scorecard-{project.docket}")


def report(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """The evaluation report as docx or PDF, in the reader's language or the one asked for."""
    if format not in ReportFormat.__members__.values():
        raise Http404
    project = _team_project(request, pk)
    language = language_code(request.GET.get("language") or get_language() or "en")
    made = evaluation_report(project, user=request.user, language=language)
    return report_response(made, format, f"evaluation-{project.docket}-{language}")
