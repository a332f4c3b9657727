"""SenML (RFC 8428) in JSON: records with base values; times from 2^28 on are absolute, smaller ones relative to now."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wms.telemetry.rules.foreign import (
    Context,
    Heard,
    TimeSource,
    Value,
    as_object,
    number,
    read_json,
    sensor_name,
    stamp,
    unreadable,
)

ABSOLUTE_FROM = 2**28
VERSION_MAX = 10
KNOWN = frozenset(["bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"])


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Resolve a pack and return its numbers and truths; texts and sums are no measurements. Raises BadMessage."""
    pack = read_json(payload)
    if not isinstance(pack, list) or not pack:
        raise unreadable("no_pack", "a SenML pack is a list of records")
    base: dict[str, Any] = {"bn": "", "bt": Decimal(0), "bv": Decimal(0)}
    values: list[Value] = []
    for record in pack:
        said = as_object(record, "a record")
        _check(said)
        base |= {key: said[key] for key in ("bn",) if key in said}
        base |= {key: _number(said, key) for key in ("bt", "bv") if key in said}
        value = _value(said, base, context.received_ms)
        if value is not None:
            values.append(value)
    if not values:
        raise unreadable("no_value", "no measured value")
    return Heard(tuple(values))


def _check(said: Mapping[str, Any]) -> None:
    version = said.get("bver", 0)
    if not isinstance(version, int) or version > VERSION_MAX:
        raise unreadable("senml_version", f"SenML version {version}", version=str(version))
    must = [key for key in said if key.endswith("_") and key not in KNOWN]
    if must:  # RFC 8428, 4.4: what must be understood and is not
        raise unreadable("senml_field", f"the field {must[0]!r} must be understood", field=must[0])


def _number(said: Mapping[str, Any], key: str) -> Decimal:
    exact = None if isinstance(said[key], str | bool) else number(said[key])
    if exact is None:
        raise unreadable("field_no_number", f"{key} is no number", field=key)
    return exact


def _value(said: Mapping[str, Any], base: Mapping[str, Any], received_ms: int) -> Value | None:
    if "vb" in said:
        exact = number(said["vb"])
    elif "v" in said:
        exact = _number(said, "v") + base["bv"]
    else:
        return None
    name = f"{base['bn']}{said.get('n', '')}"
    if not name:
        raise unreadable("no_name", "a value without a name")
    sensor = sensor_name(*[part for part in name.split("/") if part])
    seconds = base["bt"] + (_number(said, "t") if "t" in said else 0)
    if seconds >= ABSOLUTE_FROM:
        ms = stamp(seconds, 1)
        return Value(sensor, ms, exact, None, TimeSource.SERVER if ms is None else TimeSource.SOURCE)
    return Value(sensor, received_ms + int(seconds * 1000), exact, None, TimeSource.SERVER)
