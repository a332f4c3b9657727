"""Slots taken in from a sheet."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms.facility import queries
from wms.facility.errors import SlotSheetWrong
from wms.facility.rules import ImportSlots, SlotRow
from wms.facility.tables import Room, Slot
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id


def import_slots(session: Session, request: ImportSlots, *, by: Actor, at: Moment) -> queries.SlotChanges:
    """Take a sheet of slots in, all of it or nothing, and return what changed; `slot_changes` is its dry run.

    A slot keeps its id by its place; what the sheet does not name stays. Locks the rooms named, in order. A repeat
    changes nothing more. Raises Forbidden, SiteNotFound, SlotSheetWrong, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    queries.get_site(session, request.site_id)
    repeat = not idempotency.claim(session, request.id, "facility.import_slots", asdict(request), by=by, at=at)
    rooms = {room.code: room for room in queries.list_rooms(session, request.site_id)}
    for room_id in sorted({rooms[row.room].id for row in request.rows if row.room in rooms}):
        queries.lock_room(session, room_id)
    changes = queries.slot_changes(session, request.site_id, request.rows)
    if repeat:
        return changes
    if changes.bad or not request.rows:
        first = changes.bad[0] if changes.bad else None
        raise SlotSheetWrong(bad=len(changes.bad), line=first.line if first else 1, why=first.why if first else "room")
    for row in changes.new:
        session.add(_slot(rooms[row.room], row))
    known = queries.lock_slots(session, [_place_id(rooms[row.room], row) for row in changes.changed])
    wanted = {row.code: row for row in changes.changed}
    for slot in known:
        row = wanted[slot.code]
        slot.capacity_grams, slot.capacity_units, slot.in_use = row.capacity_grams, row.capacity_units, row.in_use
    session.flush()
    audit.record(
        session, "facility.import_slots", ("site", request.site_id), by=by, at=at, new=len(changes.new),
        changed=[row.code for row in changes.changed],
    )  # fmt: skip
    return changes


def _place_id(room: Room, row: SlotRow) -> UUID:
    return derived_id(room.id, "slot", row.row, row.bay, row.level)


def _slot(room: Room, row: SlotRow) -> Slot:
    return Slot(
        id=_place_id(room, row),
        room_id=room.id,
        row_no=row.row,
        bay_no=row.bay,
        level_no=row.level,
        code=row.code,
        capacity_grams=row.capacity_grams,
        capacity_units=row.capacity_units,
        in_use=row.in_use,
    )
