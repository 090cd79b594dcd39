"""The typeface of reports: one with Chinese and Latin outlines that a PDF can embed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from technopole.records.reports.blocks import printable

FACE = "WenQuanYiMicroHei"
# Named in docx, where the reader's own machine has them.
DOCX_LATIN = "Calibri"
DOCX_EAST_ASIAN = "Microsoft YaHei"
# The typeface has these characters, and draws nothing for them.
_DRAWN_BLANK = str.maketrans(
    {"℃": "°C", "℉": "°F", "\u212b": "\u00c5", "Ⅴ": "V", "Ⅹ": "X", "∼": "~", "‾": "¯", "ˊ": "´", "ˋ": "`"}
    | dict(zip("ǎǐǒǔǘǚǜ", "ăĭŏŭüüü", strict=True))
)
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")


def font_file() -> Path:
    """The TrueType collection, as its package installs it.

    Raises
    ------
    ModuleNotFoundError
        The package of requirements/run.in is not installed.
    """
    return Path(str(resources.files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"))


@cache
def face() -> str:
    """The name under which PDFs use the typeface; registered on first use."""
    pdfmetrics.registerFont(TTFont(FACE, str(font_file()), subfontIndex=0))
    pdfmetrics.registerFontFamily(FACE, normal=FACE, bold=FACE, italic=FACE, boldItalic=FACE)
    return FACE


def drawable(text: str) -> str:
    """The text in characters that the typeface draws: another form of the same one, else a visible box.

    >>> drawable("−40 ℃ ⑳ 🎯")
    '−40 °C ⑳ □'
    """
    glyphs = _glyphs()
    known = printable(text).translate(_DRAWN_BLANK)
    return "".join(c if ord(c) in glyphs or c in "\n\t" else _other_form(c, glyphs) for c in known)


@cache
def _glyphs() -> dict[int, int]:
    """Glyph number by code point, of every character the typeface has."""
    face()
    font: Any = pdfmetrics.getFont(FACE)
    return dict(font.face.charToGlyph)


def _other_form(character: str, glyphs: dict[int, int]) -> str:
    form = unicodedata.normalize("NFKC", character)
    return form if all(ord(part) in glyphs for part in form) else "□"


def has_cjk(text: str) -> bool:
    """Whether the text has Chinese, so that a line may break between any two characters.

    >>> has_cjk("MEMS 中试"), has_cjk("pilot line")
    (True, False)
    """
    return bool(_CJK.search(text))
