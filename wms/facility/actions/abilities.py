"""What a room can keep."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.facility import queries
from wms.facility.rules import SetRoomAbility, check_ability
from wms.facility.tables import RoomAbility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment


def set_room_ability(session: Session, request: SetRoomAbility, *, by: Actor, at: Moment) -> RoomAbility:
    """Say what a room can keep from now on; what lies there stays. Every field replaces what stood.

    Locks the room. A repeat returns what stands. Raises Forbidden, RoomNotFound, FieldInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    first = idempotency.claim(session, request.id, "facility.set_room_ability", asdict(request), by=by, at=at)
    room = queries.lock_room(session, request.room_id)
    row = session.get(RoomAbility, room.id, populate_existing=True)
    if not first and row is not None:
        return row
    check_ability(request)
    said = {name: value for name, value in asdict(request).items() if name not in ("id", "room_id")}
    said["varieties"] = sorted(set(request.varieties))
    if row is None:
        row = RoomAbility(room_id=room.id, **said)
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    row.set_at, row.account_id = at.at, by.account_id
    session.flush()
    audit.record(session, "facility.set_room_ability", ("room", room.id), by=by, at=at, **said)
    return row
