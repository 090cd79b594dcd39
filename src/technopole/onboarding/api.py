"""The API of step 1: disclosures, candidates, bulk import."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, UploadedFile
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as NotAMapping

from technopole.onboarding import imports, services
from technopole.onboarding.engine.columns import Kind
from technopole.onboarding.engine.reading import UnreadableTableError
from technopole.onboarding.models import Candidate, CandidateStatus, Disclosure, DisclosureStatus, ImportBatch
from technopole.parties.api import Done, account_of, act
from technopole.parties.models import Organisation, Person
from technopole.pipeline.models import IpStatus, Result, ResultKind
from technopole.records.api import (
    MOST_ROWS,
    Day,
    Inputs,
    Key,
    Line,
    Listed,
    Pages,
    Paging,
    Paragraph,
    Readiness,
    ReasonOut,
    RecordOut,
    Ref,
    Title,
    Versioned,
    Whole,
    Words,
    answers,
    listed,
    pointed,
    told,
    worded,
)
from technopole.records.levels import Level
from technopole.records.pages import visible_or_404

router = Router(tags=["onboarding"])
CHOSEN: TypeAdapter[dict[str, str | None]] = TypeAdapter(dict[str, str | None])
Answer = Annotated[str, Field(max_length=1000)]


class Publication(Inputs):
    """A publication planned or past: what the alarm reads."""

    kind: Key
    on: Day


class Funding(Inputs):
    """A sponsor and its grant."""

    sponsor: Line
    grant_no: Annotated[str, Field(max_length=100)] = ""


class Inventor(Inputs):
    """Somebody who made the result, and the share in percent."""

    person: UUID
    share: Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3)]


class TeamWish(StrEnum):
    """How the team wishes to transfer."""

    HAND_OVER = "hand_over"
    LICENSE = "license"
    START_UP = "start_up"
    PRODUCE = "produce"
    PARTNER = "partner"
    HOLD_RIGHTS = "hold_rights"


class Catalogue(StrEnum):
    """Where the technology stands in the export catalogue."""

    FREE = "free"
    RESTRICTED = "restricted"
    PROHIBITED = "prohibited"


class Facts(Inputs):
    """What compliance gates ask about; what is left out stays unknown and is asked."""

    human_samples: bool | None = None
    human_genetic: bool | None = None
    patient_data: bool | None = None
    animal: bool | None = None
    foreign_party: bool | None = None
    us_federal_money: bool | None = None
    dual_use: bool | None = None
    related_party: bool | None = None
    open_source: Words | None = None
    jurisdiction: Annotated[str, Field(max_length=20)] | None = None
    team_wish: TeamWish | None = None
    exclusive: bool | None = None
    people_sampled: Whole | None = None
    people_sequenced: Whole | None = None
    samples_leave_china: bool | None = None
    data_leave_china: bool | None = None
    important_data: bool | None = None
    sensitive_records: Whole | None = None
    personal_records: Whole | None = None
    funded: bool | None = None
    funder_restricts: bool | None = None
    technology_catalogue: Catalogue | None = None
    files_abroad: bool | None = None
    made_in_china: bool | None = None


class CleanClass(StrEnum):
    """Clean-room classes."""

    NONE = "none"
    ISO8 = "iso8"
    ISO7 = "iso7"
    ISO6 = "iso6"
    ISO5 = "iso5"


class Eia(StrEnum):
    """Classes of environmental impact assessment."""

    NONE = "none"
    REGISTRATION = "registration"
    FORM = "form"
    REPORT = "report"


Measure = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Requirements(Inputs):
    """What a site must offer; what is left out stays unknown and is asked."""

    area_m2: Measure | None = None
    floor_load_kn_m2: Measure | None = None
    ceiling_m: Measure | None = None
    clean_class: CleanClass | None = None
    gmp: bool | None = None
    bsl: Annotated[int, Field(ge=0, le=3)] | None = None
    power_kva: Measure | None = None
    eia: Eia | None = None
    hazardous: bool | None = None
    animal: bool | None = None
    pilot_line: Annotated[str, Field(max_length=40)] | None = None
    budget_yuan_m2_month: Measure | None = None
    preferred_districts: Words | None = None


class ResultIn(Inputs):
    """The result itself."""

    title_zh: Title = ""
    title_en: Title = ""
    summary_zh: Pages = ""
    summary_en: Pages = ""
    source_language: Annotated[str, Field(pattern="^(zh|en)$")] = "zh"
    problem_zh: Paragraph = ""
    problem_en: Paragraph = ""
    advantage_zh: Paragraph = ""
    advantage_en: Paragraph = ""
    keywords_zh: Words = []
    keywords_en: Words = []
    kind: ResultKind = ResultKind.INVENTION
    sector: Key = ""
    holder: UUID
    ip_status: IpStatus = IpStatus.NONE
    patent_numbers: Words = []
    enabling_description: Annotated[str, Field(max_length=100_000)] = ""
    facts: Facts = Facts()
    requirements: Requirements = Requirements()
    services_needed: Words = []


class StatementIn(Inputs):
    """What a summary leaves out."""

    conceived_on: Day | None = None
    reduced_to_practice_on: Day | None = None
    first_written_on: Day | None = None
    filed_on: Day | None = None
    claimed_level: Readiness | None = None
    planned_publications: Annotated[list[Publication], Field(max_length=50)] = []
    past_publications: Annotated[list[Publication], Field(max_length=50)] = []
    funding: Annotated[list[Funding], Field(max_length=50)] = []
    materials: Paragraph = ""
    software_licences: Words = []
    approvals: Paragraph = ""
    prior_art: Pages = ""
    targets: Paragraph = ""
    interests: Paragraph = ""
    facilities_used: Paragraph = ""


class DiscloseIn(Inputs):
    """A new disclosure."""

    result: ResultIn
    statement: StatementIn = StatementIn()
    inventors: Annotated[list[Inventor], Field(min_length=1, max_length=50)]
    owner: UUID | None = None


class ResultChange(ResultIn):
    """Changed fields of the result; what is not sent stays."""

    holder: UUID | None = None  # type: ignore[assignment]


class EditIn(Versioned):
    """Changes to a draft or returned disclosure; what is not sent stays."""

    result: ResultChange = ResultChange()
    statement: StatementIn = StatementIn()
    inventors: Annotated[list[Inventor], Field(min_length=1, max_length=50)] | None = None


class ReturnIn(Versioned):
    """What is wanted, in one language at least."""

    reason_zh: Paragraph = ""
    reason_en: Paragraph = ""


class Tick(StrEnum):
    """As whom one agrees to publish."""

    OFFICER = "officer"
    INVENTOR = "inventor"


class PublishIn(Versioned):
    """Agreement to publish the summary."""

    as_: Annotated[Tick, Field(alias="as")]


class SiftIn(Versioned):
    """What the office decided on a candidate, and why."""

    answer: Answer = ""


class DisclosureOut(RecordOut, of=Disclosure):
    """A disclosure, with what is missing and whether a publication endangers protection."""

    project: Ref | None
    status: DisclosureStatus
    conceived_on: date | None
    reduced_to_practice_on: date | None
    first_written_on: date | None
    filed_on: date | None
    claimed_level: int | None
    planned_publications: list[Any]
    past_publications: list[Any]
    funding: list[Any]
    materials: str
    software_licences: list[Any]
    approvals: str
    prior_art: str
    targets: str
    interests: str
    facilities_used: str
    submitted_on: date | None
    accepted_on: date | None
    returned_zh: str
    returned_en: str
    inventor_tick: str | None
    officer_tick: str | None
    completeness: int
    missing: list[ReasonOut]
    alarm: str
    alarm_reasons: list[ReasonOut]


class CandidateOut(RecordOut, of=Candidate):
    """A published paper worth asking its authors about."""

    work_id: str
    title: str
    doi: str
    year: int
    institutions: list[Any]
    authors: list[Any]
    score: float
    reasons: list[ReasonOut]
    proposed_on: date
    status: CandidateStatus
    answer: str


class DisclosuresAsked(Paging):
    """Which disclosures."""

    status: DisclosureStatus | None = None


class CandidatesAsked(Paging):
    """Which candidates."""

    status: CandidateStatus | None = None


def _assessed(disclosure: Disclosure) -> dict[str, Any]:
    found = services.completeness_of(disclosure)
    alarm = services.publication_alarm(disclosure)
    return {
        "completeness": found.score,
        "missing": [worded(entry.reason) for entry in found.missing],
        "alarm": str(alarm.light),
        "alarm_reasons": [worded(reason) for reason in alarm.reasons],
    }


@router.get("/disclosures", response=answers(Listed[DisclosureOut]))
def disclosures(request: HttpRequest, asked: Query[DisclosuresAsked]) -> Any:
    """Disclosures that you may know of, the latest first."""
    rows = (
        Disclosure.objects.visible_to(request.user)
        .select_related("project__result")
        .order_by("-created_at", "pk")
    )
    if asked.status:
        rows = rows.filter(status=asked.status)
    return listed(DisclosureOut, rows, asked, request.user, _assessed)


def _disclosure(request: HttpRequest, pk: UUID) -> Disclosure:
    found: Disclosure = visible_or_404(Disclosure.objects, request.user, pk)
    return found


@router.get("/disclosures/{uuid:pk}", response=answers(DisclosureOut))
def disclosure(request: HttpRequest, pk: UUID) -> Any:
    """One disclosure."""
    found = _disclosure(request, pk)
    return told(DisclosureOut, found, request.user, **_assessed(found))


def _result_fields(body: ResultIn, request: HttpRequest, sent_only: bool) -> dict[str, Any]:
    fields = body.model_dump(mode="json", exclude_unset=sent_only, exclude={"holder"})
    for name in ("facts", "requirements"):
        if name in fields:
            fields[name] = {key: value for key, value in fields[name].items() if value is not None}
    if body.holder is not None:
        fields["holder"] = pointed(Organisation, request.user, body.holder, "result.holder")
    return fields


def _statement_fields(body: StatementIn, sent_only: bool) -> dict[str, Any]:
    days = {"conceived_on", "reduced_to_practice_on", "first_written_on", "filed_on"}
    fields = body.model_dump(mode="json", exclude_unset=sent_only, exclude=days)
    return fields | body.model_dump(include=days, exclude_unset=sent_only)


def _shares(inventors: list[Inventor], request: HttpRequest) -> list[tuple[Person, Decimal]]:
    return [(pointed(Person, request.user, each.person, "inventors"), each.share) for each in inventors]


@router.post("/disclosures", response=answers(Done))
def disclose(request: HttpRequest, body: DiscloseIn) -> Any:
    """Enter a new result with its disclosure as a draft; `id` is the result's, `made` the disclosure's."""
    owner = pointed(Person, request.user, body.owner, "owner")
    return act(
        services.disclose,
        Result(),
        request,
        fields=_result_fields(body.result, request, sent_only=False),
        statement=_statement_fields(body.statement, sent_only=False),
        inventors=_shares(body.inventors, request),
        owner=account_of(owner, "owner") if owner else None,
    )


@router.post("/disclosures/{uuid:pk}/edit", response=answers(Done))
def edit(request: HttpRequest, pk: UUID, body: EditIn) -> Any:
    """Change a draft or returned disclosure and its result."""
    return act(
        services.edit,
        _disclosure(request, pk),
        request,
        body.version,
        fields=_result_fields(body.result, request, sent_only=True),
        statement=_statement_fields(body.statement, sent_only=True),
        inventors=_shares(body.inventors, request) if body.inventors is not None else None,
    )


@router.post("/disclosures/{uuid:pk}/submit", response=answers(Done))
def submit(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Hand the disclosure in; 409 names what is missing."""
    return act(services.submit, _disclosure(request, pk), request, body.version)


