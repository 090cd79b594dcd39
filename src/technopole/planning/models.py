"""Plans with their milestones, gate answers, and matches with needs, partners and experts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from technopole.parties.models import Organisation, Person, User
from technopole.pipeline.models import Inventorship, OfProject, Result, TransferProject, as_owner
from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Record
from technopole.resources.needs.models import Need
from technopole.wording import Reason


class Route(models.TextChoices):
    """The way by which a result is transferred."""

    ASSIGNMENT = "assignment", _("assignment")
    LICENCE = "licence", _("licence")
    IP_FOR_EQUITY = "ip_for_equity", _("IP for equity")
    SELF = "self_implementation", _("self-implementation")
    JOINT = "joint_implementation", _("joint implementation")
    TEAM = "rights_to_team", _("rights granted to the team")


class Pricing(models.TextChoices):
    """How the price is found."""

    AGREED = "agreed", _("agreed")
    LISTED = "listed", _("listed")
    AUCTIONED = "auctioned", _("auctioned")


class PlanStatus(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")


class Plan(OfProject):
    """Route, pricing, counterparty and business of one project."""

    project = models.OneToOneField(
        TransferProject, on_delete=models.PROTECT, related_name="plan", verbose_name=_("project")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT
    )
    route = models.CharField(_("route"), max_length=22, choices=Route.choices)
    pricing = models.CharField(_("pricing"), max_length=10, choices=Pricing.choices)
    price_minor = models.BigIntegerField(_("price"), null=True, blank=True, validators=[MinValueValidator(0)])
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    counterparty = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("counterparty"),
    )
    business_zh = models.TextField(_("business model in Chinese"), max_length=20_000, blank=True)
    business_en = models.TextField(_("business model in English"), max_length=20_000, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )

    def __str__(self) -> str:
        return f"{self.project}: {self.route}"


class Milestone(OfProject):
    """A dated step of a plan."""

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("project")
    )
    title_zh = models.CharField(_("title in Chinese"), max_length=300, blank=True)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    due = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due"]

    def __str__(self) -> str:
        return self.text("title")


class GateResult(models.TextChoices):
    """What an approver found at a compliance gate; advice that is recorded, not a verdict of law."""

    CLEAR = "clear", _("clear")
    REPORT = "report", _("reported")
    PERMIT = "permit", _("permit held")
    REVIEW = "review", _("review passed")
    PROHIBITED = "prohibited", _("prohibited")


class GateAnswer(OfProject):
    """An approver's answer at one gate of one project."""

    project = models.ForeignKey(
        TransferProject, on_delete=models.CASCADE, related_name="gate_answers", verbose_name=_("project")
    )
    gate = models.CharField(_("gate"), max_length=40)
    result = models.CharField(
        pgettext_lazy("compliance gate", "result"), max_length=10, choices=GateResult.choices
    )
    approver = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    answered_on = models.DateField(_("answered on"), default=clock.today)
    expires = models.DateField(_("expires"), null=True, blank=True)
    note_zh = models.TextField(_("note in Chinese"), max_length=5000, blank=True)
    note_en = models.TextField(_("note in English"), max_length=5000, blank=True)

    class Meta:
        ordering: ClassVar = ["gate"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "gate"], name="one_answer_a_gate")
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.gate} {self.result}"


class MatchStatus(models.TextChoices):
    """How far a match has come."""

    SUGGESTED = "suggested", _("suggested")
    VIEWED = "viewed", _("viewed")
    INTERESTED = "interested", _("interested")
    MET = "met", _("met")
    DILIGENCE = "diligence", _("due diligence")
    DEAL = "deal", _("deal")
    DECLINED = "declined", _("declined")


class DeclineReason(models.TextChoices):
    """Why a match was declined; fed back to the office."""

    PRICE = "price", _("price")
    TOO_EARLY = "too_early", _("too early")
    NO_CAPACITY = "no_capacity", _("no capacity")
    IP_UNCLEAR = "ip_unclear", _("rights unclear")
    NOT_BETTER = "not_better", _("not better than what we have")
    OTHER = "other", _("other")


class Match(Record):
    """A result and the need, partner or expert that the engine set beside it, with reasons and the answer."""

    PARENT = "result"
    # What one side said of the other is between them and the office.
    FIELD_LEVELS: ClassVar = dict.fromkeys(("decline_reason", "note_zh", "note_en"), Level.TEAM)

    result = models.ForeignKey(
        Result, on_delete=models.CASCADE, related_name="matches", verbose_name=_("result")
    )
    need = models.ForeignKey(
        Need, on_delete=models.CASCADE, null=True, blank=True, related_name="matches", verbose_name=_("need")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="matches",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="matches",
        verbose_name=_("person"),
    )
    rank = models.PositiveIntegerField(_("rank"))
    score = models.FloatField(_("score"))
    close = models.BooleanField(pgettext_lazy("match", "close"))
    cross_language = models.BooleanField(_("across languages"), default=False)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    computed_on = models.DateField(_("computed on"), default=clock.today)
    embedder = models.CharField(_("language model"), max_length=100)
    status = models.CharField(
        _("status"), max_length=10, choices=MatchStatus.choices, default=MatchStatus.SUGGESTED
    )
    decline_reason = models.CharField(
        _("why declined"), max_length=12, choices=DeclineReason.choices, blank=True
    )
    note_zh = models.TextField(_("note in Chinese"), max_length=5000, blank=True)
    note_en = models.TextField(_("note in English"), max_length=5000, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        ordering: ClassVar = ["rank"]
        verbose_name_plural = "matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "need"], name="match_need_once"),
            models.UniqueConstraint(fields=["result", "organisation"], name="match_partner_once"),
            models.UniqueConstraint(fields=["result", "person"], name="match_expert_once"),
            models.CheckConstraint(
                condition=(
                    Q(need__isnull=False, organisation__isnull=True, person__isnull=True)
                    | Q(need__isnull=True, organisation__isnull=False, person__isnull=True)
                    | Q(need__isnull=True, organisation__isnull=True, person__isnull=False)
                ),
                name="match_one_partner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result} ↔ {self.partner}"

    @property
    def partner(self) -> Need | Organisation | Person | None:
        """The need, the organisation or the person."""
        return self.need or self.organisation or self.person

    @property
    def why(self) -> list[Reason]:
        """The reasons, to be worded in the reader's language."""
        return [Reason.from_dict(reason) for reason in self.reasons]

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person", None)
        if person is None:
            return []
        mine = Inventorship.objects.filter(person=person).values("result")
        return [
            (
                Level.RESTRICTED,
                Q(result__in=TransferProject._base_manager.filter(as_owner(user)).values("result")),
            ),
            (Level.TEAM, Q(result__in=mine)),
            (Level.TEAM, Q(need__in=Need._base_manager.filter(organisation=person.organisation_id))),
            (Level.TEAM, Q(organisation=person.organisation_id)),
        ]
