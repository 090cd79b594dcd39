from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from technopole.matching.embed import BundledEmbedder, CachedEmbedder, Vectors


class Counting:
    """A model of three numbers that remembers what it was asked."""

    name, dim = "counting 1/x", 3

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1, 0] for text in texts], dtype=np.float32).reshape(-1, 3)


def test_a_text_has_the_same_vector_alone_and_in_company() -> None:
    model = BundledEmbedder()
    texts = ["锂电池隔膜", "thermal barrier coating", ""]
    together = model.embed(texts)
    assert together.dtype == np.float32
    assert together.shape == (3, model.dim)
    assert np.array_equal(together[1], model.embed(texts[1:2])[0])
    assert np.allclose(np.linalg.norm(together, axis=1), [1, 1, 0])


def test_a_kept_vector_is_not_computed_again(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    made = CachedEmbedder(first, tmp_path).embed(["a", "bb", "a"])
    kept = CachedEmbedder(second, tmp_path).embed(["bb", "a", "ccc"])
    assert first.asked == ["a", "bb"]
    assert second.asked == ["ccc"]
    assert np.array_equal(kept[:2], made[[1, 0]])


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    other = Counting()
    other.name = "counting 2/x"
    CachedEmbedder(Counting(), tmp_path).embed(["a"])
    CachedEmbedder(other, tmp_path).embed(["a"])
    assert other.asked == ["a"]


def test_a_model_that_gives_no_number_is_refused() -> None:
    class Broken(Counting):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), 3), np.nan, dtype=np.float32)

    with pytest.raises(ValueError, match="finite"):
        CachedEmbedder(Broken()).embed(["a"])


def _fill(directory: Path) -> bytes:
    return CachedEmbedder(Counting(), directory).embed([str(n) * 3 for n in range(300)]).tobytes()


def test_two_processes_share_a_directory(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        one, two = pool.map(_fill, [tmp_path, tmp_path])
    assert one == two == _fill(tmp_path)
