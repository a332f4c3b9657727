"""Views: what an answer shows of a row, column by column as named, or of a frozen value whole."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_type_hints

from marshmallow import Schema
from marshmallow import fields as form
from sqlalchemy import Boolean, Date, Integer, String, Uuid

from wms.kernel.columns import Base, Json, Price
from wms.kernel.columns import Instant as InstantColumn
from wms.schemas.bodies import Fixed, field_of
from wms.schemas.fields import Day, Digits, Instant

View = type[Schema]
_COLUMNS: Mapping[type[Any], type[form.Field[Any]]] = {
    InstantColumn: Instant, Price: Digits, Json: form.Raw, Uuid: form.UUID, Date: Day, Boolean: form.Boolean,
    Integer: form.Integer, String: form.String,
}  # fmt: skip


def view(name: str, shown: type[Any], columns: str = "", /, **own: form.Field[Any] | View) -> View:
    """Return the schema of an answer called `name`.

    Of a table: the columns named, and no other, so that a new column is private until somebody shows it. Of a frozen
    value: all its fields, or those named. `own` adds fields; a schema there is nested.
    """
    members: dict[str, Any] = {}
    if is_dataclass(shown):
        hints = get_type_hints(shown)
        wanted = columns.split() or [item.name for item in fields(shown)]
        members = {column: field_of(hints[column], column) for column in wanted}
    else:
        members = {column: _of_column(shown, column) for column in columns.split()}
    for key, item in own.items():
        members[key] = form.Nested(item) if isinstance(item, type) else item
    return type(name, (Fixed,), members)


def shape(name: str, /, **own: form.Field[Any] | View) -> View:
    """Return the schema of an answer put together from fields, or of schemas nested."""
    members = {key: form.Nested(item) if isinstance(item, type) else item for key, item in own.items()}
    return type(name, (Fixed,), dict(members))


@cache
def paged(item: View) -> View:
    """Return the schema of one page of `item`."""
    members = {
        "items": form.List(form.Nested(item)),
        "next_cursor": form.String(allow_none=True, metadata={"description": "null on the last page"}),
    }
    return type(f"{item.__name__}Page", (Fixed,), members)


def _of_column(table: type[Base], name: str) -> form.Field[Any]:
    column = table.__table__.columns[name]
    kind = next(made for known, made in _COLUMNS.items() if isinstance(column.type, known))
    settings: dict[str, Any] = {"allow_none": bool(column.nullable)}
    if column.comment:
        settings["metadata"] = {"description": column.comment}
    return kind(**settings)
