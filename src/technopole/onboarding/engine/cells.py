"""Reading one cell's text as a date, a number, money, a level or a choice, as offices write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from technopole.onboarding.engine.columns import normal
from technopole.wording import Reason


class CellError(Exception):
    """A cell that does not say what its field needs; `reason` says what was expected."""

    def __init__(self, name: str, **values: object) -> None:
        self.reason = Reason(f"onboarding.{name}", values)
        super().__init__(self.reason.code)


@dataclass(frozen=True)
class Level:
    """A readiness level as stated: a number, or the words where no number is given."""

    claimed: int | None
    words: str | None


_NUMBER = re.compile(
    r"^(?:约|近|超过?|不低于|不少于|≥|>=|>|~)?\s*([+-]?\d[\d,]*\.?\d*|[+-]?\.\d+)(?:e([+-]?\d{1,2}))?(.*)$"
)
_MULTIPLES = {
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "千": Decimal(1000),
    "百万": Decimal(1_000_000),
}
_YEAR_FIRST = re.compile(r"^(\d{4})\s*(?:[-/.年]\s*)(\d{1,2})\s*(?:[-/.月]\s*)(\d{1,2})\s*日?(?:[T ]\d.*)?$")
_RUN_TOGETHER = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_CHINESE = re.compile("[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_YES = frozenset({"true", "yes", "y", "1", "是", "有", "√", "✓", "可", "允许", "支持", "具备", "符合"})
_NO = frozenset({"false", "no", "n", "0", "否", "无", "×", "✗", "不可", "不允许", "不支持", "没有", "不具备"})
#: Not the comma in a number such as 13/033,085.
_SEPARATOR = re.compile(r"[;；、，|\n]+|,(?!(?<=\d,)\d{3}(?!\d))")
_CHINESE_DIGITS = "零一二三四五六七八九"


def plain(text: str) -> str:
    """Text in one width, without outer spaces.

    >>> plain(" １２，５００ ")
    '12,500'
    """
    return unicodedata.normalize("NFKC", text).strip()


def number(text: str, units: Mapping[str, Decimal], factor: Decimal = Decimal(1)) -> Decimal:
    """A number with 万, 亿, thousands separators, full-width digits or a unit, in the field's unit.

    A unit in the cell overrides the header's `factor`.

    >>> number("１,２００", {}), number("3.5万", {})
    (Decimal('1200'), Decimal('35000.0'))
    >>> number("1.2亿元", {"亿元": Decimal(10000)})
    Decimal('12000.0')

    Raises
    ------
    CellError
        It is no number, or its unit is not one of the field's.
    """
    match = _NUMBER.match(plain(text).casefold().replace("，", ","))
    if match is None or (
        "," in match[1]
        and not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})*(\.\d*)?|[+-]?\d+(,\d{4})*(\.\d*)?", match[1])
    ):
        raise CellError("not_a_number")
    try:
        value = Decimal(match[1].replace(",", "")).scaleb(int(match[2] or 0))
    except InvalidOperation as problem:
        raise CellError("not_a_number") from problem
    unit = normal(match[3]).removesuffix("人民币").removesuffix("左右").removesuffix("以上")
    if not unit:
        return value * factor
    if unit in units:
        return value * units[unit]
    for word, multiple in _MULTIPLES.items():
        rest = unit.removeprefix(word)
        if unit.startswith(word) and (not rest or rest in units):
            return value * multiple * (units[rest] if rest else factor)
    raise CellError("unknown_unit", unit=match[3].strip(), known=", ".join(units) or "-")


@dataclass(frozen=True)
class DayOrder:
    """Whether a column writes the day first in dates like 03/10/2015; None when nothing tells."""

    day_first: bool | None


def day_order(texts: Iterable[str]) -> DayOrder:
    """Learn the order of day and month from a whole column.

    >>> day_order(["10/03/2015", "06/16/2024"])
    DayOrder(day_first=False)
    """
    first_too_large = second_too_large = False
    for text in texts:
        if (match := _YEAR_LAST.match(plain(text))) is not None:
            first_too_large = first_too_large or int(match[1]) > 12
            second_too_large = second_too_large or int(match[2]) > 12
    if first_too_large == second_too_large:
        return DayOrder(None)
    return DayOrder(first_too_large)


def day(text: str, order: DayOrder = DayOrder(None)) -> date:
    """A date as offices write it: 2024-02-29, 2024/2/29, 2024年2月29日, 20240229, 29.02.2024.

    >>> day("２０２４年２月２９日")
    datetime.date(2024, 2, 29)

    Raises
    ------
    CellError
        It is no date, a day that does not exist, or one whose day and month cannot be told apart.
    """
    written = plain(text)
    if (match := _YEAR_FIRST.match(written) or _RUN_TOGETHER.match(written)) is not None:
        year, month, of_month = int(match[1]), int(match[2]), int(match[3])
    elif (match := _YEAR_LAST.match(written)) is not None:
        one, two, year = int(match[1]), int(match[2]), int(match[3])
        day_first = order.day_first
        if day_first is None:
            if one != two and one <= 12 and two <= 12:
                raise CellError("ambiguous_date", one=one, two=two)
            day_first = one > 12
        of_month, month = (one, two) if day_first else (two, one)
    else:
        raise CellError("not_a_date")
    try:
        return date(year, month, of_month)
    except ValueError as problem:
        raise CellError("impossible_date") from problem


def level(text: str) -> Level:
    """A readiness level: "TRL 4", "4级", "四级", or the words where no number is given.

    Words such as 中试 are kept as words: which level they earn is for the evaluation to say.

    >>> level("TRL-6"), level("中试阶段")
    (Level(claimed=6, words=None), Level(claimed=None, words='中试阶段'))

    Raises
    ------
    CellError
        It is a number outside 1 to 9.
    """
    written = plain(text)
    compact = normal(written)
    match = re.fullmatch(r"(?:trl)?(?:第)?(\d+|[一二三四五六七八九])(?:级|\.0)?(?:trl)?", compact)
    if match is None:
        return Level(None, written)
    told = match[1]
    claimed = int(told) if told.isdecimal() else _CHINESE_DIGITS.index(told)
    if not 1 <= claimed <= 9:
        raise CellError("level_outside")
    return Level(claimed, None)


def flag(text: str) -> bool:
    """Yes or no, in either language.

    >>> flag("是"), flag("No")
    (True, False)

    Raises
    ------
    CellError
        It is neither.
    """
    word = normal(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError("not_yes_or_no")


def choice(text: str, choices: Mapping[str, tuple[str, ...]]) -> str:
    """The value that the text means.

    Raises
    ------
    CellError
        It is none of them.
    """
    word = normal(text)
    for value, words in choices.items():
        if word in words:
            return value
    raise CellError("not_a_choice", known=", ".join(choices))


def parts(text: str) -> tuple[str, ...]:
    """The parts of a list, whichever sign separates them.

    >>> parts("张伟、李娜；Anna Berg, 王强")
    ('张伟', '李娜', 'Anna Berg', '王强')
    >>> parts("13/033,085, 08/543,093")
    ('13/033,085', '08/543,093')
    """
    found = (" ".join(part.split()) for part in _SEPARATOR.split(text))
    return tuple(dict.fromkeys(part for part in found if part))


def language_of(text: str) -> str:
    """``zh`` when at least a quarter of the letters are Chinese characters, else ``en``.

    >>> language_of("基于MEMS的压力传感器"), language_of("Pressure sensor (压力)")
    ('zh', 'en')
    """
    beginning = text[:1000]
    chinese = len(_CHINESE.findall(beginning))
    return "zh" if chinese * 4 >= max(len(_LETTER.findall(beginning)), 1) else "en"
