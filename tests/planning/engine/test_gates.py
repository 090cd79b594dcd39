import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from technopole.evaluation.engine.packs import Status
from technopole.planning.engine import facts as facts_pack
from technopole.planning.engine.gates import Answer, Result, gates, open_gates, problems, rules
from technopole.wording import sentences

TODAY = date(2026, 11, 21)
# A Shanghai university's Chinese deal in which nothing is touchy.
QUIET = {
    "kind": "invention",
    "ip_status": "granted",
    "holder_kind": "university",
    "jurisdiction": "CN-SH",
    "route": "licence",
    "pricing": "listed",
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


def gate(key: str, **changes):
    found = {item.key: item for item in open_gates({**QUIET, **changes}, TODAY)}
    return found[key]


def test_a_quiet_deal_is_clear_at_every_gate_and_says_why():
    found = open_gates(QUIET, TODAY)
    assert [item.key for item in found] == [row.id for row in gates().rows]
    assert len(found) == 9
    for item in found:
        assert (item.result, item.questions, len(item.reasons)) == (Result.CLEAR, (), 1)
    assert problems(found, [], TODAY) == ()


def test_nothing_stated_leaves_every_gate_unanswered_with_questions():
    for item in open_gates({}, TODAY):
        assert item.result is Result.UNANSWERED
        assert item.questions[0].text("zh").endswith("？")


HGR = {"human_genetic": True, "people_sampled": 200, "people_sequenced": 200, "samples_leave_china": False}
DATA = {
    "patient_data": True,
    "data_leave_china": True,
    "important_data": False,
    "sensitive_records": 0,
    "personal_records": 0,
}
FOREIGN = {"foreign_party": True, "technology_catalogue": "free"}
RESTRICTED = {"foreign_party": True, "technology_catalogue": "restricted"}
ABROAD = {"ip_status": "filed", "files_abroad": True}


@pytest.mark.parametrize(
    ("key", "changes", "result"),
    [
        ("conflict_of_interest", {"related_party": True}, "review"),
        ("conflict_of_interest", {"related_party": None}, "unanswered"),
        ("state_asset_pricing", {"pricing": "agreed"}, "report"),
        ("state_asset_pricing", {"pricing": "auctioned"}, "clear"),
        ("state_asset_pricing", {"pricing": None}, "unanswered"),
        ("state_asset_pricing", {"pricing": "agreed", "holder_kind": "company"}, "clear"),
        ("state_asset_pricing", {"pricing": "agreed", "route": "self_implementation"}, "clear"),
        ("state_asset_pricing", {"pricing": "agreed", "related_party": True}, "review"),
        ("ethics", {"human_samples": True}, "permit"),
        ("ethics", {"patient_data": True}, "permit"),
        ("ethics", {"animal": True}, "permit"),
        ("human_genetic_resources", HGR, "clear"),
        ("human_genetic_resources", {**HGR, "foreign_party": True}, "report"),
        ("human_genetic_resources", {**HGR, "foreign_party": True, "people_sequenced": 500}, "report"),
        ("human_genetic_resources", {**HGR, "foreign_party": True, "people_sequenced": 501}, "review"),
        ("human_genetic_resources", {**HGR, "foreign_party": True, "people_sequenced": None}, "unanswered"),
        ("human_genetic_resources", {**HGR, "samples_leave_china": True}, "permit"),
        ("human_genetic_resources", {**HGR, "people_sampled": 3000}, "clear"),
        ("human_genetic_resources", {**HGR, "people_sampled": 3001}, "permit"),
        ("data_export", {"patient_data": True, "data_leave_china": False}, "clear"),
        ("data_export", {"patient_data": True}, "unanswered"),
        ("data_export", DATA, "clear"),
        ("data_export", {**DATA, "sensitive_records": 1}, "report"),
        ("data_export", {**DATA, "sensitive_records": 9999}, "report"),
        ("data_export", {**DATA, "sensitive_records": 10000}, "permit"),
        ("data_export", {**DATA, "personal_records": 99999}, "clear"),
        ("data_export", {**DATA, "personal_records": 100000}, "report"),
        ("data_export", {**DATA, "personal_records": 1000000}, "permit"),
        ("data_export", {**DATA, "important_data": True}, "permit"),
        ("technology_export", FOREIGN, "report"),
        ("technology_export", {"foreign_party": True}, "unanswered"),
        ("technology_export", {**RESTRICTED}, "permit"),
        ("technology_export", {**RESTRICTED, "exclusive": True}, "review"),
        (
            "technology_export",
            {**RESTRICTED, "route": "assignment"},
            "review",
        ),
        ("technology_export", {**FOREIGN, "technology_catalogue": "prohibited"}, "prohibited"),
        ("technology_export", {**FOREIGN, "dual_use": True}, "permit"),
        ("funder_terms", {"us_federal_money": True}, "report"),
        ("funder_terms", {"funded": True}, "unanswered"),
        ("funder_terms", {"funded": True, "funder_restricts": False}, "clear"),
        ("funder_terms", {"funded": True, "funder_restricts": True}, "review"),
        ("open_source_licence", {"open_source": ["MIT"]}, "clear"),
        ("open_source_licence", {"open_source": ["MIT", "GPL-3.0"]}, "review"),
        ("open_source_licence", {"open_source": ["LGPL-3.0"]}, "report"),
        ("open_source_licence", {"open_source": None}, "unanswered"),
        ("foreign_filing_secrecy", {"ip_status": "filed"}, "unanswered"),
        ("foreign_filing_secrecy", {"ip_status": "filed", "files_abroad": False}, "clear"),
        (
            "foreign_filing_secrecy",
            {**ABROAD, "made_in_china": True},
            "permit",
        ),
        (
            "foreign_filing_secrecy",
            {**ABROAD, "made_in_china": False},
            "clear",
        ),
        ("foreign_filing_secrecy", {**ABROAD, "kind": "design"}, "clear"),
    ],
)
def test_each_gate_follows_its_rules(key, changes, result):
    found = gate(key, **changes)
    assert found.result == result
    assert bool(found.questions) is (result == "unanswered")
    assert (found.sources == ()) is (result == "clear")


def test_a_rule_not_read_in_its_instrument_shows_to_confirm():
    assert gate("human_genetic_resources", **HGR, foreign_party=True).status is Status.CONFIRMED
    assert gate("data_export", **{**DATA, "sensitive_records": 10000}).status is Status.TO_CONFIRM


def test_zhejiang_adds_the_technology_market():
    found = gate("state_asset_pricing", pricing="agreed", jurisdiction="CN-ZJ")
    assert [reason.code for reason in found.reasons] == [
        "planning.public_notice",
        "planning.public_notice_market",
    ]
    assert any("浙江" in source for source in found.sources)


def test_a_rule_does_not_apply_before_it_is_in_force():
    facts = {**QUIET, **HGR, "foreign_party": True}
    early = {item.key: item for item in open_gates(facts, date(2023, 6, 30))}
    assert early["human_genetic_resources"].result is Result.CLEAR


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"patients": True}, "'patients' is no known fact"),
        ({"patient_data": "yes"}, "fact 'patient_data': expected true or false"),
        ({"people_sampled": -1}, "fact 'people_sampled': expected a number of 0 or more"),
        ({"people_sampled": True}, "fact 'people_sampled'"),
        ({"pricing": "haggled"}, "fact 'pricing': expected one of agreed, listed, auctioned"),
        ({"open_source": "MIT"}, "fact 'open_source': expected a list"),
        ({"jurisdiction": 31}, "fact 'jurisdiction': expected text"),
    ],
)
def test_a_wrong_fact_is_named(facts, message):
    with pytest.raises(ValueError, match=message):
        open_gates(facts, TODAY)


