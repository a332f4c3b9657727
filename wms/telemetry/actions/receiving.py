"""The inbox's one action: messages as they came, in one transaction, and what their gateways may now forget."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select
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
    decode_as,
    late,
)
from wms import lots
from wms.kernel import bulk
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.evidence import append
from wms.kernel.upsert import insert_new
from wms.telemetry.actions.burying import Arrived, Key, bury
from wms.telemetry.actions.foreign import translate
from wms.telemetry.actions.letting_in import let_in_strangers
from wms.telemetry.actions.placing import place
from wms.telemetry.actions.preparing import Prepared, in_order, prepare
from wms.telemetry.actions.timing import settle_clocks, time_weights
from wms.telemetry.queries import holes
from wms.telemetry.rules import FUTURE_MS, Watermark, sealed
from wms.telemetry.rules.reasons import KEY_STORED, KEY_TWICE, NO_INSTANT, NOT_FOR_US, Reason, refused
from wms.telemetry.rules.sources import NO_SOURCES, Sources
from wms.telemetry.rules.strands import Lean, gather
from wms.telemetry.tables import (
    DeadLetter,
    DeviceEventRow,
    Gateway,
    GatewayMessage,
    LostRange,
    Stream,
)

Upward = tuple[Topic, Envelope, bytes]
COLUMNS = ("gateway", "epoch", "sequence", "channel", "payload", "payload_digest", "received_at")
CHUNK = 500
CALENDAR_ENDS_MS = to_ms(datetime(9999, 12, 31, tzinfo=UTC))  # the contract allows stamps that no calendar has


def receive(
    session: Session, arrived: Sequence[Arrived], *, by: Actor, at: Moment, sources: Sources = NO_SOURCES
) -> list[Watermark]:
    """Prepare messages and store them, as `receive_prepared` does."""
    return receive_prepared(session, prepare(arrived), by=by, at=at, sources=sources)


def receive_prepared(
    session: Session, prepared: Prepared, *, by: Actor, at: Moment, sources: Sources = NO_SOURCES
) -> list[Watermark]:
    """Store messages, place their readings, weights and events, and return the watermarks of gateways' streams.

    Messages on topics of other conventions are read by their source's adapter. Whatever is outside the contract
    becomes a dead letter; a message seen before changes nothing, so a redelivery is harmless; the same key with other
    content is kept as a dead letter, never merged. Locks the streams in order.
    """
    by.must(Permission.PUSH_READINGS)
    upward: dict[Key, Upward] = {}
    buried: set[Key] = set()
    made = translate(session, prepared.foreign, sources, at=at) if prepared.foreign else []
    others = prepare(made)
    latest = max(prepared.gathered.most_ms, others.gathered.most_ms)  # of the lean ones
    for letter, said in [*prepared.own, *others.own]:
        if isinstance(said, BadMessage):
            buried |= bury(session, letter, Reason.of(said), at=at)
            continue
        topic, message = said
        if isinstance(message, Envelope):
            key = (message.gw, message.ep, message.seq)
            lean = isinstance(message, Lean) and latest <= CALENDAR_ENDS_MS
            if not lean and not 0 <= _farthest_ms(message) <= CALENDAR_ENDS_MS:
                buried |= bury(session, letter, NO_INSTANT, at=at)
            elif key not in upward:
                upward[key] = (topic, message, letter.payload)
            elif _differ(upward[key], (topic, message, letter.payload)):
                bury(session, letter, KEY_TWICE, at=at)
        elif isinstance(message, GatewayState | GatewayMeta):
            _hear(session, topic.gw, message, at=at)
        else:
            bury(session, letter, NOT_FOR_US, at=at)
    streams = _lock_streams(session, [*upward, *buried], at=at)
    fresh = _store(session, upward, streams, at=at)
    _place(session, [upward[key][1] for key in fresh], prepared, at=at)
    marks = [_advance(session, stream, fresh, upward, at=at) for stream in streams]
    return [mark for mark in marks if mark.gateway not in {source.name for source in sources.all}]


def give_up(session: Session, letter: Arrived, error: Exception, *, at: Moment) -> list[Watermark]:
    """Bury a message that cannot be stored, and return what its gateway may forget: it is kept here from now on."""
    keys = bury(session, letter, refused(error), at=at)
    return [_advance(session, stream, (), {}, at=at) for stream in _lock_streams(session, keys, at=at)]


def _farthest_ms(message: Envelope) -> int:
    """Return the latest instant a message speaks of."""
    if isinstance(message, Measurements | Lean):
        return message.t0 + max([row.dt for row in message.r])
    return message.at if isinstance(message, Weighing | DeviceEvent) else 0


def _store(session: Session, upward: dict[Key, Upward], streams: Sequence[Stream], *, at: Moment) -> list[Key]:
    """Write the messages and return the keys that were new, in order; same key with other content is buried.

    The streams are locked, so nobody else writes these keys meanwhile.
    """
    highest = {(stream.gateway, stream.epoch): stream.highest for stream in streams}
    doubtful = [key for key in upward if key[2] <= highest[key[:2]]]
    for key, stored in sorted(_arrived(session, doubtful).items()):
        topic, _, payload = upward.pop(key)
        if stored != payload:  # nearly always the broker only brings the same again
            _compare(session, key, topic, payload, at=at)
        # It is not new, but its gateway asks: the watermark is said again.
    fresh = sorted(upward)
    rows, ms = [], at.ms
    for key in fresh:
        topic, _, payload = upward[key]
        rows.append((*key, topic.channel, payload, sealed(topic.channel, ms, payload), ms))
    bulk.load(session, GatewayMessage, COLUMNS, rows)
    return fresh


def _arrived(session: Session, keys: Sequence[Key]) -> dict[Key, bytes]:
    """Return which of some keys are stored, and as what."""
    message = GatewayMessage
    found: dict[Key, bytes] = {}
    by_stream: dict[tuple[str, int], list[int]] = {}
    for gateway, epoch, sequence in keys:
        by_stream.setdefault((gateway, epoch), []).append(sequence)
    for (gateway, epoch), sequences in by_stream.items():
        for start in range(0, len(sequences), CHUNK):
            query = select(message.sequence, message.payload).where(
                message.gateway == gateway, message.epoch == epoch,
                message.sequence.in_(sequences[start : start + CHUNK]),
            )  # fmt: skip
            found |= {(gateway, epoch, sequence): payload for sequence, payload in session.execute(query)}
    return found


def _compare(session: Session, key: Key, topic: Topic, payload: bytes, *, at: Moment) -> None:
    first = session.get_one(GatewayMessage, key)
    before = decode_as(first.channel, first.payload)  # type: ignore[arg-type]
    if late(before) != late(decode_as(topic.channel, payload)):  # type: ignore[arg-type]
        bury(session, Arrived(str(topic), payload), KEY_STORED, at=at)


def _differ(one: Upward, other: Upward) -> bool:
    """Tell whether two messages say different things, whichever lane they came by."""
    if one[2] == other[2] and one[0].channel == other[0].channel:
        return False
    said = [late(decode_as(topic.channel, payload)) for topic, _, payload in (one, other)]  # type: ignore[arg-type]
    return said[0] != said[1]


def _place(session: Session, messages: Sequence[Envelope], prepared: Prepared, *, at: Moment) -> None:
    """Clocks first: what they tell counts for the rest, whichever came first."""
    offsets = settle_clocks(session, messages, at=at)
    batches: list[Measurements] = []
    weighings: list[Weighing] = []
    for message in messages:
        if isinstance(message, Measurements):
            batches.append(message)
        elif isinstance(message, Weighing):
            weighings.append(message)
            lots.record_weight(session, _weight(message), at=at)
        elif isinstance(message, DeviceEvent):
            _note(session, message, offsets, at=at)
    time_weights(session, weighings, offsets, at=at)
    let_in_strangers(session, {message.gw for message in messages}, at=at)
    leans = in_order(messages)  # what was prepared, unless some of it was there already or is not ours
    gathered = prepared.gathered if prepared.gathered.messages == leans else gather(leans)
    place(session, batches, gathered, offsets, prepared.seen, at=at)


def _weight(message: Weighing) -> lots.WeightRecordRequest:
    return lots.WeightRecordRequest(
        gateway=message.gw, epoch=message.ep, sequence=message.seq, instrument=message.instrument,
        taken_at=from_ms(message.at), weight_grams=message.weight_grams, net=message.net,
        tare_grams=message.tare_grams, stable=message.stable, e_grams=message.e_grams, protocol=message.protocol,
        raw_hex=message.raw, capture_id=message.id, clock=message.clk, live=message.live,
    )  # fmt: skip


def _note(session: Session, message: DeviceEvent, offsets: dict[tuple[str, UUID], int], *, at: Moment) -> None:
    """Keep an event; one of a clock that was not set happened when its boot's offset says, if that was told by now."""
    known = offsets.get((message.gw, message.boot)) if message.clk == "free" and message.boot else None
    moved = message.at + (known or 0)
    happened_ms = moved if 0 <= moved <= at.ms + FUTURE_MS else message.at
    details = json.loads(msgspec.json.encode(message))
    row = DeviceEventRow(
        gateway=message.gw, epoch=message.ep, sequence=message.seq, kind=message.k, subject=message.subject,
        details=details, happened_at=from_ms(happened_ms),
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


def _advance(
    session: Session, stream: Stream, fresh: Sequence[Key], upward: Mapping[Key, Upward], *, at: Moment
) -> Watermark:
    """Move a stream's watermark over what is now without a hole, and name the holes above it."""
    mine = [key[2] for key in fresh if key[:2] == (stream.gateway, stream.epoch)]
    named = any(
        isinstance(message, DeviceEvent) and message.lost for _, message, _ in upward.values()
    )  # fmt: skip
    stream.last_at = at.at
    follows = [*range(stream.highest + 1, stream.highest + 1 + len(mine))]
    if mine and mine == follows and not named and stream.upto == stream.highest:  # nearly always
        stream.upto = stream.highest = mine[-1]
        session.flush()
        return Watermark(stream.gateway, stream.epoch, stream.highest, ())
    stream.highest = max([stream.highest, *mine])
    session.flush()
    open_ranges = holes(session, stream)
    stream.highest = max([stream.highest, *_last_named(session, stream)])
    stream.upto = open_ranges[0][0] - 1 if open_ranges else stream.highest
    session.flush()
    return Watermark(stream.gateway, stream.epoch, stream.highest, tuple(open_ranges))


def _last_named(session: Session, stream: Stream) -> list[int]:
    """Return the highest number said to be lost, and the highest of a dead letter."""
    lost = select(func.max(LostRange.last)).where(LostRange.gateway == stream.gateway, LostRange.epoch == stream.epoch)
    dead = select(func.max(DeadLetter.sequence)).where(
        DeadLetter.gateway == stream.gateway, DeadLetter.epoch == stream.epoch
    )
    return [highest for highest in (session.scalar(lost), session.scalar(dead)) if highest is not None]
