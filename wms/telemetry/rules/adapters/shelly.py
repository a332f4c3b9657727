"""Shelly of the second generation and later: {prefix}/events/rpc, and {prefix}/status/{component} without a time."""

from collections.abc import Mapping
from typing import Any

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

# What a component measures, by its type; anything else of a device's status is none of ours.
MEASURES = {"temperature": ("tC",), "humidity": ("rh",), "input": ("state",), "voltmeter": ("voltage",)}
METHODS = ("NotifyStatus", "NotifyFullStatus")


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Read a notification or a component's status. A notification without measures says nothing. Raises BadMessage."""
    said = as_object(read_json(payload), "the message")
    prefix, channel, component = _parts(topic)
    if channel == "status":
        return Heard(tuple(_component(prefix, component, said, None)))
    source = said.get("src")
    if said.get("method") not in METHODS:
        return Heard(())  # NotifyEvent: a button, a restart
    params = as_object(said.get("params"), "params")
    ms = stamp(params.get("ts"), 1)
    device = source if isinstance(source, str) and source else prefix
    values = [
        value
        for name, status in params.items()
        if isinstance(status, dict)
        for value in _component(device, name, status, ms)
    ]
    return Heard(tuple(values))


def _parts(topic: str) -> tuple[str, str, str]:
    head, found, tail = topic.rpartition("/events/rpc")
    if found and not tail:
        return head, "rpc", ""
    head, found, component = topic.rpartition("/status/")
    if not found:
        raise unreadable("shelly_topic", "neither events/rpc nor status")
    return head, "status", component


def _component(device: str, name: str, status: Mapping[str, Any], ms: int | None) -> list[Value]:
    kind = name.partition(":")[0]
    source = TimeSource.SERVER if ms is None else TimeSource.SOURCE
    made = [
        measured((device, name.replace(":", "-"), measure), status[measure], ms, source)
        for measure in MEASURES.get(kind, ())
        if measure in status
    ]
    return [value for value in made if value is not None]
