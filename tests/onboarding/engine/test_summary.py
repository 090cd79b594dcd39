"""The draft of a non-confidential summary, and what must not be in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.onboarding.engine.summary import DraftStatus, SectionName, draft, leaks

DISCLOSURE = {
    "title_zh": "柔性压力传感器",
    "abstract_zh": "用于步态监测。",
    "problem_zh": "现有鞋垫易损。",
    "advantage_zh": "寿命提高三倍。",
    "title_en": "Flexible pressure sensor",
    "claimed_level": 4,
    "ip_status": "filed",
    "sector_name_zh": "医疗器械",
    "enabling_description": "在 120 摄氏度下退火两小时，银浆与碳纳米管按七比三混合。",
    "price_terms": "floor price five million yuan",
}


def test_a_language_with_every_text_is_complete() -> None:
    found = draft(DISCLOSURE, "zh")
    assert (found.status, found.gaps) == (DraftStatus.COMPLETE, ())
    assert [section.name for section in found.sections] == list(SectionName)
    assert "已申请专利" in found.text()
    assert "4 级" in found.text()


def test_a_language_with_some_texts_is_partial_and_names_the_gaps() -> None:
    found = draft(DISCLOSURE, "en")
    assert found.status is DraftStatus.PARTIAL
    assert [reason.values["what"]["en"] for reason in found.gaps] == ["Summary", "Problem", "Advantage"]


def test_a_language_without_text_is_missing_and_nothing_is_invented() -> None:
    found = draft({"title_zh": "传感器", "ip_status": "filed", "claimed_level": 3}, "en")
    assert (found.status, found.sections, found.text()) == (DraftStatus.MISSING, (), "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_confidential_fields_cannot_reach_the_draft(language: str) -> None:
    text = draft(DISCLOSURE, language).text()
    assert "退火" not in text
    assert "five million" not in text


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        draft(DISCLOSURE, "fr")


SECRET_ZH = DISCLOSURE["enabling_description"]
SECRET_EN = "The slurry is annealed at 120 degrees for two hours before the second coating is applied."


@pytest.mark.parametrize(
    ("text", "leaking"),
    [
        ("我们将银浆与碳纳米管按七比三混合，效果好。", True),
        ("我們將銀漿與碳納米管按七比三混合", True),
        ("银浆与碳纳米管", False),
        ("Here the SLURRY is annealed at 120 degrees for two hours, which helps.", True),
        ("The slurry is annealed for two hours.", False),
        ("", False),
    ],
    ids=["verbatim", "traditional", "a term", "english", "reworded", "empty"],
)
def test_repeating_confidential_text_is_warned_of(text: str, leaking: bool) -> None:
    found = leaks(text, confidential={"enabling_zh": str(SECRET_ZH), "enabling_en": SECRET_EN})
    assert [reason.code for reason in found] == (["onboarding.leak_text"] if leaking else [])


@pytest.mark.parametrize(
    ("text", "leaking"),
    [
        ("申请号 CN 2026 1 0123456.7", True),
        ("Application 202610123456.7 was filed", True),
        ("application filed", False),
        ("2026 1 0999999", False),
    ],
)
def test_an_unpublished_application_number_is_warned_of(text: str, leaking: bool) -> None:
    found = leaks(text, confidential={}, unpublished_applications=["CN202610123456.7"])
    assert bool(found) is leaking


@given(st.text(alphabet="传感器压力测量方法材料结构优化", min_size=14, max_size=60), st.text(max_size=10))
def test_a_whole_secret_never_passes(secret: str, around: str) -> None:
    assert leaks(f"{around}。{secret}。{around}", confidential={"secret": secret})


@given(st.text(max_size=200))
def test_a_text_never_leaks_an_empty_secret(text: str) -> None:
    assert leaks(text, confidential={"secret": ""}) == ()