AGREED = open_gates({**QUIET, "pricing": "agreed"}, TODAY)
KEY = "state_asset_pricing"


def answered(**changes) -> list[Answer]:
    base = {"gate": KEY, "result": Result.REPORT, "approver": "Wang", "answered_on": date(2026, 11, 1)}
    return [Answer(**{**base, **changes})]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], "gate_not_answered"),
        (answered(), None),
        (answered(approver=" "), "gate_no_approver"),
        (answered(answered_on=date(2026, 11, 22)), "gate_answered_in_future"),
        (answered(expires=date(2026, 11, 20)), "gate_expired"),
        (answered(expires=TODAY), None),
        (answered(result=Result.CLEAR), "gate_milder"),
        (answered(result=Result.CLEAR, note="The price was listed after all."), None),
        (answered(result=Result.PROHIBITED), "gate_prohibited"),
        (answered(result=Result.UNANSWERED), "gate_not_answered"),
        (answered(answered_on=date(2026, 11, 5)), None),
        (answered(answered_on=date(2026, 11, 6)), "gate_notice_runs"),
    ],
)
def test_what_still_blocks(answers, code):
    found = problems(AGREED, answers, TODAY)
    assert [reason.code for reason in found] == ([f"planning.{code}"] if code else [])
    assert all("{" not in reason.text("zh") + reason.text("en") for reason in found)


