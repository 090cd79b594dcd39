"""Ranks documents for needs, in Chinese and English at once, and says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from technopole.matching import explain as why
from technopole.matching import text as words
from technopole.wording import Reason

_WORDS_LIMIT = 5_000
_WHOLE = 400


@dataclass(frozen=True)
class Text:
    """A document's title and text in another language."""

    title: str
    text: str = ""


@dataclass(frozen=True)
class Document:
    """What can be found.

    Parameters
    ----------
    translations
        The same in other languages; the text that fits a need best counts.
    facets
        What constraints are compared with, such as ``{"trl": 4, "sector": "chips"}``.
    source_language
        ``zh`` or ``en``, the language it was written in; "" takes that of `title` and `text`.
    """

    id: str
    title: str
    text: str = ""
    translations: tuple[Text, ...] = ()
    facets: Mapping[str, object] = field(default_factory=dict)
    source_language: str = ""


@dataclass(frozen=True)
class Query:
    """A need.

    Parameters
    ----------
    constraints
        Such as ``{"min_trl": 5, "sector": ["chips", "devices"]}``; see `explain.constraints`. They are
        answered in the reasons and leave the score alone: what to do with a refusal is the asker's choice.
    """

    id: str
    text: str
    title: str = ""
    constraints: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One document for one need.

    Parameters
    ----------
    rank
        From 1.
    score
        0..1, comparable across needs and languages; 0.5 is the floor of `close`.
    close
        Whether the score reaches the floor.
    cross_language
        Whether the need is in another language than the document was written in.
    """

    query: str
    document: str
    rank: int
    score: float
    close: bool
    cross_language: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class _Variant:
    """One text of a document: its place, its language, its passages as written and normalised."""

    document: int
    language: str
    title: str
    text: str
    shown: tuple[str, ...]
    passages: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """A need made ready."""

    query: Query
    language: str
    terms: Mapping[str, Mapping[str, float]]
    forms: Mapping[str, str]
    shown: tuple[str, ...]
    similarities: Any


def _passages(title: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    shown = (title[: words.MAX_CHARACTERS].strip(), *words.sentences(text))
    return shown, tuple(words.normalise(part) for part in shown)


class Ranker:
    """Documents made ready for any number of needs.

    Parameters
    ----------
    documents
        With distinct ids.
    embedder
        The bundled model when left out.
    cache
        A directory where vectors stay between runs; several processes may share it.

    Raises
    ------
    ValueError
        Two documents have one id.
    """

    def __init__(
        self, documents: Iterable[Document], embedder: Any = None, cache: Path | str | None = None
    ) -> None:
        # Loaded here and not with the module: pages that only name these classes must not wait.
        from technopole.matching.dense import DenseIndex
        from technopole.matching.embed import BundledEmbedder, CachedEmbedder
        from technopole.matching.lexical import Entry, LexicalIndex

        self.documents = tuple(documents)
        _distinct([document.id for document in self.documents], "document")
        self._embedder = CachedEmbedder(embedder or BundledEmbedder(), Path(cache) if cache else None)
        self._variants = [v for i, d in enumerate(self.documents) for v in _variants(i, d)]
        self._words = LexicalIndex([Entry(v.title, v.text) for v in self._variants])
        self._meaning = DenseIndex([v.passages for v in self._variants], self._embedder)
        self._sources = [
            d.source_language or words.language_of(f"{d.title}\n{d.text}") for d in self.documents
        ]

    def rank(self, query: Query, *, top: int = 100, explain: bool = True) -> list[Match]:
        """The best documents for a need, best first; equal scores by id.

        A need without a single word has no matches. Reasons are left out without `explain`.
        """
        if not self._variants or not words.tokens(words.normalise(f"{query.title}\n{query.text}")):
            return []
        asked = self._asked(query)
        scores = self._scores(asked)
        best: dict[int, int] = {}
        for number, variant in enumerate(self._variants):
            held = best.get(variant.document)
            if held is None or scores[number] > scores[held]:
                best[variant.document] = number
        ids = self.documents
        chosen = sorted(best.values(), key=lambda n: (-scores[n], ids[self._variants[n].document].id))[:top]
        return [
            self._match(asked, number, place, float(scores[number]), explain)
            for place, number in enumerate(chosen, start=1)
        ]

    def _asked(self, query: Query) -> _Asked:
        title, body = words.normalise(query.title), words.normalise(query.text)
        shown, passages = _passages(query.title, query.text)
        lead = passages[0] or (passages[1] if len(passages) > 1 else body[:_WHOLE])
        whole = f"{title}\n{body}".strip()[:_WHOLE]
        vectors = self._embedder.embed([lead, whole, *passages])
        from technopole.matching.lexical import query_terms

        return _Asked(
            query=query,
            language=words.language_of(f"{title}\n{body}"),
            terms=self._words.telling(query_terms(title, body)),
            forms=words.readable(f"{title}\n{body}"),
            shown=shown,
            similarities=self._meaning.similarities(vectors),
        )

    def _scores(self, asked: _Asked) -> Any:
        import numpy as np

        from technopole.matching import fuse

        found, most = self._words.search(asked.terms, min(_WORDS_LIMIT, len(self._variants)))
        rarest = fuse.rarest_weight(len(self._variants))
        by_words = np.zeros(len(self._variants))
        for number, bm25 in found.items():
            by_words[number] = fuse.words_value(bm25, most, rarest)
        nearest = self._meaning.nearest(asked.similarities)
        by_meaning = fuse.meaning_value(nearest[0], nearest[1], nearest[2:].max(axis=0))
        rules = {language: fuse.WEIGHTS[fuse.Pair.of(asked.language, language)] for language in ("zh", "en")}
        per = [rules[variant.language] for variant in self._variants]
        value = fuse.mixed(by_words, by_meaning, np.array([w.words for w in per]))
        return fuse.score(value, np.array([w.floor for w in per]), np.array([w.spread for w in per]))

    def _match(self, asked: _Asked, number: int, place: int, score: float, explain: bool) -> Match:
        from technopole.matching.fuse import CLOSE

        variant = self._variants[number]
        document = self.documents[variant.document]
        return Match(
            query=asked.query.id,
            document=document.id,
            rank=place,
            score=score,
            close=score >= CLOSE,
            cross_language=asked.language != self._sources[variant.document],
            reasons=tuple(self._reasons(asked, number, place, score)) if explain else (),
        )

    def _reasons(self, asked: _Asked, number: int, place: int, score: float) -> Iterator[Reason]:
        from technopole.matching.fuse import CLOSE

        variant = self._variants[number]
        document = self.documents[variant.document]
        if score < CLOSE:
            yield why.not_close(score, CLOSE, best=place == 1)
        shared = why.shared_terms(self._words.contributions(asked.terms, number), asked.forms)
        columns = self._meaning.columns(number)
        phrases = why.closest_phrases(
            asked.similarities[2:, columns],
            asked.shown,
            variant.shown,
            across=asked.language != variant.language,
        )
        yield from (reason for reason in (shared, phrases) if reason)
        if document.translations:
            yield why.matched_text(variant.language)
        yield from why.constraints(asked.query.constraints, document.facets)


def _variants(number: int, document: Document) -> Iterator[_Variant]:
    for title, text in ((document.title, document.text), *((t.title, t.text) for t in document.translations)):
        shown, passages = _passages(title, text)
        whole = words.normalise(title), words.normalise(text)
        yield _Variant(number, words.language_of("\n".join(whole)), *whole, shown, passages)


def _distinct(ids: Sequence[str], what: str) -> None:
    repeated = sorted(one for one, times in Counter(ids).items() if times > 1)
    if repeated:
        raise ValueError(f"two {what}s have the id {repeated[0]!r}; give each its own")


def rank_all(
    documents: Iterable[Document],
    queries: Iterable[Query],
    *,
    top: int = 100,
    explain: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Match]:
    """The matches of every need, in the order of the needs.

    Parameters
    ----------
    progress
        Called with needs done and needs in all, once before the first need and after each.

    Raises
    ------
    ValueError
        Two documents or two needs have one id.
    """
    asked = list(queries)
    _distinct([query.id for query in asked], "need")
    ranker = Ranker(documents)
    if progress:
        progress(0, len(asked))
    for done, query in enumerate(asked, start=1):
        yield from ranker.rank(query, top=top, explain=explain)
        if progress:
            progress(done, len(asked))
