"""Bulk import: a spreadsheet is read, its columns mapped, checked without saving, then saved whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from technopole.onboarding.engine import columns, reading, tables
from technopole.onboarding.models import Disclosure, DisclosureStatus, ImportBatch
from technopole.parties.actions import Refused, action
from technopole.parties.models import Organisation, OrganisationKind, Person, User
from technopole.pipeline.models import Inventorship, Result
from technopole.pipeline.services import advance, open_project
from technopole.records import clock
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import District, Site
from technopole.wording import Reason, language_code

YUAN_PER_WAN = 10_000


class ImportFailed(ValueError):
    """A file cannot be imported; the message names file, row and column."""


@dataclass(frozen=True)
class Preview:
    """A dry run: what would be saved, what is wrong, what is odd; nothing was saved."""

    kind: str
    mapping: columns.Mapping
    checked: tables.Checked

    @property
    def can_be_saved(self) -> bool:
        """Whether there are rows, no error, and no required column is missing."""
        return bool(self.checked.good) and not self.checked.errors and not self.mapping.missing


def preview(content: Any, name: str, kind: str, chosen: Mapping[str, str | None] | None = None) -> Preview:
    """Read and check a file without saving anything.

    Parameters
    ----------
    content
        A path or the bytes of an upload.
    chosen
        Header → field as a person chose it; the proposed mapping when left out.

    Raises
    ------
    UnreadableTableError
        The file cannot be read as a table.
    """
    table = reading.read_rows(content, name)
    if chosen is None:
        mapping = columns.propose_mapping(table.headers, kind)
    else:
        mapping = columns.chosen_mapping(table.headers, kind, chosen)
    return Preview(kind, mapping, tables.validate(table, mapping, kind))


@action("onboarding.import", ImportBatch)
def save_import(batch: ImportBatch, *, by: User, found: Preview) -> list[Any]:
    """Save every row of a checked file, or none.

    Raises
    ------
    Refused
        The preview has errors or lacks a required column.
    ValidationError
        A row that looked right cannot be saved; the message names it and nothing is saved.
    """
    if found.mapping.missing:
        raise Refused(Reason("onboarding.columns_missing", {"fields": ", ".join(found.mapping.missing)}))
    if found.checked.errors:
        raise Refused(
            Reason("onboarding.rows_wrong", {"count": len({error.row for error in found.checked.errors})})
        )
    batch.kind = found.kind
    batch.file_name = found.checked.table.name[-200:]
    batch.mapping = {column.header: column.field for column in found.mapping.columns}
    batch.rows = len(found.checked.table.rows)
    batch.by = by
    makers: dict[str, Callable[[Mapping[str, Any], User], Any]] = {
        "results": _result,
        "needs": _need,
        "sites": _site,
    }
    make = makers[found.kind]
    saved = []
    for row in found.checked.good:
        try:
            saved.append(make(row.values, by))
        except ValidationError as wrong:
            raise ValidationError([f"{row.number}: {message}" for message in wrong.messages]) from wrong
    batch.saved = len(saved)
    batch.save()
    return saved


def _organisation(name: str, by: User, kind: OrganisationKind) -> Organisation:
    """The organisation of that name, in either language; the importer's own when none is given."""
    if not name.strip():
        if by.person is None:
            raise ValidationError({"organisation": "–"})
        return by.person.organisation
    column = f"name_{_language(name)}"
    known = Organisation.objects.filter(**{column: name.strip()}).first()
    if known is None:
        known = Organisation(kind=kind, level=Level.REGISTERED, **{column: name.strip()[:300]})
        known.save()
    return known


def _language(text: str) -> str:
    return "zh" if any("一" <= character <= "鿿" for character in text) else "en"


def _contact(name: str, organisation: Organisation) -> Person | None:
    """The person of that name at the organisation, made when new; None without a name."""
    if not name.strip():
        return None
    column = f"name_{_language(name)}"
    known = Person.objects.filter(organisation=organisation, **{column: name.strip()}).first()
    if known is None:
        known = Person(organisation=organisation, level=Level.REGISTERED, **{column: name.strip()[:100]})
        known.save()
    return known


