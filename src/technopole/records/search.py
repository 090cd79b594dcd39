"""Search in records by words, per confidentiality level, over nothing that the reader may not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from technopole.matching.lexical import Entry, LexicalIndex, query_terms
from technopole.matching.text import normalise, tokens
from technopole.records.levels import reach_of
from technopole.records.models import Record

MOST_QUERY_CHARACTERS = 500


@dataclass(frozen=True)
class Found:
    """What a search found, best first; `every_word` is False when only some of the words were found."""

    ids: tuple[UUID, ...]
    every_word: bool


@dataclass(frozen=True)
class _Words:
    """One record's words, to see whether it holds all that were asked for."""

    cut: frozenset[str]
    whole: str

    def hold(self, wanted: Sequence[str]) -> bool:
        """Chinese words are also found inside longer ones, however those were cut."""
        return all(word in self.cut or (not word.isascii() and word in self.whole) for word in wanted)


def _words_of(text: str) -> _Words:
    return _Words(frozenset(tokens(text)), text)


@dataclass(frozen=True)
class _Index:
    """The index of one model at one level, and the state of the records it was built from."""

    stamp: Any
    ids: tuple[UUID, ...]
    words: tuple[_Words, ...]
    lexical: LexicalIndex


_built: dict[tuple[str, int], _Index] = {}
_building = Lock()


def _text(record: Record, fields: Sequence[str], access: int) -> str:
    """The words of the fields that somebody with this access may read."""
    readable = [name for name in fields if record.FIELD_LEVELS.get(name, 0) <= access]
    values = [getattr(record, name) for name in readable]
    return "\n".join(" ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values)


def _index(model: type[Record], fields: Sequence[str], level: int) -> _Index:
    """The index over rows and fields up to `level`; built again when any record of the model changed."""
    stamp = model.history.order_by("-history_id").values_list("history_id", "history_date").first()
    key = (model._meta.label, level)
    with _building:
        kept = _built.get(key)
        if kept is not None and kept.stamp == stamp:
            return kept
        rows = list(model.objects.filter(level__lte=level).order_by("pk"))
        # The first two fields are the title in both languages; words there count more.
        entries = [
            Entry(normalise(_text(row, fields[:2], level)), normalise(_text(row, fields[2:], level)))
            for row in rows
        ]
        made = _Index(
            stamp,
            tuple(row.pk for row in rows),
            tuple(_words_of(f"{entry.title}\n{entry.text}") for entry in entries),
            LexicalIndex(entries),
        )
        _built[key] = made
        return made


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
    index = _index(model, fields, reach)
    scores, _ = index.lexical.search(query_terms("", wanted), max(1, len(index.ids)))
    ranked = sorted(scores, key=lambda number: (-scores[number], number))
    whole = [number for number in ranked if index.words[number].hold(words)]
    visible = model.objects.visible_to(user)
    # Rows above the reader's level in which they have a part: few, so they are read as they are.
    own = [
        row.pk
        for row in visible.filter(level__gt=reach)
        if _words_of(normalise(_text(row, fields, row.access_of(user)))).hold(words)
    ]
    every_word = bool(whole or own)
    candidates = [*own, *(index.ids[number] for number in (whole if every_word else ranked))]
    allowed = set(visible.filter(pk__in=candidates).values_list("pk", flat=True))
    return Found(tuple(pk for pk in candidates if pk in allowed), every_word)
