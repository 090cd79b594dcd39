"""Loading a sample folder: registers by natural key, then the history replayed through the services."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction

from technopole.cli.progress import Steps
from technopole.parties.actions import Refused
from technopole.parties.models import Organisation, OrganisationKind, Person, Role, User
from technopole.planning import jobs
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.facilities.models import Facility, Provider
from technopole.resources.needs.models import Need
from technopole.resources.policies.models import Policy
from technopole.resources.sites.models import District, Site

ACCOUNT_PASSWORD = "technopole-sample"
ROLES_SINCE = date(2024, 1, 1)
ROR_KINDS = {
    "education": OrganisationKind.UNIVERSITY,
    "healthcare": OrganisationKind.HOSPITAL,
    "company": OrganisationKind.COMPANY,
    "government": OrganisationKind.PUBLIC,
    "facility": OrganisationKind.INSTITUTE,
    "nonprofit": OrganisationKind.INSTITUTE,
}


class SampleError(ValueError):
    """A sample file is wrong; the message names file, entry and what was expected."""


class Entry(dict[str, Any]):
    """One entry of a sample file, and the file it stands in."""

    file: str = ""


def entries(folder: Path, name: str) -> list[Entry]:
    """The entries of ``name.yaml`` and of every file in ``name/``.

    Raises
    ------
    SampleError
        Neither exists, or one cannot be read or is no list of entries.
    """
    files = [path for path in (folder / f"{name}.yaml",) if path.exists()]
    files += sorted((folder / name).glob("*.yaml"))
    if not files:
        raise SampleError(f"{folder}: neither {name}.yaml nor {name}/*.yaml is there")
    return [entry for path in files for entry in _read(path, str(path.relative_to(folder)))]


def _read(path: Path, file: str) -> list[Entry]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as wrong:
        raise SampleError(f"{path}: cannot be read: {' '.join(str(wrong).split())}") from wrong
    if not isinstance(loaded, list) or not all(isinstance(row, dict) for row in loaded):
        raise SampleError(f"{path}: expected a list of entries, each with its fields by name")
    found = []
    for row in loaded:
        entry = Entry(row)
        entry.file = file
        found.append(entry)
    return found


@contextmanager
def told_of(entry: Entry, name: str) -> Iterator[None]:
    """Say of what goes wrong inside in which file and entry it stands.

    Raises
    ------
    SampleError
        A field is missing or of the wrong kind, a key names no record, or a record cannot be saved so.
    """
    try:
        yield
    except KeyError as missing:
        raise SampleError(f"{entry.file}: {name}: {missing} is missing") from missing
    except ValidationError as wrong:
        said = wrong.message_dict if hasattr(wrong, "error_dict") else "; ".join(wrong.messages)
        raise SampleError(f"{entry.file}: {name}: {said}") from wrong
    except Refused as wrong:
        said = "; ".join(reason.text("en") for reason in wrong.reasons)
        raise SampleError(f"{entry.file}: {name}: {said}") from wrong
    except PermissionDenied as wrong:
        raise SampleError(f"{entry.file}: {name}: not allowed: {wrong}") from wrong
    except (ValueError, TypeError, AttributeError, ArithmeticError, ObjectDoesNotExist) as wrong:
        raise SampleError(f"{entry.file}: {name}: {wrong}") from wrong


def load_registers(folder: Path, progress: Steps) -> None:
    """Load everything but the results and their history; entries whose key exists are left as they are."""
    invented = folder / "invented"
    with change(by=None, why="sample region loaded"):
        load_districts(invented)
        loaders: list[tuple[str, str, Callable[[Mapping[str, Any]], Any]]] = [
            ("organisations", "organisations · 机构", make_organisation),
            ("people", "people · 人员", _person),
            ("sites", "parks · 园区", make_site),
            ("facilities", "facilities · 平台设施", _facility),
            ("providers", "providers · 服务机构", _provider),
            ("policies", "policies · 政策", make_policy),
            ("needs", "needs · 需求", _need),
        ]
        for name, title, make in loaders:
            for row in progress.track(entries(invented, name), title):
                with told_of(row, str(row.get("key", "an entry without a key"))):
                    make(row)
        _coauthors(entries(invented, "people"))
        _real_organisations(folder / "real" / "organisations.csv", progress)


def held(model: Any, key: str | None) -> Any:
    """The record with that natural key, or None when no key is given.

    Raises
    ------
    SampleError
        No such record.
    """
    if key is None:
        return None
    try:
        return model.objects.get(key=key)
    except model.DoesNotExist:
        raise SampleError(f"no {model._meta.verbose_name} has the key {key!r}") from None


def load_districts(folder: Path) -> None:
    """Districts and the places outside that landings may go to."""
    for row in entries(folder, "districts"):
        District.objects.get_or_create(
            key=row["key"],
            defaults={name: row[name] for name in ("name_zh", "name_en", "region") if name in row},
        )


def _new(model: Any, row: Mapping[str, Any], level: int, **fields: Any) -> Any:
    if model.objects.filter(key=row["key"]).exists():
        return None
    record = model(key=row["key"], is_sample=True, level=level, **fields)
    record.save()
    return record


def _taken(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name) is not None}


def make_organisation(row: Mapping[str, Any]) -> None:
    """One organisation, unless its key is held already."""
    names = (
        "name_zh",
        "name_en",
        "kind",
        "district",
        "sector",
        "founded",
        "size",
        "website",
        "about_zh",
        "about_en",
    )
    _new(Organisation, row, Level.PUBLIC, **_taken(row, *names))


def _person(row: Mapping[str, Any]) -> None:
    names = ("name_zh", "name_en", "title_zh", "title_en", "unit", "expertise_zh", "expertise_en", "email")
    person = _new(
        Person, row, Level.PUBLIC, organisation=held(Organisation, row["organisation"]), **_taken(row, *names)
    )
    if person is None:
        return
    for role in row.get("roles", ()):
        Role(person=person, role=role, valid_from=ROLES_SINCE, is_sample=True, level=Level.REGISTERED).save()
    if row.get("account"):
        User.objects.create(username=row["account"], person=person, is_sample=True, password=_password())


@cache
def _password() -> str:
    """Hashed once for all: it is the same printed word for every sample account."""
    return make_password(ACCOUNT_PASSWORD)


def _coauthors(rows: list[Entry]) -> None:
    for row in rows:
        if row.get("coauthors"):
            with told_of(row, f"{row['key']}: coauthors"):
                held(Person, row["key"]).coauthors.add(*(held(Person, key) for key in row["coauthors"]))


def make_site(row: Mapping[str, Any]) -> None:
    """One park, unless its key is held already."""
    names = (
        "name_zh name_en tier positioning_zh positioning_en sectors total_m2 free_m2 min_unit_m2 floor_load_kn_m2"
        " ceiling_m clean_class gmp bsl power_kva eia_max hazardous animal pilot_line rent_yuan_m2_month policies"
    ).split()
    fields = _taken(row, *names)
    for number in ("floor_load_kn_m2", "ceiling_m", "rent_yuan_m2_month"):
        fields[number] = str(fields[number])
    _new(
        Site,
        row,
        Level.PUBLIC,
        district=District.objects.get(key=row["district"]),
        operator=held(Organisation, row.get("operator")),
        manager=held(Person, row.get("manager")),
        **fields,
    )


def _facility(row: Mapping[str, Any]) -> None:
    names = (
        "name_zh",
        "name_en",
        "kind",
        "capabilities_zh",
        "capabilities_en",
        "sectors",
        "open_to_outside",
        "price_note",
    )
    site, operator = held(Site, row["site"]), held(Organisation, row["operator"])
    _new(Facility, row, Level.PUBLIC, site=site, operator=operator, **_taken(row, *names))


def _provider(row: Mapping[str, Any]) -> None:
    names = (
        "kind capabilities_zh capabilities_en sectors certifications district lead_weeks min_order_yuan"
    ).split()
    _new(
        Provider,
        row,
        Level.PUBLIC,
        organisation=held(Organisation, row["organisation"]),
        **_taken(row, *names),
    )


def make_policy(row: Mapping[str, Any]) -> None:
    """One policy, unless its key is held already."""
    names = (
        "name_zh name_en issuer_zh issuer_en kind sectors districts benefit_zh benefit_en conditions_zh conditions_en"
    ).split()
    _new(Policy, row, Level.PUBLIC, valid_from=row["from"], valid_to=row.get("to"), **_taken(row, *names))


def _need(row: Mapping[str, Any]) -> None:
    names = ("language", "title", "sector", "min_trl", "deadline", "posted_on", "kind")
    _new(
        Need,
        row,
        int(row.get("level", Level.PUBLIC)),
        organisation=held(Organisation, row["organisation"]),
        contact=held(Person, row.get("contact")),
        description=row["text"],
        budget_yuan=int(row["budget_wan"] * 10_000) if row.get("budget_wan") is not None else None,
        **_taken(row, *names),
    )


def _real_organisations(path: Path, progress: Steps) -> None:
    """Organisations of the public register: real, so no sample mark and nothing invented about them."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [Entry(row) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError) as wrong:
        raise SampleError(f"{path}: cannot be read: {wrong}") from wrong
    known = set(Organisation.objects.exclude(ror="").values_list("ror", flat=True))
    for row in progress.track(rows, "ROR organisations · 真实机构"):
        row.file = path.name
        with told_of(row, str(row.get("ror"))):
            if row["ror"] not in known:
                _real_organisation(row)


def _real_organisation(row: Mapping[str, Any]) -> None:
    kinds = [ROR_KINDS[kind] for kind in row["types"].replace(";", "|").split("|") if kind in ROR_KINDS]
    Organisation(
        ror=row["ror"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        kind=kinds[0] if kinds else OrganisationKind.OTHER,
        website=row["website"] if row["website"].startswith("http") else "",
        founded=int(row["established"]) if row["established"] else None,
        level=Level.PUBLIC,
    ).save()


def load_sample(folder: Path, progress: Steps) -> Any:
    """Load a whole sample region and run the loop on it, all or nothing; returns the replay's outcome."""
    from technopole.cli.replay import replay_region

    if not folder.is_dir():
        raise SampleError(f"{folder} is not a folder; give a sample folder or set TECHNOPOLE_SAMPLE")
    with jobs.paused(), transaction.atomic():
        load_registers(folder, progress)
        return replay_region(folder, progress)
