"""Every word a page can show has its Chinese, and no page shows a word that was never translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from django import forms
from django.apps import apps
from django.db.models import Choices
from django.template.base import Lexer, TokenType
from django.utils.functional import Promise

from technopole import wording
from technopole.portal import catalogue
from technopole.records import history
from technopole.records.models import Record
from technopole.wording import Reason

PACKAGE = catalogue.PACKAGE
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w+\}|</?\w+>")
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")

# Names, abbreviations and units that stand in Chinese sentences as they are.
LATIN = set(
    "AI API BSL CMO CRO CSV DOI GMP IP ISO MB MEMS MTA NDA ORCID PDF ROR TRL Technopole TP"
    " csv jsonl kN kVA sample yuan xlsx".split()
)
# Text that stands in templates untranslated: it reads the same in both languages.
SAME_IN_BOTH = LATIN | set("docx Excel OpenAPI ORCID English m kN sample 中文 示例 ror.org doi.org".split())
# Records whose fields no history tells: what the machine keeps of files, and the key of a paper.
UNTOLD = {"Document", "ImportBatch"}


def in_both(text: Any) -> bool:
    """Whether a label is translated, or reads the same in both languages."""
    return isinstance(text, Promise) or not set(WORD.findall(str(text or "none"))) - SAME_IN_BOTH


@dataclass(frozen=True)
class Message:
    """One message of the source: its forms in English, those in Chinese, the first place where it stands."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.english[0]!r} → {', '.join(self.chinese) or 'nothing'}"


@cache
def messages() -> list[Message]:
    """Every message of the source with its Chinese."""
    known, found = catalogue.read(), []
    for message in catalogue.collect():
        if message.id:
            english = message.id if isinstance(message.id, tuple) else (message.id,)
            kept = known.get(english[0], message.context)
            chinese = kept.string if kept else ""
            forms = chinese if isinstance(chinese, tuple) else (chinese,)
            found.append(Message(english, tuple(filter(None, forms)), "{}:{}".format(*message.locations[0])))
    return found


def template_files() -> list[Path]:
    """The pages; the one for a broken server says everything in both languages at once."""
    return [file for file in catalogue.sources() if file.suffix == ".html" and file.name != "500.html"]


class VisibleText(HTMLParser):
    """Collects what a reader of the page sees or hears: text nodes and the attributes that are read out."""

    SPOKEN = frozenset({"alt", "title", "placeholder", "aria-label", "data-label", "data-confirm", "label"})

    def __init__(self) -> None:
        super().__init__()
        self.silent = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.found += [text for name, text in attrs if name in self.SPOKEN and text]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def written_out(template: str) -> str:
    """A template without its tags, variables, comments and translated blocks."""
    kept, inside = [], ""
    for token in Lexer(template).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if name == inside else inside
        elif name in ("blocktranslate", "blocktrans", "comment"):
            inside = f"end{name}"
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type == TokenType.VAR:
            kept += re.findall(r'\|(?:default|default_if_none|yesno):"([^"]*)"', token.contents)
    return "".join(kept)


def untranslated(template: str) -> list[str]:
    """The visible words of a template that stand outside translation."""
    reader = VisibleText()
    reader.feed(written_out(template))
    words = [word for text in reader.found for word in re.findall(r"[A-Za-z\u4e00-\u9fff.]+", text)]
    return [word for word in words if word.strip(".") and word not in SAME_IN_BOTH]


def test_every_word_has_its_chinese():
    missing = [str(message) for message in messages() if not message.chinese]
    assert not missing, "run `make messages` and translate:\n" + "\n".join(missing)


def test_chinese_keeps_the_placeholders():
    wrong = [
        str(message)
        for message in messages()
        for text in message.chinese
        # One form is all that Chinese has: it must hold what the English plural holds.
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(message.english[-1]))
    ]
    assert not wrong, "\n".join(wrong)


def test_chinese_is_chinese():
    wrong = []
    for message in messages():
        for text in message.chinese:
            left = set(WORD.findall(PLACEHOLDER.sub("", text))) - LATIN
            if left or not (HAN.search(text) or text == "、"):
                wrong.append(f"{message} {sorted(left)}")
    assert not wrong, "\n".join(wrong)


def test_the_catalogue_stands_as_it_would_be_written(tmp_path):
    again = tmp_path / "django.po"
    catalogue.write(catalogue.read(), again)
    assert again.read_text("utf-8") == catalogue.CHINESE.read_text("utf-8"), "run `make messages`"


@pytest.mark.parametrize("file", template_files(), ids=lambda file: file.name)
def test_template_shows_no_word_outside_translation(file):
    assert untranslated(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Save</p>", ["Save"]),
        ('<a title="Open">{{ x }}</a>', ["Open"]),
        ('{{ x|default:"nobody" }}', ["nobody"]),
        ("<b>保存</b>", ["保存"]),
        ('<p>{% translate "Save" %} {{ Save }}</p>{# Save #}<script>let Save;</script>', []),
        ("{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}", []),
        ('<option{% if a %} selected{% endif %} value="open">CSV</option>', []),
    ],
)
def test_the_scan_of_templates_finds_what_a_reader_sees(template, words):
    assert untranslated(template) == words


