"""The pages that people open on a phone fit it, and what is to be tapped is large enough."""

from __future__ import annotations

import pytest

from technopole.landing.models import SiteChoice
from technopole.pipeline.models import Stage
from technopole.records.levels import Level
from tests.browser.conftest import Visit, Visitor
from tests.browser.world import SUMMARY, TITLE, world
from tests.factories import (
    DisclosureFactory,
    MatchFactory,
    MilestoneFactory,
    ProjectFactory,
    ResultFactory,
    invented_by,
)
from tests.recipes import saved

WIDTH = 390
LEAST_TAP = 40
TAPPED = "button, a.btn, summary.btn, input[type=submit]"
SMALL = """(least) => [...document.querySelectorAll(%r)]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < least)
  .map(one => `${one.textContent.trim()}: ${one.getBoundingClientRect().height}`)"""
WIDE = """(width) => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 0.5)
  .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""


def fits(visitor: Visitor, path: str) -> list[str]:
    """What does not fit on the page; every fold is opened first, as a finger would."""
    page = visitor.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    found = []
    if page.evaluate("document.documentElement.scrollWidth") > WIDTH:
        found.append(f"{path} is wider than the phone: {page.evaluate(WIDE, WIDTH)}")
    small = page.evaluate(SMALL % TAPPED, LEAST_TAP)
    return found + ([f"{path}, too small to tap: {small}"] if small else [])


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_pages_fit_a_phone(visit: Visit, language: str) -> None:
    people = world()
    result = ResultFactory(
        title_zh=TITLE["zh"], title_en=TITLE["en"], summary_zh=SUMMARY["zh"], summary_en=SUMMARY["en"]
    )
    invented_by(result, people.researcher.person)
    project = ProjectFactory(
        result=result, stage=Stage.PLANNING, owner=people.officer, next_action_en="Call the furnace maker"
    )
    DisclosureFactory(project=project, status="accepted")
    MilestoneFactory(project=project)
    MatchFactory(result=result, need=people.need)
    saved(SiteChoice(project=project, site=people.site, eligible=True, level=Level.TEAM))

    guest = visit(language=language, width=WIDTH, height=844)
    officer = visit(people.officer, language=language, width=WIDTH, height=844)
    faults = fits(guest, "/accounts/sign-in/") + fits(guest, "/results/")
    for path in ("/my-day/", f"/projects/{project.pk}/", "/disclose/", "/needs/new/", "/results/"):
        faults += fits(officer, path)
    assert not faults, "\n".join(faults)
    # The menu folds behind one button and opens by it.
    page = officer.page
    link = page.locator("#menu").get_by_role("link", name=officer.say("My day"))
    assert not link.is_visible()
    page.get_by_role("button", name=officer.say("Menu")).click()
    link.wait_for()
