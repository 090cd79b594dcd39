"""The documentation says what there is, and nothing else: commands, settings, pages, API, policy, links."""

from __future__ import annotations

import ast
import csv
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, get_resolver

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "technopole"
REFERENCE = ROOT / "docs" / "reference"
NOT_OURS = {".venv", "node_modules", "var", "vendor"}
MARKDOWN = sorted(
    file
    for file in ROOT.rglob("*.md")
    if not any(part in NOT_OURS or part.startswith(".") for part in file.relative_to(ROOT).parts)
)
# Django's own: the files that carry no record.
WITHOUT_RECORDS = {"favicon.ico"}
CELLS = {"none": "–", "own": "own", "other": "any"}


def read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without the backticks."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"\|\s*-", line)]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


# --- commands


@cache
def commands() -> dict[str, Any]:
    """Every command by the words that call it: ``{"technopole match rank": command}``."""
    import typer.main

    from technopole.cli import main

    if not any(group.name == "match" for group in main.app.registered_groups):
        main._add_folders()
    found: dict[str, Any] = {}

    def walk(words: str, command: Any) -> None:
        below = getattr(command, "commands", None)
        if below is None:
            found[words] = command
            return
        for name, child in below.items():
            walk(f"{words} {name}", child)

    walk("technopole", typer.main.get_command(main.app))
    return found


def options_of(command: Any) -> set[str]:
    return {name for option in command.params for name in option.opts if name.startswith("--")} - {"--help"}


