"""The inbox's one action: messages as they came, in one transaction, and what their gateways may now forget."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.messages import (
    BadMessage,
    DeviceEvent,
    Envelope,
    GatewayMeta,
    GatewayState,
    Measurements,
    Topic,
    Weighing,
    decode,
    decode_as,
    late,
)
from wms import lots
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append
from wms.kernel.ids import new_id
from wms.kernel.upsert import insert_new, upsert
from wms.telemetry.actions.placing import Placed, place
from wms.telemetry.queries import holes
from wms.telemetry.rules import Watermark, sealed
from wms.telemetry.tables import (
    DeadLetter,
    DeviceEventRow,
    Gateway,
    GatewayMessage,
    LostRange,
    Stream,
)

Key = tuple[str, int, int]
CALENDAR_ENDS_MS = to_ms(datetime(9999, 12, 31, tzinfo=UTC))  # the contract allows stamps that no calendar has


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as the broker handed it over."""

    topic: str
    payload: bytes


def receive(session: Session, arrived: Sequence[Arrived], *, by: Actor, at: Moment) -> list[Watermark]:
    """Store messages, place their readings, weights and events, and return the watermarks of their streams.

    Whatever is outside the contract becomes a dead letter; a message seen before changes nothing, so a redelivery is
    harmless; the same key with other content is kept as a dead letter, never merged. Locks the streams in order.
    Raises Forbidden.
    """
    by.must(Permission.PUSH_READINGS)
    upward: dict[Key, tuple[Topic, Envelope, bytes]] = {}
    for letter in arrived:
        try:
            topic, message = decode(letter.topic, letter.payload)
        except BadMessage as error:
            bury(session, letter, str(error), at=at)
            continue
        if isinstance(message, Envelope):
            if not 0 <= _farthest_ms(message) <= CALENDAR_ENDS_MS:
                bury(session, letter, "value: no such instant", at=at)
                continue
            key = (message.gw, message.ep, message.seq)
            if key in upward and late(upward[key][1]) != late(message):  # type: ignore[arg-type]
                bury(session, letter, "key used twice for different content", at=at)
                continue
            upward.setdefault(key, (topic, message, letter.payload))
        elif isinstance(message, GatewayState | GatewayMeta):
            _hear(session, topic.gw, message, at=at)
        else:
            bury(session, letter, "not for the inbox", at=at)
    streams = _lock_streams(session, upward, at=at)
    fresh = _store(session, upward, at=at)
    _place(session, [upward[key][1] for key in fresh], by=by, at=at)
    return [_advance(session, stream, upward, at=at) for stream in streams]


def _farthest_ms(message: Envelope) -> int:
    """Return the latest instant a message speaks of."""
    if isinstance(message, Measurements):
        return max(message.t0 + row.dt for row in message.r)
    return message.at if isinstance(message, Weighing | DeviceEvent) else 0


def _store(session: Session, upward: dict[Key, tuple[Topic, Envelope, bytes]], *, at: Moment) -> list[Key]:
    """Write the messages and return the keys that were new, in order; same key with other content is buried."""
    if not upward:
        return []
    rows = [
        {
            "gateway": key[0], "epoch": key[1], "sequence": key[2], "channel": topic.channel, "payload": payload,
            "payload_digest": sealed(topic.channel, at.ms, payload), "received_at": at.at,
        }
        for key, (topic, _, payload) in sorted(upward.items())
    ]  # fmt: skip
    message = GatewayMessage
    statement = upsert(session, message).on_conflict_do_nothing()
    written = session.execute(statement.returning(message.gateway, message.epoch, message.sequence), rows)
    fresh = {tuple(row) for row in written}
    for key, (topic, content, payload) in sorted(upward.items()):
        if key not in fresh:
            _compare(session, key, topic, content, payload, at=at)
    return [key for key in sorted(upward) if key in fresh]


