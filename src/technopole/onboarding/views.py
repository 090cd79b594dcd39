"""The disclosure form: saved at any time, with its score, publication alarm and duplicates as one writes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from technopole.onboarding import likeness, services
from technopole.onboarding.engine.publication import Alarm, ImpossibleDateError
from technopole.onboarding.forms import OFFICE, DisclosureForm
from technopole.onboarding.models import Disclosure
from technopole.onboarding.rows import FundingRows, InventorRows, People, PublicationRows
from technopole.onboarding.typed import Typed, alarm_of, initial_of, leaks_of, score_of, typed
from technopole.parties.actions import Refused
from technopole.pipeline.models import IpStatus, Result
from technopole.pipeline.page import posted_version, project_page
from technopole.records.levels import Level
from technopole.records.models import Stale
from technopole.records.pages import require_scope, visible_or_404
from technopole.wording import Reason

# The pack's names of fields, where the form asks for them under another name.
ASKED_AT = {
    "abstract_zh": "id_summary_zh",
    "abstract_en": "id_summary_en",
    "third_party_materials": "id_materials",
    "inventors": "rows-inventors",
    "planned_publications": "rows-publications",
    "funding": "rows-funding",
    "evidence": "step-readiness",
    "interest_statement": "id_interests",
}


@dataclass
class Draft:
    """The form in hand with its rows, and why it did not go through."""

    form: Any
    rows: dict[str, Any]
    before: Disclosure | None
    refused: tuple[Reason, ...] = ()
    stale: bool = False
    found: likeness.Found | None = None

    @property
    def is_valid(self) -> bool:
        """Whether every field and row holds what it should; each is looked at."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())])

    def wrong(self) -> list[Any]:
        """The fields that need mending, to be named at the top."""
        forms = [self.form, *(row for rows in self.rows.values() for row in rows)]
        return [form[name] for form in forms for name in form.errors if name in form.fields]


def _draft(request: HttpRequest, before: Disclosure | None) -> Draft:
    """The form as posted, or as the records have it."""
    user: Any = request.user
    people = People.known_to(user)
    if before:
        initial, rows = initial_of(before)
    else:
        person = user.person
        initial = {"holder": person.organisation_id if person else None, "ip_status": IpStatus.NONE}
        mine = person is not None and not user.role_names & OFFICE
        rows = {
            "inventors": [{"person": person.pk, "share": 100}] if mine else [],
            "publications": [],
            "funding": [],
        }
    posted = request.POST if request.method == "POST" else None
    form = DisclosureForm(posted, initial=initial, user=user)
    made = {
        "inventors": InventorRows(
            posted, initial=rows["inventors"], prefix="inventors", form_kwargs={"people": people}
        ),
        "publications": PublicationRows(posted, initial=rows["publications"], prefix="publications"),
        "funding": FundingRows(posted, initial=rows["funding"], prefix="funding"),
    }
    return Draft(form, made, before)


def _like(request: HttpRequest, told: Typed, before: Disclosure | None) -> likeness.Found:
    people = [person for person, _ in told.inventors]
    but = before.project.result_id if before else None
    return likeness.like_this(told.fields, people, user=request.user, but=but)


