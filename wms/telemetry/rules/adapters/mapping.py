"""Any JSON: a topic pattern, paths to the values and a rule for the time, all given as settings.

Serves Teltonika, Chinese DTUs, Milesight, Tasmota, Zigbee2MQTT, and whatever else writes JSON.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wms.telemetry.rules.foreign import (
    Context,
    Heard,
    TimeSource,
    Value,
    number,
    read_json,
    sensor_name,
    stamp,
    unreadable,
    wildcards,
)

FORMATS = ("iso", "s", "ms")
Path = tuple[str | int, ...]
_STEP = re.compile(r'\[(\d+|\*)\]|\["([^"]+)"\]|([^.\[\]]+)')
_PLACE = re.compile(r"\{(\w+)\}")


def steps(path: str) -> Path:
    """Return a path's steps: `a.b[0].*.c`, `["a.b"]`; `*` and `[*]` stand for every member. Raises ValueError."""
    found: list[str | int] = []
    at = 0
    while at < len(path):
        if path[at] == "." and at:
            at += 1
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"no path: {path!r}")
        index, quoted, name = step.groups()
        found.append(quoted or name or ("*" if index == "*" else int(index)))
        at = step.end()
    return tuple(found)


def walk(content: Any, path: Path, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what stands at a path, with the names its `*` met on the way; nothing where the path ends early."""
    if not path:
        yield keys, content
        return
    step, rest = path[0], path[1:]
    if step == "*":
        for key, member in _members(content):
            yield from walk(member, rest, (*keys, key))
    elif _has(content, step):
        yield from walk(content[step], rest, keys)


def _has(content: Any, step: str | int) -> bool:
    if isinstance(content, dict):
        return step in content
    return isinstance(content, list) and isinstance(step, int) and step < len(content)


def _members(content: Any) -> list[tuple[str, Any]]:
    if isinstance(content, dict):
        return list(content.items())
    return [(str(n), member) for n, member in enumerate(content)] if isinstance(content, list) else []


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Read a message by the settings. Raises BadMessage."""
    settings = context.settings
    content = read_json(payload)
    levels = wildcards(settings["topic"], topic) or ()
    places = {str(n): level for n, level in enumerate(levels, 1)}
    values: list[Value] = []
    for record in _records(content, settings):
        ms, source = _time(record, settings)
        for wanted in settings["values"]:
            for keys, found in walk(record, steps(wanted["path"])):
                named = places | {f"key{n}": key for n, key in enumerate(keys, 1)} | _texts(record, settings)
                values.append(_value(wanted, found, _named(wanted["sensor"], named), ms, source))
    if not values:
        raise unreadable("no_path", "none of the configured paths is in the message")
    return Heard(tuple(values), _identity(content, settings))


def _records(content: Any, settings: Mapping[str, Any]) -> Iterator[Any]:
    if "records" not in settings:
        yield content
        return
    for _, record in walk(content, steps(settings["records"])):
        yield record


def _texts(record: Any, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the named texts of a record that sensor names may use."""
    return {
        name: str(found)
        for name, path in settings.get("names", {}).items()
        for _, found in walk(record, steps(path))
    }  # fmt: skip


def _named(template: str, places: Mapping[str, str]) -> str:
    missing = [name for name in _PLACE.findall(template) if name not in places]
    if missing:
        raise unreadable("no_blank", f"nothing in topic or message for {{{missing[0]}}}", blank=missing[0])
    parts = [_PLACE.sub(lambda place: places[place[1]], part) for part in template.split(".")]
    return sensor_name(*parts)


def _value(wanted: Mapping[str, Any], found: Any, sensor: str, ms: int | None, source: TimeSource) -> Value:
    if found is None or found in wanted.get("invalid", ()):
        return Value(sensor, ms, None, "open", source)
    exact = number(found)
    if exact is None:
        raise unreadable(
            "path_no_number", f"{wanted['path']} is no number: {str(found)[:40]!r}",
            path=wanted["path"], value=str(found)[:40],
        )  # fmt: skip
    times, plus = (Decimal(str(wanted.get(key, usual))) for key, usual in (("times", 1), ("plus", 0)))
    return Value(sensor, ms, exact * times + plus, None, source)


def _time(record: Any, settings: Mapping[str, Any]) -> tuple[int | None, TimeSource]:
    """Return the instant by the first of the time rules that finds one."""
    for name, source in (("time", TimeSource.SOURCE), ("gateway_time", TimeSource.GATEWAY)):
        rule = settings.get(name)
        if rule is None:
            continue
        for _, found in walk(record, steps(rule["path"])):
            ms = _instant(found, rule)
            if ms is not None:
                return ms, source
        if rule.get("required"):
            raise unreadable("no_time", f"no time at {rule['path']}", path=rule["path"])
    return None, TimeSource.SERVER


def _instant(found: Any, rule: Mapping[str, Any]) -> int | None:
    kind = rule.get("format", "iso")
    if kind in ("s", "ms"):
        return stamp(number(found), 1 if kind == "s" else 1000)
    try:
        told = datetime.fromisoformat(found) if isinstance(found, str) else None
        if told is None:
            return None
        if told.tzinfo is None:
            told = told.replace(tzinfo=ZoneInfo(rule["zone"]) if "zone" in rule else UTC)
        whole = int(told.timestamp()) * 1000 + told.microsecond // 1000
    except (ValueError, OverflowError):
        return None
    return stamp(whole)


def _identity(content: Any, settings: Mapping[str, Any]) -> str | None:
    if "identity" not in settings:
        return None
    found = [str(told) for _, told in walk(content, steps(settings["identity"]))]
    return found[0] if found else None
