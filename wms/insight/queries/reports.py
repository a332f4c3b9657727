"""The reports, each one sheet: read in the order it is shown, long ones row by row."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from wms.facility.tables import Room, Slot
from wms.insight.queries import names
from wms.insight.queries.arrivals import arrivals, forecast
from wms.insight.rules import reports as r
from wms.insight.rules.sheets import Row, Sheet, word
from wms.insight.rules.trace import STEPS
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Spoken
from wms.kernel.numbers import largest_remainder
from wms.lots.tables import Lot, Shrink, SlotFill, StockBalance, StockMove

BATCH = 1_000
DOCK = Spoken("dock", "月台")


def report(session: Session, wanted: r.ReportRequest, *, by: Actor, at: Moment) -> Sheet:
    """Return a report as a sheet; movements come as they are read, so keep the session open until they are.

    Raises Forbidden, QuestionWrong.
    """
    by.must(Permission.SEE_ALL)
    wanted.check()
    name = r.REPORTS[wanted.kind]
    match wanted.kind:
        case r.ReportKind.STOCK:
            return Sheet(name, r.stock_columns(wanted.group), r.stock_rows(_parts(session, wanted.group)))
        case r.ReportKind.AGEING:
            return Sheet(name, r.AGEING, r.age_rows(_parts(session, r.GroupBy.OWNER), at.on))
        case r.ReportKind.OCCUPANCY:
            return Sheet(name, r.OCCUPANCY, _occupancy(session))
        case r.ReportKind.MOVEMENTS:
            return Sheet(name, r.MOVEMENTS, _movements(session, wanted))
        case r.ReportKind.SHRINK:
            return Sheet(name, r.SHRINK, _shrink(session, wanted))
        case r.ReportKind.ARRIVALS:
            return Sheet(name, r.ARRIVALS, arrivals(session, at))
        case r.ReportKind.FORECAST:
            return Sheet(name, r.FORECAST, forecast(session, at))


def count_rows(session: Session, wanted: r.ReportRequest) -> int:
    """Return how many rows a report has, 0 for those that are always short."""
    if wanted.kind is r.ReportKind.MOVEMENTS:
        query = select(func.count()).select_from(StockMove).where(*_between(StockMove.moved_on, wanted))
        return session.scalar(query) or 0
    if wanted.kind is r.ReportKind.SHRINK:
        query = select(func.count()).select_from(Shrink).where(*_between(Shrink.happened_on, wanted))
        return session.scalar(query) or 0
    return 0


def _between(column: InstrumentedAttribute[date], wanted: r.ReportRequest) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.from_on is not None:
        found.append(column >= wanted.from_on)
    if wanted.until_on is not None:
        found.append(column <= wanted.until_on)
    return found


def _parts(session: Session, group: r.GroupBy) -> list[r.StockPart]:
    lots = list(session.scalars(select(Lot).where(Lot.units_on_hand > 0).order_by(Lot.entry_on, Lot.id)))
    if group is r.GroupBy.ROOM:
        return _parts_by_room(session, lots)
    owners = names.parties(session, {lot.owner_id for lot in lots}) if group is r.GroupBy.OWNER else {}
    return [_part(lot, _group_of(lot, group, owners), lot.units_on_hand, lot.grams_on_hand) for lot in lots]


def _part(lot: Lot, group: str, units: int, grams: int) -> r.StockPart:
    held = max(lot.sale_units + lot.exit_units, lot.pledge_units, lot.quarantine_units, lot.lien_units, lot.count_units)
    return r.StockPart(group, units, grams, lot.entry_on, lot.deadline_on, min(held, units))


def _group_of(lot: Lot, group: r.GroupBy, owners: dict[UUID, str]) -> str:
    match group:
        case r.GroupBy.OWNER:
            return owners[lot.owner_id]
        case r.GroupBy.ENTRY_MONTH:
            return f"{lot.entry_on:%Y-%m}"
        case _:
            return str(getattr(lot, group.value) or "–")


def _parts_by_room(session: Session, lots: list[Lot]) -> list[r.StockPart]:
    """Share each lot's grams among the rooms it lies in by units, to the gram; what is in no slot is on the dock."""
    lies: dict[UUID, dict[str, int]] = {lot.id: {} for lot in lots}
    query = (
        select(StockBalance.lot_id, Room.name, func.sum(StockBalance.units))
        .join(Slot, Slot.id == StockBalance.slot_id)
        .join(Room, Room.id == Slot.room_id)
        .where(StockBalance.units > 0)
        .group_by(StockBalance.lot_id, Room.name)
    )
    for lot_id, room, units in session.execute(query):
        if lot_id in lies:
            lies[lot_id][room] = int(units)
    found: list[r.StockPart] = []
    for lot in lots:
        places = lies[lot.id]
        if lot.units_on_hand > sum(places.values()):
            places[f"{DOCK.zh} {DOCK.en}"] = lot.units_on_hand - sum(places.values())
        grams = largest_remainder(lot.grams_on_hand, places)
        found += [_part(lot, room, units, grams[room]) for room, units in places.items()]
    return found


