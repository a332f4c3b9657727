"""Invoices: charges billed to the owner, booked, and settled by the journals that pay or net them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import ledger, lots, parties
from wms.billing.actions.references import take_reference
from wms.billing.actions.steps import audited, lock_order, next_state
from wms.billing.errors import AmountInvalid, InvoiceDay, InvoiceNotFound, JournalUnfit, PaymentTwice
from wms.billing.queries.books import FEE_HANDLING, FEE_STORAGE, fee_credits_left, open_of_invoice
from wms.billing.queries.charges import billed_for_exit, charges_of
from wms.billing.queries.exits import get_exit_order, invoices_of
from wms.billing.queries.stock import units_taken_out
from wms.billing.queries.works import unbilled_carried, unbilled_works
from wms.billing.rules.charges import Charges, tax_of
from wms.billing.rules.requests import Fees, InvoiceExit, RecordPayment, SettleInvoice
from wms.billing.rules.states import ChargeKind, ExitEvent
from wms.billing.tables import (
    CarriedBill,
    CreditNote,
    ExitOrder,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceSettlement,
    Payment,
    WorkBill,
)
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import find, read_under
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.upsert import count_up

REVENUE = {ChargeKind.STORAGE: "R:Storage", ChargeKind.HANDLING: "R:Handling"}
FEES = {ChargeKind.STORAGE: FEE_STORAGE, ChargeKind.HANDLING: FEE_HANDLING}
OUTPUT_TAX = "L:OutputVAT"


def invoice_exit(session: Session, request: InvoiceExit, *, by: Actor, at: Moment) -> Invoice | None:
    """Bill an exit's charges up to today to the owner, before the goods are taken out; later days are billed again.

    Posts Dr A:Fee:Storage and A:Fee:Handling of the owner, Cr R:Storage and R:Handling net, L:OutputVAT the tax in
    them. None, and nothing posted, where nothing is left to bill. Numbers have no gaps in their series, one a year.
    Locks lot and lots split with it, order, series, accounts. A repeat returns the first answer.
    Raises Forbidden, ExitNotFound, ExitStep, InvoiceDay, TariffMissing, RequestIdReused.
    """
    _must_bill(by)
    if not idempotency.claim(session, request.id, "billing.invoice_exit", request, by=by, at=at):
        return session.get(Invoice, request.id)
    if request.on != at.on:
        raise InvoiceDay(on=request.on)
    order = _lock_kin_and_order(session, request.exit_id, by)
    next_state(order, ExitEvent.INVOICE)
    assert units_taken_out(session, order.id, order.lot_id) == 0, "charges are billed before the goods are taken out"
    found = charges_of(session, order.lot_id, units=order.units, on=at.on, exit_id=order.id)
    works, carried = unbilled_works(session, order.lot_id), unbilled_carried(session, order.lot_id)
    first, order.invoiced_on = billed_for_exit(session, order.id).units == 0, at.on
    if not (found.total_fen or found.storage_nanoyuan or found.handling_nanoyuan or works or carried):
        return None
    invoice, lines = _drawn_up(session, request.id, order, found, first, by=by, at=at)
    _post(session, request, invoice, lines, by=by, at=at)
    append(session, invoice)
    for line in lines:
        append(session, line)
    for work in works:
        append(session, WorkBill(work_id=work.id, invoice_id=invoice.id))
    for charge in carried:
        append(session, CarriedBill(carried_id=charge.id, invoice_id=invoice.id))
    audited(session, "invoice_exit", order, by=by, at=at, invoice=invoice.name, total_fen=invoice.total_fen)
    return invoice


def record_payment(session: Session, request: RecordPayment, *, by: Actor, at: Moment) -> Payment:
    """Write down money that came in, in fen, beside the journal that booked it. A repeat returns the first row.

    One reference of one method counts once, in a wallet or for a deal too.
    Raises Forbidden, PartyNotFound, AmountInvalid, PaymentTwice, JournalNotFound, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "billing.record_payment", request, by=by, at=at):
        return session.get_one(Payment, request.id)
    if request.payment_fen <= 0:
        raise AmountInvalid(amount_fen=request.payment_fen)
    party = parties.lock_party(session, request.party_id)
    journal = ledger.get_journal(session, request.journal_id)
    same = select(Payment.id).where(
        Payment.method == request.method.value, Payment.payment_reference == request.reference
    )
    if session.scalar(same) is not None:
        raise PaymentTwice(method=request.method.value, reference=request.reference)
    take_reference(session, request.method, request.reference, journal.id)
    row = Payment(
        id=request.id,
        party_id=party.id,
        payment_fen=request.payment_fen,
        method=request.method.value,
        payment_reference=request.reference,
        journal_id=journal.id,
        received_at=at.at,
        received_on=at.on,
        account_id=by.account_id,
    )
    append(session, row)
    audit.record(
        session, "billing.record_payment", ("payment", row.id), by=by, at=at, payment_fen=row.payment_fen,
        method=row.method,
    )  # fmt: skip
    return row


