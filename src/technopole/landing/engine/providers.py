"""Which suppliers and service providers fit a need: kind, certificates and sector first, then a score."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from technopole.evaluation.engine.checks import decimal, record
from technopole.evaluation.engine.packs import Pack, load_pack
from technopole.landing.engine.fit import Term, label, refuse_negative, refuse_twins, weighted
from technopole.wording import Reason


class ProviderKind(StrEnum):
    """What a provider does in the chain."""

    CRO = "cro"
    CMO = "cmo"
    TEST_HOUSE = "test_house"
    SUPPLIER = "supplier"


@dataclass(frozen=True)
class ServiceNeed:
    """What a project needs done; ``None`` means that nobody has said, and is asked.

    Parameters
    ----------
    certifications
        Keys of certificates that the provider must hold; an empty tuple says that none is needed.
    words
        Capabilities in words, looked up in the provider's own description.
    max_lead_weeks
        Weeks within which work must start.
    district
        District key of the project's own site.
    """

    kind: ProviderKind
    sector: str | None = None
    certifications: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()
    max_lead_weeks: int | None = None
    district: str | None = None

    def __post_init__(self) -> None:
        refuse_negative(self)


@dataclass(frozen=True)
class ProviderOffer:
    """What a provider offers; `capabilities` is its description in both languages, one text."""

    key: str
    name: Mapping[str, str]
    kind: ProviderKind
    sectors: tuple[str, ...]
    certifications: tuple[str, ...]
    capabilities: str
    district: str
    lead_weeks: int | None = None

    def __post_init__(self) -> None:
        refuse_negative(self)


@dataclass(frozen=True)
class ProviderFit:
    """How one provider fits: eligible without blockers; `questions` go to the provider."""

    provider: str
    eligible: bool
    blockers: tuple[Reason, ...]
    score: float
    reasons: tuple[Reason, ...]
    questions: tuple[Reason, ...]


def rank_providers(need: ServiceNeed, providers: Iterable[ProviderOffer], on: date) -> list[ProviderFit]:
    """Every provider with its blockers and score, the best first; ordered as sites are.

    Raises
    ------
    ValueError
        Two providers bear one key.
    """
    offers = list(providers)
    refuse_twins(provider.key for provider in offers)
    return sorted((_fit(need, provider, on) for provider in offers), key=_order)


def questions(need: ServiceNeed) -> tuple[Reason, ...]:
    """What to ask the project before a provider is chosen."""
    asked = []
    if need.sector is None:
        asked.append(Reason("landing.ask_sector"))
    if need.certifications is None:
        asked.append(Reason("landing.ask_certifications"))
    if not need.words:
        asked.append(Reason("landing.ask_words"))
    if need.max_lead_weeks is None:
        asked.append(Reason("landing.ask_max_lead_weeks"))
    return tuple(asked)


@cache
def provider_weights() -> Pack:
    """The checked pack of the weights of the score."""
    shares = record(dict.fromkeys(("words", "lead", "district"), decimal("0", "1")))
    return load_pack("landing", "provider-fit", {"weights": shares})


def _fit(need: ServiceNeed, provider: ProviderOffer, on: date) -> ProviderFit:
    blockers = tuple(_blockers(need, provider, on))
    terms = tuple(_terms(need, provider))
    asked = []
    if need.max_lead_weeks is not None and provider.lead_weeks is None:
        asked.append(Reason("landing.provider_lead_weeks", {"provider": dict(provider.name)}))
    return ProviderFit(
        provider=provider.key,
        eligible=not blockers,
        blockers=blockers,
        score=weighted(terms, provider_weights().row("providers", on)["weights"]),
        reasons=tuple(term.reason for term in terms),
        questions=tuple(asked),
    )


def _blockers(need: ServiceNeed, provider: ProviderOffer, on: date) -> Iterator[Reason]:
    named = {"provider": dict(provider.name)}
    if provider.kind != need.kind:
        kinds = {
            "need": dict(label("provider", need.kind, on)),
            "offer": dict(label("provider", provider.kind, on)),
        }
        yield Reason("landing.no_kind", {**named, **kinds})
    for certificate in need.certifications or ():
        if certificate not in provider.certifications:
            held = ", ".join(item.upper() for item in provider.certifications)
            both = {"zh": held or "无", "en": held or "none"}
            yield Reason("landing.no_certificate", {**named, "need": certificate.upper(), "offer": both})
    if need.sector is not None and need.sector not in provider.sectors:
        served = ", ".join(provider.sectors)
        said = served or {"zh": "未说明", "en": "not stated"}
        yield Reason("landing.no_sector", {**named, "need": need.sector, "offer": said})


def _terms(need: ServiceNeed, provider: ProviderOffer) -> Iterator[Term]:
    named = {"provider": dict(provider.name)}
    if need.words:
        found = [word for word in need.words if mentions(provider.capabilities, word)]
        missing = [word for word in need.words if word not in found]
        values = {**named, "found": len(found), "asked": len(need.words)}
        if missing:
            reason = Reason("landing.words_some", {**values, "missing": ", ".join(missing)})
        else:
            reason = Reason("landing.words_all", {**values, "words": ", ".join(found)})
        yield Term("words", len(found) / len(need.words), reason)
    if need.max_lead_weeks is not None and provider.lead_weeks is not None:
        values = {**named, "weeks": provider.lead_weeks, "within": need.max_lead_weeks}
        in_time = provider.lead_weeks <= need.max_lead_weeks
        code = "landing.lead_in_time" if in_time else "landing.lead_late"
        share = 1.0 if in_time else need.max_lead_weeks / provider.lead_weeks
        yield Term("lead", share, Reason(code, values))
    if need.district is not None:
        near = provider.district == need.district
        code = "landing.provider_near" if near else "landing.provider_elsewhere"
        yield Term("district", float(near), Reason(code, {**named, "district": provider.district}))


def mentions(text: str, word: str) -> bool:
    """Whether a text mentions a capability: a whole word in Latin letters, any part in Chinese.

    >>> (
    ...     mentions("Ion implantation, 离子注入", "ion"),
    ...     mentions("ionisation", "ion"),
    ...     mentions("离子注入", "注入"),
    ... )
    (True, False, True)
    """
    sought = word.casefold().strip()
    if not sought:
        return False
    if not sought.isascii():
        return sought in text.casefold()
    return re.search(rf"(?<![a-z0-9]){re.escape(sought)}(?![a-z0-9])", text.casefold()) is not None


def _order(fit: ProviderFit) -> tuple[bool, int, bool, float, str]:
    return (not fit.eligible, len(fit.blockers), bool(fit.questions), -fit.score, fit.provider)
