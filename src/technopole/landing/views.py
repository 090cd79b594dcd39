"""Actions of step 4 posted from the project's page."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from technopole.landing import services
from technopole.landing.forms import EventForm, LandingForm, SiteForm
from technopole.landing.models import Landing
from technopole.pipeline.models import TransferProject
from technopole.pipeline.page import act, own_project, posted_version, project_page
from technopole.records.models import Stale
from technopole.records.pages import require_scope, visible_or_404


def site(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a site one step further, or refuse it."""
    project = own_project(request, pk)
    version = posted_version(request)
    name = f"site-{request.POST.get('site', '')[:40]}-{request.POST.get('status', '')[:12]}"
    return act(
        request,
        name,
        SiteForm(request.POST, name=name, user=request.user),
        lambda given: services.choose_site(project, by=request.user, version=version, **given),
        gettext("The site's status is kept."),
        page=project_page(project),
        section="landing",
    )


def landings(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin to follow where the project's firm settles."""
    project = own_project(request, pk)

    def do(given: dict[str, Any]) -> None:
        # A new landing has no version of its own: what was shown is the project.
        if posted_version(request) != project.version:
            raise Stale(str(project.pk))
        landing = Landing(level=project.level, is_sample=project.is_sample)
        services.open_landing(landing, by=request.user, project=project, **given)

    form = LandingForm(request.POST, name="landing", user=request.user)
    done = gettext("The landing is followed from now on.")
    return act(request, "landing", form, do, done, page=project_page(project), section="landing")


def event(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add an event to a landing's location history."""
    landing: Landing = visible_or_404(Landing.objects, request.user, pk)
    require_scope(request, landing)
    project = landing.project
    if project is None or not TransferProject.objects.visible_to(request.user).filter(pk=project.pk).exists():
        raise Http404
    version = posted_version(request)
    name = f"event-{landing.pk}"
    return act(
        request,
        name,
        EventForm(request.POST, name=name, user=request.user),
        lambda given: services.record_event(landing, by=request.user, version=version, **given),
        gettext("The event is added."),
        page=project_page(project),
        section="landing",
    )
