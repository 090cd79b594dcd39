"""The command's own words and exit codes: help, version, accounts, loading a sample."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from technopole import __version__
from technopole.cli import main
from technopole.cli.accounts import make_account
from technopole.parties.models import Organisation, Person, User

SAMPLE = Path(__file__).parents[2] / "sample"
ARGUMENTS = {"role": "officer", "name": "Mei Lin", "organisation": "Our office"}


def technopole(var: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with its records under `var`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TECHNOPOLE_")}
    return subprocess.run(
        [sys.executable, "-m", "technopole", *arguments],
        env=environment | {"TECHNOPOLE_VAR": str(var)},
        capture_output=True,
        text=True,
        input=typed,
        timeout=300,
        check=False,
    )


def test_version_is_printed() -> None:
    told = CliRunner().invoke(main.app, ["--version"])
    assert (told.exit_code, told.output.strip()) == (0, __version__)


def test_help_names_every_command(tmp_path: Path) -> None:
    told = technopole(tmp_path, "--help")
    assert told.returncode == 0
    for name in ("serve", "loop", "load", "migrate", "worker", "account", "match", "evidence", "landing"):
        assert f" {name} " in told.stdout, name
    assert not list(tmp_path.iterdir()), "help makes no records"


def test_an_unknown_command_ends_with_two(tmp_path: Path) -> None:
    told = technopole(tmp_path, "conjure")
    assert told.returncode == 2
    assert "conjure" in told.stderr


# --- accounts


@pytest.mark.django_db
def test_an_account_is_made_with_its_person_and_role(capsys: Any) -> None:
    assert make_account("mei", "quite-a-long-sentence", **ARGUMENTS) == 0
    user = User.objects.get(username="mei")
    assert user.check_password("quite-a-long-sentence")
    assert user.role_names == {"officer"}
    assert user.person is not None
    assert user.person.organisation.name_en == "Our office"
    assert "mei" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "wizard"}, "'wizard' is none of"),
        ({"password": "12345"}, "too short"),
        ({"password": "password"}, "too common"),
        ({"username": "taken"}, "exists already"),
        ({"username": "no spaces allowed"}, "valid username"),
        ({"username": ""}, "blank"),
        ({"name": " "}, "--name is empty"),
        ({"organisation": ""}, "--organisation is empty"),
    ],
)
def test_a_bad_account_ends_with_two_and_leaves_nothing(
    changed: dict[str, str], said: str, capsys: Any
) -> None:
    User.objects.create_user("taken", password="quite-a-long-sentence")
    given = {"username": "mei", "password": "quite-a-long-sentence", **ARGUMENTS} | changed
    assert make_account(**given) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert len(written.err.splitlines()) == 1
    assert not written.out
    assert User.objects.count() == 1
    assert not Person.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_second_account_joins_the_organisation_that_is_there() -> None:
    assert make_account("mei", "quite-a-long-sentence", **ARGUMENTS) == 0
    assert make_account("bo", "quite-a-long-sentence", **(ARGUMENTS | {"name": "Bo Li"})) == 0
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
def test_a_chinese_name_is_kept_as_one() -> None:
    given = ARGUMENTS | {"name": "林梅", "organisation": "技术转移办公室"}
    assert make_account("mei", "quite-a-long-sentence", **given) == 0
    assert make_account("bo", "quite-a-long-sentence", **given) == 0
    person = User.objects.get(username="mei").person
    assert person is not None
    assert (person.name_zh, person.name_en) == ("林梅", "")
    assert person.organisation.name_zh == "技术转移办公室"
    assert Organisation.objects.count() == 1


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder for an office's records; the first command makes the database there."""
    return tmp_path_factory.mktemp("office") / "var"


def test_the_first_account_needs_no_database_made_before(office: Path) -> None:
    arguments = [part for name, value in ARGUMENTS.items() for part in (f"--{name}", value)]
    twice = "quite-a-long-sentence\n" * 2
    told = technopole(office, "account", "mei", *arguments, typed=twice)
    assert told.returncode == 0, told.stderr
    assert "mei may sign in as officer." in told.stdout
    assert "quite-a-long-sentence" not in told.stdout + told.stderr


# --- loading


def test_loading_a_broken_sample_ends_with_two(office: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    sites = folder / "invented/sites.yaml"
    sites.write_text(sites.read_text("utf-8").replace("district: pudong", "district: atlantis", 1), "utf-8")
    told = technopole(office, "load", str(folder))
    assert (told.returncode, told.stdout) == (2, "")
    assert "Traceback" not in told.stderr
    said = told.stderr.splitlines()[-1]
    assert said.startswith("sites.yaml: ")
    assert "District" in said
    with sqlite3.connect(office / "records.sqlite3") as database:
        assert database.execute("select count(*) from sites_district").fetchone() == (0,)


def test_loading_a_folder_that_is_none_ends_with_two(office: Path, tmp_path: Path) -> None:
    told = technopole(office, "load", str(tmp_path / "nowhere"))
    assert told.returncode == 2
    assert "nowhere is not a folder" in told.stderr
