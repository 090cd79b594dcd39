"""Who may know of what: the queryset and the record agree, and what is shown never exceeds the access."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from technopole.evaluation.models import Assessment, EvidenceItem, Review
from technopole.landing.models import Landing, LocationEvent, SiteChoice
from technopole.onboarding.models import Candidate, ImportBatch
from technopole.parties.models import Nda, Organisation
from technopole.pipeline.models import Result
from technopole.planning.models import GateAnswer, Plan
from technopole.records.change import change
from technopole.records.documents import store
from technopole.records.levels import NOTHING, Level
from technopole.records.models import Record
from technopole.resources.facilities.models import Facility, Provider
from technopole.resources.policies.models import Policy
from tests.factories import (
    DisclosureFactory,
    MatchFactory,
    MilestoneFactory,
    NeedFactory,
    OrganisationFactory,
    PersonFactory,
    ProjectFactory,
    ResultFactory,
    RoleFactory,
    SiteFactory,
    UserFactory,
    account,
    invented_by,
)
from tests.recipes import saved

DAY = date(2026, 1, 1)
MODELS = [model for model in apps.get_models() if issubclass(model, Record)]


def _of_project(project: Any, level: int, reviewer: Any) -> None:
    """Everything that a project may carry, at one level."""
    DisclosureFactory(project=project, level=level)
    MilestoneFactory(project=project, level=level)
    common = {"project": project, "level": level}
    saved(EvidenceItem(readiness_level=1, kind="report", title_en="E", dated=DAY, **common))
    saved(Assessment(awarded=1, pack_version="1", **common))
    saved(Review(reviewer=reviewer, **common))
    saved(Plan(route="licence", pricing="agreed", **common))
    saved(GateAnswer(gate="ethics", result="clear", approver=reviewer, **common))
    saved(SiteChoice(site=SiteFactory(level=level), eligible=True, **common))


def _at_level(level: int, people: dict[str, Any]) -> None:
    """One of everything at this level, some of it with a part for somebody."""
    inventor, scout = people["researcher"].person, people["scout"].person
    hidden = OrganisationFactory(level=level, name_en=f"Hidden {level}")
    result = ResultFactory(level=level, contact=PersonFactory(level=level), holder=hidden)
    mine = invented_by(ResultFactory(level=level), inventor)
    for subject, owner in (
        (result, None),
        (mine, people["officer"]),
        (ResultFactory(level=level), people["scout"]),
    ):
        project = ProjectFactory(result=subject, owner=owner, level=level)
        _of_project(project, level, people["clinician"].person)
        for file_level in (Level.PUBLIC, Level.NDA, Level.RESTRICTED):
            store(SimpleUploadedFile("a.txt", b"text"), project, file_level, None)
    store(SimpleUploadedFile("a.txt", b"text"), hidden, level, None)
    MatchFactory(result=result, need=NeedFactory(level=level, organisation=scout.organisation), level=level)
    MatchFactory(result=mine, need=NeedFactory(level=level, contact=people["clinician"].person), level=level)
    site = SiteFactory(level=level, manager=people["park_manager"].person)
    saved(Facility(name_en="F", site=site, operator=scout.organisation, kind="line", level=level))
    saved(Provider(organisation=scout.organisation, kind="cro", level=level))
    saved(Policy(name_zh="政策", name_en="Policy", kind="space", valid_from=DAY, level=level))
    saved(Candidate(work_id=f"W{level}", title="Paper", year=2025, score=1, proposed_on=DAY, level=level))
    saved(ImportBatch(kind="needs", file_name="a.csv", by=people["clinician"], level=level))
    landing = saved(Landing(name_en="L", company=scout.organisation, origin="local", level=level))
    saved(LocationEvent(landing=landing, event="land", happened_on=DAY, level=level))
    saved(
        Nda(
            organisation=people["analyst"].person.organisation,
            subject_ids=[str(result.pk)],
            valid_from=DAY,
            valid_to=date(2199, 1, 1),
            level=level,
        )
    )


@pytest.fixture
def population(accounts: dict[str, Any], settings: Any, tmp_path: Any) -> list[Any]:
    settings.MEDIA_ROOT = tmp_path
    for level in Level.values:
        _at_level(level, accounts)
    several = account("scout", username="two-roles")
    RoleFactory(person=several.person, role="officer")
    former = account("analyst", username="former-director")
    RoleFactory(person=former.person, role="director", valid_to=date(2021, 1, 1))
    return [*accounts.values(), several, former, UserFactory(username="without-role", person=None)]


def test_the_population_has_every_model(population: list[Any]) -> None:
    missing = {model.__name__ for model in MODELS if not model._base_manager.exists()}
    assert missing <= {"Decision"}


def test_querysets_and_records_agree_for_every_reader(population: list[Any]) -> None:
    wrong, told_apart = [], 0
    for user in population:
        for model in MODELS:
            rows = list(model._base_manager.all())
            by_row = sorted(row.pk for row in rows if row.visible_to(user))
            by_query = sorted(row.pk for row in model.objects.visible_to(user))
            told_apart += 0 < len(by_row) < len(rows)
            if by_row != by_query:
                wrong.append(f"{user}: {model.__name__}: {len(by_query)} by query, {len(by_row)} by row")
    assert wrong == []
    assert told_apart > len(MODELS)


def test_what_is_shown_never_exceeds_the_access(population: list[Any]) -> None:
    hidden = 0
    for user in population:
        for model in MODELS:
            for row in model._base_manager.all():
                access = row.access_of(user)
                shown = row.shown_to(user)
                for field in model._meta.concrete_fields:
                    level = model.FIELD_LEVELS.get(field.name, 0)
                    names = [
                        field.name,
                        field.attname,
                        *([f"get_{field.name}_display"] if field.choices else []),
                    ]
                    values = [getattr(shown, name) for name in names]
                    if level > access:
                        assert not any(values), (user, model, field.name)  # bilingual names read as ""
                        hidden += 1
                    else:
                        assert getattr(shown, field.attname) == getattr(row, field.attname)
                assert all(model.FIELD_LEVELS[name] > access for name in shown.hidden)
                if access is NOTHING:
                    assert str(shown) == ""
    assert hidden > 100


def test_a_word_that_stands_above_the_reader_is_not_found(population: list[Any], browse: Any) -> None:
    with change(by=None):
        secret = Result.objects.filter(level=Level.PUBLIC).first()
        secret.enabling_description = "zirconiumborate"
        secret.save()
    for who, found in (("scout", 0), ("guest", 0), ("officer", 1), ("director", 1)):
        answer = browse(who).get("/api/v1/results", {"q": "zirconiumborate"}).json()
        assert answer["total"] == found, who


def test_an_organisation_is_listed_once_to_its_own_people(
    population: list[Any], accounts: dict[str, Any]
) -> None:
    scout = accounts["scout"]
    for _ in range(3):
        PersonFactory(organisation=scout.person.organisation)
    ids = list(Organisation.objects.visible_to(scout).values_list("pk", flat=True))
    assert len(ids) == len(set(ids))
