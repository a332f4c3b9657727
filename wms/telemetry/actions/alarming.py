"""A room's alarm of a kind moves by what its sensors said lately."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, select, type_coerce
from sqlalchemy.orm import Session

from wms.kernel import outbox
from wms.kernel.clock import Moment, from_ms, to_ms
from wms.kernel.ids import derived_id
from wms.telemetry.queries import limits_of
from wms.telemetry.rules import STALE_MS, AlarmState, Limits, median, outside
from wms.telemetry.tables import Alarm, Sensor


def carry_alarm(session: Session, room_id: UUID, kind: str, newest_ms: int, *, at: Moment) -> None:
    """Move the alarm of a room and kind by the median of its sensors that spoke lately."""
    limits = limits_of(session, room_id, kind)
    if limits is None:
        return
    # Values alone: a room of a hundred sensors would be most of what a batch's alarms cost.
    lately = select(Sensor.last_value).where(
        Sensor.room_id == room_id, Sensor.kind == kind, Sensor.last_value.is_not(None),
        Sensor.last_quality.is_(None), type_coerce(Sensor.last_at, BigInteger) > newest_ms - STALE_MS,
    )  # fmt: skip
    fresh = [value for value in session.scalars(lately) if value is not None]
    if not fresh:
        return
    value, moment = median(fresh), from_ms(newest_ms)
    query = select(Alarm).where(Alarm.room_id == room_id, Alarm.kind == kind, Alarm.ended_at.is_(None))
    alarm = session.scalar(query.with_for_update())
    if alarm is None:
        if outside(value, limits):
            alarm = _begin(session, room_id, kind, value, limits, moment)
            _activate(session, alarm, limits, moment, at=at)
            session.flush()
        return
    if outside(value, limits, returning=alarm.state != AlarmState.PENDING):
        alarm.extreme = _worse(alarm.extreme, value, limits)
        if alarm.state == AlarmState.PENDING:
            _activate(session, alarm, limits, moment, at=at)
    else:
        alarm.ended_at = moment
        alarm.state = AlarmState.CLEARED if alarm.state == AlarmState.ACTIVE else AlarmState.OVER
    session.flush()


def _begin(session: Session, room_id: UUID, kind: str, value: int, limits: Limits, moment: datetime) -> Alarm:
    alarm_id = derived_id(room_id, "alarm", kind, to_ms(moment))
    ended = session.get(Alarm, alarm_id, with_for_update=True)
    if ended is not None:  # within one instant, by what another probe said of it
        return _go_on(ended, value, limits)
    alarm = Alarm(
        id=alarm_id, room_id=room_id, kind=kind,
        severity=limits.severity.value, state=AlarmState.PENDING, began_at=moment, extreme=value,
    )  # fmt: skip
    session.add(alarm)
    session.flush()
    return alarm


def _go_on(alarm: Alarm, value: int, limits: Limits) -> Alarm:
    """Take an alarm up again that is over, in the state it had."""
    alarm.ended_at, alarm.extreme = None, _worse(alarm.extreme, value, limits)
    if alarm.acknowledged_at is not None:
        alarm.state = AlarmState.ACKNOWLEDGED
    else:
        alarm.state = AlarmState.PENDING if alarm.active_at is None else AlarmState.ACTIVE
    return alarm


def _activate(session: Session, alarm: Alarm, limits: Limits, moment: datetime, *, at: Moment) -> None:
    """Tell of an alarm that lasted for as long as the limits wait, once."""
    if alarm.state == AlarmState.PENDING and moment - alarm.began_at >= timedelta(seconds=limits.delay_s):
        alarm.state, alarm.active_at = AlarmState.ACTIVE, moment
        payload = {"alarm_id": alarm.id, "room_id": alarm.room_id, "kind": alarm.kind, "severity": alarm.severity}
        outbox.put(session, "telemetry.alarm_raised", alarm.id, payload, at=at)
        session.flush()


def _worse(extreme: int, value: int, limits: Limits) -> int:
    """Return which of two values lies further outside: on its way back within the deadband a value is not worse."""
    return max(extreme, value, key=lambda each: _beyond(each, limits))


def _beyond(value: int, limits: Limits) -> int:
    """Tell how far outside a value is; less than nothing inside."""
    over = [] if limits.high is None else [value - limits.high]
    under = [] if limits.low is None else [limits.low - value]
    return max([*over, *under], default=0)
