"""What every test shares: one account per role, and no skip where everything is installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client

# Several test processes share the cores: one numeric thread each, read when the library is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
NO_SKIP = os.environ.get("TECHNOPOLE_NO_SKIP") == "1"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that says why it was skipped; an expected failure stays one."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def pytest_configure() -> None:
    """Compile the translations when they are newer than what was compiled: pages read the compiled ones."""
    words = Path(__file__).parents[1] / "src/technopole/portal/locale/zh_Hans/LC_MESSAGES/django.po"
    compiled = words.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < words.stat().st_mtime:
        beside = words.with_suffix(f".{os.getpid()}")
        with words.open("rb") as source, beside.open("wb") as made:
            write_mo(made, read_po(source, locale="zh_Hans"))
        beside.replace(compiled)


@pytest.fixture(autouse=True, scope="session")
def _own_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Documents, uploads and vectors of a test never reach the office's own folder."""
    from django.conf import settings

    settings.VAR = tmp_path_factory.mktemp("var")
    settings.MEDIA_ROOT = settings.VAR / "documents"
    settings.STATIC_ROOT = settings.VAR / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords that take no time to check."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Accounts(dict[str, Any]):
    """One account per role, each made when it is first asked for."""

    def __missing__(self, role: str) -> Any:
        from tests.factories import account

        self[role] = account(role)
        return self[role]


@pytest.fixture
def accounts(db: None) -> Accounts:
    """``accounts["scout"]`` is a scout, ``accounts["guest"]`` nobody."""
    from django.contrib.auth.models import AnonymousUser

    return Accounts(guest=AnonymousUser())


@pytest.fixture
def browse(accounts: Accounts) -> Callable[..., Client]:
    """A client signed in by role or account, reading in a language: ``browse("scout", "zh-hans")``."""

    def signed_in(who: Any = "guest", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        user = accounts[who] if isinstance(who, str) else who
        if user.is_authenticated:
            client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def director(accounts: Accounts) -> Any:
    return accounts["director"]


@pytest.fixture
def officer(accounts: Accounts) -> Any:
    return accounts["officer"]


@pytest.fixture
def researcher(accounts: Accounts) -> Any:
    return accounts["researcher"]


@pytest.fixture
def clinician(accounts: Accounts) -> Any:
    return accounts["clinician"]


@pytest.fixture
def scout(accounts: Accounts) -> Any:
    return accounts["scout"]


@pytest.fixture
def park_manager(accounts: Accounts) -> Any:
    return accounts["park_manager"]


@pytest.fixture
def approver(accounts: Accounts) -> Any:
    return accounts["approver"]


@pytest.fixture
def analyst(accounts: Accounts) -> Any:
    return accounts["analyst"]
