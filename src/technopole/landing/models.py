"""Sites chosen for a project, and landings with the location history from which their mode follows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from technopole.parties.models import Organisation
from technopole.pipeline.models import Inventorship, TransferProject, as_owner
from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Record
from technopole.resources.sites.models import District, Site
from technopole.wording import Reason


class SiteStatus(models.TextChoices):
    """How far a project and a site have come."""

    SHORTLISTED = "shortlisted", _("shortlisted")
    VISITED = "visited", _("visited")
    OFFERED = "offered", _("offered")
    SIGNED = "signed", _("signed")
    BUILT = "built", _("built")
    PRODUCING = "producing", _("producing")
    REFUSED = "refused", _("refused")


class SiteChoice(Record):
    """A site under consideration for a project, with what the fit said on that day."""

    # The reasons quote what the result asks of a site.
    FIELD_LEVELS: ClassVar = dict.fromkeys(("reasons", "note_zh", "note_en"), Level.TEAM)

    PARENT = "project"

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="site_choices", verbose_name=_("project")
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="choices", verbose_name=_("site"))
    status = models.CharField(
        _("status"), max_length=12, choices=SiteStatus.choices, default=SiteStatus.SHORTLISTED
    )
    since = models.DateField(_("since"), default=clock.today)
    eligible = models.BooleanField(_("meets every hard requirement"))
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    note_zh = models.TextField(_("note in Chinese"), max_length=5000, blank=True)
    note_en = models.TextField(_("note in English"), max_length=5000, blank=True)

    class Meta:
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "site"], name="site_once_a_project")
        ]

    def __str__(self) -> str:
        return f"{self.project} → {self.site}: {self.status}"

    @property
    def why(self) -> list[Reason]:
        """Blockers and reasons, to be worded in the reader's language."""
        return [Reason.from_dict(reason) for reason in self.reasons]

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        if person is None:
            return []
        mine = Inventorship.objects.filter(person=person).values("result")
        return [
            (Level.RESTRICTED, as_owner(user, "project__owner")),
            (Level.TEAM, Q(project__result__in=mine)),
            (Level.TEAM, Q(site__manager=person)),
        ]


class Origin(models.TextChoices):
    """Where a firm or project came from."""

    LOCAL = "local", _("local")
    REGION = "region", _("same region")
    OUTSIDE = "outside", _("elsewhere in the country")
    ABROAD = "abroad", _("abroad")


class Landing(Record):
    """A project or firm that settles; its mode is derived from its events, never typed."""

    name_zh = models.CharField(_("name in Chinese"), max_length=300, blank=True)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    company = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="landings", verbose_name=_("company")
    )
    project = models.ForeignKey(
        TransferProject,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="landings",
        verbose_name=_("project"),
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)

    class Meta:
        ordering: ClassVar = ["name_en"]

    def __str__(self) -> str:
        return self.text("name")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.text("name")

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        return [(Level.TEAM, Q(company=person.organisation_id))] if person else []


class LocationEventKind(models.TextChoices):
    """What happened at a place."""

    RD = "rd", _("research and development")
    LAND = "land", pgettext_lazy("event", "landed")
    MOVE_OUT = "move_out", _("moved out")
    RETURN = "return", _("returned")
    EXPAND = "expand", _("expanded")


class LocationEvent(Record):
    """One event of a landing's location history."""

    PARENT = "landing"

    landing = models.ForeignKey(
        Landing, on_delete=models.CASCADE, related_name="events", verbose_name=_("landing")
    )
    event = models.CharField(_("event"), max_length=10, choices=LocationEventKind.choices)
    happened_on = models.DateField(_("on"), null=True, blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("district")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("site")
    )
    note_zh = models.CharField(_("note in Chinese"), max_length=500, blank=True)
    note_en = models.CharField(_("note in English"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["happened_on", "created_at"]

    def __str__(self) -> str:
        return f"{self.landing}: {self.event} {self.happened_on}"
