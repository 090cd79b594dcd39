"""Shared facilities, and the firms that do services: CRO, CMO, test houses, suppliers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation
from technopole.records.levels import Level
from technopole.records.models import Record
from technopole.resources.sites.models import Site


class Facility(Record):
    """Equipment or a line that others may use."""

    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="facilities", verbose_name=_("site")
    )
    operator = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="facilities", verbose_name=_("operator")
    )
    kind = models.CharField(_("kind"), max_length=60)
    capabilities_zh = models.TextField(_("capabilities in Chinese"), max_length=3000, blank=True)
    capabilities_en = models.TextField(_("capabilities in English"), max_length=3000, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    open_to_outside = models.BooleanField(_("open to outside users"), default=True)
    price_note = models.CharField(_("prices"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["name_en"]
        verbose_name_plural = "facilities"

    def __str__(self) -> str:
        return self.text("name")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.text("name")

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        return [(Level.TEAM, Q(operator=person.organisation_id))] if person else []


class ProviderKind(models.TextChoices):
    """What a provider does for a project."""

    CRO = "cro", _("contract research (CRO)")
    CMO = "cmo", _("contract manufacturing (CMO)")
    TEST_HOUSE = "test_house", _("test house")
    SUPPLIER = "supplier", _("supplier")


class Provider(Record):
    """A service that an organisation offers to projects."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="services", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ProviderKind.choices)
    capabilities_zh = models.TextField(_("capabilities in Chinese"), max_length=3000, blank=True)
    capabilities_en = models.TextField(_("capabilities in English"), max_length=3000, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    certifications = models.JSONField(_("certificates"), default=list, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)
    lead_weeks = models.PositiveSmallIntegerField(_("lead time, weeks"), null=True, blank=True)
    min_order_yuan = models.PositiveBigIntegerField(_("smallest order, yuan"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation__name_en"]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.kind})"

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        return [(Level.TEAM, Q(organisation=person.organisation_id))] if person else []
