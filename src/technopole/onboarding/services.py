"""What is done in step 1: disclose, submit, return, accept, publish the summary, sift candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from technopole.onboarding.engine import completeness, publication
from technopole.onboarding.models import Candidate, CandidateStatus, Disclosure, DisclosureStatus
from technopole.parties.actions import Refused, action
from technopole.parties.models import Person, User, audit
from technopole.pipeline.gates import gate
from technopole.pipeline.models import Inventorship, IpStatus, Result, Stage, TransferProject, Translation
from technopole.pipeline.services import advance, open_project
from technopole.records import clock
from technopole.records.levels import Level
from technopole.wording import Reason

Shares = Sequence[tuple[Person, Decimal]]
OPEN_TO_EDIT = (DisclosureStatus.DRAFT, DisclosureStatus.RETURNED)


def _write(record: Any, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(record, name, value)


def _set_inventors(result: Result, inventors: Shares) -> None:
    people = [person.pk for person, _ in inventors]
    if len(people) != len(set(people)):
        raise Refused(Reason("onboarding.inventor_twice"))
    result.inventorships.all().delete()
    for person, share in inventors:
        row = Inventorship(result=result, person=person, share=share, signed_on=clock.today())
        row.full_clean()
        row.save()


def _mark_translations(result: Result) -> None:
    """A text in the source language is the original; one in the other is a draft until reviewed."""
    for language in ("zh", "en"):
        name = f"translation_{language}"
        if not getattr(result, f"summary_{language}"):
            setattr(result, name, Translation.MISSING)
        elif language == result.source_language:
            setattr(result, name, Translation.SOURCE)
        elif getattr(result, name) == Translation.MISSING:
            setattr(result, name, Translation.DRAFT)


@action("onboarding.disclose", Result)
def disclose(
    result: Result,
    *,
    by: User,
    fields: Mapping[str, Any],
    statement: Mapping[str, Any],
    inventors: Shares,
    owner: User | None = None,
) -> Disclosure:
    """Enter a new result with its disclosure as a draft and open its transfer project.

    Parameters
    ----------
    fields
        Fields of `Result`.
    statement
        Fields of `Disclosure`.
    inventors
        People with their shares in percent; a draft's shares need not sum to 100 yet.
    """
    if owner is not None and not owner.role_names & {"officer", "director"}:
        raise Refused(Reason("pipeline.owner_is_no_officer", {"name": owner.display_name}))
    _write(result, fields)
    if not any(person.pk == by.person_id for person, _ in inventors) and not by.role_names & {
        "officer",
        "director",
    }:
        # A researcher discloses what they made; the office may enter it for somebody.
        raise PermissionDenied("onboarding.disclose")
    _mark_translations(result)
    result.save()
    _set_inventors(result, inventors)
    project = open_project(result, owner=owner)
    disclosure = Disclosure(project=project, is_sample=result.is_sample, level=Level.TEAM)
    _write(disclosure, statement)
    _require_possible_days(disclosure)
    disclosure.save()
    return disclosure


@action("onboarding.edit", Disclosure)
def edit(
    disclosure: Disclosure,
    *,
    by: User,
    fields: Mapping[str, Any],
    statement: Mapping[str, Any],
    inventors: Shares | None = None,
) -> Disclosure:
    """Change a draft or returned disclosure and its result."""
    if disclosure.status not in OPEN_TO_EDIT:
        raise Refused(Reason("onboarding.not_editable", {"status": disclosure.status}))
    result = disclosure.project.result
    _write(result, fields)
    _mark_translations(result)
    result.save()
    if inventors is not None:
        _set_inventors(result, inventors)
    _write(disclosure, statement)
    _require_possible_days(disclosure)
    disclosure.save()
    return disclosure


def _require_possible_days(disclosure: Disclosure) -> None:
    """A publication that is past cannot lie in the future: the alarm could say nothing of it."""
    try:
        publication_alarm(disclosure)
    except publication.ImpossibleDateError as wrong:
        raise Refused(wrong.reason) from wrong


# What the disclosure pack calls a field that the records name otherwise.
PACK_NAMES = {
    "summary_zh": "abstract_zh",
    "summary_en": "abstract_en",
    "materials": "third_party_materials",
    "software_licences": "open_source",
    "interests": "interest_statement",
    "targets": "target_fields",
}
# A disclosure without these cannot be judged at all, whatever its score.
WANTED_TO_SUBMIT = {"title", "inventors", "abstract"}


def fields_of(disclosure: Disclosure) -> dict[str, Any]:
    """What the completeness score looks at: field name → value, of the result and its statement."""
    project = disclosure.project
    found: dict[str, Any] = dict(project.result.facts)
    for record in (project.result, disclosure):
        for field in record._meta.concrete_fields:
            found[PACK_NAMES.get(field.name, field.name)] = getattr(record, field.attname)
    found["evidence"] = list(project.evidence.values_list("readiness_level", flat=True))
    found["claimed_level"] = disclosure.claimed_level
    found["inventors"] = [
        {"person": str(row.person), "share": str(row.share)}
        for row in project.result.inventorships.select_related("person")
    ]
    return found


def completeness_of(disclosure: Disclosure) -> completeness.Completeness:
    """How complete the disclosure is, and what is missing."""
    return completeness.completeness(fields_of(disclosure))


def publication_alarm(disclosure: Disclosure) -> publication.Alarm:
    """Whether a planned or past publication endangers protection."""
    today = clock.today()
    filed = disclosure.project.result.ip_status in (IpStatus.FILED, IpStatus.PUBLISHED, IpStatus.GRANTED)
    return publication.alarm(
        planned=[publication.Publication.of(row) for row in disclosure.planned_publications],
        past=[publication.Publication.of(row) for row in disclosure.past_publications],
        today=today,
        # Filed on a day that nobody wrote down: not later than today, so nothing to come can harm it.
        filed_on=disclosure.filed_on or (today if filed else None),
    )


@action("onboarding.submit", Disclosure)
def submit(disclosure: Disclosure, *, by: User) -> Disclosure:
    """Hand a draft in; refused while a field that the office cannot do without is missing."""
    if disclosure.status not in OPEN_TO_EDIT:
        raise Refused(Reason("onboarding.not_editable", {"status": disclosure.status}))
    found = completeness_of(disclosure)
    problems = [*found.faults, *(entry.reason for entry in found.missing if entry.name in WANTED_TO_SUBMIT)]
    if problems:
        raise Refused(*problems)
    disclosure.status = DisclosureStatus.SUBMITTED
    disclosure.submitted_on = clock.today()
    disclosure.save()
    return disclosure


@action("onboarding.return", Disclosure)
def send_back(disclosure: Disclosure, *, by: User, reason_zh: str = "", reason_en: str = "") -> Disclosure:
    """Return a submitted disclosure to its inventors with what is wanted."""
    if disclosure.status != DisclosureStatus.SUBMITTED:
        raise Refused(Reason("onboarding.not_submitted"))
    if not (reason_zh.strip() or reason_en.strip()):
        raise Refused(Reason("pipeline.reason_missing"))
    disclosure.status = DisclosureStatus.RETURNED
    disclosure.returned_zh, disclosure.returned_en = reason_zh, reason_en
    disclosure.save()
    return disclosure


@gate(Stage.ONBOARDING)
def disclosed_and_accepted(project: TransferProject) -> list[Reason]:
    """A project leaves onboarding with an accepted disclosure."""
    disclosure = Disclosure.objects.filter(project=project).first()
    if disclosure is None:
        return [Reason("onboarding.no_disclosure", {"docket": project.docket})]
    if disclosure.status != DisclosureStatus.ACCEPTED:
        return [Reason("onboarding.not_accepted", {"docket": project.docket})]
    return []


@action("onboarding.accept", Disclosure)
def accept(disclosure: Disclosure, *, by: User) -> Disclosure:
    """Accept a submitted disclosure: the project enters evaluation, and the officer owns it unless somebody does."""
    if disclosure.status != DisclosureStatus.SUBMITTED:
        raise Refused(Reason("onboarding.not_submitted"))
    disclosure.status = DisclosureStatus.ACCEPTED
    disclosure.accepted_on = clock.today()
    disclosure.accepted_by = by
    disclosure.save()
    project = disclosure.project
    if project.owner is None:
        project.owner = by
    advance(project, by=by)
    return disclosure


@action("onboarding.publish", Disclosure)
def agree_to_publish(disclosure: Disclosure, *, by: User, as_: str) -> Disclosure:
    """Tick the summary for publication as ``officer`` or as ``inventor``; with both ticks it is public."""
    result = disclosure.project.result
    if as_ == "officer":
        if not by.role_names & {"officer", "director"}:
            raise PermissionDenied("onboarding.publish")
        disclosure.officer_tick = by
    elif as_ == "inventor":
        if not result.inventorships.filter(person=by.person_id).exists():
            raise PermissionDenied("onboarding.publish")
        disclosure.inventor_tick = by
    else:
        raise ValidationError({"as_": "officer | inventor"})
    if disclosure.status != DisclosureStatus.ACCEPTED:
        raise Refused(Reason("onboarding.not_accepted", {"docket": disclosure.project.docket}))
    if not (result.summary_zh or result.summary_en):
        raise Refused(Reason("onboarding.no_summary"))
    disclosure.save()
    if disclosure.officer_tick_id and disclosure.inventor_tick_id and result.level != Level.PUBLIC:
        before = result.level
        result.level = Level.PUBLIC
        result.published_on = clock.today()
        result.save()
        project = disclosure.project
        project.level = Level.REGISTERED
        project.save()
        audit(by, "onboarding.publish", result, before=before, after=int(Level.PUBLIC))
    return disclosure


@action("onboarding.withdraw", Disclosure)
def withdraw(disclosure: Disclosure, *, by: User) -> Disclosure:
    """Take a published summary back: nobody outside the team reads it from now on."""
    result = disclosure.project.result
    disclosure.officer_tick = disclosure.inventor_tick = None
    disclosure.save()
    before, result.level, result.published_on = result.level, Level.TEAM, None
    result.save()
    project = disclosure.project
    project.level = Level.TEAM
    project.save()
    audit(by, "onboarding.withdraw", result, before=before, after=int(Level.TEAM))
    return disclosure


@action("onboarding.invite", Candidate)
def invite(candidate: Candidate, *, by: User, answer: str = "") -> Candidate:
    """Note that the authors of a proposed paper were asked to disclose."""
    return _sift(candidate, CandidateStatus.INVITED, answer)


@action("onboarding.dismiss", Candidate)
def dismiss(candidate: Candidate, *, by: User, answer: str = "") -> Candidate:
    """Set a proposed paper aside, with the reason."""
    if not answer.strip():
        raise Refused(Reason("pipeline.reason_missing"))
    return _sift(candidate, CandidateStatus.DISMISSED, answer)


@action("onboarding.propose_again", Candidate)
def propose_again(candidate: Candidate, *, by: User, answer: str = "") -> Candidate:
    """Undo an invitation or a dismissal."""
    return _sift(candidate, CandidateStatus.PROPOSED, answer)


def _sift(candidate: Candidate, status: CandidateStatus, answer: str) -> Candidate:
    candidate.status = status
    candidate.answer = answer.strip()
    candidate.save()
    return candidate
