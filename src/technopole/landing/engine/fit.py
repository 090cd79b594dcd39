"""Which sites fit a project: hard requirements first, then a score, each with what is asked and offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, bilingual, decimal, record, table, whole
from technopole.evaluation.engine.packs import Pack, load_pack
from technopole.wording import Reason


class CleanClass(StrEnum):
    """Air cleanliness, from none to the cleanest."""

    NONE = "none"
    ISO8 = "iso8"
    ISO7 = "iso7"
    ISO6 = "iso6"
    ISO5 = "iso5"


class EiaClass(StrEnum):
    """Class of environmental assessment (环评), from none to the most demanding."""

    NONE = "none"
    REGISTRATION = "registration"
    FORM = "form"
    REPORT = "report"


@dataclass(frozen=True)
class Requirements:
    """What a project needs of a site; ``None`` means that nobody has said, and is asked.

    Parameters
    ----------
    area_m2, floor_load_kn_m2, ceiling_m, power_kva
        Least floor area (m²), floor load (kN/m²), clear height (m) and power (kVA).
    bsl
        Biosafety level 0 to 3.
    pilot_line
        Key of the pilot line it must use; ``none`` when it needs none.
    budget_yuan_m2_month
        Rent it can bear, CNY per m² and month.
    preferred_districts
        District keys; an empty tuple says that any will do.
    """

    sector: str | None = None
    area_m2: float | None = None
    floor_load_kn_m2: float | None = None
    ceiling_m: float | None = None
    clean_class: CleanClass | None = None
    gmp: bool | None = None
    bsl: int | None = None
    power_kva: float | None = None
    eia: EiaClass | None = None
    hazardous: bool | None = None
    animal: bool | None = None
    pilot_line: str | None = None
    budget_yuan_m2_month: Decimal | None = None
    preferred_districts: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        refuse_negative(self)


@dataclass(frozen=True)
class SiteOffer:
    """What a site offers; ``None`` means that the operator has not said, and is asked.

    `policies` are the keys of policies in force there for which the project may apply; the units
    are those of `Requirements`.
    """

    key: str
    name: Mapping[str, str]
    district: str
    sectors: tuple[str, ...] = ()
    free_m2: float | None = None
    min_unit_m2: float | None = None
    floor_load_kn_m2: float | None = None
    ceiling_m: float | None = None
    clean_class: CleanClass | None = None
    gmp: bool | None = None
    bsl: int | None = None
    power_kva: float | None = None
    eia_max: EiaClass | None = None
    hazardous: bool | None = None
    animal: bool | None = None
    pilot_line: str | None = None
    rent_yuan_m2_month: Decimal | None = None
    policies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_negative(self)


@dataclass(frozen=True)
class SiteFit:
    """How one site fits: eligible without blockers; `questions` go to the operator."""

    site: str
    eligible: bool
    blockers: tuple[Reason, ...]
    score: float
    reasons: tuple[Reason, ...]
    questions: tuple[Reason, ...]


@dataclass(frozen=True)
class Term:
    """One term of a score: its share 0 to 1 and how it reads."""

    name: str
    value: float
    reason: Reason


def rank_sites(requirements: Requirements, sites: Iterable[SiteOffer], on: date) -> list[SiteFit]:
    """Every site with its blockers and score, the best first.

    Eligible sites come first, those that answered every hard requirement before those with open
    questions, then by score and key; the others follow, fewest blockers first. Each site is judged
    alone, so leaving one out never changes the order of the rest.

    Raises
    ------
    ValueError
        Two sites bear one key.

    Examples
    --------
    >>> needs = Requirements(area_m2=800, clean_class=CleanClass.ISO5)
    >>> east = SiteOffer(
    ...     "east", {"zh": "东园", "en": "East"}, "pudong", free_m2=900, clean_class=CleanClass.ISO7
    ... )
    >>> [blocker.text("en") for blocker in rank_sites(needs, [east], date(2026, 1, 1))[0].blockers]
    ['needs ISO 5, East offers ISO 7']
    """
    offers = list(sites)
    refuse_twins(site.key for site in offers)
    return sorted((_fit(requirements, site, on) for site in offers), key=_order)


def questions(requirements: Requirements) -> tuple[Reason, ...]:
    """What to ask the project: one question for each requirement that nobody has stated."""
    return tuple(
        Reason(f"landing.ask_{field.name}")
        for field in fields(requirements)
        if getattr(requirements, field.name) is None
    )


def weighted(terms: Iterable[Term], weights: Mapping[str, str]) -> float:
    """The weighted mean of the terms that are known, 0 when none is; to four decimals.

    >>> known = [Term("a", 1.0, Reason("x.y")), Term("b", 0.5, Reason("x.y"))]
    >>> weighted(known, {"a": "0.2", "b": "0.6", "c": "0.2"})
    0.625
    """
    held = [(Decimal(str(term.value)), Decimal(weights[term.name])) for term in terms]
    total = sum((weight for _, weight in held), Decimal(0))
    if total == 0:
        return 0.0
    return float(round(sum((value * weight for value, weight in held), Decimal(0)) / total, 4))


@cache
def weights() -> Pack:
    """The checked pack of the weights of the score."""
    shares = record(dict.fromkeys(("sector", "area", "price", "district", "policies"), decimal("0", "1")))
    contents: dict[str, Check] = {"weights": shares, "enough_policies": whole(1, 50)}
    return load_pack("landing", "site-fit", contents)


@cache
def _labels() -> Pack:
    lists: dict[str, Check] = {
        "clean_class": record(dict.fromkeys([item.value for item in CleanClass], bilingual())),
        "eia": record(dict.fromkeys([item.value for item in EiaClass], bilingual())),
        "pilot_line": table(bilingual()),
        "provider": table(bilingual()),
    }
    return load_pack("landing", "labels", lists)


def label(list_name: str, key: str, on: date) -> Mapping[str, str]:
    """What a key of a closed list is called; a key of one's own pilot line stands for itself."""
    named: Mapping[str, Mapping[str, str]] = _labels().row("labels", on)[list_name]
    return named.get(key, {"zh": key, "en": key})


