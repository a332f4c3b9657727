"""Approved counts on paper, and what the store owes for goods it lost beyond the standard."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger, lots, parties, prices
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.kernel.numbers import half_up, value_fen
from wms.receipts.actions.events import note
from wms.receipts.errors import (
    LiabilityDecided,
    LiabilityHasNoPrice,
    LiabilityNeedsReason,
    LiabilityNotFound,
    LiabilityOwnWork,
    ReceiptStillPledged,
)
from wms.receipts.queries import find_receipt_of_lot, lock_state
from wms.receipts.rules import DecideLiability, LiabilityState, ReceiptEventKind, ReceiptState
from wms.receipts.tables import ShrinkLiability

EXPENSE = "E:StorageLoss"
PAYABLE = "L:GrowerPayable"


def approve_count(session: Session, request: lots.JudgeCount, *, by: Actor, at: Moment) -> lots.StockCount:
    """Book an accepted count's differences together with the receipts of the lots, or send it back.

    What is missing opens a liability of the store. Locks as `lots.approve_count`, then the receipts' states. A repeat
    returns the count as it is. Raises what lots.approve_count raises, ReceiptStillPledged, RequestIdReused.
    """
    by.must(Permission.APPROVE_COUNT)
    if not idempotency.claim(session, request.id, "receipts.approve_count", asdict(request), by=by, at=at):
        return lots.get_count(session, request.count_id)
    judged = lots.JudgeCount(derived_id(request.id, "book"), request.count_id, request.accepted, request.note)
    for change in lots.approve_count(session, judged, by=by, at=at):
        if change.units:
            _restate(session, change, request.count_id, by=by, at=at)
        if change.units < 0:
            open_liability(session, change.lot_id, request.count_id, at=at)
    return lots.get_count(session, request.count_id)


def _restate(session: Session, change: lots.CountAdjustment, count_id: UUID, *, by: Actor, at: Moment) -> None:
    """Let a lot's open receipt stand for what is on hand now; the last unit closes it."""
    receipt = find_receipt_of_lot(session, change.lot_id)
    if receipt is None:
        return
    status = lock_state(session, receipt.id)
    left = status.units_left + change.units
    if not left and status.pledge_id is not None:
        raise ReceiptStillPledged(receipt=receipt.code)
    status.units_left = left
    if not left:
        status.state = ReceiptState.CLOSED.value
    note(session, receipt.id, ReceiptEventKind.COUNTED, change.units, count_id, by=by, at=at)
    if not left:
        note(session, receipt.id, ReceiptEventKind.CLOSED, 0, count_id, by=by, at=at)


def open_liability(session: Session, lot_id: UUID, source_id: UUID, *, at: Moment) -> ShrinkLiability | None:
    """Open what the store owes where an exit or a count lost more of a lot than the standard; None if it did not.

    Valued at the reference price of the day; nothing is posted before somebody decides.
    """
    shrink = lots.shrink_of_exit(session, source_id, lot_id)
    if shrink is None or not shrink.excess_grams:
        return None
    lot = lots.get_lot(session, lot_id)
    found = prices.reference(session, prices.Cell.of(lot), at.on)
    price = None if found is None else found.price
    row = ShrinkLiability(
        id=derived_id(shrink.id, "liability"),
        shrink_id=shrink.id,
        lot_id=lot.id,
        owner_id=lot.owner_id,
        excess_grams=shrink.excess_grams,
        price=price,
        value_fen=None if price is None else half_up(value_fen(shrink.excess_grams, price)),
        state=LiabilityState.OPEN.value,
        opened_on=at.on,
        recorder_eyes=shrink.recorder_eyes,
        reason="",
    )
    session.add(row)
    return row


def decide_liability(session: Session, request: DecideLiability, *, by: Actor, at: Moment) -> ShrinkLiability:
    """Accept a liability, which owes its value to the owner in the books, or waive it; by other eyes than who lost it.

    Accepted: debit E:StorageLoss, credit L:GrowerPayable of the owner. Locks the liability. A repeat returns it.
    Raises Forbidden, LiabilityNotFound, LiabilityDecided, LiabilityOwnWork, LiabilityHasNoPrice, LiabilityNeedsReason,
    RequestIdReused.
    """
    by.must(Permission.APPROVE_COUNT)
    if not request.reason.strip():
        raise LiabilityNeedsReason
    if not idempotency.claim(session, request.id, "receipts.decide_liability", asdict(request), by=by, at=at):
        return session.get_one(ShrinkLiability, request.liability_id)
    row = session.get(ShrinkLiability, request.liability_id, with_for_update=True, populate_existing=True)
    if row is None or not by.sees(row.owner_id):
        raise LiabilityNotFound
    if row.state != LiabilityState.OPEN:
        raise LiabilityDecided(state=row.state)
    if row.recorder_eyes == by.eyes:
        raise LiabilityOwnWork
    if request.accepted:
        _owe(session, row, request, by=by, at=at)
    row.state = (LiabilityState.ACCEPTED if request.accepted else LiabilityState.WAIVED).value
    row.decider_eyes, row.decided_at, row.reason = by.eyes, at.at, request.reason[:200]
    audit.record(
        session, "receipts.decide_liability", ("lot", row.lot_id), by=by, at=at, accepted=request.accepted,
        value_fen=row.value_fen,
    )  # fmt: skip
    return row


def _owe(session: Session, row: ShrinkLiability, request: DecideLiability, *, by: Actor, at: Moment) -> None:
    if row.price is None:
        if request.price is None or request.price <= 0:
            raise LiabilityHasNoPrice
        row.price, row.value_fen = request.price, half_up(value_fen(row.excess_grams, request.price))
    owner, fen = parties.get_party(session, row.owner_id), row.value_fen or 0
    if not fen:
        return  # less than half a fen is owed to nobody
    entry = ledger.Entry(
        id=derived_id(row.id, "entry"),
        key=f"SHR-{row.id}",
        kind="shrink_liability",
        memo=f"storage loss {owner.code}",
        effective_on=at.on,
        legs=(ledger.Leg(f"{EXPENSE}:{owner.code}", fen), ledger.Leg(f"{PAYABLE}:{owner.code}", -fen)),
    )
    ledger.post(session, entry, by=by, at=at)
    row.journal_id = entry.id