def _state(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Score, alarm, leaks and duplicates of what is typed or kept."""
    if draft.form.is_bound:
        _ = draft.is_valid  # what is wrong is left out of what follows
        told = typed(draft.form, draft.rows, draft.before)
    else:
        told = _kept(draft)
    evidence = (
        list(draft.before.project.evidence.values_list("readiness_level", flat=True)) if draft.before else []
    )
    score = score_of(told, evidence)
    alarm: Alarm | None = None
    impossible: Reason | None = None
    try:
        alarm = alarm_of(told)
    except ImpossibleDateError as wrong:
        impossible = wrong.reason
    return {
        "score": score,
        "missing": [(entry, ASKED_AT.get(entry.field, f"id_{entry.field}")) for entry in score.missing],
        "alarm": alarm,
        "impossible": impossible,
        "leaks": leaks_of(told),
        "found": draft.found or _like(request, told, draft.before),
    }


def _kept(draft: Draft) -> Typed:
    """What the records hold, in the shape of what was typed."""
    if draft.before is None:
        return Typed(
            {"facts": {}, "requirements": {}}, {"planned_publications": [], "past_publications": []}, []
        )
    result = draft.before.project.result
    fields = {field.name: getattr(result, field.name) for field in result._meta.concrete_fields}
    statement = {
        field.name: getattr(draft.before, field.name) for field in draft.before._meta.concrete_fields
    }
    shares = [(row.person, row.share) for row in result.inventorships.select_related("person")]
    return Typed(fields, statement, shares)


def _page(request: HttpRequest, draft: Draft, *, asked: bool = False) -> HttpResponse:
    """The form; `asked`: nothing is wrong, but it may be here already and the person is asked first."""
    before = draft.before
    steps = draft.form.steps()
    context = {
        "draft": draft,
        "form": draft.form,
        "steps": [(step, draft.rows.get(step.rows)) for step in steps],
        "before": before,
        "version": before.version if before else 0,
        "evidence": list(before.project.evidence.all()) if before else [],
        "project_address": project_page(before.project) if before else "",
        "wrong": draft.wrong() if draft.form.is_bound else [],
        "asked": asked,
        **_state(request, draft),
    }
    status = 422 if draft.form.is_bound and not asked else 200
    return render(request, "onboarding/disclosure.html", context, status=status)


def disclose(request: HttpRequest) -> HttpResponse:
    """Disclose a new result: a form that can be left and taken up again."""
    draft = _draft(request, None)
    return _save(request, draft) if request.method == "POST" else _page(request, draft)


def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on with a draft, or complete a returned disclosure."""
    rows = Disclosure.objects.select_related("project__result")
    disclosure: Disclosure = visible_or_404(rows, request.user, pk)
    require_scope(request, disclosure)
    if request.method != "POST" and disclosure.status not in services.OPEN_TO_EDIT:
        messages.info(
            request, gettext("This disclosure is handed in: it can be changed once the office returns it.")
        )
        return redirect(project_page(disclosure.project))
    draft = _draft(request, disclosure)
    return _save(request, draft) if request.method == "POST" else _page(request, draft)


def check(request: HttpRequest) -> HttpResponse:
    """Score, alarm and duplicates of what is typed so far; nothing is saved."""
    before = None
    known = request.POST.get("disclosure", "")
    if known:
        before = visible_or_404(
            Disclosure.objects.select_related("project__result"), request.user, _uuid(known)
        )
    # What is valid counts already; what is wrong is said beside its field once the form is sent.
    return render(request, "onboarding/_state.html", _state(request, _draft(request, before)))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Http404 from wrong


def _save(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Save the draft, and hand it in when asked; otherwise draw the form with all that was typed."""
    if not draft.is_valid:
        return _page(request, draft)
    told = typed(draft.form, draft.rows, draft.before)
    if draft.before is None:
        user: Any = request.user
        if not user.role_names & OFFICE and all(person.pk != user.person_id for person, _ in told.inventors):
            alone = gettext("Name yourself among the inventors; a result of others is entered by the office.")
            draft.form.add_error(None, alone)
            return _page(request, draft)
        draft.found = _like(request, told, None)
        if draft.found.alike and request.POST.get("not_the_same") != "yes":
            return _page(request, draft, asked=True)
    try:
        kept = _keep(request, draft, told)
    except Refused as refusal:
        draft.refused = refusal.reasons
    except (Stale, IntegrityError):
        draft.stale = True
        draft.before = (
            Disclosure.objects.select_related("project__result").get(pk=draft.before.pk)
            if draft.before
            else None
        )
    except ValidationError as wrong:
        _mark(draft.form, wrong)
    else:
        return _kept_so(request, kept, hidden=draft.found is not None and draft.found.hidden)
    return _page(request, draft)


def _keep(request: HttpRequest, draft: Draft, told: Typed) -> Disclosure:
    user: Any = request.user
    inputs = {"fields": told.fields, "statement": told.statement, "inventors": told.inventors}
    if draft.before is not None:
        kept: Disclosure = services.edit(draft.before, by=user, version=posted_version(request), **inputs)
        return kept
    owner = user if user.role_names & OFFICE else None
    made: Disclosure = services.disclose(Result(level=Level.TEAM), by=user, owner=owner, **inputs)
    return made


def _kept_so(request: HttpRequest, kept: Disclosure, *, hidden: bool) -> HttpResponse:
    """Say what was saved, hand in when asked, and go where it continues."""
    if hidden:
        messages.info(request, gettext("The office will check whether something alike is already in work."))
    if request.POST.get("do") == "submit":
        try:
            services.submit(kept, by=request.user, version=kept.version)
        except Refused as refusal:
            reasons = " · ".join(reason.text(get_language() or "en") for reason in refusal.reasons)
            messages.warning(
                request, gettext("The draft is saved. Before it can be handed in:") + " " + reasons
            )
        else:
            messages.success(request, gettext("The disclosure is handed in: the office looks at it next."))
            return redirect(project_page(kept.project))
    else:
        messages.success(request, gettext("The draft is saved. You can go on now or come back later."))
    return redirect("disclosure-edit", pk=kept.pk)


def _mark(form: Any, wrong: ValidationError) -> None:
    """Put the records' objections beside the fields that they are about."""
    if not hasattr(wrong, "error_dict"):
        form.add_error(None, wrong)
        return
    for name, errors in wrong.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
