"""Sparkplug B 3.0, read only: births and data of nodes and devices. Nothing is ever written to a node.

Data may name a metric by its alias; names are learnt from the births that were heard before, which are kept.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from devices.messages import BadMessage
from wms.telemetry.rules.counting import Count
from wms.telemetry.rules.foreign import Context, Heard, TimeSource, Value, sensor_name, stamp, unreadable

KINDS = ("NBIRTH", "DBIRTH", "NDATA", "DDATA", "DDEATH")  # all that one sequence of a node counts
SEQ_ENDS = 256
BIRTHS = {"NDATA": "NBIRTH", "DDATA": "DBIRTH"}
SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
Field = tuple[int, int | bytes]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as its bytes say."""

    name: str | None
    alias: int | None
    ms: int | None
    datatype: int | None
    value: Decimal | None
    measured: bool  # false: a text, bytes or an object


def translate(topic: str, payload: bytes, context: Context) -> Heard:
    """Read a birth or data message; a metric's own time, else the payload's. Raises BadMessage."""
    kind, device = _parts(topic)
    if kind == "DDEATH":
        return Heard(())  # it is subscribed to only because it is counted
    names = _aliases(birth_topic(topic), context) if kind in BIRTHS else {}
    payload_ms, metrics = read(payload)
    values: list[Value] = []
    for metric in metrics:
        name, datatype = metric.name, metric.datatype
        if name is None and metric.alias is not None:
            if metric.alias not in names:
                raise unreadable("alias", f"alias {metric.alias}: its birth was not heard yet", alias=metric.alias)
            name, datatype = names[metric.alias]
        if name is None or not metric.measured or name == "bdSeq" or name.startswith("Node Control/"):
            continue
        ms = stamp(metric.ms) or stamp(payload_ms)
        source = TimeSource.SERVER if ms is None else TimeSource.SOURCE
        value = _signed(metric.value, datatype)
        parts = [part for part in (*device, *name.split("/")) if part]
        values.append(Value(sensor_name(*parts), ms, value, "open" if value is None else None, source))
    return Heard(tuple(values))


def counted(topic: str, payload: bytes) -> Count | None:
    """Return a node's `seq`: 0 to 255 and round again, over the births, data and deaths of it and its devices."""
    levels = topic.split("/")
    try:
        kind, _ = _parts(topic)
        seq = dict(_fields(payload)).get(3)
    except BadMessage:
        return None
    if not isinstance(seq, int) or seq >= SEQ_ENDS:
        return None
    return Count(f"{levels[1]}/{levels[3]}", seq, SEQ_ENDS, begins=kind == "NBIRTH")


def birth_topic(topic: str) -> str:
    """Return the topic that a data message's names are born on. Raises BadMessage."""
    kind, _ = _parts(topic)
    levels = topic.split("/")
    return "/".join([*levels[:2], BIRTHS.get(kind, kind), *levels[3:]])


def _parts(topic: str) -> tuple[str, tuple[str, ...]]:
    levels = topic.split("/")
    if len(levels) not in (4, 5) or levels[0] != "spBv1.0" or levels[2] not in KINDS:
        raise unreadable("no_sparkplug", "no birth or data of Sparkplug B")
    return levels[2], tuple(levels[3:])


def _aliases(topic: str, context: Context) -> dict[int, tuple[str, int | None]]:
    if topic not in context.earlier:
        return {}
    _, metrics = read(context.earlier[topic])
    return {each.alias: (each.name, each.datatype) for each in metrics if each.alias is not None and each.name}


def _signed(value: Decimal | None, datatype: int | None) -> Decimal | None:
    bits = SIGNED_BITS.get(datatype or 0)
    if value is None or bits is None:
        return value
    whole = int(value) & (1 << bits) - 1
    return Decimal(whole - (1 << bits) if whole >> bits - 1 else whole)


def read(payload: bytes) -> tuple[int | None, list[Metric]]:
    """Return a payload's time and metrics. Raises BadMessage."""
    ms: int | None = None
    metrics: list[Metric] = []
    for field, content in _fields(payload):
        if field == 1 and isinstance(content, int):
            ms = content
        elif field == 2 and isinstance(content, bytes):
            metrics.append(_metric(content))
    return ms, metrics


def _metric(content: bytes) -> Metric:
    said = dict(_fields(content))
    name, alias, ms, datatype = said.get(1), said.get(2), said.get(3), said.get(4)
    text = None
    if isinstance(name, bytes):
        try:
            text = name.decode()
        except UnicodeDecodeError as wrong:
            raise unreadable("no_payload", "a metric's name is no UTF-8") from wrong
    value, measured = _number(said)
    return Metric(
        text or None,
        alias if isinstance(alias, int) else None,
        ms if isinstance(ms, int) else None,
        datatype if isinstance(datatype, int) else None,
        value,
        measured,
    )


def _number(said: dict[int, int | bytes]) -> tuple[Decimal | None, bool]:
    if said.get(7):
        return None, True
    for field in (10, 11, 14):
        whole = said.get(field)
        if isinstance(whole, int):
            return Decimal(whole), True
    for field, shape, digits in ((12, "<f", 7), (13, "<d", 17)):
        raw = said.get(field)
        if isinstance(raw, bytes):
            if len(raw) != struct.calcsize(shape):
                raise unreadable("no_payload", "a float of the wrong length")
            (real,) = struct.unpack(shape, raw)
            exact = Decimal(f"{real:.{digits}g}" if digits == 7 else repr(real))
            return (exact if exact.is_finite() else None), True
    return None, False


def _fields(content: bytes) -> Iterator[Field]:
    """Yield the fields of a protobuf message: number, and a whole number or bytes. Raises BadMessage."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        field, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(content, at)
            yield field, value
            continue
        if wire not in (1, 2, 5):
            raise unreadable("no_payload", f"no Sparkplug payload: wire type {wire}")
        length, at = _varint(content, at) if wire == 2 else (8 if wire == 1 else 4, at)
        if at + length > len(content):
            raise unreadable("no_payload", "the payload ends in the middle of a field")
        yield field, content[at : at + length]
        at += length


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(10):
        if at + n >= len(content):
            raise unreadable("no_payload", "the payload ends in the middle of a number")
        value |= (content[at + n] & 127) << 7 * n
        if content[at + n] < 128:
            return value, at + n + 1
    raise unreadable("no_payload", "a number without end")
