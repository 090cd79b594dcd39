"""The evaluation report: readiness with its evidence, the five values, reviews, the decision."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from technopole.evaluation import services
from technopole.evaluation.engine.readiness import Readiness
from technopole.evaluation.engine.scorecard import LABELS, Scorecard, Template, template_for
from technopole.evaluation.models import Decision, EvidenceItem, EvidenceKind, Outcome, Review, ReviewStatus
from technopole.evaluation.picture import Bar, bars_png
from technopole.pipeline.models import ResultKind, TransferProject
from technopole.records import clock
from technopole.records.exports import SAMPLE_MARK
from technopole.records.levels import Level
from technopole.records.reports import (
    Block,
    Facts,
    Grid,
    Heading,
    Language,
    Paragraph,
    Picture,
    Reasons,
    Report,
)
from technopole.wording import Reason, named


def evaluation_report(project: TransferProject, *, user: Any, language: str) -> Report:
    """The evaluation of one project as this reader may see it.

    Evidence, reviews and decisions that are not visible to the reader are left out, and the report
    says how many pieces of evidence that are; who reviewed stays unnamed except for those who may
    read it.

    Raises
    ------
    PermissionDenied
        The user may not read the team's part of the project.
    """
    if project.access_of(user) < Level.TEAM:
        raise PermissionDenied("evaluation.report")
    chosen = Language(language)
    with chosen.spoken():
        return Report(
            title=_("Evaluation report"),
            subtitle=f"{project.docket} · {project.result.text('title')}",
            language=chosen,
            blocks=tuple(_blocks(project, user, chosen)),
            on=clock.today(),
            source=_("Evaluation report %(docket)s, transfer office") % {"docket": project.docket},
            notice=_notice(project, user),
        )


def _notice(project: TransferProject, user: Any) -> str:
    reader = getattr(user, "display_name", "")
    confidential = _("Confidential, for the project's team; made for %(reader)s") % {"reader": reader}
    if project.is_sample:
        return f"{_('%(mark)s: an invented record, no real result') % {'mark': SAMPLE_MARK}} · {confidential}"
    return confidential


def _blocks(project: TransferProject, user: Any, language: Language) -> Iterator[Block]:
    result = project.result
    rows = [
        (_("Kind"), capfirst(str(ResultKind(result.kind).label))),
        (_("Holder"), result.holder.text("name")),
        (_("Stage"), capfirst(str(project.get_stage_display()))),
    ]
    if project.owner:
        rows.append((_("Transfer officer"), project.owner.display_name))
    yield Facts(tuple(rows))
    yield from _readiness(project, user, language)
    yield from _values(project, language)
    yield from _reviews(project, user)
    yield from _decisions(project, user, language)


def _readiness(project: TransferProject, user: Any, language: Language) -> Iterator[Block]:
    last = project.assessments.visible_to(user).first()
    found = services.readiness_of(project, claimed=last.claimed if last else None)
    pieces = list(project.evidence.visible_to(user))
    hidden = project.evidence.count() - len(pieces)
    yield Heading(_("Readiness"))
    levels = [(_("Scale"), found.scale.name[language]), (_("Awarded"), _level(found, found.level, language))]
    if found.claimed is not None:
        levels.append((_("Claimed"), _level(found, found.claimed, language)))
    yield Facts(tuple(levels))
    yield Reasons(tuple(_worded(found.reasons, pieces, hidden, language)))
    yield Heading(_("Evidence"), level=2)
    if pieces:
        headings = (_("Level"), _("Step"), _("Evidence"), _("Kind"), _("Dated"))
        rows = tuple(_piece(found, item, language) for item in pieces)
        yield Grid(headings, rows, widths=(0.5, 1.6, 2.6, 1, 0.9))
    else:
        yield Paragraph(_("No evidence is on file."))
    if found.questions:
        yield Heading(_("What to show next"), level=2)
        yield Reasons(tuple(question.text(language) for question in found.questions))
    yield Paragraph(
        f"{found.scale.id} {found.scale.version} · {named(found.scale.source, language)}", muted=True
    )


def _level(found: Readiness, level: int, language: Language) -> str:
    return f"{level} · {found.scale.levels[level].name[language]}" if level else "0"


def _piece(found: Readiness, item: EvidenceItem, language: Language) -> tuple[str, ...]:
    step = found.scale.levels[item.readiness_level].name[language]
    kind = capfirst(str(EvidenceKind(item.kind).label))
    return (str(item.readiness_level), step, item.text("title"), kind, item.dated.isoformat())


def _worded(
    reasons: tuple[Reason, ...], pieces: list[EvidenceItem], hidden: int, language: Language
) -> Iterator[str]:
    """The reasons in the reader's language; one that names evidence above the reader's level is left out."""
    titles = {item.text("title") for item in pieces}
    for reason in reasons:
        if reason.values.get("title") is None or reason.values["title"] in titles:
            yield reason.text(language)
    if hidden:
        yield _("Pieces of evidence not shown to this reader: %(count)s.") % {"count": hidden}


def _values(project: TransferProject, language: Language) -> Iterator[Block]:
    yield Heading(_("Five values"))
    card = services.scorecard_of(project)
    if card is None:
        yield Paragraph(Reason("evaluation.not_reviewed").text(language))
        return
    template = template_for(project.result.kind, clock.today())
    yield Grid(
        (_("Value"), _("What is asked"), _("Weight"), _("Median"), _("Range"), _("Reviewers")),
        tuple(_score_rows(card, template, language)),
        widths=(1, 3.2, 0.75, 0.8, 0.9, 0.95),
        right=frozenset({2, 3, 4, 5}),
    )
    bars = [
        Bar(capfirst(LABELS[value][language]), float(score.median), *_range(card, value))
        for value, score in card.values.items()
    ]
    yield Picture(bars_png(bars), 120, _("Medians of the five values, with the reviewers' range"))
    yield Reasons(tuple(reason.text(language) for reason in card.reasons))
    yield Paragraph(template.note[language], muted=True)


def _range(card: Scorecard, value: Any) -> tuple[int, int]:
    points = [given[value] for given in card.by_reviewer.values() if value in given]
    return min(points), max(points)


def _score_rows(card: Scorecard, template: Template, language: Language) -> Iterator[tuple[str, ...]]:
    for value, labels in LABELS.items():
        name, asked, weight = (
            capfirst(labels[language]),
            template.asks[value][language],
            f"{template.weights[value]:.0%}",
        )
        score = card.values.get(value)
        if score is None:
            yield (name, asked, weight, "", "", "0")
            continue
        low, high = _range(card, value)
        yield (name, asked, weight, _points(score.median), f"{low}–{high}", str(score.n))
    total = "" if card.total is None else _points(card.total)
    yield (_("Total"), "", f"{sum(template.weights.values()):.0%}", total, "", str(len(card.by_reviewer)))


def _points(points: Decimal) -> str:
    """Points without idle zeros.

    >>> _points(Decimal("62.50")), _points(Decimal("80.00"))
    ('62.5', '80')
    """
    return f"{points.normalize():f}"


def _reviews(project: TransferProject, user: Any) -> Iterator[Block]:
    reviews: list[Review] = list(project.reviews.visible_to(user).filter(status=ReviewStatus.SUBMITTED))
    if not reviews:
        return
    yield Heading(_("Reviews"))
    for number, review in enumerate(reviews, start=1):
        shown = review.shown_to(user)
        who = _("Reviewer %(number)s") % {"number": number}
        if shown.reviewer is not None:
            who = f"{who} · {shown.reviewer.text('name')}"
        on = f" · {review.submitted_on.isoformat()}" if review.submitted_on else ""
        yield Heading(f"{who}{on}", level=2)
        yield Paragraph(shown.text("comment") or _("No comment."))


def _decisions(project: TransferProject, user: Any, language: Language) -> Iterator[Block]:
    yield Heading(_("Collective decision"))
    decisions: list[Decision] = list(project.decisions.visible_to(user))
    if not decisions:
        yield Paragraph(_("No decision is on record."))
    for decision in decisions:
        people: dict[str, Any] = {
            _("Attendees"): decision.attendees,
            _("Signatories"): decision.signatories,
            _("Recused"): decision.recused,
        }
        named = ((label, _names(members.all(), language)) for label, members in people.items())
        yield Facts(
            (
                (_("Decision"), capfirst(str(Outcome(decision.outcome).label))),
                (_("Held on"), decision.held_on.isoformat()),
                *((label, names) for label, names in named if names),
                (_("Reason"), decision.text("reason")),
                (_("Minutes"), decision.text("minutes")),
            )
        )
        before = [Reason.from_dict(stored) for stored in decision.basis.get("suggestion_reasons", [])]
        if before:
            yield Heading(_("What lay before the meeting"), level=2)
            yield Reasons(tuple(reason.text(language) for reason in before))


def _names(people: Any, language: Language) -> str:
    return ("、" if language is Language.ZH else ", ").join(person.text("name") for person in people)
