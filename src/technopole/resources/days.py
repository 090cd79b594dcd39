"""A day in a form: picked in the browser, or typed as people write it; what is wrong stays to be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from technopole.pipeline.forms import DayInput

WRITTEN = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


class KeptDay(DayInput):
    """A day as the browser picks it; one that does not exist is drawn again as it was typed."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The widget as text when a date picker would show nothing."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        written = context["widget"]["value"]
        if written:
            try:
                date.fromisoformat(written)
            except ValueError:
                context["widget"]["type"] = "text"
        return context


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day that may be left out."""
    wrong = _("There is no such day; write for example 2026-11-21.")
    return forms.DateField(
        label=label,
        required=False,
        widget=KeptDay(),
        input_formats=WRITTEN,
        error_messages={"invalid": wrong},
        **kwargs,
    )
