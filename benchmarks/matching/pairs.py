"""371 Chinese company needs against NASA's patent titles: the twenty best pairs to read, and the time.

Run from the project's root: ``.venv/bin/python benchmarks/matching/pairs.py``.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import data

from technopole.matching import Match, Ranker
from technopole.matching.embed import BundledEmbedder


def main() -> None:
    """Print the report."""
    if not data.present("bdci/needs.jsonl", "nasa_patents.csv"):
        return
    needs, patents = data.bdci_needs(), data.nasa_patents()
    print(f"{datetime.now(tz=UTC):%Y-%m-%d}, {data.machine()}")
    BundledEmbedder().embed(["warm"])
    started, used = time.perf_counter(), time.process_time()
    ranker = Ranker(patents)
    indexed = time.perf_counter()
    best: list[Match] = []
    took = []
    for need in needs:
        before = time.perf_counter()
        best.append(ranker.rank(need, top=100, explain=True)[0])
        took.append((time.perf_counter() - before) * 1000)
    done, used = time.perf_counter(), time.process_time() - used
    print(f"{len(patents):,} titles indexed (embedding included) in {indexed - started:.1f} s")
    p50, p95 = np.percentile(took, [50, 95])
    print(f"{len(needs)} needs ranked, top 100 with reasons, in {done - indexed:.1f} s")
    print(f"a need p50 {p50:.0f} ms, p95 {p95:.0f} ms; in all {done - started:.1f} s, {used:.1f} CPU s")
    close = sum(match.close for match in best)
    print(f"needs with a close match: {close}; nothing close: {len(best) - close}\n")
    titles, names = {d.id: d.title for d in patents}, {need.id: need.title for need in needs}
    for match in sorted(best, key=lambda match: (-match.score, match.query))[:20]:
        print(f"{match.score:.3f}  {names[match.query]}  ←  {titles[match.document]}")
        for reason in match.reasons:
            print(f"       {reason.text('zh')}")


if __name__ == "__main__":
    main()
