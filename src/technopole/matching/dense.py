"""Meaning finds documents: the exact cosines of a need's vectors with those of titles and sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from technopole.matching.embed import Embedder, Vectors

Scores = NDArray[np.float32]


class DenseIndex:
    """The vectors of entries: per entry its title first, then its sentences.

    Parameters
    ----------
    units
        Per entry its texts; the first is the title, and none may lack it (an empty text is allowed).
    """

    def __init__(self, units: Sequence[Sequence[str]], embedder: Embedder) -> None:
        counts = np.array([len(texts) for texts in units], dtype=np.intp)
        self.starts = np.cumsum(counts) - counts
        self.counts = counts
        self.rows: Vectors = embedder.embed([text for texts in units for text in texts])

    def similarities(self, vectors: Vectors) -> Scores:
        """Every cosine: one row per vector, one column per unit."""
        return vectors @ self.rows.T

    def nearest(self, similarities: Scores) -> Scores:
        """Per vector and entry the cosine with the nearest of the entry's units."""
        if not len(self.starts):
            return np.zeros((len(similarities), 0), dtype=np.float32)
        return np.maximum.reduceat(similarities, self.starts, axis=1)

    def columns(self, entry: int) -> slice:
        """Where the units of one entry stand among the columns, title first."""
        start = int(self.starts[entry])
        return slice(start, start + int(self.counts[entry]))
