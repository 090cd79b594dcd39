"""One result through all four steps, by the pages alone, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from technopole.landing.engine.modes import MODE_NAMES, Mode
from technopole.pipeline.models import TransferProject
from technopole.records import clock
from tests.browser.conftest import Visit, Visitor
from tests.browser.world import SUMMARY, TITLE, World, world

NOT_SO = (
    "human_samples",
    "human_genetic",
    "patient_data",
    "animal",
    "foreign_party",
    "us_federal_money",
    "dual_use",
    "related_party",
)
VALUES = ("scientific", "technical", "economic", "social", "cultural")
SITE_STEPS = ("Shortlist", "Visited", "Offer made", "Signed", "Built")


def day(back: int) -> str:
    """So many days before today, as a date field holds it."""
    return (clock.today() - timedelta(days=back)).isoformat()


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_one_result_through_four_steps(visit: Visit, language: str) -> None:
    code = language[:2]
    people = world(reads=code)

    def arrives(user: Any) -> Visitor:
        return visit(user, language=language)

    researcher, officer = visit(language=language), arrives(people.officer)
    researcher.sign_in(people.researcher)
    disclosed(researcher, code)
    project = TransferProject.objects.get()
    at = f"/projects/{project.pk}/"

    accepted_and_published(officer, researcher, at)
    evaluated(officer, arrives, people, at)
    planned(officer, arrives, people, at)
    landed(officer, people, at, code)
    counted(officer, people, code)


def disclosed(researcher: Visitor, code: str) -> None:
    """The guided form: what is complete is counted while one types, then it is handed in."""
    say, page = researcher.say, researcher.page
    page.locator("#menu").get_by_role("link", name=say("Disclose a result")).click()
    assert page.locator("html").get_attribute("lang") == researcher.language
    score = page.locator("#state progress")
    assert score.get_attribute("value") == "0"
    page.locator(f"#id_title_{code}").fill(TITLE[code])
    page.locator(f"#id_summary_{code}").fill(SUMMARY[code])
    page.locator("#id_sector").select_option("mems")
    page.locator("#id_ip_status").select_option("granted")
    page.locator("#id_no_publication").check()
    page.locator("#id_no_funding").check()
    page.locator("#id_no_third_party_materials").check()
    for name in NOT_SO:
        page.locator(f"#id_{name}").select_option("no")
    page.locator("#id_claimed_level").select_option("3")
    page.locator("#id_area_m2").fill("600")
    page.wait_for_function("() => document.querySelector('#state progress').value >= 40")
    page.get_by_role("button", name=say("Save the draft")).click()
    page.get_by_text(say("The draft is saved. You can go on now or come back later.")).wait_for()
    assert page.locator(f"#id_title_{code}").input_value() == TITLE[code]
    page.get_by_role("button", name=say("Save and hand in")).click()
    page.get_by_text(say("The disclosure is handed in: the office looks at it next.")).wait_for()
    assert page.get_by_role("heading", name=TITLE[code], level=1).is_visible()


def accepted_and_published(officer: Visitor, researcher: Visitor, at: str) -> None:
    officer.goto(at)
    officer.do("Accept the disclosure", "The disclosure is accepted; the project is in evaluation.")
    form = officer.open("Give to an officer")
    form.locator("select").select_option(label=own_name(officer))
    officer.do("Give", "The project has a new owner.", form)
    agreed = "Your agreement is noted; with both ticks the summary is public."
    officer.do("Agree to publish, for the office", agreed)
    researcher.goto(at)
    researcher.do("Agree to publish, as inventor", agreed)


def own_name(visitor: Visitor) -> str:
    return visitor.page.locator(".account-name strong").inner_text()


def evaluated(officer: Visitor, arrives: Callable[[Any], Visitor], people: World, at: str) -> None:
    """Evidence for each level, two reviews, the meeting."""
    officer.goto(at)
    for level in (1, 2, 3):
        form = officer.open("Add evidence")
        officer.field(form, "For level").fill(str(level))
        officer.field(form, "Title in English").fill(f"Report {level}")
        officer.field(form, "Title in Chinese").fill(f"报告 {level}")
        officer.field(form, "Dated").fill(day(60))
        officer.do("Add", "The evidence is added.", form)
    form = officer.open("Assess readiness")
    officer.field(form, "Level claimed").fill("3")
    officer.do("Assess by the evidence", "Readiness is assessed.", form)
    for reviewer in people.reviewers:
        form = officer.open("Ask somebody for a review")
        form.locator("select").select_option(str(reviewer.person.pk))
        officer.do("Ask for a review", "The review is asked for.", form)
    for reviewer in people.reviewers:
        reviewed(arrives(reviewer))
    officer.goto(at)
    form = officer.open("Record the collective decision")
    met = [str(user.person.pk) for user in (people.officer, people.director, people.approver)]
    officer.field(form, "Outcome").select_option("pursue")
    officer.field(form, "Meeting held on").fill(day(0))
    for name, who in (("Attendees", met), ("Signatories", met[:2])):
        group = form.get_by_role("group", name=officer.say(name))
        for person in who:
            group.locator(f"[value='{person}']").check()
    officer.field(form, "Minutes in English").fill("All agreed.")
    officer.field(form, "Minutes in Chinese").fill("一致同意。")
    officer.field(form, "Reason in English").fill("A company asks for it.")
    officer.field(form, "Reason in Chinese").fill("有企业需要。")
    officer.do("Record and carry out", "The decision is recorded and carried out.", form)
    assert officer.say("pursue") in officer.page.locator("article.decision").inner_text()


def reviewed(reviewer: Visitor) -> None:
    """From My day to the reviewer's own page."""
    page = reviewer.goto("/my-day/")
    page.locator("main a[href^='/reviews/']").first.click()
    for value in VALUES:
        page.locator(f"#id_review_{value}").fill("80")
    page.locator("#id_review_comment_en").fill("Sound work.")
    page.locator("#id_review_free").check()
    reviewer.do("Hand in the review", "Thank you: your review is handed in.")


