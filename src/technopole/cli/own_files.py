"""The loop on one's own files: imported as an office would, then matched, questioned and placed; nothing is decided."""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from technopole.cli import loop
from technopole.cli.progress import Steps
from technopole.cli.sample import entries, _load_districts, _organisation, _policy, _site
from technopole.evaluation.services import readiness_of
from technopole.landing.services import rank_for
from technopole.matching.rank import Match as Ranked
from technopole.onboarding.engine import duplicates, reading
from technopole.onboarding.imports import ImportFailed, preview, save_import
from technopole.onboarding.models import ImportBatch
from technopole.parties.models import Organisation, OrganisationKind, Person, Role, User
from technopole.pipeline.models import Result, Stage
from technopole.planning import matchmaking
from technopole.records import clock
from technopole.records.change import change
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site
from technopole.wording import Reason

MATCHES_PER_NEED = 5
SITES_PER_RESULT = 5
SAME = 0.97
ERRORS_SHOWN = 20


def _importer() -> User:
    """The officer in whose name a throw-away import is made."""
    with change(by=None, why="loop on own files"):
        office = Organisation(name_en="Own files", name_zh="自有文件", kind=OrganisationKind.OFFICE, level=Level.PUBLIC)
        office.save()
        person = Person(name_en="Importer", organisation=office, level=Level.PUBLIC)
        person.save()
        Role(person=person, role="officer", valid_from=clock.today(), level=Level.REGISTERED).save()
        return User.objects.create(username="importer", person=person)


def _take(path: str, kind: str, by: User) -> list[Any]:
    if not path:
        return []
    try:
        found = preview(sys.stdin.buffer.read() if path == "-" else Path(path), path if path != "-" else "stdin.csv", kind)
    except reading.UnreadableTableError as wrong:
        raise ImportFailed(wrong.reason.text("en")) from wrong
    if found.mapping.missing:
        headers = ", ".join(found.checked.table.headers)
        raise ImportFailed(f"{path}: no column for {', '.join(found.mapping.missing)}; its columns are: {headers}")
    if found.checked.errors:
        lines = [f"{path}: {error.text('en')}" for error in found.checked.errors[:ERRORS_SHOWN]]
        more = len(found.checked.errors) - len(lines)
        raise ImportFailed("\n".join(lines + ([f"… and {more} more"] if more > 0 else [])))
    return save_import(ImportBatch(level=Level.TEAM), by=by, found=found)


def _sample_parks() -> list[Site]:
    """The sample's parks, for those who bring results and needs but no sites."""
    folder = settings.SAMPLE / "invented"
    with change(by=None, why="the sample's parks"):
        _load_districts(folder)
        for row in entries(folder, "organisations"):
            _organisation(row)
        for row in entries(folder, "policies"):
            _policy(row)
        for row in entries(folder, "sites"):
            _site({**row, "manager": None})
    return list(Site.objects.select_related("district"))


def run(*, results: str, needs: str, sites: str, out: str, progress: Steps) -> loop.LoopOutcome:
    """Import the files, match every need, question and place every result.

    Raises
    ------
    ImportFailed
        A file is not readable or a row is wrong: named, and nothing of it is kept.
    """
    seconds: dict[str, float] = {}
    started = time.monotonic()
    if sites:
        with change(by=None, why="districts"):
            _load_districts(settings.SAMPLE / "invented")
    by = _importer()
    taken: dict[str, list[Any]] = {}
    for kind, path in progress.track([("sites", sites), ("needs", needs), ("results", results)], "files read · 读取文件"):
        taken[kind] = _take(path, kind, by)
    places = taken["sites"] or _sample_parks()
    twins = _twins(taken["results"])
    seconds["onboarding"] = time.monotonic() - started
    questioned = _questioned(taken["results"], seconds, progress)
    matched = _matched(taken["needs"], taken["results"], seconds, progress)
    placed = _placed(taken["results"], places, seconds, progress)
    outcome = loop.outcome_of_records()
    for step, spent in seconds.items():
        outcome.steps[step].seconds = spent
    outcome.steps[Stage.ONBOARDING].stopped = [
        loop.Stopped(str(result.pk), result.text("title", "en"), (reason,)) for result, reason in twins
    ]
    rows = _rows(taken["results"], questioned, placed)
    outcome.figures = {
        **outcome.figures,
        "needs": [_need_row(need, ranked) for need, ranked in matched],
        "results": rows,
        "probable_duplicates": len(twins),
        "needs_with_matches": sum(1 for _, ranked in matched if ranked and ranked[0].close),
        "needs_with_nothing_close": sum(1 for _, ranked in matched if not ranked or not ranked[0].close),
        "matches_across_languages": sum(
            1 for _, ranked in matched for match in ranked[:3] if match.close and match.cross_language
        ),
    }
    if out:
        _write(Path(out), matched, rows)
    return outcome