def test_the_notice_names_its_last_day():
    found = problems(AGREED, answered(answered_on=date(2026, 11, 6)), TODAY)
    assert found[0].text("zh") == "国有资产定价与公示：公示期 15 日，至 2026-11-21 届满。"


def test_a_missing_fact_is_asked_in_the_reader_s_language():
    found = problems(open_gates({**QUIET, "related_party": None}, TODAY), [], TODAY)
    assert found[0].text("zh").startswith("利益冲突：缺少事实。完成人、其亲属")


def test_an_approver_may_answer_where_a_fact_is_missing():
    advised = open_gates({**QUIET, "related_party": None}, TODAY)
    assert problems(advised, answered(gate="conflict_of_interest", result=Result.CLEAR), TODAY) == ()


def test_a_prohibited_technology_is_not_answered_away():
    advised = open_gates({**QUIET, **FOREIGN, "technology_catalogue": "prohibited"}, TODAY)
    cleared = answered(gate="technology_export", result=Result.CLEAR, note="Never mind.")
    assert [reason.code for reason in problems(advised, cleared, TODAY)] == ["planning.gate_prohibited"]


def test_an_answer_to_no_gate_or_given_twice_is_refused():
    with pytest.raises(ValueError, match="'weather' is no gate"):
        problems(AGREED, answered(gate="weather"), TODAY)
    with pytest.raises(ValueError, match="answered twice"):
        problems(AGREED, answered() * 2, TODAY)


yes_no = [row.id for row in facts_pack.vocabulary().rows if row["kind"] == "yes_no"]


@given(st.dictionaries(st.sampled_from(yes_no), st.booleans()), st.data())
def test_a_stated_fact_only_ever_settles_a_gate(known, data):
    """What is settled without a fact stays settled once the fact is known."""
    before = {item.key: item.result for item in open_gates(known, TODAY)}
    missing = [name for name in yes_no if name not in known]
    more = {**known, **{name: data.draw(st.booleans()) for name in missing[:3]}}
    for item in open_gates(more, TODAY):
        if before[item.key] is not Result.UNANSWERED:
            assert item.result is before[item.key]


def test_every_rule_and_gate_has_its_sentence_in_both_languages_with_the_same_values():
    written = sentences("planning")
    assert {row["reason"] for row in rules().rows} | {row["clear"] for row in gates().rows} <= set(written)
    for name, texts in written.items():
        parsed = [string.Formatter().parse(text) for text in texts.values()]
        names = [{field for _, field, _, _ in parts if field} for parts in parsed]
        assert set(texts) == {"en", "zh"}, name
        assert names[0] == names[1], name


def test_an_unread_rule_is_never_marked_confirmed():
    for row in rules().rows:
        if "not read" in row.source:
            assert row.status is Status.TO_CONFIRM, row.id


def test_the_day_after_the_notice_is_free():
    advised = AGREED
    begun = date(2026, 11, 1)
    assert problems(advised, answered(answered_on=begun), begun + timedelta(days=15))
    assert not problems(advised, answered(answered_on=begun), begun + timedelta(days=16))
