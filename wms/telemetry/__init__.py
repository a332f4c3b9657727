"""The telemetry room: what instruments and sensors said, exactly once, and what it means for the rooms.

Owns streams, gateway messages, device events, sensors, readings with their conflicts and quarantine, dead letters,
rollups, alarm limits and alarms. Invariants: a message is stored once and its readings can be read from it again; a
reading is never changed, a second different value is kept beside it; nothing unknown is dropped. Weight records are
handed to the lots room. Deliberately does not know charges or loans: lending asks whether rooms were kept.
"""

from wms.telemetry.actions.burying import Arrived, bury
from wms.telemetry.actions.caring import acknowledge_alarm, adopt_sensor, replay_dead_letter, set_limits
from wms.telemetry.actions.receiving import give_up, receive
from wms.telemetry.errors import (
    AlarmNotFound,
    AlarmOver,
    DeadLetterNotFound,
    DeadLetterOver,
    DeadLetterStands,
    KindUnknown,
    LimitsInvalid,
    SensorAdopted,
    SensorNotFound,
    SourcesInvalid,
)
from wms.telemetry.queries import (
    check,
    curve,
    get_alarm,
    get_sensor,
    limits_of,
    list_alarms,
    list_dead_letters,
    list_gateways,
    list_sensors,
    open_alarms,
    quarantined,
    readings_of,
    rooms_record,
    sensors_of,
)
from wms.telemetry.rules import (
    SCALES,
    AcknowledgeAlarm,
    AdoptSensor,
    AlarmState,
    Bucket,
    Limits,
    RoomsRecord,
    SetLimits,
    Severity,
    Watermark,
)
from wms.telemetry.rules.sources import NO_SOURCES, Source, Sources, parse_sources
from wms.telemetry.tables import Alarm, AlarmLimits, DeadLetter, Gateway, Reading, Sensor

__all__ = [
    "NO_SOURCES",
    "SCALES",
    "AcknowledgeAlarm",
    "AdoptSensor",
    "Alarm",
    "AlarmLimits",
    "AlarmNotFound",
    "AlarmOver",
    "AlarmState",
    "Arrived",
    "Bucket",
    "DeadLetter",
    "DeadLetterNotFound",
    "DeadLetterOver",
    "DeadLetterStands",
    "Gateway",
    "KindUnknown",
    "Limits",
    "LimitsInvalid",
    "Reading",
    "RoomsRecord",
    "Sensor",
    "SensorAdopted",
    "SensorNotFound",
    "SetLimits",
    "Severity",
    "Source",
    "Sources",
    "SourcesInvalid",
    "Watermark",
    "acknowledge_alarm",
    "adopt_sensor",
    "bury",
    "check",
    "curve",
    "get_alarm",
    "get_sensor",
    "give_up",
    "limits_of",
    "list_alarms",
    "list_dead_letters",
    "list_gateways",
    "list_sensors",
    "open_alarms",
    "parse_sources",
    "quarantined",
    "readings_of",
    "receive",
    "replay_dead_letter",
    "rooms_record",
    "sensors_of",
    "set_limits",
]
