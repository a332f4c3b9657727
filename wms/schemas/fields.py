"""Fields that keep exact values exact on paper: whole numbers, decimals as text, days, instants with their offset."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

MOST_32 = 2**31 - 1
MOST_64 = 10**15  # no sum of money, count or sequence comes near; products of two still fit the database
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_TEXT = 500
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Whole(fields.Integer):
    """A whole number given as a JSON number without fraction: no text, no truth value, no float."""

    def __init__(self, *, least: int | None = 0, most: int = MOST_32, **settings: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=least, max=most), **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


class Digits(fields.Field[Decimal]):
    """An exact decimal as text ("7.8600"): a price in yuan per kg, a rate; never a JSON number."""

    default_error_messages = {"invalid": "Not a decimal as text with at most {places} places."}  # noqa: RUF012

    def __init__(self, *, places: int = 4, **settings: Any) -> None:
        self.places = places
        self.pattern = rf"^-?\d{{1,6}}(\.\d{{1,{places}}})?$"
        super().__init__(metadata={"pattern": self.pattern} | settings.pop("metadata", {}), **settings)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(value, "f")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.ASCII):
            raise self.make_error("invalid", places=self.places)
        return Decimal(value)


class Text(fields.String):
    """Text that both engines can keep: no control characters, nothing outside Unicode."""

    def __init__(self, *, longest: int = LONGEST_TEXT, shortest: int | None = None, **settings: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if _UNWRITABLE.search(text):
            raise ValidationError("Has characters that cannot be kept.")
        return text


class Day(fields.Date):
    """A business day, ISO 8601."""

    def __init__(self, **settings: Any) -> None:
        span = validate.Range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 1, 1))
        super().__init__(format="iso", validate=span, **settings)


class Instant(fields.AwareDateTime):
    """An instant, RFC 3339; answered in UTC with milliseconds, taken with any offset."""

    def __init__(self, **settings: Any) -> None:
        span = validate.Range(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR, 1, 1, tzinfo=UTC))
        super().__init__(format="iso", validate=span, **settings)

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        at: datetime = super()._deserialize(value, attr, data, **kwargs)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)


class Many(fields.List[Any]):
    """A list loaded as a tuple, as frozen requests hold it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class Several(fields.List[Any]):
    """A list loaded as a frozen set; answered sorted."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return frozenset(super()._deserialize(value, attr, data, **kwargs))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return sorted(super()._serialize(value, attr, obj, **kwargs) or [])
