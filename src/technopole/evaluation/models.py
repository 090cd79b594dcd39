"""Evidence for readiness, assessments, reviews, collective decisions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Person, User
from technopole.pipeline.models import OfProject, Result, TransferProject
from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Document


class EvidenceKind(models.TextChoices):
    """What a piece of readiness evidence is."""

    REPORT = "report", _("report")
    DATA = "data", _("data")
    PROTOTYPE = "prototype", _("prototype")
    TEST_REPORT = "test_report", _("test report")
    CLINICAL = "clinical", _("clinical result")
    CUSTOMER = "customer", _("customer trial")
    CERTIFICATE = "certificate", _("certificate")
    PRODUCTION = "production", _("production record")


class EvidenceItem(OfProject):
    """One piece of evidence for one readiness level."""

    READERS: ClassVar = []

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("project")
    )
    readiness_level = models.PositiveSmallIntegerField(_("readiness level"))
    kind = models.CharField(_("kind"), max_length=12, choices=EvidenceKind.choices)
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    dated = models.DateField(_("dated"))
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        ordering: ClassVar = ["readiness_level", "dated"]

    def __str__(self) -> str:
        return self.text("title")


class Assessment(OfProject):
    """A readiness level claimed and the one that the evidence supports, on a scale, on a day."""

    FIELD_LEVELS: ClassVar = {"claimed": Level.TEAM, "reasons": Level.TEAM, "assessor": Level.TEAM}

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("project")
    )
    scale = models.CharField(_("scale"), max_length=20, default="trl")
    claimed = models.PositiveSmallIntegerField(_("claimed"), null=True, blank=True)
    awarded = models.PositiveSmallIntegerField(_("awarded"))
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    pack_version = models.CharField(_("rules"), max_length=40)
    assessed_on = models.DateField(_("assessed on"), default=clock.today)
    assessor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessed by")
    )

    class Meta:
        ordering: ClassVar = ["-assessed_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.scale} {self.awarded}"


class ReviewStatus(models.TextChoices):
    """Where a review stands."""

    ASKED = "asked", _("asked")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Review(OfProject):
    """One reviewer's judgement; who the reviewer is stays restricted."""

    # A declared interest tells who declared it.
    FIELD_LEVELS: ClassVar = {"reviewer": Level.RESTRICTED, "interest": Level.RESTRICTED}

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("project")
    )
    reviewer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.ASKED
    )
    asked_on = models.DateField(_("asked on"), default=clock.today)
    due = models.DateField(_("due"), null=True, blank=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    points = models.JSONField(_("points"), default=dict, blank=True)
    comment_zh = models.TextField(_("comment in Chinese"), max_length=20_000, blank=True)
    comment_en = models.TextField(_("comment in English"), max_length=20_000, blank=True)
    template = models.CharField(_("template"), max_length=60, blank=True)
    interest = models.CharField(_("interest declared"), max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "reviewer"], name="review_once")]

    def __str__(self) -> str:
        return f"{self.project}: {self.status}"

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        if not getattr(user, "is_authenticated", False):
            return []
        return [*super().parts_of(user), (Level.RESTRICTED, Q(reviewer=user.person_id))]


def _cases_to_review(user: Any) -> Any:
    mine = Review._base_manager.filter(reviewer=user.person_id).exclude(status=ReviewStatus.WITHDRAWN)
    return mine.values("project")


# A reviewer reads the case, and only while on it.
TransferProject.READERS.append(lambda user: (Level.TEAM, Q(pk__in=_cases_to_review(user))))
Result.READERS.append(lambda user: (Level.TEAM, Q(projects__in=_cases_to_review(user))))
EvidenceItem.READERS.append(lambda user: (Level.TEAM, Q(project__in=_cases_to_review(user))))


class Outcome(models.TextChoices):
    """What a collective decision decided."""

    PURSUE = "pursue", _("pursue")
    HOLD = "hold", _("hold")
    RELEASE = "release", _("release to the inventor")
    CLOSE = "close", _("close")


class Decision(OfProject):
    """A recorded collective decision; never edited, only followed by another."""

    project = models.ForeignKey(
        TransferProject, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("project")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    held_on = models.DateField(_("held on"))
    attendees = models.ManyToManyField(Person, related_name="decisions_attended", verbose_name=_("attendees"))
    signatories = models.ManyToManyField(
        Person, related_name="decisions_signed", verbose_name=_("signatories")
    )
    recused = models.ManyToManyField(
        Person, related_name="decisions_recused", blank=True, verbose_name=_("recused")
    )
    minutes_zh = models.TextField(_("minutes in Chinese"), max_length=50_000, blank=True)
    minutes_en = models.TextField(_("minutes in English"), max_length=50_000, blank=True)
    reason_zh = models.TextField(_("reason in Chinese"), max_length=10_000, blank=True)
    reason_en = models.TextField(_("reason in English"), max_length=10_000, blank=True)
    basis = models.JSONField(_("what lay before the meeting"), default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["-held_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.project}: {self.outcome} {self.held_on}"
