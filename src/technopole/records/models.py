"""The base of every record, and the documents that any record may carry."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, Self, cast

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from uuid6 import uuid7

from technopole.records import change, clock
from technopole.records.levels import NOTHING, Level, Shown, reach_of
from technopole.wording import language_code


class Stale(Exception):
    """Somebody else changed the record since it was read; nothing was saved."""


def new_id() -> uuid.UUID:
    """A time-ordered identifier (UUID version 7)."""
    return uuid.UUID(bytes=uuid7().bytes)


class VisibleQuerySet(models.QuerySet):
    """Rows that a reader may know of."""

    def visible_to(self, user: Any) -> Self:
        """Rows whose level is within the reader's access to them; equals `Record.visible_to`."""
        reach, model = reach_of(user), cast("type[Record]", self.model)
        allowed = Q(level__lte=reach)
        for access, part in model.readings_of(user):
            if access > reach:
                allowed |= part & Q(level__lte=access)
        parent = model.PARENT
        if parent:
            above: Any = model._meta.get_field(parent).related_model
            whole = above.objects.visible_to(user)
            allowed &= Q(**{f"{parent}__in": whole}) | Q(**{f"{parent}__isnull": True})
        return self.filter(allowed)


class Record(models.Model):
    """Identity, version, confidentiality level and history of everything the office keeps."""

    FIELD_LEVELS: ClassVar[dict[str, int]] = {}
    # The record that this one belongs to: who may not know of that one may not know of this one.
    PARENT: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(
        _("natural key"), max_length=100, unique=True, null=True, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    level = models.PositiveSmallIntegerField(_("confidentiality"), choices=Level.choices, default=Level.TEAM)
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords(inherit=True)

    objects = models.Manager.from_queryset(VisibleQuerySet)()

    class Meta:
        abstract = True

    # Who else may read, without the record becoming their own: later steps add theirs (a reviewer
    # reads the case). Each gives (access, rows it covers) for a user.
    READERS: ClassVar[list[Callable[[Any], tuple[int, Q]]]] = []

    @classmethod
    def parts_of(cls, user: Any) -> list[tuple[int, Q]]:
        """Where the user has a part: (access that the part gives, rows it covers)."""
        return []

    @classmethod
    def readings_of(cls, user: Any) -> list[tuple[int, Q]]:
        """The user's parts, and what the user may read without having one."""
        if not getattr(user, "is_authenticated", False):
            return []
        return [*cls.parts_of(user), *(grant(user) for grant in cls.READERS)]

    def access_of(self, user: Any) -> int:
        """The highest level that the user reads on this record; `NOTHING` when the row itself is above it."""
        access = reach_of(user)
        if self.pk:
            for given, part in type(self).readings_of(user):
                if given > access and type(self)._base_manager.filter(part, pk=self.pk).exists():
                    access = given
        parent = getattr(self, self.PARENT) if self.PARENT else None
        if parent is not None and not parent.visible_to(user):
            return NOTHING
        return access if access >= self.level else NOTHING

    def visible_to(self, user: Any) -> bool:
        """Whether the user may know that this record exists."""
        if reach_of(user) < self.level:
            return self.access_of(user) >= self.level
        parent = getattr(self, self.PARENT) if self.PARENT else None
        return parent is None or bool(parent.visible_to(user))

    def shown_to(self, user: Any) -> Shown:
        """The record as this reader may see it."""
        return Shown(self, self.access_of(user))

    def is_own(self, user: Any) -> bool:
        """Whether the policy's "own" covers the user for this record: somebody with a part in it."""
        if not getattr(user, "is_authenticated", False):
            return False
        return any(
            access >= Level.TEAM and type(self)._base_manager.filter(part, pk=self.pk).exists()
            for access, part in type(self).parts_of(user)
        )

    def text(self, name: str, language: str | None = None) -> str:
        """A bilingual field in the wanted language, else in the one that is written."""
        wanted = language_code(language or get_language() or "en")
        other = "en" if wanted == "zh" else "zh"
        return str(getattr(self, f"{name}_{wanted}") or getattr(self, f"{name}_{other}") or "")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Validate, refuse a stale copy, write the history row."""
        change.current()
        self._check()
        if not self._state.adding:
            rows = type(self)._base_manager.filter(pk=self.pk, version=self.version)
            if not rows.update(version=self.version + 1):
                raise Stale(str(self.pk))
            self.version += 1
        super().save(*args, **kwargs)

    def _check(self) -> None:
        """What `full_clean` checks, less one query for each foreign key: the database refuses a wrong one."""
        foreign = {field.name for field in self._meta.concrete_fields if field.is_relation}
        self.clean_fields(exclude=foreign)
        missing = {
            field.name: field.error_messages["null"]
            for field in self._meta.concrete_fields
            if field.is_relation and not field.null and getattr(self, field.attname) is None
        }
        if missing:
            raise ValidationError(missing)
        self.clean()
        self.validate_unique(exclude={"id"} if self.key else {"id", "key"})
        if self._meta.constraints:
            self.validate_constraints()


class DocumentQuerySet(VisibleQuerySet):
    """Documents that a reader may know of."""

    def visible_to(self, user: Any) -> Self:
        """Documents within the reader's access to their subject; equals `Document.visible_to`."""
        reach = reach_of(user)
        allowed = Q(pk__in=[])
        kinds = self.order_by().values("subject_type")
        for content_type in ContentType.objects.filter(pk__in=kinds):
            model: Any = content_type.model_class()
            if model is None:
                continue  # files of a kind of record that is no longer kept
            subjects = model.objects.visible_to(user)
            within = Q(level__lte=reach, subject_id__in=subjects.values("pk"))
            for access, part in model.readings_of(user):
                if access > reach:
                    within |= Q(level__lte=access, subject_id__in=subjects.filter(part).values("pk"))
            allowed |= Q(subject_type=content_type) & within
        return self.filter(allowed)


class Document(Record):
    """A file that belongs to a record; stored by SHA-256, served only through permission."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    subject_id = models.UUIDField()
    subject = GenericForeignKey("subject_type", "subject_id")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects: ClassVar = models.Manager.from_queryset(DocumentQuerySet)()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A document belongs to a record, not to another document."""
        if self.subject_type_id and self.subject_type.model_class() is Document:
            raise ValidationError({"subject_type": _("A document belongs to a record.")})

    def access_of(self, user: Any) -> int:
        """A document is read by those whose access to its subject reaches its level."""
        subject = self.subject
        access = int(subject.access_of(user)) if subject is not None else NOTHING
        return access if access >= self.level else NOTHING

    def visible_to(self, user: Any) -> bool:
        """Its own level is not enough: its subject must be the reader's to know too."""
        return self.access_of(user) >= self.level

    def is_own(self, user: Any) -> bool:
        """A document is one's own when its subject is."""
        return self.subject is not None and bool(self.subject.is_own(user))


def require_text(record: Record, name: str) -> None:
    """A bilingual field needs at least one language.

    Raises
    ------
    ValidationError
        Both languages are empty.
    """
    if not getattr(record, f"{name}_zh") and not getattr(record, f"{name}_en"):
        raise ValidationError({f"{name}_zh": _("Write it in Chinese or in English.")})
