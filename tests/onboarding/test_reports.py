"""The one-page non-confidential summary as its readers open it."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdf
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from technopole.onboarding.reports import summary_report
from technopole.parties.models import Organisation, Person, Role, User
from technopole.pipeline.models import Result
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.records.reports import to_docx, to_pdf
from technopole.wording import Reason

SUMMARY_ZH = "本成果提出一种基于静电驱动悬臂梁阵列的可调滤波器，可在中试线上制造。" * 9
SUMMARY_EN = (
    "The result is a tunable filter based on an array of driven cantilevers, ready for a pilot line. " * 12
)
READINESS = Reason("evaluation.level_short", {"found": 4, "least": 5})


@pytest.fixture
def case(db):
    with clock.at(date(2026, 11, 21)), change(by=None, why="test"):
        house = Organisation.objects.create(
            name_zh="浦江大学", name_en="Pujiang University", kind="university"
        )
        contact = Person.objects.create(
            name_zh="顾教授",
            name_en="Gu Professor",
            organisation=house,
            email="gu@example.org",
            phone="021-555",
            level=Level.PUBLIC,
        )
        person = Person.objects.create(name_zh="陆", name_en="Lu", organisation=house)
        Role.objects.create(person=person, role="officer", valid_from=date(2024, 1, 1))
        officer = User.objects.create_user("officer", person=person)
        result = Result.objects.create(
            title_zh="可调滤波器",
            title_en="A tunable filter",
            summary_zh=SUMMARY_ZH,
            summary_en=SUMMARY_EN,
            problem_zh="多频段雷达需要多个固定滤波器。",
            problem_en="Radar in several bands needs several fixed filters.",
            advantage_zh="插入损耗 1.8 dB，面积减少 60%。",
            advantage_en="1.8 dB insertion loss on 60 % less area.",
            keywords_zh=["滤波器", "雷达"],
            keywords_en=["filter", "radar"],
            source_language="zh",
            holder=house,
            contact=contact,
            ip_status="filed",
            patent_numbers=["CN202610000001"],
            enabling_description="悬臂梁宽度 3 微米",
            level=Level.PUBLIC,
            is_sample=True,
        )
        yield result, officer


def read(result, user, language: str) -> str:
    made = pypdf.PdfReader(
        io.BytesIO(to_pdf(summary_report(result, user=user, language=language, readiness=READINESS)))
    )
    assert len(made.pages) == 1
    return made.pages[0].extract_text().replace("\n", "")


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "zh",
            [
                "可调滤波器",
                "多频段雷达需要多个固定滤波器。",
                "面积减少 60%",
                "滤波器、雷达",
                "浦江大学",
                "成熟度第 4 级",
            ],
        ),
        (
            "en",
            [
                "A tunable filter",
                "several fixed filters",
                "60 % less area",
                "filter, radar",
                "Readiness level 4",
            ],
        ),
    ],
)
def test_summary_is_one_page_in_either_language(case, language, texts):
    result, officer = case
    page = read(result, officer, language)
    assert [text for text in texts if text not in page] == []
    assert "sample · 示例" in page
    assert "2026-11-21" in page


def test_what_is_above_level_one_stays_out_even_for_an_officer(case):
    result, officer = case
    page = read(result, officer, "zh")
    assert "gu@example.org" in page
    for secret in ("CN202610000001", "3 微米", "021-555"):
        assert secret not in page


def test_a_guest_is_told_that_protection_and_contact_are_for_registered_users(case):
    result, _ = case
    page = read(result, AnonymousUser(), "en")
    assert "Protectionshown to registered users" in page.replace(" shown", "shown")
    assert "Gu Professor" not in page
    assert "Filed" not in page


def test_a_result_that_the_reader_may_not_know_of_has_no_summary(case):
    result, _ = case
    with change(by=None):
        result.level = Level.TEAM
        result.save()
    with pytest.raises(PermissionDenied):
        summary_report(result, user=AnonymousUser(), language="en")


def test_an_unpublished_result_says_so_on_its_page(case):
    result, officer = case
    with change(by=None):
        result.level = Level.TEAM
        result.save()
    assert "Not published" in read(result, officer, "en")


def test_a_missing_translation_is_said_and_the_original_stands(case):
    result, officer = case
    with change(by=None):
        for name in ("title", "summary", "problem", "advantage"):
            setattr(result, f"{name}_en", "")
        result.save()
    page = read(result, officer, "en")
    assert "not yet translated" in page
    assert "多频段雷达" in page


def test_docx_holds_the_same_texts(case):
    result, officer = case
    opened = docx.Document(io.BytesIO(to_docx(summary_report(result, user=officer, language="zh"))))
    assert SUMMARY_ZH in [paragraph.text for paragraph in opened.paragraphs]
