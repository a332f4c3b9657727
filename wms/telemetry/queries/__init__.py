"""Reads of telemetry: sensors, readings, curves, alarms, what could not be placed, and whether rooms were kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, func, select, type_coerce, union_all
from sqlalchemy.orm import Session

from wms.kernel.clock import from_ms, to_ms
from wms.kernel.paging import Page, page
from wms.telemetry.errors import AlarmNotFound, DeadLetterNotFound, SensorNotFound
from wms.telemetry.rules import (
    HISTORY_DAYS,
    KEPT_SPANS_MS,
    OPEN_STATES,
    SCALES,
    SPANS_MS,
    STALE_MS,
    Bucket,
    Limits,
    RoomsRecord,
    Severity,
    outside,
)
from wms.telemetry.rules import mean as mean_of
from wms.telemetry.tables import (
    Alarm,
    AlarmLimits,
    DeadLetter,
    DeviceCounter,
    Gateway,
    GatewayMessage,
    Inbox,
    LostRange,
    QuarantinedReading,
    Reading,
    Rollup,
    Sensor,
    Stream,
)

MOST_BUCKETS = 2000  # a chart never gets more points
MOST_MISSING = 1000


def get_sensor(session: Session, sensor_id: UUID) -> Sensor:
    """Return a sensor. Raises SensorNotFound."""
    sensor = session.scalar(select(Sensor).where(Sensor.id == sensor_id))
    if sensor is None:
        raise SensorNotFound(sensor_id=sensor_id)
    return sensor


def sensors_of(session: Session, room_ids: Sequence[UUID] | None = None) -> list[Sensor]:
    """Return the sensors of some rooms, or all, by name."""
    query = select(Sensor).order_by(Sensor.name, Sensor.number)
    return list(session.scalars(query if room_ids is None else query.where(Sensor.room_id.in_(room_ids))))


def list_sensors(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Sensor]:
    """Return a page of sensors."""
    return page(session, select(Sensor), [Sensor.number], cursor=cursor, limit=limit)


def readings_of(session: Session, sensor: Sensor, *, cursor: str | None = None, limit: int = 50) -> Page[Reading]:
    """Return a page of a sensor's readings, newest first."""
    query = select(Reading).where(Reading.sensor == sensor.number)
    return page(session, query, [Reading.at], cursor=cursor, limit=limit, descending=True)


def curve(session: Session, sensor: Sensor, since: datetime, until: datetime) -> list[Bucket]:
    """Return a sensor's curve between two instants in the finest rollup that needs at most 2,000 points."""
    width = to_ms(until) - to_ms(since)
    span = next((span for span in SPANS_MS if width <= span * MOST_BUCKETS), SPANS_MS[-1])
    if span not in KEPT_SPANS_MS:
        minutes = _minutes(session, sensor, since, until)
        if minutes:
            return minutes
        span = KEPT_SPANS_MS[0]  # readings that old may have been let go, their rollups stay
    query = (
        select(Rollup)
        .where(
            Rollup.sensor == sensor.number, Rollup.span_ms == span, Rollup.start_at >= since, Rollup.start_at < until
        )
        .order_by(Rollup.start_at)
        .limit(MOST_BUCKETS)
    )
    rows = session.scalars(query)
    return [Bucket(row.start_at, row.least, row.most, mean_of(row.total, row.count), row.count) for row in rows]