def refuse_negative(record_: Any) -> None:
    """Raise ValueError when a number of the record is below zero or no number."""
    for field in fields(record_):
        value = getattr(record_, field.name)
        if isinstance(value, int | float | Decimal) and not value >= 0:
            raise ValueError(f"{field.name}: expected a number of 0 or more, found {value}")


def refuse_twins(keys: Iterable[str]) -> None:
    """Raise ValueError when a key stands twice."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"the key '{key}' stands twice")
        seen.add(key)


def _fit(needs: Requirements, site: SiteOffer, on: date) -> SiteFit:
    blockers: list[Reason] = []
    met: list[Reason] = []
    asked: list[Reason] = []
    for name, need, offer, enough in _hard(needs, site):
        values = {"site": dict(site.name), "need": _shown(name, need, on), "offer": _shown(name, offer, on)}
        if offer is None:
            asked.append(Reason(f"landing.site_{name}", values))
        elif not enough:
            blockers.append(Reason(f"landing.no_{name}", values))
        else:
            met.append(Reason(f"landing.has_{name}", values))
    row = weights().row("sites", on)
    terms = tuple(_terms(needs, site, row["enough_policies"]))
    return SiteFit(
        site=site.key,
        eligible=not blockers,
        blockers=tuple(blockers),
        score=weighted(terms, row["weights"]),
        reasons=(*met, *(term.reason for term in terms)),
        questions=tuple(asked),
    )


def _hard(needs: Requirements, site: SiteOffer) -> Iterator[tuple[str, Any, Any, bool]]:
    """Each stated requirement with what the site offers and whether that is enough."""
    for name, need, offer in (
        ("area_m2", needs.area_m2, site.free_m2),
        ("floor_load_kn_m2", needs.floor_load_kn_m2, site.floor_load_kn_m2),
        ("ceiling_m", needs.ceiling_m, site.ceiling_m),
        ("bsl", needs.bsl, site.bsl),
        ("power_kva", needs.power_kva, site.power_kva),
    ):
        if need:
            yield name, need, offer, offer is not None and offer >= need
    for name, wanted, allowed in (
        ("gmp", needs.gmp, site.gmp),
        ("hazardous", needs.hazardous, site.hazardous),
        ("animal", needs.animal, site.animal),
    ):
        if wanted:
            yield name, wanted, allowed, allowed is True
    for name, ordered, asked, given in (
        ("clean_class", tuple(CleanClass), needs.clean_class, site.clean_class),
        ("eia", tuple(EiaClass), needs.eia, site.eia_max),
    ):
        if asked is not None and asked != "none":
            enough = given is not None and ordered.index(given) >= ordered.index(asked)
            yield name, asked, given, enough
    if needs.pilot_line is not None and needs.pilot_line != "none":
        yield "pilot_line", needs.pilot_line, site.pilot_line, site.pilot_line == needs.pilot_line


def _terms(needs: Requirements, site: SiteOffer, enough_policies: int) -> Iterator[Term]:
    named = {"site": dict(site.name)}
    if needs.sector is not None:
        match = needs.sector in site.sectors
        code = "landing.sector_match" if match else "landing.sector_other"
        yield Term("sector", float(match), Reason(code, {**named, "sector": needs.sector}))
    if needs.area_m2 and site.min_unit_m2 is not None:
        taken = max(needs.area_m2, site.min_unit_m2)
        values = {**named, "area": plain(needs.area_m2), "unit": plain(site.min_unit_m2)}
        code = "landing.area_exact" if taken == needs.area_m2 else "landing.area_too_much"
        yield Term("area", needs.area_m2 / taken, Reason(code, values))
    budget, rent = needs.budget_yuan_m2_month, site.rent_yuan_m2_month
    if budget is not None and rent is not None:
        values = {**named, "budget": plain(budget), "rent": plain(rent)}
        within = rent <= budget
        code = "landing.rent_within" if within else "landing.rent_above"
        yield Term("price", 1.0 if within else float(budget / rent), Reason(code, values))
    if needs.preferred_districts:
        match = site.district in needs.preferred_districts
        code = "landing.district_preferred" if match else "landing.district_other"
        yield Term("district", float(match), Reason(code, {**named, "district": site.district}))
    count = len(site.policies)
    share = min(1.0, count / enough_policies)
    yield Term("policies", share, Reason("landing.policies", {**named, "count": count}))


def _order(fit: SiteFit) -> tuple[bool, int, bool, float, str]:
    return (not fit.eligible, len(fit.blockers), bool(fit.questions), -fit.score, fit.site)


def _shown(name: str, value: Any, on: date) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if name in ("clean_class", "eia", "pilot_line"):
        return dict(label(name, value, on))
    return plain(value)


def plain(number: float | Decimal) -> str:
    """A number without trailing zeros, thousands apart.

    >>> plain(1250.0), plain(7.50), plain(Decimal("48.00"))
    ('1,250', '7.5', '48')
    """
    shown = f"{number:,.2f}"
    return shown.rstrip("0").rstrip(".")
