"""Reading somebody's file into rows of text: xlsx, csv and JSON lines, with limits and clear refusals."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from technopole.wording import Reason

MIB = 1024 * 1024
LARGEST_FILE = 50 * MIB
LARGEST_UNPACKED = 300 * MIB
MOST_ROWS = 200_000
MOST_COLUMNS = 300
HEADER_WITHIN = 10
FEWEST_NUL = 4

#: `=` always starts a formula; the others only where a number, a telephone or a dash does not follow.
_FORMULA = re.compile(r"^(=|@\w|[+-](?=[A-Za-z@(])|[\t\r]\s*[=+@-])")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


class UnreadableTableError(Exception):
    """A file that is no table that can be read; `reason` says why and what to do."""

    def __init__(self, name: str, **values: Any) -> None:
        self.reason = Reason(f"onboarding.{name}", values)
        super().__init__(self.reason.text("en"))


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (from 1) and one text per header; "" where nothing stands."""

    number: int
    cells: tuple[str, ...]
    #: Cells beyond the last header.
    extra: tuple[str, ...] = ()
    #: Positions of cells that hold a formula; the text stands in `cells`, never its value.
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """A file read: its headers and its rows that are not blank."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula.

    >>> [is_formula(text) for text in ("=1+1", "@SUM(A1)", "-5", "+86 21 1234", "- lighter", "+A1")]
    [True, True, False, False, False, True]
    """
    return _FORMULA.match(text) is not None


def read_rows(source: Path | str | bytes, name: str) -> Table:
    """Read a table.

    Parameters
    ----------
    source
        A path, or the bytes of an uploaded file.
    name
        The file's name; its ending says the format: .xlsx, .csv, .tsv, .txt, .jsonl, .jsonl.gz.

    Raises
    ------
    UnreadableTableError
        It is absent, too large, of another format, or broken; one clear reason.
    """
    content = _content(source, name)
    ending = name.lower()
    if content.startswith(_OLD_OFFICE):
        raise UnreadableTableError("old_or_locked_workbook", file=name)
    if ending.endswith((".xlsx", ".xlsm")):
        headers, rows = _headed(_workbook(content, name), name)
    elif ending.endswith((".jsonl", ".jsonl.gz")):
        headers, rows = _json_lines(_unpacked(content, name), name)
    elif ending.endswith((".csv", ".tsv", ".txt")):
        headers, rows = _headed(_delimited(_decoded(content, name), name), name)
    else:
        raise UnreadableTableError("unknown_format", file=name)
    return Table(name, headers, rows)


