"""A draft non-confidential summary from the public fields of a disclosure, and a check that nothing leaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from technopole.onboarding.engine.columns import normal_text
from technopole.wording import LANGUAGES, Reason


class DraftStatus(StrEnum):
    """Whether a draft can go to its reader."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


class SectionName(StrEnum):
    """Sections of a summary, in their order."""

    TITLE = "title"
    SUMMARY = "summary"
    PROBLEM = "problem"
    ADVANTAGE = "advantage"
    STAGE = "stage"
    FIELD = "field"
    IP = "ip"


@dataclass(frozen=True)
class Section:
    """One section with its heading and its text in the language of the draft."""

    name: SectionName
    heading: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A summary in one language: nothing is translated; what is not written there is a gap."""

    language: str
    status: DraftStatus
    sections: tuple[Section, ...]
    gaps: tuple[Reason, ...]

    def text(self) -> str:
        """All sections as plain text."""
        return "\n".join(f"{section.heading}\n{section.text}" for section in self.sections)


_HEADINGS = {
    SectionName.TITLE: {"zh": "名称", "en": "Title"},
    SectionName.SUMMARY: {"zh": "概要", "en": "Summary"},
    SectionName.PROBLEM: {"zh": "解决的问题", "en": "Problem"},
    SectionName.ADVANTAGE: {"zh": "优势", "en": "Advantage"},
    SectionName.STAGE: {"zh": "成熟度", "en": "Stage"},
    SectionName.FIELD: {"zh": "领域", "en": "Field"},
    SectionName.IP: {"zh": "知识产权", "en": "Intellectual property"},
}
_TOLD = (
    (SectionName.TITLE, "title"),
    (SectionName.SUMMARY, "abstract"),
    (SectionName.PROBLEM, "problem"),
    (SectionName.ADVANTAGE, "advantage"),
)
_IP = {
    "none": {"zh": "尚无申请", "en": "no application"},
    "planned": {"zh": "拟申请专利", "en": "application planned"},
    "filed": {"zh": "已申请专利", "en": "application filed"},
    "published": {"zh": "专利申请已公布", "en": "application published"},
    "granted": {"zh": "专利已授权", "en": "patent granted"},
}
_STAGE = {"zh": "技术成熟度 {level} 级（自述）", "en": "readiness level {level} (as stated)"}

#: A run this long is no common phrase: 8 English words, 12 Chinese characters.
WORDS, CHARACTERS = 8, 12


def draft(disclosure: Mapping[str, Any], language: str) -> Draft:
    """Draft the summary in one language from the disclosure's public fields.

    Reads ``title``, ``abstract``, ``problem``, ``advantage`` and ``sector_name`` with the suffix of
    the language, ``claimed_level`` and ``ip_status``; no other field can reach the draft.

    Raises
    ------
    ValueError
        The language is neither zh nor en.

    >>> draft({"title_zh": "传感器", "ip_status": "filed"}, "en").status.value
    'missing'
    """
    if language not in LANGUAGES:
        raise ValueError(f"unknown language: {language}")
    sections: list[Section] = []
    gaps: list[Reason] = []
    for name, field in _TOLD:
        text = str(disclosure.get(f"{field}_{language}") or "").strip()
        if text:
            sections.append(_section(name, text, language))
        else:
            gaps.append(Reason("onboarding.summary_gap", {"what": _HEADINGS[name]}))
    if not sections:
        return Draft(language, DraftStatus.MISSING, (), (Reason("onboarding.summary_missing"),))
    if level := disclosure.get("claimed_level"):
        sections.append(_section(SectionName.STAGE, _STAGE[language].format(level=level), language))
    if field_name := str(disclosure.get(f"sector_name_{language}") or "").strip():
        sections.append(_section(SectionName.FIELD, field_name, language))
    if status := _IP.get(str(disclosure.get("ip_status"))):
        sections.append(_section(SectionName.IP, status[language], language))
    return Draft(
        language, DraftStatus.PARTIAL if gaps else DraftStatus.COMPLETE, tuple(sections), tuple(gaps)
    )


def _section(name: SectionName, text: str, language: str) -> Section:
    return Section(name, _HEADINGS[name][language], text)


def leaks(
    text: str, *, confidential: Mapping[str, str], unpublished_applications: Iterable[str] = ()
) -> tuple[Reason, ...]:
    """Warnings that a public text repeats what is confidential.

    Parameters
    ----------
    text
        The draft, as a person may have edited it.
    confidential
        Field → text that must not be repeated: enabling description, terms …
    unpublished_applications
        Application numbers whose contents are not yet public.

    >>> found = leaks(
    ...     "Filed as CN 2026 1 0123456.7", confidential={}, unpublished_applications=["CN202610123456.7"]
    ... )
    >>> [reason.code for reason in found]
    ['onboarding.leak_number']
    """
    found: list[Reason] = []
    units = _units(text)
    for field, secret in confidential.items():
        if (repeated := _repeated(units, _units(secret))) is not None:
            found.append(Reason("onboarding.leak_text", {"field": field, "text": repeated}))
    squeezed = _squeezed(text)
    for number in unpublished_applications:
        plain = _squeezed(number).removeprefix("zl").removeprefix("cn")
        if len(plain) >= 6 and plain in squeezed:
            found.append(Reason("onboarding.leak_number", {"number": number}))
    return tuple(found)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", normal_text(text))


def _units(text: str) -> list[str]:
    """Words of English and single characters of Chinese, in order.

    >>> _units("MEMS 壓力")
    ['mems', '压', '力']
    """
    return re.findall("[\u3400-\u9fff]|[^\\W_\u3400-\u9fff]+", normal_text(text))


def _repeated(units: list[str], secret: list[str]) -> str | None:
    """The first run of the text that stands in the secret and is too long for chance."""
    runs = {tuple(secret[at : at + WORDS]) for at in range(len(secret) - WORDS + 1)}
    at = 0
    while at <= len(units) - WORDS:
        end = at
        while end <= len(units) - WORDS and tuple(units[end : end + WORDS]) in runs:
            end += 1
        if end > at:
            run = units[at : end + WORDS - 1]
            if _weight(run) >= 1:
                return _joined(run)
        at = end + 1
    return None


def _weight(run: list[str]) -> float:
    chinese = sum(1 for unit in run if "\u3400" <= unit[0] <= "\u9fff")
    return chinese / CHARACTERS + (len(run) - chinese) / WORDS


def _joined(run: list[str]) -> str:
    text = " ".join(run)
    return re.sub("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)