def sections() -> dict[str, str]:
    """Heading → text of each command's section in commands.md."""
    parts = re.split(r"^## `(technopole[^`]*)`\n", read("commands.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section_and_no_section_is_left_over() -> None:
    assert set(sections()) == set(commands())


@pytest.mark.parametrize("words", sorted(commands()))
def test_a_section_names_the_options_that_the_command_has_and_no_other(words: str) -> None:
    named = set(re.findall(r"`(--[a-z-]+)", sections().get(words, "")))
    assert named == options_of(commands()[words])


# --- settings


def read_settings() -> dict[str, str | None]:
    """Every variable that settings.py reads, with its default where that is a plain text."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse((SOURCE / "config" / "settings.py").read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name = node.args[0].value
        if getattr(node.func, "id", "") == "_environment":
            default = node.args[1]
            found[f"TECHNOPOLE_{name}"] = default.value if isinstance(default, ast.Constant) else None
        elif isinstance(name, str) and re.fullmatch(r"TECHNOPOLE_[A-Z_]+", name):
            found[name] = None
    return found


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    documented = {row[0] for row in rows(read("settings.md")) if row[0].startswith("TECHNOPOLE_")}
    assert documented == set(read_settings())


def test_the_defaults_in_the_table_are_those_in_the_settings() -> None:
    documented = {row[0]: row[1] for row in rows(read("settings.md"))}
    plain = {name: default for name, default in read_settings().items() if default is not None}
    assert {name: documented.get(name) for name in plain} == {
        name: default or "(empty)" for name, default in plain.items()
    }


def test_no_document_names_a_setting_that_is_not_read() -> None:
    known = set(read_settings())
    for folder in ("tests", "benchmarks"):
        for file in (ROOT / folder).rglob("*.py"):
            known |= set(re.findall(r"""["'](TECHNOPOLE_[A-Z_]+)["']""", file.read_text(encoding="utf-8")))
    for file in MARKDOWN:
        named = set(re.findall(r"\bTECHNOPOLE_[A-Z_]*[A-Z]\b", file.read_text(encoding="utf-8")))
        assert named <= known, file.relative_to(ROOT)


# --- pages and API


def routes(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every address of the server."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.name or ""
        else:
            yield from routes(entry.url_patterns, route)


def test_every_page_stands_in_the_table_with_its_name_and_no_other() -> None:
    there = {(f"/{route}", name) for route, name in routes() if not route.startswith("api/")}
    there = {row for row in there if row[0].strip("/") not in WITHOUT_RECORDS}
    documented = {(row[0], row[1]) for row in rows(read("pages.md")) if row[0].startswith("/")}
    assert documented == there


def test_every_api_path_stands_in_the_table_and_no_other() -> None:
    from technopole.api.v1 import api

    paths = api.get_openapi_schema()["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    documented = {(row[0], row[1]) for row in rows(read("api.md")) if row[1].startswith("/api/")}
    assert documented == there


# --- policy


def test_the_table_of_actions_is_the_policy() -> None:
    with (SOURCE / "config" / "policy.csv").open(encoding="utf-8", newline="") as file:
        declared = list(csv.DictReader(file))
    roles = [name for name in declared[0] if name not in ("method", "route")]
    told = {
        row["route"]: [CELLS[row[role]] for role in roles] for row in declared if row["method"] == "ACTION"
    }
    table = rows(read("policy.md"))
    header = next(row for row in table if row[0] == "action")
    assert header[1:] == [role.replace("_", " ") for role in roles]
    documented = {row[0]: row[1:] for row in table if re.fullmatch(r"[a-z]+\.[a-z_]+", row[0])}
    assert documented == told


# --- words


def test_the_glossary_names_classes_that_exist() -> None:
    classes = {
        node.name
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    first = read("glossary.md").split("\n## ")[0]
    named = {word for row in rows(first)[1:] for word in re.findall(r"[A-Z][a-zA-Z]+", row[0])}
    assert named <= classes
    assert len(named) > 15


# --- links, and what a reader is told to type


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_relative_links_lead_somewhere(file: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(file.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (file.parent / path).resolve() if path else file
        if not found.exists():
            broken.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), flags=re.MULTILINE)
            if anchor not in {slug(heading) for heading in headings}:
                broken.append(target)
    assert not broken


def typed(file: Path) -> Iterator[list[str]]:
    """The words of every shell line that a document tells its reader to type."""
    for block in re.findall(
        r"^```sh\n(.*?)^```", file.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    ):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and (re.match(r"[A-Z_]+=", words[0]) or words[0] == "export"):
                words = words[1:]
            if words:
                yield words


def fault(words: list[str]) -> str | None:
    """Why a line cannot be typed; None when it can."""
    if words[0] == "make":
        targets = re.findall(
            r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        wrong = [word for word in words[1:] if "=" not in word and word not in targets]
        return f"no target {wrong}" if wrong else None
    if Path(words[0]).name != "technopole":
        return None
    line = " ".join(["technopole", *words[1:]])
    if line == "technopole --version":
        return None
    known = [name for name in commands() if f"{line} ".startswith(f"{name} ")]
    if not known:
        return "no such command"
    command = commands()[max(known, key=len)]
    wrong = {word.split("=")[0] for word in words if word.startswith("--")} - options_of(command) - {"--help"}
    return f"no option {sorted(wrong)}" if wrong else None


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_reader_is_told_to_type_exists(file: Path) -> None:
    wrong = {" ".join(words): fault(words) for words in typed(file) if fault(words)}
    assert not wrong


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("technopole match sort", "no such command"),
        ("technopole loop --result R.csv", "no option"),
        ("make everything", "no target"),
    ],
)
def test_a_line_that_cannot_be_typed_is_seen(line: str, why: str) -> None:
    assert str(fault(line.split())).startswith(why)


# --- the files that a tutorial brings


@pytest.mark.parametrize("kind", ["results", "needs", "sites"])
def test_the_tutorials_files_are_read_without_an_error(kind: str) -> None:
    from technopole.onboarding.imports import preview

    file = ROOT / "docs" / "tutorial" / "files" / f"{kind}.csv"
    found = preview(file, file.name, kind)
    assert found.can_be_saved
    assert not [column.header for column in found.mapping.columns if column.field is None]
