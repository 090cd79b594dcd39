"""A question to a person, in both languages: what an engine would need to know and does not assume."""

from __future__ import annotations

from dataclasses import dataclass

from technopole.wording import language_code


@dataclass(frozen=True)
class Question:
    """A question and what it is about (a level, a fact)."""

    about: str
    zh: str
    en: str

    def text(self, language: str = "en") -> str:
        """The question in Chinese or English.

        >>> Question("level 1", "在哪里？", "Where?").text("zh-hans")
        '在哪里？'
        """
        return self.zh if language_code(language) == "zh" else self.en
