"""Money for invoices: taken once, counted to the invoices named, then to the oldest; the rest is owed back."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.billing.actions.invoices import record_payment
from wms.billing.errors import AllocationInvalid, AmountInvalid, ReferenceMissing
from wms.billing.queries.books import FEE_HANDLING, FEE_STORAGE, open_of_invoice
from wms.billing.queries.exits import get_invoice
from wms.billing.queries.receivables import open_invoices
from wms.billing.rules.requests import Fees, ReceivePayment, RecordPayment
from wms.billing.rules.states import PaymentMethod
from wms.billing.tables import Invoice, InvoiceSettlement, Payment
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

SETTLEMENT, DRAWER = "A:Cash:Settlement", "A:Cash:Drawer"


def cash_account(method: PaymentMethod) -> str:
    """Return the account money of a method comes into: the drawer for notes and coins, else the settlement account."""
    return DRAWER if method is PaymentMethod.CASH else SETTLEMENT


def receive_payment(session: Session, request: ReceivePayment, *, by: Actor, at: Moment) -> Payment:
    """Take a party's money for its invoices and count it to them, storage before handling of each.

    Money in fen. Posts Dr A:Cash:Settlement (A:Cash:Drawer for notes and coins), Cr the party's fee accounts, and
    L:GrowerPayable for what is more than it owes. Locks the party and the accounts. A repeat returns the first row.
    Raises Forbidden, PartyNotFound, AmountInvalid, ReferenceMissing, AllocationInvalid, InvoiceNotFound, PaymentTwice,
    RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "billing.receive_payment", asdict(request), by=by, at=at):
        return session.get_one(Payment, derived_id(request.id, "payment"))
    if request.paid_fen <= 0:
        raise AmountInvalid(amount_fen=request.paid_fen)
    reference = request.reference.strip()
    if not reference and request.method is not PaymentMethod.CASH:
        raise ReferenceMissing(method=request.method.value)
    party = parties.lock_party(session, request.party_id)
    parts = _allocated(session, request, by)
    entry = ledger.Entry(
        id=request.id,
        key=request.key or f"payment:{request.id}",
        kind="payment",
        memo=request.memo or f"{party.code} pays invoices",
        effective_on=at.on,
        legs=_legs(request, party.code, [fees for _, fees in parts]),
    )
    journal = ledger.post(session, entry, by=by, at=at)
    for invoice, fees in parts:
        append(session, _settled(invoice.id, journal.id, fees, at))
    record = RecordPayment(
        derived_id(request.id, "payment"), party.id, request.paid_fen, request.method,
        reference or f"cash:{request.id}", journal.id,
    )  # fmt: skip
    return record_payment(session, record, by=by, at=at)


def _allocated(session: Session, request: ReceivePayment, by: Actor) -> list[tuple[Invoice, Fees]]:
    """Return what of the money goes to which invoice: the parts that were named, then the oldest open ones in full."""
    left, found = request.paid_fen, dict[UUID, tuple[Invoice, int]]()
    for part in request.allocations:
        invoice = get_invoice(session, part.invoice_id, by)
        open_fen = open_of_invoice(session, invoice.id).total_fen
        twice = invoice.id in found
        if twice or invoice.party_id != request.party_id or not 0 < part.fen <= min(open_fen, left):
            raise AllocationInvalid
        found[invoice.id] = (invoice, part.fen)
        left -= part.fen
    for item in open_invoices(session, request.party_id):
        given = found.get(item.invoice.id, (item.invoice, 0))[1]
        more = min(left, item.open.total_fen - given)
        if more > 0:
            found[item.invoice.id] = (item.invoice, given + more)
            left -= more
    return [(invoice, _storage_first(session, invoice, fen)) for invoice, fen in found.values()]


def _storage_first(session: Session, invoice: Invoice, fen: int) -> Fees:
    open_fees = open_of_invoice(session, invoice.id)
    storage = min(fen, open_fees.storage_fen)
    return Fees(storage, fen - storage)


def _legs(request: ReceivePayment, code: str, parts: Iterable[Fees]) -> tuple[ledger.Leg, ...]:
    fees = list(parts)
    storage, handling = sum(part.storage_fen for part in fees), sum(part.handling_fen for part in fees)
    return (
        ledger.Leg(cash_account(request.method), request.paid_fen),
        ledger.Leg(f"{FEE_STORAGE}:{code}", -storage),
        ledger.Leg(f"{FEE_HANDLING}:{code}", -handling),
        ledger.Leg(f"L:GrowerPayable:{code}", storage + handling - request.paid_fen),
    )


def _settled(invoice_id: UUID, journal_id: UUID, fees: Fees, at: Moment) -> InvoiceSettlement:
    return InvoiceSettlement(
        id=derived_id(journal_id, invoice_id, "settled"),
        invoice_id=invoice_id,
        journal_id=journal_id,
        storage_fen=fees.storage_fen,
        handling_fen=fees.handling_fen,
        settled_at=at.at,
    )
