"""Search in records by words, per confidentiality level, over nothing that the reader may not read.

The words are cut as the matcher cuts them, so both scripts of Chinese find the same. The index of a
model at a level lives in memory and follows the records one by one: an edit costs one record's time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from technopole.matching.text import grams, normalise, tokens
from technopole.records.levels import reach_of
from technopole.records.models import Record

MOST_QUERY_CHARACTERS = 500
# BM25's usual constants; a word of the title counts double, a pair of characters a quarter.
K1, B = 1.2, 0.75
TITLE, PAIR = 2.0, 0.25


@dataclass(frozen=True)
class Found:
    """What a search found, best first; `every_word` is False when only some of the words were found."""

    ids: tuple[UUID, ...]
    every_word: bool


@dataclass(frozen=True)
class _Text:
    """The searchable words of one version of a record, with their weight, and the text they stand in."""

    version: int
    terms: Mapping[str, float]
    length: float
    whole: str

    def holds(self, words: Sequence[str]) -> bool:
        """Chinese words are also found inside longer ones, however those were cut."""
        return all(word in self.terms or (not word.isascii() and word in self.whole) for word in words)


@dataclass
class _Index:
    """The records of one model at one level: their words, and for each word where it stands."""

    texts: dict[UUID, _Text] = field(default_factory=dict)
    postings: dict[str, dict[UUID, float]] = field(default_factory=dict)

    def forget(self, pk: UUID) -> None:
        """Take a record out."""
        for term in self.texts.pop(pk).terms:
            del self.postings[term][pk]

    def learn(self, pk: UUID, text: _Text) -> None:
        """Take a record in."""
        self.texts[pk] = text
        for term, weight in text.terms.items():
            self.postings.setdefault(term, {})[pk] = weight

    def scores(self, wanted: str) -> dict[UUID, float]:
        """BM25 of the records that hold a word or a pair of characters of the query."""
        found: dict[UUID, float] = {}
        mean = sum(text.length for text in self.texts.values()) / max(1, len(self.texts))
        weights = dict.fromkeys(grams(wanted), PAIR) | dict.fromkeys(tokens(wanted), 1.0)
        for term, weight in weights.items():
            holders = self.postings.get(term, {})
            rarity = math.log(1 + (len(self.texts) - len(holders) + 0.5) / (len(holders) + 0.5))
            for pk, times in holders.items():
                damped = K1 * (1 - B + B * self.texts[pk].length / mean)
                found[pk] = found.get(pk, 0.0) + weight * rarity * times * (K1 + 1) / (times + damped)
        return found


_indexes: dict[tuple[str, int], _Index] = {}
_lock = Lock()


def _read(record: Record, fields: Sequence[str], access: int) -> _Text:
    """The words of the fields that somebody with this access may read; the first two are the title."""
    readable = [name for name in fields if record.FIELD_LEVELS.get(name, 0) <= access]
    values = {name: getattr(record, name) for name in readable}
    parts = {
        name: normalise(" ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in values.items()
    }
    terms: Counter[str] = Counter()
    for name, part in parts.items():
        factor = TITLE if name in fields[:2] else 1.0
        for word in tokens(part):
            terms[word] += factor  # type: ignore[assignment]
        for pair in grams(part):
            terms.setdefault(pair, PAIR)  # type: ignore[arg-type]
    length = sum(terms.values())
    return _Text(record.version, terms, length, "\n".join(parts.values()))


def _current(model: Any, fields: Sequence[str], level: int) -> _Index:
    """The index over rows and fields up to `level`, brought up to date; call it holding the lock."""
    index = _indexes.setdefault((model._meta.label, level), _Index())
    rows = model.objects.filter(level__lte=level)
    versions = dict(rows.values_list("pk", "version"))
    for pk in [pk for pk, text in index.texts.items() if versions.get(pk) != text.version]:
        index.forget(pk)
    for record in rows.in_bulk([pk for pk in versions if pk not in index.texts]).values():
        index.learn(record.pk, _read(record, fields, level))
    return index


def find(model: type[Record], fields: Sequence[str], user: Any, query: str) -> Found:
    """Ids of the records that hold the words of the query, best first, and that the reader may know of.

    Parameters
    ----------
    fields
        Names of the fields searched; the first two are the title's. A field above the reader's level
        is not searched for them: a word that only stands there finds nothing.
    """
    wanted = normalise(query[:MOST_QUERY_CHARACTERS])
    words = tokens(wanted)
    if not words:
        return Found((), every_word=True)
    reach = reach_of(user)
    with _lock:
        index = _current(model, fields, reach)
        scores = index.scores(wanted)
        ranked = sorted(scores, key=lambda pk: (-scores[pk], pk))
        whole = [pk for pk in ranked if index.texts[pk].holds(words)]
    visible = model.objects.visible_to(user)
    # Rows above the reader's level in which they have a part: few, so they are read as they are.
    above = visible.filter(level__gt=reach).distinct()
    own = [row.pk for row in above if _read(row, fields, row.access_of(user)).holds(words)]
    every_word = bool(whole or own)
    candidates = [*own, *(whole if every_word else ranked)]
    allowed = set(visible.filter(pk__in=candidates).values_list("pk", flat=True))
    return Found(tuple(pk for pk in candidates if pk in allowed), every_word)
