"""Column types that keep exact values exact on both engines, and the base class of every table."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from wms.kernel.canonical import canonical
from wms.kernel.clock import from_ms, to_ms
from wms.kernel.numbers import FOUR_PLACES, PRICE_SCALE

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of every room; constraints carry names from one convention."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant kept as whole milliseconds since 1970 (SQLite returns naive datetimes otherwise)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store milliseconds."""
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read an aware instant."""
        return None if value is None else from_ms(value)


class Price(TypeDecorator[Decimal]):
    """A price in 元/kg with four places, kept as whole ten-thousandths of a yuan (SQLite keeps Numeric as float)."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Store ten-thousandths; more than four places is a programming error."""
        if value is None:
            return None
        scaled = value * PRICE_SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"a price has at most four places: {value}")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Read four places."""
        return None if value is None else (Decimal(value) / PRICE_SCALE).quantize(FOUR_PLACES)


class Json(TypeDecorator[Any]):
    """JSON kept as canonical text (sorted keys, no spaces), so that its bytes are the same on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store canonical text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the value."""
        return None if value is None else json.loads(value)


def reference(column: str) -> ForeignKey:
    """Return a foreign key checked at commit, so that one transaction may write its rows in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")
