"""Title changes in store: the seller's charges end, the buyer's begin, and goods and paper change hands together."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, lending, lots, parties, receipts
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.settlement.actions.closing import Closing, Paid, record
from wms.settlement.errors import ExitOfAnotherKind
from wms.settlement.queries import payments_of, settlement_of_exit
from wms.settlement.rules import Applied, TransferTitle
from wms.settlement.tables import Settlement

OWNER_CLASS = {
    parties.PartyKind.GROWER: lots.OwnerClass.GROWER,
    parties.PartyKind.STORE: lots.OwnerClass.OWN,
}


def transfer_title(session: Session, request: TransferTitle, *, by: Actor, at: Moment) -> Settlement:
    """Give the goods of a cleared transfer to their buyer in one transaction, and return the settlement.

    The seller is billed every charge up to today, itself not counted, no handling out; today is the buyer's first day,
    with no new free days and the tariff of his own contract. The new lot keeps its entry day and lies where it lay; the
    seller's receipt gives way to the buyer's. What is billed must be paid, or on credit. Held or pledged goods do not
    change hands. Money in fen. Locks slots, lot, exit, receipts, accounts. A repeat returns the first settlement.
    Raises Forbidden, ExitNotFound, ExitOfAnotherKind, ExitStep, ChargesOpen, LotOnHold, LotQuarantined,
    ReceiptAlreadyPledged, TariffMissing, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "settlement.transfer_title", asdict(request), by=by, at=at):
        return settlement_of_exit(session, request.exit_id)
    lot_id = billing.get_exit_order(session, request.exit_id, by).lot_id
    lots.lock_with_places(session, lot_id)
    order = billing.lock_exit_order(session, request.exit_id)
    if order.kind != billing.ExitKind.TRANSFER or order.buyer_id is None:
        raise ExitOfAnotherKind(needed=billing.ExitKind.TRANSFER, kind=order.kind)
    if lending.pledge_of_lot(session, lot_id) is not None:
        raise receipts.ReceiptAlreadyPledged(receipt=receipts.receipt_of_lot(session, lot_id).code)
    invoice = billing.invoice_exit(
        session, billing.InvoiceExit(derived_id(request.id, "invoice"), order.id, at.on), by=by, at=at
    )
    new = _hand_over(session, order, order.buyer_id, derived_id(order.id, "lot"), by=by, at=at)
    close = billing.CloseTransfer(derived_id(request.id, "close"), order.id, new.entry_grams)
    billing.close_transfer(session, close, by=by, at=at)
    row = _record(session, request.id, order, new, by=by, at=at)
    audit.record(
        session, "settlement.transfer_title", ("exit", order.id), by=by, at=at, new_lot=new.id,
        invoice_id=invoice.id if invoice else None,
    )  # fmt: skip
    return row


def _hand_over(
    session: Session, order: billing.ExitOrder, buyer_id: UUID, new_lot_id: UUID, *, by: Actor, at: Moment
) -> lots.Lot:
    """Give goods, tariff and receipt to the buyer."""
    kind = parties.PartyKind(parties.get_party(session, buyer_id).kind)
    change = lots.TransferTitle(
        exit_id=order.id, lot_id=order.lot_id, new_lot_id=new_lot_id, owner_id=buyer_id,
        owner_class=OWNER_CLASS.get(kind, lots.OwnerClass.MERCHANT), units=order.units, hold_id=order.hold_id,
    )  # fmt: skip
    new = lots.transfer_title(session, change, by=by, at=at)
    intake = by.trusted_with(Permission.TAKE_IN)
    tariff = billing.LockTariff(derived_id(new.id, "tariff"), new.id, charged_from_on=at.on)
    billing.lock_tariff(session, tariff, by=intake, at=at)
    receipts.transfer_receipt(session, order.lot_id, new.id, order.units, order.id, by=by, at=at)
    return new


def _record(
    session: Session, row_id: UUID, order: billing.ExitOrder, new: lots.Lot, *, by: Actor, at: Moment
) -> Settlement:
    paid = {
        name: sum(getattr(payment, f"{name}_fen") for payment in payments_of(session, order.id))
        for name in ("storage", "handling")
    }
    closing = Closing(order, parties.get_party(session, order.party_id), None, None, None, None)
    taken = lots.Taken(new.entry_grams, new.entry_grams, 0)
    return record(session, row_id, closing, taken, Paid(0, Applied(paid, 0), paid, None), by=by, at=at)
