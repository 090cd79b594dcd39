"""The shapes of My day: a line, a list of lines, a number, the whole day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from technopole.pipeline.models import TransferProject
from technopole.records import clock

SHOWN = 8


@dataclass(frozen=True)
class Item:
    """One line: what, where it opens, when and who."""

    title: str
    address: str
    is_sample: bool = False
    detail: str = ""
    due: date | None = None
    # Days past due or days waited; negative: days still to go.
    days: int | None = None
    tone: str = ""
    who: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Block:
    """One list of the page: the first lines, and the rest folded away."""

    name: str
    title: str
    empty: str
    items: tuple[Item, ...]
    more: tuple[Item, ...]

    @property
    def total(self) -> int:
        """How many lines there are in all."""
        return len(self.items) + len(self.more)


@dataclass(frozen=True)
class Figure:
    """A number that opens the rows behind it."""

    label: str
    value: int
    address: str
    tone: str = ""


@dataclass(frozen=True)
class Day:
    """Everything on the page."""

    today: date
    figures: tuple[Figure, ...]
    blocks: tuple[Block, ...]


def block(name: str, title: str, empty: str, items: Iterable[Item]) -> Block:
    """A list of lines; what is beyond the first ones is folded away."""
    every = tuple(items)
    return Block(name, title, empty, every[:SHOWN], every[SHOWN:])


def _tone(late: int) -> str:
    return "late" if late > 0 else "soon" if late >= -3 else ""


def dated(title: str, address: str, due: date, *, detail: str, who: str, is_sample: bool) -> Item:
    """A line with a day on which it is due."""
    late = (clock.today() - due).days
    return Item(title, address, is_sample, detail, due, late, _tone(late), who)


def by(name: str) -> str:
    """Whose turn it is, in words."""
    return gettext("with %(name)s") % {"name": name}


def holder(project: TransferProject) -> str:
    """Who holds the project now, in words."""
    return by(project.owner.display_name) if project.owner else gettext("nobody holds it yet")


def about(project: TransferProject) -> str:
    """Docket number, stage and title of a project, in one line."""
    return f"{project.docket} · {project.get_stage_display()} · {project.title}"
