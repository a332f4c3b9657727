"""The trace of some goods: everything the rooms know of their way, both directions, as one reader may see it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.facility.tables import Site
from wms.insight.queries import names
from wms.insight.queries.air import Rooms
from wms.insight.queries.departures import departures
from wms.insight.queries.sight import Family, family_of, lots_of_number
from wms.insight.queries.steps import steps
from wms.insight.rules.epcis import Crate
from wms.insight.rules.stays import Interval, Shift, intervals
from wms.insight.rules.trace import Arrival, Departure, Edge, Sight, Stay, Trace, TracedLot, generations
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.lots.tables import Delivery, Lot, StockMove, Unit


def trace(session: Session, number: str, *, by: Actor, at: Moment) -> Trace:
    """Return the whole way of what a number means: of a lot, unit, delivery, receipt, invoice, deal or its claim.

    Staff see everything; an owner his own lots without the names of the store's people; a buyer where what he bought
    came from and lay, and his own loads. Locks nothing. Raises SubjectNotFound, ScanMisread, FamilyTooLarge.
    """
    family = family_of(session, lots_of_number(session, number, by), by)
    return trace_family(session, family, number.strip(), by=by, at=at)


def trace_family(session: Session, family: Family, number: str, *, by: Actor, at: Moment) -> Trace:
    """Return the trace of lots that are known to belong together."""
    lots = lots_by_id(session, family.sights)
    trucks = _trucks(session, lots)
    out = [one for one in departures(session, family.sights) if _may_know(family, one, by)]
    return Trace(
        number=number,
        sight=family.sight,
        lots=_traced(session, family, lots),
        arrivals=tuple(_arrival(truck, family, lots) for truck in trucks),
        stays=tuple(_stays(session, family, lots, at)),
        departures=tuple(out),
        steps=tuple(steps(session, family, lots, trucks, out)),
        edges=_edges(family),
    )


def crates_of(session: Session, found: Trace) -> list[Crate]:
    """Return the labelled units of a trace's lots; none of lots whose path alone the reader sees."""
    wanted = [lot.lot_id for lot in found.lots if lot.sight is not Sight.PATH]
    return [
        Crate(unit.id, unit.lot_id, unit.sscc, unit.own_grams, unit.labelled_at)
        for part in names.chunks(wanted)
        for unit in session.scalars(select(Unit).where(Unit.lot_id.in_(part)).order_by(Unit.lot_id, Unit.ordinal))
    ]


def site_of(session: Session, found: Trace) -> Site:
    """Return the site a trace's lots lie at."""
    query = select(Site).join(Lot, Lot.site_id == Site.id).where(Lot.id == found.lots[0].lot_id)
    return session.scalars(query).one()


def _edges(family: Family) -> tuple[Edge, ...]:
    seen = set(family.sights)
    once = {
        (edge.parent_id, edge.child_id, edge.at): edge
        for edge in (*family.up, *family.down)
        if edge.parent_id in seen and edge.child_id in seen
    }
    return tuple(once.values())


def _may_know(family: Family, one: Departure, by: Actor) -> bool:
    return family.sights[one.lot_id] is not Sight.PATH or one.recipient_id == by.party_id


def lots_by_id(session: Session, ids: Iterable[UUID]) -> list[Lot]:
    """Return lots by id, in the order they came in."""
    found = [lot for part in names.chunks(sorted(ids)) for lot in session.scalars(select(Lot).where(Lot.id.in_(part)))]
    return sorted(found, key=lambda lot: (lot.entry_on, lot.code))


def _trucks(session: Session, lots: Sequence[Lot]) -> list[Delivery]:
    wanted = sorted({lot.delivery_id for lot in lots})
    found = [
        row for part in names.chunks(wanted) for row in session.scalars(select(Delivery).where(Delivery.id.in_(part)))
    ]
    return sorted(found, key=lambda row: (row.arrived_at, row.code))


def _arrival(truck: Delivery, family: Family, lots: Sequence[Lot]) -> Arrival:
    known = any(family.sights[lot.id] is not Sight.PATH for lot in lots if lot.delivery_id == truck.id)
    gross, tare = (truck.gross_grams, truck.tare_grams) if known else (None, None)
    net = gross - tare if gross is not None and tare is not None else truck.platform_grams or None
    return Arrival(
        truck.id, truck.code, truck.arrived_at, truck.plate, truck.driver if known else "", gross, tare,
        net if known else None,
    )  # fmt: skip


