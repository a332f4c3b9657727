"""Messages of other conventions become messages of ours: numbered here, kept as they came, stored like all others."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.messages import ROWS_MAX, BadMessage, Measurements, Row, encode, make_topic
from wms.kernel.clock import Moment
from wms.kernel.upsert import insert_new
from wms.telemetry.actions.burying import Arrived, bury
from wms.telemetry.actions.counting import count_on
from wms.telemetry.rules import sealed
from wms.telemetry.rules.adapters import sparkplug
from wms.telemetry.rules.foreign import Heard, TimeSource, Value
from wms.telemetry.rules.reasons import NO_SOURCE, Reason
from wms.telemetry.rules.sources import Source, Sources
from wms.telemetry.tables import ForeignMessage, Stream

EPOCH = 1
LIVE_MS = 10 * 60 * 1000  # what is older than this was not said just now, and pages nobody
REPEAT = timedelta(minutes=10)  # a broker repeats what it could not deliver within this time
SITE = "other"  # the level of a site in topics made here; nothing is sent there


def translate(session: Session, letters: Iterable[Arrived], sources: Sources, *, at: Moment) -> list[Arrived]:
    """Return messages of ours for those of other conventions; what cannot be read is buried.

    A repeat is known by the sender's own id of the message; without one, by its bytes, if the broker says it is a
    repeat or if the message names its own instants. Locks the devices' counters and the sources' streams.
    """
    made: list[Arrived] = []
    for letter in letters:
        source = sources.find(letter.topic)
        if source is None:
            bury(session, letter, NO_SOURCE, at=at)
            continue
        counted = source.counted(letter.topic, letter.payload)
        if counted is not None:
            count_on(session, source.name, counted, at=at)
        try:
            heard = source.translate(letter.topic, letter.payload, at.ms, _earlier(session, source, letter.topic))
            made += _number(session, source, letter, heard, at=at)
        except BadMessage as error:
            bury(session, letter, Reason.of(error), at=at)
    return made


def _earlier(session: Session, source: Source, topic: str) -> dict[str, bytes]:
    if source.adapter != "sparkplug":
        return {}
    birth = sparkplug.birth_topic(topic)
    row = ForeignMessage
    query = select(row.payload).where(row.gateway == source.name, row.topic == birth)
    found = session.scalar(query.order_by(row.first.desc()).limit(1))
    return {} if found is None else {birth: found}


def _number(session: Session, source: Source, letter: Arrived, heard: Heard, *, at: Moment) -> list[Arrived]:
    if not heard.values:
        return []  # a button, a restart: nothing was measured
    insert_new(session, Stream, {"gateway": source.name, "epoch": EPOCH, "upto": 0, "highest": 0, "last_at": at.at})
    stream = session.get_one(Stream, (source.name, EPOCH), with_for_update=True, populate_existing=True)
    if _is_repeat(session, source, letter, heard, at=at):
        return []
    taken = session.scalar(
        select(ForeignMessage.last)
        .where(ForeignMessage.gateway == source.name, ForeignMessage.epoch == EPOCH)
        .order_by(ForeignMessage.first.desc())
        .limit(1)
    )
    first = max(stream.highest, taken or 0) + 1
    batches = list(_batches(heard.values))
    messages = [
        _message(source, values, first + n, at=at) for n, (_, values) in enumerate(batches)
    ]  # fmt: skip
    encoded = [encode(message) for message in messages]
    row = ForeignMessage(
        gateway=source.name, epoch=EPOCH, first=first, last=first + len(batches) - 1, adapter=source.adapter,
        topic=letter.topic[:300], payload=letter.payload, payload_digest=sealed(letter.topic, at.ms, letter.payload),
        time_sources=" ".join(sorted({time for time, _ in batches})), identity=_identity(letter, heard),
        received_at=at.at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return [Arrived(make_topic(SITE, source.name, "up/m"), payload) for payload in encoded]


def _identity(letter: Arrived, heard: Heard) -> str:
    told = heard.identity
    if told is not None and len(told) <= 64:
        return told
    said = letter.payload if told is None else told.encode()
    return hashlib.sha256(letter.topic.encode() + b"\n" + said).hexdigest()


def _is_repeat(session: Session, source: Source, letter: Arrived, heard: Heard, *, at: Moment) -> bool:
    row = ForeignMessage
    same = select(row.received_at).where(row.gateway == source.name, row.identity == _identity(letter, heard))
    before = session.scalar(same.order_by(row.first.desc()).limit(1))
    if before is None:
        return False
    dated = bool(heard.values) and all(value.time != TimeSource.SERVER for value in heard.values)
    return heard.identity is not None or dated or (letter.repeated and before > at.at - REPEAT)


def _batches(values: Sequence[Value]) -> Iterable[tuple[str, list[Value]]]:
    """Cut values into messages, each with one source of time."""
    for time in TimeSource:
        mine = [value for value in values if value.time == time]
        for start in range(0, len(mine), ROWS_MAX):
            yield time.value, mine[start : start + ROWS_MAX]


def _message(source: Source, values: Sequence[Value], sequence: int, *, at: Moment) -> Measurements:
    stamps = [at.ms if value.ms is None else value.ms for value in values]
    start = min(stamps)
    return Measurements(
        v=1, gw=source.name, ep=EPOCH, seq=sequence, clk="ntp", live=start > at.ms - LIVE_MS, t0=start,
        r=[
            Row(value.sensor, ms - start, value.value, value.quality)
            for value, ms in zip(values, stamps, strict=True)
        ],
    )  # fmt: skip
