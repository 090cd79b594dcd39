"""Policies that support a project: what, by whom, from when until when, on which conditions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from technopole.records.models import Record


class Policy(Record):
    """One dated policy."""

    name_zh = models.CharField(_("name in Chinese"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)
    issuer_zh = models.CharField(_("issuer in Chinese"), max_length=200, blank=True)
    issuer_en = models.CharField(_("issuer in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20)
    sectors = models.JSONField(_("sectors"), default=list, blank=True)
    districts = models.JSONField(_("districts"), default=list, blank=True)
    benefit_zh = models.TextField(_("benefit in Chinese"), max_length=3000, blank=True)
    benefit_en = models.TextField(_("benefit in English"), max_length=3000, blank=True)
    conditions_zh = models.TextField(_("conditions in Chinese"), max_length=3000, blank=True)
    conditions_en = models.TextField(_("conditions in English"), max_length=3000, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["valid_from"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.text("name")
