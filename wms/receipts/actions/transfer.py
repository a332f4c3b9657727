"""Title changes in store on paper: the seller's receipt gives way to the buyer's."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.receipts.actions.events import note
from wms.receipts.actions.intake import receipt_id_of
from wms.receipts.actions.issue import intake_terms, issue
from wms.receipts.errors import ReceiptAlreadyPledged, ReceiptExpired
from wms.receipts.queries import find_receipt_of_lot, get_receipt, lock_state
from wms.receipts.rules import ReceiptEventKind, ReceiptState
from wms.receipts.tables import Receipt


def transfer_receipt(
    session: Session, lot_id: UUID, new_lot_id: UUID, units: int, subject_id: UUID, *, by: Actor, at: Moment
) -> Receipt | None:
    """Take units whose title changed off the seller's receipt, and issue the buyer's for the new lot.

    The buyer's says the terms of its own contract and names the old one; without an open receipt there is none. Called
    in the transaction that changes the owner. Locks the receipt's state. A repeat returns the buyer's receipt.
    Raises Forbidden, ReceiptAlreadyPledged, ReceiptExpired, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    request_id = derived_id(subject_id, "receipts.transfer_receipt", lot_id)
    content = {"lot_id": lot_id, "new_lot_id": new_lot_id, "units": units}
    if not idempotency.claim(session, request_id, "receipts.transfer_receipt", content, by=by, at=at):
        return get_receipt(session, receipt_id_of(new_lot_id))
    old = find_receipt_of_lot(session, lot_id)
    if old is None:
        return None
    status = lock_state(session, old.id)
    if status.pledge_id is not None:
        raise ReceiptAlreadyPledged(receipt=old.code)
    lot = lots.get_lot(session, new_lot_id)
    if lot.deadline_on < at.on:
        raise ReceiptExpired(receipt=old.code, valid_until_on=lot.deadline_on)
    status.units_left -= units
    if not status.units_left:
        status.state = ReceiptState.SPLIT.value
    session.flush()
    into = receipt_id_of(new_lot_id)
    note(session, old.id, ReceiptEventKind.TRANSFERRED, -units, subject_id, by=by, at=at, receipt_ids=[into])
    (facts,) = lots.facts(session, [lot.id])
    terms = intake_terms(session, lot, facts.room_id, negotiable=old.negotiable, at=at) | {"replaces_id": old.id}
    new = issue(session, into, lot, terms, by=by, at=at)
    audit.record(session, "receipts.transfer_receipt", ("receipt", old.id), by=by, at=at, new_receipt=new.id)
    return new
