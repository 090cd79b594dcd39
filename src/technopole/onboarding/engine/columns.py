"""Which column of somebody's spreadsheet is which of our fields: known headers, confidence, what is left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml
from opencc import OpenCC


class Kind(StrEnum):
    """What the rows of an imported table are."""

    RESULTS = "results"
    NEEDS = "needs"
    SITES = "sites"


class FieldType(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY_WAN = "money_wan"
    LEVEL = "level"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    FLAG = "flag"


@dataclass(frozen=True)
class Field:
    """One field that an imported table may fill.

    Parameters
    ----------
    longest
        Most characters of a cell, for text and lists.
    required
        A row without it is wrong.
    lenient
        A word that is none of the choices is left out with a warning, not refused.
    two_languages
        The column fills ``<name>_zh`` or ``<name>_en``, by the language of each cell.
    units
        Unit → factor to the field's own unit (the suffix of its name; 10,000 yuan for money).
    choices
        Value → the words that mean it.
    nothing
        Cell texts that mean "none", such as a 0 in place of a patent number.
    """

    name: str
    type: FieldType
    synonyms: tuple[str, ...]
    required: bool = False
    lenient: bool = False
    two_languages: bool = False
    longest: int = 200
    units: MappingType[str, Decimal] = field(default_factory=dict)
    choices: MappingType[str, tuple[str, ...]] = field(default_factory=dict)
    nothing: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Column:
    """One header with the field it was taken for.

    Parameters
    ----------
    confidence
        1 a known header, .95 one with a unit or remark, .75 one that holds a known header,
        below that a similar spelling; 0 without a field.
    factor
        From the header's unit to the field's, such as .0001 for a budget in yuan.
    """

    index: int
    header: str
    field: str | None
    confidence: float
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Mapping:
    """The columns of a table; `unmatched` headers go nowhere, `missing` are required fields not found."""

    columns: tuple[Column, ...]
    unmatched: tuple[str, ...]
    missing: tuple[str, ...]


def _field(name: str, told: dict[str, Any], money: dict[str, Any]) -> Field:
    kind = FieldType(told["type"])
    units = told.get("units", money if kind is FieldType.MONEY_WAN else {})
    return Field(
        name=name,
        type=kind,
        synonyms=tuple(dict.fromkeys([normal(name), *(normal(str(word)) for word in told["synonyms"])])),
        required=told.get("required", False),
        lenient=told.get("lenient", False),
        two_languages=told.get("two_languages", False),
        longest=told.get("max", 200),
        units={normal(unit): Decimal(str(factor)) for unit, factor in units.items()},
        choices={
            value: tuple({normal(value), *(normal(str(word)) for word in words)})
            for value, words in told.get("choices", {}).items()
        },
        nothing=tuple(told.get("nothing", ())),
        minimum=None if "minimum" not in told else Decimal(told["minimum"]),
        maximum=None if "maximum" not in told else Decimal(told["maximum"]),
    )


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=10_000)
def normal(text: str) -> str:
    """A word as it is compared: one width, lower case, simplified, without spaces and separators.

    >>> normal(" Ｐatent_Number: "), normal("成果名稱")
    ('patentnumber', '成果名称')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("²", "2")
    return _simplified().convert(re.sub(r"[\s_:.*#'\"-]+", "", folded))


