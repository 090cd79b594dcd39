"""The loop on one's own files: imported as an office would, then matched, questioned and placed; nothing is decided."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from technopole.cli import loop
from technopole.cli.progress import Steps
from technopole.cli.sample import entries, load_districts, make_organisation, make_policy, make_site
from technopole.evaluation.services import readiness_of
from technopole.landing.engine import fit
from technopole.landing.services import rank_for, requirements_of
from technopole.matching.rank import Match as Ranked
from technopole.onboarding.engine import duplicates, reading
from technopole.onboarding.imports import ImportFailed, Preview, preview, save_import
from technopole.onboarding.models import ImportBatch
from technopole.parties.models import Organisation, OrganisationKind, Person, Role, User
from technopole.pipeline.models import Result
from technopole.planning import matchmaking
from technopole.records import clock
from technopole.records.change import change
from technopole.records.exports import Column, Kind, Table, to_csv
from technopole.records.levels import Level
from technopole.resources.needs.models import Need
from technopole.resources.sites.models import Site
from technopole.wording import Reason

MATCHES_PER_NEED = 5
SITES_PER_RESULT = 5
SAME = 0.97
NEAREST_SHOWN = 3
ERRORS_SHOWN = 20


def _importer() -> User:
    """The officer in whose name a throw-away import is made."""
    with change(by=None, why="loop on own files"):
        office = Organisation(
            name_en="Own files", name_zh="自有文件", kind=OrganisationKind.OFFICE, level=Level.PUBLIC
        )
        office.save()
        person = Person(name_en="Importer", organisation=office, level=Level.PUBLIC)
        person.save()
        Role(person=person, role="officer", valid_from=clock.today(), level=Level.REGISTERED).save()
        return User.objects.create(username="importer", person=person)


def _require_writable(out: str) -> None:
    """Say before the work, not after it, that its tables could not be written."""
    if not out:
        return
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as wrong:
        raise ImportFailed(f"--out {out}: cannot be written to: {wrong.strerror}") from wrong


def _checked(path: str, kind: str) -> Preview:
    try:
        found = preview(
            sys.stdin.buffer.read() if path == "-" else Path(path), path if path != "-" else "stdin.csv", kind
        )
    except reading.UnreadableTableError as wrong:
        raise ImportFailed(wrong.reason.text("en")) from wrong
    if found.mapping.missing:
        headers = ", ".join(found.checked.table.headers)
        raise ImportFailed(
            f"{path}: no column for {', '.join(found.mapping.missing)}; its columns are: {headers}"
        )
    if found.checked.errors:
        lines = [f"{path}: {error.text('en')}" for error in found.checked.errors[:ERRORS_SHOWN]]
        more = len(found.checked.errors) - len(lines)
        raise ImportFailed("\n".join(lines + ([f"… and {more} more"] if more > 0 else [])))
    if not found.checked.good:
        raise ImportFailed(f"{path}: there is no row below the headers")
    return found


def _saved(path: str, found: Preview, by: User) -> list[Any]:
    try:
        return save_import(ImportBatch(level=Level.TEAM), by=by, found=found)
    except ValidationError as wrong:
        raise ImportFailed("\n".join(f"{path}: row {message}" for message in wrong.messages)) from wrong


def _sample_parks() -> list[Site]:
    """The sample's parks, for those who bring results and needs but no sites."""
    folder = settings.SAMPLE / "invented"
    with change(by=None, why="the sample's parks"):
        load_districts(folder)
        for row in entries(folder, "organisations"):
            make_organisation(row)
        for row in entries(folder, "policies"):
            make_policy(row)
        for row in entries(folder, "sites"):
            make_site({**row, "manager": None})
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
    _require_writable(out)
    if sites:
        with change(by=None, why="districts"):
            load_districts(settings.SAMPLE / "invented")
    by = _importer()
    paths = {"sites": sites, "needs": needs, "results": results}
    given = [(kind, path) for kind, path in paths.items() if path]
    # Every file is checked before the first is saved.
    found = [
        (kind, path, _checked(path, kind)) for kind, path in progress.track(given, "files read · 读取文件")
    ]
    taken: dict[str, list[Any]] = dict.fromkeys(paths, [])
    for kind, path, checked in progress.track(found, "rows taken in · 导入记录"):
        taken[kind] = _saved(path, checked, by)
    places = taken["sites"] or _sample_parks()
    twins = _twins(taken["results"])
    seconds["onboarding"] = time.monotonic() - started
    questioned = _questioned(taken["results"], seconds, progress)
    matched = _matched(taken["needs"], taken["results"], seconds, progress)
    placed = _placed(taken["results"], places, seconds, progress)
    outcome = loop.outcome_of_records()
    for step, spent in seconds.items():
        outcome.steps[step].seconds = spent
    rows = _rows(taken["results"], questioned, placed)
    titles = {str(result.pk): result.text("title", "en") for result in taken["results"]}
    need_rows = [_need_row(need, ranked, titles) for need, ranked in matched]
    outcome.figures = {
        **outcome.figures,
        "needs": need_rows,
        "results": rows,
        "sample_parks": not taken["sites"],
        "probable_duplicates": [
            {"result": result.text("title", "en"), "why": reason.text("en"), "why_zh": reason.text("zh")}
            for result, reason in twins
        ],
        "needs_with_matches": sum(1 for _, ranked in matched if ranked and ranked[0].close),
        "needs_with_nothing_close": sum(1 for _, ranked in matched if not ranked or not ranked[0].close),
        "matches_across_languages": sum(
            1 for _, ranked in matched for match in ranked[:3] if match.close and match.cross_language
        ),
    }
    if out:
        _write(Path(out), need_rows, rows, sample_parks=not taken["sites"])
    return outcome


