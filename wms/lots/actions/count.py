"""Counting the store: opened, counted blind, counted again by somebody else, given up."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.hold import lift_hold, place_hold
from wms.lots.actions.numbering import next_code
from wms.lots.errors import (
    CountEmpty,
    CountLineSettled,
    CountOverlaps,
    CountRequestWrong,
    CountSamePerson,
    CountStateWrong,
    LotNotFound,
)
from wms.lots.queries.counts import book_units, count_of_lots, count_places, lock_count, waiting_lines
from wms.lots.queries.lots import get_visible_lot, lock_lots
from wms.lots.rules.counts import UNDER_WAY, CountState, EnterCount, OpenCount, check_open, next_count_state
from wms.lots.rules.requests import PlaceHold
from wms.lots.rules.words import HoldReason
from wms.lots.tables import CountEntry, CountLine, Lot, LotHold, StockCount

COUNTED_IN = (CountState.COUNTING, CountState.RECOUNTING)


def open_count(session: Session, request: OpenCount, *, by: Actor, at: Moment) -> StockCount:
    """Open a count of all that lies in a room, or of one lot wherever it lies; its sheet names places, not figures.

    Locks the lots, so that no two counts share one. A repeat returns the first count.
    Raises Forbidden, SiteNotFound, RoomNotFound, LotNotFound, CountEmpty, CountOverlaps, CountRequestWrong,
    RequestIdReused.
    """
    by.must(Permission.COUNT_STOCK)
    check_open(request)
    if not idempotency.claim(session, request.id, "lots.open_count", asdict(request), by=by, at=at):
        return session.get_one(StockCount, request.id)
    _require_there(session, request, by)
    places = count_places(session, room_id=request.room_id, lot_id=request.lot_id)
    if not places:
        raise CountEmpty
    lot_ids = sorted({lot_id for lot_id, _ in places})
    lock_lots(session, lot_ids)
    taken = count_of_lots(session, lot_ids)
    if taken is not None:
        raise CountOverlaps(lot=taken[0].code, count=taken[1].code)
    count = StockCount(
        **asdict(request),
        code=next_code(session, request.site_id, "count", "C", at.on),
        state=CountState.COUNTING.value,
        round_no=1,
        opened_on=at.on,
        opened_at=at.at,
        opened_by_eyes=by.eyes,
    )
    session.add(count)
    session.add_all(_line(count.id, lot_id, slot_id) for lot_id, slot_id in places)
    session.flush()
    audit.record(session, "lots.open_count", ("count", count.id), by=by, at=at, code=count.code, lines=len(places))
    return count


def enter_count(session: Session, request: EnterCount, *, by: Actor, at: Moment) -> StockCount:
    """Write down what was counted of a lot in a place; a difference from the book at this instant holds the lot.

    In a later round only what differs is counted, by somebody who did not count it before. Who counts may correct
    themselves within the round. A lot nobody expected there gets a line. Locks the lot, then the count. A repeat
    returns the count as it is.
    Raises Forbidden, LotNotFound, SlotNotFound, CountNotFound, CountStateWrong, CountLineSettled, CountSamePerson,
    CountRequestWrong, RequestIdReused.
    """
    by.must(Permission.COUNT_STOCK)
    if request.units < 0:
        raise CountRequestWrong(what="units")
    if not idempotency.claim(session, request.id, "lots.enter_count", asdict(request), by=by, at=at):
        return lock_count(session, request.count_id)
    lot = lock_lots(session, [request.lot_id])[0]
    if not by.sees(lot.owner_id):
        raise LotNotFound
    count = lock_count(session, request.count_id)
    if count.state not in COUNTED_IN:
        raise CountStateWrong(count=count.code, state=count.state)
    line = _line_of(session, count, lot, request.slot_id)
    _require_next_eyes(session, count, line, by)
    book = book_units(session, lot, request.slot_id)
    line.round_no, line.found_units, line.book_units = count.round_no, request.units, book
    line.settled, line.finding_id = request.units == book, None
    session.flush()
    _write_entry(session, request, line, book, by, at)
    freeze(session, count, lot, request.id, by=by, at=at)
    advance(session, count, at)
    audit.record(session, "lots.enter_count", ("count", count.id), by=by, at=at, lot_id=lot.id, units=request.units)
    return count


def void_count(session: Session, count_id: UUID, reason: str, *, by: Actor, at: Moment) -> StockCount:
    """Give up a count that has not ended; nothing is booked and its holds are lifted. Voiding twice changes nothing.

    Locks its lots, then the count. Raises Forbidden, CountNotFound, CountStateWrong, CountRequestWrong.
    """
    by.must(Permission.APPROVE_COUNT)
    if not reason.strip():
        raise CountRequestWrong(what="reason")
    lock_lots_of(session, count_id)
    count = lock_count(session, count_id)
    if count.state == CountState.VOID:
        return count
    if count.state not in UNDER_WAY:
        raise CountStateWrong(count=count.code, state=count.state)
    thaw(session, count, by=by, at=at)
    count.state, count.void_reason, count.ended_at = CountState.VOID.value, reason, at.at
    session.flush()
    audit.record(session, "lots.void_count", ("count", count.id), by=by, at=at, reason=reason)
    return count


def lock_lots_of(session: Session, count_id: UUID, *, differing: bool = False) -> list[Lot]:
    """Lock the lots on a count's sheet, or those whose lines differ, in order."""
    query = select(CountLine.lot_id).where(CountLine.count_id == count_id)
    if differing:
        query = query.where(CountLine.settled.is_(False))
    return lock_lots(session, session.scalars(query.distinct()))


