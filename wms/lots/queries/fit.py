"""Which rooms suit a lot, and why the others do not."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import facility
from wms.facility.tables import Room, RoomAbility, Slot
from wms.lots.rules.fit import Keeps, Nature, Refused, opponents, refused
from wms.lots.tables import Inspection, Lot, StockBalance, VarietyTraits

CLOSED = (facility.RoomState.SEALED.value, facility.RoomState.UNDER_CA.value)


@dataclass(frozen=True, slots=True)
class RoomRefused:
    """A room that takes goods just now, but not these."""

    room_code: str
    why: Refused


def list_variety_traits(session: Session) -> list[VarietyTraits]:
    """Return what is known of varieties, by name."""
    return list(session.scalars(select(VarietyTraits).order_by(VarietyTraits.variety)))


def rooms_for(session: Session, lot: Lot) -> tuple[list[UUID], list[RoomRefused]]:
    """Return the open rooms of a lot's site that suit it, and those that do not with the reason, by code."""
    query = select(Room).where(Room.site_id == lot.site_id, Room.state.not_in(CLOSED)).order_by(Room.code)
    rooms = list(session.scalars(query))
    why = refusals(session, lot, rooms)
    return (
        [room.id for room in rooms if room.id not in why],
        [RoomRefused(room.code, why[room.id]) for room in rooms if room.id in why],
    )


def refusals(session: Session, lot: Lot, rooms: Iterable[Room]) -> dict[UUID, Refused]:
    """Return why rooms do not suit a lot, by room; rooms that do are not in it. Seals and capacity are not judged."""
    wanted = list(rooms)
    query = select(RoomAbility).where(RoomAbility.room_id.in_([room.id for room in wanted]))
    known = {row.room_id: row for row in session.scalars(query)}
    traits = {row.variety: row for row in list_variety_traits(session)}
    nature = _nature(session, lot, traits.get(lot.variety), measured=_asks_firmness(known))
    against = _against(session, lot, traits, [room.id for room in wanted])
    found = {room.id: refused(nature, _keeps(room, known.get(room.id)), against.get(room.id)) for room in wanted}
    return {room_id: why for room_id, why in found.items() if why is not None}


def _asks_firmness(known: dict[UUID, RoomAbility]) -> bool:
    return any(row.least_firmness_gf_cm2 is not None for row in known.values())


def _keeps(room: Room, row: RoomAbility | None) -> Keeps:
    if row is None:
        return Keeps(room.storage_type)
    return Keeps(
        room.storage_type, row.coldest_millidegrees, row.warmest_millidegrees, row.scrubs_ethylene,
        frozenset(row.varieties), row.least_firmness_gf_cm2,
    )  # fmt: skip


def _nature(session: Session, lot: Lot, row: VarietyTraits | None, *, measured: bool) -> Nature:
    ends = (None, None) if row is None else (row.coldest_millidegrees, row.warmest_millidegrees)
    return Nature(lot.variety, lot.storage_type, *ends, firmness=_firmness(session, lot) if measured else None)


def _firmness(session: Session, lot: Lot) -> int | None:
    """Return a lot's firmness as last measured, of what it was split from where it was never measured itself."""
    one: Lot | None = lot
    while one is not None:
        query = (
            select(Inspection.firmness_gf_cm2)
            .where(Inspection.lot_id == one.id, Inspection.firmness_gf_cm2.is_not(None))
            .order_by(Inspection.inspected_on.desc(), Inspection.recorded_at.desc())
            .limit(1)
        )
        found = session.scalar(query)
        if found is not None:
            return found
        one = None if one.parent_id is None else session.get(Lot, one.parent_id)
    return None


def _against(session: Session, lot: Lot, traits: dict[str, VarietyTraits], room_ids: list[UUID]) -> dict[UUID, str]:
    """Return a variety lying in a room that cannot lie with this lot, by room. Asks nothing where nothing can clash."""
    emitting = frozenset(row.variety for row in traits.values() if row.emits_ethylene)
    sensitive = frozenset(row.variety for row in traits.values() if row.ethylene_sensitive)
    clash = opponents(lot.variety, emitting, sensitive)
    if not clash:
        return {}
    query = (
        select(Slot.room_id, func.min(Lot.variety))
        .join(StockBalance, StockBalance.slot_id == Slot.id)
        .join(Lot, Lot.id == StockBalance.lot_id)
        .where(Slot.room_id.in_(room_ids), StockBalance.units > 0, Lot.variety.in_(clash))
        .group_by(Slot.room_id)
    )
    return {room_id: variety for room_id, variety in session.execute(query)}
