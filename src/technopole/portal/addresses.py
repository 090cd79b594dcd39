"""Where a record's page is."""

from __future__ import annotations

from django.urls import reverse

from technopole.parties.models import Organisation
from technopole.pipeline.models import Result, TransferProject
from technopole.records.models import Record

PAGES: dict[type[Record], str] = {
    TransferProject: "project",
    Result: "result",
    Organisation: "organisation",
}


def address_of(record: Record) -> str:
    """The address of the record's page.

    Raises
    ------
    KeyError
        Records of this model have no page of their own.
    """
    return reverse(PAGES[type(record)], args=[record.pk])
