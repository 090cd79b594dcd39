from pathlib import Path

import pytest

from technopole.matching import lexical
from technopole.matching.lexical import Entry, LexicalIndex, query_terms

ENTRIES = [
    Entry("锂电池隔膜", "一种耐高温的锂电池隔膜材料"),
    Entry("钛合金叶片", "航空发动机叶片的激光修复"),
    Entry("Battery separator", "A separator for lithium batteries that withstands heat"),
]


def test_the_text_that_holds_the_words_comes_first() -> None:
    scores, most = LexicalIndex(ENTRIES).search(query_terms("锂电池", "需要耐高温的隔膜"), 10)
    assert max(scores, key=scores.__getitem__) == 0
    assert 0 < max(scores.values()) < most


def test_contributions_add_up_to_the_score() -> None:
    index = LexicalIndex(ENTRIES)
    terms = index.telling(query_terms("", "lithium battery separator for heat"))
    scores, _ = index.search(terms, 10)
    assert sum(index.contributions(terms, 2).values()) == pytest.approx(scores[2], rel=0.05)


def test_nothing_to_search_finds_nothing() -> None:
    assert LexicalIndex(ENTRIES).search(query_terms("", "的 the"), 10) == ({}, 0.0)
    assert LexicalIndex([]).search(query_terms("锂电池", ""), 10)[0] == {}


def test_an_index_on_disk_is_reused_and_replaced_when_entries_change(tmp_path: Path) -> None:
    place = tmp_path / "words"
    terms = query_terms("", "lithium battery")
    made = LexicalIndex(ENTRIES, place).search(terms, 10)
    state = (place / "state.json").stat().st_mtime_ns
    assert LexicalIndex(ENTRIES, place).search(terms, 10) == made
    assert (place / "state.json").stat().st_mtime_ns == state
    assert LexicalIndex(ENTRIES[:2], place).search(terms, 10)[0] == {}


def test_an_interrupted_build_leaves_the_old_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "words"
    LexicalIndex(ENTRIES, place)

    def fail(self: Entry) -> dict[str, list[str]]:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(lexical.Entry, "fields", fail)
        with pytest.raises(KeyboardInterrupt):
            LexicalIndex(ENTRIES[:2], place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["words"]
    assert LexicalIndex(ENTRIES, place).search(query_terms("", "lithium"), 10)[0]