def _traced(session: Session, family: Family, lots: Sequence[Lot]) -> tuple[TracedLot, ...]:
    owners = names.parties(session, [lot.owner_id for lot in lots])
    level = generations(family.start, family.up, family.down)
    codes = {lot.id: lot.code for lot in lots}
    parents: dict[UUID, set[str]] = {}
    for edge in (*family.up, *family.down):
        if edge.parent_id in codes:
            parents.setdefault(edge.child_id, set()).add(codes[edge.parent_id])
    found = [
        _traced_lot(lot, family.sights[lot.id], level.get(lot.id, -1), parents.get(lot.id, set()), owners)
        for lot in lots
    ]
    return tuple(sorted(found, key=lambda one: (one.generation, one.code)))


def _traced_lot(lot: Lot, sight: Sight, generation: int, parents: set[str], owners: dict[UUID, str]) -> TracedLot:
    full = sight is not Sight.PATH
    return TracedLot(
        lot_id=lot.id,
        code=lot.code,
        generation=generation,
        sight=sight,
        parents=tuple(sorted(parents)),
        owner_id=lot.owner_id,
        owner_name=owners[lot.owner_id],
        variety=lot.variety,
        grade=lot.grade,
        size=lot.size,
        orchard_block=lot.orchard_block,
        origin=lot.origin,
        harvest_on=lot.harvest_on,
        picking_number=lot.picking_number,
        entry_on=lot.entry_on,
        entry_units=lot.entry_units,
        entry_grams=lot.entry_grams,
        units_on_hand=lot.units_on_hand if full else None,
        grams_on_hand=lot.grams_on_hand if full else None,
        grams_out=lot.grams_out if full else None,
        grams_loss=lot.grams_loss if full else None,
        grams_passed=lot.grams_passed if full else None,
    )


def stays_of(session: Session, lots: Sequence[Lot]) -> dict[UUID, list[Interval]]:
    """Return where each of some lots lay from when to when, by lot."""
    found: dict[UUID, list[Interval]] = {}
    for part in names.chunks(lots):
        query = select(StockMove).where(
            StockMove.lot_id.in_([lot.id for lot in part]), StockMove.placed_units > 0
        )  # fmt: skip
        rows = session.scalars(query).all()
        slots = names.slots(session, [each for row in rows for each in (row.slot_from_id, row.slot_to_id)])
        shifts: dict[UUID, list[Shift]] = {}
        for row in rows:
            from_room = slots[row.slot_from_id][1] if row.slot_from_id else None
            to_room = slots[row.slot_to_id][1] if row.slot_to_id else None
            shifts.setdefault(row.lot_id, []).append(Shift(row.moved_at, row.placed_units, from_room, to_room))
        found |= {lot_id: intervals(lines) for lot_id, lines in shifts.items()}
    return found


def _stays(session: Session, family: Family, lots: Sequence[Lot], at: Moment) -> list[Stay]:
    lain = stays_of(session, lots)
    rooms = names.rooms(session)
    air = Rooms(session, {stay.room_id for stays in lain.values() for stay in stays})
    found: list[Stay] = []
    for lot in lots:
        cut = family.until.get(lot.id)
        for stay in lain.get(lot.id, []):
            if cut is not None and stay.from_at >= cut:
                continue
            until = stay.until_at if cut is None or (stay.until_at and stay.until_at <= cut) else cut
            found.append(_stay(lot.code, stay, until, air, rooms[stay.room_id].code, rooms[stay.room_id].name, at))
    return sorted(found, key=lambda stay: (stay.from_at, stay.lot_code, stay.room_code))


def _stay(
    lot_code: str, stay: Interval, until: datetime | None, rooms: Rooms, code: str, name: str, at: Moment
) -> Stay:
    end = until or at.at
    air = rooms.air(stay.room_id, stay.from_at, end)
    return Stay(
        lot_code=lot_code,
        room_id=stay.room_id,
        room_code=code,
        room_name=name,
        from_at=stay.from_at,
        until_at=until,
        days=max(0, (end - stay.from_at).days),
        units=stay.most_units,
        least=air.least,
        mean=air.mean,
        most=air.most,
        readings=air.count,
        alarms=air.alarms,
    )