def _minutes(session: Session, sensor: Sensor, since: datetime, until: datetime) -> list[Bucket]:
    """Return the curve by minutes, straight from the readings."""
    value: Any = Reading.value
    least, most, total = func.min(value), func.max(value), func.sum(value)
    start = (type_coerce(Reading.at, BigInteger) // SPANS_MS[0]).label("minute")
    query = (
        select(start, least, most, total, func.count())
        .where(
            Reading.sensor == sensor.number, Reading.at >= since, Reading.at < until, Reading.quality.is_(None),
            Reading.value.is_not(None),
        )
        .group_by(start)
        .order_by(start)
        .limit(MOST_BUCKETS)
    )  # fmt: skip
    return [
        Bucket(from_ms(int(minute) * SPANS_MS[0]), low, high, mean_of(int(whole_sum), count), count)
        for minute, low, high, whole_sum, count in session.execute(query)
    ]


def limits_of(session: Session, room_id: UUID, kind: str) -> Limits | None:
    """Return the alarm limits of a kind in a room that count now, or None."""
    query = (
        select(AlarmLimits)
        .where(AlarmLimits.room_id == room_id, AlarmLimits.kind == kind)
        .order_by(AlarmLimits.set_at.desc(), AlarmLimits.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    return None if row is None else Limits(row.low, row.high, row.deadband, row.delay_s, Severity(row.severity))


def get_alarm(session: Session, alarm_id: UUID) -> Alarm:
    """Return an alarm. Raises AlarmNotFound."""
    alarm = session.get(Alarm, alarm_id)
    if alarm is None:
        raise AlarmNotFound(alarm_id=alarm_id)
    return alarm


def open_alarms(session: Session, room_ids: Sequence[UUID] | None = None) -> list[Alarm]:
    """Return alarms that stand, worst first."""
    query = select(Alarm).where(Alarm.state.in_(OPEN_STATES))
    if room_ids is not None:
        query = query.where(Alarm.room_id.in_(room_ids))
    return list(session.scalars(query.order_by(Alarm.severity, Alarm.began_at)))


def list_alarms(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[Alarm]:
    """Return a page of alarms, newest first."""
    return page(session, select(Alarm), [Alarm.began_at, Alarm.id], cursor=cursor, limit=limit, descending=True)


def quarantined(session: Session) -> list[tuple[str, str, str, int, datetime]]:
    """Return what waits in quarantine: gateway, sensor name, reason, how many readings, the newest stamp.

    What was dismissed does not wait any more.
    """
    row = QuarantinedReading
    query = (
        select(row.gateway, row.name, row.reason, func.count(), func.max(row.at))
        .where(row.verdict_id.is_(None))
        .group_by(row.gateway, row.name, row.reason)
        .order_by(row.gateway, row.name)
    )
    return [(gateway, name, reason, count, at) for gateway, name, reason, count, at in session.execute(query)]


def list_dead_letters(session: Session, *, cursor: str | None = None, limit: int = 50) -> Page[DeadLetter]:
    """Return a page of messages that could not be understood, newest first."""
    keys = [DeadLetter.received_at, DeadLetter.id]
    return page(session, select(DeadLetter), keys, cursor=cursor, limit=limit, descending=True)


def get_dead_letter(session: Session, letter_id: UUID) -> DeadLetter:
    """Return a dead letter. Raises DeadLetterNotFound."""
    letter = session.get(DeadLetter, letter_id)
    if letter is None:
        raise DeadLetterNotFound(letter_id=letter_id)
    return letter


def quarantined_kinds(session: Session) -> dict[tuple[str, str], str]:
    """Return what gateways say their sensors measure, by gateway and name: a proposal for adoption."""
    return {
        (gateway.name, sensor["id"]): sensor["kind"]
        for gateway in list_gateways(session)
        for sensor in gateway.meta.get("sensors", ())
        if sensor.get("kind") in SCALES
    }


def list_gateways(session: Session) -> list[Gateway]:
    """Return what each gateway last said of itself."""
    return list(session.scalars(select(Gateway).order_by(Gateway.name)))


def list_inboxes(session: Session) -> list[Inbox]:
    """Return the processes that listen at the broker, by name, also those that have said nothing for long."""
    return list(session.scalars(select(Inbox).order_by(Inbox.name)))


def list_counters(session: Session, *, limit: int = 50) -> list[DeviceCounter]:
    """Return the devices of other conventions whose numbers have skipped some, the newest gap first."""
    row = DeviceCounter
    return list(session.scalars(select(row).where(row.gaps > 0).order_by(row.gap_at.desc(), row.device).limit(limit)))


def rooms_record(session: Session, room_ids: Sequence[UUID], at: datetime) -> RoomsRecord:
    """Return whether rooms were kept within their temperature limits over the last days up to the instant `at`.

    Time is counted as it passes, whatever day the site or UTC calls it. Fails closed: a room without sensors or limits,
    or with a sensor that gave no good reading in the last hours before `at`, is not kept.
    """
    if not room_ids:
        return RoomsRecord(False, "the goods lie in no room", None)
    critical = sum(alarm.severity == Severity.CRITICAL for alarm in open_alarms(session, room_ids))
    problems = [problem for room_id in room_ids if (problem := _room_problem(session, room_id, at))]
    known = all(any(sensor.room_id == room_id for sensor in sensors_of(session, room_ids)) for room_id in room_ids)
    detail = "; ".join(problems) or f"within limits for {HISTORY_DAYS} days"
    return RoomsRecord(not problems, detail[:200], critical if known else None)


def _room_problem(session: Session, room_id: UUID, at: datetime) -> str | None:
    numbers = [sensor.number for sensor in sensors_of(session, [room_id]) if sensor.kind == "temperature"]
    limits = limits_of(session, room_id, "temperature")
    if not numbers or limits is None:
        return "no temperature sensor" if not numbers else "no limits set"
    fresh = select(Reading.sensor).where(
        Reading.sensor.in_(numbers), Reading.at > at - timedelta(milliseconds=STALE_MS), Reading.at <= at,
        Reading.value.is_not(None),
    )  # fmt: skip
    silent = set(numbers) - set(session.scalars(fresh.distinct()))
    if silent:  # a sensor that says nothing is not spoken for by its neighbour
        return f"readings missing or stale of {len(silent)} of {len(numbers)} sensors"
    query = select(Rollup).where(
        Rollup.sensor.in_(numbers), Rollup.span_ms == SPANS_MS[2],
        Rollup.start_at > at - timedelta(days=HISTORY_DAYS), Rollup.start_at <= at,
    )  # fmt: skip
    bad = sum(outside(mean_of(hour.total, hour.count), limits) for hour in session.scalars(query))
    return f"{bad} sensor hours outside limits" if bad else None


def holes(session: Session, stream: Stream) -> list[tuple[int, int]]:
    """Return the ranges above a stream's watermark that have neither arrived nor been named as lost, at most 1,000.

    The database compares neighbours, so a hole that stays open does not bring every later number here.
    """
    message, lost = GatewayMessage, LostRange
    arrived = select(message.sequence.label("first"), message.sequence.label("last")).where(
        message.gateway == stream.gateway, message.epoch == stream.epoch, message.sequence > stream.upto
    )
    named = select(lost.first, lost.last).where(
        lost.gateway == stream.gateway, lost.epoch == stream.epoch, lost.last > stream.upto
    )
    dead = select(DeadLetter.sequence.label("first"), DeadLetter.sequence.label("last")).where(
        DeadLetter.gateway == stream.gateway, DeadLetter.epoch == stream.epoch, DeadLetter.sequence > stream.upto
    )
    known = union_all(arrived, named, dead).subquery()
    before = func.max(known.c.last).over(order_by=(known.c.first, known.c.last), rows=(None, -1))
    ranges = select(func.coalesce(before, stream.upto).label("before"), known.c.first).subquery()
    gaps = select(ranges.c.before + 1, ranges.c.first - 1).where(ranges.c.first > ranges.c.before + 1)
    found = session.execute(gaps.order_by(ranges.c.first).limit(MOST_MISSING))
    return [(int(first), int(last)) for first, last in found]
