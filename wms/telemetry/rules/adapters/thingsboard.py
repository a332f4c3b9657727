"""ThingsBoard's gateway: `{"device": [{"ts": ms, "values": {"temperature": 0.6}}]}` on v1/gateway/telemetry."""

from wms.telemetry.rules.foreign import (
    Context,
    Heard,
    TimeSource,
    Value,
    as_object,
    measured,
    read_json,
    stamp,
    unreadable,
)


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Read one message; an entry without `ts` has the server's time. Raises BadMessage."""
    values: list[Value] = []
    for device, entries in as_object(read_json(payload), "the message").items():
        if not isinstance(entries, list):
            raise unreadable("no_list", f"what {device!r} says is no list", device=str(device)[:80])
        for entry in entries:
            said = as_object(entry, "an entry")
            stamped = "values" in said
            ms = stamp(said.get("ts")) if stamped else None
            source = TimeSource.SERVER if ms is None else TimeSource.SOURCE
            inner = as_object(said["values"], "values") if stamped else said
            made = [measured((device, key), value, ms, source) for key, value in inner.items()]
            values += [value for value in made if value is not None]
    if not values:
        raise unreadable("no_value", "no measured value")
    return Heard(tuple(values))