def _result(values: Mapping[str, Any], by: User) -> Result:
    """A result taken over from the office's own list enters evaluation; what the list lacks is asked there."""
    holder = _organisation(str(values.get("holder", "")), by, OrganisationKind.OTHER)
    result = Result(
        holder=holder,
        level=Level.TEAM,
        sector=str(values.get("sector", ""))[:60],
        kind=values.get("kind", "invention"),
        ip_status=values.get("ip_status", "granted" if values.get("patent_numbers") else "none"),
        patent_numbers=list(values.get("patent_numbers", ())),
    )
    for language in ("zh", "en"):
        setattr(result, f"title_{language}", values.get(f"title_{language}", ""))
        setattr(result, f"summary_{language}", values.get(f"abstract_{language}", ""))
        setattr(result, f"problem_{language}", values.get(f"problem_{language}", "")[:5000])
        setattr(result, f"advantage_{language}", values.get(f"advantage_{language}", "")[:5000])
        setattr(result, f"keywords_{language}", list(values.get(f"keywords_{language}", ())))
    result.source_language = "zh" if result.title_zh else "en"
    result.save()
    for name in dict.fromkeys(values.get("inventors", ())):
        person = _contact(str(name), holder)
        if person is not None:
            # A list of names says nothing about shares: 0 stands until the inventors agree on them.
            Inventorship.objects.get_or_create(result=result, person=person, defaults={"share": Decimal(0)})
    project = open_project(result, owner=by)
    disclosure = Disclosure(
        project=project,
        level=Level.TEAM,
        status=DisclosureStatus.ACCEPTED,
        accepted_on=clock.today(),
        accepted_by=by,
        conceived_on=values.get("conceived_on"),
        claimed_level=values.get("level"),
    )
    planned = values.get("planned_publication_on")
    if isinstance(planned, date):
        disclosure.planned_publications = [{"kind": "paper", "on": planned.isoformat()}]
    disclosure.save()
    advance(project, by=by)
    return result


def _need(values: Mapping[str, Any], by: User) -> Need:
    organisation = _organisation(str(values.get("organisation", "")), by, OrganisationKind.COMPANY)
    # Exports of other systems write a line break as the two characters \\n.
    text = str(values.get("text") or values["title"]).replace("\\n", "\n")
    need = Need(
        organisation=organisation,
        contact=_contact(str(values.get("contact", "")), organisation),
        level=Level.REGISTERED,
        kind=values.get("kind", "company"),
        language=_language(f"{values['title']} {text}"),
        title=values["title"],
        description=text,
        sector=str(values.get("sector", ""))[:60],
        min_trl=values.get("min_trl"),
        deadline=values.get("deadline"),
        posted_on=values.get("posted_on") or clock.today(),
    )
    if values.get("budget_wan") is not None:
        need.budget_yuan = int(values["budget_wan"] * YUAN_PER_WAN)
    need.save()
    return need


def _site(values: Mapping[str, Any], by: User) -> Site:
    district = _district(str(values.get("district", "")))
    operator = values.get("operator")
    site = Site(
        district=district,
        level=Level.PUBLIC,
        operator=_organisation(str(operator), by, OrganisationKind.PARK_OPERATOR) if operator else None,
        sectors=list(values.get("sectors", ())),
    )
    for name in ("name_zh", "name_en", "positioning_zh", "positioning_en"):
        setattr(site, name, values.get(name, ""))
    # What the list does not say is read as "does not offer": a site is never promised by default.
    site.free_m2 = int(values.get("free_m2", 0))
    site.total_m2 = max(int(values.get("total_m2", 0)), site.free_m2)
    site.min_unit_m2 = int(values.get("min_unit_m2", 0))
    for name in ("floor_load_kn_m2", "ceiling_m", "rent_yuan_m2_month"):
        setattr(
            site,
            name,
            Decimal(values.get(name, 0)).quantize(
                Decimal("0.1") if name != "rent_yuan_m2_month" else Decimal("0.01")
            ),
        )
    site.power_kva = int(values.get("power_kva", 0))
    for name in ("clean_class", "eia_max"):
        setattr(site, name, values.get(name, "none"))
    for name in ("gmp", "hazardous", "animal"):
        setattr(site, name, bool(values.get(name, False)))
    site.bsl = int(values.get("bsl", 0))
    site.pilot_line = str(values.get("pilot_line", ""))[:40]
    site.save()
    return site


def _district(name: str) -> District:
    """The district of that name or key.

    Raises
    ------
    ValidationError
        No district has that name.
    """
    wanted = name.strip().casefold()
    for district in District.objects.all():
        names = {
            district.key,
            district.name_zh,
            district.name_zh.removesuffix("区"),
            district.name_en.casefold(),
        }
        if wanted in names:
            return district
    said = Reason("onboarding.no_such_district", {"name": name or "–"})
    raise ValidationError(said.text(language_code("en")))
