"""Disclosures, candidates that the evidence proposes, and bulk imports."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import User
from technopole.pipeline.models import OfProject, TransferProject
from technopole.records.levels import Level
from technopole.records.models import Document, Record


class DisclosureStatus(models.TextChoices):
    """Where a disclosure stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned for completion")
    ACCEPTED = "accepted", _("accepted")


class Disclosure(OfProject):
    """The inventor's statement of a result: what a summary leaves out."""

    project = models.OneToOneField(
        TransferProject, on_delete=models.PROTECT, related_name="disclosure", verbose_name=_("project")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=DisclosureStatus.choices, default=DisclosureStatus.DRAFT
    )
    conceived_on = models.DateField(_("conceived on"), null=True, blank=True)
    reduced_to_practice_on = models.DateField(_("first reduced to practice on"), null=True, blank=True)
    first_written_on = models.DateField(_("first written record on"), null=True, blank=True)
    filed_on = models.DateField(_("first application filed on"), null=True, blank=True)
    claimed_level = models.PositiveSmallIntegerField(_("readiness claimed"), null=True, blank=True)
    # [{"kind": "paper", "on": "2026-12-01"}]: what the publication alarm reads.
    planned_publications = models.JSONField(_("planned publications"), default=list, blank=True)
    past_publications = models.JSONField(_("past publications"), default=list, blank=True)
    funding = models.JSONField(_("funding"), default=list, blank=True)
    materials = models.TextField(_("third-party materials (MTA)"), max_length=5000, blank=True)
    software_licences = models.JSONField(_("software licences"), default=list, blank=True)
    approvals = models.TextField(
        _("ethics, animal and genetic-resource approvals"), max_length=5000, blank=True
    )
    prior_art = models.TextField(_("prior art known"), max_length=20_000, blank=True)
    targets = models.TextField(_("target fields and companies"), max_length=5000, blank=True)
    interests = models.TextField(_("statement of interests"), max_length=5000, blank=True)
    facilities_used = models.TextField(_("facilities used"), max_length=5000, blank=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    returned_zh = models.TextField(_("why returned, in Chinese"), max_length=5000, blank=True)
    returned_en = models.TextField(_("why returned, in English"), max_length=5000, blank=True)
    inventor_tick = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("inventor agrees"),
    )
    officer_tick = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("officer agrees"),
    )

    def __str__(self) -> str:
        return str(self.project)


class CandidateStatus(models.TextChoices):
    """What the office did with a proposed paper; a real paper goes no further than here."""

    PROPOSED = "proposed", _("proposed")
    INVITED = "invited", _("authors invited")
    DISMISSED = "dismissed", _("dismissed")


class Candidate(Record):
    """A published paper worth asking its authors about, with the reasons; evidence, not a decision."""

    work_id = models.CharField(max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=1000)
    doi = models.CharField("DOI", max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    institutions = models.JSONField(_("institutions"), default=list, blank=True)
    authors = models.JSONField(_("authors"), default=list, blank=True)
    score = models.FloatField(_("score"))
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    proposed_on = models.DateField(_("proposed on"))
    status = models.CharField(
        _("status"), max_length=10, choices=CandidateStatus.choices, default=CandidateStatus.PROPOSED
    )
    answer = models.CharField(_("why"), max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar = ["-score", "work_id"]

    def __str__(self) -> str:
        return self.title


class ImportBatch(Record):
    """One spreadsheet taken in: who, when, which columns became which fields, how many rows."""

    kind = models.CharField(
        max_length=10, choices=[("results", _("results")), ("needs", _("needs")), ("sites", _("sites"))]
    )
    file = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200)
    mapping = models.JSONField(default=dict, blank=True)
    rows = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    saved = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="imports")

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name_plural = "import batches"

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        return [(Level.TEAM, Q(by=user))] if getattr(user, "is_authenticated", False) else []
