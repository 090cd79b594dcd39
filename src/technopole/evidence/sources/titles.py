"""Titles as bibliographic databases deliver them: cleaning, and telling a paper from what is none."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from technopole.wording import Reason

_TAG = re.compile(r"<(/?)(\w+)[^<>]*>")
#: Styles that set off a whole word: `A<i>CHANDRA</i>STUDY` lost its spaces, `H<sub>2</sub>O` did not.
_WORD_STYLE = re.compile(r"(?<=[^\W\d_])<(i|b|em|strong|italic|bold)>([^\W\d_]{3,})</\1>(?=[^\W\d_])", re.I)
_TRANSLATED = re.compile(r"\[([^\[\]]+)\]\.?")
_LETTER = re.compile(r"[^\W\d_]")


def clean(title: str) -> str:
    """A title without markup, entities, doubled spaces and the brackets of a translated title.

    >>> clean("Formation of PM<sub>2.5</sub> &amp;amp; ozone ")
    'Formation of PM2.5 & ozone'
    >>> clean("A<i>CHANDRA</i>STUDY")
    'A CHANDRA STUDY'
    >>> clean("[Studies on uranium mobilization agents].")
    'Studies on uranium mobilization agents'
    """
    text = title
    for _ in range(3):  # some sources escape twice, a few three times
        text = html.unescape(text)
    text = " ".join(_TAG.sub("", _WORD_STYLE.sub(r" \2 ", text)).split())
    bracketed = _TRANSLATED.fullmatch(text)
    return bracketed.group(1) if bracketed else text


@dataclass(frozen=True)
class _Rule:
    """What marks a record as no paper for one reason."""

    name: str
    whole: frozenset[str]
    title: tuple[re.Pattern[str], ...]
    doi: tuple[re.Pattern[str], ...]


@cache
def _rules() -> tuple[_Rule, ...]:
    source = resources.files("technopole.evidence.sources") / "not-papers.yaml"
    told = yaml.safe_load(source.read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            name,
            frozenset(rule.get("whole", ())),
            tuple(re.compile(pattern, re.IGNORECASE) for pattern in rule["title"]),
            tuple(re.compile(pattern) for pattern in rule.get("doi", ())),
        )
        for name, rule in told.items()
    )


def not_a_paper(title: str, doi: str | None) -> Reason | None:
    """Why a record is no paper, or None when it may be one.

    Parameters
    ----------
    title
        Already cleaned by `clean`.
    doi
        Without the resolver's address, in lower case.

    >>> not_a_paper("BACK MATTER", None).code
    'evidence.volume_part'
    >>> not_a_paper("Front matter effects in laser ablation", None) is None
    True
    """
    if not _LETTER.search(title):
        return Reason("evidence.no_title")
    plain = title.casefold().strip(" .:*[]()")
    for rule in _rules():
        by_title = plain in rule.whole or any(pattern.search(title) for pattern in rule.title)
        if by_title or (doi and any(pattern.search(doi) for pattern in rule.doi)):
            return Reason(f"evidence.{rule.name}")
    return None
