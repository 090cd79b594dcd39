from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.evaluation.engine.readiness import Evidence, EvidenceKind, assess, scale, scales

TODAY = date(2026, 11, 21)
TRL = scale("trl", TODAY)


def paper(level: int, on: date = date(2026, 1, 5)) -> Evidence:
    return Evidence(level, EvidenceKind.TEST_REPORT, f"report on level {level}", on)


def codes(found) -> list[str]:
    return [reason.code.removeprefix("evaluation.") for reason in found.reasons]


@pytest.mark.parametrize(
    ("levels", "claimed", "awarded", "gaps"),
    [
        ([], None, 0, ()),
        ([1], None, 1, ()),
        ([1, 2, 3, 4], 4, 4, ()),
        ([1, 2, 4], 4, 2, (3,)),
        ([2, 3, 4], 4, 0, (1,)),
        ([1, 2], 6, 2, (3, 4, 5)),
        ([6], None, 0, (1, 2, 3, 4, 5)),
        ([1, 1, 2, 2], None, 2, ()),
        (list(range(1, 10)), 9, 9, ()),
    ],
)
def test_a_level_needs_evidence_for_it_and_each_lower_one(levels, claimed, awarded, gaps):
    found = assess(TRL, [paper(level) for level in levels], claimed, TODAY)
    assert (found.level, found.gaps) == (awarded, gaps)


def test_a_bare_title_gets_level_0_and_the_first_questions():
    found = assess(TRL, [], None, TODAY)
    assert found.level == 0
    assert codes(found) == ["no_evidence"]
    assert found.questions == TRL.questions(1)
    assert "原理" in found.questions[0].text("zh")


def test_the_questions_are_those_of_the_next_level():
    assert assess(TRL, [paper(1), paper(2)], None, TODAY).questions == TRL.questions(3)


def test_at_the_top_nothing_is_asked():
    assert assess(TRL, [paper(level) for level in range(1, 10)], 9, TODAY).questions == ()


def test_evidence_of_tomorrow_does_not_count_today_but_does_tomorrow():
    tomorrow = TODAY + timedelta(days=1)
    pieces = [paper(1), paper(2, tomorrow)]
    today = assess(TRL, pieces, None, TODAY)
    assert (today.level, "evidence_in_future" in codes(today)) == (1, True)
    assert assess(TRL, pieces, None, tomorrow).level == 2


def test_a_claim_above_the_evidence_is_named():
    found = assess(TRL, [paper(1), paper(2), paper(4)], 5, TODAY)
    assert codes(found) == ["level_awarded", "level_gap", "evidence_above_gap", "claim_not_supported"]
    assert "Level 3" in found.reasons[1].text("en")
    assert found.reasons[-1].text("zh") == "申报为第 5 级；证据仅支持第 2 级。"


@pytest.mark.parametrize(("level", "claimed"), [(0, None), (10, None), (1, 0), (1, 10)])
def test_a_level_that_the_scale_does_not_have_is_refused(level, claimed):
    with pytest.raises(ValueError, match="levels 1 to 9"):
        assess(TRL, [paper(level)], claimed, TODAY)


def test_an_unknown_scale_names_those_there_are():
    with pytest.raises(LookupError, match="trl-medtech"):
        scale("trl-cars", TODAY)


def test_every_scale_asks_two_to_four_questions_a_level_in_both_languages():
    for row in scales().rows:
        loaded = scale(row.id, TODAY)
        assert sorted(loaded.levels) == list(range(1, 10))
        for level in loaded.levels.values():
            assert 2 <= len(level.questions) <= 4
            assert all(question.zh.endswith("？") and "?" in question.en for question in level.questions)


@given(st.lists(st.integers(1, 9)), st.integers(1, 9))
def test_more_evidence_never_lowers_the_level(levels, extra):
    before = assess(TRL, [paper(level) for level in levels], None, TODAY).level
    assert assess(TRL, [paper(level) for level in [*levels, extra]], None, TODAY).level >= before


@given(st.permutations([paper(1), paper(2), paper(2, date(2026, 3, 1)), paper(4)]))
def test_the_order_of_the_evidence_does_not_matter(pieces):
    found = assess(TRL, pieces, 4, TODAY)
    assert (found.level, found.gaps, codes(found)[0]) == (2, (3,), "level_awarded")
    assert found.reasons[0].values["on"] == "2026-03-01"