def _twins(results: Sequence[Result]) -> list[tuple[Result, Reason]]:
    """Results that probably stand in the file twice, each with the one it repeats."""
    by_key = {str(result.pk): result for result in results}
    records = [
        duplicates.Record(
            key, result.title_zh, result.title_en, patent_numbers=tuple(result.patent_numbers)
        )
        for key, result in by_key.items()
    ]
    pairs = duplicates.find(records, SAME)
    return [
        (by_key[pair.b], Reason("onboarding.repeats", {"title": by_key[pair.a].text("title", "en")})) for pair in pairs
    ]


def _questioned(results: Sequence[Result], seconds: dict[str, float], progress: Steps) -> dict[Any, Any]:
    started = time.monotonic()
    found = {}
    for result in progress.track(results, "readiness questions · 成熟度问题"):
        project = result.projects.get()
        found[result.pk] = (project, readiness_of(project))
    seconds["evaluation"] = time.monotonic() - started
    return found


def _matched(
    needs: Sequence[Need], results: Sequence[Result], seconds: dict[str, float], progress: Steps
) -> list[tuple[Need, list[Ranked]]]:
    started = time.monotonic()
    ranked = matchmaking.rank_needs(needs, results, top=MATCHES_PER_NEED)
    found = list(progress.track(ranked, "needs matched · 需求匹配", total=len(needs)))
    seconds["planning"] = time.monotonic() - started
    return found


def _placed(
    results: Sequence[Result], places: Sequence[Site], seconds: dict[str, float], progress: Steps
) -> dict[Any, Any]:
    started = time.monotonic()
    found = {result.pk: rank_for(result, places) for result in progress.track(results, "sites ranked · 园区排序")}
    seconds["landing"] = time.monotonic() - started
    return found


def _need_row(need: Need, ranked: Sequence[Ranked]) -> dict[str, Any]:
    titles = dict(
        Result.objects.filter(pk__in=[match.document for match in ranked]).values_list("pk", "title_en")
    )
    zh = dict(Result.objects.filter(pk__in=[match.document for match in ranked]).values_list("pk", "title_zh"))
    close = [match for match in ranked if match.close]
    row: dict[str, Any] = {
        "need": need.title,
        "matches": [
            {
                "result": next((str(t) for pk, t in titles.items() if str(pk) == match.document and t), None)
                or next(str(t) for pk, t in zh.items() if str(pk) == match.document),
                "score": round(match.score, 4),
                "across_languages": match.cross_language,
                "why": [reason.text("en") for reason in match.reasons],
                "why_zh": [reason.text("zh") for reason in match.reasons],
            }
            for match in close
        ],
    }
    if not close:
        best = ranked[0] if ranked else None
        row["nothing_close"] = best.reasons[0].text("en") if best and best.reasons else "There is nothing to match."
    return row


def _rows(results: Sequence[Result], questioned: dict[Any, Any], placed: dict[Any, Any]) -> list[dict[str, Any]]:
    rows = []
    for result in results:
        project, ready = questioned[result.pk]
        rows.append(
            {
                "result": result.text("title", "en"),
                "docket": project.docket,
                "readiness": ready.level,
                "questions": [question.en for question in ready.questions],
                "questions_zh": [question.zh for question in ready.questions],
                "sites": [
                    {
                        "site": site.text("name", "en"),
                        "eligible": found.eligible,
                        "score": round(found.score, 4),
                        "why": [reason.text("en") for reason in (*found.blockers, *found.reasons)],
                    }
                    for site, found in placed[result.pk][:SITES_PER_RESULT]
                ],
            }
        )
    return rows


def _write(folder: Path, matched: Sequence[tuple[Need, list[Ranked]]], rows: Sequence[dict[str, Any]]) -> None:
    """Two tables to open in a spreadsheet: the matches of every need, the questions and sites of every result."""
    from technopole.records.exports import safe_text

    folder.mkdir(parents=True, exist_ok=True)
    match_lines = [["need", "result", "score", "across languages", "why", "为什么"]]
    for need, ranked in matched:
        told = _need_row(need, ranked)
        match_lines += [
            [told["need"], m["result"], m["score"], m["across_languages"], "\n".join(m["why"]), "\n".join(m["why_zh"])]
            for m in told["matches"]
        ] or [[told["need"], "", "", "", told["nothing_close"], ""]]
    result_lines = [["result", "docket", "readiness", "questions", "site", "eligible", "score", "why"]]
    for row in rows:
        for site in row["sites"]:
            result_lines.append(
                [row["result"], row["docket"], row["readiness"], "\n".join(row["questions"]), site["site"],
                 site["eligible"], site["score"], "\n".join(site["why"])]
            )
    for name, lines in (("matches.csv", match_lines), ("results.csv", result_lines)):
        text = io.StringIO()
        csv.writer(text).writerows([[safe_text(cell) if isinstance(cell, str) else cell for cell in line] for line in lines])
        beside = folder / f"{name}.writing"
        beside.write_text(text.getvalue(), encoding="utf-8-sig")
        beside.replace(folder / name)
