"""What was typed into the disclosure form, as records hold it, and back; what can be said before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from technopole.onboarding.engine import completeness, publication, summary
from technopole.onboarding.models import Disclosure
from technopole.onboarding.services import PACK_NAMES
from technopole.parties.models import Person
from technopole.pipeline.models import IpStatus
from technopole.records import clock
from technopole.wording import Reason, language_code

RESULT_FIELDS = (
    "title_zh", "title_en", "kind", "sector", "problem_zh", "problem_en", "advantage_zh", "advantage_en",
    "summary_zh", "summary_en", "keywords_zh", "keywords_en", "enabling_description", "holder",
    "ip_status", "patent_numbers",
)  # fmt: skip
STATEMENT_FIELDS = (
    "conceived_on", "first_written_on", "reduced_to_practice_on", "filed_on", "claimed_level", "materials",
    "software_licences", "approvals", "prior_art", "targets", "interests", "facilities_used",
)  # fmt: skip
FACTS = (
    "human_samples", "human_genetic", "patient_data", "animal", "foreign_party", "us_federal_money", "dual_use",
    "related_party",
)  # fmt: skip
# Ticked when there is none: an empty list alone would not say that the question was answered.
NOTHING_TO_TELL = ("no_publication", "no_funding", "no_third_party_materials")
REQUIREMENTS = {
    "area_m2": "area_m2",
    "floor_load_kn_m2": "floor_load_kn_m2",
    "ceiling_m": "ceiling_m",
    "clean_class": "clean_class",
    "gmp": "gmp",
    "bsl": "bsl",
    "power_kva": "power_kva",
    "eia": "eia",
    "hazardous": "hazardous",
    "site_animal": "animal",
    "pilot_line": "pilot_line",
    "budget_yuan_m2_month": "budget_yuan_m2_month",
    "preferred_districts": "preferred_districts",
}
FILED = (IpStatus.FILED, IpStatus.PUBLISHED, IpStatus.GRANTED)


@dataclass(frozen=True)
class Typed:
    """A form's values as the services take them."""

    fields: dict[str, Any]
    statement: dict[str, Any]
    inventors: list[tuple[Person, Decimal]]


def typed(form: Any, rows: Mapping[str, Any], before: Disclosure | None) -> Typed:
    """The valid values of the form; what it does not ask is kept as `before` has it."""
    given: dict[str, Any] = getattr(form, "cleaned_data", {})
    fields = {name: given[name] for name in RESULT_FIELDS if name in given}
    fields["source_language"] = _source_language(given)
    result = before.project.result if before else None
    facts = dict(result.facts) if result else {}
    _merge(facts, {name: given.get(name) for name in FACTS})
    _merge(facts, {name: given.get(name) or None for name in NOTHING_TO_TELL})
    _merge(facts, {"open_source": given.get("software_licences") or None})
    wanted = dict(result.requirements) if result else {}
    _merge(wanted, {key: _plain(given.get(name)) for name, key in REQUIREMENTS.items()})
    fields |= {"facts": facts, "requirements": wanted}
    statement = {name: given[name] for name in STATEMENT_FIELDS if name in given}
    statement |= _publications(rows["publications"])
    statement["funding"] = [
        {"sponsor": row["sponsor"], "grant_no": row.get("grant_no", "")}
        for row in _filled(rows["funding"], "sponsor")
    ]
    inventors = [(row["person"], row["share"]) for row in _filled(rows["inventors"], "person", "share")]
    return Typed(fields, statement, inventors)


def _merge(held: dict[str, Any], told: Mapping[str, Any]) -> None:
    """What is told replaces what is held; what is not known stands nowhere."""
    for name, value in told.items():
        if value is None:
            held.pop(name, None)
        else:
            held[name] = value


def _plain(value: Any) -> Any:
    """A value as JSON holds it; None for an empty answer."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return None if value in ("", []) else value


def _filled(rows: Any, *wanted: str) -> list[dict[str, Any]]:
    found = [getattr(row, "cleaned_data", {}) for row in rows]
    return [row for row in found if all(row.get(name) not in (None, "") for name in wanted)]


def _publications(rows: Any) -> dict[str, list[dict[str, str]]]:
    """Past and planned, told apart by their day."""
    today = clock.today()
    parted: dict[str, list[dict[str, str]]] = {"past_publications": [], "planned_publications": []}
    for row in _filled(rows, "kind", "on"):
        name = "past_publications" if row["on"] <= today else "planned_publications"
        parted[name].append({"kind": row["kind"], "on": row["on"].isoformat()})
    return parted


def _source_language(given: Mapping[str, Any]) -> str:
    own = language_code(get_language() or "en")
    other = "en" if own == "zh" else "zh"
    for stem in ("summary", "title"):
        written = [language for language in (own, other) if given.get(f"{stem}_{language}")]
        if written:
            return written[0]
    return own


def initial_of(disclosure: Disclosure) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What the form shows of a disclosure: its fields, and its rows by name."""
    result = disclosure.project.result
    initial: dict[str, Any] = {name: getattr(result, name) for name in RESULT_FIELDS if name != "holder"}
    initial["holder"] = result.holder_id
    initial |= {name: getattr(disclosure, name) for name in STATEMENT_FIELDS}
    initial |= {name: result.facts.get(name) for name in (*FACTS, *NOTHING_TO_TELL)}
    initial |= {name: result.requirements.get(key) for name, key in REQUIREMENTS.items()}
    rows = {
        "inventors": [
            {
                "person": row.person_id,
                "share": f"{row.share:f}".rstrip("0").rstrip(".") if row.share else None,
            }
            for row in result.inventorships.all()
        ],
        "publications": [*disclosure.past_publications, *disclosure.planned_publications],
        "funding": list(disclosure.funding),
    }
    return initial, rows


def score_of(told: Typed, evidence: list[Any]) -> completeness.Completeness:
    """How complete it would be if it were saved like this."""
    found: dict[str, Any] = dict(told.fields["facts"]) | {"evidence": evidence}
    for name, value in (told.fields | told.statement).items():
        found[PACK_NAMES.get(name, name)] = value
    found["inventors"] = [{"person": str(person), "share": str(share)} for person, share in told.inventors]
    return completeness.completeness(found)


def alarm_of(told: Typed) -> publication.Alarm:
    """What the publications typed so far do to a patent."""
    today = clock.today()
    filed: date | None = told.statement.get("filed_on")
    if filed is None and told.fields.get("ip_status") in FILED:
        filed = today
    return publication.alarm(
        planned=[publication.Publication.of(row) for row in told.statement["planned_publications"]],
        past=[publication.Publication.of(row) for row in told.statement["past_publications"]],
        today=today,
        filed_on=filed,
    )


def leaks_of(told: Typed) -> tuple[Reason, ...]:
    """What the public texts repeat of the confidential ones."""
    public = "\n".join(
        str(told.fields.get(f"{name}_{language}") or "")
        for name in ("title", "summary", "problem", "advantage")
        for language in ("zh", "en")
    )
    open_already = told.fields.get("ip_status") in (IpStatus.PUBLISHED, IpStatus.GRANTED)
    found = summary.leaks(
        public,
        confidential={"enabling_description": str(told.fields.get("enabling_description") or "")},
        unpublished_applications=() if open_already else told.fields.get("patent_numbers") or (),
    )
    named = {"field": {"zh": "可实施的技术说明", "en": "enabling description"}}
    return tuple(
        replace(reason, values={**reason.values, **named}) if "field" in reason.values else reason
        for reason in found
    )
