"""The base of every API router: bounded inputs, lists, records as one reader may see them, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from ninja import Schema
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from technopole.records.history import history_of
from technopole.records.models import Record
from technopole.wording import LANGUAGES, Reason

T = TypeVar("T")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
# The largest whole number that every database keeps in an integer column.
MOST_INTEGER = 2_147_483_647
MOST_ROWS = 100


def _written_day(given: Any) -> Any:
    """Only a written date: 20261121 or 1763683200 would be read as seconds since 1970."""
    if isinstance(given, date):
        return given
    if not isinstance(given, str) or len(given) != len("2026-11-21"):
        raise ValueError("write the date as YYYY-MM-DD")
    return given


Day = Annotated[date, BeforeValidator(_written_day), Field(ge=EARLIEST, le=LATEST)]
Whole = Annotated[int, Field(ge=0, le=MOST_INTEGER)]
Version = Annotated[int, Field(ge=1, le=MOST_INTEGER, description="the version that the user was shown")]
Readiness = Annotated[int, Field(ge=1, le=9)]
Key = Annotated[str, Field(max_length=60)]
Line = Annotated[str, Field(max_length=300)]
Title = Annotated[str, Field(max_length=500)]
Paragraph = Annotated[str, Field(max_length=5_000)]
Pages = Annotated[str, Field(max_length=20_000)]
Words = Annotated[list[Line], Field(max_length=100)]
Keys = Annotated[list[Key], Field(max_length=100)]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


class Asked(BaseModel):
    """What a request asks: text that a database can keep."""

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, given: Any) -> Any:
        for text in _texts(given):
            if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise ValueError("a text holds a character that cannot be stored")
        return given


class Inputs(Asked):
    """What a request writes: nothing but the named fields, each as long as the record allows."""

    model_config = ConfigDict(extra="forbid")

    def given(self, *less: str) -> dict[str, Any]:
        """The fields that were sent, less the named ones."""
        return {name: getattr(self, name) for name in self.model_fields_set if name not in less}


class Versioned(Inputs):
    """An action on a record that exists."""

    version: Version


class Paging(Asked):
    """Which rows of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 25
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0


class Listed(Schema, Generic[T]):
    """One stretch of a list, and how long the list is."""

    items: list[T]
    total: int
    limit: int
    offset: int


class ReasonOut(Schema):
    """A finding: its code for machines, its sentence in both languages."""

    code: str
    zh: str
    en: str


class Problem(Schema):
    """Why a request was not carried out; nothing was saved."""

    detail: str
    reasons: list[ReasonOut] = []
    fields: dict[str, list[str]] = {}


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 413: Problem, 422: Problem}


def answers(success: Any) -> dict[int, Any]:
    """The responses of an operation: what it gives, and every problem it may meet."""
    return {200: success, **PROBLEMS}


class Ref(Schema):
    """A record that another one points to, when the reader may know of it."""

    id: UUID
    kind: str
    label: str


class RecordOut(Schema):
    """What every record shows; fields above the reader's access are null and stand in `hidden`.

    A schema names its record (``of=Result``): a field with a level of its own may then be null.
    """

    id: UUID
    version: int
    level: int
    is_sample: bool
    hidden: list[str]

    def __init_subclass__(cls, of: type[Record] | None = None, **kwargs: Any) -> None:
        """Written before the fields are read from the annotations."""
        written = cls.__dict__.get("__annotations__", {})
        for name in of.FIELD_LEVELS if of else ():
            if name in written:
                written[name] = f"{written[name]} | None"
        super().__init_subclass__(**kwargs)


class FieldChangeOut(Schema):
    """One field before and after."""

    label: str
    before: str
    after: str


class HistoryOut(Schema):
    """One change: who (empty: the system), when, why, what."""

    at: str
    by: str
    why: str
    changes: list[FieldChangeOut]


def worded(reason: Reason | Mapping[str, Any]) -> dict[str, str]:
    """A reason in both languages."""
    said = reason if isinstance(reason, Reason) else Reason.from_dict(reason)
    return {"code": said.code, **{language: said.text(language) for language in LANGUAGES}}


class Links:
    """The records that some rows point to, as far as the reader may know of them."""

    def __init__(self, rows: Iterable[Model], user: Any) -> None:
        wanted: dict[type[Record], set[UUID]] = {}
        for row in rows:
            for field in row._meta.concrete_fields:
                target = field.related_model
                if isinstance(field, ForeignKey) and isinstance(target, type) and issubclass(target, Record):
                    key = getattr(row, field.attname)
                    if key is not None:
                        wanted.setdefault(target, set()).add(key)
        self._known: dict[UUID, Record] = {}
        for model, keys in wanted.items():
            self._known.update(model.objects.visible_to(user).in_bulk(keys))

    def ref(self, key: UUID | None) -> dict[str, Any] | None:
        """The record of that id as a reference; None when the reader may not know of it."""
        found = self._known.get(key) if key else None
        return None if found is None else ref_of(found)


def ref_of(record: Record) -> dict[str, Any]:
    """A visible record as a reference."""
    return {"id": record.pk, "kind": record._meta.model_name, "label": str(record)}


def told(
    schema: type[Schema], record: Record, user: Any, links: Links | None = None, **more: Any
) -> dict[str, Any]:
    """The fields of `schema` as this reader may see them.

    Parameters
    ----------
    links
        Made for a whole list, so that references cost one query a model; for this record when left out.
    more
        Fields of the schema that the record itself does not hold.
    """
    links = links or Links([record], user)
    shown = record.shown_to(user)
    concrete = {field.name: field for field in record._meta.concrete_fields}
    values: dict[str, Any] = dict(more)
    for name in schema.model_fields:
        if name in values:
            continue
        field = concrete.get(name)
        if isinstance(field, ForeignKey) and issubclass(field.related_model, Record):
            values[name] = links.ref(getattr(shown, field.attname))
        elif isinstance(field, ForeignKey):
            target = getattr(shown, name)
            values[name] = None if target is None else str(getattr(target, "display_name", target.pk))
        elif name == "reasons":
            values[name] = None if shown.reasons is None else [worded(reason) for reason in shown.reasons]
        else:
            values[name] = getattr(shown, name)
    return values


def listed(
    schema: type[Schema],
    rows: Any,
    asked: Paging,
    user: Any,
    more: Callable[[Any], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """One stretch of a queryset of visible records."""
    stretch = list(rows[asked.offset : asked.offset + asked.limit])
    links = Links(stretch, user)
    return {
        "items": [told(schema, row, user, links, **(more(row) if more else {})) for row in stretch],
        "total": rows.count(),
        "limit": asked.limit,
        "offset": asked.offset,
    }


def told_history(record: Record, user: Any) -> list[dict[str, Any]]:
    """The record's latest changes as this reader may see them."""
    return [
        {
            "at": row.at.isoformat(),
            "by": row.by,
            "why": row.why,
            "changes": [
                {"label": each.label, "before": each.before, "after": each.after} for each in row.changes
            ],
        }
        for row in history_of(record, user)
    ]


def pointed(model: Any, user: Any, key: UUID | None, field: str) -> Any:
    """The record that an input points to; None for None.

    Raises
    ------
    ValidationError
        There is none, or the user may not know that there is; it names `field`.
    """
    if key is None:
        return None
    found = model.objects.visible_to(user).filter(pk=key).first()
    if found is None:
        raise ValidationError({field: f"there is no {model._meta.verbose_name} {key}"})
    return found
