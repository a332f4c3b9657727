"""Sorting with everything that hangs on the goods: lots, charges and receipts in one transaction."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, lots, prices
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.receipts.actions.events import note
from wms.receipts.actions.intake import receipt_id_of
from wms.receipts.actions.issue import issue
from wms.receipts.actions.split import kept_terms
from wms.receipts.errors import ReceiptAlreadyPledged, ReceiptExpired
from wms.receipts.queries import find_receipt_of_lot, lock_state
from wms.receipts.rules import ReceiptEventKind, ReceiptState
from wms.receipts.tables import Receipt, ReceiptStatus


def regrade(session: Session, request: lots.Regrade, *, by: Actor, at: Moment) -> lots.Regraded:
    """Sort lots into new ones together with their charges and open receipts.

    Old receipts stand for what stays, those of new lots name what they say otherwise: grade, size, units, weight. A
    pledged receipt's goods are not sorted. Locks as `lots.regrade`, then the receipts' states. A repeat returns the
    first. Raises ReceiptAlreadyPledged, ReceiptExpired, what lots.regrade and billing.carry_charges refuse,
    RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    goods = replace(request, id=derived_id(request.id, "goods"))
    if not idempotency.claim(session, request.id, "receipts.regrade", asdict(request), by=by, at=at):
        return lots.regraded_of(session, goods.id)
    done = lots.regrade(session, goods, by=by, at=at)
    billing.carry_charges(session, done, by=by, at=at)
    old = {lot_id: _reduce(session, lot_id, units, done, by=by, at=at) for lot_id, units in done.units_in.items()}
    for lot_id in done.lot_ids:
        lot = lots.get_lot(session, lot_id)
        replaced = old.get(lot.parent_id) if lot.parent_id is not None else None
        if replaced is not None:
            _issue(session, lot, replaced, by=by, at=at)
    audit.record(session, "receipts.regrade", ("regrade", done.id), by=by, at=at, lots=list(done.lot_ids))
    return done


def _reduce(
    session: Session, lot_id: UUID, units: int, done: lots.Regraded, *, by: Actor, at: Moment
) -> Receipt | None:
    """Take what was sorted off a lot's open receipt; one with nothing left was replaced by those of the new lots."""
    receipt = find_receipt_of_lot(session, lot_id)
    if receipt is None:
        return None
    status: ReceiptStatus = lock_state(session, receipt.id)
    if status.pledge_id is not None:
        raise ReceiptAlreadyPledged(receipt=receipt.code)
    status.units_left -= units
    if not status.units_left:
        status.state = ReceiptState.SPLIT.value
    session.flush()
    into = [receipt_id_of(part.output_lot_id) for part in done.parts if part.input_lot_id == lot_id
            and part.output_lot_id is not None]  # fmt: skip
    note(session, receipt.id, ReceiptEventKind.SORTED, -units, done.id, by=by, at=at, receipt_ids=into)
    return receipt


def _issue(session: Session, lot: lots.Lot, old: Receipt, *, by: Actor, at: Moment) -> None:
    if lot.deadline_on < at.on:
        raise ReceiptExpired(receipt=old.code, valid_until_on=lot.deadline_on)
    found = prices.reference(session, prices.Cell.of(lot), at.on)
    said: dict[str, Any] = {
        "grade": lot.grade,
        "size": lot.size,
        "colour_pattern": lot.colour_pattern,
        "bagging": lot.bagging,
        "marks": lot.marks,
        "weighed_by_instrument": lot.weighed_by_instrument,
        "valid_until_on": lot.deadline_on,
        "market_price": None if found is None else found.price,
    }
    issue(session, receipt_id_of(lot.id), lot, kept_terms(old) | said, by=by, at=at)
