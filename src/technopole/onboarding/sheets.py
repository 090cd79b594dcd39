"""Sheets to fill in for the import: the names of the fields in both languages, and an example row."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources
from typing import Any

import xlsxwriter
import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from technopole.onboarding.engine.columns import FIELDS, Kind
from technopole.wording import language_code

_KINDS = {Kind.RESULTS: _("research results"), Kind.NEEDS: _("needs"), Kind.SITES: _("parks and sites")}


def kind_name(kind: Kind) -> str:
    """What the rows are, in the reader's language."""
    return str(_KINDS[kind])


@cache
def _told() -> dict[str, Any]:
    source = resources.files("technopole.onboarding") / "sheets.yaml"
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))


def name_of(kind: Kind, field: str) -> str:
    """A field's name in the reader's language."""
    return str(_told()[kind.value][field][language_code(get_language() or "en")])


def field_names(kind: Kind) -> list[tuple[str, str, bool]]:
    """Field, its name in the reader's language, whether it must be there."""
    return [(name, name_of(kind, name), field.required) for name, field in FIELDS[kind].items()]


def template(kind: Kind) -> bytes:
    """A workbook with one row of headers ("中文 English") and one example row."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(kind.value)
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True})
        example = book.add_format({"font_color": "#555555", "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        shown = [(name, told) for name, told in _told()[kind.value].items() if "example" in told]
        for at, (_name, told) in enumerate(shown):
            sheet.write_string(0, at, f"{told['zh']} ({told['en']})", bold)
            sheet.write_string(1, at, str(told["example"]), example)
            sheet.set_column(at, at, 24)
    return out.getvalue()
