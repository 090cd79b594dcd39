"""The small region: once for the tests that read it, afresh for those that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from technopole.planning import matchmaking
from tests.loop import region


@pytest.fixture(scope="session")
def vectors(pytestconfig: pytest.Config) -> Path:
    """The folder of vectors, which hang on the texts alone: kept from one run of the tests to the next."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("vectors")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return region.small_region(tmp_path_factory.mktemp("region"))


@pytest.fixture
def folder(template: Path, tmp_path: Path, vectors: Path, settings: Any, monkeypatch: Any) -> Path:
    """A small region of the test's own, which the loop reads."""
    shutil.copytree(template, tmp_path / "sample")
    settings.SAMPLE, settings.VAR = tmp_path / "sample", vectors
    monkeypatch.setattr(matchmaking, "_profiles", {})
    return tmp_path / "sample"


@pytest.fixture(scope="module")
def untouched(
    template: Path, vectors: Path, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, Any]]:
    """What the loop says of the small region as it is; its records stand while the module's tests run."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(matchmaking, "_profiles", {})
        with override_settings(
            SAMPLE=template,
            VAR=vectors,
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ):
            yield region.run().as_dict()
        transaction.set_rollback(True)
