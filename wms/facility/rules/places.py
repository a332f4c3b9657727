"""Rooms as a process, slot codes and what a device must say about itself. Pure: no session, no clock, no I/O."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wms.facility.errors import CodeMalformed, FieldInvalid, RoomEventRefused
from wms.kernel.check_sign import check_character

LONGEST_VARIETY = 40
MOST_SLOTS = 5_000  # of one request
LONGEST_ENTRY = timedelta(hours=12)  # one shift; a longer stay is an opened room, not an entry
ROOM_CODE = re.compile(r"[A-Z0-9]{1,8}")
TOPIC_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?")  # as devices.messages.NAME


class StorageType(StrEnum):
    """How a room stores: regular cold air, or controlled atmosphere."""

    RA = "ra"
    CA = "ca"


class RoomState(StrEnum):
    """Where a room is in its season."""

    EMPTY = "empty"
    PRE_COOLING = "pre_cooling"
    FILLING = "filling"
    SEALED = "sealed"
    UNDER_CA = "under_ca"
    OPENED = "opened"
    EMPTYING = "emptying"


class RoomEventKind(StrEnum):
    """What moves a room on."""

    PRE_COOL = "pre_cool"
    FILL = "fill"
    SEAL = "seal"
    START_CA = "start_ca"
    OPEN = "open"
    START_EMPTYING = "start_emptying"
    EMPTIED = "emptied"


class EntryPurpose(StrEnum):
    """Why somebody enters a sealed room."""

    REPAIR = "repair"
    SAMPLE = "sample"
    REMOVAL = "removal"
    INSPECTION = "inspection"


class InstrumentKind(StrEnum):
    """What an instrument is."""

    SCALE = "scale"
    PROBE = "probe"


TRANSITIONS: dict[tuple[RoomState, RoomEventKind], RoomState] = {
    (RoomState.EMPTY, RoomEventKind.PRE_COOL): RoomState.PRE_COOLING,
    (RoomState.EMPTY, RoomEventKind.FILL): RoomState.FILLING,  # a room still cold from before
    (RoomState.PRE_COOLING, RoomEventKind.FILL): RoomState.FILLING,
    (RoomState.PRE_COOLING, RoomEventKind.EMPTIED): RoomState.EMPTY,  # switched off again
    (RoomState.FILLING, RoomEventKind.SEAL): RoomState.SEALED,
    (RoomState.FILLING, RoomEventKind.START_EMPTYING): RoomState.EMPTYING,  # an RA room is often never sealed
    (RoomState.SEALED, RoomEventKind.START_CA): RoomState.UNDER_CA,
    (RoomState.SEALED, RoomEventKind.OPEN): RoomState.OPENED,
    (RoomState.UNDER_CA, RoomEventKind.OPEN): RoomState.OPENED,
    (RoomState.OPENED, RoomEventKind.SEAL): RoomState.SEALED,  # resealed after one removal (NY 187.7)
    (RoomState.OPENED, RoomEventKind.START_EMPTYING): RoomState.EMPTYING,
    (RoomState.EMPTYING, RoomEventKind.EMPTIED): RoomState.EMPTY,
}
CLOSED = frozenset({RoomState.SEALED, RoomState.UNDER_CA})


@dataclass(frozen=True, slots=True)
class AddSiteRequest:
    """A new site; `code` is its name in MQTT topics, `zone` its IANA time zone."""

    id: UUID
    code: str
    name: str
    zone: str
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class AddRoomRequest:
    """A new room, empty; `registration` is its controlled-atmosphere registration number, printed on papers."""

    id: UUID
    site_id: UUID
    code: str
    name: str
    storage_type: StorageType
    name_en: str | None = None
    registration: str | None = None


@dataclass(frozen=True, slots=True)
class SetRoomAbility:
    """What a room can keep: °C × 1000 both ends or neither, an ethylene scrubber, varieties (none: any), and how firm
    a lot must be at its last inspection, in gram-force per cm²."""

    id: UUID
    room_id: UUID
    coldest_millidegrees: int | None = None
    warmest_millidegrees: int | None = None
    scrubs_ethylene: bool = False
    varieties: tuple[str, ...] = ()
    least_firmness_gf_cm2: int | None = None


@dataclass(frozen=True, slots=True)
class AdvanceRoomRequest:
    """Something moves a room on in its season."""

    id: UUID
    room_id: UUID
    event: RoomEventKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class LogRoomEntryRequest:
    """Somebody enters a sealed room until `until_at` at most; moves are accepted only if `moves_allowed`."""

    id: UUID
    room_id: UUID
    purpose: EntryPurpose
    people: str
    until_at: datetime
    moves_allowed: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class EndRoomEntryRequest:
    """Everybody is out and the door is shut again."""

    id: UUID
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class AddSlotsRequest:
    """A block of slots of one size: rows × bays × levels, both ends included, counted from 1."""

    id: UUID
    room_id: UUID
    rows: tuple[int, int]
    bays: tuple[int, int]
    levels: tuple[int, int]
    capacity_grams: int
    capacity_units: int


@dataclass(frozen=True, slots=True)
class SetSlotRequest:
    """New capacity of a slot, or taking it out of use; goods in it stay there."""

    id: UUID
    slot_id: UUID
    capacity_grams: int
    capacity_units: int
    in_use: bool


@dataclass(frozen=True, slots=True)
class AddInstrumentRequest:
    """A scale or probe as its gateway names it, and where it stands: a room, or a place such as "dock 1"."""

    id: UUID
    site_id: UUID
    gateway: str
    name: str
    kind: InstrumentKind
    place: str
    room_id: UUID | None = None
    protocol: str = ""
    e_grams: int | None = None
    capacity_grams: int | None = None
    serial_number: str | None = None


@dataclass(frozen=True, slots=True)
class RetireInstrumentRequest:
    """An instrument is taken out of service."""

    id: UUID
    instrument_id: UUID


@dataclass(frozen=True, slots=True)
class RecordCalibrationRequest:
    """A verification: certificate, who did it, whether it passed, and the last day it covers."""

    id: UUID
    instrument_id: UUID
    certificate: str
    body: str
    calibrated_on: date
    due_on: date
    passed: bool


@dataclass(frozen=True, slots=True)
class AddPolicyRequest:
    """An insurance policy on one room or on a whole site; `until_on` is the first day it no longer covers."""

    id: UUID
    insurer: str
    number: str
    sum_fen: int
    from_on: date
    until_on: date
    room_id: UUID | None = None
    site_id: UUID | None = None
    loss_payee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CancelPolicyRequest:
    """A policy ends early: `on` is the first day it no longer covers."""

    id: UUID
    policy_id: UUID
    on: date


def next_state(state: RoomState, event: RoomEventKind, storage_type: StorageType) -> RoomState:
    """Return where an event leads a room. Raises RoomEventRefused for every pair outside the table."""
    new = TRANSITIONS.get((state, event))
    if new is None or (new is RoomState.UNDER_CA and storage_type is not StorageType.CA):
        raise RoomEventRefused(state=state.value, event=event.value, storage_type=storage_type.value)
    return new


def next_states(state: RoomState, storage_type: StorageType) -> dict[RoomEventKind, RoomState]:
    """Return what may happen next to a room in `state`, and where each leads."""
    return {
        event: new
        for (old, event), new in TRANSITIONS.items()
        if old is state and (new is not RoomState.UNDER_CA or storage_type is StorageType.CA)
    }


def slot_code(room: str, row: int, bay: int, level: int) -> str:
    """Return a slot's code, e.g. "A3-02-11-4-K": room, row, bay, level, check character."""
    body = f"{room}-{row:02d}-{bay:02d}-{level}"
    return f"{body}-{check_character(body)}"


