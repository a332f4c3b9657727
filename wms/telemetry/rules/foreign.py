"""What devices speaking another convention said, before it becomes a message of ours. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from devices.messages import NAME, BadMessage

CLOCK_SET_MS = 1_420_070_400_000  # 2015: a device that says an earlier instant has not set its clock
NAME_MAX = 32
_NAME = re.compile(NAME)
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class TimeSource(StrEnum):
    """Whose clock stamped a value, the best first."""

    SOURCE = "source"
    GATEWAY = "gateway"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Value:
    """One value a device said: sensor by our naming, instant in ms UTC (None: it named none), exact value."""

    sensor: str
    ms: int | None
    value: Decimal | None
    quality: str | None = None
    time: TimeSource = TimeSource.SOURCE


@dataclass(frozen=True, slots=True)
class Heard:
    """What one message said; `identity` is the sender's own id of the message, if it has one."""

    values: tuple[Value, ...]
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter may know besides the message: its settings, and messages of its source before this one."""

    settings: Mapping[str, Any]
    received_ms: int
    earlier: Mapping[str, bytes]  # the newest message of a topic, as far as it was asked for


def unreadable(code: str, text: str, **values: str | int) -> BadMessage:
    """Return the error that makes a message of another convention a dead letter: its sentence's code and values."""
    return BadMessage("adapter", text, code, **values)


def read_json(payload: bytes) -> Any:
    """Return JSON with exact decimals. Raises BadMessage."""
    try:
        return json.loads(payload, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as wrong:
        raise unreadable("json", f"no JSON: {wrong}") from wrong


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def number(value: Any) -> Decimal | None:
    """Return what a JSON value measures: numbers, numbers written as text, and truth as 1 or 0; else None."""
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, int | Decimal):
        return Decimal(value)
    try:
        found = Decimal(value) if isinstance(value, str) and len(value) <= 40 else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def stamp(ms: Any, per_second: int = 1000) -> int | None:
    """Return whole ms of a number of seconds (`per_second` 1) or of ms; None without number or set clock."""
    exact = None if isinstance(ms, bool | str) else number(ms)
    if exact is None or abs(exact) > Decimal(10) ** 15:
        return None
    whole = int(exact * (1000 // per_second))
    return whole if whole >= CLOCK_SET_MS else None


def plain(text: str) -> str:
    """Return a device's own name as a name of ours; one that had to be changed carries the digest of the original.

    So two devices never become one: `Room 3` and `room-3` stay apart.
    """
    if len(text) <= NAME_MAX and _NAME.fullmatch(text):
        return text
    short = _NOT_A_NAME.sub("-", text.lower()).strip("-")[: NAME_MAX - 7].strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{short}-{digest}" if short else f"x-{digest}"


def sensor_name(*parts: str) -> str:
    """Return a sensor's id of a device and what it measures, at most four parts and 64 characters."""
    if len(parts) > 4:
        parts = (*parts[:3], ".".join(parts[3:]))
    made = ".".join(plain(part) for part in parts)
    if len(made) <= 64:
        return made
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{plain(parts[0])[:20].strip('-_')}.x-{digest}"


def wildcards(pattern: str, topic: str) -> tuple[str, ...] | None:
    """Return what the wildcards of an MQTT filter stand for in a topic, or None when it does not match."""
    wanted, levels = pattern.split("/"), topic.split("/")
    found: list[str] = []
    for n, level in enumerate(wanted):
        if level == "#":
            return (*found, "/".join(levels[n:]))
        if n >= len(levels) or level not in ("+", levels[n]):
            return None
        if level == "+":
            found.append(levels[n])
    return tuple(found) if len(levels) == len(wanted) else None


def as_object(value: Any, what: str) -> Mapping[str, Any]:
    """Return a JSON object. Raises BadMessage."""
    if not isinstance(value, dict):
        raise unreadable("no_object", f"{what} is no JSON object", what=what)
    return value


def measured(sensor: Iterable[str], value: Any, ms: int | None, time: TimeSource = TimeSource.SOURCE) -> Value | None:
    """Return a value of a sensor; None for what is no measurement (a text, an object). JSON's null is kept as none."""
    exact = number(value)
    if exact is None and value is not None:
        return None
    return Value(sensor_name(*sensor), ms, exact, "open" if value is None else None, time)
