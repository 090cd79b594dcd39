"""Probable duplicates among the results, as far as the reader may know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from technopole.onboarding.engine import duplicates
from technopole.pipeline.models import Inventorship, Result
from technopole.records.levels import Shown, reach_of
from technopole.wording import Reason

NEW = "new"
# A file is long: only what is very likely the same is worth reading through.
IN_FILE_AT_LEAST = 0.8


@dataclass(frozen=True)
class Alike:
    """A result that the reader may know of and that looks like the one in hand."""

    shown: Shown
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The probability, %."""
        return round(self.probability * 100)


@dataclass(frozen=True)
class Found:
    """What looks alike; `hidden`: also something that the reader may not know of, so only the office says more."""

    alike: tuple[Alike, ...]
    hidden: bool


@dataclass(frozen=True)
class AlikePair:
    """Two results that are probably one."""

    one: Shown
    other: Shown
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The probability, %."""
        return round(self.probability * 100)


def _inventors() -> dict[Any, list[str]]:
    names: dict[Any, list[str]] = {}
    rows = Inventorship.objects.values_list("result_id", "person__name_zh", "person__name_en")
    for result, name_zh, name_en in rows:
        names.setdefault(result, []).extend(name for name in (name_zh, name_en) if name)
    return names


def _record(result: Result, inventors: Mapping[Any, list[str]], *, whole: bool) -> duplicates.Record:
    return duplicates.Record(
        key=str(result.pk),
        title_zh=result.title_zh,
        title_en=result.title_en,
        patent_numbers=tuple(result.patent_numbers) if whole else (),
        inventors=tuple(inventors.get(result.pk, ())),
    )


def _numbers_open_to(user: Any) -> set[Any]:
    """Ids of the results whose patent numbers the reader may see."""
    wanted = Result.FIELD_LEVELS["patent_numbers"]
    rows = Result.objects.visible_to(user)
    if reach_of(user) < wanted:
        parts = [part for access, part in Result.readings_of(user) if access >= wanted]
        rows = rows.filter(reduce(or_, parts)) if parts else rows.none()
    return set(rows.values_list("pk", flat=True))


def like_this(fields: Mapping[str, Any], people: Iterable[Any], *, user: Any, but: Any = None) -> Found:
    """Results like the one that is being entered.

    Parameters
    ----------
    fields
        ``title_zh``, ``title_en``, ``patent_numbers`` as typed.
    but
        The result itself, when it is already kept.
    """
    if not (fields.get("title_zh") or fields.get("title_en")):
        return Found((), hidden=False)
    visible = {row.pk: row for row in Result.objects.visible_to(user).distinct()}
    inventors = _inventors()
    kept = [row for row in Result.objects.all() if row.pk != but]
    new = duplicates.Record(
        key=NEW,
        title_zh=str(fields.get("title_zh") or ""),
        title_en=str(fields.get("title_en") or ""),
        patent_numbers=tuple(fields.get("patent_numbers") or ()),
        inventors=tuple(name for person in people for name in (person.name_zh, person.name_en) if name),
    )
    known, unknown, numbers_open = [new], [new], _numbers_open_to(user)
    for row in kept:
        if row.pk in visible:
            # Numbers that the reader may not see are not compared: an answer would give them away.
            known.append(_record(row, inventors, whole=row.pk in numbers_open))
        else:
            unknown.append(_record(row, inventors, whole=True))
    alike = [
        Alike(visible[_uuid(pair.b, visible)].shown_to(user), pair.probability, pair.reasons)
        for pair in duplicates.find(known)
        if pair.a == NEW
    ]
    hidden = any(pair.a == NEW for pair in duplicates.find(unknown))
    return Found(tuple(alike), hidden)


@dataclass(frozen=True)
class RowAlike:
    """A row of a file that is probably a result that is kept, or another row of the file."""

    row: int
    shown: Shown | None
    other_row: int | None
    probability: float
    reasons: tuple[Reason, ...]

    @property
    def percent(self) -> int:
        """The probability, %."""
        return round(self.probability * 100)


@dataclass(frozen=True)
class InFile:
    """Rows that look alike, likeliest first, and how many more are like what the reader may not know of."""

    rows: tuple[RowAlike, ...]
    hidden: int


def in_file(rows: Sequence[tuple[int, Mapping[str, Any]]], *, user: Any) -> InFile:
    """Which rows of a checked file are probably kept already, or stand twice in it."""
    visible = {str(row.pk): row for row in Result.objects.visible_to(user).distinct()}
    inventors, numbers_open = _inventors(), _numbers_open_to(user)
    records = []
    for kept in Result.objects.all():
        seen = str(kept.pk) in visible
        records.append(_record(kept, inventors, whole=not seen or kept.pk in numbers_open))
    known = {record.key for record in records}
    for number, values in rows:
        records.append(
            duplicates.Record(
                key=f"row {number}",
                title_zh=str(values.get("title_zh", "")),
                title_en=str(values.get("title_en", "")),
                patent_numbers=tuple(values.get("patent_numbers", ())),
                inventors=tuple(values.get("inventors", ())),
            )
        )
    found, hidden = [], set()
    for pair in duplicates.find(records, IN_FILE_AT_LEAST):
        if pair.b in known:
            continue  # two kept results: the page of duplicates shows them
        row = int(pair.b.removeprefix("row "))
        if pair.a not in known:
            found.append(
                RowAlike(row, None, int(pair.a.removeprefix("row ")), pair.probability, pair.reasons)
            )
        elif pair.a in visible:
            shown = visible[pair.a].shown_to(user)
            found.append(RowAlike(row, shown, None, pair.probability, pair.reasons))
        else:
            hidden.add(row)
    return InFile(tuple(found), len(hidden))


def _uuid(key: str, rows: Mapping[Any, Any]) -> Any:
    return next(pk for pk in rows if str(pk) == key)


def pairs(user: Any) -> list[AlikePair]:
    """Every probable pair among the results that the reader may know of, likeliest first."""
    rows = {str(row.pk): row for row in Result.objects.visible_to(user).distinct().select_related("holder")}
    inventors, numbers_open = _inventors(), _numbers_open_to(user)
    records = [
        _record(row, inventors, whole=row.pk in numbers_open)
        for row in sorted(rows.values(), key=lambda row: row.created_at)
    ]
    return [
        AlikePair(rows[pair.a].shown_to(user), rows[pair.b].shown_to(user), pair.probability, pair.reasons)
        for pair in duplicates.find(records)
    ]