def freeze(session: Session, count: StockCount, lot: Lot, cause: UUID, *, by: Actor, at: Moment) -> None:
    """Hold what of a locked lot is in doubt: the units of its unsettled lines; lift what is in doubt no more."""
    differing = session.execute(
        select(CountLine.found_units, CountLine.book_units).where(
            CountLine.count_id == count.id,
            CountLine.lot_id == lot.id,
            CountLine.settled.is_(False),
            CountLine.found_units.is_not(None),
        )
    )
    doubt = sum(abs((found or 0) - (book or 0)) for found, book in differing)
    holds = _holds(session, count, lot.id)
    wanted = min(doubt, lot.units_on_hand - lot.count_units + sum(hold.units_left for hold in holds))
    if wanted == sum(hold.units_left for hold in holds):
        return
    keeper = by.trusted_with(Permission.HOLD_STOCK)
    for hold in holds:
        lift_hold(session, hold.id, by=keeper, at=at)
    if wanted:
        request = PlaceHold(derived_id(cause, "hold", lot.id), lot.id, wanted, HoldReason.COUNT, count.id, count.code)
        place_hold(session, request, by=keeper, at=at)


def thaw(session: Session, count: StockCount, *, by: Actor, at: Moment) -> None:
    """Lift every hold of a count; the caller holds the locks of its lots."""
    keeper = by.trusted_with(Permission.HOLD_STOCK)
    for hold in _holds(session, count):
        lift_hold(session, hold.id, by=keeper, at=at)


def advance(session: Session, count: StockCount, at: Moment) -> None:
    """Move a locked count on when its round is complete; the next round begins with all that differs."""
    uncounted, differing, unexplained = waiting_lines(session, count)
    state = next_count_state(CountState(count.state), uncounted=uncounted, differing=differing, unexplained=unexplained)
    if state == count.state:
        return
    count.state = state.value
    if state is CountState.RECOUNTING:
        count.round_no += 1
    if state is CountState.AGREED:
        count.ended_at = at.at
    session.flush()


def _require_there(session: Session, request: OpenCount, by: Actor) -> None:
    facility.get_site(session, request.site_id)
    if request.room_id is not None and facility.get_room(session, request.room_id).site_id != request.site_id:
        raise facility.RoomNotFound
    if request.lot_id is not None and get_visible_lot(session, request.lot_id, by).site_id != request.site_id:
        raise LotNotFound


def _line(count_id: UUID, lot_id: UUID, slot_id: UUID | None, *, unexpected: bool = False) -> CountLine:
    line_id = derived_id(count_id, "line", lot_id, slot_id)
    return CountLine(
        id=line_id, count_id=count_id, lot_id=lot_id, slot_id=slot_id, unexpected=unexpected, round_no=0, settled=False
    )


def _line_of(session: Session, count: StockCount, lot: Lot, slot_id: UUID | None) -> CountLine:
    """Return the line of a place, a new one where nobody expected the lot."""
    found = session.get(CountLine, derived_id(count.id, "line", lot.id, slot_id), populate_existing=True)
    if found is not None:
        return found
    if lot.site_id != count.site_id or count.state != CountState.COUNTING:
        raise CountLineSettled(count=count.code)
    if slot_id is not None:
        facility.get_slot(session, slot_id)
    line = _line(count.id, lot.id, slot_id, unexpected=True)
    session.add(line)
    session.flush()
    return line


def _require_next_eyes(session: Session, count: StockCount, line: CountLine, by: Actor) -> None:
    """A line is counted again by other eyes; only within the round may one correct oneself."""
    if line.settled and line.round_no < count.round_no:
        raise CountLineSettled(count=count.code)
    earlier = select(CountEntry.counter_eyes, CountEntry.round_no).where(CountEntry.line_id == line.id)
    before = session.execute(earlier).all()
    if any(eyes == by.eyes and round_no < count.round_no for eyes, round_no in before):
        raise CountSamePerson(count=count.code)
    if any(eyes != by.eyes and round_no == count.round_no for eyes, round_no in before):
        raise CountLineSettled(count=count.code)


def _write_entry(session: Session, request: EnterCount, line: CountLine, book: int, by: Actor, at: Moment) -> None:
    entry = CountEntry(
        id=request.id,
        count_id=line.count_id,
        line_id=line.id,
        round_no=line.round_no,
        units=request.units,
        book_units=book,
        note=request.note[:200],
        counter_eyes=by.eyes,
        account_id=by.account_id,
        counted_at=at.at,
    )
    append(session, entry)


def _holds(session: Session, count: StockCount, lot_id: UUID | None = None) -> list[LotHold]:
    query = select(LotHold).where(
        LotHold.subject_id == count.id, LotHold.reason == HoldReason.COUNT.value, LotHold.units_left > 0
    )
    if lot_id is not None:
        query = query.where(LotHold.lot_id == lot_id)
    return list(session.scalars(query.order_by(LotHold.id)))
