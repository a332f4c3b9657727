"""ChirpStack v4: application/{id}/device/{eui}/event/up, JSON. `object` is what the device profile's codec decoded."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from devices.messages import BadMessage
from wms.telemetry.rules.counting import Count
from wms.telemetry.rules.foreign import Context, Heard, TimeSource, as_object, measured, read_json, stamp, unreadable

DEPTH_MAX = 3


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Read one uplink: stamped by the network, known by its deduplicationId. Raises BadMessage."""
    said = as_object(read_json(payload), "the message")
    device = as_object(said.get("deviceInfo"), "deviceInfo")
    eui = device.get("devEui")
    if not isinstance(eui, str) or not eui:
        raise unreadable("no_deveui", "no devEui")
    if not isinstance(said.get("object"), dict):
        raise unreadable("no_codec", "nothing decoded: the device profile in ChirpStack needs a codec")
    ms = next((ms for told in _times(said) if (ms := _instant(told)) is not None), None)
    source = TimeSource.SERVER if ms is None else TimeSource.GATEWAY
    made = [measured((eui, *path), value, ms, source) for path, value in _leaves(said["object"])]
    values = tuple(value for value in made if value is not None)
    if not values:
        raise unreadable("no_number", "the codec decoded no number")
    identity = said.get("deduplicationId")
    return Heard(values, identity if isinstance(identity, str) and len(identity) <= 64 else None)


def counted(topic: str, payload: bytes) -> Count | None:
    """Return the frame counter of an uplink; the device begins it anew when it joins again."""
    try:
        said = as_object(read_json(payload), "the message")
        eui = as_object(said.get("deviceInfo"), "deviceInfo").get("devEui")
    except BadMessage:
        return None
    number = said.get("fCnt", 0)  # ChirpStack leaves a zero out
    if not isinstance(eui, str) or not eui or isinstance(number, bool) or not isinstance(number, int):
        return None
    return Count(eui, number) if 0 <= number < 2**32 else None


def _leaves(content: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in content.items():
        if isinstance(value, dict) and len(path) + 1 < DEPTH_MAX:
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _times(said: Mapping[str, Any]) -> Iterator[Any]:
    yield said.get("time")
    received = said.get("rxInfo")
    for each in received if isinstance(received, list) else ():
        if isinstance(each, dict):
            yield each.get("gwTime")
            yield each.get("nsTime")


def _instant(told: Any) -> int | None:
    try:
        at = datetime.fromisoformat(told) if isinstance(told, str) else None
        return None if at is None or at.tzinfo is None else stamp(int(at.timestamp()) * 1000 + at.microsecond // 1000)
    except (ValueError, OverflowError):
        return None
