"""What waits for somebody outside the office: own results, drafts, needs, reviews, park."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from technopole.evaluation.models import Review, ReviewStatus
from technopole.landing.models import SiteChoice
from technopole.landing.services import rank_for
from technopole.onboarding.engine.publication import Light
from technopole.onboarding.models import Disclosure, DisclosureStatus
from technopole.onboarding.services import completeness_of, publication_alarm
from technopole.pipeline.models import Result, Stage
from technopole.planning.models import Match
from technopole.portal.addresses import address_of
from technopole.portal.day_office import WITH_NEED_OWNER, open_projects
from technopole.portal.day_shapes import Block, Item, block, dated, holder
from technopole.records import clock
from technopole.resources.needs.models import Need, NeedStatus
from technopole.resources.sites.models import Site


def _publishing(light: Light) -> str:
    """The answer to "can I publish?"."""
    return {
        Light.GREEN: gettext("free to publish"),
        Light.AMBER: gettext("ask before you publish"),
        Light.RED: gettext("do not publish yet"),
    }[light]


def reviews_to_do(user: Any) -> Block:
    """Reviews that the reader was asked for."""
    rows = Review.objects.visible_to(user).filter(reviewer=user.person_id, status=ReviewStatus.ASKED)
    return block(
        "my-reviews",
        gettext("Reviews you were asked for"),
        gettext("No review waits for you."),
        (
            _review_item(row, row.due or row.asked_on)
            for row in rows.select_related("project__result").order_by("due")
        ),
    )


def _review_item(row: Review, due: date) -> Item:
    return dated(
        row.project.title,
        reverse("review", args=[row.pk]),
        due,
        detail=row.project.docket,
        who="",
        is_sample=row.is_sample,
    )


def my_results(user: Any) -> Block:
    """The reader's own results: who holds each, since when, and whether it may be published now."""
    rows = Result.objects.visible_to(user).filter(inventorships__person=user.person_id).distinct()
    found = []
    for row in rows.prefetch_related("projects__owner__person", "projects__disclosure"):
        project = max(row.projects.all(), key=lambda each: each.created_at, default=None)
        if project is None:
            found.append(Item(row.title, address_of(row), row.is_sample, gettext("no project yet")))
            continue
        disclosure = getattr(project, "disclosure", None)
        light = publication_alarm(disclosure).light if disclosure else None
        state = [project.docket, project.get_stage_display(), project.get_disposition_display()]
        found.append(
            Item(
                title=row.title,
                address=address_of(project),
                is_sample=row.is_sample,
                detail=" · ".join(map(str, [*state, _publishing(light)] if light else state)),
                days=project.days_in_stage,
                tone={Light.RED: "late", Light.AMBER: "soon"}.get(light, "") if light else "",
                who=holder(project),
            )
        )
    return block(
        "my-results",
        gettext("My results: who holds them, since when"),
        gettext("You have disclosed nothing yet."),
        found,
    )


def _state(row: Disclosure) -> str:
    if row.status != DisclosureStatus.RETURNED:
        return row.get_status_display()
    return f"{row.get_status_display()}: {row.text('returned')}"


def my_drafts(user: Any) -> Block:
    """The reader's own disclosures that are still drafts or came back."""
    mine = Q(project__result__inventorships__person=user.person_id)
    unfinished = (DisclosureStatus.DRAFT, DisclosureStatus.RETURNED)
    rows = Disclosure.objects.visible_to(user).filter(mine, status__in=unfinished).distinct()
    return block(
        "drafts",
        gettext("Disclosures to finish"),
        gettext("No disclosure of yours is unfinished."),
        (
            Item(
                title=row.project.title,
                address=address_of(row.project),
                is_sample=row.is_sample,
                detail=_state(row),
                percent=completeness_of(row).score,
            )
            for row in rows.select_related("project__result")
        ),
    )


def _posted(days: int) -> str:
    return ngettext("posted %(n)d day ago", "posted %(n)d days ago", days) % {"n": days}


def my_needs(user: Any) -> Block:
    """The needs of the reader's organisation, with the matches that wait for its answer."""
    own = Q(organisation=user.person.organisation_id) | Q(contact=user.person_id)
    rows = Need.objects.visible_to(user).filter(own, status=NeedStatus.OPEN).distinct().order_by("posted_on")
    waiting: dict[Any, list[Match]] = {}
    matches = Match.objects.visible_to(user).filter(need__in=rows, close=True, status__in=WITH_NEED_OWNER)
    for match in matches.select_related("result").distinct().order_by("rank"):
        waiting.setdefault(match.need_id, []).append(match)
    today = clock.today()
    found = []
    for row in rows:
        new = waiting.get(row.pk, [])
        told = gettext("nothing close yet")
        if new:
            count = ngettext("%(n)d match to answer", "%(n)d matches to answer", len(new)) % {"n": len(new)}
            closest = gettext("closest")
            told = f"{count} · {closest}: {new[0].result.title}"
        found.append(
            Item(
                title=str(row),
                address=f"{reverse('matches')}?need={row.pk}",
                is_sample=row.is_sample,
                detail=f"{told} · {_posted((today - row.posted_on).days)}",
                due=row.deadline,
                days=(today - row.posted_on).days,
                tone="soon" if new else "",
            )
        )
    return block(
        "my-needs", gettext("My needs and their new matches"), gettext("You have posted no need."), found
    )


def fitting_projects(user: Any) -> Block:
    """Projects that look for a site and meet every hard limit of the reader's parks."""
    parks = list(
        Site.objects.visible_to(user).filter(manager=user.person_id).select_related("district").distinct()
    )
    looking = open_projects(user).filter(stage__in=(Stage.PLANNING, Stage.LANDING))
    found = []
    for project in looking if parks else ():
        for site, fit in rank_for(project.result, parks):
            if fit.eligible:
                found.append(
                    Item(
                        title=project.title,
                        address=address_of(project),
                        is_sample=project.is_sample,
                        detail=f"{project.docket} · {project.get_stage_display()} → {site}",
                        days=project.days_in_stage,
                        who=holder(project),
                        percent=round(fit.score * 100) if fit.score <= 1 else round(fit.score),
                    )
                )
    found.sort(key=lambda item: -(item.percent or 0))
    return block(
        "fitting",
        gettext("Projects that fit my park"),
        gettext("No project that you may read fits now."),
        found,
    )


def choices_of_my_parks(user: Any) -> Block:
    """Where projects stand with the reader's parks."""
    rows = SiteChoice.objects.visible_to(user).filter(site__manager=user.person_id).distinct()
    today = clock.today()
    return block(
        "choices",
        gettext("Projects at my park"),
        gettext("No project has shortlisted your park."),
        (
            Item(
                title=row.project.title,
                address=address_of(row.project),
                is_sample=row.is_sample,
                detail=f"{row.get_status_display()} · {row.site}",
                days=(today - row.since).days,
                who=holder(row.project),
            )
            for row in rows.select_related("project__result", "project__owner__person", "site").order_by(
                "since"
            )
        ),
    )