@router.post("/disclosures/{uuid:pk}/return", response=answers(Done))
def send_back(request: HttpRequest, pk: UUID, body: ReturnIn) -> Any:
    """Return the disclosure to its inventors."""
    found = _disclosure(request, pk)
    return act(
        services.send_back, found, request, body.version, reason_zh=body.reason_zh, reason_en=body.reason_en
    )


@router.post("/disclosures/{uuid:pk}/accept", response=answers(Done))
def accept(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Accept the disclosure: its project enters evaluation."""
    return act(services.accept, _disclosure(request, pk), request, body.version)


@router.post("/disclosures/{uuid:pk}/publish", response=answers(Done))
def publish(request: HttpRequest, pk: UUID, body: PublishIn) -> Any:
    """Agree to publish the summary; public once an officer and an inventor agree."""
    return act(services.agree_to_publish, _disclosure(request, pk), request, body.version, as_=str(body.as_))


@router.post("/disclosures/{uuid:pk}/withdraw", response=answers(Done))
def withdraw(request: HttpRequest, pk: UUID, body: Versioned) -> Any:
    """Take a published summary back."""
    return act(services.withdraw, _disclosure(request, pk), request, body.version)


@router.get("/candidates", response=answers(Listed[CandidateOut]))
def candidates(request: HttpRequest, asked: Query[CandidatesAsked]) -> Any:
    """Papers proposed from the evidence, the most promising first."""
    rows = Candidate.objects.visible_to(request.user)
    if asked.status:
        rows = rows.filter(status=asked.status)
    return listed(CandidateOut, rows, asked, request.user)


def _candidate(request: HttpRequest, pk: UUID) -> Candidate:
    found: Candidate = visible_or_404(Candidate.objects, request.user, pk)
    return found


@router.get("/candidates/{uuid:pk}", response=answers(CandidateOut))
def candidate(request: HttpRequest, pk: UUID) -> Any:
    """One candidate."""
    return told(CandidateOut, _candidate(request, pk), request.user)


@router.post("/candidates/{uuid:pk}/invite", response=answers(Done))
def invite(request: HttpRequest, pk: UUID, body: SiftIn) -> Any:
    """Note that the authors were asked to disclose."""
    return act(services.invite, _candidate(request, pk), request, body.version, answer=body.answer)


@router.post("/candidates/{uuid:pk}/dismiss", response=answers(Done))
def dismiss(request: HttpRequest, pk: UUID, body: SiftIn) -> Any:
    """Set the paper aside, with the reason."""
    return act(services.dismiss, _candidate(request, pk), request, body.version, answer=body.answer)


@router.post("/candidates/{uuid:pk}/propose-again", response=answers(Done))
def propose_again(request: HttpRequest, pk: UUID, body: SiftIn) -> Any:
    """Undo an invitation or a dismissal."""
    return act(services.propose_again, _candidate(request, pk), request, body.version, answer=body.answer)


class ColumnOut(Schema):
    """A column of the file and the field that it became; null: not taken over."""

    header: str
    field: str | None


class RowErrorOut(Schema):
    """What is wrong in one row."""

    row: int
    zh: str
    en: str


class DryRunOut(Schema):
    """What would be saved and what is wrong; nothing was saved."""

    kind: Kind
    sha256: str
    columns: list[ColumnOut]
    missing: list[str]
    rows: int
    good: int
    errors: list[RowErrorOut]
    errors_in_all: int
    can_be_saved: bool


class ImportOut(RecordOut, of=ImportBatch):
    """A spreadsheet taken in."""

    kind: str
    file_name: str
    mapping: dict[str, Any]
    rows: int
    saved: int
    by: str | None


class SavedOut(Schema):
    """What an import saved."""

    id: UUID
    rows: Whole
    saved: Whole


Digest = Annotated[str, Form(pattern="^[0-9a-f]{64}$", description="of the file as it was checked")]
MappingText = Annotated[
    str, Form(max_length=20_000, description='JSON: {"header": "field" or null}; left out: as proposed')
]


def _preview(file: UploadedFile, kind: Kind, mapping: str) -> tuple[imports.Preview, str]:
    content = file.read()
    chosen = None
    if mapping:
        try:
            chosen = CHOSEN.validate_json(mapping)
        except NotAMapping as wrong:
            raise ValidationError({"mapping": "write the mapping as JSON: header → field or null"}) from wrong
    try:
        found = imports.preview(content, file.name or "file", kind, chosen)
    except UnreadableTableError as wrong:
        raise ValidationError({"file": wrong.reason.text("en")}) from wrong
    except (KeyError, ValueError) as wrong:
        if chosen is None:
            raise
        raise ValidationError({"mapping": str(wrong)}) from wrong
    return found, hashlib.sha256(content).hexdigest()


@router.get("/imports", response=answers(Listed[ImportOut]))
def batches(request: HttpRequest, asked: Query[Paging]) -> Any:
    """Spreadsheets taken in, the latest first."""
    return listed(ImportOut, ImportBatch.objects.visible_to(request.user), asked, request.user)


@router.post("/imports/dry-run", response=answers(DryRunOut))
def dry_run(
    request: HttpRequest, file: File[UploadedFile], kind: Form[Kind], mapping: MappingText = ""
) -> Any:
    """Read and check a spreadsheet without saving anything; send its `sha256` along to save it."""
    found, digest = _preview(file, kind, mapping)
    checked = found.checked
    return {
        "kind": kind,
        "sha256": digest,
        "columns": [{"header": column.header, "field": column.field} for column in found.mapping.columns],
        "missing": list(found.mapping.missing),
        "rows": len(checked.table.rows),
        "good": len(checked.good),
        "errors": [
            {"row": error.row, "zh": error.text("zh"), "en": error.text("en")}
            for error in checked.errors[:MOST_ROWS]
        ],
        "errors_in_all": len(checked.errors),
        "can_be_saved": found.can_be_saved,
    }


@router.post("/imports", response=answers(SavedOut))
def save_import(
    request: HttpRequest,
    file: File[UploadedFile],
    kind: Form[Kind],
    sha256: Digest,
    mapping: MappingText = "",
) -> Any:
    """Save every row of a file that was checked, or none."""
    found, digest = _preview(file, kind, mapping)
    if digest != sha256:
        raise ValidationError({"file": "this is not the file that was checked: make a dry run of it first"})
    batch = ImportBatch(level=Level.TEAM)
    saved = imports.save_import(batch, by=request.user, found=found)
    return {"id": batch.pk, "rows": len(found.checked.table.rows), "saved": len(saved)}
