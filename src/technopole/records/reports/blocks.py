"""What a report says, apart from how it is set: title, blocks in order, page furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import translation

# Characters that neither XML nor a printed page can hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Language(StrEnum):
    """The language a report is written in."""

    ZH = "zh"
    EN = "en"

    @property
    def locale(self) -> str:
        """As the catalogue of words names it."""
        return "zh-hans" if self is Language.ZH else "en"

    @property
    def tag(self) -> str:
        """As a document names it (BCP 47)."""
        return "zh-CN" if self is Language.ZH else "en-GB"

    @contextmanager
    def spoken(self) -> Iterator[None]:
        """Within the block, labels and choices are worded in this language."""
        with translation.override(self.locale):
            yield


@dataclass(frozen=True)
class Heading:
    """A heading inside the report; levels 1 and 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; line breaks are kept. A muted one is set small and grey."""

    text: str
    muted: bool = False


@dataclass(frozen=True)
class Facts:
    """Labels and their values, one pair a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table with a header row that is repeated on every page.

    Parameters
    ----------
    widths
        Relative column widths; equal when empty.
    right
        Indexes of the columns of numbers, set to the right.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    right: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.headings):
                raise ValueError(f"a row of {len(row)} cells under {len(self.headings)} headings: {row!r}")
        if self.widths and len(self.widths) != len(self.headings):
            raise ValueError(f"{len(self.widths)} widths for {len(self.headings)} columns")

    def shares(self) -> tuple[float, ...]:
        """The columns' shares of the width; they sum to 1.

        >>> Grid(("a", "b"), (), widths=(3, 1)).shares()
        (0.75, 0.25)
        """
        widths = self.widths or (1.0,) * len(self.headings)
        return tuple(width / sum(widths) for width in widths)


@dataclass(frozen=True)
class Reasons:
    """Reasons, already worded, one bullet each."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A PNG with what it shows in words, for those who cannot see it."""

    png: bytes
    width_mm: float
    alt: str


@dataclass(frozen=True)
class Notice:
    """A line that must not be overlooked: sample, confidential, not published."""

    text: str


Block = Heading | Paragraph | Facts | Grid | Reasons | Picture | Notice


@dataclass(frozen=True)
class Report:
    """One report in one language.

    Parameters
    ----------
    on
        The day it was made; stands in the footer and in the file's properties.
    source
        Who made it from what; stands in the footer.
    notice
        Stands at the top of every page: sample, confidential and for whom.
    scale
        Of the type size; 1 is the size to read.
    """

    title: str
    subtitle: str
    language: Language
    blocks: tuple[Block, ...]
    on: date
    source: str
    notice: str = ""
    scale: float = 1.0


def printable(text: str) -> str:
    r"""The text without the characters that no document can hold.

    >>> printable("芯\x00片\n")
    '芯片\n'
    """
    return _UNPRINTABLE.sub("", text)
