"""How values are kept as integers, how windows roll up, and how an alarm lives. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from wms.kernel.numbers import half_up

FUTURE_MS = 5 * 60 * 1000  # a stamp further ahead than this is put in quarantine
GAP_MS = 30 * 1000  # a hole in a sequence is reported as missing after this long
STALE_MS = 3 * 60 * 60 * 1000  # a room without a reading for so long is not known to be kept
SPANS_MS = (60_000, 900_000, 3_600_000, 86_400_000)  # 1 min, 15 min, 1 h, 1 d
# A probe is asked once a minute or so: a minute's rollup would repeat the reading, so it is made when asked for.
KEPT_SPANS_MS = SPANS_MS[1:]
PIECE = 2_047  # hashlib lets other threads in for more at once: to get back in takes longer than the digest
HISTORY_DAYS = 3  # of room history that lending looks back on

# Whole numbers of what for one unit of a kind: millidegrees, permille, parts per million of gas.
SCALES: dict[str, int] = {
    "temperature": 1000,
    "humidity": 10,
    "co2": 10_000,
    "o2": 10_000,
    "door": 1,
    "defrost": 1,
    "fault": 1,
}


class Severity(StrEnum):
    """How bad an alarm is; a critical one stops advances on the room's goods."""

    WARNING = "warning"
    CRITICAL = "critical"


class AlarmState(StrEnum):
    """The life of an alarm (ISA-18.2 words)."""

    PENDING = "pending"  # outside, within the delay
    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"  # inside again, nobody has looked
    OVER = "over"


OPEN_STATES = (AlarmState.ACTIVE, AlarmState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Alarm limits of a kind in a room: whole units of the kind, delays in seconds, deadband for the way back."""

    low: int | None
    high: int | None
    deadband: int
    delay_s: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class AdoptSensor:
    """Give a sensor its place: the room it is in, what it measures, and where it hangs."""

    id: UUID
    gateway: str
    name: str
    kind: str
    room_id: UUID
    place: str


class Waiting(StrEnum):
    """What a reading in quarantine waits for."""

    UNKNOWN = "unknown"  # its sensor to be adopted
    FUTURE = "future"  # its stamp to be believed
    CLOCK = "clock"  # its gateway's clock to be set


@dataclass(frozen=True, slots=True)
class AcceptReadings:
    """The stamps of a sensor's readings that lay in the future were right."""

    id: UUID
    gateway: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class DismissReadings:
    """A sensor's readings that wait for something shall count for nothing."""

    id: UUID
    gateway: str
    name: str
    reason: Waiting
    note: str


@dataclass(frozen=True, slots=True)
class SetLimits:
    """New alarm limits of a kind in a room, from now on."""

    id: UUID
    room_id: UUID
    kind: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class AcknowledgeAlarm:
    """Somebody has seen an alarm."""

    id: UUID
    alarm_id: UUID
    note: str


@dataclass(frozen=True, slots=True)
class CloseDeadLetter:
    """A dead letter is set aside: nobody will ever understand it, and somebody says why."""

    id: UUID
    letter_id: UUID
    note: str


@dataclass(frozen=True, slots=True)
class Watermark:
    """What a gateway may forget: everything of `epoch` up to `upto` except the ranges in `miss`."""

    gateway: str
    epoch: int
    upto: int
    miss: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RoomsRecord:
    """Whether rooms were kept within limits lately, in words, and how many critical alarms stand; None: unknown."""

    kept: bool
    detail: str
    critical_alarms: int | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Readings of a sensor in one window: start, least, most, mean (whole units, half up) and how many."""

    start_at: datetime
    least: int
    most: int
    mean: int
    count: int


def sealed(channel: str, received_ms: int, payload: bytes) -> str:
    """Return the SHA-256 of a message as it is kept: its channel, when it came, and its bytes."""
    seal = hashlib.sha256(f"{channel}\n{received_ms}\n".encode())
    for start in range(0, len(payload), PIECE):
        seal.update(payload[start : start + PIECE])
    return seal.hexdigest()


def whole(value: Decimal, kind: str) -> int:
    """Return a measured value as whole units of its kind, half up: 0.65 °C → 650 millidegrees."""
    return half_up(Fraction(value) * SCALES[kind])


def mean(total: int, count: int) -> int:
    """Return the mean of whole values, half up."""
    return half_up(Fraction(total, count))


def outside(value: int, limits: Limits, *, returning: bool = False) -> bool:
    """Tell whether a value is outside; on the way back it must be inside by the deadband."""
    band = limits.deadband if returning else 0
    return (limits.low is not None and value < limits.low + band) or (
        limits.high is not None and value > limits.high - band
    )


def median(values: Iterable[int]) -> int:
    """Return the middle of some values, the mean of the two middle ones half up."""
    row = sorted(values)
    half = len(row) // 2
    return row[half] if len(row) % 2 else half_up(Fraction(row[half - 1] + row[half], 2))
