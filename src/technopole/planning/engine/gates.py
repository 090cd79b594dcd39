"""Compliance gates of a deal: which its facts bring up and why, and which still block; advice, no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from technopole.evaluation.engine.checks import Check, bilingual, choice, text, whole
from technopole.evaluation.engine.conditions import condition, holds, unknown
from technopole.evaluation.engine.packs import Pack, Row, Status, load_pack
from technopole.evaluation.engine.questions import Question
from technopole.planning.engine.facts import checked, names, questions_for
from technopole.wording import Reason


class Result(StrEnum):
    """What a gate asks for, from the mildest to the strictest; unanswered while a fact is missing."""

    CLEAR = "clear"
    REPORT = "report"
    PERMIT = "permit"
    REVIEW = "review"
    PROHIBITED = "prohibited"
    UNANSWERED = "unanswered"


RESULT_NAMES: Mapping[Result, Mapping[str, str]] = {
    Result.CLEAR: {"zh": "无需办理", "en": "clear"},
    Result.REPORT: {"zh": "报告或公示", "en": "report or notice"},
    Result.PERMIT: {"zh": "许可", "en": "permit"},
    Result.REVIEW: {"zh": "审查", "en": "review"},
    Result.PROHIBITED: {"zh": "禁止", "en": "prohibited"},
    Result.UNANSWERED: {"zh": "待答复", "en": "unanswered"},
}

_STRICTNESS = tuple(Result)[:-1]


@dataclass(frozen=True)
class Gate:
    """One gate of a deal.

    Parameters
    ----------
    result
        The strictest of the rules that hold; unanswered while a stricter one hangs on a fact that
        nobody stated.
    reasons
        Every rule that holds, or why the gate is clear.
    sources, status
        Where the rules that decide were read; "to confirm" when any of them is.
    wait_days
        Days that a public notice must run once it is begun, 0 when none is due.
    """

    key: str
    name: Mapping[str, str]
    result: Result
    questions: tuple[Question, ...]
    reasons: tuple[Reason, ...]
    sources: tuple[str, ...]
    status: Status
    wait_days: int


@dataclass(frozen=True)
class Answer:
    """An approver's signed answer: what was due was done (reported, permitted, reviewed) on that day.

    `expires` is the last day on which the answer counts.
    """

    gate: str
    result: Result
    approver: str
    answered_on: date
    note: str = ""
    expires: date | None = None


@cache
def gates() -> Pack:
    """The checked list of gates."""
    return load_pack("planning", "gates", {"name": bilingual(), "clear": text()})


@cache
def rules() -> Pack:
    """The checked pack of gate rules."""
    fields: dict[str, Check] = {
        "gate": choice(*(row.id for row in gates().rows)),
        "when": condition(names()),
        "result": choice(*(result.value for result in _STRICTNESS[1:])),
        "reason": text(),
        "wait_days": whole(1, 365),
    }
    return load_pack("planning", "gate-rules", fields, optional=["wait_days"])


def open_gates(facts: Mapping[str, Any], on: date) -> tuple[Gate, ...]:
    """Every gate with what it asks for under the rules in force on that day.

    Parameters
    ----------
    facts
        Fact → value; a fact that is absent or ``None`` is unknown and is asked, never assumed.

    Raises
    ------
    ValueError
        A fact is not in the vocabulary or of another kind.

    Examples
    --------
    >>> found = {
    ...     gate.key: gate.result.value for gate in open_gates({"related_party": True}, date(2026, 1, 1))
    ... }
    >>> found["conflict_of_interest"], found["ethics"]
    ('review', 'unanswered')
    """
    known = checked(facts, on)
    return tuple(_gate(row, known, on) for row in gates().in_force(on))


def problems(advised: Sequence[Gate], answers: Iterable[Answer], today: date) -> tuple[Reason, ...]:
    """What still blocks a move; nothing when every gate that asks for something was answered.

    A prohibited gate blocks whatever the answer: if the facts are wrong, they are to be corrected.
    An answer milder than the advice needs a note that says why.

    Raises
    ------
    ValueError
        An answer names no known gate, or one gate is answered twice.
    """
    by_gate: dict[str, Answer] = {}
    known = {gate.key for gate in advised}
    for answer in answers:
        if answer.gate not in known:
            raise ValueError(f"'{answer.gate}' is no gate; expected one of {', '.join(sorted(known))}")
        if answer.gate in by_gate:
            raise ValueError(f"gate '{answer.gate}' is answered twice")
        by_gate[answer.gate] = answer
    return tuple(reason for gate in advised for reason in _blocks(gate, by_gate.get(gate.key), today))


def _gate(row: Row, facts: Mapping[str, Any], on: date) -> Gate:
    own = [rule for rule in rules().in_force(on) if rule["gate"] == row.id]
    held = [rule for rule in own if holds(rule["when"], facts) is True]
    reach = max((_STRICTNESS.index(Result(rule["result"])) for rule in held), default=0)
    hanging = [
        rule
        for rule in own
        if holds(rule["when"], facts) is None and _STRICTNESS.index(Result(rule["result"])) > reach
    ]
    deciding = held + hanging
    reasons = [
        Reason(f"planning.{rule['reason']}", {"days": rule.content.get("wait_days", 0)}) for rule in held
    ]
    if hanging:
        result = Result.UNANSWERED
    else:
        result = _STRICTNESS[reach]
        if result is Result.CLEAR:
            reasons.append(Reason(f"planning.{row['clear']}"))
    asked = [name for rule in hanging for name in unknown(rule["when"], facts)]
    confirmed = all(rule.status is Status.CONFIRMED for rule in deciding)
    return Gate(
        key=row.id,
        name=row["name"],
        result=result,
        questions=questions_for(asked, on),
        reasons=tuple(reasons),
        sources=tuple(dict.fromkeys(rule.source for rule in deciding)),
        status=Status.CONFIRMED if confirmed else Status.TO_CONFIRM,
        wait_days=max((_wait(rule) for rule in held), default=0),
    )


def _blocks(gate: Gate, answer: Answer | None, today: date) -> Iterator[Reason]:
    named: dict[str, Any] = {"gate": dict(gate.name)}
    if gate.result is Result.PROHIBITED or (answer and answer.result is Result.PROHIBITED):
        yield Reason("planning.gate_prohibited", named)
        return
    if answer is None:
        if gate.result is Result.UNANSWERED:
            first = gate.questions[0]
            yield Reason("planning.gate_fact_missing", {**named, "ask": {"zh": first.zh, "en": first.en}})
        elif gate.result is not Result.CLEAR:
            due = dict(RESULT_NAMES[gate.result])
            yield Reason("planning.gate_not_answered", {**named, "due": due})
        return
    if answer.result is Result.UNANSWERED:
        yield Reason("planning.gate_not_answered", {**named, "due": dict(RESULT_NAMES[gate.result])})
        return
    if not answer.approver.strip():
        yield Reason("planning.gate_no_approver", named)
    if answer.answered_on > today:
        yield Reason("planning.gate_answered_in_future", {**named, "on": answer.answered_on.isoformat()})
    if answer.expires is not None and answer.expires < today:
        yield Reason("planning.gate_expired", {**named, "on": answer.expires.isoformat()})
    if _milder(answer.result, gate.result) and not answer.note.strip():
        both = {"due": dict(RESULT_NAMES[gate.result]), "given": dict(RESULT_NAMES[answer.result])}
        yield Reason("planning.gate_milder", {**named, **both})
    over = answer.answered_on + timedelta(days=gate.wait_days)
    if answer.result is not Result.CLEAR and answer.answered_on <= today <= over and gate.wait_days:
        values = {**named, "days": gate.wait_days, "on": over.isoformat()}
        yield Reason("planning.gate_notice_runs", values)


def _wait(rule: Row) -> int:
    return int(rule.content.get("wait_days", 0))


def _milder(given: Result, due: Result) -> bool:
    return due is not Result.UNANSWERED and _STRICTNESS.index(given) < _STRICTNESS.index(due)
