"""Every sentence of onboarding stands in both languages, and every code used has one."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import technopole.onboarding.engine as engine
from technopole.wording import sentences

SOURCES = sorted(Path(next(iter(engine.__path__))).glob("*.py"))
USED = re.compile(r'Reason\(\s*"onboarding\.(\w+)"|(?:CellError|UnreadableTableError)\(\s*"(\w+)"')


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", sorted(sentences("onboarding")))
def test_both_languages_mention_the_same_values(name: str) -> None:
    told = sentences("onboarding")[name]
    assert set(told) == {"en", "zh"}
    assert placeholders(told["en"]) == placeholders(told["zh"])


def test_every_code_of_the_engine_has_its_sentence() -> None:
    used = {one or other for path in SOURCES for one, other in USED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 40
    assert used <= set(sentences("onboarding"))
