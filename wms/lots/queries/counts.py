"""Counts: which are under way, what is to be counted, and what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.facility.tables import Slot
from wms.kernel.paging import Page, page
from wms.lots.errors import CountNotFound
from wms.lots.rules.counts import UNDER_WAY, CountState
from wms.lots.tables import CountEntry, CountFinding, CountLine, Lot, StockBalance, StockCount


@dataclass(frozen=True, slots=True)
class CountSheetLine:
    """One line of a count with the words people need: whose slot, which lot; figures for those who may see them."""

    line: CountLine
    lot: Lot
    slot_code: str | None
    finding: CountFinding | None


def get_count(session: Session, count_id: UUID) -> StockCount:
    """Return a count. Raises CountNotFound."""
    found = session.get(StockCount, count_id)
    if found is None:
        raise CountNotFound
    return found


def lock_count(session: Session, count_id: UUID) -> StockCount:
    """Return a count, locked until the transaction ends and read afresh; after lots. Raises CountNotFound."""
    found = session.get(StockCount, count_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise CountNotFound
    return found


def list_counts(
    session: Session, *, under_way: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Page[StockCount]:
    """Return a page of counts, newest first; only those under way, or only those ended, if asked."""
    query = select(StockCount)
    if under_way is not None:
        going = StockCount.state.in_([state.value for state in UNDER_WAY])
        query = query.where(going if under_way else ~going)
    return page(session, query, [StockCount.opened_on, StockCount.id], cursor=cursor, limit=limit, descending=True)


def count_sheet(session: Session, count_id: UUID) -> list[CountSheetLine]:
    """Return the lines of a count by slot (the dock last) and lot."""
    query = (
        select(CountLine, Lot, Slot.code, CountFinding)
        .join(Lot, Lot.id == CountLine.lot_id)
        .outerjoin(Slot, Slot.id == CountLine.slot_id)
        .outerjoin(CountFinding, CountFinding.id == CountLine.finding_id)
        .where(CountLine.count_id == count_id)
        .order_by(Slot.code.nulls_last(), Lot.code)
    )
    return [CountSheetLine(line, lot, code, finding) for line, lot, code, finding in session.execute(query)]


def count_entries_of(session: Session, count_id: UUID) -> list[CountEntry]:
    """Return everything counted in a count, in order."""
    query = select(CountEntry).where(CountEntry.count_id == count_id)
    return list(session.scalars(query.order_by(CountEntry.counted_at, CountEntry.id)))


def counters_of(session: Session, count_id: UUID) -> set[UUID]:
    """Return whose eyes counted."""
    return set(session.scalars(select(CountEntry.counter_eyes).where(CountEntry.count_id == count_id).distinct()))


def book_units(session: Session, lot: Lot, slot_id: UUID | None) -> int:
    """Return what the book says lies of a locked lot in a slot, or on the dock."""
    if slot_id is None:
        return lot.units_on_hand - lot.units_placed
    found = session.get(StockBalance, (lot.id, slot_id), populate_existing=True)
    return 0 if found is None else found.units


def count_of_lots(session: Session, lot_ids: Sequence[UUID]) -> tuple[Lot, StockCount] | None:
    """Return a lot among some that a count under way has on its sheet, with that count; None if there is none."""
    query = (
        select(Lot, StockCount)
        .join(CountLine, CountLine.lot_id == Lot.id)
        .join(StockCount, StockCount.id == CountLine.count_id)
        .where(Lot.id.in_(lot_ids), StockCount.state.in_([state.value for state in UNDER_WAY]))
        .order_by(Lot.code)
        .limit(1)
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def count_places(session: Session, *, room_id: UUID | None, lot_id: UUID | None) -> list[tuple[UUID, UUID | None]]:
    """Return (lot, slot) of everything a count of a room or lot has to look at; the dock of a lot is None."""
    query = (
        select(StockBalance.lot_id, StockBalance.slot_id)
        .join(Slot, Slot.id == StockBalance.slot_id)
        .where(StockBalance.units > 0)
        .order_by(Slot.code, StockBalance.lot_id)
    )
    query = query.where(Slot.room_id == room_id) if room_id is not None else query.where(StockBalance.lot_id == lot_id)
    places: list[tuple[UUID, UUID | None]] = [(lot, slot) for lot, slot in session.execute(query)]
    if lot_id is not None:
        dock = select(Lot.id).where(Lot.id == lot_id, Lot.units_on_hand > Lot.units_placed)
        places += [(lot, None) for lot in session.scalars(dock)]
    return places


def waiting_lines(session: Session, count: StockCount) -> tuple[int, int, int]:
    """Return how many unsettled lines of a count wait for this round, how many differ, how many lack a reason."""
    row = session.execute(
        select(
            func.count().filter(CountLine.round_no < count.round_no),
            func.count().filter(CountLine.found_units.is_not(None)),
            func.count().filter(CountLine.finding_id.is_(None)),
        ).where(CountLine.count_id == count.id, CountLine.settled.is_(False))
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


@dataclass(frozen=True, slots=True)
class CountRow:
    """A line as it may be shown: no figure of the book, nor of an earlier counting, while somebody still counts."""

    line_id: UUID
    lot_id: UUID
    lot_code: str
    variety: str
    grade: str
    slot_id: UUID | None
    slot_code: str | None
    unexpected: bool
    to_count: bool
    differs: bool
    found_units: int | None
    book_units: int | None
    reason: str | None
    reason_note: str | None


def count_rows(session: Session, count: StockCount) -> list[CountRow]:
    """Return the lines of a count by slot (the dock last) and lot, blind while it is counted."""
    blind = count.state in (CountState.COUNTING, CountState.RECOUNTING)
    return [
        CountRow(
            line_id=row.line.id,
            lot_id=row.lot.id,
            lot_code=row.lot.code,
            variety=row.lot.variety,
            grade=row.lot.grade,
            slot_id=row.line.slot_id,
            slot_code=row.slot_code,
            unexpected=row.line.unexpected,
            to_count=blind and not row.line.settled and row.line.round_no < count.round_no,
            differs=not blind and not row.line.settled,
            found_units=None if blind else row.line.found_units,
            book_units=None if blind else row.line.book_units,
            reason=None if row.finding is None else row.finding.reason,
            reason_note=None if row.finding is None else row.finding.note,
        )
        for row in count_sheet(session, count.id)
    ]
