"""One receipt becomes two, with the lot it stands for."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from wms import lots
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.receipts.actions.events import note
from wms.receipts.actions.issue import issue
from wms.receipts.errors import ReceiptAlreadyPledged, ReceiptNotOpen
from wms.receipts.queries import find_receipt_of_lot, get_visible_receipt, lock_state
from wms.receipts.rules import ReceiptEventKind, ReceiptState, SplitReceipt
from wms.receipts.tables import Receipt

OWN = frozenset(
    [
        "id", "site_id", "series", "number", "code", "check_code", "lot_id", "delivery_id", "replaces_id", "issued_on",
        "issued_at", "signed_by_account_id", "signed_by_person_id", "signed_by_name", "units", "entry_grams",
        "market_value_fen", "row_digest",
    ]
)  # fmt: skip


def split_receipt(session: Session, request: SplitReceipt, *, by: Actor, at: Moment) -> tuple[Receipt, Receipt]:
    """Split units of an unpledged receipt and its lot off; return the receipts of what stays and of the new lot.

    Both are new, name the old one, and keep its terms; their units and grams sum to what was left on it. Locks the
    slots and the lot, then the receipt's state. A repeat returns the first two.
    Raises Forbidden, ReceiptNotFound, ReceiptNotOpen, ReceiptAlreadyPledged, what lots.split refuses, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    ids = derived_id(request.id, "stays"), derived_id(request.id, "new")
    if not idempotency.claim(session, request.id, "receipts.split_receipt", asdict(request), by=by, at=at):
        return session.get_one(Receipt, ids[0]), session.get_one(Receipt, ids[1])
    old = get_visible_receipt(session, request.receipt_id, by)
    part = lots.SplitLot(derived_id(request.id, "lot"), old.lot_id, request.new_lot_id, request.units)
    new_lot = lots.split(session, part, by=by, at=at)
    status = lock_state(session, old.id)
    if status.state != ReceiptState.OPEN:
        raise ReceiptNotOpen(receipt=old.code, state=status.state)
    if status.pledge_id is not None:
        raise ReceiptAlreadyPledged(receipt=old.code)
    left = status.units_left
    status.state, status.units_left = ReceiptState.SPLIT.value, 0
    session.flush()
    note(session, old.id, ReceiptEventKind.SPLIT, -left, request.id, by=by, at=at, receipt_ids=list(ids))
    terms = kept_terms(old)
    stays = issue(session, ids[0], lots.get_lot(session, old.lot_id), terms, by=by, at=at)
    new = issue(session, ids[1], new_lot, terms, by=by, at=at)
    audit.record(session, "receipts.split_receipt", ("receipt", old.id), by=by, at=at, units=request.units)
    return stays, new


def split_lot(session: Session, request: lots.SplitLot, *, by: Actor, at: Moment) -> lots.Lot:
    """Split a lot together with its open receipt, so that paper and goods keep saying the same; return the new lot.

    A lot without a receipt is split alone. Locks as `split_receipt`. A repeat returns the new lot.
    Raises Forbidden, ReceiptAlreadyPledged, what lots.split refuses, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if not idempotency.claim(session, request.id, "receipts.split_lot", asdict(request), by=by, at=at):
        return lots.get_visible_lot(session, request.new_lot_id, by)
    lots.get_visible_lot(session, request.lot_id, by)
    part_id = derived_id(request.id, "part")
    receipt = find_receipt_of_lot(session, request.lot_id)
    if receipt is None:
        return lots.split(session, replace(request, id=part_id), by=by, at=at)
    split_receipt(session, SplitReceipt(part_id, receipt.id, request.new_lot_id, request.units), by=by, at=at)
    return lots.get_visible_lot(session, request.new_lot_id, by)


def kept_terms(old: Receipt) -> dict[str, Any]:
    """Return everything a receipt says that one replacing it says too, and that it replaces it."""
    names = (item.key for item in inspect(Receipt).column_attrs)
    return {name: getattr(old, name) for name in names if name not in OWN} | {"replaces_id": old.id}
