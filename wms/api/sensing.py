"""Sensors, readings and alarms, and what arrived and could not be used."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import telemetry
from wms.api.once import once
from wms.api.resource import Resource
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import paged, places

SENSORS = Resource("sensors", "Probes of the rooms: adopted, with their newest reading.")
READINGS = Resource("readings", "What sensors said; temperatures in millidegrees C, humidity in permille.")
ALARMS = Resource("alarms", "Readings beyond a room's limits for longer than its delay.")
GATEWAYS = Resource("gateways", "The boxes that read instruments, and what of theirs could not be used.")
SEE = Permission.SEE_READINGS
KNOWN = (telemetry.get_sensor,)


@SENSORS.page("/sensors", places.SENSOR, needs=SEE)
def list_sensors(session: Session, query: dict[str, Any]) -> Page[telemetry.Sensor]:
    """List the adopted sensors."""
    return telemetry.list_sensors(session, **query)


@SENSORS.get("/sensors/waiting", paged(places.WAITING), needs=Permission.ADOPT_SENSOR)
def waiting_sensors(session: Session) -> Page[dict[str, Any]]:
    """List senders nobody adopted yet; their readings are kept until somebody does."""
    names = ("gateway", "name", "reason", "readings", "last_at")
    return Page([dict(zip(names, row, strict=True)) for row in telemetry.quarantined(session)], None)


@SENSORS.get("/sensors/<uuid:sensor_id>", places.SENSOR, needs=SEE, raises=KNOWN)
def get_sensor(session: Session, sensor_id: UUID) -> telemetry.Sensor:
    """Show one sensor."""
    return telemetry.get_sensor(session, sensor_id)


@READINGS.page("/sensors/<uuid:sensor_id>/readings", places.READING, needs=SEE, raises=KNOWN)
def list_readings(session: Session, query: dict[str, Any], sensor_id: UUID) -> Page[telemetry.Reading]:
    """List a sensor's readings, newest first."""
    return telemetry.readings_of(session, telemetry.get_sensor(session, sensor_id), **query)


@READINGS.get("/sensors/<uuid:sensor_id>/curve", paged(places.BUCKET), query=places.CurveQuery, needs=SEE, raises=KNOWN)
def curve_of_sensor(session: Session, query: dict[str, Any], sensor_id: UUID) -> Page[telemetry.Bucket]:
    """Show a sensor's curve between two instants in at most 2,000 points."""
    sensor = telemetry.get_sensor(session, sensor_id)
    return Page(telemetry.curve(session, sensor, query["since"], query["until"]), None)


@ALARMS.page("/alarms", places.ALARM, needs=SEE)
def list_alarms(session: Session, query: dict[str, Any]) -> Page[telemetry.Alarm]:
    """List alarms, newest first."""
    return telemetry.list_alarms(session, **query)


@ALARMS.get("/alarms/<uuid:alarm_id>", places.ALARM, needs=SEE, raises=(telemetry.get_alarm,))
def get_alarm(session: Session, alarm_id: UUID) -> telemetry.Alarm:
    """Show one alarm."""
    return telemetry.get_alarm(session, alarm_id)


@GATEWAYS.get("/gateways", paged(places.GATEWAY_STATE), needs=SEE)
def list_gateways(session: Session) -> Page[telemetry.Gateway]:
    """List the gateways with what they last said of themselves."""
    return Page(telemetry.list_gateways(session), None)


@GATEWAYS.get("/inboxes", paged(places.INBOX), needs=Permission.MANAGE_INSTRUMENTS)
def list_inboxes(session: Session) -> Page[telemetry.Inbox]:
    """List the processes that listen at the broker, what they listen to, and where two hear the same."""
    return Page(telemetry.list_inboxes(session), None)


@GATEWAYS.get("/device-gaps", paged(places.COUNTER), needs=Permission.MANAGE_INSTRUMENTS)
def list_gaps(session: Session) -> Page[telemetry.DeviceCounter]:
    """List devices of other conventions (LoRaWAN, Sparkplug) some of whose messages never came."""
    return Page(telemetry.list_counters(session), None)


@GATEWAYS.page("/dead-letters", places.DEAD_LETTER, needs=Permission.MANAGE_INSTRUMENTS)
def list_dead_letters(session: Session, query: dict[str, Any]) -> Page[telemetry.DeadLetter]:
    """List messages that could not be understood; none is thrown away."""
    return telemetry.list_dead_letters(session, **query)


def _replay(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> list[telemetry.Watermark]:
    return telemetry.replay_dead_letter(session, body["letter_id"], by=by, at=at)


SENSORS.command("/sensors", telemetry.adopt_sensor, places.ADOPT, places.SENSOR, telemetry.AdoptSensor)
SENSORS.command(
    "/sensors/waiting/accept", telemetry.accept_readings, places.ACCEPT, places.VERDICT, telemetry.AcceptReadings
)
SENSORS.command(
    "/sensors/waiting/dismiss", telemetry.dismiss_readings, places.DISMISS, places.VERDICT, telemetry.DismissReadings
)
ALARMS.command(
    "/alarms/<uuid:alarm_id>/acknowledge", telemetry.acknowledge_alarm, places.ACKNOWLEDGE, places.ALARM,
    telemetry.AcknowledgeAlarm, status=200,
)  # fmt: skip
ALARMS.command(
    "/rooms/<uuid:room_id>/limits", telemetry.set_limits, places.SET_LIMITS, places.LIMITS, telemetry.SetLimits
)
GATEWAYS.command(
    "/dead-letters/<uuid:letter_id>/replay", telemetry.replay_dead_letter, places.OnlyId, paged(places.WATERMARK),
    run=once("replay_dead_letter", _replay), show=lambda _, marks: Page(marks, None), status=200,
)  # fmt: skip
GATEWAYS.command(
    "/dead-letters/<uuid:letter_id>/close", telemetry.close_dead_letter, places.CLOSE_LETTER, places.DEAD_LETTER,
    telemetry.CloseDeadLetter, status=200,
)  # fmt: skip
RESOURCES = (SENSORS, READINGS, ALARMS, GATEWAYS)
