"""What is done in step 2: evidence, readiness, reviews, the collective decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied

from technopole.evaluation.engine import conflicts, readiness, recommend, scorecard
from technopole.evaluation.models import Assessment, Decision, EvidenceItem, Outcome, Review, ReviewStatus
from technopole.parties.actions import Refused, action
from technopole.parties.models import Person, User, audit
from technopole.pipeline.gates import gate
from technopole.pipeline.models import Disposition, Stage, TransferProject
from technopole.pipeline.services import advance, close
from technopole.records import clock
from technopole.records.levels import Level
from technopole.wording import Reason

DAYS_FOR_A_REVIEW = 21
LEAST_REVIEWS = 2


def _require_stage(project: TransferProject, stage: Stage) -> None:
    if project.stage != stage:
        raise Refused(Reason("evaluation.wrong_stage", {"docket": project.docket}))


@action("evaluation.add_evidence", TransferProject)
def add_evidence(
    project: TransferProject,
    *,
    by: User,
    readiness_level: int,
    kind: str,
    dated: date,
    title_zh: str = "",
    title_en: str = "",
    document: Any = None,
) -> EvidenceItem:
    """Add a piece of evidence for one readiness level."""
    item = EvidenceItem(
        project=project,
        readiness_level=readiness_level,
        kind=kind,
        dated=dated,
        title_zh=title_zh,
        title_en=title_en,
        document=document,
        is_sample=project.is_sample,
    )
    if not (title_zh.strip() or title_en.strip()):
        raise Refused(Reason("evaluation.evidence_untitled"))
    item.save()
    return item


def readiness_of(
    project: TransferProject, *, scale_id: str | None = None, claimed: int | None = None
) -> readiness.Readiness:
    """What the project's evidence supports today, on the scale last used unless another is named."""
    today = clock.today()
    last = project.assessments.first()
    chosen = scale_id or (last.scale if last else "trl")
    evidence = [
        readiness.Evidence(
            item.readiness_level, readiness.EvidenceKind(item.kind), item.text("title"), item.dated
        )
        for item in project.evidence.all()
    ]
    return readiness.assess(readiness.scale(chosen, today), evidence, claimed, today)


@action("evaluation.assess", TransferProject)
def assess(
    project: TransferProject, *, by: User, scale_id: str = "trl", claimed: int | None = None
) -> Assessment:
    """Assess readiness: the level that the evidence supports is the one awarded."""
    found = readiness_of(project, scale_id=scale_id, claimed=claimed)
    assessment = Assessment(
        project=project,
        scale=scale_id,
        claimed=claimed,
        awarded=found.level,
        reasons=[reason.as_dict() for reason in found.reasons],
        pack_version=f"{found.scale.id} {found.scale.version}",
        level=Level.REGISTERED,  # a scout may know how far a result is; what proves it stays with the team
        assessor=by,
        is_sample=project.is_sample,
    )
    assessment.save()
    return assessment


def conflicts_of(
    project: TransferProject, reviewer: Person, *, declared: bool | None = None
) -> tuple[conflicts.Conflict, ...]:
    """The ties between a reviewer and the case."""
    rows = project.result.inventorships.select_related("person")
    inventors = tuple(
        conflicts.Inventor(
            str(row.person_id), str(row.person), str(row.person.organisation_id), row.person.unit
        )
        for row in rows
    )
    together = {str(pk): None for pk in reviewer.coauthors.values_list("pk", flat=True)}
    facts = conflicts.ReviewerFacts(
        key=str(reviewer.pk),
        name=str(reviewer),
        organisation=str(reviewer.organisation_id),
        unit=reviewer.unit,
        coauthored=together,
        declared_interest=declared,
    )
    return conflicts.check(facts, conflicts.CaseFacts(inventors=inventors), clock.today())


@action("evaluation.ask_review", TransferProject)
def ask_review(project: TransferProject, *, by: User, reviewer: Person, due: date | None = None) -> Review:
    """Ask a person for a review; refused when a tie to the case forbids it."""
    _require_stage(project, Stage.EVALUATION)
    blocking = [tie.reason for tie in conflicts_of(project, reviewer) if tie.blocking]
    if blocking:
        raise Refused(*blocking)
    review = Review(
        project=project,
        reviewer=reviewer,
        due=due or clock.today() + timedelta(days=DAYS_FOR_A_REVIEW),
        is_sample=project.is_sample,
    )
    review.save()
    return review


@action("evaluation.review", Review)
def submit_review(
    review: Review,
    *,
    by: User,
    points: Mapping[str, int],
    comment_zh: str = "",
    comment_en: str = "",
    interest: str = "",
) -> Review:
    """Hand in a review; a declared interest takes the reviewer off the case instead."""
    # The case's team and officer have a part in the review too, but nobody answers for the reviewer.
    if by.person_id != review.reviewer_id:
        raise PermissionDenied("evaluation.review")
    if review.status != ReviewStatus.ASKED:
        raise Refused(Reason("evaluation.review_not_open"))
    declared = conflicts_of(review.project, review.reviewer, declared=bool(interest.strip()))
    blocking = [tie.reason for tie in declared if tie.blocking]
    if interest.strip() and blocking:
        review.status = ReviewStatus.WITHDRAWN
        review.interest = interest.strip()
        review.save()
        return review
    if blocking:
        raise Refused(*blocking)
    template = scorecard.template_for(review.project.result.kind, clock.today())
    ratings = [
        scorecard.Rating(str(review.reviewer_id), scorecard.Value(name), int(given))
        for name, given in points.items()
    ]
    scorecard.score(template, ratings)
    review.points = {str(rating.value): rating.points for rating in ratings}
    review.template = f"{template.id} {template.version}"
    review.comment_zh, review.comment_en = comment_zh, comment_en
    review.interest = interest.strip()
    review.status = ReviewStatus.SUBMITTED
    review.submitted_on = clock.today()
    review.save()
    return review


