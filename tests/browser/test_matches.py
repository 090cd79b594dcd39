"""The matches that the pages show are those of `technopole match rank` on the same input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from technopole.matching.cli import app
from technopole.matching.rank import Document, Query
from technopole.parties.models import OrganisationKind
from technopole.pipeline.models import Stage
from technopole.planning.matchmaking import need_query, result_document
from technopole.planning.models import Match
from tests.browser.conftest import Visit
from tests.factories import NeedFactory, OrganisationFactory, ProjectFactory, ResultFactory, account

RESULTS = (
    ("用于输氢管道的低功耗压力传感器", "", "一种硅基压力传感器，可在氢气中稳定工作十年，功耗仅十微瓦。", ""),
    (
        "",
        "Antibody against PD-1 for lung cancer",
        "",
        "A humanised antibody that binds PD-1 in lung tumours.",
    ),
    (
        "锂电池陶瓷隔膜",
        "Ceramic separator for lithium batteries",
        "可耐受一百八十度高温的电池隔膜。",
        "A battery separator that withstands 180 °C.",
    ),
    ("", "Pressure switch for water pumps", "", "A mechanical switch that stops a pump at a set pressure."),
)
NEEDS = (
    (
        "en",
        "Pressure sensor for hydrogen",
        "We need a pressure sensor of low power that withstands hydrogen.",
    ),
    ("zh", "肺癌抗体药物", "寻找针对肺癌的PD-1抗体。"),
    ("zh", "耐高温电池隔膜", "需要耐受一百八十度的锂电池隔膜。"),
)


def test_pages_and_command_agree(visit: Visit, tmp_path: Path) -> None:
    officer = account("officer")
    projects = [
        ProjectFactory(
            stage=Stage.PLANNING,
            owner=officer,
            result=ResultFactory(
                title_zh=zh,
                title_en=en,
                summary_zh=summary_zh,
                summary_en=summary_en,
                source_language="zh" if zh else "en",
            ),
        )
        for zh, en, summary_zh, summary_en in RESULTS
    ]
    company = OrganisationFactory(kind=OrganisationKind.COMPANY)
    needs = [
        NeedFactory(organisation=company, language=language, title=title, description=text, min_trl=4)
        for language, title, text in NEEDS
    ]
    results = [project.result for project in projects]
    told = by_command(tmp_path, [result_document(row) for row in results], [need_query(row) for row in needs])
    close = {key: row for key, row in told.items() if row["close"]}
    assert len(close) >= len(NEEDS), "the command finds something close to every need"

    desk = visit(officer)
    for project in projects:
        desk.goto(f"/projects/{project.pk}/")
        desk.do("Compute the matches again", "The matches are computed.")
        expected = {
            row.title: f"rank {told[str(row.pk), str(project.result_id)]['rank']}"
            for row in needs
            if (str(row.pk), str(project.result_id)) in close
        }
        cards = desk.page.locator("article.match").all()
        shown = {card.locator("h4 a").inner_text(): card.locator(".meta").inner_text() for card in cards}
        assert shown.keys() == expected.keys()
        assert all(expected[title] in meta for title, meta in shown.items())

    kept = {(str(row.need_id), str(row.result_id)): row.score for row in Match.objects.all()}
    assert kept == {key: round(row["score"], 6) for key, row in close.items()}

    for need in needs:
        page = desk.goto(f"/needs/{need.pk}/")
        best_first = [row for (asked, _), row in close.items() if asked == str(need.pk)]
        titles = {str(result.pk): result.text("title", "en") for result in results}
        assert page.locator("article.hit h3").all_inner_texts() == [
            titles[row["document"]] for row in best_first
        ]
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        for hit, row in zip(page.locator("article.hit").all(), best_first, strict=True):
            assert hit.locator("li").all_inner_texts() == [reason["en"] for reason in row["why"]]


def by_command(
    folder: Path, documents: Iterable[Document], queries: Iterable[Query]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """(need, result) → the command's line, best first for each need."""
    lines(folder / "documents.jsonl", (as_row(document) for document in documents))
    lines(
        folder / "queries.jsonl",
        ({"id": q.id, "title": q.title, "text": q.text, "constraints": dict(q.constraints)} for q in queries),
    )
    names = {name: str(folder / f"{name}.jsonl") for name in ("documents", "queries", "out")}
    given = [part for name, path in names.items() for part in (f"--{name}", path)]
    ran = CliRunner().invoke(app, ["rank", "--explain", *given])
    assert ran.exit_code == 0, ran.output
    found = map(json.loads, (folder / "out.jsonl").read_text(encoding="utf-8").splitlines())
    return {(row["query"], row["document"]): row for row in found}


def as_row(document: Document) -> dict[str, Any]:
    """A document as the command reads it."""
    return {
        "id": document.id,
        "title": document.title,
        "text": document.text,
        "language": document.source_language,
        "translations": [{"title": text.title, "text": text.text} for text in document.translations],
        "facets": dict(document.facets),
    }


def lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
