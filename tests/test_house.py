"""The house rules that no package can keep alone: imports, reasons, what git may hold."""

from __future__ import annotations

import ast
import hashlib
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "technopole"
VENDOR = SOURCE / "portal" / "static" / "vendor"
REASON_FILES = sorted(SOURCE.rglob("reasons.yaml"))

# Parts of a name stand apart, so that this file does not hold what it forbids.
FOREIGN = re.compile(
    r"(?<![\w/.-])/(root|home/\w+|work/(main|shared|brief))/"
    r"|\bpypi[.]org|pythonhosted[.]|registry[.]npmjs|deb[.]debian[.]org"
)


@cache
def sentences(package: str) -> dict[str, dict[str, str]]:
    """The sentences of one package; none where it has no file."""
    file = SOURCE / package / "reasons.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}


def placeholders(sentence: str) -> set[str]:
    """The values that a sentence mentions."""
    return {re.split(r"[.\[]", field)[0] for _, field, _, _ in string.Formatter().parse(sentence) if field}


def scopes(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """The nodes of each function, without those of the functions inside it; first the module's own."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        inside, nodes = [waiting.pop()], []
        while inside:
            for node in ast.iter_child_nodes(inside.pop()):
                nodes.append(node)
                function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                (waiting if function else inside).append(node)
        yield nodes


def written_reasons() -> Iterator[tuple[str, ast.Call, set[str] | None]]:
    """Every ``Reason(…)`` in the source: where it stands, the call, the codes it can have."""
    for file in sorted(SOURCE.rglob("*.py")):
        if file == SOURCE / "wording.py":
            continue  # reads codes back from JSON
        for nodes in scopes(ast.parse(file.read_text(encoding="utf-8"))):
            assigned: dict[str, list[ast.expr]] = {}
            for node in nodes:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    assigned.setdefault(node.targets[0].id, []).append(node.value)
            for node in nodes:
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Reason":
                    codes = possible_codes(node.args[0], assigned) if node.args else None
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node, codes


def possible_codes(code: ast.expr, assigned: dict[str, list[ast.expr]]) -> set[str] | None:
    """The codes of an expression, as regular expressions; None if it does not show them."""
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        return {re.escape(code.value)}
    if isinstance(code, ast.JoinedStr):
        parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in code.values]
        return {"".join(parts)}
    if isinstance(code, ast.IfExp):
        choices = [code.body, code.orelse]
    elif isinstance(code, ast.Name):
        choices = assigned.get(code.id, [])
    else:
        return None
    found = [possible_codes(choice, assigned) for choice in choices]
    return None if not found or None in found else {one for each in found if each for one in each}


def given_values(call: ast.Call) -> set[str] | None:
    """The names of the values given to a reason; None if they are not all written out there."""
    given = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "values")]
    if not given:
        return set()
    if isinstance(given[0], ast.Dict) and all(isinstance(key, ast.Constant) for key in given[0].keys):
        return {str(key.value) for key in given[0].keys if isinstance(key, ast.Constant)}
    return None


def tracked_files() -> list[Path]:
    """Every file that git holds."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in names.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_packages_import_only_what_the_house_allows():
    command = Path(sys.executable).parent / "lint-imports"
    linted = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout.partition("Broken contracts")[2] or linted.stdout


def test_packages_that_know_no_django_are_all_watched():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (pure,) = [one for one in contracts["contracts"] if one["id"] == "pure"]
    packages = {
        name for name in ("matching", "intelligence", "evidence") if any((SOURCE / name).glob("*.py"))
    }
    assert {f"technopole.{name}" for name in packages} <= set(pure["source_modules"])


@pytest.mark.parametrize("file", REASON_FILES, ids=lambda file: file.parent.name)
def test_reason_is_worded_in_both_languages_with_the_same_values(file):
    for name, worded in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        assert set(worded) == {"en", "zh"}, name
        assert placeholders(worded["en"]) == placeholders(worded["zh"]), name


def test_every_reason_used_is_worded_and_is_given_what_it_mentions():
    wrong = []
    for where, call, codes in written_reasons():
        if codes is None:
            wrong.append(f"{where}: write the code as a text here, so that it can be checked")
        for code in codes or ():
            package, _, name = code.replace(r"\.", ".", 1).partition(".")
            known = [worded for key, worded in sentences(package).items() if re.fullmatch(name, key)]
            if not known:
                wrong.append(f"{where}: {package}/reasons.yaml has no sentence {name}")
            given = given_values(call)
            if given is not None and len(known) == len(codes or ()) == 1:
                for value in placeholders(known[0]["en"]) - given:
                    wrong.append(f"{where}: {name} mentions {value}, which is not given")
    assert not wrong, "\n".join(wrong)


def test_git_holds_no_wheel_environment_or_database():
    made = re.compile(r"\.(whl|sqlite3|pyc|mo)$|(^|/)(\.venv|var|__pycache__|node_modules)/")
    assert [str(f) for f in tracked_files() if made.search(f.relative_to(ROOT).as_posix())] == []


def test_git_names_no_package_registry_and_no_path_of_one_machine():
    found = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or an archive
        found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_browser_files_are_those_that_were_fetched():
    listed = {}
    for row in (VENDOR / "versions.txt").read_text(encoding="utf-8").splitlines():
        digest, name, _package = row.split("  ")
        listed[name] = digest
    kept = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in VENDOR.iterdir()}
    del kept["versions.txt"]
    assert kept == listed
