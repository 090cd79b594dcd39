"""Words and meaning become one score, weighed by the pair of languages and comparable across needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Pair(StrEnum):
    """The languages of a need and of the text it is compared with."""

    ZH_ZH = "zh-zh"
    EN_EN = "en-en"
    ACROSS = "across"

    @classmethod
    def of(cls, need: str, text: str) -> Pair:
        """The pair of two languages, each ``zh`` or ``en``.

        >>> Pair.of("zh", "en")
        <Pair.ACROSS: 'across'>
        """
        return cls(f"{need}-{text}") if need == text else cls.ACROSS


@dataclass(frozen=True)
class Weights:
    """How one pair of languages is judged.

    Parameters
    ----------
    words
        Share of the words, 0..1; the rest is the share of the meaning.
    floor
        The mixed value from which a match is close.
    spread
        How far above the floor the score reaches 0.73.
    """

    words: float
    floor: float
    spread: float


# Shares: words lead within a language, meaning leads across. Floors: what the best of about a thousand
# unrelated documents stays below for about 19 needs in 20 (papers of one narrow field excepted). Both with
# their tables in docs/benchmarks/matching.md.
WEIGHTS = {
    Pair.ZH_ZH: Weights(words=0.65, floor=0.42, spread=0.06),
    Pair.EN_EN: Weights(words=0.75, floor=0.42, spread=0.06),
    Pair.ACROSS: Weights(words=0.1, floor=0.45, spread=0.06),
}

CLOSE = 0.5
"""The score of a match that stands exactly on its pair's floor."""

_HALF = 0.8


def words_value(bm25: float, most: float, rarest: float) -> float:
    """BM25 as a value from 0 to 1 that depends little on the need's length and the corpus' size.

    Parameters
    ----------
    bm25
        The score, ≥ 0.
    most
        The score that the need could reach at most, > 0.
    rarest
        The weight that a term of a single document has in this corpus, > 0. A score divided by it counts
        how many unique terms would be as much evidence; 0.8 times the root of what the need could have
        makes one half (a long need gathers more by chance, and nobody repeats all of it).

    >>> words_value(8.0, 100.0, 1.0), words_value(0.0, 100.0, 1.0)
    (0.5, 0.0)
    """
    evidence = bm25 / rarest
    return evidence / (evidence + _HALF * math.sqrt(most / rarest))


def rarest_weight(documents: int) -> float:
    """BM25's weight of a term that one document of so many holds.

    >>> round(rarest_weight(1000), 2)
    6.5
    """
    return math.log(1 + (documents - 0.5) / 1.5)


def meaning_value(lead: Floats, whole: Floats, sentence: Floats) -> Floats:
    """The cosines of a need's title, its beginning and its best sentence with a text, as one value 0..1.

    >>> float(meaning_value(np.array([0.5]), np.array([0.5]), np.array([0.5]))[0])
    0.5
    """
    return np.clip((2 * lead + 2 * whole + sentence) / 5, 0.0, 1.0)


def mixed(words: Floats, meaning: Floats, share: Floats) -> Floats:
    """The weighted mean of both values; a fixed sum and not a mean of ranks, which a weak list would spoil.

    >>> float(mixed(np.array([1.0]), np.array([0.0]), np.array([0.25]))[0])
    0.25
    """
    return share * words + (1 - share) * meaning


def score(value: Floats, floor: Floats, spread: Floats) -> Floats:
    """The mixed value on one scale for all pairs of languages: 0.5 on the floor, four decimals.

    >>> float(score(np.array([0.3]), np.array([0.3]), np.array([0.06]))[0])
    0.5
    """
    return np.round(1 / (1 + np.exp(-(value - floor) / spread)), 4)
