"""Keyset pages: the next page starts after the last row's key, so no page gets slower the further one goes."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from wms.kernel.canonical import canonical, plain
from wms.kernel.clock import from_ms
from wms.kernel.columns import Instant, Price
from wms.kernel.errors import Invalid

T = TypeVar("T")
MOST = 200


class CursorInvalid(Invalid):
    """The cursor was not made by us."""

    code = "cursor_invalid"
    en = "The page cursor is not valid; start again from the first page."
    zh = "分页游标无效, 请从第一页重新开始。"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the cursor of the next page, or None on the last."""

    items: list[T]
    next_cursor: str | None


def page(
    session: Session,
    query: Select[T],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None = None,
    limit: int = 50,
    descending: bool = False,
) -> Page[T]:
    """Return one page of a one-entity query ordered by `keys` (the last one unique). Raises CursorInvalid."""
    limit = max(1, min(limit, MOST))
    if cursor is not None:
        after = tuple_(*[literal(value, key.type) for value, key in zip(_decoded(cursor, keys), keys, strict=True)])
        row: ColumnElement[Any] = tuple_(*keys)
        query = query.where(row < after if descending else row > after)
    query = query.order_by(*[key.desc() if descending else key.asc() for key in keys]).limit(limit + 1)
    items = list(session.scalars(query))
    if len(items) <= limit:
        return Page(items, None)
    last = items[limit - 1]
    return Page(items[:limit], _encoded([getattr(last, key.key) for key in keys]))


def _encoded(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(canonical(plain(values)).encode()).decode().rstrip("=")


def _decoded(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise CursorInvalid from error


def _typed(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    if isinstance(key.type, Instant):
        return from_ms(value)
    if isinstance(key.type, Price):
        return Decimal(value)
    kind = key.type.python_type
    return date.fromisoformat(value) if kind is date else kind(value)