def ours(base: type) -> list[type]:
    """Every class of the platform that derives from `base`, once all modules are loaded."""
    for file in catalogue.sources():
        if file.name in (
            "forms.py",
            "models.py",
            "views.py",
            "section.py",
            "desk.py",
            "levels.py",
            "rows.py",
        ):
            import_module(".".join(("technopole", *file.relative_to(PACKAGE).with_suffix("").parts)))
    found, waiting = [], [base]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.startswith("technopole."):
                found.append(one)
    return sorted(set(found), key=lambda one: (one.__module__, one.__name__))


def test_every_field_that_a_history_tells_is_named_in_both_languages():
    wrong = []
    for model in apps.get_models():
        if issubclass(model, Record) and model.__name__ not in UNTOLD:
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                if field.name not in history.UNTOLD | {"work_id"} and not in_both(field._verbose_name):
                    wrong.append(f"{model.__name__}.{field.name}")
    assert not wrong, "\n".join(wrong)


def test_every_choice_is_named_in_both_languages():
    wrong = [
        f"{choices.__module__}.{member}"
        for choices in ours(Choices)
        for member in choices  # type: ignore[attr-defined]
        if not in_both(member._label_)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_form_field_is_labelled_in_both_languages():
    wrong = []
    for form in ours(forms.BaseForm):
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            spoken = [field.help_text] if field.help_text else []
            spoken += [] if field.widget.is_hidden else [field.label]
            if not all(in_both(text) for text in spoken):
                wrong.append(f"{form.__module__}.{form.__name__}.{name}")
    assert not wrong, "\n".join(wrong)


# Where a text that is not translated reaches a reader: keywords, and what is said of a wrong input.
SPOKEN_KEYWORDS = {"label", "help_text", "verbose_name", "empty_label", "title", "heading", "caption", "note"}
SPOKEN_CALLS = {"ValidationError", "add_error", "success", "warning", "error", "info", "Column", "Heading"}


def plain_texts(tree: ast.Module) -> Iterator[ast.expr]:
    """Texts written out where a reader will see them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given: list[Any] = [word.value for word in node.keywords if word.arg in SPOKEN_KEYWORDS]
        if name in SPOKEN_CALLS:
            given += node.args[1 if name in ("Column", "Heading", "add_error") else 0 :]
        for text in given:
            if isinstance(text, ast.JoinedStr) or (
                isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value
            ):
                yield text


def pages_of_python() -> list[Path]:
    """The modules whose texts reach a page: not engines, commands, the evidence or the settings."""
    elsewhere = {"engine", "cli", "evidence", "matching", "intelligence", "config", "api"}
    return [
        file
        for file in catalogue.sources()
        if file.suffix == ".py" and not elsewhere & set(file.relative_to(PACKAGE).parts)
    ]


def test_no_module_of_a_page_says_anything_outside_gettext():
    wrong = []
    for file in pages_of_python():
        for text in plain_texts(ast.parse(file.read_text(encoding="utf-8"))):
            letters = re.sub(r"\{.*?\}", "", ast.unparse(text).lstrip("f"))
            if set(WORD.findall(letters)) - SAME_IN_BOTH or HAN.search(letters):
                wrong.append(f"{file.relative_to(PACKAGE)}:{text.lineno}: {ast.unparse(text)}")
    assert not wrong, "\n".join(wrong)


def in_two_languages(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sentence of a YAML file: a mapping from languages to what is said in them."""
    if isinstance(node, dict):
        if set(node) <= {"en", "zh"} and all(isinstance(said, str) for said in node.values()) and node:
            yield at, node
        for key, value in node.items():
            yield from in_two_languages(value, f"{at}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from in_two_languages(value, f"{at}/{number}")


# Says which words mean the same, not what a page shows.
SPOKEN_FILES = [file for file in sorted(PACKAGE.rglob("*.yaml")) if file.name != "words.yaml"]


@pytest.mark.parametrize("file", SPOKEN_FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_rules_and_reasons_say_stands_in_both_languages(file):
    for at, said in in_two_languages(yaml.safe_load(file.read_text(encoding="utf-8"))):
        assert said.get("en"), at
        assert said.get("zh"), at
        assert HAN.search(said["zh"]) or not WORD.search(said["zh"]) or said["zh"] == said["en"], at


def sources_in(node: Any) -> Iterator[str]:
    """Every source that a rule names."""
    if isinstance(node, dict):
        yield from (said for key, said in node.items() if key == "source")
    for inside in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from sources_in(inside)


@pytest.mark.parametrize("pack", ["planning/packs/gate-rules", "evaluation/packs/readiness"])
def test_sources_that_a_page_names_are_named_in_both_languages(pack):
    rows = yaml.safe_load((PACKAGE / f"{pack}.yaml").read_text(encoding="utf-8"))
    assert [source for source in sources_in(rows) if source not in wording.names()] == []


def test_a_key_in_a_reason_reads_as_its_name():
    found = Reason("landing.no_sector", {"need": "mems", "provider": "P", "offer": "energy, marine"})
    assert "能源、海洋装备" in found.text("zh")
    assert "MEMS and sensors" in found.text("en")