def _twins(results: Sequence[Result]) -> list[tuple[Result, Reason]]:
    """Results that probably stand in the file twice, each with the one it repeats."""
    by_key = {str(result.pk): result for result in results}
    records = [
        duplicates.Record(key, result.title_zh, result.title_en, patent_numbers=tuple(result.patent_numbers))
        for key, result in by_key.items()
    ]
    pairs = duplicates.find(records, SAME)
    return [
        (by_key[pair.b], Reason("onboarding.repeats", {"title": by_key[pair.a].text("title", "en")}))
        for pair in pairs
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
    found = {
        result.pk: rank_for(result, places) for result in progress.track(results, "sites ranked · 园区排序")
    }
    seconds["landing"] = time.monotonic() - started
    return found


def _need_row(need: Need, ranked: Sequence[Ranked], titles: Mapping[str, str]) -> dict[str, Any]:
    """A need's matches; when nothing is close, that is said, and the nearest are named for what they are."""
    close = [_match_row(match, titles) for match in ranked if match.close]
    if close:
        return {"need": need.title, "matches": close}
    said = ranked[0].reasons[:1] if ranked else (Reason("planning.nothing_to_match"),)
    return {
        "need": need.title,
        "matches": [],
        "nothing_close": said[0].text("en"),
        "nothing_close_zh": said[0].text("zh"),
        "nearest": [_match_row(match, titles) for match in ranked[:NEAREST_SHOWN]],
    }


def _match_row(match: Ranked, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "result": titles[match.document],
        "score": round(match.score, 4),
        "across_languages": match.cross_language,
        "why": [reason.text("en") for reason in match.reasons],
        "why_zh": [reason.text("zh") for reason in match.reasons],
    }


def _rows(
    results: Sequence[Result], questioned: dict[Any, Any], placed: dict[Any, Any]
) -> list[dict[str, Any]]:
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
                "site_questions": [reason.text("en") for reason in fit.questions(requirements_of(result))],
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


def _write(
    folder: Path,
    needs: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
    *,
    sample_parks: bool,
) -> None:
    """Two tables to open in a spreadsheet: the matches of every need, the questions and sites of every result."""
    if needs:
        _write_table(folder / "matches.csv", "Matches · 匹配", _match_lines(needs))
    if results:
        title = "Readiness questions and sites · 成熟度问题与园区"
        _write_table(folder / "results.csv", title, _result_lines(results), sample=sample_parks)


def _match_lines(needs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for row in needs:
        found = row["matches"] or row["nearest"]
        if not found:
            said = {"why": row["nothing_close"], "why_zh": row["nothing_close_zh"]}
            lines.append({"need": row["need"], "result": "", "score": None, "close": "no", **said})
        for match in found:
            words = {"why": "\n".join(match["why"]), "why_zh": "\n".join(match["why_zh"])}
            lines.append(
                {
                    "need": row["need"],
                    "result": match["result"],
                    "score": match["score"],
                    "close": "yes" if row["matches"] else "no",
                    **words,
                }
            )
    return lines


def _result_lines(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "result": row["result"],
            "readiness": row["readiness"],
            "questions": "\n".join(row["questions"]),
            "questions_zh": "\n".join(row["questions_zh"]),
            "site": site["site"],
            "eligible": "yes" if site["eligible"] else "no",
            "score": site["score"],
            "why": "\n".join(site["why"]),
        }
        for row in results
        for site in row["sites"]
    ]


def _write_table(path: Path, title: str, lines: Sequence[dict[str, Any]], *, sample: bool = False) -> None:
    keys = dict.fromkeys(key for line in lines for key in line)
    columns = tuple(
        Column(key, key, Kind.NUMBER if key in ("score", "readiness") else Kind.TEXT) for key in keys
    )
    table = Table(title, columns, tuple(lines), clock.today(), sample=sample)
    beside = path.with_suffix(".writing")
    beside.write_bytes(to_csv(table))
    beside.replace(path)
