"""Every page of the menu opens without a fault in both languages; the language changes in place; files open."""

from __future__ import annotations

import csv
import io
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from technopole.evaluation.models import EvidenceItem
from technopole.pipeline.models import Stage
from technopole.records import clock
from technopole.records.levels import Level
from tests.browser.conftest import Visit, Visitor
from tests.browser.world import SUMMARY, TITLE, World, world
from tests.factories import DisclosureFactory, MatchFactory, MilestoneFactory, ProjectFactory, ResultFactory
from tests.recipes import saved


def lived_in() -> tuple[World, Any]:
    """The world with one project under evaluation."""
    people = world()
    result = ResultFactory(
        title_zh=TITLE["zh"], title_en=TITLE["en"], summary_zh=SUMMARY["zh"], summary_en=SUMMARY["en"]
    )
    project = ProjectFactory(result=result, stage=Stage.EVALUATION, owner=people.officer)
    DisclosureFactory(project=project, status="accepted")
    MilestoneFactory(project=project)
    MatchFactory(result=result, need=people.need)
    saved(
        EvidenceItem(
            project=project,
            readiness_level=1,
            kind="report",
            title_en="Bench report",
            dated=clock.today(),
            level=Level.TEAM,
        )
    )
    return people, project


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_every_page_of_the_menu_opens(visit: Visit, language: str) -> None:
    people, _ = lived_in()
    visitor = visit(language=language)
    for user in (people.officer, people.director, people.scout, people.analyst):
        visitor.become(user)
        page = visitor.goto("/my-day/")
        addresses = page.locator("#menu .nav-link").evaluate_all("links => links.map(link => link.pathname)")
        assert len(addresses) >= 8
        for address in addresses:
            page = visitor.goto(address)
            assert page.locator("html").get_attribute("lang") == language
            assert page.locator("#menu [aria-current=page]").get_attribute("href") == address
            assert page.locator("h1").inner_text().strip()


def test_the_language_changes_in_place(visit: Visit) -> None:
    people, _ = lived_in()
    visitor = visit(people.officer, language="en")
    page = visitor.goto("/results/?q=sensor&stage=evaluation")
    address, heading = page.url, page.locator("h1").inner_text()
    for name, language in (("中文", "zh-hans"), ("English", "en")):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f"html[lang={language}]").wait_for()
        assert page.url == address
        assert page.locator("#q").input_value() == "sensor"
        assert (page.locator("h1").inner_text() == heading) is (language == "en")
    # The account remembers it: the next browser begins with it.
    page.get_by_role("button", name="中文", exact=True).click()
    page.locator("html[lang=zh-hans]").wait_for()
    people.officer.refresh_from_db()
    assert people.officer.language == "zh-hans"


def fetched(visitor: Visitor, link: str) -> bytes:
    """The file behind a link of the page that is open."""
    address = visitor.page.locator(f"main a[href*='{link}'], header a[href*='{link}']").first.evaluate(
        "link => link.href"
    )
    answer = visitor.context.request.get(address)
    assert answer.status == 200, address
    return bytes(answer.body())


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_reports_open_with_their_title(visit: Visit, language: str) -> None:
    people, project = lived_in()
    title = TITLE[language[:2]]
    officer = visit(people.officer, language=language)
    for path, name in (
        (f"/results/{project.result.pk}/", "summary"),
        (f"/projects/{project.pk}/", "evaluation-report"),
    ):
        officer.goto(path)
        written = docx.Document(io.BytesIO(fetched(officer, f"{name}.docx")))
        assert title in "\n".join(paragraph.text for paragraph in written.paragraphs)
        printed = pypdf.PdfReader(io.BytesIO(fetched(officer, f"{name}.pdf")))
        text = "".join(page.extract_text() for page in printed.pages)
        assert "".join(title.split()) in "".join(text.split())


def test_a_list_comes_as_csv_and_xlsx(visit: Visit) -> None:
    people, project = lived_in()
    officer = visit(people.officer)
    officer.goto("/projects/")
    rows = list(csv.reader(io.StringIO(fetched(officer, "format=csv").decode("utf-8-sig"))))
    assert any(project.docket in row for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(fetched(officer, "format=xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert project.docket in cells