def is_code_right(code: str) -> bool:
    """Tell whether a slot code's check character fits."""
    body, dash, mark = code.rpartition("-")
    return bool(dash) and len(mark) == 1 and check_character(body) == mark


def normal_code(code: str) -> str:
    """Return a typed or scanned slot code as it is kept. Raises CodeMalformed when its check character is wrong."""
    normal = code.strip().upper()
    if not is_code_right(normal):
        raise CodeMalformed(slot_code=code[:40])
    return normal


def check_text(name: str, text: str | None, most: int) -> None:
    """Refuse an empty, padded or overlong text; None passes. Raises FieldInvalid."""
    if text is not None and (not text.strip() or text != text.strip() or len(text) > most):
        raise FieldInvalid(field=name)


def check_zone(zone: str) -> None:
    """Refuse an unknown time zone. Raises FieldInvalid."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FieldInvalid(field="zone") from error


def check_block(request: AddSlotsRequest) -> None:
    """Refuse a block that is empty, too large, or has slots that hold nothing. Raises FieldInvalid."""
    count = 1
    for name, (first, last), most in (
        ("rows", request.rows, 99), ("bays", request.bays, 99), ("levels", request.levels, 99),
    ):  # fmt: skip
        if not 1 <= first <= last <= most:
            raise FieldInvalid(field=name)
        count *= last - first + 1
    if count > MOST_SLOTS:
        raise FieldInvalid(field="rows")
    check_capacity(request.capacity_grams, request.capacity_units)


def check_capacity(grams: int, units: int) -> None:
    """Refuse a slot that holds nothing. Raises FieldInvalid."""
    if grams <= 0:
        raise FieldInvalid(field="capacity_grams")
    if units <= 0:
        raise FieldInvalid(field="capacity_units")


def check_ability(request: SetRoomAbility) -> None:
    """Refuse half a range, one the wrong way round, an empty variety, no firmness at all. Raises FieldInvalid."""
    coldest, warmest = request.coldest_millidegrees, request.warmest_millidegrees
    if (coldest is None) != (warmest is None) or (coldest is not None and warmest is not None and coldest > warmest):
        raise FieldInvalid(field="coldest_millidegrees")
    if any(not name.strip() or len(name) > LONGEST_VARIETY for name in request.varieties):
        raise FieldInvalid(field="varieties")
    if request.least_firmness_gf_cm2 is not None and request.least_firmness_gf_cm2 < 1:
        raise FieldInvalid(field="least_firmness_gf_cm2")


def check_instrument(request: AddInstrumentRequest) -> None:
    """Refuse names that no topic can carry and scales without division and capacity. Raises FieldInvalid."""
    for name in ("gateway", "name"):
        if not TOPIC_NAME.fullmatch(getattr(request, name)):
            raise FieldInvalid(field=name)
    check_text("place", request.place, 60)
    check_text("serial_number", request.serial_number, 60)
    scale = request.kind is InstrumentKind.SCALE
    for name in ("e_grams", "capacity_grams"):
        grams = getattr(request, name)
        if (grams is None) == scale or (grams is not None and grams <= 0):
            raise FieldInvalid(field=name)
    if request.e_grams is not None and request.capacity_grams is not None and request.e_grams > request.capacity_grams:
        raise FieldInvalid(field="e_grams")


def check_policy(request: AddPolicyRequest) -> None:
    """Refuse a policy on nothing, on two things, for nothing or for no time. Raises FieldInvalid."""
    check_text("insurer", request.insurer, 120)
    check_text("number", request.number, 60)
    if (request.room_id is None) == (request.site_id is None):
        raise FieldInvalid(field="room_id")
    if request.sum_fen <= 0:
        raise FieldInvalid(field="sum_fen")
    if request.until_on <= request.from_on:
        raise FieldInvalid(field="until_on")
