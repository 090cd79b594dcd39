"""Kinds of form fields that onboarding needs: days as people write them, long texts, open questions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from technopole.onboarding.engine import cells
from technopole.resources.days import KeptDay


class DayField(forms.DateField):
    """A day as people write it: 2026-11-21, 2026年11月21日, 20261121."""

    widget = KeptDay

    def to_python(self, value: Any) -> date | None:
        """The day.

        Raises
        ------
        ValidationError
            It is no day of the calendar; the message says how to write one.
        """
        if value in self.empty_values or isinstance(value, date):
            return value or None
        try:
            return cells.day(str(value)[:40])
        except cells.CellError as wrong:
            told = wrong.reason.text(get_language() or "en")
            raise ValidationError(f"{str(value)[:40]}: {told}") from wrong


class LongField(forms.CharField):
    """A long text; the browser cuts nothing off, the server says how much is too much."""

    def __init__(self, *, max_length: int, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        message = _(
            "The text has %(show_value)d characters; at most %(limit_value)d fit. Nothing was cut off."
        )
        self.validators.append(MaxLengthValidator(max_length, message))


class ListField(LongField):
    """Several words or names, parted by commas, semicolons or lines, in either script."""

    def clean(self, value: Any) -> list[str]:
        """The parts, each once."""
        return list(cells.parts(super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        """A list as one line."""
        return "; ".join(value) if isinstance(value, list) else value


class Tri(forms.TypedChoiceField):
    """A question that may stay open: not known yet, yes, no."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", _("not known yet")), ("yes", _("yes")), ("no", _("no"))]
        super().__init__(
            choices=choices, coerce=lambda value: value == "yes", empty_value=None, required=False, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """True and False as the choices name them."""
        return {True: "yes", False: "no"}.get(value, value)


def number(label: Any, **kwargs: Any) -> forms.DecimalField:
    """A measure that may stay open."""
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=1_000_000, **kwargs)


def yes(label: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False)


class LineField(LongField):
    """A text of one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = forms.TextInput()


def line(label: Any, longest: int = 500) -> forms.CharField:
    """A text of one line, which may stay empty."""
    return LineField(label=label, max_length=longest)
