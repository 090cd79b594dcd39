"""Why a match: terms, passages and constraints, each taken from the numbers that made the score."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from technopole.matching import text as words
from technopole.wording import Reason

if TYPE_CHECKING:
    from technopole.matching.dense import Scores

TERMS_SHOWN = 5
_PHRASE_SHOWN = 120
_LANGUAGES = {"zh": {"en": "Chinese", "zh": "中文"}, "en": {"en": "English", "zh": "英文"}}
_NAMES = {
    "trl": {"en": "readiness level (TRL)", "zh": "技术成熟度（TRL）"},
    "sector": {"en": "sector", "zh": "领域"},
    "region": {"en": "region", "zh": "地区"},
    "district": {"en": "district", "zh": "所在区"},
    "budget_wan": {"en": "budget (10,000 yuan)", "zh": "预算（万元）"},
    "kind": {"en": "kind", "zh": "类型"},
}


def shared_terms(contributions: Mapping[str, float], forms: Mapping[str, str]) -> Reason | None:
    """The terms that need and text share, the most telling first.

    Parameters
    ----------
    contributions
        Term → its part of the score of the words.
    forms
        Term → as it stands in the need.
    """
    telling = [term for term, part in contributions.items() if part > 0 and words.says_something(term)]
    shown = [forms[t] for t in sorted(telling, key=lambda t: (-contributions[t], t))[:TERMS_SHOWN]]
    if not shown:
        return None
    return Reason("matching.shared_terms", {"terms": {"en": ", ".join(shown), "zh": "、".join(shown)}})


def closest_phrases(
    similarities: Scores, need: Sequence[str], result: Sequence[str], *, across: bool
) -> Reason | None:
    """The two passages that the vectors hold nearest.

    Parameters
    ----------
    similarities
        One row per passage of the need, one column per passage of the result.
    """
    import numpy as np

    allowed = np.outer([bool(p) for p in need], [bool(p) for p in result])
    if not allowed.any():
        return None
    best = np.where(allowed, similarities, -np.inf)
    row, column = divmod(int(best.argmax()), best.shape[1])
    if best[row, column] <= 0:
        return None
    values = {
        "need": _shortened(need[row]),
        "result": _shortened(result[column]),
        "similarity": f"{min(float(best[row, column]), 1.0):.2f}",
    }
    return Reason("matching.closest_phrases_across" if across else "matching.closest_phrases", values)


def _shortened(phrase: str) -> str:
    phrase = " ".join(phrase.split())
    return phrase if len(phrase) <= _PHRASE_SHOWN else phrase[: _PHRASE_SHOWN - 1] + "…"


def matched_text(language: str) -> Reason:
    """In which of its languages a document was matched."""
    return Reason("matching.matched_text", {"language": _LANGUAGES[language]})


def not_close(score: float, floor: float, *, best: bool) -> Reason:
    """That a match is below the floor; `best` says that it is the need's first, so nothing is close."""
    code = "matching.nothing_close" if best else "matching.not_close"
    return Reason(code, {"score": f"{score:.2f}", "floor": f"{floor:.2f}"})


def constraints(wanted: Mapping[str, object], facets: Mapping[str, object]) -> list[Reason]:
    """Each constraint of a need: met, not met, or unknown because the facet is not recorded.

    ``min_x`` and ``max_x`` compare the number in facet ``x``; any other name asks that the facet be, or
    be among, the value or values given. A constraint without a value asks nothing.

    >>> [r.code for r in constraints({"min_trl": 5, "sector": "chips"}, {"trl": 4})]
    ['matching.at_least_not_met', 'matching.unknown']
    """
    return [_constraint(key, asked, facets) for key, asked in sorted(wanted.items()) if not _absent(asked)]


def _constraint(key: str, asked: object, facets: Mapping[str, object]) -> Reason:
    bound, _, rest = key.partition("_")
    name = rest if bound in ("min", "max") and rest else key
    found = facets.get(name)
    values: dict[str, Any] = {"name": _NAMES.get(name, name), "wanted": _shown(asked)}
    if _absent(found):
        return Reason("matching.unknown", values)
    values["found"] = _shown(found)
    if name == key:
        code, met = "among", bool(_several(asked) & _several(found))
    else:
        asked_number, found_number = _number(asked), _number(found)
        if asked_number is None or found_number is None:
            return Reason("matching.unknown", {"name": values["name"], "wanted": values["wanted"]})
        code = "at_least" if bound == "min" else "at_most"
        met = found_number >= asked_number if bound == "min" else found_number <= asked_number
    return Reason(f"matching.{code}_{'met' if met else 'not_met'}", values)


def _absent(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, list | tuple | set | frozenset) and not value)


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _several(value: object) -> set[str]:
    several: Iterable[object] = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    return {str(one).casefold() for one in several}


def _shown(value: object) -> str:
    if isinstance(value, set | frozenset):
        return ", ".join(sorted(map(str, value)))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