def scorecard_of(project: TransferProject) -> scorecard.Scorecard | None:
    """The five values from the submitted reviews; None when there is none yet."""
    submitted = project.reviews.filter(status=ReviewStatus.SUBMITTED)
    ratings = [
        scorecard.Rating(str(review.reviewer_id), scorecard.Value(name), points)
        for review in submitted
        for name, points in review.points.items()
    ]
    if not ratings:
        return None
    return scorecard.score(scorecard.template_for(project.result.kind, clock.today()), ratings)


def suggestion_for(project: TransferProject, close_needs: int) -> recommend.Suggestion:
    """What the figures suggest; the meeting decides."""
    return recommend.suggest(readiness_of(project), scorecard_of(project), close_needs, clock.today())


@gate(Stage.EVALUATION)
def evidence_reviews_and_decision(project: TransferProject) -> list[Reason]:
    """A project leaves evaluation with enough readiness and reviews, and a decision to pursue it."""
    found: list[Reason] = []
    least = recommend.thresholds().row("suggestion", clock.today())["thresholds"]["pursue_level"]
    ready = readiness_of(project)
    if ready.level < least:
        found.append(Reason("evaluation.level_short", {"found": ready.level, "least": least}))
    reviews = project.reviews.filter(status=ReviewStatus.SUBMITTED).count()
    if reviews < LEAST_REVIEWS:
        found.append(Reason("evaluation.too_few_reviews", {"found": reviews, "least": LEAST_REVIEWS}))
    decision = project.decisions.first()
    if decision is None or decision.outcome != Outcome.PURSUE:
        found.append(Reason("evaluation.not_decided", {"docket": project.docket}))
    return found


@action("evaluation.decide", TransferProject)
def decide(
    project: TransferProject,
    *,
    by: User,
    outcome: str,
    held_on: date,
    attendees: Sequence[Person],
    signatories: Sequence[Person],
    recused: Sequence[Person] = (),
    minutes_zh: str = "",
    minutes_en: str = "",
    reason_zh: str = "",
    reason_en: str = "",
    close_needs: int = 0,
) -> Decision:
    """Record a collective decision and do what it says: move on, hold, release or close.

    Raises
    ------
    Refused
        The decision is incomplete (quorum, signatures, minutes, reason), or it says "pursue" while
        the evidence or the reviews do not carry it; nothing is recorded then.
    """
    _require_stage(project, Stage.EVALUATION)
    names = {person.pk: str(person) for person in (*attendees, *signatories, *recused)}
    submitted = project.reviews.filter(status=ReviewStatus.SUBMITTED).order_by("-submitted_on").first()
    facts = recommend.DecisionFacts(
        decided_on=held_on,
        attendees=tuple(names[person.pk] for person in attendees),
        signatories=tuple(names[person.pk] for person in signatories),
        recused=tuple(names[person.pk] for person in recused),
        minutes=minutes_zh or minutes_en,
        reason=reason_zh or reason_en,
        last_review_on=submitted.submitted_on if submitted else None,
    )
    problems = recommend.quorum(facts, clock.today())
    if problems:
        raise Refused(*problems)
    suggestion = suggestion_for(project, close_needs)
    card = scorecard_of(project)
    decision = Decision(
        project=project,
        outcome=outcome,
        held_on=held_on,
        minutes_zh=minutes_zh,
        minutes_en=minutes_en,
        reason_zh=reason_zh,
        reason_en=reason_en,
        is_sample=project.is_sample,
        basis={
            "suggestion": suggestion.outcome,
            "suggestion_version": suggestion.version,
            "suggestion_reasons": [reason.as_dict() for reason in suggestion.reasons],
            "readiness": readiness_of(project).level,
            "total": str(card.total) if card and card.total is not None else None,
            "template": f"{card.template} {card.version}" if card else None,
        },
    )
    decision.save()
    decision.attendees.set(attendees)
    decision.signatories.set(signatories)
    decision.recused.set(recused)
    audit(by, "evaluation.decide", project, outcome=outcome, held_on=held_on.isoformat())
    _carry_out(project, decision, by)
    return decision


def _carry_out(project: TransferProject, decision: Decision, by: User) -> None:
    outcome = Outcome(decision.outcome)
    if outcome is Outcome.PURSUE:
        if project.disposition == Disposition.HOLD:
            project.disposition = Disposition.ACTIVE
            project.reason_zh = project.reason_en = ""
        advance(project, by=by)
    elif outcome is Outcome.HOLD:
        project.disposition = Disposition.HOLD
        project.reason_zh, project.reason_en = decision.reason_zh, decision.reason_en
        project.save()
    else:
        disposition = Disposition.RELEASED if outcome is Outcome.RELEASE else Disposition.STOPPED
        close(project, disposition, by=by, reason_zh=decision.reason_zh, reason_en=decision.reason_en)
