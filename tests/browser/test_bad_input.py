"""What goes wrong in a browser gets a clear message; what was typed is still there, nothing is half saved."""

from __future__ import annotations

from technopole.pipeline.models import Stage, TransferProject
from technopole.records.models import Document
from technopole.resources.needs.models import Need
from tests.browser.conftest import PASSWORD, Visit
from tests.browser.world import world
from tests.factories import MatchFactory, ProjectFactory, ResultFactory, account

# Nine megabytes on the wire, the longest that a form of one such field can be.
LONG = "长" * 1_000_000
HOSTILE = "<img src=x onerror=\"window.hacked='img'\"><script>window.hacked='script'</script>{{7*7}} \"'&amp;"


def under_way(officer: object, **fields: object) -> TransferProject:
    made: TransferProject = ProjectFactory(stage=Stage.PLANNING, owner=officer, **fields)
    return made


def test_a_field_of_a_million_characters_is_kept_and_refused(visit: Visit) -> None:
    scout = visit(account("scout"))
    page = scout.goto("/needs/new/")
    page.locator("#id_description").fill(LONG)
    with scout.expecting(422):
        page.get_by_role("button", name=scout.say("Post the need")).click()
        page.locator(".invalid-feedback").get_by_text("1000000").wait_for()
    assert page.locator("#id_description").input_value() == LONG
    assert Need.objects.count() == 0


def test_a_million_characters_on_the_projects_page(visit: Visit) -> None:
    user = account("officer")
    project = under_way(user)
    officer = visit(user)
    page = officer.goto(f"/projects/{project.pk}/")
    form = officer.open("Stop…")
    officer.field(form, "Why, in Chinese").fill(LONG)
    officer.press("Stop the project", form)
    page.locator("#content:not([data-before]) .act-form .alert").first.wait_for()
    assert page.locator("#id_stop_reason_zh").input_value() == LONG
    assert TransferProject.objects.get().stage == Stage.PLANNING


def test_a_document_whose_name_is_a_path(visit: Visit) -> None:
    user = account("officer")
    project = under_way(user)
    officer = visit(user)
    page = officer.goto(f"/projects/{project.pk}/")
    form = officer.open("Attach a file")
    form.locator("input[type=file]").set_input_files(
        [{"name": "../../x", "mimeType": "text/plain", "buffer": b"harmless"}]
    )
    officer.do("Attach a file", "The file is attached.", form)
    kept = Document.objects.get()
    assert kept.name == "x"
    assert page.locator(f"a[href='/documents/{kept.pk}/']").first.inner_text().strip() == "x"
    fetched = officer.context.request.get(f"{officer.server}/documents/{kept.pk}/")
    assert (fetched.status, fetched.body()) == (200, b"harmless")


def test_an_impossible_day_keeps_what_was_typed(visit: Visit) -> None:
    user = account("officer")
    project = under_way(user)
    officer = visit(user)
    page = officer.goto(f"/projects/{project.pk}/")
    form = officer.open("Set the next action")
    officer.field(form, "Next action, in English").fill("Call the furnace maker")
    # A browser without a picker of days sends what was typed.
    due = page.locator("#id_next_due")
    due.evaluate("field => { field.type = 'text' }")
    due.fill("2026-02-30")
    officer.press("Set", form)
    page.locator("#content:not([data-before]) .invalid-feedback").wait_for()
    assert page.locator("#id_next_title_en").input_value() == "Call the furnace maker"
    assert TransferProject.objects.get().next_action_due is None


def test_a_disclosure_with_an_impossible_day_is_kept_on_the_page(visit: Visit) -> None:
    researcher = visit(account("researcher"))
    page = researcher.goto("/disclose/")
    page.locator("#id_title_en").fill("A sensor")
    day = page.locator("#id_conceived_on")
    day.evaluate("field => { field.type = 'text' }")
    day.fill("2026-02-30")
    with researcher.expecting(422):
        page.get_by_role("button", name=researcher.say("Save the draft")).click()
        page.locator(".invalid-feedback").first.wait_for()
    assert page.locator("#id_title_en").input_value() == "A sensor"
    assert page.locator("#id_conceived_on").input_value() == "2026-02-30"
    assert TransferProject.objects.count() == 0


def test_a_stale_form_says_so_and_keeps_what_was_typed(visit: Visit) -> None:
    people = world()
    project = under_way(people.officer)
    at = f"/projects/{project.pk}/"
    first, second = visit(people.officer), visit(people.director)
    first.goto(at)
    second.goto(at)
    for visitor, words in ((second, "Visit the park"), (first, "Call the furnace maker")):
        form = visitor.open("Set the next action")
        visitor.field(form, "Next action, in English").fill(words)
        visitor.field(form, "Due").fill("2027-01-15")
        visitor.press("Set", form)
        visitor.page.locator("#content:not([data-before]) .alert").first.wait_for()
    told = first.page.locator(".act-form .alert-warning").inner_text()
    assert "Somebody else changed this record" in told
    assert first.page.locator("#id_next_title_en").input_value() == "Call the furnace maker"
    assert TransferProject.objects.get().next_action_en == "Visit the park"
    # Having seen what stands now, the same words are saved by pressing again.
    first.do("Set", "The next action is set.", first.page.locator("#act-next"))
    assert TransferProject.objects.get().next_action_en == "Call the furnace maker"


def test_a_guest_on_an_officers_page_signs_in_and_goes_on(visit: Visit) -> None:
    user = account("officer", password=PASSWORD)
    at = f"/projects/{under_way(user).pk}/"
    guest = visit()
    page = guest.goto("/candidates/")
    page.locator("#id_username").fill(user.username)
    page.locator("#id_password").fill("not-the-password")
    page.locator("main").get_by_role("button", name=guest.say("Sign in")).click()
    page.get_by_text("User name and password do not belong together").wait_for()
    assert page.locator("#id_username").input_value() == user.username
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name=guest.say("Sign in")).click()
    page.wait_for_url("**/candidates/")
    assert guest.goto(at).locator(".project-head").is_visible()


def test_titles_are_text_wherever_they_stand(visit: Visit) -> None:
    people = world()
    result = ResultFactory(title_en=HOSTILE, title_zh=HOSTILE, summary_en=HOSTILE)
    project = under_way(people.officer, result=result, next_action_en=HOSTILE)
    people.need.title = people.need.description = HOSTILE
    Need.objects.filter(pk=people.need.pk).update(title=HOSTILE, description=HOSTILE)
    MatchFactory(result=result, need=people.need)
    director = visit(people.director)
    for path in (
        f"/projects/{project.pk}/",
        "/projects/",
        f"/results/{result.pk}/",
        "/results/",
        "/results/?q=%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E",
        f"/needs/{people.need.pk}/",
        "/needs/",
        "/matches/",
        "/my-day/",
        "/tour/",
        "/region/",
        "/region/funnel/rows/",
    ):
        page = director.goto(path)
        assert page.evaluate("window.hacked") is None, path
        assert page.locator("main img[src=x]").count() == 0, path
    assert HOSTILE in director.goto(f"/results/{result.pk}/").locator("h1").inner_text()
