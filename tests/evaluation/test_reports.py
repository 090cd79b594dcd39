"""The evaluation report as its readers open it."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from technopole.evaluation.models import Assessment, Decision, EvidenceItem, Outcome, Review, ReviewStatus
from technopole.evaluation.picture import Bar, bars_png
from technopole.evaluation.reports import evaluation_report
from technopole.parties.models import Organisation, Person, Role, User
from technopole.pipeline.models import Inventorship, Result
from technopole.pipeline.services import open_project
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.records.reports import to_docx, to_pdf
from technopole.wording import Reason

TODAY = date(2026, 11, 21)
POINTS = ({"scientific": 80, "technical": 72, "economic": 60, "social": 65, "cultural": 40},
          {"scientific": 70, "technical": 85, "economic": 35, "social": 70, "cultural": 55})  # fmt: skip


def account(name_zh: str, name_en: str, role: str, house: Organisation) -> User:
    person = Person.objects.create(name_zh=name_zh, name_en=name_en, organisation=house)
    Role.objects.create(person=person, role=role, valid_from=date(2024, 1, 1))
    return User.objects.create_user(name_en.split()[0].lower(), person=person)


@pytest.fixture
def case(db):
    with clock.at(TODAY), change(by=None, why="test"):
        house = Organisation.objects.create(
            name_zh="浦江大学", name_en="Pujiang University", kind="university"
        )
        people = {
            role: account(*names, role, house)
            for role, names in {
                "director": ("沈主任", "Shen Director"),
                "officer": ("陆专员", "Lu Officer"),
                "researcher": ("顾教授", "Gu Professor"),
                "analyst": ("何分析", "He Analyst"),
            }.items()
        }
        reviewers = [
            Person.objects.create(name_zh=zh, name_en=en, organisation=house)
            for zh, en in (("评审甲", "Reviewer Jia"), ("评审乙", "Reviewer Yi"))
        ]
        result = Result.objects.create(
            title_zh="面向汽车雷达的 MEMS 可调滤波器",
            title_en="A tunable MEMS filter for automotive radar",
            source_language="zh",
            kind="invention",
            holder=house,
            is_sample=True,
        )
        Inventorship.objects.create(result=result, person=people["researcher"].person, share=100)
        project = open_project(result, owner=people["officer"])
        for level, kind, title in (
            (1, "report", "原理报告"),
            (2, "report", "技术方案"),
            (3, "data", "芯片实测数据"),
        ):
            EvidenceItem.objects.create(
                project=project, readiness_level=level, kind=kind, title_zh=title, dated=date(2025, level, 9)
            )
        EvidenceItem.objects.create(
            project=project,
            readiness_level=4,
            kind="test_report",
            title_zh="军方检测报告",
            dated=TODAY,
            level=Level.RESTRICTED,
        )
        Assessment.objects.create(
            project=project,
            claimed=6,
            awarded=4,
            pack_version="trl 2014-1",
            reasons=[Reason("evaluation.claim_not_supported", {"claimed": 6, "level": 4}).as_dict()],
            assessor=people["officer"],
        )
        for reviewer, points in zip(reviewers, POINTS, strict=True):
            Review.objects.create(
                project=project,
                reviewer=reviewer,
                status=ReviewStatus.SUBMITTED,
                points=points,
                comment_zh="插入损耗优于同类器件，但缺少车规级可靠性数据；建议先在中试线上做一批样品。",
                comment_en="Insertion loss beats its rivals; automotive reliability data are missing.",
                submitted_on=date(2026, 10, 8),
            )
        decision = Decision.objects.create(
            project=project,
            outcome=Outcome.PURSUE,
            held_on=date(2026, 10, 20),
            minutes_zh="会议听取了项目介绍与评审意见，讨论了中试线排期。",
            minutes_en="The meeting heard the case and both reviews.",
            reason_zh="技术领先，已有两家企业表示兴趣。",
            reason_en="It leads its field and two companies asked for it.",
            basis={"suggestion_reasons": [Reason("evaluation.suggestion_only").as_dict()]},
        )
        decision.attendees.set([people["director"].person, people["officer"].person])
        decision.signatories.set([people["director"].person])
        yield project, people


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(
    ("language", "awarded", "decided"),
    [
        ("zh", "实验室环境验证", "技术领先，已有两家企业表示兴趣。"),
        ("en", "validated in the laboratory", "two companies asked for it"),
    ],
)
def test_report_speaks_the_language_asked_for(case, language, awarded, decided):
    project, people = case
    read = text_of(to_pdf(evaluation_report(project, user=people["director"], language=language))).replace(
        "\n", ""
    )
    assert awarded in read
    assert decided in read
    assert "sample · 示例" in read


def test_reviewers_are_named_only_to_those_who_may_read_it(case):
    project, people = case
    shown = {
        role: text_of(to_pdf(evaluation_report(project, user=people[role], language="en")))
        for role in ("director", "researcher")
    }
    assert "Reviewer Jia" in shown["director"]
    assert "Reviewer Jia" not in shown["researcher"]
    assert "Reviewer 2" in shown["researcher"]
    assert "Insertion loss beats its rivals" in shown["researcher"]


def test_evidence_above_the_readers_level_leaves_no_trace_but_its_number(case):
    project, people = case
    read = text_of(to_pdf(evaluation_report(project, user=people["researcher"], language="zh")))
    assert "芯片实测数据" in read
    assert "军方" not in read
    assert "军方检测报告" in text_of(
        to_pdf(evaluation_report(project, user=people["director"], language="zh"))
    )


def test_somebody_outside_the_team_gets_no_report(case):
    project, people = case
    with pytest.raises(PermissionDenied):
        evaluation_report(project, user=people["analyst"], language="en")


def test_docx_holds_the_same_scores_and_a_described_picture(case):
    project, people = case
    opened = docx.Document(
        io.BytesIO(to_docx(evaluation_report(project, user=people["director"], language="zh")))
    )
    cells = [[cell.text for cell in row.cells] for table in opened.tables for row in table.rows]
    technical = next(row for row in cells if row[0] == "技术")
    assert technical[2:] == ["30%", "78.5", "72–85", "2"]
    assert len(opened.inline_shapes) == 1
    assert opened.inline_shapes[0]._inline.docPr.get("descr")


def test_bars_are_the_same_bytes_each_time():
    bars = [Bar("技术", 78.5, 72, 85), Bar("文化", 0, 0, 0)]
    assert bars_png(bars) == bars_png(bars)
    assert bars_png(bars).startswith(b"\x89PNG")
