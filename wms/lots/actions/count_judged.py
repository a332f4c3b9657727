"""Counts explained, reviewed and approved: only then the book follows the floor, by new lines that say why."""

from collections import defaultdict
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lots.actions.count import advance, lock_lots_of, thaw
from wms.lots.actions.place import note_put_away
from wms.lots.actions.shrink import record_lost
from wms.lots.actions.stock_ledger import Change, put_in, take_from, write_change
from wms.lots.actions.take_out import MUST_STAY, leave_units
from wms.lots.errors import (
    CountLineNotFound,
    CountRequestWrong,
    CountSamePerson,
    CountStateWrong,
    CountSurplus,
    LotOnHold,
)
from wms.lots.queries.counts import counters_of, lock_count
from wms.lots.queries.lots import grams_of
from wms.lots.rules.counts import Adjusting, CountAdjustment, CountState, ExplainCount, JudgeCount, adjusting, is_own
from wms.lots.rules.quantities import part_grams
from wms.lots.rules.words import MoveKind
from wms.lots.tables import CountFinding, CountLine, Lot, StockCount

STOPS = (*MUST_STAY, ("quarantine", ("quarantine_units",)))


def explain_count(session: Session, request: ExplainCount, *, by: Actor, at: Moment) -> CountFinding:
    """Say why a line differs after it was counted again; with the last reason the count goes to review.

    Locks the count. A later reason for the same line replaces the one that counts. A repeat returns the first.
    Raises Forbidden, CountNotFound, CountLineNotFound, CountStateWrong, CountRequestWrong, RequestIdReused.
    """
    by.must(Permission.COUNT_STOCK)
    if not request.note.strip():
        raise CountRequestWrong(what="note")
    if not idempotency.claim(session, request.id, "lots.explain_count", asdict(request), by=by, at=at):
        return session.get_one(CountFinding, request.id)
    count = lock_count(session, request.count_id)
    if count.state not in (CountState.INVESTIGATING, CountState.REVIEWING):
        raise CountStateWrong(count=count.code, state=count.state)
    line = session.get(CountLine, request.line_id, populate_existing=True)
    if line is None or line.count_id != count.id or line.settled:
        raise CountLineNotFound
    finding = CountFinding(
        id=request.id,
        line_id=line.id,
        round_no=count.round_no,
        reason=request.reason.value,
        note=request.note[:500],
        finder_eyes=by.eyes,
        account_id=by.account_id,
        found_at=at.at,
    )
    append(session, finding)
    line.finding_id = finding.id
    session.flush()
    advance(session, count, at)
    audit.record(session, "lots.explain_count", ("count", count.id), by=by, at=at, reason=request.reason)
    return finding


def review_count(session: Session, request: JudgeCount, *, by: Actor, at: Moment) -> StockCount:
    """Accept the reasons of a count, or send it back to be counted again; by eyes that did not count.

    Locks the count. A repeat returns the count as it is.
    Raises Forbidden, CountNotFound, CountStateWrong, CountSamePerson, CountRequestWrong, RequestIdReused.
    """
    by.must(Permission.COUNT_STOCK)
    if not idempotency.claim(session, request.id, "lots.review_count", asdict(request), by=by, at=at):
        return lock_count(session, request.count_id)
    count = _to_judge(session, request, CountState.REVIEWING, by)
    if request.accepted:
        count.state, count.reviewer_eyes = CountState.APPROVING.value, by.eyes
    else:
        _send_back(session, count, request)
    session.flush()
    audit.record(session, "lots.review_count", ("count", count.id), by=by, at=at, accepted=request.accepted)
    return count


def approve_count(session: Session, request: JudgeCount, *, by: Actor, at: Moment) -> list[CountAdjustment]:
    """Book an accepted count's differences, or send it back; by eyes that neither counted nor reviewed.

    Goods misplaced are moved in the book; what is missing is a loss that the store bears, what was found again takes a
    booked loss back. Whatever else is held must be covered by what remains. Locks slots, lots, then the count. The
    receipts of what changed are the caller's (`receipts.approve_count`). A repeat returns nothing to do.
    Raises Forbidden, CountNotFound, CountStateWrong, CountSamePerson, CountRequestWrong, CountSurplus, LotOnHold,
    NotInSlot, SlotFull, RequestIdReused.
    """
    by.must(Permission.APPROVE_COUNT)
    if not idempotency.claim(session, request.id, "lots.approve_count", asdict(request), by=by, at=at):
        return []
    facility.lock_slots(session, _slots_of(session, request.count_id))
    found = {lot.id: lot for lot in lock_lots_of(session, request.count_id, differing=True)}
    count = _to_judge(session, request, CountState.APPROVING, by)
    if is_own(by.eyes, [count.reviewer_eyes]):
        raise CountSamePerson(count=count.code)
    if not request.accepted:
        _send_back(session, count, request)
        session.flush()
        audit.record(session, "lots.approve_count", ("count", count.id), by=by, at=at, accepted=False)
        return []
    thaw(session, count, by=by, at=at)
    done = [
        _adjust(session, found[lot_id], adjusting(places), request.id, count, by, at)
        for lot_id, places in _differences(session, count.id).items()
    ]
    count.state, count.approver_eyes, count.ended_at = CountState.APPROVED.value, by.eyes, at.at
    session.flush()
    audit.record(
        session, "lots.approve_count", ("count", count.id), by=by, at=at, accepted=True,
        units=sum(one.units for one in done),
    )  # fmt: skip
    return done


