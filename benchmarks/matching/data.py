"""Where the shared sets are, how they are read, and what a report line of this machine looks like."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from technopole.matching import Document, Query

FOLDER = Path(os.environ.get("TECHNOPOLE_DATA", "../shared/data")) / "matching"


def present(*names: str) -> bool:
    """Whether the sets are here; says what is skipped when not."""
    missing = [name for name in names if not (FOLDER / name).exists()]
    if missing:
        print(f"skipped: {', '.join(missing)} not found under {FOLDER} (set TECHNOPOLE_DATA)")
    return not missing


def bdci_needs() -> list[Query]:
    """371 needs of Chinese companies."""
    with (FOLDER / "bdci/needs.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Query(row["rid"], row["text"].replace("\\n", "\n"), row["title"]) for row in rows]


def nasa_patents() -> list[Document]:
    """Titles of NASA patents; a title that stands twice is kept once."""
    with (FOLDER / "nasa_patents.csv").open(encoding="utf-8", newline="") as rows:
        titles = dict.fromkeys(row["Title"].strip() for row in csv.DictReader(rows) if row["Title"].strip())
    return [Document(f"nasa-{number}", title) for number, title in enumerate(titles)]


def csl() -> tuple[list[Document], list[Query], list[Mapping[str, int]]]:
    """1,000 Chinese papers: abstracts to be found by their titles."""
    with (FOLDER / "csl/ts.tsv").open(encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    documents = [Document(str(number), "", abstract) for number, (_, abstract, _title) in enumerate(rows)]
    queries = [Query(str(number), title) for number, (_, _abstract, title) in enumerate(rows)]
    return documents, queries, [{query.id: 1} for query in queries]


def scifact() -> tuple[list[Document], list[Query], list[Mapping[str, int]]]:
    """5,183 abstracts, 809 claims and the abstracts that bear on each."""
    with gzip.open(FOLDER / "scifact/corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [Document(row["_id"], row["title"], row["text"]) for row in map(json.loads, lines)]
    with (FOLDER / "scifact/queries.jsonl").open(encoding="utf-8") as lines:
        queries = {row["_id"]: Query(row["_id"], row["text"]) for row in map(json.loads, lines)}
    relevant: dict[str, dict[str, int]] = {}
    with (FOLDER / "scifact/qrels.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    ids = sorted(relevant, key=int)
    return documents, [queries[one] for one in ids], [relevant[one] for one in ids]


def ndcg(found: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with the level as gain."""
    gained = sum(relevant.get(one, 0) / math.log2(place + 2) for place, one in enumerate(found[:depth]))
    ideal = sorted(relevant.values(), reverse=True)[:depth]
    return gained / sum(level / math.log2(place + 2) for place, level in enumerate(ideal))


def machine() -> str:
    """Processor, cores and Python, for the head of a report."""
    info = Path("/proc/cpuinfo")
    names = (
        [line for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    name = names[0].partition(":")[2].strip() if names else platform.processor()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"
