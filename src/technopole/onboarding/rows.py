"""The rows of the disclosure form: inventors with shares, publications, funding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from technopole.onboarding.engine.publication import kind_words
from technopole.onboarding.fields import DayField, line
from technopole.parties.models import Person
from technopole.wording import language_code

PUBLICATION_KINDS = (
    "paper", "preprint", "poster", "talk", "thesis", "offer", "exhibition",
    "recognised_exhibition", "prescribed_meeting", "leak", "national_emergency",
)  # fmt: skip
BLANK_ROWS, MOST_ROWS = 2, 60


class _Row(forms.Form):
    """One of several rows; a blank row counts for nothing, a half-filled one says what it lacks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A row that is left as it was drawn (oneself, 100 %) counts like one that was typed.
        super().__init__(*args, **{**kwargs, "label_suffix": "", "empty_permitted": False})

    @property
    def is_blank(self) -> bool:
        """Whether nothing was entered in the row."""
        return not any(self[name].value() not in (None, "") for name in self.wanted)

    wanted: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """All or nothing."""
        given = super().clean() or {}
        if not self.is_blank:
            for name in self.wanted:
                if given.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("Fill this in, or clear the whole row."))
        return given


@dataclass(frozen=True)
class People:
    """Whom the reader may name as inventor: the rows, and the choices read from them once."""

    rows: Any
    choices: list[tuple[Any, str]]

    @classmethod
    def known_to(cls, user: Any) -> People:
        """Everybody whom the reader may know of, by name."""
        rows = Person.objects.visible_to(user).select_related("organisation").distinct()
        named = sorted((f"{row.name} — {row.organisation.name}", row.pk) for row in rows)
        return cls(rows, [("", "—"), *((pk, name) for name, pk in named)])


class InventorRow(_Row):
    """Who made it, and in what share."""

    wanted = ("person", "share")
    person = forms.ModelChoiceField(Person.objects.none(), label=_("Inventor"), required=False)
    share = forms.DecimalField(
        label=_("Share, %"), required=False, min_value=0, max_value=100, max_digits=6, decimal_places=3
    )

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people.rows
        field.choices = people.choices


class PublicationRow(_Row):
    """What was or will be made public, and when; the day says which of the two."""

    wanted = ("kind", "on")
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    on = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = language_code(get_language() or "en")
        field: Any = self.fields["kind"]
        field.choices = [("", "—"), *((kind, kind_words(kind)[language]) for kind in PUBLICATION_KINDS)]


class FundingRow(_Row):
    """Who paid, under which number."""

    wanted = ("sponsor",)
    sponsor = line(_("Sponsor"), 200)
    grant_no = line(_("Grant or contract number"), 100)


def _formset(row: type[_Row]) -> Any:
    return forms.formset_factory(
        row, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


InventorRows = _formset(InventorRow)
PublicationRows = _formset(PublicationRow)
FundingRows = _formset(FundingRow)