def _content(source: Path | str | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        try:
            path = Path(source)
            if path.stat().st_size > LARGEST_FILE:
                raise UnreadableTableError("file_too_large", file=name, limit=LARGEST_FILE // MIB)
            content = path.read_bytes()
        except OSError as problem:
            raise UnreadableTableError("file_unreadable", file=name, problem=str(problem)) from problem
    if len(content) > LARGEST_FILE:
        raise UnreadableTableError("file_too_large", file=name, limit=LARGEST_FILE // MIB)
    if not content.strip():
        raise UnreadableTableError("empty_file", file=name)
    return content


# --- JSON lines -------------------------------------------------------------------------------


def _unpacked(content: bytes, name: str) -> bytes:
    if not name.lower().endswith(".gz"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            unpacked = packed.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise UnreadableTableError("file_unreadable", file=name, problem=str(problem)) from problem
    if len(unpacked) > LARGEST_UNPACKED:
        raise UnreadableTableError("unpacks_too_large", file=name, limit=LARGEST_UNPACKED // MIB)
    return unpacked


def _json_lines(content: bytes, name: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    records: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(_decoded(content, name).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as problem:
            raise UnreadableTableError("bad_line", file=name, row=number, problem=str(problem)) from problem
        if not isinstance(record, dict):
            raise UnreadableTableError("bad_line", file=name, row=number, problem=type(record).__name__)
        records.append((number, record))
        _within(len(records), name)
    headers = tuple(dict.fromkeys(key for _, record in records for key in record))
    _within_columns(len(headers), name)
    rows = []
    for number, record in records:
        cells = tuple(_text(record.get(header)) for header in headers)
        rows.append(_row(number, cells, len(headers)))
    return headers, tuple(rows)


# --- csv --------------------------------------------------------------------------------------


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decode(content, (encoding,), name)
    # Without a mark, UTF-16 shows by the NULs beside line ends and commas, most of them on one side;
    # a stray NUL in a text of one byte a letter is left to be an error of its cell.
    beginning = content[:2000]
    nothing = beginning.count(b"\0")
    for encoding, line_end, side in (("utf-16-le", b"\n\0", 1), ("utf-16-be", b"\0\n", 0)):
        sided = beginning[side::2].count(b"\0")
        if line_end in beginning and nothing >= FEWEST_NUL and sided * 2 > nothing > len(beginning) // 50:
            return _decode(content, (encoding, "utf-8"), name)
    # Text in GBK has its high bytes in pairs; in a Western code page they stand alone.
    sample = content[:200_000]
    pairs = len(re.findall(rb"[\x81-\xfe][\x40-\xfe]", sample))
    western = pairs and len(re.findall(rb"[\x80-\xff]{2}", sample)) * 2 < pairs
    return _decode(content, ("utf-8", "cp1252" if western else "gb18030"), name)


def _decode(content: bytes, encodings: Sequence[str], name: str) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTableError("unknown_encoding", file=name)


def _delimited(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LARGEST_UNPACKED)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    began = 1
    try:
        for cells in reader:
            yield began, cells
            began = reader.line_num + 1
    except csv.Error as problem:
        raise UnreadableTableError("bad_line", file=name, row=began, problem=str(problem)) from problem


def _delimiter(text: str) -> str:
    r"""The sign that parts most of the first lines.

    >>> _delimiter("a;b,c;d\n1;2,5;3")
    ';'
    """
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:20_000].splitlines()[:20] if line.strip()]
    counts = {sign: [line.count(sign) for line in lines] for sign in ",\t;|"}
    return max(counts, key=lambda sign: (sum(n > 0 for n in counts[sign]), sum(counts[sign])))


# --- xlsx -------------------------------------------------------------------------------------


def _workbook(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    if not content.startswith(_ZIP):
        raise UnreadableTableError("file_unreadable", file=name, problem="not an xlsx workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTableError("unpacks_too_large", file=name, limit=LARGEST_UNPACKED // MIB)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        try:
            for sheet in book.worksheets:
                rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1)
                number = 0
                for number, cells in enumerate(rows, start=1):
                    yield number, [_text(cell.value) for cell in cells]
                if number > 0:
                    return
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        zlib.error,
        InvalidFileException,
        DefusedXmlException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        EOFError,
    ) as problem:
        raise UnreadableTableError("file_unreadable", file=name, problem=str(problem)) from problem


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- all formats ------------------------------------------------------------------------------


def _headed(numbered: Iterator[tuple[int, list[str]]], name: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Find the header among the first rows: sheets often begin with a title in a single cell."""
    first: list[tuple[int, list[str]]] = []
    for row in numbered:
        if any(cell.strip() for cell in row[1]):
            first.append(row)
        if len(first) == HEADER_WITHIN:
            break
    if not first:
        raise UnreadableTableError("empty_file", file=name)
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in first]
    usual = Counter(filled).most_common(1)[0][0]
    at = next(index for index, count in enumerate(filled) if count >= min(2, usual))
    headers = tuple(cell.strip() for cell in first[at][1])
    while headers and not headers[-1]:
        headers = headers[:-1]
    _within_columns(len(headers), name)
    rows: list[Row] = []
    for source in (first[at + 1 :], numbered):
        for number, cells in source:
            if any(cell.strip() for cell in cells):
                rows.append(_row(number, cells, len(headers)))
                _within(len(rows), name)
    return headers, tuple(rows)


def _row(number: int, cells: Sequence[str], width: int) -> Row:
    own = tuple(cells[:width]) + ("",) * (width - len(cells))
    extra = tuple(cell for cell in cells[width:] if cell.strip())
    formulas = frozenset(index for index, cell in enumerate(own) if cell and is_formula(cell))
    return Row(number, own, extra, formulas)


def _within(rows: int, name: str) -> None:
    if rows > MOST_ROWS:
        raise UnreadableTableError("too_many_rows", file=name, limit=MOST_ROWS)


def _within_columns(columns: int, name: str) -> None:
    if columns > MOST_COLUMNS:
        raise UnreadableTableError("too_many_columns", file=name, limit=MOST_COLUMNS)