def _compare(session: Session, key: Key, topic: Topic, content: Envelope, payload: bytes, *, at: Moment) -> None:
    first = session.get_one(GatewayMessage, key)
    before = decode_as(first.channel, first.payload)  # type: ignore[arg-type]
    if late(before) != late(content):  # type: ignore[arg-type]
        bury(session, Arrived(str(topic), payload), "key was stored before with different content", at=at)


def _place(session: Session, messages: Iterable[Envelope], *, by: Actor, at: Moment) -> None:
    batches: list[Measurements] = []
    for message in messages:
        if isinstance(message, Measurements):
            batches.append(message)
        elif isinstance(message, Weighing):
            lots.record_weight(session, _weight(message), at=at)
        elif isinstance(message, DeviceEvent):
            _note(session, message)
    placed: Placed = place(session, batches, at=at)
    placed.watch(session, at=at)


def _weight(message: Weighing) -> lots.WeightRecordRequest:
    return lots.WeightRecordRequest(
        gateway=message.gw, epoch=message.ep, sequence=message.seq, instrument=message.instrument,
        taken_at=from_ms(message.at), weight_grams=message.weight_grams, net=message.net,
        tare_grams=message.tare_grams, stable=message.stable, e_grams=message.e_grams, protocol=message.protocol,
        raw_hex=message.raw, capture_id=message.id, clock=message.clk, live=message.live,
    )  # fmt: skip


def _note(session: Session, message: DeviceEvent) -> None:
    details = json.loads(msgspec.json.encode(message))
    row = DeviceEventRow(
        gateway=message.gw, epoch=message.ep, sequence=message.seq, kind=message.k, subject=message.subject,
        details=details, happened_at=from_ms(message.at),
    )  # fmt: skip
    append(session, row)
    lost = [
        {"gateway": message.gw, "epoch": message.ep, "first": first, "last": last} for first, last in message.lost or ()
    ]
    if lost:
        insert_new(session, LostRange, lost)


def _hear(session: Session, name: str, message: GatewayState | GatewayMeta, *, at: Moment) -> None:
    content = json.loads(msgspec.json.encode(message))
    gateway = session.get(Gateway, name, with_for_update=True)
    if gateway is None:
        gateway = Gateway(name=name, online=False, state={}, meta={}, heard_at=at.at)
        session.add(gateway)
    if isinstance(message, GatewayState):
        gateway.online, gateway.state = message.on, {**gateway.state, **content}
    else:
        gateway.meta = content
    gateway.heard_at = at.at
    session.flush()


def _lock_streams(session: Session, upward: Iterable[Key], *, at: Moment) -> list[Stream]:
    keys = sorted({(gateway, epoch) for gateway, epoch, _ in upward})
    for gateway, epoch in keys:
        values = {"gateway": gateway, "epoch": epoch, "upto": 0, "highest": 0, "last_at": at.at}
        insert_new(session, Stream, values)
    return [session.get_one(Stream, key, with_for_update=True, populate_existing=True) for key in keys]


def _advance(session: Session, stream: Stream, upward: Iterable[Key], *, at: Moment) -> Watermark:
    """Move a stream's watermark over what is now without a hole, and name the holes above it."""
    mine = [sequence for gateway, epoch, sequence in upward if (gateway, epoch) == (stream.gateway, stream.epoch)]
    stream.highest = max([stream.highest, *mine])
    stream.last_at = at.at
    session.flush()
    open_ranges = holes(session, stream)
    lost = session.scalars(
        select(LostRange.last).where(LostRange.gateway == stream.gateway, LostRange.epoch == stream.epoch)
    )
    stream.highest = max([stream.highest, *lost])
    stream.upto = open_ranges[0][0] - 1 if open_ranges else stream.highest
    session.flush()
    return Watermark(stream.gateway, stream.epoch, stream.highest, tuple(open_ranges))


def bury(session: Session, letter: Arrived, reason: str, *, at: Moment) -> None:
    """Keep a message that cannot be stored, with the reason, to be looked at and replayed."""
    row = DeadLetter(
        id=new_id(at), topic=letter.topic[:300], payload=letter.payload, reason=reason[:300], received_at=at.at
    )
    session.add(row)
    session.flush()