def _to_judge(session: Session, request: JudgeCount, state: CountState, by: Actor) -> StockCount:
    count = lock_count(session, request.count_id)
    if count.state != state:
        raise CountStateWrong(count=count.code, state=count.state)
    if is_own(by.eyes, list(counters_of(session, count.id))):
        raise CountSamePerson(count=count.code)
    if not request.accepted and not request.note.strip():
        raise CountRequestWrong(what="note")
    return count


def _send_back(session: Session, count: StockCount, request: JudgeCount) -> None:
    """What differs is counted once more; the reasons given stay on record and count no more."""
    for line in session.scalars(select(CountLine).where(CountLine.count_id == count.id, CountLine.settled.is_(False))):
        line.finding_id = None
    count.state, count.round_no, count.reviewer_eyes = CountState.RECOUNTING.value, count.round_no + 1, None
    count.note = request.note[:200]


def _slots_of(session: Session, count_id: UUID) -> list[UUID]:
    query = select(CountLine.slot_id).where(
        CountLine.count_id == count_id, CountLine.settled.is_(False), CountLine.slot_id.is_not(None)
    )
    return [slot_id for slot_id in session.scalars(query) if slot_id is not None]


def _differences(session: Session, count_id: UUID) -> dict[UUID, dict[UUID | None, int]]:
    """Return by lot, in the order of ids, how many units each place is over (or short, negative)."""
    query = select(CountLine).where(CountLine.count_id == count_id, CountLine.settled.is_(False))
    by_lot: dict[UUID, dict[UUID | None, int]] = defaultdict(dict)
    for line in session.scalars(query.order_by(CountLine.lot_id, CountLine.id)):
        by_lot[line.lot_id][line.slot_id] = (line.found_units or 0) - (line.book_units or 0)
    return by_lot


def _adjust(
    session: Session, lot: Lot, plan: Adjusting, request_id: UUID, count: StockCount, by: Actor, at: Moment
) -> CountAdjustment:
    _require_staged_stands(lot, plan)
    for slot_id, units in plan.from_slots:
        take_from(session, lot, slot_id, units)
        change = Change(MoveKind.PICK, placed_units=units, slot_from_id=slot_id)
        write_change(session, lot, change, request_id=request_id, by=by, at=at)
    grams = _lose(session, lot, -plan.net_units, at) if plan.net_units < 0 else -_find(session, lot, plan.net_units)
    if plan.net_units:
        loss = Change(MoveKind.LOSS, units=plan.net_units, grams=-grams)
        write_change(session, lot, loss, request_id=request_id, by=by, at=at)
    if plan.net_units < 0:
        record_lost(session, lot, count.id, -plan.net_units, grams, by=by, at=at)
    for slot_id, units in plan.into_slots:
        put_in(session, lot, facility.get_slot(session, slot_id), units)
        change = Change(MoveKind.MOVE, placed_units=units, slot_to_id=slot_id)
        write_change(session, lot, change, request_id=request_id, by=by, at=at)
    if lot.units_on_hand:
        note_put_away(session, lot, at)
    return CountAdjustment(lot.id, plan.net_units, -grams)


def _require_staged_stands(lot: Lot, plan: Adjusting) -> None:
    """What was picked for an exit is not counted away from under it: the exit is settled first."""
    dock = lot.units_on_hand - lot.units_placed + plan.net_units
    dock += sum(units for _, units in plan.from_slots) - sum(units for _, units in plan.into_slots)
    if dock < lot.units_staged:
        raise LotOnHold(lot=lot.code, reason="exit", units_held=lot.units_staged)


def _lose(session: Session, lot: Lot, units: int, at: Moment) -> int:
    """Take missing units off a lot and return the entry grams they carry."""
    for reason, counters in STOPS:
        held = sum(getattr(lot, counter) for counter in counters)
        if held > lot.units_on_hand - units:
            raise LotOnHold(lot=lot.code, reason=reason, units_held=held)
    grams = grams_of(lot, units)
    leave_units(lot, units, at)
    lot.units_on_hand -= units
    lot.units_lost += units
    lot.grams_on_hand -= grams
    lot.grams_loss += grams
    session.flush()
    return grams


def _find(session: Session, lot: Lot, units: int) -> int:
    """Give units found again back to a lot and return the grams they bring.

    Only what was lost comes back, never into a lot that is gone; of units weighed one by one nobody knows which it is.
    """
    if not units:
        return 0
    if units > lot.units_lost or not lot.units_on_hand or lot.weighed_one_by_one:
        raise CountSurplus(lot=lot.code, units=units, units_lost=lot.units_lost)
    shared_units, shared_grams = lot.shared
    grams = part_grams(shared_units, shared_grams, gone=shared_units - lot.units_on_hand - units, units=units)
    lot.units_on_hand += units
    lot.units_lost -= units
    lot.grams_on_hand += grams
    lot.grams_loss -= grams
    session.flush()
    return grams
