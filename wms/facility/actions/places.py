"""Changes of sites, rooms and slots."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.facility import queries
from wms.facility.errors import (
    CodeTaken,
    FieldInvalid,
)
from wms.facility.rules import (
    ROOM_CODE,
    TOPIC_NAME,
    AddRoomRequest,
    AddSiteRequest,
    AddSlotsRequest,
    RoomState,
    SetSlotRequest,
    check_block,
    check_capacity,
    check_text,
    check_zone,
    slot_code,
)
from wms.facility.tables import (
    Room,
    Site,
    Slot,
)
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import add_unique
from wms.kernel.ids import derived_id


def add_site(session: Session, request: AddSiteRequest, *, by: Actor, at: Moment) -> Site:
    """Add a site.

    A repeat returns the site. Raises Forbidden, FieldInvalid, CodeTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.add_site", asdict(request), by=by, at=at):
        return queries.get_site(session, request.id)
    if not TOPIC_NAME.fullmatch(request.code):
        raise FieldInvalid(field="code")
    check_text("name", request.name, 120)
    check_text("name_en", request.name_en, 120)
    check_zone(request.zone)
    if session.scalar(select(Site.id).where(Site.code == request.code)) is not None:
        raise CodeTaken(taken=request.code)
    site = Site(id=request.id, code=request.code, name=request.name, name_en=request.name_en, zone=request.zone)
    add_unique(session, site, CodeTaken(taken=site.code))
    audit.record(session, "facility.add_site", ("site", site.id), by=by, at=at, code=site.code)
    return site


def add_room(session: Session, request: AddRoomRequest, *, by: Actor, at: Moment) -> Room:
    """Add an empty room to a site.

    A repeat returns the room. Raises Forbidden, SiteNotFound, FieldInvalid, CodeTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.add_room", asdict(request), by=by, at=at):
        return queries.get_room(session, request.id)
    if not ROOM_CODE.fullmatch(request.code):
        raise FieldInvalid(field="code")
    check_text("name", request.name, 120)
    check_text("name_en", request.name_en, 120)
    check_text("registration", request.registration, 60)
    queries.get_site(session, request.site_id)
    if session.scalar(select(Room.id).where(Room.code == request.code)) is not None:
        raise CodeTaken(taken=request.code)
    room = Room(
        id=request.id,
        site_id=request.site_id,
        code=request.code,
        name=request.name,
        name_en=request.name_en,
        storage_type=request.storage_type.value,
        registration=request.registration,
        state=RoomState.EMPTY.value,
        state_since_at=at.at,
        events=0,
    )
    add_unique(session, room, CodeTaken(taken=room.code))
    audit.record(session, "facility.add_room", ("room", room.id), by=by, at=at, code=room.code)
    return room


def add_slots(session: Session, request: AddSlotsRequest, *, by: Actor, at: Moment) -> list[UUID]:
    """Add a block of slots of one size to a room and return their ids; ids follow from the place.

    Locks the room, so that two blocks cannot overlap. A repeat returns the same ids.
    Raises Forbidden, RoomNotFound, FieldInvalid, CodeTaken, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    check_block(request)
    repeat = not idempotency.claim(session, request.id, "facility.add_slots", asdict(request), by=by, at=at)
    places = [
        (row, bay, level)
        for row in range(request.rows[0], request.rows[1] + 1)
        for bay in range(request.bays[0], request.bays[1] + 1)
        for level in range(request.levels[0], request.levels[1] + 1)
    ]
    ids = [derived_id(request.room_id, "slot", *place) for place in places]
    if repeat:
        return ids
    room = queries.lock_room(session, request.room_id)
    taken = session.scalar(select(Slot.code).where(Slot.id.in_(ids)).order_by(Slot.code).limit(1))
    if taken is not None:
        raise CodeTaken(taken=taken)
    for slot_id, (row, bay, level) in zip(ids, places, strict=True):
        session.add(
            Slot(
                id=slot_id,
                room_id=room.id,
                row_no=row,
                bay_no=bay,
                level_no=level,
                code=slot_code(room.code, row, bay, level),
                capacity_grams=request.capacity_grams,
                capacity_units=request.capacity_units,
                in_use=True,
            )
        )
    session.flush()
    audit.record(session, "facility.add_slots", ("room", room.id), by=by, at=at, slots=len(ids))
    return ids


def set_slot(session: Session, request: SetSlotRequest, *, by: Actor, at: Moment) -> Slot:
    """Set a slot's capacity and whether it is in use; what lies there already stays.

    Locks the slot. A repeat returns the slot as it is now. Raises Forbidden, SlotNotFound, FieldInvalid,
    RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.set_slot", asdict(request), by=by, at=at):
        return queries.get_slot(session, request.slot_id)
    check_capacity(request.capacity_grams, request.capacity_units)
    (slot,) = queries.lock_slots(session, [request.slot_id])
    before = {"grams": slot.capacity_grams, "units": slot.capacity_units, "in_use": slot.in_use}
    slot.capacity_grams, slot.capacity_units = request.capacity_grams, request.capacity_units
    slot.in_use = request.in_use
    session.flush()
    audit.record(session, "facility.set_slot", ("slot", slot.id), by=by, at=at, before=before, **asdict(request))
    return slot
