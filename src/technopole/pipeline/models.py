"""The result, the transfer project that carries it, and the time it spent in each stage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation, Person, RoleName, User, covered_by_nda
from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Record, require_text


class Stage(models.TextChoices):
    """The four steps, and closed."""

    ONBOARDING = "onboarding", _("onboarding")
    EVALUATION = "evaluation", _("evaluation")
    PLANNING = "planning", _("operation planning")
    LANDING = "landing", _("industrial landing")
    CLOSED = "closed", _("closed")


class Disposition(models.TextChoices):
    """What the office decided to do with a project, beside its stage."""

    ACTIVE = "active", _("active")
    HOLD = "hold", _("on hold")
    RELEASED = "released", _("released to the inventor")
    STOPPED = "stopped", _("stopped")
    LANDED = "landed", _("landed")


class ResultKind(models.TextChoices):
    """What kind of thing a result is."""

    INVENTION = "invention", _("invention")
    SOFTWARE = "software", _("software")
    DESIGN = "design", _("design")
    MATERIAL = "material", _("material")
    DATA = "data", _("data")
    KNOW_HOW = "know_how", _("know-how")
    BIOLOGICAL = "biological", _("biological material")


class IpStatus(models.TextChoices):
    """How far its protection is."""

    NONE = "none", _("no protection")
    PLANNED = "planned", _("filing planned")
    FILED = "filed", _("filed")
    PUBLISHED = "published", _("published")
    GRANTED = "granted", _("granted")


class Translation(models.TextChoices):
    """How far a text in the second language can be relied on."""

    MISSING = "missing", _("missing")
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("reviewed")
    SOURCE = "source", _("original")


OWNERS = {RoleName.OFFICER, RoleName.DIRECTOR}


def as_owner(user: User, path: str = "owner") -> Q:
    """Rows of the projects that the user owns; none once the user is no transfer officer any more."""
    return Q(**{path: user}) if user.role_names & OWNERS else Q(pk__in=[])


class Result(Record):
    """What may be transferred: its title, its non-confidential summary and what lies behind them."""

    FIELD_LEVELS: ClassVar = {
        "contact": Level.REGISTERED,
        "ip_status": Level.REGISTERED,
        "patent_numbers": Level.NDA,
        "enabling_description": Level.TEAM,
        "facts": Level.TEAM,
        "requirements": Level.NDA,
    }

    READERS: ClassVar = []

    title_zh = models.CharField(_("title in Chinese"), max_length=500, blank=True)
    title_en = models.CharField(_("title in English"), max_length=500, blank=True)
    summary_zh = models.TextField(_("summary in Chinese"), max_length=20_000, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=20_000, blank=True)
    source_language = models.CharField(
        _("original language"), max_length=2, choices=[("zh", "中文"), ("en", "English")]
    )
    translation_zh = models.CharField(
        _("Chinese text"), max_length=10, choices=Translation.choices, default=Translation.MISSING
    )
    translation_en = models.CharField(
        _("English text"), max_length=10, choices=Translation.choices, default=Translation.MISSING
    )
    problem_zh = models.TextField(_("problem it solves, in Chinese"), max_length=5000, blank=True)
    problem_en = models.TextField(_("problem it solves, in English"), max_length=5000, blank=True)
    advantage_zh = models.TextField(
        _("better than what exists by how much, in Chinese"), max_length=5000, blank=True
    )
    advantage_en = models.TextField(
        _("better than what exists by how much, in English"), max_length=5000, blank=True
    )
    keywords_zh = models.JSONField(_("keywords in Chinese"), default=list, blank=True)
    keywords_en = models.JSONField(_("keywords in English"), default=list, blank=True)
    kind = models.CharField(
        _("kind"), max_length=12, choices=ResultKind.choices, default=ResultKind.INVENTION
    )
    sector = models.CharField(_("sector"), max_length=60, blank=True, db_index=True)
    holder = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="results", verbose_name=_("holder")
    )
    inventors = models.ManyToManyField(
        Person, through="Inventorship", related_name="results", verbose_name=_("inventors")
    )
    contact = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    ip_status = models.CharField(
        _("protection"), max_length=10, choices=IpStatus.choices, default=IpStatus.NONE
    )
    patent_numbers = models.JSONField(_("patent numbers"), default=list, blank=True)
    enabling_description = models.TextField(_("enabling description"), max_length=100_000, blank=True)
    # What compliance gates ask about (human samples, foreign party …) and what a site must offer:
    # both are read by engines, which name what is missing.
    facts = models.JSONField(_("compliance facts"), default=dict, blank=True)
    requirements = models.JSONField(_("requirements on a site"), default=dict, blank=True)
    services_needed = models.JSONField(_("services needed"), default=list, blank=True)
    published_on = models.DateField(_("summary published on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.text("title")

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.text("title")

    def clean(self) -> None:
        """A result has a title in one language at least."""
        require_text(self, "title")

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        if not getattr(user, "is_authenticated", False):
            return []
        return [
            (
                Level.RESTRICTED,
                Q(pk__in=TransferProject._base_manager.filter(as_owner(user)).values("result")),
            ),
            (Level.TEAM, Q(pk__in=Inventorship.objects.filter(person=user.person_id).values("result"))),
            (Level.NDA, Q(pk__in=covered_by_nda(user))),
        ]


class Inventorship(models.Model):
    """Who made the result and in what share (percent); the shares of a result sum to 100."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="inventorships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="inventorships")
    share = models.DecimalField(
        _("share, %"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["result", "person"], name="inventor_once")]
        ordering: ClassVar = ["-share", "pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.share} %"


class DocketCounter(models.Model):
    """The last docket number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class TransferProject(Record):
    """A result on its way through the four steps: who holds it, since when, what is next."""

    # What is next may name the other side of a deal.
    FIELD_LEVELS: ClassVar = dict.fromkeys(
        ("reason_zh", "reason_en", "next_action_zh", "next_action_en", "next_action_due"), Level.TEAM
    )

    PARENT = "result"
    READERS: ClassVar = []

    docket = models.CharField(_("docket number"), max_length=20, unique=True, editable=False)
    result = models.ForeignKey(
        Result, on_delete=models.PROTECT, related_name="projects", verbose_name=_("result")
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.ONBOARDING)
    disposition = models.CharField(
        _("disposition"), max_length=10, choices=Disposition.choices, default=Disposition.ACTIVE
    )
    # In the words of whoever held, released or stopped it.
    reason_zh = models.TextField(_("why, in Chinese"), max_length=5000, blank=True)
    reason_en = models.TextField(_("why, in English"), max_length=5000, blank=True)
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("transfer officer"),
    )
    stage_since = models.DateField(_("in this stage since"), default=clock.today)
    next_action_zh = models.CharField(_("next action in Chinese"), max_length=300, blank=True)
    next_action_en = models.CharField(_("next action in English"), max_length=300, blank=True)
    next_action_due = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["docket"]

    def __str__(self) -> str:
        return self.docket

    @property
    def title(self) -> str:
        """The title of its result."""
        return self.result.title

    @property
    def is_open(self) -> bool:
        """Whether the office still works on it."""
        return self.stage != Stage.CLOSED and self.disposition in (Disposition.ACTIVE, Disposition.HOLD)

    @property
    def days_in_stage(self) -> int:
        """Whole days since it entered the stage."""
        return (clock.today() - self.stage_since).days

    def is_overdue(self, today: date | None = None) -> bool:
        """Whether its next action is past due."""
        due = self.next_action_due
        return self.is_open and due is not None and due < (today or clock.today())

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        if not getattr(user, "is_authenticated", False):
            return []
        return [
            (Level.RESTRICTED, as_owner(user)),
            (Level.TEAM, Q(result__in=Inventorship.objects.filter(person=user.person_id).values("result"))),
        ]


class OfProject(Record):
    """A record that belongs to a project: its officer reads all of it, the inventors what the team reads."""

    PARENT = "project"

    class Meta:
        abstract = True

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        if not getattr(user, "is_authenticated", False):
            return []
        mine = Inventorship.objects.filter(person=user.person_id).values("result")
        return [
            (Level.RESTRICTED, as_owner(user, "project__owner")),
            (Level.TEAM, Q(project__result__in=mine)),
        ]


class StageStay(models.Model):
    """One stay of a project in a stage: when it entered, when and how it left."""

    project = models.ForeignKey(TransferProject, on_delete=models.CASCADE, related_name="stays")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    entered_on = models.DateField()
    left_on = models.DateField(null=True)
    left_for = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["entered_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(left_on__isnull=True), name="one_stage_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.stage}"

    @property
    def days(self) -> int:
        """Whole days in the stage, until today when it is still there."""
        return ((self.left_on or clock.today()) - self.entered_on).days
