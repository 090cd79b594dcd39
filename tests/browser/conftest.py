"""One Chromium for all browser tests, and visitors whose every page must be free of faults."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

# Playwright keeps an event loop in this thread; the tests themselves ask the database from it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "a-password-for-tests"
PATIENCE_MS = 20_000
_STATUS = re.compile(r"status of (\d{3})")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; pages of another process need records that are really saved."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser, None, None]:
    """The browser of the session."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: {CHROMIUM} is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser: one window, one language, and all that went wrong in it.

    A status that a test provokes is named with `expecting`; any other is a fault, as is every
    error or warning in the console and every request that fails.
    """

    def __init__(self, context: BrowserContext, server: str, language: str) -> None:
        self.context, self.server, self.language = context, server, language
        self.faults: list[str] = []
        self._expected: set[int] = set()
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def _said(self, message: Any) -> None:
        status = _STATUS.search(message.text)
        if message.type in ("error", "warning") and not (status and int(status[1]) in self._expected):
            self._note(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Any) -> None:
        # A new check of what is being typed replaces the one under way.
        if not (request.failure == "net::ERR_ABORTED" and request.url.endswith("/disclose/check/")):
            self._note(f"request failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self._note(f"{response.status} for {response.request.method} {response.url}")

    @contextmanager
    def expecting(self, *statuses: int) -> Generator[None, None, None]:
        """Within the block these statuses are no fault."""
        self._expected |= set(statuses)
        yield
        self._expected -= set(statuses)

    def say(self, words: str) -> str:
        """The words as this visitor reads them; a Chinese reader reads Chinese."""
        with translation.override(self.language):
            said = translation.gettext(words)
        if self.language != "en":
            assert re.search(r"[一-鿿]", said), f"not translated: {words!r}"
        return said

    def become(self, user: Any) -> None:
        """Go on as this user, signed in already."""
        client = Client()
        client.force_login(user)
        self.keep("sessionid", client.cookies["sessionid"].value)

    def keep(self, name: str, value: str) -> None:
        """Set a cookie."""
        self.context.add_cookies([{"name": name, "value": value, "url": self.server}])

    def goto(self, path: str) -> Page:
        """Open a page of the portal."""
        self.page.goto(f"{self.server}{path}")
        return self.page

    def sign_in(self, user: Any, *, then: str = "/my-day/") -> Page:
        """Sign in by the form."""
        page = self.goto(f"/accounts/sign-in/?next={then}")
        page.locator("#id_username").fill(user.username)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name=self.say("Sign in")).click()
        page.wait_for_url(f"**{then}")
        return page

    def open(self, words: str, within: Locator | None = None) -> Locator:
        """Unfold the form behind these words; the form."""
        place = within or self.page.locator("main")
        summary = place.locator("summary.btn").get_by_text(self.say(words), exact=True).first
        summary.click()
        return summary.locator("xpath=ancestor::details[1]")

    def field(self, form: Locator, words: str) -> Locator:
        """The field of the form that stands behind these words."""
        return form.get_by_label(self.say(words), exact=True)

    def do(self, words: str, done: str, within: Locator | None = None) -> None:
        """Press the button of these words and wait until the page says what was done."""
        self.press(words, within)
        self.page.locator("#content:not([data-before]) .alert-success").get_by_text(
            self.say(done), exact=True
        ).wait_for()

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button; the content as it was before is marked, so that its successor can be told."""
        self.page.locator("#content").evaluate("content => { content.dataset.before = 'yes' }")
        place = within or self.page.locator("main")
        place.get_by_role("button", name=self.say(words), exact=True).first.click()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Generator[Visit, None, None]:
    """``visit()`` is a guest, ``visit(user, language="en", width=390)`` somebody signed in already."""
    opened: list[Visitor] = []

    def arrive(user: Any = None, *, language: str = "en", width: int = 1440, height: int = 900) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-GB" if language == "en" else "zh-CN"
        )
        visitor = Visitor(context, live_server.url, language)
        visitor.keep("django_language", language)
        if user is not None:
            visitor.become(user)
        opened.append(visitor)
        return visitor

    yield arrive
    for visitor in opened:
        visitor.context.close()
    faults = [fault for visitor in opened for fault in visitor.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Documents and vectors of a test lie in its own folder."""
    settings.MEDIA_ROOT = settings.VAR = tmp_path