def _occupancy(session: Session) -> list[Row]:
    query = (
        select(
            Room.code, Room.name, func.count(Slot.id), func.coalesce(func.sum(SlotFill.units), 0),
            func.coalesce(func.sum(Slot.capacity_units), 0), func.coalesce(func.sum(SlotFill.load_grams), 0),
            func.coalesce(func.sum(Slot.capacity_grams), 0),
        )
        .join(Slot, Slot.room_id == Room.id)
        .outerjoin(SlotFill, SlotFill.slot_id == Slot.id)
        .where(Slot.in_use)
        .group_by(Room.code, Room.name)
        .order_by(Room.code)
    )  # fmt: skip
    return [
        (code, name, slots, int(units), int(room), int(units) * 1000 // max(1, int(room)), int(load), int(may),
         int(load) * 1000 // max(1, int(may)))
        for code, name, slots, units, room, load, may in session.execute(query)
    ]  # fmt: skip


def _movements(session: Session, wanted: r.ReportRequest) -> Iterator[Row]:
    query = (
        select(StockMove, Lot.code, Lot.owner_id)
        .join(Lot, Lot.id == StockMove.lot_id)
        .where(*_between(StockMove.moved_on, wanted))
        .order_by(StockMove.moved_at, StockMove.id)
        .execution_options(yield_per=BATCH)
    )
    slots = {row.id: row.code for row in session.execute(select(Slot.id, Slot.code))}
    for batch in session.execute(query).partitions(BATCH):
        owners = names.parties(session, {owner for _, _, owner in batch})
        hands = names.people(session, {move.person_id or move.account_id for move, _, _ in batch})
        for move, code, owner in batch:
            moved = move.placed_units > 0
            yield (
                move.moved_at, code, owners[owner], word(STEPS, move.kind), move.placed_units if moved else move.units,
                None if moved else move.grams, slots.get(move.slot_from_id, ""), slots.get(move.slot_to_id, ""),
                hands.get(move.person_id or move.account_id, ""),
            )  # fmt: skip


def _shrink(session: Session, wanted: r.ReportRequest) -> Iterator[Row]:
    query = (
        select(Shrink, Lot.code, Lot.owner_id, Lot.variety)
        .join(Lot, Lot.id == Shrink.lot_id)
        .where(*_between(Shrink.happened_on, wanted))
        .order_by(Shrink.happened_on, Shrink.id)
        .execution_options(yield_per=BATCH)
    )
    for batch in session.execute(query).partitions(BATCH):
        owners = names.parties(session, {owner for _, _, owner, _ in batch})
        for row, code, owner, variety in batch:
            permille = row.loss_grams * 1000 // row.entry_grams if row.entry_grams else 0
            yield (
                row.happened_on, code, owners[owner], variety, word(r.SOURCES, row.source), row.stored_days, row.units,
                row.entry_grams, row.out_grams, row.loss_grams, permille, row.allowed_grams, row.excess_grams,
            )  # fmt: skip
