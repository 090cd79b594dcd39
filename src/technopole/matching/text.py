"""From raw Chinese or English text to one normal form, its words, its sentences and its language.

Traditional and simplified characters become the same text. OpenCC's `tw2s` changes the script; of the
vocabulary that `tw2sp` adds, only words that a mainland text does not use are replaced (软体 → 软件,
but not 指标, which it would turn into 指针), and they are replaced in
simplified texts too, so that the same text in either script is the same here to the last character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

import yaml

MAX_CHARACTERS = 20_000
"""What a text is read of: about fifteen pages; more would only dilute a match."""
MAX_SENTENCES = 24

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
_UNITS = (
    "nm|μm|um|mm|cm|dm|km|m2|m3|m|kg|mg|μg|ug|ng|g|t|mL|ml|μL|L|kHz|MHz|GHz|THz|Hz|kV|mV|V|mAh|mA|Ah|A|kWh|Wh|"
    "kW|MW|GW|mW|W|kJ|MJ|J|kPa|MPa|GPa|Pa|K|°C|%|ppm|ppb|dB|Gbps|Mbps|bit|rpm|mol|Ω"
)
_PIECE = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<unit>\d+(?:\.\d+)?\s?(?:{_UNITS})(?![^\W{_HAN}]))"
    rf"|(?P<word>[^\W_{_HAN}]+(?:[-.·'’][^\W_{_HAN}]+)*)"
)
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|(?<=[a-z\d)\]%]\.)\s+(?=[A-Z])|[\r\n]+")
_CLAUSE_END = re.compile(r"(?<=[，,、])")
_LONGEST_SENTENCE = 240

_LEFT_BY_OPENCC = {"座标": "坐标", "於": "于", "显着": "显著", "衞": "卫"}
_SIMPLIFIED_TOO = frozenset("著么乾覆藉")  # alone they do not make a text a traditional one


@cache
def _words(kind: str) -> frozenset[str]:
    source = resources.files("technopole.matching") / "words.yaml"
    lists = yaml.safe_load(source.read_text(encoding="utf-8"))[kind]
    return frozenset(word for text in lists.values() for word in text.split())


@cache
def _script() -> tuple[object, frozenset[str], re.Pattern[str], dict[str, str]]:
    """OpenCC's converter, the characters it changes, and the vocabulary replaced after it."""
    from opencc import OpenCC

    dictionary = resources.files("opencc") / "dictionary"

    def rows(name: str) -> list[list[str]]:
        return [line.split("\t") for line in (dictionary / name).read_text(encoding="utf-8").splitlines()]

    simplify, converter = OpenCC("t2s").convert, OpenCC("tw2s")
    keys = (key for name in ("TSCharacters.txt", "TWVariantsRev.txt") for key, *_ in rows(name))
    changed = {key for key in keys if converter.convert(key) != key} - _SIMPLIFIED_TOO
    vocabulary, left = dict(_LEFT_BY_OPENCC), _words("mainland")
    for key, values in rows("TWPhrasesRev.txt"):
        word, mainland = simplify(key), simplify(values.split()[0])
        if word not in mainland and word not in left:
            vocabulary[word] = mainland
    longest_first = sorted(vocabulary, key=lambda word: (-len(word), word))
    first = "".join(sorted({word[0] for word in vocabulary}))
    pattern = re.compile(f"(?=[{re.escape(first)}])(?:{'|'.join(map(re.escape, longest_first))})")
    return converter, frozenset(changed), pattern, vocabulary


@lru_cache(maxsize=2048)
def normalise(text: str) -> str:
    """The one form in which texts are compared: NFKC, simplified characters, single spaces.

    Only the first `MAX_CHARACTERS` are read. Line ends stay, because they end sentences.

    >>> normalise("積體電路  与 ＭＥＭＳ １２３")
    '集成电路 与 MEMS 123'
    """
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).replace("\u00b5", "μ")
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
    if text.isascii():
        return text
    converter, changed, pattern, vocabulary = _script()
    if not changed.isdisjoint(text):
        # In pieces: the converter's time grows with the square of an unbroken run.
        text = "".join(converter.convert(text[i : i + 400]) for i in range(0, len(text), 400))  # type: ignore[attr-defined]
    return pattern.sub(lambda found: vocabulary[found.group()], text)


