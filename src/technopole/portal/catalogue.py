"""Collecting the words that pages show into the catalogue of Chinese, without GNU gettext.

``python -m technopole.portal.catalogue`` brings the catalogue up to date: it keeps every translation
whose words still stand in the source, adds the new words untranslated and drops what is gone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
CHINESE = PACKAGE / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

# No dates, tools or names: the file changes only when its words do.
HEADER = r"""# The words of the pages in Chinese; the English ones stand in the source.
msgid ""
msgstr ""
"Project-Id-Version: technopole\n"
"Language: zh_Hans\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
_ONE = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None}
_PLURAL = {"ngettext": (1, 2), "ngettext_lazy": (1, 2)}
_CONTEXT = {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2)}
_BOTH = {"npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3)}
KEYWORDS = _ONE | _PLURAL | _CONTEXT | _BOTH


def _as_python(template: str, origin: str) -> str:
    """A template's translatable words as calls; the rest is blanked, and unindented to be read as code."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).splitlines())


def sources(package: Path = PACKAGE) -> Iterator[Path]:
    """Every module and template that may hold words, in the order of their paths."""
    modules = (file for file in package.rglob("*.py") if "migrations" not in file.parts)
    templates = (file for file in package.rglob("templates/**/*") if file.suffix in (".html", ".txt"))
    yield from sorted((*modules, *templates))


def collect(package: Path = PACKAGE) -> Catalog:
    """The words of every source, each with the places where it stands and no translation."""
    catalog = Catalog(locale="zh_Hans", fuzzy=False)
    for file in sources(package):
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            text = _as_python(text, str(file))
        for line, words, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalog.add(words, locations=[(str(file.relative_to(package)), line)], context=context)
    return catalog


def read(file: Path = CHINESE) -> Catalog:
    """A catalogue as it stands."""
    with file.open("rb") as stream:
        return read_po(stream, locale="zh_Hans")


def write(catalog: Catalog, file: Path = CHINESE) -> None:
    """Write a catalogue: sorted by its English, with no places in the source."""
    text = io.BytesIO()
    write_po(
        text, catalog, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + text.getvalue().decode().strip() + "\n", encoding="utf-8")


def bring_up_to_date(file: Path = CHINESE) -> Catalog:
    """Bring the catalogue in line with the source; returns it."""
    catalog = read(file) if file.exists() else Catalog(locale="zh_Hans", fuzzy=False)
    catalog.update(collect(), no_fuzzy_matching=True)
    write(catalog, file)
    return catalog


if __name__ == "__main__":
    bring_up_to_date()
