"""Actions of step 3 posted from the project's page, and the inbox of matches."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.parties import policy
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import act, own_project, posted_version, project_page, undrawn
from technopole.planning import services
from technopole.planning.cards import WAITING, cards, matches_of
from technopole.planning.forms import DeclineForm, GateForm, MilestoneForm, PlanForm
from technopole.planning.matchmaking import find_matches
from technopole.planning.models import Match, MatchStatus, Milestone, Plan
from technopole.records.pages import paginate, require_scope, visible_or_404
from technopole.resources.needs.models import Need

PER_PAGE = 15
STATES = {
    "waiting": (_("Waiting for an answer"), WAITING),
    "answered": (
        _("Answered"),
        (MatchStatus.INTERESTED, MatchStatus.MET, MatchStatus.DILIGENCE, MatchStatus.DEAL),
    ),
    "declined": (_("Declined"), (MatchStatus.DECLINED,)),
    "all": (_("All"), tuple(MatchStatus)),
}


def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write or rewrite the plan."""
    project = own_project(request, pk)
    version = posted_version(request)
    held = Plan.objects.filter(project=project).first()

    def do(given: dict[str, Any]) -> None:
        price = given.pop("price_wan")
        services.draft_plan(project, by=request.user, version=version, price_minor=price, **given)

    form = PlanForm(request.POST, name="plan", plan=held, user=request.user)
    return act(
        request,
        "plan",
        form,
        do,
        gettext("The plan is saved."),
        page=project_page(project),
        section="planning",
    )


def milestones(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a milestone."""
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        "new-milestone",
        MilestoneForm(request.POST, name="new-milestone"),
        lambda given: services.add_milestone(project, by=request.user, version=version, **given),
        gettext("The milestone is added."),
        page=project_page(project),
        section="milestones",
    )


def milestone_done(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick a milestone, or untick it."""
    milestone: Milestone = visible_or_404(Milestone.objects, request.user, pk)
    require_scope(request, milestone)
    version, done = posted_version(request), request.POST.get("done") != "no"
    return act(
        request,
        f"milestone-{milestone.pk}",
        Form(request.POST),
        lambda _: services.complete_milestone(milestone, by=request.user, version=version, done=done),
        gettext("The milestone is ticked.") if done else gettext("The milestone is open again."),
        page=project_page(milestone.project),
        section="milestones",
    )


def gate(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record what an approver found at a gate."""
    project = own_project(request, pk)
    version = posted_version(request)
    key = request.POST.get("gate", "")[:40]
    name = f"gate-{key}"
    return act(
        request,
        name,
        GateForm(request.POST, name=name, user=request.user),
        lambda given: services.answer_gate(project, by=request.user, version=version, gate=key, **given),
        gettext("The answer is signed."),
        page=project_page(project),
        section="gates",
    )


def approve(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve the plan: the project enters landing."""
    project = own_project(request, pk)
    held = Plan.objects.visible_to(request.user).filter(project=project).first()
    if held is None:
        raise Http404
    version = posted_version(request)
    return act(
        request,
        "approve",
        Form(request.POST),
        lambda _: services.approve(held, by=request.user, version=version),
        gettext("The plan is approved; the project is in landing."),
        page=project_page(project),
        section="planning",
    )


def match(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Compute the matches of the project's result again."""
    project = own_project(request, pk)
    version = posted_version(request)
    return act(
        request,
        "match",
        Form(request.POST),
        lambda _: find_matches(project, by=request.user, version=version),
        gettext("The matches are computed."),
        page=project_page(project),
        section="matches",
    )


def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer a match, from the project's page or from the inbox."""
    found: Match = visible_or_404(matches_of(request.user), request.user, pk)
    require_scope(request, found)
    version, status = posted_version(request), request.POST.get("status", "")[:10]
    project = (
        TransferProject.objects.visible_to(request.user)
        .filter(result=found.result)
        .order_by("-created_at")
        .first()
    )
    name = f"match-{found.pk}-{status}"
    at_inbox = request.POST.get("back") == "matches" or project is None
    form = DeclineForm(request.POST, name=name) if status == MatchStatus.DECLINED else Form(request.POST)
    return act(
        request,
        name,
        form,
        lambda given: services.answer_match(found, by=request.user, version=version, status=status, **given),
        gettext("The answer is kept."),
        page=reverse("matches") if at_inbox or project is None else project_page(project),
        section="" if at_inbox else "matches",
    )


def _chosen(request: HttpRequest, name: str, model: Any) -> Any:
    """The record that a filter names, when the reader may know of it."""
    try:
        pk = uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return model.objects.visible_to(request.user).filter(pk=pk).first()


def matches(request: HttpRequest) -> HttpResponse:
    """The matches that are the reader's to answer, or that they may follow, with who owes the answer."""
    user: Any = request.user
    state = request.GET.get("state", "waiting")
    state = state if state in STATES else "waiting"
    rows = matches_of(user).filter(close=True)
    if policy.scope(user, "ACTION planning.answer") is not policy.Scope.OTHER:
        rows = rows.filter(pk__in=_own(user))
    across = request.GET.get("across") == "yes"
    if across:
        rows = rows.filter(cross_language=True)
    need, project = _chosen(request, "need", Need), _chosen(request, "project", TransferProject)
    if need is not None:
        rows = rows.filter(need=need)
    if project is not None:
        rows = rows.filter(result=project.result)
    counts = {name: rows.filter(status__in=statuses).count() for name, (_label, statuses) in STATES.items()}
    page = paginate(
        request, rows.filter(status__in=STATES[state][1]).order_by("rank", "computed_on", "pk"), PER_PAGE
    )
    context = {
        "states": [
            {"name": name, "label": label, "count": counts[name], "chosen": name == state}
            for name, (label, _statuses) in STATES.items()
        ],
        "state": state,
        "across": across,
        "need": need,
        "project": project,
        "page": page,
        "cards": cards(request, page.object_list, back="matches"),
    }
    return render(request, "planning/matches.html", {**context, "undrawn": undrawn(request)})


def _own(user: Any) -> Any:
    """The matches in which the reader has a part."""
    own = Match.objects.none()
    for _access, part in Match.parts_of(user):
        own = own | Match.objects.filter(part)
    return own.values("pk")
