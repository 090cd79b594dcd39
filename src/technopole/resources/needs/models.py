"""Needs: what a company or a clinic asks for, in its own words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation, Person
from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Record


class NeedKind(models.TextChoices):
    """Who asks."""

    COMPANY = "company", _("company need")
    CLINICAL = "clinical", _("clinical need")


class NeedStatus(models.TextChoices):
    """Whether it still waits for an answer."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Need(Record):
    """One need; its text stands in the language in which it was written."""

    FIELD_LEVELS: ClassVar = {"contact": Level.REGISTERED, "budget_yuan": Level.REGISTERED}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="needs", verbose_name=_("organisation")
    )
    contact = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("contact"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NeedKind.choices, default=NeedKind.COMPANY)
    language = models.CharField(_("language"), max_length=2, choices=[("zh", "中文"), ("en", "English")])
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("what is needed"), max_length=20_000)
    sector = models.CharField(_("sector"), max_length=60, blank=True, db_index=True)
    min_trl = models.PositiveSmallIntegerField(_("lowest readiness accepted"), null=True, blank=True)
    budget_yuan = models.PositiveBigIntegerField(_("budget, yuan"), null=True, blank=True)
    deadline = models.DateField(_("answer wanted by"), null=True, blank=True)
    posted_on = models.DateField(_("posted on"), default=clock.today)
    status = models.CharField(_("status"), max_length=10, choices=NeedStatus.choices, default=NeedStatus.OPEN)

    class Meta:
        ordering: ClassVar = ["-posted_on", "title"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        if person is None:
            return []
        return [(Level.TEAM, Q(contact=person) | Q(organisation=person.organisation_id))]
