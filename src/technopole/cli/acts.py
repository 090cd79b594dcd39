"""The acts of a sample's history: how each, dated and named, is done through the services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from technopole.cli.sample import SampleError, entries, held
from technopole.evaluation import services as evaluation
from technopole.landing import services as landing
from technopole.onboarding import services as onboarding
from technopole.parties.actions import Refused
from technopole.parties.models import Organisation, Person, User
from technopole.pipeline import services as pipeline
from technopole.pipeline.models import Result, TransferProject
from technopole.planning import matchmaking
from technopole.planning import services as planning
from technopole.planning.models import Match
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site
from technopole.wording import Reason

Act = Mapping[str, Any]
SAMPLE_TODAY = date(2026, 11, 21)
RESULT_FIELDS = (
    "title_zh title_en kind sector keywords_zh keywords_en problem_zh problem_en advantage_zh advantage_en ip_status"
    " patent_numbers facts requirements services_needed source_language"
).split()


def user_of(key: str) -> User:
    """The account in whose name a person's acts are replayed; without a password unless the sample gives one."""
    person = held(Person, key)
    user, _ = User.objects.get_or_create(
        person=person,
        defaults={"username": key, "is_active": False, "is_sample": True, "password": make_password(None)},
    )
    return user


def _project(act: Act) -> TransferProject:
    try:
        return TransferProject.objects.get(key=act["project"])
    except TransferProject.DoesNotExist:
        raise Refused(Reason("onboarding.no_disclosure", {"docket": act["project"]})) from None


def _people(keys: list[str]) -> list[Person]:
    return [held(Person, key) for key in keys]


def both(act: Act, name: str) -> dict[str, str]:
    """A text in both languages, as the services take it; "" where the sample gives none."""
    return {f"{name}_{language}": str(act.get(f"{name}_{language}") or "") for language in ("zh", "en")}