def settle_invoice(session: Session, request: SettleInvoice, *, by: Actor, at: Moment) -> InvoiceSettlement:
    """Count what a journal credits to the owner's fee accounts towards an invoice, as far as both reach.

    Locks lot and order of the invoice. A repeat returns the first row.
    Raises Forbidden, InvoiceNotFound, ExitNotFound, JournalNotFound, JournalUnfit if it credits nothing that is open,
    RequestIdReused.
    """
    _must_bill(by)
    if not idempotency.claim(session, request.id, "billing.settle_invoice", request, by=by, at=at):
        return session.get_one(InvoiceSettlement, request.id)
    invoice = find(session, Invoice, request.invoice_id)
    if invoice is None or not by.sees(invoice.party_id):
        raise InvoiceNotFound(invoice_id=request.invoice_id)
    order = lock_order(session, invoice.exit_id, by)
    journal = ledger.get_journal(session, request.journal_id)
    party = parties.lock_party(session, invoice.party_id)
    open_fees = _open_under_lock(session, invoice)
    storage_credit, handling_credit = fee_credits_left(session, journal.id, party.code)
    storage_fen = min(open_fees.storage_fen, storage_credit)
    handling_fen = min(open_fees.handling_fen, handling_credit)
    if storage_fen + handling_fen <= 0:
        raise JournalUnfit(charges_fen=open_fees.total_fen)
    row = InvoiceSettlement(
        id=request.id,
        invoice_id=invoice.id,
        journal_id=journal.id,
        storage_fen=storage_fen,
        handling_fen=handling_fen,
        settled_at=at.at,
    )
    append(session, row)
    audited(session, "settle_invoice", order, by=by, at=at, settled_fen=storage_fen + handling_fen)
    return row


def settle_open_invoices(
    session: Session, exit_id: UUID, *, journal_id: UUID, by: Actor, at: Moment
) -> list[InvoiceSettlement]:
    """Count a journal towards every open invoice of an exit, oldest first, as `settle_invoice` does for one.

    A repeat changes nothing. Raises Forbidden, ExitNotFound, JournalNotFound, JournalUnfit if an open one gets nothing.
    """
    settled: list[InvoiceSettlement] = []
    for invoice in invoices_of(session, exit_id):
        if _open_under_lock(session, invoice).total_fen > 0:
            request = SettleInvoice(derived_id(journal_id, invoice.id), invoice.id, journal_id)
            settled.append(settle_invoice(session, request, by=by, at=at))
    return settled


def _open_under_lock(session: Session, invoice: Invoice) -> Fees:
    """Return what is open of an invoice; asked once while its order is locked, as all are who settle or credit it."""
    tables = (Invoice, InvoiceSettlement, CreditNote, ledger.Journal)  # a journal that is reversed settles nothing
    order = (ExitOrder, invoice.exit_id)
    return read_under(session, order, ("open", invoice.id), tables, lambda: open_of_invoice(session, invoice.id))