def planned(officer: Visitor, arrives: Callable[[Any], Visitor], people: World, at: str) -> None:
    """A match across the languages is answered; route, gates, approval."""
    officer.do("Compute the matches again", "The matches are computed.")
    found = officer.page.locator("article.match", has_text=people.need.title)
    assert officer.say("across languages") in found.inner_text()

    scout = arrives(people.scout)
    scout.goto("/matches/")
    scout.do("Interested", "The answer is kept.", scout.page.locator("article.match").first)

    officer.goto(at)
    assert officer.say("interested") in found.locator(".badge").first.inner_text()
    form = officer.open("Write the plan")
    officer.field(form, "Route").select_option("licence")
    officer.field(form, "Pricing").select_option("listed")
    officer.field(form, "Price, in 10,000 yuan").fill("80")
    officer.field(form, "Counterparty").select_option(str(people.scout.person.organisation_id))
    officer.do("Save the plan", "The plan is saved.", form)

    approver = arrives(people.approver)
    approver.goto(at)
    asking = approver.page.locator("article.gate.line-soon")
    while left := asking.count():
        form = approver.open("Answer", asking.first)
        approver.field(form, "Finding").select_option("review")
        approver.field(form, "Note in English").fill("Looked into and passed.")
        approver.field(form, "Note in Chinese").fill("已审查通过。")
        approver.do("Sign the answer", "The answer is signed.", form)
        assert asking.count() < left
    approver.do("Approve the plan", "The plan is approved; the project is in landing.")


def landed(officer: Visitor, people: World, at: str, code: str) -> None:
    """The site step by step until it is built; where the firm settled gives the landing its mode."""
    page = officer.goto(at)
    for step in SITE_STEPS:
        place = page.locator("article.site", has_text=people.site.text("name", code)).first
        officer.do(step, "The site's status is kept.", place)
    assert officer.say("landed") in page.locator(".project-head .badges").inner_text()

    form = officer.open("Follow a firm's landing")
    officer.field(form, "Company").select_option(str(people.scout.person.organisation_id))
    officer.field(form, "Origin").select_option("local")
    officer.do("Begin", "The landing is followed from now on.", form)
    for event, on in (("rd", date(2025, 3, 1).isoformat()), ("land", day(0))):
        form = officer.open("Add an event")
        officer.field(form, "Event").select_option(event)
        officer.field(form, "Happened on").fill(on)
        officer.field(form, "District, if in no park").select_option("pudong")
        officer.do("Add", "The event is added.", form)
    mode = MODE_NAMES[Mode.ZHANGJIANG_PUDONG][code]
    followed = page.locator("article.landing")
    assert followed.locator(".badge").get_by_text(mode, exact=True).is_visible()
    assert {"en": "Pudong", "zh": "浦东新区"}[code] in followed.locator("p").first.inner_text()


def counted(officer: Visitor, people: World, code: str) -> None:
    """A number of the region opens its rows."""
    page = officer.page
    page.locator("#menu").get_by_role("link", name=officer.say("Region"), exact=True).click()
    number = page.locator("#landings caption a")
    assert number.inner_text() == "1"
    number.click()
    page.get_by_role("heading", name=officer.say("Definition, source, date")).wait_for()
    row = page.locator("main tbody tr").inner_text()
    assert people.scout.person.organisation.text("name", code) in row
    assert MODE_NAMES[Mode.ZHANGJIANG_PUDONG][code] in row
