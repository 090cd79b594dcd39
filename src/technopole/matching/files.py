"""Files in, files out: rows of JSON lines, CSV and Parquet, read strictly and written whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from technopole.matching.rank import Document, Match, Query, Text

FORMATS = (".jsonl", ".jsonl.gz", ".csv", ".parquet")
STANDARD = "-"
Row = dict[str, Any]


class InputError(ValueError):
    """Input that cannot be used: names the file, the row and the field, and what was expected."""


def format_of(name: str) -> str:
    """The format by the file's ending; standard input and output are JSON lines.

    Raises
    ------
    InputError
        Another ending.
    """
    if name == STANDARD:
        return ".jsonl"
    for ending in FORMATS:
        if name.lower().endswith(ending):
            return ending
    raise InputError(f"{name}: expected a file ending in {', '.join(FORMATS)}, or -")


def read_documents(name: str) -> list[Document]:
    """The documents of a file: id, title, and if wanted text, translations, facets, language.

    Raises
    ------
    InputError
        See `InputError`; also two rows with one id.
    """
    return [_document(row, where) for where, row in _distinct(name)]


def read_queries(name: str) -> list[Query]:
    """The needs of a file: id, text, and if wanted title, constraints.

    Raises
    ------
    InputError
        See `InputError`; also two rows with one id.
    """
    found = []
    for where, row in _distinct(name):
        constraints = _mapping(row, "constraints", where)
        found.append(
            Query(
                _string(row, "id", where),
                _string(row, "text", where),
                _optional(row, "title", where),
                constraints,
            )
        )
    return found


def _document(row: Row, where: str) -> Document:
    translations = _structured(row, "translations", where, [])
    if not isinstance(translations, list) or not all(isinstance(one, dict) for one in translations):
        raise InputError(f'{where}, field "translations": expected a list of {{"title", "text"}}')
    language = _optional(row, "language", where)
    if language not in ("", "zh", "en"):
        raise InputError(f'{where}, field "language": expected zh or en, found {language!r}')
    return Document(
        id=_string(row, "id", where),
        title=_string(row, "title", where),
        text=_optional(row, "text", where),
        translations=tuple(
            Text(
                _string(one, "title", f"{where}, translation"),
                _optional(one, "text", f"{where}, translation"),
            )
            for one in translations
        ),
        facets=_mapping(row, "facets", where),
        source_language=language,
    )


def _distinct(name: str) -> Iterator[tuple[str, Row]]:
    first: dict[str, int] = {}
    for number, row in _rows(name):
        where = f"{name}, row {number}"
        one = _string(row, "id", where)
        if not one:
            raise InputError(f'{where}, field "id": expected a text that is not empty')
        if one in first:
            raise InputError(
                f'{where}, field "id": expected distinct ids, {one!r} is in row {first[one]} too'
            )
        first[one] = number
        yield where, row


def _string(row: Mapping[str, Any], key: str, where: str) -> str:
    if row.get(key) is None:
        raise InputError(f'{where}, field "{key}": missing; expected a text')
    value = row[key]
    if isinstance(value, int) and not isinstance(value, bool) and key == "id":
        return str(value)
    if not isinstance(value, str):
        raise InputError(
            f'{where}, field "{key}": expected a text, found {json.dumps(value, default=str)[:60]}'
        )
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise InputError(f'{where}, field "{key}": expected Unicode text, found half a character')
    return value


def _optional(row: Mapping[str, Any], key: str, where: str) -> str:
    return "" if row.get(key) is None else _string(row, key, where)


def _structured(row: Row, key: str, where: str, default: Any) -> Any:
    """A nested field; CSV and Parquet may hold it as JSON text."""
    value = row.get(key)
    if value is None or value == "":
        return default
    if isinstance(value, str):
        try:
            return json.loads(value)
        except json.JSONDecodeError as problem:
            raise InputError(f'{where}, field "{key}": expected JSON ({problem.msg})') from problem
    return value


def _mapping(row: Row, key: str, where: str) -> Row:
    value = _structured(row, key, where, {})
    if not isinstance(value, dict):
        raise InputError(f'{where}, field "{key}": expected an object of names and values')
    return value


def _rows(name: str) -> Iterator[tuple[int, Row]]:
    ending = format_of(name)
    try:
        if ending == ".parquet":
            yield from _parquet_rows(name)
            return
        raw = sys.stdin.buffer.read() if name == STANDARD else Path(name).read_bytes()
        if ending == ".jsonl.gz":
            raw = gzip.decompress(raw)
        yield from (_csv_rows if ending == ".csv" else _json_rows)(name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line}: expected UTF-8 text") from problem
    except (OSError, EOFError) as problem:
        raise InputError(
            f"{name}: cannot be read ({getattr(problem, 'strerror', None) or problem})"
        ) from problem


def _json_rows(name: str, text: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as problem:
            raise InputError(f"{name}, row {number}: expected a JSON object ({problem})") from problem
        if not isinstance(row, dict):
            raise InputError(f"{name}, row {number}: expected a JSON object, found {line.strip()[:40]}")
        yield number, row


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, row in enumerate(reader, start=2):
            if None in row:
                raise InputError(f"{name}, row {number}: more cells than the header has columns")
            yield number, dict(row)
    except csv.Error as problem:
        raise InputError(f"{name}, line {reader.line_num}: expected CSV ({problem})") from problem


def _parquet_rows(name: str) -> Iterator[tuple[int, Row]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(name)
        number = 0
        for batch in source.iter_batches():
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except pa.ArrowInvalid as problem:
        raise InputError(f"{name}: expected a Parquet file ({problem})") from problem


def write_matches(name: str, matches: Iterable[Match], *, explain: bool) -> None:
    """Write a ranking beside its place and rename it there; with - to standard output when it is whole.

    A line is query, document, rank, score, close, cross_language and with `explain` why: a list of
    {code, values, en, zh}, which CSV and Parquet hold as JSON text.
    """
    ending = format_of(name)
    rows = (_row(match, explain) for match in matches)
    if name == STANDARD:
        lines = "".join(_line(row) for row in rows)
        sys.stdout.buffer.write(lines.encode())
        sys.stdout.buffer.flush()
        return
    target = Path(name)
    handle, aside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    try:
        _write(Path(aside), ending, rows, explain)
        Path(aside).chmod(0o666 & ~_umask())
        Path(aside).replace(target)
    finally:
        Path(aside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _row(match: Match, explain: bool) -> Row:
    row: Row = {
        "query": match.query,
        "document": match.document,
        "rank": match.rank,
        "score": match.score,
        "close": match.close,
        "cross_language": match.cross_language,
    }
    if explain:
        row["why"] = [{**r.as_dict(), "en": r.text("en"), "zh": r.text("zh")} for r in match.reasons]
    return row


def _line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _flat(row: Row) -> Row:
    return {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else v for k, v in row.items()}


def _write(path: Path, ending: str, rows: Iterable[Row], explain: bool) -> None:
    columns = ["query", "document", "rank", "score", "close", "cross_language", *(["why"] if explain else [])]
    if ending == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = [pa.string(), pa.string(), pa.int32(), pa.float64(), pa.bool_(), pa.bool_(), pa.string()]
        schema = pa.schema(list(zip(columns, types, strict=False)))
        pq.write_table(pa.Table.from_pylist([_flat(row) for row in rows], schema=schema), path)
    elif ending == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns)
            writer.writeheader()
            writer.writerows(_flat(row) for row in rows)
    elif ending == ".jsonl.gz":
        # No name and no time in the header: the same ranking gives the same bytes.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out:
            out.writelines(_line(row).encode() for row in rows)
    else:
        with path.open("w", encoding="utf-8", newline="\n") as plain:
            plain.writelines(map(_line, rows))
