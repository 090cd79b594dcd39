"""How well the right text comes first, where the floors of "close" stand, and what it costs.

Run from the project's root: ``.venv/bin/python benchmarks/matching/quality.py``. The first run embeds
60,000 passages (about four minutes); ``--cache DIR`` keeps them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parent))
import data

from technopole.matching import Document, Query, Ranker
from technopole.matching.fuse import WEIGHTS

PAIRS = Path(__file__).parents[2] / "tests/matching/pairs.yaml"
Judged = tuple[list[Document], list[Query], list[Mapping[str, int]]]


def own_pairs(need: str, result: str) -> Judged:
    """The 30 pairs of the tests, in one direction."""
    pairs = yaml.safe_load(PAIRS.read_text(encoding="utf-8"))
    documents = [Document(str(number), pair[result]) for number, pair in enumerate(pairs)]
    queries = [Query(str(number), pair[need]) for number, pair in enumerate(pairs)]
    return documents, queries, [{query.id: 1} for query in queries]


def ranking(name: str, judged: Judged, cache: Path | None) -> None:
    """Print one row: quality with its bootstrap interval, and time."""
    documents, queries, relevant = judged
    started = time.perf_counter()
    ranker = Ranker(documents, cache=cache)
    indexed = time.perf_counter() - started
    gains, first, took = [], [], []
    for query, right in zip(queries, relevant, strict=True):
        before = time.perf_counter()
        found = [match.document for match in ranker.rank(query, top=10, explain=False)]
        took.append((time.perf_counter() - before) * 1000)
        gains.append(data.ndcg(found, right))
        first.append(bool(found) and found[0] in right)
    chance = np.random.default_rng(1)
    means = [chance.choice(gains, len(gains)).mean() for _ in range(1000)]
    print(
        f"| {name} | {len(queries)} × {len(documents):,} | {np.mean(gains):.3f} "
        f"({np.percentile(means, 2.5):.3f}–{np.percentile(means, 97.5):.3f}) | {np.mean(first):.3f} "
        f"| {indexed:.1f} | {np.percentile(took, 50):.0f} / {np.percentile(took, 95):.0f} |"
    )


def floors(name: str, documents: Sequence[Document], queries: Sequence[Query], cache: Path | None) -> None:
    """Print one row: the scores of unrelated documents and, where ids agree, of the right ones."""
    ranker = Ranker(documents, cache=cache)
    best, right = [], []
    for query in queries:
        found = ranker.rank(query, top=len(documents), explain=False)
        best.append(next(match.score for match in found if match.document != query.id))
        right += [match.score for match in found if match.document == query.id]
    passed = f"{np.mean(np.array(right) >= 0.5):.2f}" if right else "–"
    p50, p95 = np.percentile(best, [50, 95])
    share = np.mean(np.array(best) >= 0.5)
    print(
        f"| {name} | {len(queries)} × {len(documents):,} | {p50:.2f} | {p95:.2f} | {share:.2f} | {passed} |"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, help="keep the vectors in this folder")
    cache = parser.parse_args().cache
    print(f"{datetime.now(tz=UTC):%Y-%m-%d}, {data.machine()}\n")
    print("| set | needs × documents | nDCG@10 (95 % interval) | top 1 | index s | rank ms p50 / p95 |")
    print("| --- | --- | --- | --- | --- | --- |")
    ranking("own pairs zh → en", own_pairs("zh", "en"), cache)
    ranking("own pairs en → zh", own_pairs("en", "zh"), cache)
    has_csl, has_scifact = data.present("csl/ts.tsv"), data.present("scifact/corpus.jsonl.gz")
    if has_csl:
        ranking("CSL title → abstract", data.csl(), cache)
    if has_scifact:
        ranking("SciFact claim → abstract", data.scifact(), cache)
    shown = ", ".join(
        f"{pair}: words {w.words}, floor {w.floor}, spread {w.spread}" for pair, w in WEIGHTS.items()
    )
    print(f"\nScores of unrelated documents; {shown}\n")
    print(
        "| pair | needs × documents | best unrelated p50 | p95 | needs with a close one | right ones close |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    floors("across: own pairs", *own_pairs("zh", "en")[:2], cache)
    if has_csl:
        papers, titles, _ = data.csl()
        floors("zh: CSL title → abstract", papers, titles, cache)
        if data.present("bdci/needs.jsonl"):
            floors("zh: company need → CSL abstract", papers, data.bdci_needs(), cache)
    if has_scifact:
        articles = data.scifact()[0][:1500]
        headed = [Document(one.id, "", one.text) for one in articles]
        floors("en: SciFact title → abstract", headed, [Query(one.id, one.title) for one in articles], cache)
    if data.present("nasa_patents.csv"):
        patents = data.nasa_patents()
        asked = [Query(one.id, one.title) for one in patents[:300]]
        if has_scifact:
            floors("en: NASA title → SciFact abstract", articles, asked, cache)
        if has_csl:
            floors("across: NASA title → CSL abstract", papers, asked, cache)
        if data.present("bdci/needs.jsonl"):
            floors("across: company need → NASA title", patents, data.bdci_needs(), cache)


if __name__ == "__main__":
    main()
