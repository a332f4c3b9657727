"""A room moving through its season, and people entering it while it is sealed."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.facility import queries
from wms.facility.errors import (
    EntryEnded,
    EntryTooLong,
    RoomEntryNotFound,
    RoomNotSealed,
)
from wms.facility.rules import (
    CLOSED,
    LONGEST_ENTRY,
    AdvanceRoomRequest,
    EndRoomEntryRequest,
    LogRoomEntryRequest,
    RoomState,
    StorageType,
    check_text,
    next_state,
)
from wms.facility.tables import (
    Room,
    RoomEntry,
    RoomEntryEnd,
    RoomEvent,
)
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def advance_room(session: Session, request: AdvanceRoomRequest, *, by: Actor, at: Moment) -> Room:
    """Move a room on in its season; what may follow what is the table of transitions.

    Locks the room. A repeat returns the room as it is now. Whether a room is really empty is known to the room that
    holds the goods, which must ask before it calls this with `EMPTIED`.
    Raises Forbidden, RoomNotFound, RoomEventRefused, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.advance_room", asdict(request), by=by, at=at):
        return queries.get_room(session, request.room_id)
    room = queries.lock_room(session, request.room_id)
    old = RoomState(room.state)
    new = next_state(old, request.event, StorageType(room.storage_type))
    room.state, room.state_since_at, room.events = new.value, at.at, room.events + 1
    event = RoomEvent(
        id=request.id,
        room_id=room.id,
        step=room.events,
        event=request.event.value,
        from_state=old.value,
        to_state=new.value,
        happened_at=at.at,
        happened_on=at.on,
        note=request.note[:200],
        account_id=by.account_id,
    )
    append(session, event)
    audit.record(session, "facility.advance_room", ("room", room.id), by=by, at=at, event=request.event, state=new)
    return room


def log_room_entry(session: Session, request: LogRoomEntryRequest, *, by: Actor, at: Moment) -> RoomEntry:
    """Log that people enter a sealed room from now until `until_at` at most (one shift), and whether goods may move.

    Locks the room. A repeat returns the entry.
    Raises Forbidden, RoomNotFound, RoomNotSealed, EntryTooLong, FieldInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.log_room_entry", asdict(request), by=by, at=at):
        return session.get_one(RoomEntry, request.id)
    check_text("people", request.people, 200)
    room = queries.lock_room(session, request.room_id)
    if RoomState(room.state) not in CLOSED:
        raise RoomNotSealed(room=room.code, state=room.state)
    if not at.at < request.until_at <= at.at + LONGEST_ENTRY:
        raise EntryTooLong(hours=LONGEST_ENTRY.seconds // 3600)
    entry = RoomEntry(
        id=request.id,
        room_id=room.id,
        purpose=request.purpose.value,
        people=request.people,
        entered_at=at.at,
        until_at=request.until_at,
        moves_allowed=request.moves_allowed,
        note=request.note[:200],
        account_id=by.account_id,
    )
    append(session, entry)
    audit.record(
        session, "facility.log_room_entry", ("room", room.id), by=by, at=at, entry=entry.id, purpose=request.purpose
    )
    return entry


def end_room_entry(session: Session, request: EndRoomEntryRequest, *, by: Actor, at: Moment) -> RoomEntryEnd:
    """Log that everybody is out of a room and its door is shut; moves are refused from now on.

    Locks the room. A repeat returns the first end. Raises Forbidden, RoomEntryNotFound, EntryEnded, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "facility.end_room_entry", asdict(request), by=by, at=at):
        return session.get_one(RoomEntryEnd, request.id)
    entry = session.get(RoomEntry, request.entry_id)
    if entry is None:
        raise RoomEntryNotFound
    queries.lock_room(session, entry.room_id)
    if session.scalar(select(RoomEntryEnd.id).where(RoomEntryEnd.entry_id == entry.id)) is not None:
        raise EntryEnded
    end = RoomEntryEnd(id=request.id, entry_id=entry.id, ended_at=at.at, account_id=by.account_id)
    append(session, end)
    audit.record(session, "facility.end_room_entry", ("room", entry.room_id), by=by, at=at, entry=entry.id)
    return end
