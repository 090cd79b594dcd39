"""The form of a need: one text is enough."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from technopole.matching.text import language_of
from technopole.parties.models import Organisation, RoleName
from technopole.records import clock, sectors
from technopole.records.levels import Level
from technopole.resources.days import day_field
from technopole.resources.needs.models import Need, NeedKind

OFFICE = {RoleName.OFFICER, RoleName.DIRECTOR}
YUAN_PER_WAN = 10_000
TITLE_CHARACTERS = 80
_SENTENCE_ENDS = "。！？!?\n;；"


class NeedForm(forms.Form):
    """What somebody asks for, in their own words; all but the text may be left open."""

    description = forms.CharField(
        label=_("What do you need?"), strip=True, widget=forms.Textarea(attrs={"rows": 6, "autofocus": True})
    )
    title = forms.CharField(label=_("Title"), required=False, widget=forms.TextInput())
    kind = forms.ChoiceField(label=_("Who asks"), choices=NeedKind.choices, widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For which organisation"))
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    deadline = day_field(_("Answer wanted by"))
    budget_wan = forms.DecimalField(
        label=_("Budget, 10,000 yuan"), required=False, min_value=0, max_value=10_000_000, decimal_places=4
    )
    min_trl = forms.TypedChoiceField(
        label=_("Lowest readiness you accept"), coerce=int, empty_value=None, required=False,
        choices=[("", "—"), *((n, f"TRL {n}") for n in range(1, 10))],
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("Who may read it"), coerce=int, widget=forms.RadioSelect,
        choices=[(level.value, level.label) for level in (Level.PUBLIC, Level.REGISTERED)],
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        fields: Any = self.fields
        too_long = _(
            "The text has %(show_value)d characters; at most %(limit_value)d fit. Nothing was cut off."
        )
        for name, longest in (("description", 20_000), ("title", 500)):
            fields[name].validators.append(MaxLengthValidator(longest, too_long))
        known = self.initial.get("sector") or ""
        extra = [(known, sectors.name_of(known))] if known and known not in sectors.NAMES else []
        fields["sector"].choices = [("", "—"), *sectors.NAMES.items(), *extra]
        own = (
            Organisation.objects.filter(pk=user.person.organisation_id)
            if user.person
            else Organisation.objects.none()
        )
        if user.role_names & OFFICE:
            fields["organisation"].queryset = Organisation.objects.visible_to(user).order_by(
                "name_en", "name_zh"
            )
        else:
            fields["organisation"].queryset = own
            fields["organisation"].empty_label = None
            fields["organisation"].widget = forms.HiddenInput()

    def clean_deadline(self) -> Any:
        """An answer is wanted in the future; an old need keeps the day that it had."""
        day = self.cleaned_data["deadline"]
        if day and day < clock.today() and day != self.initial.get("deadline"):
            raise forms.ValidationError(_("This day is past."))
        return day

    def fields_of_need(self) -> dict[str, Any]:
        """The fields as `Need` holds them: title and language follow from the text when not given."""
        given = dict(self.cleaned_data)
        budget: Decimal | None = given.pop("budget_wan")
        given["budget_yuan"] = None if budget is None else int(budget * YUAN_PER_WAN)
        given["title"] = given["title"] or first_words(given["description"])
        given["language"] = language_of(f"{given['title']} {given['description']}")
        return given


def first_words(text: str) -> str:
    """A title from a text: its first sentence, cut between words.

    >>> first_words("寻找低功耗压力传感器。用于可穿戴设备。")
    '寻找低功耗压力传感器'
    """
    ends = [at for sign in _SENTENCE_ENDS if (at := text.find(sign)) > 0]
    sentence = " ".join(text[: min(ends, default=len(text))].split()).rstrip(".")
    if len(sentence) <= TITLE_CHARACTERS:
        return sentence
    cut = sentence[:TITLE_CHARACTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def initial_of(need: Need) -> dict[str, Any]:
    """What the form shows of a need."""
    names = ("description", "title", "kind", "sector", "deadline", "min_trl", "level")
    wan = None if need.budget_yuan is None else Decimal(need.budget_yuan) / YUAN_PER_WAN
    return {name: getattr(need, name) for name in names} | {
        "organisation": need.organisation_id,
        "budget_wan": wan,
    }
