"""Where a record's page is."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from technopole.parties.models import Organisation
from technopole.pipeline.models import Result, TransferProject
from technopole.records.models import Record
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site

PAGES: dict[type[Record], str] = {
    TransferProject: "project",
    Result: "result",
    Organisation: "organisation",
    Need: "need",
    Site: "site",
}


def address_of(record: Record) -> str:
    """The address of the record's page.

    Raises
    ------
    KeyError
        Records of this model have no page of their own.
    """
    try:
        return reverse(PAGES[type(record)], args=[record.pk])
    except NoReverseMatch:
        return (
            reverse("result", args=[record.result_id])
            if isinstance(record, TransferProject)
            else reverse("front")
        )
