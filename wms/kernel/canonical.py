"""The one text of a value: canonical JSON and its digest, the same bytes on every engine and machine. Pure."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from wms.kernel.clock import to_ms

# Most values are one of these: whether it is said as text.
_AS_TEXT = {str: False, int: False, bool: False, type(None): False, UUID: True, date: True, Decimal: True}


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, UTF-8 as it is, no floats."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plain(value: Any) -> Any:
    """Return a value as canonical JSON knows it: UUID, dates and decimals as text, instants as milliseconds.

    A dataclass is the dict of its fields.
    """
    if type(value) in _AS_TEXT:
        return str(value) if _AS_TEXT[type(value)] else value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, UUID | date | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=canonical)  # a set has no order of its own, and another in each process
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    return value


def digest(content: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `content`."""
    return hashlib.sha256(canonical(plain(content)).encode()).hexdigest()