def _lock_kin_and_order(session: Session, exit_id: UUID, by: Actor) -> ExitOrder:
    """Lock the lots split from the same one, then the order: of two that leave at once, one is the last."""
    lots.lock_with_kin(session, [get_exit_order(session, exit_id, by).lot_id])
    return lock_order(session, exit_id, by)


def _must_bill(by: Actor) -> None:
    """Whoever closes exits bills a sale; whoever takes payments bills what the owner comes to pay."""
    if not by.may(Permission.CLOSE_EXIT):
        by.must(Permission.TAKE_PAYMENT)


def next_number(session: Session, series: str) -> int:
    """Return the next number of a series, whose row stays locked until the transaction ends."""
    return count_up(session, InvoiceSeries, series=series)


def _drawn_up(
    session: Session, invoice_id: UUID, order: ExitOrder, found: Charges, first: bool, *, by: Actor, at: Moment
) -> tuple[Invoice, list[InvoiceLine]]:
    tax_permille = parties.contract_on(session, order.party_id, at.on).tax_permille
    lines = [_line(invoice_id, order, found, kind, tax_permille, first) for kind in ChargeKind]
    series = f"S{at.on.year}"
    invoice = Invoice(
        id=invoice_id,
        series=series,
        number=next_number(session, series),
        exit_id=order.id,
        lot_id=order.lot_id,
        party_id=order.party_id,
        invoiced_on=at.on,
        invoiced_at=at.at,
        storage_fen=found.storage_fen,
        handling_fen=found.handling_fen,
        total_fen=found.total_fen,
        tax_permille=tax_permille,
        tax_fen=sum(line.tax_fen for line in lines),
        journal_id=derived_id(invoice_id, "journal") if found.total_fen else None,
        account_id=by.account_id,
    )
    return invoice, lines


def _line(
    invoice_id: UUID, order: ExitOrder, found: Charges, kind: ChargeKind, tax_permille: int, first: bool
) -> InvoiceLine:
    storage = kind == ChargeKind.STORAGE
    charge_fen = found.storage_fen if storage else found.handling_fen
    tax_fen = tax_of(charge_fen, tax_permille)
    return InvoiceLine(
        id=derived_id(invoice_id, kind.value),
        invoice_id=invoice_id,
        exit_id=order.id,
        lot_id=order.lot_id,
        kind=kind.value,
        units=found.units if first else 0,
        entry_grams=found.grams if first else 0,
        charge_nanoyuan=found.storage_nanoyuan if storage else found.handling_nanoyuan,
        charge_fen=charge_fen,
        minimum_fen=found.minimum_fen if storage else 0,
        net_fen=charge_fen - tax_fen,
        tax_fen=tax_fen,
        explanation=[plain(line) for line in found.lines if line.kind == kind],
    )


def _post(
    session: Session, request: InvoiceExit, invoice: Invoice, lines: list[InvoiceLine], *, by: Actor, at: Moment
) -> None:
    if invoice.journal_id is None:
        return
    code = parties.get_party(session, invoice.party_id).code
    entry = ledger.Entry(
        id=invoice.journal_id,
        key=request.key or invoice.name,
        kind="exit_invoice",
        memo=request.memo or _memo(session, invoice.lot_id, sum(line.units for line in lines) // len(lines)),
        effective_on=invoice.invoiced_on,
        legs=tuple(leg for line in lines for leg in _legs(line, code)),
    )
    ledger.post(session, entry, by=by, at=at)


def _legs(line: InvoiceLine, code: str) -> list[ledger.Leg]:
    kind = ChargeKind(line.kind)
    return [
        ledger.Leg(f"{FEES[kind]}:{code}", line.charge_fen),
        ledger.Leg(REVENUE[kind], -line.net_fen),
        ledger.Leg(OUTPUT_TAX, -line.tax_fen),
    ]


def _memo(session: Session, lot_id: UUID, units: int) -> str:
    lot = lots.get_lot(session, lot_id)
    return f"exit invoice {lot.code} {units}/{lot.entry_units}"