def normal_text(text: str) -> str:
    """A text as its words are searched: one width, lower case, simplified; spaces and signs stay.

    >>> normal_text("壓力傳感器 ＭＥＭＳ")
    '压力传感器 mems'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isascii() else _simplified().convert(folded)


def _load() -> dict[Kind, dict[str, Field]]:
    source = resources.files("technopole.onboarding.engine") / "fields.yaml"
    told = yaml.safe_load(source.read_text(encoding="utf-8"))
    money = told["units"]["money_wan"]
    return {
        Kind(kind): {name: _field(name, one, money) for name, one in fields.items()}
        for kind, fields in told["kinds"].items()
    }


#: The fields of each kind of record, by name.
FIELDS: dict[Kind, dict[str, Field]] = _load()

_REMARK = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")
LIKELY = 0.75
LEAST = 0.82


def propose_mapping(headers: Sequence[str], kind: str) -> Mapping:
    """Which field each header means, best guess first served; a field is given to one column only.

    >>> found = propose_mapping(["成果名称", "完成人", "备注"], "results")
    >>> [(c.header, c.field) for c in found.columns]
    [('成果名称', 'title'), ('完成人', 'inventors'), ('备注', None)]
    >>> found.unmatched, found.missing
    (('备注',), ())
    """
    fields = FIELDS[Kind(kind)]
    guesses = sorted(
        (
            (_confidence(header, one), -index, one.name)
            for index, header in enumerate(headers)
            for one in fields.values()
        ),
        key=lambda guess: (-guess[0], -guess[1]),
    )
    chosen: dict[int, tuple[str, float]] = {}
    for confidence, negative, name in guesses:
        taken = {field_name for field_name, _ in chosen.values()}
        if confidence > 0 and -negative not in chosen and name not in taken:
            chosen[-negative] = (name, confidence)
    return _mapping(headers, fields, chosen)


def chosen_mapping(headers: Sequence[str], kind: str, chosen: MappingType[str, str | None]) -> Mapping:
    """The mapping that a person chose: header → field, or None to leave a column out.

    Raises
    ------
    ValueError
        A header is not in the table, a field is unknown, or one field is given to two columns.
    """
    fields = FIELDS[Kind(kind)]
    unknown = sorted(set(chosen) - set(headers)) + sorted(
        {name for name in chosen.values() if name} - set(fields)
    )
    given = [name for name in chosen.values() if name]
    if unknown or len(given) != len(set(given)):
        raise ValueError(f"no such column or field, or a field given twice: {unknown or given}")
    picked = {headers.index(header): (name, 1.0) for header, name in chosen.items() if name}
    return _mapping(headers, fields, picked)


def _mapping(
    headers: Sequence[str], fields: dict[str, Field], chosen: dict[int, tuple[str, float]]
) -> Mapping:
    columns = []
    for index, header in enumerate(headers):
        name, confidence = chosen.get(index, (None, 0.0))
        factor = _factor(header, fields[name]) if name else Decimal(1)
        columns.append(Column(index, header, name, confidence, factor))
    found = {name for name, _ in chosen.values()}
    missing = tuple(
        one.name
        for one in fields.values()
        if one.required and not found & {one.name, f"{one.name}_zh", f"{one.name}_en"}
    )
    unmatched = tuple(column.header for column in columns if column.field is None and column.header)
    return Mapping(tuple(columns), unmatched, missing)


def _confidence(header: str, candidate: Field) -> float:
    whole, bare = normal(header), normal(_REMARK.sub("", header))
    if not bare:
        return 0.0
    if whole in candidate.synonyms:
        return 1.0
    if bare in candidate.synonyms:
        return 0.95
    held = max(
        (len(word) for word in candidate.synonyms if len(word) >= _LONG_ENOUGH and word in bare), default=0
    )
    if held and held * 2 >= len(bare):
        return LIKELY + 0.1 * held / len(bare)
    if bare.isascii() and len(bare) > _SHORT_WORD:
        close = max(SequenceMatcher(None, bare, word).ratio() for word in candidate.synonyms)
        return round(0.7 * close, 3) if close >= LEAST else 0.0
    return 0.0


#: A shorter word ("id", "区") is held by too many headers that mean something else.
_LONG_ENOUGH = 2
_SHORT_WORD = 4


def _factor(header: str, target: Field) -> Decimal:
    """Unit named in a header, in brackets or at its end.

    >>> _factor("预算（元）", FIELDS[Kind.NEEDS]["budget_wan"])
    Decimal('0.0001')
    """
    remarks = [normal(remark.strip("()[]（）【】")) for remark in _REMARK.findall(header)]
    for remark in [*remarks, *(part for part in re.split(r"[/／,，]", normal(header)) if part)]:
        plain = remark.removeprefix("单位")
        if plain in target.units:
            return target.units[plain]
    return Decimal(1)
