"""A small region: an office, a university with a result to give, a company with a need, a park."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from technopole.parties.models import OrganisationKind
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site
from tests.factories import (
    DistrictFactory,
    NeedFactory,
    OrganisationFactory,
    PersonFactory,
    SiteFactory,
    account,
)

# What is disclosed in the walk, and what a company asks for in the other language.
TITLE = {"en": "Low-power pressure sensor for hydrogen pipelines", "zh": "用于输氢管道的低功耗压力传感器"}
SUMMARY = {
    "en": "A silicon pressure sensor that withstands hydrogen for ten years and draws ten microwatts. "
    "It measures up to ten megapascals with an error of 0.1 %, a tenth of the power of what is sold today.",
    "zh": "一种硅基压力传感器，可在氢气中稳定工作十年，功耗仅十微瓦。"
    "量程达十兆帕，误差千分之一，功耗为现有产品的十分之一。",
}
NEED = {
    "en": (
        "Pressure sensor for hydrogen pipelines",
        "We need a pressure sensor of low power that withstands hydrogen.",
    ),
    "zh": ("输氢管道压力传感器", "我们需要一种耐氢气的低功耗压力传感器。"),
}


@dataclass(frozen=True)
class World:
    """Who acts, and what they act on."""

    researcher: Any
    officer: Any
    director: Any
    approver: Any
    scout: Any
    analyst: Any
    reviewers: tuple[Any, Any]
    need: Need
    site: Site


def _member(role: str, organisation: Any, name: str) -> Any:
    person = PersonFactory(organisation=organisation, name_en=name, name_zh=f"{name}（示例）")
    return account(role, username=name.lower(), person=person)


def world(reads: str = "en") -> World:
    """The region as it is before anything is disclosed.

    Parameters
    ----------
    reads
        The language of the result; the need is written in the other one.
    """
    pudong = DistrictFactory(key="pudong", name_zh="浦东新区", name_en="Pudong")
    office = OrganisationFactory(kind=OrganisationKind.OFFICE, name_en="Office", name_zh="转移办公室")
    university = OrganisationFactory(name_en="University", name_zh="示例大学", district="pudong")
    company = OrganisationFactory(kind=OrganisationKind.COMPANY, name_en="Sensor Works", name_zh="传感器公司")
    asked = NEED["zh" if reads == "en" else "en"]
    return World(
        researcher=_member("researcher", university, "Ru"),
        officer=_member("officer", office, "Ou"),
        director=_member("director", office, "Di"),
        approver=_member("approver", office, "An"),
        scout=_member("scout", company, "Su"),
        analyst=_member("analyst", office, "Yi"),
        reviewers=(
            _member("researcher", OrganisationFactory(name_en="Institute A", name_zh="甲研究所"), "Jia"),
            _member("clinician", OrganisationFactory(name_en="Hospital B", name_zh="乙医院"), "Bin"),
        ),
        need=NeedFactory(
            organisation=company,
            title=asked[0],
            description=asked[1],
            language="zh" if reads == "en" else "en",
        ),
        site=SiteFactory(name_en="Sensor Park", name_zh="传感器园", district=pudong),
    )
