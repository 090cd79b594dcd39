"""Probable duplicates: what makes two results one, across scripts, and fast enough for an office."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.onboarding.engine.duplicates import Record, find


def only(*records: Record, threshold: float = 0.0) -> tuple[float, set[str]]:
    pairs = find(records, threshold)
    if not pairs:
        return 0.0, set()
    (pair,) = pairs
    return pair.probability, {reason.code.partition(".")[2] for reason in pair.reasons}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            Record("a", title_zh="一种柔性壓力傳感器的製備方法"),
            Record("b", title_zh="柔性压力传感器及其制备方法"),
        ),
        (
            Record("a", title_en="Flexible Pressure Sensors"),
            Record("b", title_en="A flexible pressure sensor"),
        ),
        (
            Record("a", title_zh="神经形态芯片"),
            Record("b", title_zh="神经形态芯片", title_en="Neuromorphic chip"),
        ),
    ],
    ids=["traditional", "plural and article", "one language more"],
)
def test_the_same_title_in_another_form_is_found(one: Record, other: Record) -> None:
    probability, reasons = only(one, other)
    assert probability > 0.5
    assert reasons & {"same_title", "similar_title"}


def test_different_results_are_not_paired() -> None:
    records = [
        Record("a", title_zh="神经形态芯片"),
        Record("b", title_zh="双特异性抗体"),
        Record("c", title_en="Valve"),
    ]
    assert find(records, 0.2) == []


def test_one_patent_is_one_result_however_it_is_written() -> None:
    one = Record("a", title_zh="传感器", patent_numbers=("ZL 2020 1 0123456.7",))
    other = Record("b", title_en="Method", patent_numbers=("CN202010123456.7",))
    assert only(one, other) == (0.98, {"same_patent"})


def test_one_paper_makes_it_likely_and_an_alike_title_more_so() -> None:
    doi = ("https://doi.org/10.1000/ABC",)
    apart = only(Record("a", title_en="Valve", dois=doi), Record("b", title_en="Pump", dois=("10.1000/abc",)))
    alike = only(
        Record("a", title_en="Valve", dois=doi), Record("b", title_en="Valve", dois=("10.1000/abc",))
    )
    assert 0.5 < apart[0] < alike[0]
    assert "same_doi" in apart[1]


def test_shared_inventors_count_only_beside_an_alike_title() -> None:
    titles = ("Flexible pressure sensor array", "Flexible pressure sensor skin")
    people = [Record(k, title_en=t, inventors=("Li Wei",)) for k, t in zip("ab", titles, strict=True)]
    alone = [Record(k, title_en=t) for k, t in zip("ab", titles, strict=True)]
    assert only(*people)[0] > only(*alone)[0]
    apart = [
        Record("a", title_en="Valve", inventors=("Li Wei",)),
        Record("b", title_en="Pump", inventors=("Wei Li",)),
    ]
    assert only(*apart)[0] < 0.2


def test_different_patents_speak_against_it() -> None:
    one, other = Record("a", title_en="Valve", patent_numbers=("1",)), Record("b", title_en="Valve")
    against = Record("b", title_en="Valve", patent_numbers=("2",))
    assert only(one, against)[0] < only(one, other)[0]
    assert "different_patents" in only(one, against)[1]


def test_many_records_of_one_title_all_stay_linked() -> None:
    pairs = find([Record(str(n), title_en="Valve") for n in range(500)], 0.9)
    assert {pair.a for pair in pairs} | {pair.b for pair in pairs} == {str(n) for n in range(500)}


def test_five_thousand_records_take_seconds() -> None:
    chance = random.Random(7)
    words = [f"word{n}" for n in range(3_000)] + ["sensor", "method", "device"] * 20
    records = [Record(str(n), title_en=" ".join(chance.choices(words, k=9))) for n in range(5_000)]
    records.append(Record("again", title_en=records[123].title_en.upper()))
    began = time.process_time()
    found = find(records, 0.5)
    assert time.process_time() - began < 10
    assert [(pair.a, pair.b) for pair in found] == [("123", "again")]


titles = st.text(alphabet="abcdef 传感器压力測", min_size=1, max_size=30)


@given(st.lists(titles, max_size=8), st.floats(0, 1))
def test_pairs_are_ordered_above_the_threshold_and_never_of_one_record(
    texts: list[str], threshold: float
) -> None:
    found = find([Record(str(n), title_zh=text) for n, text in enumerate(texts)], threshold)
    assert all(pair.a != pair.b and threshold <= pair.probability <= 1 for pair in found)
    assert [pair.probability for pair in found] == sorted((p.probability for p in found), reverse=True)
    assert len({(pair.a, pair.b) for pair in found}) == len(found)
