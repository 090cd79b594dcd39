"""Which results are probably the same one: alike titles, one patent, one paper, the same people.

Titles are compared by their weighted shingles (words and word pairs in English, pairs of characters
in Chinese), Traditional and Simplified alike. Only records that share a rare shingle or an
identifier are compared, so five thousand records take seconds.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from technopole.onboarding.engine.columns import normal_text
from technopole.wording import Reason

#: A shingle of more records than this says too little to compare all of them.
COMMON = 60
#: Blocks come from the rarest shingles of a title; more would only repeat the same pairs.
RAREST = 8


@dataclass(frozen=True)
class Record:
    """What is compared of one result; empty where not known."""

    key: str
    title_zh: str = ""
    title_en: str = ""
    dois: tuple[str, ...] = ()
    patent_numbers: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two records (`a` before `b` in the order given), how likely they are one, and why."""

    a: str
    b: str
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Prepared:
    record: Record
    titles: tuple[frozenset[str], ...]
    identifiers: frozenset[str]
    patents: frozenset[str]
    people: frozenset[str]


def find(records: Sequence[Record], threshold: float = 0.5) -> list[Pair]:
    """Probable duplicates, likeliest first; ties in the order of the records.

    The probability is a rule of thumb, not calibrated on an office's own duplicates.

    >>> (pair,) = find(
    ...     [Record("a", title_zh="壓力傳感器的製備方法"), Record("b", title_zh="压力传感器制备方法")]
    ... )
    >>> (pair.a, pair.b, pair.probability > 0.8)
    ('a', 'b', True)
    """
    prepared = [_prepare(record) for record in records]
    counts = Counter(shingle for one in prepared for title in one.titles for shingle in title)
    weights = {shingle: math.log(1 + len(records) / n) for shingle, n in counts.items()}
    pairs = []
    for first, second in sorted(_blocks(prepared, counts)):
        pair = _compare(prepared[first], prepared[second], weights)
        if pair.probability >= threshold:
            pairs.append(pair)
    return sorted(pairs, key=lambda pair: -pair.probability)


def _prepare(record: Record) -> _Prepared:
    patents = frozenset(_identifier(number) for number in record.patent_numbers)
    dois = frozenset(f"doi:{doi.lower().rsplit('doi.org/', 1)[-1]}" for doi in record.dois if doi)
    return _Prepared(
        record,
        tuple(shingles(title) for title in (record.title_zh, record.title_en)),
        dois | {f"patent:{number}" for number in patents if number},
        patents - {""},
        frozenset(_person(name) for name in record.inventors if name.strip()),
    )


def shingles(title: str) -> frozenset[str]:
    """What two titles are compared by.

    >>> sorted(shingles("Pressure sensors, MEMS"))
    ['mems', 'pressure', 'pressure sensor', 'sensor', 'sensor mems']
    >>> sorted(shingles("傳感器"))
    ['传感', '感器']
    """
    text = normal_text(title)
    words = [_singular(word) for word in re.findall(r"[a-z0-9]+", text) if word not in _EMPTY]
    chinese = re.findall("[\u3400-\u9fff]+", text)
    pairs = {run[at : at + 2] for run in chinese for at in range(max(len(run) - 1, 1))}
    return frozenset(words) | {" ".join(two) for two in zip(words, words[1:], strict=False)} | pairs


_EMPTY = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "using", "with"})


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _identifier(number: str) -> str:
    return re.sub(r"[\W_]+", "", number).upper().removeprefix("ZL").removeprefix("CN")


def _person(name: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", normal_text(name))))


def _blocks(prepared: Sequence[_Prepared], counts: Counter[str]) -> set[tuple[int, int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(prepared):
        for identifier in one.identifiers:
            holders[identifier].append(at)
        for title in one.titles:
            rare = sorted((s for s in title if counts[s] <= COMMON), key=lambda s: (counts[s], s))
            for shingle in rare[:RAREST]:
                holders[f"title:{shingle}"].append(at)
            # titles of common words only still meet their exact twins
            if title:
                holders["whole:" + " ".join(sorted(title))].append(at)
    return {pair for members in holders.values() for pair in _pairs(members)}


def _pairs(members: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Every pair of a group; in a very large one each member with the first, so that all stay linked."""
    group = sorted(set(members))
    if len(group) <= COMMON * 2:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])


def _compare(one: _Prepared, other: _Prepared, weights: dict[str, float]) -> Pair:
    alike = max(
        _similarity(mine, theirs, weights) for mine, theirs in zip(one.titles, other.titles, strict=True)
    )
    reasons: list[Reason] = []
    # 60 % alike is an even chance: titles of one group share method words without being one result
    against = 1 / (1 + math.exp(-14 * (alike - 0.6)))
    if alike >= 0.999:
        reasons.append(Reason("onboarding.same_title"))
    elif alike >= 0.4:
        reasons.append(Reason("onboarding.similar_title", {"percent": round(alike * 100)}))
    people = one.people & other.people
    if people:
        reasons.append(Reason("onboarding.shared_inventors", {"people": _names(one, people)}))
        against = 1 - (1 - against) * (0.5 if alike >= 0.4 else 0.9)
    for identifier in sorted(one.identifiers & other.identifiers):
        kind, _, value = identifier.partition(":")
        # one paper may carry several results; one patent hardly ever does
        against = max(against, 0.98 if kind == "patent" else 0.6 + 0.35 * alike)
        name, word = ("same_patent", "number") if kind == "patent" else ("same_doi", "doi")
        reasons.append(Reason(f"onboarding.{name}", {word: value}))
    if one.patents and other.patents and not one.patents & other.patents:
        reasons.append(Reason("onboarding.different_patents"))
        against *= 0.6
    return Pair(one.record.key, other.record.key, round(against, 3), tuple(reasons))


def _names(one: _Prepared, people: frozenset[str]) -> str:
    return ", ".join(name for name in one.record.inventors if _person(name) in people)


def _similarity(mine: frozenset[str], theirs: frozenset[str], weights: dict[str, float]) -> float:
    """Weighted Dice: twice the weight of what is shared over the weight of both."""
    if not mine or not theirs:
        return 0.0
    shared = sum(weights[shingle] for shingle in sorted(mine & theirs))
    both = sum(weights[shingle] for shingle in sorted(mine)) + sum(weights[s] for s in sorted(theirs))
    return 2 * shared / both if both else 0.0
