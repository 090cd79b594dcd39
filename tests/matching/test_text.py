import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from technopole.matching import text

SIMPLIFIED = [
    "基于平方和优化的飞行器姿态控制系统，量体坐标系中各指标显著改善。",
    "面向边缘计算的忆阻器存算一体芯片与软件开发，数据质量，向量机",
    "企业希望解决锂电池隔膜的热收缩问题；项目预算为300万元。",
    "什么是著作权？由于戏曲研究发展，里程与后面板，干燥与干部",
]


@pytest.mark.parametrize("script", ["s2t", "s2tw"])
@pytest.mark.parametrize("simplified", SIMPLIFIED)
def test_traditional_and_simplified_are_the_same_text(simplified: str, script: str) -> None:
    assert text.normalise(OpenCC(script).convert(simplified)) == text.normalise(simplified)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("軟體", "软件"),
        ("積體電路", "集成电路"),
        ("奈米感測器", "纳米传感器"),
        ("雷射 ＡＢＣ１２３", "雷射 ABC123"),
        ("技术指标", "技术指标"),
        ("50\u00b5m  ㎡", "50μm m2"),
        ("\x00\u200ba\tb", "a b"),
    ],
)
def test_one_normal_form(written: str, normal: str) -> None:
    assert text.normalise(written) == normal


@pytest.mark.parametrize(
    ("sentence", "token"),
    [
        ("XC7K325T芯片", "xc7k325t"),
        ("α-Fe2O3纳米颗粒", "αfe2o3"),
        ("the IL-6 receptor", "il6"),
        ("interleukin IL6", "il6"),
        ("厚度 0.5 mm 以下", "0.5mm"),
        ("厚度0.5mm以下", "0.5mm"),
        ("at 85 °C", "85°C"),
        ("batteries", "batteri"),
        ("battery", "batteri"),
    ],
)
def test_formulas_model_numbers_and_units_stay_whole(sentence: str, token: str) -> None:
    assert token in text.tokens(text.normalise(sentence))


@pytest.mark.parametrize(
    ("sample", "language"),
    [("", "en"), ("😀", "en"), ("电", "zh"), ("MEMS 传感器封装", "zh"), ("The 中文 of it is here", "en")],
)
def test_the_language_of_most_words(sample: str, language: str) -> None:
    assert text.language_of(sample) == language


def test_sentences_are_capped_and_long_ones_cut() -> None:
    assert len(text.sentences("一句话。" * 1000)) == text.MAX_SENTENCES
    assert max(map(len, text.sentences("长" * 5000))) <= 240


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_stable_normal_form_and_terms_without_blanks(anything: str) -> None:
    once = text.normalise(anything)
    assert all(token and not any(c.isspace() for c in token) for token in text.tokens(once))
    assert set(text.readable(once)) == set(text.tokens(once))
