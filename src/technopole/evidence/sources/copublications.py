"""China–foreign co-publications drawn from OpenAlex: the CC0 facts of each paper, and nothing else.

The file repeats a paper for every partner country and carries a third party's own classes and risk
marks; those are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from technopole.evidence.schema import AUTHORSHIPS, WORK_INSTITUTIONS, WORKS
from technopole.evidence.snapshot import PartWriter, writing
from technopole.evidence.sources import reading, titles
from technopole.evidence.sources.reading import FieldError, Line
from technopole.wording import Reason

SOURCE = "copublications"
LICENCE = "CC0-1.0 (facts of OpenAlex: identifiers, title, year, institutions, authors)"
TABLES = (WORKS.name, WORK_INSTITUTIONS.name, AUTHORSHIPS.name)

_AUTHOR = re.compile(r"^(?P<author>.+?) \((?P<institution>.+)\)$", re.DOTALL)
_RESOLVER = re.compile(r"^https?://(dx\.)?doi\.org/", re.IGNORECASE)


@dataclass
class _Paper:
    """One paper, gathered over its repetitions."""

    doi: str | None
    title: str
    year: int | None
    institutions: dict[tuple[str, str], None] = field(default_factory=dict)
    authors: dict[tuple[str, str | None, str], None] = field(default_factory=dict)


def load(files: Iterable[Path], *, into: Path, dated: date) -> PartWriter:
    """Load co-publication files into a snapshot; what is no paper goes to the reject file.

    Raises
    ------
    technopole.evidence.snapshot.SnapshotError
        A file cannot be read, or the snapshot holds this source already.
    """
    inputs = tuple(files)
    papers: dict[str, _Paper] = {}
    dropped: set[str] = set()
    with writing(into, source=SOURCE, licence=LICENCE, dated=dated, tables=TABLES, inputs=inputs) as writer:
        for line in (line for path in inputs for line in reading.lines(path)):
            identifier = _identifier(line.record)
            if identifier in dropped:
                continue  # the same no-paper once more, for another partner country
            try:
                fault = line.fault or _gather(papers, line)
            except FieldError as wrong:
                fault = wrong.reason
            if fault is not None:
                writer.reject(file=line.file, line=line.number, record=identifier, reason=fault)
                if identifier and identifier not in papers:
                    dropped.add(identifier)
        for identifier, paper in papers.items():
            _write(writer, identifier, paper)
    return writer


def _gather(papers: dict[str, _Paper], line: Line) -> Reason | None:
    record = line.record
    reading.field(record, "paper_id", str)
    identifier = _identifier(record)
    title = titles.clean(str(record.get("title") or ""))
    doi = _RESOLVER.sub("", str(record.get("doi") or "")).lower() or None
    year = record.get("publication_year")
    if (reason := titles.not_a_paper(title, doi)) is not None:
        return reason
    institutions = _by_country(record, "institutions")
    authors = _by_country(record, "authors_by_country")
    paper = papers.get(identifier)
    if paper is None:
        paper = papers[identifier] = _Paper(doi, title, year if isinstance(year, int) else None)
    for name, ours, theirs in (("title", paper.title, title), ("year", paper.year, year)):
        if ours != theirs:
            return Reason("evidence.contradicts", {"field": name})
    for country, names in institutions.items():
        paper.institutions.update(dict.fromkeys((name, country) for name in names))
    for country, names in authors.items():
        paper.authors.update(dict.fromkeys(_author(name, country) for name in names))
    return None


def _identifier(record: dict[str, Any]) -> str:
    return str(record.get("paper_id", "")).rsplit("/", 1)[-1]


def _by_country(record: dict[str, Any], name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = reading.field(record, name, dict)
    for country, names in found.items():
        if not isinstance(names, list) or not all(isinstance(one, str) and one for one in names):
            raise FieldError(f"{name}.{country}", "a list of names")
    return found


def _author(text: str, country: str) -> tuple[str, str | None, str]:
    """Split ``Name (Institution)`` as the file writes an author.

    >>> _author("Xiaodi Li (Shanghai Electric (China))", "CN")
    ('Xiaodi Li', 'Shanghai Electric (China)', 'CN')
    """
    if (match := _AUTHOR.match(text.strip())) is not None:
        return match["author"], match["institution"], country
    return text.strip(), None, country


def _write(writer: PartWriter, identifier: str, paper: _Paper) -> None:
    writer.add(
        WORKS.name, {"work_id": identifier, "doi": paper.doi, "title": paper.title, "year": paper.year}
    )
    for position, (institution, country) in enumerate(paper.institutions, start=1):
        row = {"work_id": identifier, "position": position, "institution": institution, "country": country}
        writer.add(WORK_INSTITUTIONS.name, row)
    for position, (author, where, country) in enumerate(paper.authors, start=1):
        writer.add(
            AUTHORSHIPS.name,
            {
                "work_id": identifier,
                "position": position,
                "author": author,
                "institution": where,
                "country": country,
            },
        )
