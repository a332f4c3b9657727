"""Bodies: the schema of a frozen request class, field by field from its types."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, post_load, validate
from marshmallow import fields as form
from sqlalchemy import String

from wms import billing
from wms.kernel.columns import Base
from wms.schemas.fields import LONGEST_TEXT, MOST_32, MOST_64, Day, Digits, Instant, Many, Several, Text, Whole

# The limits of an alarm and of a price step, and what a room and a variety bear; all other whole numbers count things.
SIGNED = frozenset({"low", "high", "coldest_millidegrees", "warmest_millidegrees", "change_per_month"})
LONG = frozenset({"epoch", "sequence"})
MOST_ITEMS = 500
RATE_PLACES = 6
LINES: dict[str, type[Any]] = {
    line.kind: line
    for line in (
        billing.KgDay, billing.SeasonFlat, billing.MonthAnniversary, billing.SplitMonth, billing.HandlingIn,
        billing.HandlingOut, billing.CrateRent, billing.Works, billing.Cap, billing.Minimum,
    )
}  # fmt: skip


_NESTED: dict[Any, type[Any]] = {}


class Fixed(Schema):
    """A schema that nobody changes once it is made, so that a copy of it is itself.

    Whoever documents a view copies all that is known of it with each further word.
    """

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self


class Strict(Fixed):
    """Refuses what it does not know."""

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE


class TariffLine(form.Field[Any]):
    """One line of a tariff: its `kind` and what that kind has."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or value.get("kind") not in tuple(LINES):
            raise ValidationError(f"Its kind is one of {', '.join(LINES)}.")
        rest = {name: item for name, item in value.items() if name != "kind"}
        return _nested(LINES[value["kind"]])().load(rest)


def body(
    made: type,
    *,
    path: Collection[str] = (),
    like: type[Base] | None = None,
    named: str = "",
    **own: form.Field[Any],
) -> type[Strict]:
    """Return the schema of the body that makes the request class `made`; its loaded values are its arguments.

    Fields named in `path` come from the address and are left out; `like` is the table whose columns bound its texts;
    `own` replaces or adds single fields; `named` is for a second body of one class. The request's `id` may come by
    header, so it is not required here.
    """
    longest = _lengths(like)
    members = {item.name: _member(made, item, longest) for item in fields(made) if item.name not in path}
    if "id" in members:
        members["id"] = form.UUID(metadata={"description": "made by the client; a repeat is known by it"})
    name = named or f"{made.__module__.split('.')[1].title()}{made.__name__.removesuffix('Request')}Body"
    schema: type[Strict] = type(name, (Strict,), {**members, **own})
    return schema


def field_of(kind: Any, name: str = "", *, longest: int = LONGEST_TEXT, **settings: Any) -> form.Field[Any]:
    """Return the field of a type: optional, enumerated, nested, listed or plain."""
    if get_origin(kind) in (Union, UnionType):
        rest = [part for part in get_args(kind) if part is not NoneType]
        if NoneType in get_args(kind):
            settings["allow_none"] = True
        if set(rest) == set(LINES.values()):
            said = {"type": "object", "description": f"by its `kind`: {', '.join(LINES)}"}
            return TariffLine(metadata=said, **settings)
        return field_of(rest[0], name, longest=longest, **settings)
    if get_origin(kind) in (tuple, list, frozenset):
        return _listed(kind, name, settings)
    if is_dataclass(kind):
        return form.Nested(_nested(kind), **settings)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return form.Enum(kind, by_value=form.String, **settings)
    if kind is int:
        least = -MOST_32 if name in SIGNED else 0
        return Whole(least=least, **({"most": MOST_64} if _long(name) else {}), **settings)
    if kind is str:
        return Text(longest=longest, **settings)
    if kind is Decimal and name.endswith(("rate", "factor")):
        settings["places"] = RATE_PLACES
    return _PLAIN[kind](**settings)


_PLAIN: Mapping[Any, type[form.Field[Any]]] = {
    UUID: form.UUID, bool: form.Boolean, Decimal: Digits, date: Day, datetime: Instant, Any: form.Raw,
}  # fmt: skip


def _long(name: str) -> bool:
    return name in LONG or name == "fen" or name.endswith("_fen")


def _member(made: type, item: Field[Any], longest: Mapping[str, int]) -> form.Field[Any]:
    required = item.default is MISSING and item.default_factory is MISSING
    kind = get_type_hints(made)[item.name]
    return field_of(kind, item.name, longest=longest.get(item.name, LONGEST_TEXT), required=required)


def _listed(kind: Any, name: str, settings: dict[str, Any]) -> form.Field[Any]:
    parts = get_args(kind)
    if get_origin(kind) is frozenset:
        return Several(field_of(parts[0]), validate=validate.Length(max=MOST_ITEMS), **settings)
    if get_origin(kind) is tuple and parts[-1] is not Ellipsis and len(set(parts)) == 1:
        return Many(field_of(parts[0], name), validate=validate.Length(equal=len(parts)), **settings)
    return Many(field_of(parts[0], name), validate=validate.Length(max=MOST_ITEMS), **settings)


def _nested(made: Any) -> type[Strict]:
    """Return the schema of a frozen value inside another; made once, so that the documents name it once."""
    if made in _NESTED:
        return _NESTED[made]

    def make(_: Schema, values: dict[str, Any], **__: Any) -> Any:
        return made(**values)

    members: dict[str, Any] = {item.name: _member(made, item, {}) for item in fields(made)}
    members["make"] = post_load(make)
    name = f"{made.__module__.split('.')[1].title()}{made.__name__}"
    _NESTED[made] = type(name, (Strict,), members)
    return _NESTED[made]


def _lengths(like: type[Base] | None) -> dict[str, int]:
    if like is None:
        return {}
    return {
        column.name: column.type.length
        for column in like.__table__.columns
        if isinstance(column.type, String) and column.type.length
    }