class History:
    """The acts of one sample folder and how each is done."""

    def __init__(self, folder: Path) -> None:
        self.results = {row["key"]: row for row in entries(folder / "invented", "results")}
        self.matched: set[Any] = set()

    def disclose(self, act: Act) -> None:
        """Enter the result and, unless it stays a draft, submit it."""
        row = self.results[act["project"]]
        fields = {name: row[name] for name in RESULT_FIELDS if row.get(name) is not None}
        fields |= {
            "summary_zh": row.get("abstract_zh", ""),
            "summary_en": row.get("abstract_en", ""),
            "holder": held(Organisation, row["holder"]),
            "enabling_description": row.get("enabling_description", ""),
        }
        statement = {
            name: row[name]
            for name in (
                "conceived_on",
                "first_written_on",
                "reduced_to_practice_on",
                "funding",
                "prior_art",
                "targets",
            )
            if row.get(name) is not None
        }
        # The file tells the result as of the sample's today; on this day some of it was still to come.
        told = [*(row.get("past_publications") or []), *(row.get("planned_publications") or [])]
        statement["planned_publications"] = _plain_dates([one for one in told if one["on"] > act["on"]])
        statement["past_publications"] = _plain_dates([one for one in told if one["on"] <= act["on"]])
        statement["interests"] = row.get("interests", "")
        statement["software_licences"] = (row.get("facts") or {}).get("open_source") or []
        inventors = [(held(Person, item["person"]), Decimal(str(item["share"]))) for item in row["inventors"]]
        level = int(row.get("level") or Level.TEAM)  # 0 means published, which takes an act of its own
        by = user_of(act["by"])
        disclosure = onboarding.disclose(
            Result(key=row["key"], is_sample=True, level=level),
            by=by,
            fields=fields,
            statement=statement,
            inventors=inventors,
        )
        project = disclosure.project
        for item in row.get("evidence") or []:
            if item["on"] <= SAMPLE_TODAY:
                evaluation.add_evidence(
                    project,
                    by=by,
                    readiness_level=item["level"],
                    kind=item["kind"],
                    dated=item["on"],
                    **both(item, "title"),
                )
        if not act.get("draft"):
            onboarding.submit(disclosure, by=by)

    def return_(self, act: Act) -> None:
        """Send a disclosure back."""
        onboarding.send_back(
            _project(act).disclosure, by=user_of(act["by"]), **_renamed(act, "why", "reason")
        )

    def resubmit(self, act: Act) -> None:
        """Submit again."""
        onboarding.submit(_project(act).disclosure, by=user_of(act["by"]))

    def accept(self, act: Act) -> None:
        """Accept into evaluation."""
        onboarding.accept(_project(act).disclosure, by=user_of(act["by"]))

    def publish(self, act: Act) -> None:
        """Both ticks."""
        disclosure = onboarding.agree_to_publish(
            _project(act).disclosure, by=user_of(act["inventor"]), as_="inventor"
        )
        onboarding.agree_to_publish(disclosure, by=user_of(act["officer"]), as_="officer")

    def assign(self, act: Act) -> None:
        """Give to an officer."""
        pipeline.assign(_project(act), by=user_of(act["by"]), owner=user_of(act["owner"]))

    def assess(self, act: Act) -> None:
        """Assess readiness on the result's scale."""
        scale = self.results[act["project"]].get("scale") or "trl"
        evaluation.assess(
            _project(act), by=user_of(act["by"]), scale_id=scale, claimed=act.get("claimed_level")
        )

    def review(self, act: Act) -> None:
        """Ask for the review and hand it in."""
        project = _project(act)
        reviewer = held(Person, act["reviewer"])
        asked_by = project.owner or user_of(act["by"])
        review = evaluation.ask_review(project, by=asked_by, reviewer=reviewer)
        interest = str(act.get("interest") or "")
        evaluation.submit_review(
            review,
            by=user_of(act["reviewer"]),
            points=act.get("scores") or {},
            interest="" if interest == "none" else interest,
            **both(act, "comment"),
        )

    def decide(self, act: Act) -> None:
        """Record the collective decision."""
        project = _project(act)
        self._match(project)
        evaluation.decide(
            project,
            by=user_of(act["by"]),
            outcome=act["outcome"],
            held_on=act["on"],
            attendees=_people(act["attendees"]),
            signatories=_people(act["signatories"]),
            recused=_people(act.get("recused") or []),
            close_needs=matchmaking.close_needs(project.result),
            **both(act, "minutes"),
            **both(act, "reason"),
        )

    def plan(self, act: Act) -> None:
        """Draft the plan with its milestones."""
        project = _project(act)
        by = user_of(act["by"])
        price = act.get("price_wan")
        planning.draft_plan(
            project,
            by=by,
            route=act["route"],
            pricing=act["pricing"],
            price_minor=int(Decimal(str(price)) * 1_000_000) if price is not None else None,
            counterparty=held(Organisation, act.get("counterparty")),
            with_milestones=not act.get("milestones"),
            **both(act, "business"),
        )
        for item in act.get("milestones") or []:
            made = planning.add_milestone(project, by=by, due=item["due"], **both(item, "title"))
            if item.get("done_on") and item["done_on"] <= act["on"]:
                planning.complete_milestone(made, by=by)

    def milestone_done(self, act: Act) -> None:
        """Tick a milestone by its English title."""
        milestone = _project(act).milestones.filter(title_en=act["title_en"]).first()
        if milestone is None:
            raise Refused(Reason("planning.no_such_milestone", {"title": act["title_en"]}))
        planning.complete_milestone(milestone, by=user_of(act["by"]))

    def gate(self, act: Act) -> None:
        """Answer a compliance gate."""
        planning.answer_gate(
            _project(act),
            by=user_of(act.get("by") or act["approver"]),
            gate=act["gate"],
            result=act["result"],
            approver=held(Person, act["approver"]),
            expires=act.get("expires"),
            **both(act, "note"),
        )

    def approve_plan(self, act: Act) -> None:
        """Approve the plan, which moves the project to landing."""
        project = _project(act)
        self._match(project)
        plan = getattr(project, "plan", None)
        if plan is None:
            raise Refused(Reason("planning.no_plan", {"docket": project.docket}))
        planning.approve(plan, by=user_of(act["by"]))

    def answer(self, act: Act) -> None:
        """Answer a match; one that the engine does not suggest cannot be answered."""
        project = _project(act)
        self._match(project)
        need = Need.objects.filter(key=act["need"]).first()
        match = Match.objects.filter(result=project.result, need=need).first() if need else None
        if match is None:
            raise Refused(Reason("planning.match_not_suggested", {"need": act["need"]}))
        planning.answer_match(
            match,
            by=user_of(act["by"]),
            status=act["status"],
            decline_reason=act.get("reason") or "",
            **both(act, "note"),
        )

    def site(self, act: Act) -> None:
        """Take a site a step further, through the steps that the sample leaves out."""
        project = _project(act)
        site = Site.objects.filter(key=act["site"]).first()
        if site is None:
            raise Refused(Reason("landing.no_such_site", {"site": act["site"]}))
        landing.choose_site(
            project, by=user_of(act["by"]), site=site, status=act["status"], **both(act, "note")
        )

    def next(self, act: Act) -> None:
        """Set the next action."""
        pipeline.set_next_action(_project(act), by=user_of(act["by"]), due=act["due"], **both(act, "title"))

    def close(self, act: Act) -> None:
        """Stop the project."""
        pipeline.stop(_project(act), by=user_of(act["by"]), **_renamed(act, "why", "reason"))

    def _match(self, project: TransferProject) -> None:
        """Match, at the first act that needs it, every result disclosed by then and not matched yet."""
        if project.result_id not in self.matched:
            fresh = list(Result.objects.filter(is_sample=True).exclude(pk__in=self.matched))
            matchmaking.refresh_matches(only=fresh)
            self.matched |= {result.pk for result in fresh}

    def handler(self, act: Act) -> Callable[[Act], None]:
        """The method that does this act.

        Raises
        ------
        SampleError
            No such act is known.
        """
        name = {"return": "return_"}.get(act["act"], str(act["act"]))
        found = getattr(self, name, None)
        if found is None or name.startswith("_") or name == "handler":
            raise SampleError(f"unknown act {act['act']!r}")
        return found


def _renamed(act: Act, old: str, new: str) -> dict[str, str]:
    return {name.replace(old, new): text for name, text in both(act, old).items()}


def _plain_dates(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**row, "on": row["on"].isoformat() if isinstance(row.get("on"), date) else row.get("on")}
        for row in rows
    ]
