"""The five confidentiality levels and what a reader is shown of a record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Who may read: a level per record, a level per field."""

    PUBLIC = 0, _("public")
    REGISTERED = 1, _("registered users")
    NDA = 2, _("under NDA")
    TEAM = 3, _("team")
    RESTRICTED = 4, _("restricted")


NOTHING = -1


def reach_of(user: Any) -> int:
    """The highest level a user reads on records they have no part in."""
    return int(getattr(user, "reach", Level.PUBLIC))


class Shown:
    """A record as one reader may see it: fields above their access read as None and are listed in `hidden`.

    Templates and API schemas are given this, never the bare record.
    """

    def __init__(self, record: Any, access: int) -> None:
        self.record = record
        self.access = access

    @property
    def hidden(self) -> list[str]:
        """The names of the fields that this reader is not shown, for "ask for access"."""
        return sorted(name for name, level in self.record.FIELD_LEVELS.items() if level > self.access)

    def __getattr__(self, name: str) -> Any:
        record = self.__dict__["record"]
        # A field's other names (its key, its label) are as confidential as the field.
        field = name.removeprefix("get_").removesuffix("_display") if name.startswith("get_") else name
        level = record.FIELD_LEVELS.get(field, record.FIELD_LEVELS.get(field.removesuffix("_id"), 0))
        if level > self.__dict__["access"]:
            return None
        return getattr(record, name)

    def text(self, name: str) -> str:
        """The bilingual field in the reader's language, or empty when hidden."""
        if any(getattr(self, f"{name}_{language}") is None for language in ("zh", "en")):
            return ""
        return str(self.record.text(name))

    # Bilingual names that templates read as plain attributes.
    title = property(lambda self: self.text("title"))
    name = property(lambda self: self.text("name"))
    summary = property(lambda self: self.text("summary"))

    def __str__(self) -> str:
        return str(self.record) if self.access >= self.record.level else ""
