"""Reasons: what an engine found, as a code and its values, worded in the reader's language.

Engines return `Reason` objects and never sentences, so the same finding reads in Chinese on one
page, in English on the next, and stays countable in a test. The sentences of a package stand in
its ``reasons.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("en", "zh")
SEPARATORS = {"en": ", ", "zh": "、"}
# The values that may hold keys; a word quoted from a text stays as it was written.
KEYED = frozenset({"sector", "district", "need", "offer", "found", "wanted", "template"})


@cache
def sentences(package: str) -> dict[str, dict[str, str]]:
    """The reason sentences of one package: ``{name: {"en": …, "zh": …}}``.

    Raises
    ------
    FileNotFoundError
        The package has no ``reasons.yaml``.
    """
    source = resources.files("technopole") / package / "reasons.yaml"
    loaded = yaml.safe_load(source.read_text(encoding="utf-8"))
    return dict(loaded)


@cache
def names() -> dict[str, dict[str, str]]:
    """What stands behind the keys of records and rules: ``{key: {"en": …, "zh": …}}``."""
    source = resources.files("technopole") / "names.yaml"
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))


def named(key: str, language: str = "en") -> str:
    """What a key, or several parted by commas, is called; a key without a name reads as it stands.

    >>> named("agri-food, mems", "zh"), named("quantum-sensing")
    ('农业与食品、MEMS 与传感器', 'quantum-sensing')
    """
    chosen = language_code(language)
    parts = [key] if key in names() else key.split(", ")
    if not all(part in names() for part in parts):
        return key
    return SEPARATORS[chosen].join(names()[part][chosen] for part in parts)


def language_code(language: str) -> str:
    """``zh`` for any Chinese locale, else ``en``.

    >>> language_code("zh-hans"), language_code("en-gb")
    ('zh', 'en')
    """
    return "zh" if language.lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Reason:
    """One finding of an engine.

    Parameters
    ----------
    code
        ``"<package>.<name>"``; ``name`` stands in the package's ``reasons.yaml``.
    values
        What the sentence mentions; plain JSON values. A value that is itself a mapping with the
        keys ``en`` and ``zh`` is worded in the reader's language, as are the keys under `KEYED`.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """The sentence in Chinese or English.

        Raises
        ------
        KeyError
            No sentence is written for this code, or it mentions a value that is not given.
        """
        package, _, name = self.code.partition(".")
        chosen = language_code(language)
        values = {label: _in_words(label, value, chosen) for label, value in self.values.items()}
        return sentences(package)[name][chosen].format(**values)

    def as_dict(self) -> dict[str, Any]:
        """JSON form, read back by `Reason.from_dict`."""
        return {"code": self.code, "values": dict(self.values)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Reason:
        """The reason that `as_dict` wrote.

        >>> Reason.from_dict(Reason("a.b", {"n": 1}).as_dict()) == Reason("a.b", {"n": 1})
        True
        """
        return cls(stored["code"], dict(stored["values"]))


def _in_words(label: str, value: Any, language: str) -> Any:
    if isinstance(value, Mapping) and set(value) >= set(LANGUAGES):
        return value[language]
    return named(value, language) if label in KEYED and isinstance(value, str) else value
