"""Tags and filters of every page: reasons worded, records shown, badges, money, days, form fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from technopole import wording
from technopole.records import acts, clock, sectors
from technopole.records.levels import Level, Shown
from technopole.wording import Reason, language_code

register = template.Library()
LEVEL_COLOURS = {
    Level.PUBLIC: "green",
    Level.REGISTERED: "azure",
    Level.NDA: "yellow",
    Level.TEAM: "orange",
    Level.RESTRICTED: "red",
}
SYMBOLS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$"}
WAN, YI = 10_000, 100_000_000


@register.filter
def worded(reason: Reason | Mapping[str, Any]) -> str:
    """The sentence of a reason, or of its stored form, in the reader's language."""
    made = reason if isinstance(reason, Reason) else Reason.from_dict(reason)
    return made.text(get_language() or "en")


@register.filter
def shown(record: Any, user: Any) -> Shown:
    """The record as this reader may see it."""
    return record if isinstance(record, Shown) else record.shown_to(user)


@register.filter
def text(record: Any, name: str) -> str:
    """A bilingual field in the reader's language: ``{{ shown|text:"problem" }}``."""
    return str(record.text(name))


@register.filter
def second(record: Any, name: str) -> str:
    """A bilingual field in the language that the reader is not using; empty when it is not written."""
    other = "en" if language_code(get_language() or "en") == "zh" else "zh"
    written = getattr(record, f"{name}_{other}") or ""
    return "" if written == record.text(name) else str(written)


@register.filter
def named(key: str) -> str:
    """What a key of the rules is called in the reader's language: a source, a template."""
    return wording.named(key, get_language() or "en")


@register.filter
def sector(key: str) -> str:
    """The name of a sector in the reader's language."""
    return sectors.name_of(key)


@register.filter
def keywords(record: Any) -> list[str]:
    """The keywords of a result in the reader's language, else in the other."""
    chosen = language_code(get_language() or "en")
    other = "en" if chosen == "zh" else "zh"
    return list(getattr(record, f"keywords_{chosen}") or getattr(record, f"keywords_{other}") or [])


@register.filter
def ror_number(ror: str) -> str:
    """The bare ROR number: ``https://ror.org/00ay9v204`` → ``00ay9v204``."""
    return ror.rstrip("/").rsplit("/", 1)[-1]


@register.filter
def ror_address(ror: str) -> str:
    """The page of an organisation at ror.org."""
    return f"https://ror.org/{ror_number(ror)}"


@register.simple_tag(takes_context=True)
def facet_link(context: Any, name: str, value: str) -> str:
    """The query string with one facet set, or taken away when `value` is empty; back on the first page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}" if query else ""


@register.filter
def act(code: str) -> str:
    """What an action did, for histories: ``pipeline.move`` reads "moved to the next stage"."""
    return acts.name_of(code)


@register.filter
def days(number: int | None) -> str:
    """A number of days with its unit; empty when there is none."""
    return "" if number is None else ngettext("%(n)d day", "%(n)d days", number) % {"n": number}


@register.filter
def days_since(day: date | None) -> int | None:
    """Whole days from `day` until today at the office; negative when it is still to come."""
    return None if day is None else (clock.today() - day).days


@register.filter
def money(minor: int | None, currency: str = "CNY") -> str:
    """Minor units as an exact amount: 123456 → ¥1,234.56."""
    if minor is None:
        return ""
    return f"{SYMBOLS.get(currency, currency + ' ')}{Decimal(minor) / 100:,.2f}"


@register.filter
def wan(yuan: int | Decimal | None) -> str:
    """A yuan amount as it is said: 3,200,000 → 320 万元 / ¥3.2 million."""
    if yuan is None:
        return ""
    amount = Decimal(yuan)
    if language_code(get_language() or "en") == "zh":
        unit, divisor = (
            ("亿元", YI) if abs(amount) >= YI else ("万元", WAN) if abs(amount) >= WAN else ("元", 1)
        )
        return f"{_short(amount / divisor)} {unit}"
    if abs(amount) >= 1_000_000:
        return f"¥{_short(amount / 1_000_000)} million"
    return f"¥{_short(amount)}"


@register.filter
def number(amount: int | Decimal | None) -> str:
    """A measured number as both languages write it: 47000 → 47,000, 138.00 → 138."""
    return "" if amount is None else _short(Decimal(amount))


def _short(amount: Decimal) -> str:
    return f"{amount:,.2f}".rstrip("0").rstrip(".")


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A vendored icon, hidden from screen readers: it never carries the meaning alone."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        classes,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def sample_badge(record: Any) -> SafeString | str:
    """The mark of an invented record, in both languages at once."""
    if not record.is_sample:
        return ""
    return format_html(
        '<span class="badge badge-sample" title="{}">sample · 示例</span>',
        gettext("Invented for the sample region"),
    )


@register.simple_tag
def level_badge(record: Any) -> SafeString:
    """The confidentiality level of a record."""
    level = Level(record.level)
    return format_html(
        '<span class="badge bg-{0}-lt" title="{2}">{1} {3}</span>',
        LEVEL_COLOURS[level],
        icon("lock" if level > Level.REGISTERED else "lock-open", "icon-inline"),
        gettext("Confidentiality"),
        level.label,
    )


@register.simple_tag(takes_context=True)
def may(context: Any, action: str, record: Any = None) -> bool:
    """Whether the reader may use an action, for its button: ``{% may "pipeline.move" project as can %}``."""
    asked = record.record if isinstance(record, Shown) else record
    return bool(context["may"](action, asked))


@register.inclusion_tag("records/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One form field: label, input, help, errors."""
    widget = bound.field.widget
    checks = isinstance(widget, CheckboxInput)
    several = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    css = (
        "form-check-input"
        if checks or several
        else "form-select"
        if isinstance(widget, Select)
        else "form-control"
    )
    wrong = " is-invalid" if bound.errors else ""
    if several:
        # The group would take the class as well as its boxes: each box is drawn by itself.
        widget.attrs["class"] = f"{css}{wrong}"
        return {"field": bound, "is_check": False, "is_group": True}
    drawn = bound.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {css}{wrong}".strip()})
    return {"field": bound, "input": drawn, "is_check": checks, "is_group": False}


@register.inclusion_tag("records/_bilingual.html")
def bilingual(record: Any, name: str) -> dict[str, str]:
    """A bilingual text in the reader's language, with the other language folded under it."""
    chosen = language_code(get_language() or "en")
    first, other = str(record.text(name)), second(record, name)
    written = "zh" if first and first == getattr(record, f"{name}_zh") else "en"
    return {
        "first": first,
        "first_language": written if first else chosen,
        "second": other,
        "second_language": "en" if chosen == "zh" else "zh",
    }
