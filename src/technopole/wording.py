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
        keys ``en`` and ``zh`` is worded in the reader's language.
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
        values = {
            key: value[chosen] if isinstance(value, Mapping) and set(value) >= set(LANGUAGES) else value
            for key, value in self.values.items()
        }
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
