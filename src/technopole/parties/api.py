"""The API of organisations, people and documents; how a request becomes an action."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from technopole.parties import services
from technopole.parties.models import Nda, Organisation, OrganisationKind, Person, User
from technopole.parties.views import document as served_document
from technopole.records.api import (
    PROBLEMS,
    Day,
    Inputs,
    Key,
    Line,
    Listed,
    Paging,
    Paragraph,
    RecordOut,
    Ref,
    Title,
    Version,
    answers,
    listed,
    pointed,
    told,
)
from technopole.records.levels import Level
from technopole.records.models import Document, Record
from technopole.records.pages import visible_or_404

router = Router()
A_FILE = {
    "description": "The file",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


class Done(Schema):
    """What an action left: the record's new version, and the record that it made, if any."""

    id: UUID
    version: int
    made: UUID | None = None


def done(record: Record, outcome: Any) -> dict[str, Any]:
    """The answer after an action on `record` that gave `outcome`."""
    version = type(record)._base_manager.values_list("version", flat=True).get(pk=record.pk)
    made = outcome.pk if isinstance(outcome, Record) and outcome.pk != record.pk else None
    return {"id": record.pk, "version": version, "made": made}


def act(
    service: Any, record: Record, request: HttpRequest, version: int | None = None, **inputs: Any
) -> dict[str, Any]:
    """Carry out an action for the user of the request; its refusals become answers in the error handlers."""
    return done(record, service(record, by=request.user, version=version, **inputs))


def account_of(person: Person, field: str) -> User:
    """The account of a person.

    Raises
    ------
    ValidationError
        The person has none.
    """
    found = User.objects.filter(person=person).first()
    if found is None:
        raise ValidationError({field: "this person has no account"})
    return found


class OrganisationOut(RecordOut, of=Organisation):
    """An organisation."""

    name_zh: str
    name_en: str
    kind: OrganisationKind
    sector: str
    district: str
    founded: int | None
    size: str
    website: str
    about_zh: str
    about_en: str
    ror: str


class OrganisationIn(Inputs):
    """What an organisation may be given."""

    name_zh: Line = ""
    name_en: Line = ""
    kind: OrganisationKind = OrganisationKind.COMPANY
    sector: Key = ""
    district: Key = ""
    founded: Annotated[int, Field(ge=800, le=2200)] | None = None
    size: Annotated[str, Field(max_length=10)] = ""
    website: Title = ""
    about_zh: Paragraph = ""
    about_en: Paragraph = ""
    level: Level = Level.REGISTERED


class OrganisationChange(OrganisationIn):
    """Changes to an organisation."""

    version: Version


class PersonOut(RecordOut, of=Person):
    """A person."""

    name_zh: str
    name_en: str
    organisation: Ref | None
    unit: str
    title_zh: str
    title_en: str
    expertise_zh: str
    expertise_en: str
    email: str | None
    phone: str | None
    orcid: str


class PersonIn(Inputs):
    """What a person may be given."""

    name_zh: Annotated[str, Field(max_length=100)] = ""
    name_en: Annotated[str, Field(max_length=100)] = ""
    organisation: UUID
    unit: Annotated[str, Field(max_length=200)] = ""
    title_zh: Annotated[str, Field(max_length=200)] = ""
    title_en: Annotated[str, Field(max_length=200)] = ""
    expertise_zh: Annotated[str, Field(max_length=3000)] = ""
    expertise_en: Annotated[str, Field(max_length=3000)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    orcid: Annotated[str, Field(max_length=19)] = ""
    level: Level = Level.REGISTERED


class PersonChange(PersonIn):
    """Changes to a person."""

    version: Version


class NdaOut(RecordOut, of=Nda):
    """A non-disclosure agreement."""

    organisation: Ref | None
    subject_ids: list[UUID]
    valid_from: Day
    valid_to: Day


class NdaIn(Inputs):
    """A signed agreement."""

    organisation: UUID
    results: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    valid_from: Day
    valid_to: Day


class DocumentOut(RecordOut, of=Document):
    """A stored file; its content is under `…/file`."""

    name: str
    content_type: str
    size: int
    sha256: str
    note: str


class OrganisationsAsked(Paging):
    """Which organisations."""

    kind: OrganisationKind | None = None
    district: Key = ""


@router.get("/organisations", response=answers(Listed[OrganisationOut]), tags=["parties"])
def organisations(request: HttpRequest, asked: Query[OrganisationsAsked]) -> Any:
    """Organisations that you may know of, by kind and district."""
    rows = Organisation.objects.visible_to(request.user)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.district:
        rows = rows.filter(district=asked.district)
    return listed(OrganisationOut, rows, asked, request.user)


@router.get("/organisations/{uuid:pk}", response=answers(OrganisationOut), tags=["parties"])
def organisation(request: HttpRequest, pk: UUID) -> Any:
    """One organisation."""
    return told(OrganisationOut, visible_or_404(Organisation.objects, request.user, pk), request.user)


@router.post("/organisations", response=answers(Done), tags=["parties"])
def add_organisation(request: HttpRequest, body: OrganisationIn) -> Any:
    """Register an organisation."""
    return act(services.save_organisation, Organisation(), request, fields=body.model_dump())


@router.post("/organisations/{uuid:pk}", response=answers(Done), tags=["parties"])
def change_organisation(request: HttpRequest, pk: UUID, body: OrganisationChange) -> Any:
    """Change the sent fields of an organisation."""
    record = visible_or_404(Organisation.objects, request.user, pk)
    return act(services.save_organisation, record, request, body.version, fields=body.given("version"))


@router.get("/people", response=answers(Listed[PersonOut]), tags=["parties"])
def people(request: HttpRequest, asked: Query[Paging]) -> Any:
    """People that you may know of."""
    return listed(PersonOut, Person.objects.visible_to(request.user), asked, request.user)


@router.get("/people/{uuid:pk}", response=answers(PersonOut), tags=["parties"])
def person(request: HttpRequest, pk: UUID) -> Any:
    """One person."""
    return told(PersonOut, visible_or_404(Person.objects, request.user, pk), request.user)


def _person_fields(body: PersonIn, request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    fields["organisation"] = pointed(Organisation, request.user, body.organisation, "organisation")
    return fields


@router.post("/people", response=answers(Done), tags=["parties"])
def add_person(request: HttpRequest, body: PersonIn) -> Any:
    """Register a person."""
    return act(
        services.save_person, Person(), request, fields=_person_fields(body, request, body.model_dump())
    )


@router.post("/people/{uuid:pk}", response=answers(Done), tags=["parties"])
def change_person(request: HttpRequest, pk: UUID, body: PersonChange) -> Any:
    """Change the sent fields of a person."""
    record = visible_or_404(Person.objects, request.user, pk)
    fields = _person_fields(body, request, body.given("version"))
    return act(services.save_person, record, request, body.version, fields=fields)


@router.get("/documents/{uuid:pk}", response=answers(DocumentOut), tags=["documents"])
def document(request: HttpRequest, pk: UUID) -> Any:
    """What is known of a stored file."""
    return told(DocumentOut, visible_or_404(Document.objects, request.user, pk), request.user)


@router.get(
    "/documents/{uuid:pk}/file",
    response=PROBLEMS,
    tags=["documents"],
    openapi_extra={"responses": {200: A_FILE}},
)
def document_file(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file itself, always as a download; from level 2 on the audit trail says who read it."""
    return served_document(request, pk)
