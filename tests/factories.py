"""Records for tests: small, valid, each saved inside a change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from technopole.onboarding.models import Disclosure
from technopole.parties.models import Organisation, OrganisationKind, Person, Role, User
from technopole.pipeline.models import Inventorship, Result, StageStay, TransferProject
from technopole.planning.models import Match, Milestone
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import District, Site


class RecordFactory(DjangoModelFactory):
    """Saves whole, in the name of the system."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        with change(by=None, why="test"):
            return super()._create(model_class, *args, **kwargs)


class OrganisationFactory(RecordFactory):
    class Meta:
        model = Organisation

    name_zh = factory.Sequence(lambda n: f"机构{n}")
    name_en = factory.Sequence(lambda n: f"Organisation {n}")
    kind = OrganisationKind.UNIVERSITY
    level = Level.PUBLIC


class PersonFactory(RecordFactory):
    class Meta:
        model = Person

    name_zh = factory.Sequence(lambda n: f"人员{n}")
    name_en = factory.Sequence(lambda n: f"Person {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    level = Level.PUBLIC


class RoleFactory(RecordFactory):
    class Meta:
        model = Role

    person = factory.SubFactory(PersonFactory)
    role = "officer"
    valid_from = date(2020, 1, 1)
    level = Level.REGISTERED


class UserFactory(DjangoModelFactory):
    """An account with a person."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    person = factory.SubFactory(PersonFactory)
    language = "en"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        password = kwargs.pop("password", "a-password-for-tests")
        return User.objects.create_user(*args, password=password, **kwargs)


def account(role: str, **fields: Any) -> User:
    """An account whose person holds the role."""
    made = UserFactory(username=fields.pop("username", role), **fields)
    RoleFactory(person=made.person, role=role)
    return made


class ResultFactory(RecordFactory):
    """A published result; ``level=Level.TEAM`` makes it unpublished."""

    class Meta:
        model = Result

    title_zh = factory.Sequence(lambda n: f"成果{n}")
    title_en = factory.Sequence(lambda n: f"Result {n}")
    summary_zh = "一段可公开的摘要。"
    summary_en = "A summary that everyone may read."
    source_language = "zh"
    sector = "mems"
    holder = factory.SubFactory(OrganisationFactory)
    level = Level.PUBLIC
    published_on = date(2026, 6, 1)


class ProjectFactory(RecordFactory):
    """A transfer project with its first stay; ``stage_since`` sets its clock."""

    class Meta:
        model = TransferProject
        skip_postgeneration_save = True

    docket = factory.Sequence(lambda n: f"TP-2026-{n + 1:04d}")
    result = factory.SubFactory(ResultFactory)
    stage_since = factory.LazyFunction(clock.today)
    level = Level.REGISTERED

    @factory.post_generation
    def stay(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """The stay that is under way."""
        StageStay.objects.create(project=self, stage=self.stage, entered_on=self.stage_since)  # type: ignore[misc]


class DisclosureFactory(RecordFactory):
    class Meta:
        model = Disclosure

    project = factory.SubFactory(ProjectFactory)


class MilestoneFactory(RecordFactory):
    class Meta:
        model = Milestone

    project = factory.SubFactory(ProjectFactory)
    title_zh = "签订意向书"
    title_en = "Sign the letter of intent"
    due = factory.LazyFunction(clock.today)


class NeedFactory(RecordFactory):
    class Meta:
        model = Need

    organisation = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.COMPANY)
    language = "zh"
    title = factory.Sequence(lambda n: f"需求{n}")
    description = "我们需要一种低功耗的压力传感器。"
    sector = "mems"
    level = Level.PUBLIC


class MatchFactory(RecordFactory):
    class Meta:
        model = Match

    result = factory.SubFactory(ResultFactory)
    need = factory.SubFactory(NeedFactory)
    rank = 1
    score = 0.8
    close = True
    embedder = "test"
    level = Level.REGISTERED


class DistrictFactory(DjangoModelFactory):
    class Meta:
        model = District
        django_get_or_create = ("key",)

    key = "pudong"
    name_zh = "浦东新区"
    name_en = "Pudong"


class SiteFactory(RecordFactory):
    """A roomy park that nothing of an ordinary result is too much for."""

    class Meta:
        model = Site

    name_zh = factory.Sequence(lambda n: f"园区{n}")
    name_en = factory.Sequence(lambda n: f"Park {n}")
    district = factory.SubFactory(DistrictFactory)
    sectors = ("mems",)
    total_m2 = 10_000
    free_m2 = 5_000
    floor_load_kn_m2 = Decimal("10.0")
    ceiling_m = Decimal("6.0")
    clean_class = "iso6"
    power_kva = 2_000
    rent_yuan_m2_month = Decimal("60.00")
    level = Level.PUBLIC


def invented_by(result: Result, *people: Person) -> Result:
    """The result with these inventors, in equal shares."""
    for person in people:
        share = (Decimal(100) / len(people)).quantize(Decimal("0.001"))
        Inventorship.objects.create(result=result, person=person, share=share)
    return result