def language_of(text: str) -> str:
    """``zh`` or ``en``: the language that most of the words are in; ``en`` where there are none.

    >>> language_of("基于 MEMS 的 pressure sensor 压力传感器"), language_of("The 中文 word"), language_of("")
    ('zh', 'en', 'en')
    """
    han = latin = 0
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "han":
            han += len(piece.group())
        elif piece.lastgroup == "word":
            latin += 1
    return "zh" if han > 2 * latin else "en"


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


def _latin(word: str) -> Iterator[tuple[str, str]]:
    if any(c.isdigit() for c in word):
        if any(c.isalpha() for c in word):
            yield re.sub(r"[-·'’]", "", word).lower(), word
        else:
            yield word, word
        return
    for part in re.split(r"[-.·'’]", word):
        lowered = part.lower()
        if lowered not in _words("stop"):
            yield (_stem(lowered) if lowered.isascii() else lowered), part


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    import rjieba

    stop = _words("stop")
    for piece in _PIECE.finditer(text):
        found = piece.group()
        if piece.lastgroup == "han":
            yield from ((word, word) for word in rjieba.cut(found) if word not in stop)
        elif piece.lastgroup == "unit":
            joined = found.replace(" ", "")
            yield joined, joined
        else:
            yield from _latin(found)


def tokens(text: str) -> list[str]:
    """The words of a normalised text, in order, without stop words.

    Chinese is cut into words, English is stemmed; formulas, model numbers and quantities stay whole.

    >>> tokens("0.5 mm 的压力传感器, Fe2O3 and IL-6 sensors")
    ['0.5mm', '压力', '传感器', 'fe2o3', 'il6', 'sensor']
    """
    return [token for token, _ in _pieces(text)]


def grams(text: str) -> list[str]:
    """The pairs of neighbouring Chinese characters, which find a word however it was cut.

    >>> grams("锂电池 cell 用")
    ['锂电', '电池']
    """
    runs = (piece.group() for piece in _PIECE.finditer(text) if piece.lastgroup == "han")
    return [run[i : i + 2] for run in runs for i in range(len(run) - 1)]


def readable(text: str) -> dict[str, str]:
    """For every token of a normalised text the form in which it first stands there.

    >>> readable("Sensors for sensing IL-6")["il6"]
    'IL-6'
    """
    forms: dict[str, str] = {}
    for token, surface in _pieces(text):
        forms.setdefault(token, surface)
    return forms


@cache
def _generic_tokens() -> frozenset[str]:
    return frozenset(word if not word.isascii() else _stem(word) for word in _words("generic"))


def says_something(token: str) -> bool:
    """Whether a token can be a reason for a match: no bare number, single letter or word that all texts use.

    >>> [says_something(t) for t in ("锂电池", "技术", "method", "2018", "fe2o3")]
    [True, False, False, False, True]
    """
    if token in _generic_tokens() or not any(c.isalpha() for c in token):
        return False
    return len(token) > 1 or not token.isascii()


def _cut_long(sentence: str) -> Iterator[str]:
    held = ""
    for clause in _CLAUSE_END.split(sentence):
        if held and len(held) + len(clause) > _LONGEST_SENTENCE:
            yield held
            held = ""
        held += clause
        while len(held) > _LONGEST_SENTENCE:
            yield held[:_LONGEST_SENTENCE]
            held = held[_LONGEST_SENTENCE:]
    if held:
        yield held


def sentences(text: str) -> list[str]:
    """The sentences of a text that hold a word, the first `MAX_SENTENCES` of them.

    >>> sentences("电池易燃。希望解决！ It burns, see Fig. 2. Why not?")
    ['电池易燃。', '希望解决！', 'It burns, see Fig. 2.', 'Why not?']
    """
    found: list[str] = []
    for part in _SENTENCE_END.split(text[:MAX_CHARACTERS]):
        for piece in _cut_long(part.strip()):
            if _PIECE.search(piece):
                found.append(piece.strip())
                if len(found) == MAX_SENTENCES:
                    return found
    return found
