"""What is done to people and organisations: register, and non-disclosure agreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from technopole.parties.actions import action
from technopole.parties.models import Nda, Organisation, Person, User, audit
from technopole.records.models import Document, Record


@action("parties.organisation", Organisation)
def save_organisation(organisation: Organisation, *, by: User, fields: Mapping[str, Any]) -> Organisation:
    """Register or change an organisation."""
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save()
    return organisation


@action("parties.person", Person)
def save_person(person: Person, *, by: User, fields: Mapping[str, Any]) -> Person:
    """Register or change a person."""
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    return person


@action("parties.nda", Nda)
def sign_nda(
    nda: Nda,
    *,
    by: User,
    organisation: Organisation,
    results: Sequence[Record],
    valid_from: date,
    valid_to: date,
    signed_file: Document | None = None,
) -> Nda:
    """Record a signed agreement: its organisation reads these results up to level 2 until it ends."""
    nda.organisation = organisation
    nda.subject_ids = [str(result.pk) for result in results]
    nda.valid_from, nda.valid_to, nda.signed_file = valid_from, valid_to, signed_file
    nda.save()
    audit(by, "parties.nda", nda, organisation=str(organisation.pk), results=nda.subject_ids)
    return nda
