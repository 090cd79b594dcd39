"""Districts and the parks in them, with the limits that decide what can land there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.parties.models import Organisation, Person
from technopole.records.levels import Level
from technopole.records.models import Record, require_text


class Region(models.TextChoices):
    """Where a district lies, seen from the region."""

    LOCAL = "local", _("in the region")
    OUTSIDE = "outside", _("elsewhere in the country")
    ABROAD = "abroad", _("abroad")


class District(models.Model):
    """A district, or a place outside the region that a landing may have gone to."""

    key = models.SlugField(primary_key=True, max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    region = models.CharField(max_length=10, choices=Region.choices, default=Region.LOCAL)

    class Meta:
        ordering: ClassVar = ["name_en"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return Record.text(self, "name")  # type: ignore[arg-type]


class Tier(models.TextChoices):
    """The place of a park in the 1+5+X scheme."""

    CORE = "core", _("core (1)")
    FIVE = "five", _("five (5)")
    X = "x", _("further (X)")


class Eia(models.TextChoices):
    """Classes of environmental impact assessment, lightest first."""

    NONE = "none", _("none")
    REGISTRATION = "registration", _("registration form")
    FORM = "form", _("report form")
    REPORT = "report", _("full report")


class CleanClass(models.TextChoices):
    """Clean-room classes, dirtiest first."""

    NONE = "none", _("none")
    ISO8 = "iso8", "ISO 8"
    ISO7 = "iso7", "ISO 7"
    ISO6 = "iso6", "ISO 6"
    ISO5 = "iso5", "ISO 5"


class Site(Record):
    """A park or building: its space and its hard limits."""

    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    tier = models.CharField(_("tier"), max_length=5, choices=Tier.choices, blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="sites", verbose_name=_("district")
    )
    operator = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("operator"),
    )
    manager = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("park manager"),
    )
    positioning_zh = models.TextField(_("positioning in Chinese"), max_length=3000, blank=True)
    positioning_en = models.TextField(_("positioning in English"), max_length=3000, blank=True)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    total_m2 = models.PositiveIntegerField(_("total area, m²"))
    free_m2 = models.PositiveIntegerField(_("free area, m²"))
    min_unit_m2 = models.PositiveIntegerField(_("smallest unit, m²"), default=0)
    floor_load_kn_m2 = models.DecimalField(_("floor load, kN/m²"), max_digits=6, decimal_places=1)
    ceiling_m = models.DecimalField(_("clear height, m"), max_digits=5, decimal_places=1)
    clean_class = models.CharField(
        _("clean room"), max_length=5, choices=CleanClass.choices, default=CleanClass.NONE
    )
    gmp = models.BooleanField("GMP", default=False)
    bsl = models.PositiveSmallIntegerField(_("biosafety level"), default=0)
    power_kva = models.PositiveIntegerField(_("power, kVA"))
    eia_max = models.CharField(_("EIA up to"), max_length=12, choices=Eia.choices, default=Eia.REGISTRATION)
    hazardous = models.BooleanField(_("hazardous materials"), default=False)
    animal = models.BooleanField(_("animal facility"), default=False)
    pilot_line = models.CharField(_("pilot line"), max_length=40, blank=True)
    rent_yuan_m2_month = models.DecimalField(_("rent, yuan per m² and month"), max_digits=8, decimal_places=2)
    policies = models.JSONField(_("policies"), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["tier", "name_en"]

    def __str__(self) -> str:
        return self.text("name")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.text("name")

    def clean(self) -> None:
        """A site has a name, and no more free space than space."""
        require_text(self, "name")
        if self.free_m2 is not None and self.total_m2 is not None and self.free_m2 > self.total_m2:
            raise ValidationError({"free_m2": _("More area is free than there is.")})

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        if person is None:
            return []
        return [(Level.TEAM, Q(manager=person) | Q(operator=person.organisation_id))]
