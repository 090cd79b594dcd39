"""Words find documents: BM25 (tantivy) over fields that were cut into words beforehand."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from technopole.matching import text as words

BOOSTS = {"title": 0.3, "body": 1.0, "grams": 0.25}
"""Field → weight. `body` holds title and text, so a document without text is not put at a disadvantage."""
MAX_TERMS = 64
"""A need of many pages is searched by its most telling terms."""
K1, B = 1.2, 0.75
_GENERIC = 0.4
_FORMAT = "1"
_STATE = "state.json"

Terms = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Entry:
    """One text of a document in one language, normalised."""

    title: str
    text: str

    def fields(self) -> dict[str, list[str]]:
        """Field → its terms."""
        whole = f"{self.title}\n{self.text}"
        return {"title": words.tokens(self.title), "body": words.tokens(whole), "grams": words.grams(whole)}


@lru_cache(maxsize=4096)
def _counts(entry: Entry) -> dict[str, Counter[str]]:
    return {field: Counter(terms) for field, terms in entry.fields().items()}


def query_terms(title: str, text: str) -> Terms:
    """Field → term → weight of a normalised need.

    Its title counts double, a repeated term grows slowly, a word that every need uses counts less.
    """
    found: dict[str, dict[str, float]] = {}
    for field, cut in (("body", words.tokens), ("grams", words.grams)):
        counts = Counter(cut(text))
        for term in cut(title):
            counts[term] += 2
        found[field] = {term: count / (count + 1.0) for term, count in counts.items()}
    for term in found["body"]:
        if not words.says_something(term):
            found["body"][term] *= _GENERIC
    return {"title": found["body"], **found}


class LexicalIndex:
    """BM25 over entries, in memory or in a directory.

    Parameters
    ----------
    entries
        Found again by their position.
    directory
        Where the index stays. One that holds the same entries is opened as it is; another is replaced
        once the new one is whole, so an interrupted build leaves the old one.
    """

    def __init__(self, entries: Sequence[Entry], directory: Path | None = None) -> None:
        self._entries = tuple(entries)
        self.size = len(self._entries)
        if directory is None:
            self._index, self._average = _build(self._entries, None)
        else:
            self._index, self._average = _open_or_build(self._entries, directory)
        self._index.reload()
        self._searcher = self._index.searcher()
        self._rarity: dict[tuple[str, str], float] = {}

    def idf(self, field: str, term: str) -> float:
        """BM25's weight of a rare term, ≥ 0: ln(1 + (N - n + ½) / (n + ½)); n entries of N hold it."""
        key = (field, term)
        if key not in self._rarity:
            count = self._searcher.doc_freq(field, term)
            self._rarity[key] = math.log(1 + (self.size - count + 0.5) / (count + 0.5))
        return self._rarity[key]

    def telling(self, terms: Terms) -> Terms:
        """The `MAX_TERMS` terms of each field that weigh most in this index."""
        chosen = {}
        for field, weights in terms.items():
            parts = sorted(weights.items(), key=lambda item: (-item[1] * self.idf(field, item[0]), item[0]))
            chosen[field] = dict(parts[:MAX_TERMS])
        return chosen

    def search(self, terms: Terms, limit: int) -> tuple[dict[int, float], float]:
        """Entries by their BM25 score, the best `limit` of them, and the score that none can exceed.

        `terms` come from `query_terms`.
        """
        import tantivy

        parts, most, terms = [], 0.0, self.telling(terms)
        for field, boost in BOOSTS.items():
            for term, weight in terms[field].items():
                query = tantivy.Query.boost_query(self._term(field, term), boost * weight)
                parts.append((tantivy.Occur.Should, query))
                most += boost * weight * self.idf(field, term) * (K1 + 1)
        if not parts or not self._entries:
            return {}, 0.0
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), limit=limit, count=False).hits
        numbers = self._searcher.fast_field_values("entry", [address for _, address in hits])
        return {int(n or 0): float(found) for n, (found, _) in zip(numbers, hits, strict=True)}, most

    def contributions(self, terms: Terms, entry: int) -> dict[str, float]:
        """Each word's part of an entry's score (pairs of characters left out: nobody reads them).

        `terms` come from `telling`. This is BM25's formula; tantivy stores lengths coarsely, so the sum is
        near its score, not equal.
        """
        counts, parts = _counts(self._entries[entry]), dict[str, float]()
        for field in ("title", "body"):
            damped = K1 * (1 - B + B * counts[field].total() / (self._average[field] or 1.0))
            for term in counts[field].keys() & terms[field].keys():
                times = counts[field][term]
                full = BOOSTS[field] * terms[field][term] * self.idf(field, term) * (K1 + 1)
                parts[term] = parts.get(term, 0.0) + full * times / (times + damped)
        return parts

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._index.schema, field, term, "freq")


def _build(entries: Sequence[Entry], directory: Path | None) -> tuple[Any, dict[str, float]]:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("entry", fast=True)
    for field in BOOSTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    index = tantivy.Index(builder.build(), path=str(directory) if directory else None)
    # One thread: the order of the entries, and with it that of equal scores, stays the same.
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    lengths: Counter[str] = Counter()
    for number, entry in enumerate(entries):
        document = tantivy.Document(entry=number)
        for field, terms in entry.fields().items():
            document.add_text(field, " ".join(terms))
            lengths[field] += len(terms)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return index, {field: lengths[field] / max(len(entries), 1) for field in BOOSTS}


def _fingerprint(entries: Sequence[Entry]) -> str:
    digest = hashlib.sha256(_FORMAT.encode())
    for entry in entries:
        for part in (entry.title, entry.text):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _open_or_build(entries: Sequence[Entry], directory: Path) -> tuple[Any, dict[str, float]]:
    import tantivy

    wanted, state = _fingerprint(entries), directory / _STATE
    held = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    if held.get("fingerprint") != wanted:
        directory.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f"{directory.name}.", dir=directory.parent))
        try:
            _, average = _build(entries, aside)
            held = {"fingerprint": wanted, "average": average}
            (aside / _STATE).write_text(json.dumps(held), encoding="utf-8")
            if directory.exists():
                shutil.rmtree(directory)
            aside.rename(directory)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return tantivy.Index.open(str(directory)), held["average"]
