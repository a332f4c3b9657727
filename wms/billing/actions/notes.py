"""Credit notes: the only way to correct an invoice, by two people."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import ledger, parties
from wms.billing.actions.invoices import FEES, OUTPUT_TAX, REVENUE, next_number
from wms.billing.actions.steps import audited, lock_order
from wms.billing.actions.tariffs import person_of
from wms.billing.errors import AmountInvalid, CreditNoteTooLarge, InvoiceNotFound, ReasonMissing, SamePerson
from wms.billing.queries.books import open_of_invoice, taken_back_of_invoice
from wms.billing.rules.charges import tax_of
from wms.billing.rules.requests import Fees, IssueCreditNote
from wms.billing.rules.states import ChargeKind
from wms.billing.tables import CreditNote, Invoice
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id


def issue_credit_note(
    session: Session, request: IssueCreditNote, *, by: Actor, at: Moment, approver: Actor
) -> CreditNote:
    """Take part of an invoice back, in fen; `approver` is another person than `by`, both with CORRECT_BOOKS.

    Posts Dr R:Storage and R:Handling net and L:OutputVAT, Cr the owner's fee accounts as far as they are open and
    L:GrowerPayable for what was paid already. Locks lot, order, series, accounts. A repeat returns the first note.
    Raises Forbidden, PersonUnknown, SamePerson, InvoiceNotFound, AmountInvalid, ReasonMissing, CreditNoteTooLarge,
    RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    approver.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "billing.issue_credit_note", asdict(request), by=by, at=at):
        return session.get_one(CreditNote, request.id)
    if person_of(by) == person_of(approver):
        raise SamePerson
    invoice = session.get(Invoice, request.invoice_id)
    if invoice is None or not by.sees(invoice.party_id):
        raise InvoiceNotFound(invoice_id=request.invoice_id)
    order = lock_order(session, invoice.exit_id, by)
    code = parties.lock_party(session, invoice.party_id).code
    _require_sound(session, request, invoice)
    open_fees = open_of_invoice(session, invoice.id)
    series = f"C{at.on.year}"
    taxes = _taxes(session, request, invoice)
    note = CreditNote(
        id=request.id,
        series=series,
        number=next_number(session, series),
        invoice_id=invoice.id,
        storage_fen=request.storage_fen,
        handling_fen=request.handling_fen,
        storage_paid_fen=max(0, request.storage_fen - open_fees.storage_fen),
        handling_paid_fen=max(0, request.handling_fen - open_fees.handling_fen),
        tax_fen=sum(taxes.values()),
        reason=request.reason,
        journal_id=derived_id(request.id, "journal"),
        issued_on=at.on,
        issued_at=at.at,
        issued_by_person_id=person_of(by),
        approved_by_person_id=person_of(approver),
    )
    entry = ledger.Entry(
        id=note.journal_id,
        key=request.key or note.name,
        kind="credit_note",
        memo=request.memo or f"credit note to {invoice.name}",
        effective_on=at.on,
        legs=_legs(request, note, taxes, code),
    )
    ledger.post(session, entry, by=by, at=at, approver=approver)
    append(session, note)
    audited(session, "issue_credit_note", order, by=by, at=at, note=note.name, invoice=invoice.name)
    return note


def _amounts(request: IssueCreditNote) -> dict[ChargeKind, int]:
    return {ChargeKind.STORAGE: request.storage_fen, ChargeKind.HANDLING: request.handling_fen}


def _taxes(session: Session, request: IssueCreditNote, invoice: Invoice) -> dict[ChargeKind, int]:
    """The tax in what is taken back, cumulatively: what stays of a line has the tax of an invoice for just that."""
    before = taken_back_of_invoice(session, invoice.id)
    left = {
        ChargeKind.STORAGE: invoice.storage_fen - before.storage_fen,
        ChargeKind.HANDLING: invoice.handling_fen - before.handling_fen,
    }
    permille = invoice.tax_permille
    return {
        kind: tax_of(left[kind], permille) - tax_of(left[kind] - fen, permille)
        for kind, fen in _amounts(request).items()
    }


def _require_sound(session: Session, request: IssueCreditNote, invoice: Invoice) -> None:
    amounts = request.storage_fen, request.handling_fen
    if min(amounts) < 0 or sum(amounts) <= 0:
        raise AmountInvalid(amount_fen=sum(amounts))
    if not request.reason.strip():
        raise ReasonMissing
    before = taken_back_of_invoice(session, invoice.id)
    left = Fees(invoice.storage_fen - before.storage_fen, invoice.handling_fen - before.handling_fen)
    if request.storage_fen > left.storage_fen or request.handling_fen > left.handling_fen:
        raise CreditNoteTooLarge(storage_fen=left.storage_fen, handling_fen=left.handling_fen)


def _legs(
    request: IssueCreditNote, note: CreditNote, taxes: dict[ChargeKind, int], code: str
) -> tuple[ledger.Leg, ...]:
    legs: list[ledger.Leg] = []
    paid = {ChargeKind.STORAGE: note.storage_paid_fen, ChargeKind.HANDLING: note.handling_paid_fen}
    for kind, fen in _amounts(request).items():
        legs += [
            ledger.Leg(REVENUE[kind], fen - taxes[kind]),
            ledger.Leg(OUTPUT_TAX, taxes[kind]),
            ledger.Leg(f"{FEES[kind]}:{code}", paid[kind] - fen),
            ledger.Leg(f"L:GrowerPayable:{code}", -paid[kind]),
        ]
    return tuple(legs)
