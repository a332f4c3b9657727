"""What people do about telemetry: give sensors their place, set limits, answer alarms, replay dead letters."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.telemetry.actions.burying import Arrived
from wms.telemetry.actions.letting_in import let_in
from wms.telemetry.actions.receiving import receive
from wms.telemetry.errors import (
    AlarmNotFound,
    AlarmOver,
    DeadLetterNotFound,
    DeadLetterOver,
    DeadLetterStands,
    KindUnknown,
    LimitsInvalid,
    SensorAdopted,
)
from wms.telemetry.queries import get_dead_letter, get_sensor
from wms.telemetry.rules import (
    SCALES,
    AcknowledgeAlarm,
    AdoptSensor,
    AlarmState,
    CloseDeadLetter,
    SetLimits,
    Watermark,
)
from wms.telemetry.rules.sources import NO_SOURCES, Sources
from wms.telemetry.tables import Alarm, AlarmLimits, DeadLetter, QuarantinedReading, Sensor


def adopt_sensor(session: Session, request: AdoptSensor, *, by: Actor, at: Moment) -> Sensor:
    """Give a sensor its place; its readings that waited in quarantine are stored with the stamps they had.

    What a clock stamped that was not set, or that lies in the future, waits on for that.

    A repeat returns the sensor. Raises Forbidden, KindUnknown, RoomNotFound, SensorAdopted, RequestIdReused.
    """
    by.must(Permission.ADOPT_SENSOR)
    if not idempotency.claim(session, request.id, "telemetry.adopt_sensor", asdict(request), by=by, at=at):
        return get_sensor(session, request.id)
    if request.kind not in SCALES:
        raise KindUnknown(kind=request.kind, known=", ".join(sorted(SCALES)))
    facility.get_room(session, request.room_id)
    taken = select(Sensor.number).where(Sensor.gateway == request.gateway, Sensor.name == request.name)
    if session.scalar(taken) is not None:
        raise SensorAdopted(gateway=request.gateway, name=request.name)
    sensor = Sensor(
        id=request.id, gateway=request.gateway, name=request.name, kind=request.kind, room_id=request.room_id,
        place=request.place, adopted_at=at.at,
    )  # fmt: skip
    session.add(sensor)
    session.flush()
    _let_in(session, sensor, at=at)
    audit.record(session, "telemetry.adopt_sensor", ("sensor", sensor.id), by=by, at=at, name=sensor.name)
    return sensor


def _let_in(session: Session, sensor: Sensor, *, at: Moment) -> None:
    query = (
        select(QuarantinedReading)
        .where(
            QuarantinedReading.gateway == sensor.gateway, QuarantinedReading.name == sensor.name,
            QuarantinedReading.reason == "unknown", QuarantinedReading.verdict_id.is_(None),
        )
        .order_by(QuarantinedReading.epoch, QuarantinedReading.sequence, QuarantinedReading.n)
    )  # fmt: skip
    let_in(session, list(session.scalars(query)), at=at)


def set_limits(session: Session, request: SetLimits, *, by: Actor, at: Moment) -> AlarmLimits:
    """Set the alarm limits of a kind in a room from now on. A repeat returns the first.

    Raises Forbidden, KindUnknown, LimitsInvalid, RoomNotFound, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "telemetry.set_limits", asdict(request), by=by, at=at):
        return session.get_one(AlarmLimits, request.id)
    limits = request.limits
    if request.kind not in SCALES:
        raise KindUnknown(kind=request.kind, known=", ".join(sorted(SCALES)))
    crossed = limits.low is not None and limits.high is not None and limits.low >= limits.high
    if crossed or limits.deadband < 0 or limits.delay_s < 0:
        raise LimitsInvalid
    facility.get_room(session, request.room_id)
    row = AlarmLimits(
        id=request.id, room_id=request.room_id, kind=request.kind, low=limits.low, high=limits.high,
        deadband=limits.deadband, delay_s=limits.delay_s, severity=limits.severity.value, set_at=at.at,
        account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "telemetry.set_limits", ("room", request.room_id), by=by, at=at, kind=request.kind)
    return row


def acknowledge_alarm(session: Session, request: AcknowledgeAlarm, *, by: Actor, at: Moment) -> Alarm:
    """Say that somebody has seen an alarm, with a note. A repeat changes nothing. Locks the alarm.

    Raises Forbidden, AlarmNotFound, AlarmOver, RequestIdReused.
    """
    by.must(Permission.ACKNOWLEDGE_ALARM)
    first = idempotency.claim(session, request.id, "telemetry.acknowledge_alarm", asdict(request), by=by, at=at)
    alarm = session.get(Alarm, request.alarm_id, with_for_update=True)
    if alarm is None:
        raise AlarmNotFound(alarm_id=request.alarm_id)
    if not first:
        return alarm
    if alarm.state not in (AlarmState.ACTIVE, AlarmState.CLEARED):
        raise AlarmOver(state=alarm.state)
    alarm.state = AlarmState.ACKNOWLEDGED if alarm.state == AlarmState.ACTIVE else AlarmState.OVER
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.note = at.at, by.account_id, request.note
    session.flush()
    audit.record(session, "telemetry.acknowledge_alarm", ("alarm", alarm.id), by=by, at=at, note=request.note)
    return alarm


def replay_dead_letter(
    session: Session, letter_id: UUID, *, by: Actor, at: Moment, sources: Sources = NO_SOURCES
) -> list[Watermark]:
    """Read a dead letter again, for instance after an update that understands it. Locks the letter.

    Raises Forbidden, DeadLetterNotFound, DeadLetterOver (understood or set aside before), DeadLetterStands.
    """
    by.must(Permission.MANAGE_INSTRUMENTS)
    letter = _locked(session, letter_id)
    letter.replayed_at = at.at
    session.flush()
    machine = Actor(by.account_id, by.name, by.permissions | {Permission.PUSH_READINGS}, by.person_id)
    marks = receive(session, [Arrived(letter.topic, letter.payload)], by=machine, at=at, sources=sources)
    session.refresh(letter)
    if letter.replayed_at is None:  # it was buried again
        raise DeadLetterStands(why=letter.code or "")
    audit.record(session, "telemetry.replay_dead_letter", ("dead_letter", letter_id), by=by, at=at)
    return marks


def close_dead_letter(session: Session, request: CloseDeadLetter, *, by: Actor, at: Moment) -> DeadLetter:
    """Set a dead letter aside with a note; it stays where it is. Locks the letter. A repeat changes nothing.

    Raises Forbidden, DeadLetterNotFound, DeadLetterOver, RequestIdReused.
    """
    by.must(Permission.MANAGE_INSTRUMENTS)
    first = idempotency.claim(session, request.id, "telemetry.close_dead_letter", asdict(request), by=by, at=at)
    if not first:
        return get_dead_letter(session, request.letter_id)
    letter = _locked(session, request.letter_id)
    letter.closed_at, letter.closed_by, letter.note = at.at, by.account_id, request.note
    session.flush()
    audit.record(session, "telemetry.close_dead_letter", ("dead_letter", letter.id), by=by, at=at, note=request.note)
    return letter


def _locked(session: Session, letter_id: UUID) -> DeadLetter:
    letter = session.get(DeadLetter, letter_id, with_for_update=True, populate_existing=True)
    if letter is None:
        raise DeadLetterNotFound(letter_id=letter_id)
    if letter.replayed_at is not None or letter.closed_at is not None:
        raise DeadLetterOver
    return letter
