"""The disclosure on the project's page: its state, the publication alarm, and what is done to it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from technopole.onboarding import services
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.parties.models import RoleName
from technopole.pipeline.forms import LONG, PageForm
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import (
    Slot,
    act,
    allowed_slot,
    own_project,
    posted_version,
    project_page,
    reads_all,
)
from technopole.records.levels import Level

OFFICE = {RoleName.OFFICER, RoleName.DIRECTOR}
STATUS_TONES = {"draft": "secondary", "submitted": "azure", "returned": "yellow", "accepted": "green"}


class ReturnForm(PageForm):
    """What is wanted before the disclosure can be accepted."""

    reason_zh = forms.CharField(
        label=_("What is missing, in Chinese"), max_length=5000, required=False, widget=LONG
    )
    reason_en = forms.CharField(
        label=_("What is missing, in English"), max_length=5000, required=False, widget=LONG
    )


def section(request: HttpRequest, project: TransferProject) -> dict[str, Any] | None:
    """What the reader is shown of the disclosure; None when it is not theirs to read."""
    user = request.user
    disclosure = Disclosure.objects.visible_to(user).filter(project=project).first()
    if disclosure is None or not reads_all(project, user):
        return None
    return {
        "shown": disclosure.shown_to(user),
        "tone": STATUS_TONES[disclosure.status],
        "completeness": services.completeness_of(disclosure),
        "alarm": services.publication_alarm(disclosure),
        "slots": [found for found in _slots(request, project, disclosure) if found is not None],
    }


def _slots(request: HttpRequest, project: TransferProject, disclosure: Disclosure) -> list[Slot | None]:
    user: Any = request.user

    def offer(action: str, name: str, form: Callable[[], Form], label: Any, **more: Any) -> Slot | None:
        address = reverse(f"project-{name.partition('-')[0]}", args=[project.pk])
        return allowed_slot(
            request,
            f"onboarding.{action}",
            disclosure,
            name,
            address,
            form,
            disclosure.version,
            label,
            **more,
        )

    found: list[Slot | None] = []
    if disclosure.status == DisclosureStatus.SUBMITTED:
        found.append(offer("accept", "accept", Form, _("Accept the disclosure"), tone="primary"))
        found.append(
            offer("return", "return", lambda: ReturnForm(name="return"), _("Return it for completion"))
        )
    if disclosure.status == DisclosureStatus.ACCEPTED and project.result.level != Level.PUBLIC:
        made = project.result.inventorships.filter(person=user.person_id).exists()
        if user.role_names & OFFICE and not disclosure.officer_tick_id:
            label = _("Agree to publish, for the office")
            found.append(offer("publish", "publish-officer", Form, label, hidden={"as_": "officer"}))
        if made and not disclosure.inventor_tick_id:
            label = _("Agree to publish, as inventor")
            found.append(offer("publish", "publish-inventor", Form, label, hidden={"as_": "inventor"}))
    if disclosure.officer_tick_id or disclosure.inventor_tick_id:
        found.append(offer("withdraw", "withdraw", Form, _("Withdraw the summary")))
    return found


def _handled(
    request: HttpRequest, pk: uuid.UUID, name: str, form: Form, service: Any, done: str, **more: Any
) -> HttpResponse:
    project = own_project(request, pk)
    disclosure = Disclosure.objects.visible_to(request.user).filter(project=project).first()
    if disclosure is None:
        raise Http404
    version = posted_version(request)
    return act(
        request,
        name,
        form,
        lambda given: service(disclosure, by=request.user, version=version, **given, **more),
        done,
        page=project_page(project),
        section="disclosure",
    )


def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept the disclosure: the project enters evaluation."""
    done = gettext("The disclosure is accepted; the project is in evaluation.")
    return _handled(request, pk, "accept", Form(request.POST), services.accept, done)


def send_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Return the disclosure to its inventors."""
    form = ReturnForm(request.POST, name="return")
    return _handled(
        request, pk, "return", form, services.send_back, gettext("The disclosure is back with its inventors.")
    )


def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick the summary for publication, for the office or as inventor."""
    as_ = "officer" if request.POST.get("as_") == "officer" else "inventor"
    done = gettext("Your agreement is noted; with both ticks the summary is public.")
    return _handled(
        request, pk, f"publish-{as_}", Form(request.POST), services.agree_to_publish, done, as_=as_
    )


def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the summary back."""
    done = gettext("The summary is withdrawn: nobody outside the team reads it from now on.")
    return _handled(request, pk, "withdraw", Form(request.POST), services.withdraw, done)


urlpatterns = [
    path("projects/<uuid:pk>/accept/", accept, name="project-accept"),
    path("projects/<uuid:pk>/return/", send_back, name="project-return"),
    path("projects/<uuid:pk>/publish/", publish, name="project-publish"),
    path("projects/<uuid:pk>/withdraw/", withdraw, name="project-withdraw"),
]
