"""Organisations, people, their roles and accounts, non-disclosure agreements, tokens, the audit trail."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from technopole.records import clock
from technopole.records.levels import Level
from technopole.records.models import Document, Record


class OrganisationKind(models.TextChoices):
    """What an organisation is to the office."""

    UNIVERSITY = "university", _("university")
    HOSPITAL = "hospital", _("hospital")
    INSTITUTE = "institute", _("research institute")
    COMPANY = "company", _("company")
    PARK_OPERATOR = "park_operator", _("park operator")
    PLATFORM = "platform", _("platform")
    OFFICE = "office", _("transfer office")
    PUBLIC = "public", _("public body")
    OTHER = "other", _("other")


class Organisation(Record):
    """A legal body or a unit that acts like one."""

    name_zh = models.CharField(_("name in Chinese"), max_length=300, blank=True)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    sector = models.CharField(_("sector"), max_length=60, blank=True)
    district = models.CharField(_("district"), max_length=60, blank=True)
    founded = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    size = models.CharField(_("size"), max_length=10, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    about_zh = models.TextField(_("about, in Chinese"), max_length=5000, blank=True)
    about_en = models.TextField(_("about, in English"), max_length=5000, blank=True)
    ror = models.CharField("ROR", max_length=40, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["name_en", "name_zh"]

    def __str__(self) -> str:
        return self.text("name")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.text("name")

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        person = getattr(user, "person_id", None)
        return (
            [(Level.TEAM, Q(pk__in=Person._base_manager.filter(pk=person).values("organisation")))]
            if person
            else []
        )


class Person(Record):
    """Somebody the office deals with; an account is separate."""

    FIELD_LEVELS: ClassVar = {"email": Level.REGISTERED, "phone": Level.NDA}

    name_zh = models.CharField(_("name in Chinese"), max_length=100, blank=True)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="people", verbose_name=_("organisation")
    )
    unit = models.CharField(_("department"), max_length=200, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    expertise_zh = models.TextField(_("expertise, in Chinese"), max_length=3000, blank=True)
    expertise_en = models.TextField(_("expertise, in English"), max_length=3000, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    orcid = models.CharField("ORCID", max_length=19, blank=True)
    coauthors = models.ManyToManyField("self", blank=True, verbose_name=_("co-authors"))

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
        person = getattr(user, "person_id", None)
        return [(Level.TEAM, Q(pk=person))] if person else []


class RoleName(models.TextChoices):
    """The roles of the portal; a visitor without an account is a guest."""

    DIRECTOR = "director", _("office director")
    OFFICER = "officer", _("transfer officer")
    RESEARCHER = "researcher", _("researcher")
    CLINICIAN = "clinician", _("clinician")
    SCOUT = "scout", _("company scout")
    PARK_MANAGER = "park_manager", _("park manager")
    APPROVER = "approver", _("approver")
    ANALYST = "analyst", _("analyst")


GUEST = "guest"
# How far each role reads records it has no part in.
REACH: dict[str, int] = {
    RoleName.DIRECTOR: Level.RESTRICTED,
    RoleName.OFFICER: Level.TEAM,
    RoleName.APPROVER: Level.TEAM,
    RoleName.RESEARCHER: Level.REGISTERED,
    RoleName.CLINICIAN: Level.REGISTERED,
    RoleName.SCOUT: Level.REGISTERED,
    RoleName.PARK_MANAGER: Level.REGISTERED,
    RoleName.ANALYST: Level.REGISTERED,
}


class Role(Record):
    """A role that a person holds, from a date until a date."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=RoleName.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="role_dates",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class User(AbstractUser):
    """An account; what it may do follows from the roles of its person today."""

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    language = models.CharField(max_length=10, default="zh-hans", choices=settings.LANGUAGES)
    is_sample = models.BooleanField(default=False)

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles held today."""
        if self.person_id is None:
            return frozenset()
        today = clock.today()
        held = Role.objects.filter(person=self.person_id, valid_from__lte=today)
        return frozenset(held.exclude(valid_to__lt=today).values_list("role", flat=True))

    @cached_property
    def reach(self) -> int:
        """The highest level this user reads on records they have no part in."""
        return max((int(REACH[role]) for role in self.role_names), default=int(Level.REGISTERED))

    @property
    def display_name(self) -> str:
        """The person's name in the reader's language, else the account's."""
        return str(self.person) if self.person else self.get_username()


class Nda(Record):
    """A non-disclosure agreement: an organisation may read named results up to level 2 between two dates."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="ndas", verbose_name=_("organisation")
    )
    subject_ids = models.JSONField(_("results covered"), default=list, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    signed_file = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("signed file")
    )

    def __str__(self) -> str:
        return f"NDA {self.organisation} {self.valid_from}–{self.valid_to}"

    def clean(self) -> None:
        """An agreement cannot end before it begins."""
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The agreement ends before it begins.")})


def covered_by_nda(user: Any) -> list[str]:
    """Ids of the results that the user's organisation may read under an agreement in force today."""
    person = getattr(user, "person", None)
    if person is None:
        return []
    today = clock.today()
    in_force = Nda.objects.filter(
        organisation=person.organisation_id, valid_from__lte=today, valid_to__gte=today
    )
    return [identifier for row in in_force.values_list("subject_ids", flat=True) for identifier in row]


class ApiToken(models.Model):
    """A bearer token for the API; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    last_used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One line of the append-only, hash-chained trail: decisions, level changes, reading at level 2 and above."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, db_index=True)
    detail = models.JSONField(default=dict, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append only."""
        if not self._state.adding:
            raise ValidationError(_("The audit trail is never edited."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Append only."""
        raise ValidationError(_("The audit trail is never edited."))

    def content_digest(self) -> str:
        """SHA-256 over the entry's content and the digest before it."""
        content = [
            self.number,
            self.at.isoformat(),
            self.actor,
            self.action,
            self.subject,
            self.detail,
            self.previous,
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def audit(actor: Any, action: str, subject: Record, **detail: Any) -> AuditEntry:
    """Append one entry to the trail."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Writers wait here for each other, so no two entries follow the same one; readers go on.
            # On SQLite a writer has the whole database to itself anyway.
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        last = AuditEntry.objects.order_by("-number").first()
        entry = AuditEntry(
            number=last.number + 1 if last else 1,
            at=clock.now(),
            actor=getattr(actor, "username", "") or GUEST,
            action=action,
            subject=f"{subject._meta.label_lower}:{subject.pk}",
            detail=detail,
            previous=last.digest if last else "",
        )
        entry.digest = entry.content_digest()
        entry.save()
    return entry


def broken_entries() -> list[int]:
    """Numbers of the entries whose digest or link does not hold; empty when the trail is whole."""
    broken, previous = [], ""
    for entry in AuditEntry.objects.order_by("number").iterator():
        if entry.previous != previous or entry.digest != entry.content_digest():
            broken.append(entry.number)
        previous = entry.digest
    return broken
