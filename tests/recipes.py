"""One recipe per action: a record in the right state, who may act on it, and what they enter.

An action without a recipe fails its tests, so whoever adds one writes down here how it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from technopole.evaluation.models import EvidenceItem, Review, ReviewStatus
from technopole.landing.models import Landing, SiteChoice, SiteStatus
from technopole.onboarding import imports
from technopole.onboarding.models import Candidate, CandidateStatus, DisclosureStatus, ImportBatch
from technopole.parties.models import Nda, Person, User
from technopole.pipeline.models import Disposition, Result, Stage, TransferProject
from technopole.planning.models import Plan
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.records.models import Record
from technopole.resources.needs.models import Need, NeedStatus
from technopole.resources.sites.models import Site
from tests.factories import (
    DisclosureFactory,
    DistrictFactory,
    MatchFactory,
    MilestoneFactory,
    NeedFactory,
    OrganisationFactory,
    PersonFactory,
    ProjectFactory,
    ResultFactory,
    SiteFactory,
    account,
    invented_by,
)

PAST = date(2026, 1, 1)
VALUES = ("scientific", "technical", "economic", "social", "cultural")
# Nothing in this deal asks for a permit: every gate is clear.
QUIET = {
    "jurisdiction": "CN-SH",
    "exclusive": False,
    "related_party": False,
    "foreign_party": False,
    "human_samples": False,
    "human_genetic": False,
    "patient_data": False,
    "animal": False,
    "us_federal_money": False,
    "funded": False,
    "open_source": [],
    "dual_use": False,
}


@dataclass(frozen=True)
class Case:
    """An action about to be taken by either of two users.

    `record` gives the subject (a new one each time when the action creates it), `inputs` what is
    entered (afresh, since a file can be read once).
    """

    by: tuple[User, User]
    record: Callable[[], Record]
    inputs: Callable[[], dict[str, Any]] = field(default=dict)
    creates: bool = False


@dataclass(frozen=True)
class Cast:
    """Who acts."""

    officer: User
    director: User
    approver: User
    researcher: User
    scout: User

    @property
    def office(self) -> tuple[User, User]:
        return self.officer, self.director


def cast(prefix: str = "") -> Cast:
    """One account for each part, with names of their own."""
    return Cast(**{role: account(role, username=f"{prefix}{role}") for role in Cast.__dataclass_fields__})


def saved(record: Any) -> Any:
    """The record, saved in the name of the system."""
    with change(by=None, why="test"):
        record.save()
    return record


def _project(stage: Stage, c: Cast, **fields: Any) -> TransferProject:
    result = fields.pop("result", None) or ResultFactory(facts=QUIET, ip_status="granted")
    invented_by(result, c.researcher.person)
    return ProjectFactory(result=result, stage=stage, owner=c.officer, **fields)


def _on(record: Record, *by: User, **inputs: Any) -> Case:
    return Case((by[0], by[-1]), lambda: record, lambda: dict(inputs))


def _project_case(stage: Stage, **inputs: Any) -> Callable[[Cast], Case]:
    return lambda c: _on(_project(stage, c), *c.office, **inputs)


def _move(c: Cast) -> Case:
    project = _project(Stage.ONBOARDING, c)
    DisclosureFactory(project=project, status=DisclosureStatus.ACCEPTED)
    return _on(project, *c.office)


def _resume(c: Cast) -> Case:
    return _on(_project(Stage.PLANNING, c, disposition=Disposition.HOLD), *c.office)


def _review(project: TransferProject, reviewer: Person, **fields: Any) -> Review:
    return saved(Review(project=project, reviewer=reviewer, level=Level.TEAM, **fields))


def _submit_review(c: Cast) -> Case:
    review = _review(_project(Stage.EVALUATION, c), c.scout.person)
    return _on(review, c.scout, points=dict.fromkeys(VALUES, 70), comment_en="Sound.")


def _decide(c: Cast) -> Case:
    project = _project(Stage.EVALUATION, c)
    for level in (1, 2, 3, 4):
        saved(EvidenceItem(project=project, readiness_level=level, kind="report", title_en="R", dated=PAST))
    people = [PersonFactory() for _ in range(3)]
    for person in people[:2]:
        given = dict.fromkeys(VALUES, 80)
        _review(project, person, status=ReviewStatus.SUBMITTED, points=given, submitted_on=date(2026, 2, 1))
    return _on(
        project,
        *c.office,
        outcome="pursue",
        held_on=clock.today(),
        attendees=people,
        signatories=people[:2],
        minutes_en="All agreed.",
        reason_en="Three firms ask for it.",
    )


def _approve(c: Cast) -> Case:
    project = _project(Stage.PLANNING, c)
    plan = saved(Plan(project=project, route="self_implementation", pricing="agreed", level=Level.REGISTERED))
    return _on(plan, c.director, c.approver)


def _site(c: Cast) -> Case:
    """The contract: area is taken from the park in the same step."""
    project, site = _project(Stage.LANDING, c), SiteFactory()
    saved(SiteChoice(project=project, site=site, status=SiteStatus.OFFERED, eligible=True, level=Level.TEAM))
    return _on(project, *c.office, site=site, status="signed")


def _landing() -> Landing:
    company = OrganisationFactory()
    return saved(Landing(name_en="Landing", company=company, origin="local", level=Level.PUBLIC))


def _disclose(c: Cast) -> Case:
    holder = c.researcher.person.organisation
    return Case(
        (c.researcher, c.officer),
        Result,
        lambda: {
            "fields": {"title_zh": "压力传感器", "source_language": "zh", "holder": holder},
            "statement": {"claimed_level": 3},
            "inventors": [(c.researcher.person, Decimal(100))],
        },
        creates=True,
    )


def _disclosure(c: Cast, status: DisclosureStatus, **result: Any) -> Any:
    project = _project(Stage.ONBOARDING, c, result=ResultFactory(**result))
    return DisclosureFactory(project=project, status=status, level=Level.REGISTERED)


def _in_status(status: DisclosureStatus, **inputs: Any) -> Callable[[Cast], Case]:
    return lambda c: _on(_disclosure(c, status), *c.office, **inputs)


def _publish(c: Cast) -> Case:
    """The second tick, which is the one that publishes."""
    disclosure = _disclosure(c, DisclosureStatus.ACCEPTED, level=Level.REGISTERED)
    disclosure.inventor_tick = c.researcher
    return _on(saved(disclosure), *c.office, as_="officer")


def _candidate(status: CandidateStatus = CandidateStatus.PROPOSED) -> Candidate:
    number = Candidate.objects.count()
    made = Candidate(work_id=f"W{number}", title="Paper", year=2025, score=1.0, proposed_on=PAST)
    made.status, made.level = status, Level.REGISTERED
    return saved(made)


def _import(c: Cast) -> Case:
    table = "title,text\n需要压力传感器,量程0到10兆帕\nA valve,A valve for hydrogen\n".encode()
    found = imports.preview(table, "needs.csv", "needs")
    return Case(c.office, lambda: ImportBatch(level=Level.TEAM), lambda: {"found": found}, creates=True)


def _attach(c: Cast) -> Case:
    project = _project(Stage.PLANNING, c)
    return Case(
        c.office, lambda: project, lambda: {"upload": SimpleUploadedFile("报告.txt", "内容".encode())}
    )


def _creates(model: type[Record], **inputs: Callable[[Cast], Any]) -> Callable[[Cast], Case]:
    def made(c: Cast) -> Case:
        entered = {name: give(c) for name, give in inputs.items()}
        return Case(c.office, model, lambda: dict(entered), creates=True)

    return made


def _need_fields(c: Cast) -> dict[str, Any]:
    return {
        "organisation": c.scout.person.organisation,
        "language": "zh",
        "title": "需要传感器",
        "description": "低功耗",
        "level": Level.REGISTERED,
    }


def _site_fields(c: Cast) -> dict[str, Any]:
    return {
        "name_zh": "新园区",
        "district": DistrictFactory(),
        "total_m2": 100,
        "free_m2": 50,
        "floor_load_kn_m2": Decimal("5.0"),
        "ceiling_m": Decimal("4.0"),
        "power_kva": 100,
        "rent_yuan_m2_month": Decimal("50.00"),
    }


def _person_fields(c: Cast) -> dict[str, Any]:
    return {"name_zh": "王某", "organisation": c.officer.person.organisation}


SOON = date(2026, 12, 24)
RECIPES: dict[str, Callable[[Cast], Case]] = {
    "pipeline.move": _move,
    "pipeline.assign": lambda c: _on(_project(Stage.PLANNING, c), *c.office, owner=c.director),
    "pipeline.next_action": _project_case(Stage.PLANNING, due=SOON, title_en="Call them"),
    "pipeline.hold": _project_case(Stage.PLANNING, reason_en="The firm is being sold."),
    "pipeline.resume": _resume,
    "pipeline.stop": _project_case(Stage.PLANNING, reason_en="No taker."),
    "onboarding.disclose": _disclose,
    "onboarding.edit": _in_status(
        DisclosureStatus.DRAFT, fields={"title_en": "New"}, statement={"targets": "MEMS"}
    ),
    "onboarding.submit": _in_status(DisclosureStatus.DRAFT),
    "onboarding.return": _in_status(DisclosureStatus.SUBMITTED, reason_en="Who paid for it?"),
    "onboarding.accept": _in_status(DisclosureStatus.SUBMITTED),
    "onboarding.publish": _publish,
    "onboarding.withdraw": _in_status(DisclosureStatus.ACCEPTED),
    "onboarding.invite": lambda c: _on(_candidate(), *c.office),
    "onboarding.dismiss": lambda c: _on(_candidate(), *c.office, answer="Basic research."),
    "onboarding.propose_again": lambda c: _on(_candidate(CandidateStatus.DISMISSED), *c.office),
    "onboarding.import": _import,
    "evaluation.add_evidence": _project_case(
        Stage.EVALUATION, readiness_level=1, kind="report", dated=PAST, title_en="Report"
    ),
    "evaluation.assess": _project_case(Stage.EVALUATION, claimed=3),
    "evaluation.ask_review": lambda c: _on(
        _project(Stage.EVALUATION, c), *c.office, reviewer=c.approver.person
    ),
    "evaluation.review": _submit_review,
    "evaluation.decide": _decide,
    "planning.match": _project_case(Stage.PLANNING),
    "planning.plan": _project_case(Stage.PLANNING, route="licence", pricing="agreed"),
    "planning.add_milestone": _project_case(Stage.PLANNING, due=SOON, title_en="Sign"),
    "planning.milestone_done": lambda c: _on(
        MilestoneFactory(project=_project(Stage.PLANNING, c), level=Level.REGISTERED), *c.office
    ),
    "planning.answer_gate": lambda c: _on(
        _project(Stage.PLANNING, c),
        c.director,
        c.approver,
        gate="ethics",
        result="clear",
        approver=c.approver.person,
    ),
    "planning.approve": _approve,
    "planning.answer": lambda c: _on(
        MatchFactory(result=ResultFactory()), *c.office, status="declined", decline_reason="too_early"
    ),
    "landing.site": _site,
    "landing.open": _creates(Landing, company=lambda c: OrganisationFactory(), origin=lambda c: "local"),
    "landing.event": lambda c: _on(
        _landing(), *c.office, event="land", happened_on=PAST, district=DistrictFactory()
    ),
    "needs.post": _creates(Need, fields=_need_fields),
    "needs.edit": lambda c: _on(NeedFactory(), *c.office, fields={"title": "改写后的需求"}),
    "needs.withdraw": lambda c: _on(NeedFactory(), *c.office),
    "needs.reopen": lambda c: _on(NeedFactory(status=NeedStatus.WITHDRAWN), *c.office),
    "sites.add": _creates(Site, fields=_site_fields),
    "sites.edit": lambda c: _on(SiteFactory(), *c.office, fields={"free_m2": 10}),
    "parties.organisation": lambda c: _on(OrganisationFactory(), *c.office, fields={"name_zh": "新名称"}),
    "parties.person": lambda c: _on(PersonFactory(), *c.office, fields=_person_fields(c)),
    "parties.nda": _creates(
        Nda,
        organisation=lambda c: OrganisationFactory(),
        results=lambda c: [ResultFactory()],
        valid_from=lambda c: PAST,
        valid_to=lambda c: PAST + timedelta(days=365),
    ),
    "documents.attach": _attach,
}
