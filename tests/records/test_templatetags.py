"""Amounts, days and badges as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from technopole.records.templatetags import technopole as tags
from technopole.wording import Reason
from tests.factories import ResultFactory


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (0, "0 元", "¥0"),
        (9_999, "9,999 元", "¥9,999"),
        (3_200_000, "320 万元", "¥3.2 million"),
        (120_000_000, "1.2 亿元", "¥120 million"),
        (Decimal("12345.6"), "1.23 万元", "¥12,345.6"),
        (None, "", ""),
    ],
)
def test_yuan_as_it_is_said(yuan: int | Decimal | None, zh: str, en: str) -> None:
    with translation.override("zh-hans"):
        assert tags.wan(yuan) == zh
    with translation.override("en"):
        assert tags.wan(yuan) == en


def test_money_is_exact_to_the_cent() -> None:
    assert tags.money(123_456) == "¥1,234.56"
    assert tags.money(10, "USD") == "US$0.10"


def test_a_reason_is_worded_in_the_language_of_the_page() -> None:
    stored = Reason("pipeline.on_hold", {"docket": "TP-2026-0001"}).as_dict()

    with translation.override("zh-hans"):
        assert tags.worded(stored) == "TP-2026-0001 已暂缓，请先恢复。"
    with translation.override("en"):
        assert tags.worded(stored) == "TP-2026-0001 is on hold: resume it first."


@pytest.mark.django_db
def test_only_sample_records_carry_the_badge() -> None:
    assert "示例" in tags.sample_badge(ResultFactory(is_sample=True))
    assert tags.sample_badge(ResultFactory()) == ""
