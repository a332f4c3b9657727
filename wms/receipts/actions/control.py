"""Control of receipts: pledged once, released, reduced as goods leave, closed with the last."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.kernel.ids import derived_id
from wms.receipts.actions.events import note
from wms.receipts.actions.shrink import open_liability
from wms.receipts.errors import (
    ReceiptAlreadyPledged,
    ReceiptExpired,
    ReceiptNotFound,
    ReceiptNotOpen,
    ReceiptStillPledged,
    ReceiptUnitsShort,
)
from wms.receipts.queries import get_receipt, lock_state, receipt_of_lot
from wms.receipts.rules import MarkPledged, ReceiptEventKind, ReceiptState
from wms.receipts.tables import ReceiptPledge, ReceiptStatus

PLEDGERS = frozenset({Permission.APPROVE_ADVANCE, Permission.DISBURSE_ADVANCE})
RELEASERS = frozenset({Permission.APPROVE_RELEASE, Permission.TAKE_PAYMENT, Permission.CLOSE_EXIT})


def mark_pledged(session: Session, request: MarkPledged, *, by: Actor, at: Moment) -> ReceiptPledge:
    """Put an open, valid receipt into a lender's hand; `request.id` becomes the pledge's id.

    Locks the receipt's state. A repeat returns the first pledge.
    Raises Forbidden, ReceiptNotFound, ReceiptNotOpen, ReceiptExpired, ReceiptAlreadyPledged, RequestIdReused.
    """
    _must_any(by, PLEDGERS)
    if not idempotency.claim(session, request.id, "receipts.mark_pledged", asdict(request), by=by, at=at):
        return session.get_one(ReceiptPledge, request.id)
    receipt = get_receipt(session, request.receipt_id)
    status = lock_state(session, receipt.id)
    _require_open(status, receipt.code)
    if at.on > receipt.valid_until_on:
        raise ReceiptExpired(receipt=receipt.code, valid_until_on=receipt.valid_until_on)
    if status.pledge_id is not None:
        raise ReceiptAlreadyPledged(receipt=receipt.code)
    pledge = ReceiptPledge(
        id=request.id,
        receipt_id=receipt.id,
        lender_id=request.lender_id,
        subject_id=request.subject_id,
        advance_fen=request.advance_fen,
        pledged_at=at.at,
    )
    session.add(pledge)
    status.pledge_id = pledge.id
    note(
        session, receipt.id, ReceiptEventKind.PLEDGED, 0, request.subject_id,
        by=by, at=at, lender_id=request.lender_id, advance_fen=request.advance_fen,
    )  # fmt: skip
    audit.record(session, "receipts.mark_pledged", ("receipt", receipt.id), by=by, at=at, pledge_id=pledge.id)
    return pledge


def mark_released(session: Session, pledge_id: UUID, *, by: Actor, at: Moment) -> ReceiptPledge:
    """Give a pledged receipt back; releasing twice changes nothing. The caller has shown the loan is covered.

    Locks the receipt's state. Raises Forbidden, ReceiptNotFound.
    """
    _must_any(by, RELEASERS)
    pledge = session.get(ReceiptPledge, pledge_id)
    if pledge is None:
        raise ReceiptNotFound
    status = lock_state(session, pledge.receipt_id)
    session.refresh(pledge)
    if pledge.released_at is not None:
        return pledge
    pledge.released_at, status.pledge_id = at.at, None
    note(session, pledge.receipt_id, ReceiptEventKind.RELEASED, 0, pledge.subject_id, by=by, at=at)
    audit.record(session, "receipts.mark_released", ("receipt", pledge.receipt_id), by=by, at=at, pledge_id=pledge.id)
    return pledge


def reduce_receipt(
    session: Session, lot_id: UUID, units: int, subject_id: UUID, *, by: Actor, at: Moment
) -> ReceiptStatus:
    """Take units that left by an exit (`subject_id`) off a lot's open receipt; the last ones close it.

    What the exit lost beyond the loss standard opens a liability of the store. Called in the transaction that takes the
    goods out. Locks the receipt's state. A repeat for the same exit and lot returns the state as it is.
    Raises Forbidden, LotHasNoReceipt, ReceiptUnitsShort, ReceiptStillPledged, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    request_id = reducing(subject_id, lot_id)
    content = {"lot_id": lot_id, "units": units}
    if not idempotency.claim(session, request_id, "receipts.reduce_receipt", content, by=by, at=at):
        return lock_state(session, UUID(str(idempotency.kept_answer(session, request_id))))
    receipt = receipt_of_lot(session, lot_id)
    status = lock_state(session, receipt.id)
    if not 1 <= units <= status.units_left:
        raise ReceiptUnitsShort(receipt=receipt.code, units_left=status.units_left, units=units)
    if units == status.units_left and status.pledge_id is not None:
        raise ReceiptStillPledged(receipt=receipt.code)
    idempotency.keep_answer(session, request_id, str(receipt.id))
    status.units_left -= units
    if not status.units_left:
        status.state = ReceiptState.CLOSED.value
    note(session, receipt.id, ReceiptEventKind.REDUCED, -units, subject_id, by=by, at=at)
    if status.state == ReceiptState.CLOSED:
        note(session, receipt.id, ReceiptEventKind.CLOSED, 0, subject_id, by=by, at=at)
    open_liability(session, lot_id, subject_id, at=at)
    audit.record(session, "receipts.reduce_receipt", ("receipt", receipt.id), by=by, at=at, units=units)
    return status


def reducing(subject_id: UUID, lot_id: UUID) -> UUID:
    """Return the id under which an exit reduces a lot's receipt, once."""
    return derived_id(subject_id, "receipts.reduce_receipt", lot_id)


def _must_any(by: Actor, allowed: frozenset[Permission]) -> None:
    if not allowed & by.permissions:
        raise Forbidden(permission=" / ".join(sorted(permission.value for permission in allowed)))


def _require_open(status: ReceiptStatus, code: str) -> None:
    if status.state != ReceiptState.OPEN:
        raise ReceiptNotOpen(receipt=code, state=status.state)
