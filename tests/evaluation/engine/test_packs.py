"""Packs are refused whole, with file, row and field, and chosen by the day they are in force."""

import string
from datetime import date
from pathlib import Path

import pytest

from technopole.evaluation.engine import conflicts, readiness, recommend, scorecard
from technopole.evaluation.engine.checks import bilingual, whole
from technopole.evaluation.engine.conditions import condition
from technopole.evaluation.engine.packs import PackError, read_pack
from technopole.wording import sentences

GOOD = """
- id: limit
  version: "1"
  valid_from: 2020-01-01
  valid_to: 2022-12-31
  source: A law
  status: confirmed
  most: 5
- id: limit
  version: "2"
  valid_from: 2023-01-01
  source: A newer law
  status: to_confirm
  most: 7
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "limits.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("on", "most"), [("2020-01-01", 5), ("2022-12-31", 5), ("2023-01-01", 7), ("2040-01-01", 7)]
)
def test_the_row_in_force_on_the_day_is_taken(tmp_path, on, most):
    pack = read_pack(written(tmp_path, GOOD), {"most": whole(0, 10)})
    assert pack.row("limit", date.fromisoformat(on))["most"] == most


def test_a_day_before_every_row_is_said_not_guessed(tmp_path):
    pack = read_pack(written(tmp_path, GOOD), {"most": whole(0, 10)})
    with pytest.raises(LookupError, match=r"limits\.yaml: no row 'limit' in force on 2019-12-31"):
        pack.row("limit", date(2019, 12, 31))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("most: 7", "most: 11"), r"row 2 \(limit\), field most: expected a whole number from 0 to 10"),
        (("most: 7", "most: seven"), r"row 2 \(limit\), field most"),
        (("most: 7", "least: 7"), r"row 2 \(limit\), field least: expected a known field"),
        (("most: 7", ""), r"row 2 \(limit\), field most: expected a value; the field is missing"),
        (("status: to_confirm", "status: perhaps"), r"row 2 \(limit\), field status: expected one of"),
        (("source: A newer law", "source: ' '"), r"row 2 \(limit\), field source: expected text"),
        (("2023-01-01", "2023-13-01"), r"row 2 \(limit\), field valid_from: expected a date"),
        (("2023-01-01", "2022-12-31"), r"row 2 \(limit\), field valid_from: expected no day in common"),
        (('version: "2"', 'version: "1"'), r"row 2 \(limit\), field version: expected a version not used"),
        (('version: "2"', "version: 2"), r"row 2 \(limit\), field version: expected text"),
        (("2022-12-31", "2019-12-31"), r"row 1 \(limit\), field valid_to: expected a day on or after"),
        (("most: 7", "most: 7\n  most: 8"), "the key 'most' stands twice"),
        (("- id: limit", "- words\n- id: limit"), r"row 1 \(no mapping\)"),
    ],
)
def test_a_broken_pack_names_file_row_and_field(tmp_path, change, message):
    assert change[0] in GOOD
    path = written(tmp_path, GOOD.replace(*change))
    with pytest.raises(PackError, match=message) as caught:
        read_pack(path, {"most": whole(0, 10)})
    assert "limits.yaml" in str(caught.value)


def test_every_fault_is_listed_at_once(tmp_path):
    text = GOOD.replace("most: 5", "most: 50").replace("most: 7", "most: 70")
    with pytest.raises(PackError) as caught:
        read_pack(written(tmp_path, text), {"most": whole(0, 10)})
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "a: b", "- [", "just words"])
def test_what_is_no_list_of_rows_is_refused(tmp_path, text):
    with pytest.raises(PackError, match=r"limits\.yaml"):
        read_pack(written(tmp_path, text), {"most": whole(0, 10)})


def test_a_bilingual_field_needs_both_languages():
    assert [fault.path for fault in bilingual()({"en": "x"})] == [".zh"]


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ({"people": {"over": 5}}, ".people.over"),
        ({"person": 5}, ".person"),
        ({"people": {"in": 5}}, ".people.in"),
        ({"people": [5]}, ".people"),
        ([], ""),
    ],
)
def test_a_condition_names_known_facts_and_tests(when, path):
    assert [fault.path for fault in condition(["people"])(when)] == [path]


def test_the_shipped_packs_load():
    for pack in (
        readiness.scales(),
        scorecard.templates(),
        conflicts.ties(),
        recommend.thresholds(),
        recommend.quorums(),
    ):
        assert pack.rows


def test_every_sentence_stands_in_both_languages_with_the_same_values():
    for name, texts in sentences("evaluation").items():
        names = [
            {field for _, field, _, _ in string.Formatter().parse(texts[code]) if field} for code in texts
        ]
        assert set(texts) == {"en", "zh"}, name
        assert names[0] == names[1], name
