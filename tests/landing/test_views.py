"""Sites on the project's page: eligible first with reasons, refused with blockers, one step at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from technopole.landing.models import Landing, LocationEvent, SiteChoice
from technopole.pipeline.models import Stage
from technopole.records.levels import Level
from tests.factories import DistrictFactory, OrganisationFactory, ProjectFactory, ResultFactory, SiteFactory
from tests.recipes import PAST, saved

Browse = Callable[..., Client]


@pytest.fixture
def project(accounts: Any) -> Any:
    result = ResultFactory(requirements={"area_m2": 900})
    return ProjectFactory(result=result, stage=Stage.LANDING, owner=accounts["officer"])


def page(browse: Browse, project: Any, language: str = "en") -> str:
    return str(browse("officer", language).get(reverse("project", args=[project.pk])).content.decode())


def test_eligible_sites_come_first_and_blockers_are_said(browse: Browse, project: Any) -> None:
    SiteFactory(name_en="Roomy park")
    SiteFactory(name_en="Tiny park", name_zh="小园区", free_m2=200, total_m2=300)
    text = page(browse, project)
    assert text.index("Roomy park") < text.index("Tiny park")
    assert "needs 900 m² free, Tiny park offers 200 m²" in text
    assert "需要可用面积 900 平方米" in page(browse, project, "zh-hans")


def test_a_blocked_site_cannot_be_shortlisted(browse: Browse, project: Any) -> None:
    tiny = SiteFactory(name_en="Tiny park", free_m2=200, total_m2=300)
    target = reverse("project-site", args=[project.pk])
    response = browse("officer").post(target, {"version": 1, "site": str(tiny.pk), "status": "shortlisted"})
    assert response.status_code == 422
    assert "needs 900 m² free" in response.content.decode()
    assert not SiteChoice.objects.exists()


def test_a_site_goes_step_by_step_until_the_project_has_landed(browse: Browse, project: Any) -> None:
    park = SiteFactory()
    target = reverse("project-site", args=[project.pk])
    for status in ("shortlisted", "visited", "offered", "signed", "built"):
        project.refresh_from_db()
        data = {"version": project.version, "site": str(park.pk), "status": status}
        assert browse("officer").post(target, data).status_code == 302, status
    project.refresh_from_db()
    assert (project.stage, project.disposition) == ("closed", "landed")
    park.refresh_from_db()
    assert park.free_m2 == 4_100


def test_a_landing_shows_its_history_and_its_derived_mode(browse: Browse, project: Any) -> None:
    company = OrganisationFactory(kind="company", name_en="Sensor Start")
    landing = saved(
        Landing(project=project, company=company, name_en="Sensor Start", origin="local", level=Level.PUBLIC)
    )
    saved(
        LocationEvent(
            landing=landing, event="land", happened_on=PAST, district=DistrictFactory(), level=Level.PUBLIC
        )
    )
    text = page(browse, project)
    assert "Sensor Start" in text
    assert PAST.isoformat() in text
    assert "undetermined" in text


def test_an_event_needs_a_place(browse: Browse, project: Any) -> None:
    landing = saved(
        Landing(
            project=project,
            company=OrganisationFactory(kind="company"),
            name_en="S",
            origin="local",
            level=Level.PUBLIC,
        )
    )
    target = reverse("landing-event", args=[landing.pk])
    response = browse("officer").post(target, {"version": 1, "event": "land", "happened_on": "2026-01-01"})
    assert response.status_code == 422
    assert "Name the park or the district." in response.content.decode()
