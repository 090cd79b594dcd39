"""Progress on standard error: a bar per piece of work on a terminal, one line per piece elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")


class Steps:
    """Reports pieces of work as they go on."""

    def __init__(self, bars: Progress | None) -> None:
        self.bars = bars

    def track(self, items: Iterable[T], title: str, total: int | None = None) -> Iterator[T]:
        """Yield the items while showing how far they have come."""
        if total is None:
            items = list(items)
            total = len(items)
        if self.bars is not None:
            task = self.bars.add_task(title, total=total)
            for item in items:
                yield item
                self.bars.advance(task)
            return
        started = time.monotonic()
        yield from items
        print(f"{title}: {total} ({time.monotonic() - started:.1f} s)", file=sys.stderr, flush=True)


@contextmanager
def steps() -> Iterator[Steps]:
    """Bars on a terminal, lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Steps(None)
        return
    columns = (TextColumn("{task.description:<44}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        yield Steps(bars)
