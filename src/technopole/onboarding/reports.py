"""The one-page non-confidential summary of a result, as officers send it out."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from technopole.pipeline.models import IpStatus, Result, ResultKind
from technopole.records import clock
from technopole.records.exports import SAMPLE_MARK
from technopole.records.levels import Level, Shown
from technopole.records.reports import Block, Facts, Heading, Language, Notice, Paragraph, Report, fitted
from technopole.wording import Reason


def summary_report(result: Result, *, user: Any, language: str, readiness: Reason | None = None) -> Report:
    """The summary as this reader may see it, set to one A4 page where its texts allow.

    It never holds what is above level 1: patent numbers, the enabling description and the
    compliance facts stay out whoever asks, because the page is made to be passed on.

    Parameters
    ----------
    readiness
        What to say of its readiness; left out when None.

    Raises
    ------
    PermissionDenied
        The user may not know of the result.
    """
    if not result.visible_to(user):
        raise PermissionDenied("onboarding.summary")
    chosen = Language(language)
    shown = result.shown_to(user)
    with chosen.spoken():
        report = Report(
            title=shown.text("title"),
            subtitle=_second_title(result, shown, chosen),
            language=chosen,
            blocks=tuple(_blocks(result, shown, user, chosen, readiness)),
            on=clock.today(),
            source=_("Non-confidential summary, transfer office"),
            notice=_notice(result),
        )
        return fitted(report, pages=1)


def _second_title(result: Result, shown: Shown, language: Language) -> str:
    """The title in the other language, when there is one, for whoever gets the page."""
    other = "en" if language is Language.ZH else "zh"
    second = getattr(shown, f"title_{other}") or ""
    return str(second) if second != shown.text("title") else ""


def _notice(result: Result) -> str:
    lines = []
    if result.is_sample:
        lines.append(_("%(mark)s: an invented record, no real result") % {"mark": SAMPLE_MARK})
    if result.level > Level.REGISTERED:
        level = Level(result.level).label
        lines.append(_("Not published; do not pass on (%(level)s)") % {"level": level})
    return " · ".join(str(line) for line in lines)


def _blocks(
    result: Result, shown: Shown, user: Any, language: Language, readiness: Reason | None
) -> list[Block]:
    blocks: list[Block] = []
    if not getattr(shown, f"title_{language}"):
        blocks.append(Notice(_("The text is not yet translated; the original follows.")))
    texts = (("problem", _("Problem it solves")), ("advantage", _("Advantage")), ("summary", _("Summary")))
    for name, heading in texts:
        text = shown.text(name)
        if text:
            blocks += [Heading(heading), Paragraph(text)]
    blocks += [Heading(_("At a glance")), Facts(tuple(_facts(result, shown, user, language, readiness)))]
    return blocks


def _facts(
    result: Result, shown: Shown, user: Any, language: Language, readiness: Reason | None
) -> list[tuple[str, str]]:
    rows = [(_("Kind"), capfirst(str(ResultKind(result.kind).label)))]
    if readiness is not None:
        rows.append((_("Readiness"), readiness.text(language)))
    asked = _("shown to registered users")
    protection = asked if shown.ip_status is None else capfirst(str(IpStatus(shown.ip_status).label))
    rows.append((_("Protection"), protection))
    keywords = getattr(shown, f"keywords_{language}") or shown.keywords_zh or shown.keywords_en or []
    if keywords:
        rows.append((_("Keywords"), ("、" if language is Language.ZH else ", ").join(keywords)))
    rows.append((_("Holder"), result.holder.text("name", language)))
    rows.append(
        (_("Contact"), asked if "contact" in shown.hidden else _contact(shown.contact, user, language))
    )
    return rows


def _contact(person: Any, user: Any, language: Language) -> str:
    """Name and address of the contact as far as the reader may see them, else the office."""
    office = _("the transfer office")
    if person is None:
        return office
    seen = person.shown_to(user)
    name = seen.text("name")
    if not name:
        return office
    # The page is passed on, so the telephone number (level 2) stays out.
    return " · ".join(part for part in (name, seen.text("title"), seen.email) if part)
