"""Disputes of invoices: raised by the party or the desk, refused in words, or upheld by a credit note of two people."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import billing, parties
from wms.dunning.actions.ladder import store_name, yuan
from wms.dunning.errors import DisputeAnswered, DisputeOpen, DisputeReasonMissing, NothingDisputed
from wms.dunning.queries import disputes_of, last_end, left_to_dispute, open_dispute
from wms.dunning.rules import DisputeInvoice, DisputeState, EndDispute, RaisedBy, UpholdDispute
from wms.dunning.tables import DisputeClaim, DisputeCredit, DisputeEnd, InvoiceDispute
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

MOST_WORDS = 500


def dispute_invoice(session: Session, request: DisputeInvoice, *, by: Actor, at: Moment) -> InvoiceDispute:
    """Note that the party says a line of an invoice is wrong, by itself or by staff; its ladder stands still.

    One dispute of an invoice is open at a time; what was paid may be disputed too. Locks the exit. A repeat returns the
    first row. Raises Forbidden, InvoiceNotFound, DisputeReasonMissing, DisputeOpen, NothingDisputed, DisputeAnswered,
    RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT if by.party_id is not None else Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "dunning.dispute_invoice", asdict(request), by=by, at=at):
        return session.get_one(InvoiceDispute, request.id)
    invoice = billing.get_invoice(session, request.invoice_id, by)
    reason = _worded(request.reason)
    billing.lock_exit_order(session, invoice.exit_id)
    before = disputes_of(session, invoice.id)
    if any(one.state is DisputeState.OPEN for one in before):
        raise DisputeOpen(number=invoice.name)
    if left_to_dispute(session, invoice, request.line) <= 0:
        raise NothingDisputed(number=invoice.name)
    raiser = RaisedBy.DESK if by.party_id is None else RaisedBy.PARTY
    answered = (one.line is request.line and one.raised_by is raiser for one in before if one.state != "upheld")
    if raiser is RaisedBy.PARTY and any(answered):  # or a debtor holds off reminders for ever with one sentence
        raise DisputeAnswered(number=invoice.name)
    row = InvoiceDispute(id=request.id, invoice_id=invoice.id, reason=reason, account_id=by.account_id, raised_at=at.at)
    claim = DisputeClaim(
        dispute_id=row.id, line=request.line.value, ground=request.ground.value, raised_by=raiser.value
    )
    append(session, row)
    append(session, claim)
    audit.record(
        session, "dunning.dispute_invoice", ("party", invoice.party_id), by=by, at=at, invoice=invoice.name,
        line=claim.line, ground=claim.ground,
    )  # fmt: skip
    return row


def end_dispute(session: Session, request: EndDispute, *, by: Actor, at: Moment) -> DisputeEnd:
    """Settle the dispute of an invoice and take nothing back; the ladder goes on with what is still open.

    A party that raised it itself is told by text message. Locks the exit. A repeat returns the first row.
    Raises Forbidden, InvoiceNotFound, DisputeReasonMissing, NothingDisputed, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    first = idempotency.claim(session, request.id, "dunning.end_dispute", asdict(request), by=by, at=at)
    invoice = billing.get_invoice(session, request.invoice_id, by)
    if not first:
        return last_end(session, invoice.id)
    billing.lock_exit_order(session, invoice.exit_id)
    row = _ended(session, invoice, request.outcome, by=by, at=at)
    audit.record(session, "dunning.end_dispute", ("party", invoice.party_id), by=by, at=at, invoice=invoice.name)
    _tell(session, row, invoice, None, at)
    return row


def uphold_dispute(session: Session, request: UpholdDispute, *, by: Actor, at: Moment, approver: Actor) -> DisputeEnd:
    """Settle the dispute of an invoice by a credit note, in fen; `approver` is another who may correct the books.

    Posts what `billing.issue_credit_note` posts and locks what it locks. A party that raised it itself is told by text
    message. A repeat returns the first row. Raises Forbidden, PersonUnknown, SamePerson, InvoiceNotFound,
    DisputeReasonMissing, AmountInvalid, CreditNoteTooLarge, NothingDisputed, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    first = idempotency.claim(session, request.id, "dunning.uphold_dispute", asdict(request), by=by, at=at)
    invoice = billing.get_invoice(session, request.invoice_id, by)
    if not first:
        return last_end(session, invoice.id)
    wanted = billing.IssueCreditNote(
        derived_id(request.id, "note"), invoice.id, request.storage_fen, request.handling_fen,
        _worded(request.outcome)[:200],
    )  # fmt: skip
    note = billing.issue_credit_note(session, wanted, by=by, at=at, approver=approver)
    row = _ended(session, invoice, request.outcome, by=by, at=at)
    append(session, DisputeCredit(dispute_id=row.dispute_id, note_id=note.id))
    audit.record(
        session, "dunning.uphold_dispute", ("party", invoice.party_id), by=by, at=at, invoice=invoice.name,
        note=note.name,
    )  # fmt: skip
    _tell(session, row, invoice, note, at)
    return row


def _worded(words: str) -> str:
    if not words.strip():
        raise DisputeReasonMissing
    return words.strip()[:MOST_WORDS]


def _ended(session: Session, invoice: billing.Invoice, outcome: str, *, by: Actor, at: Moment) -> DisputeEnd:
    words, found = _worded(outcome), open_dispute(session, invoice.id)
    if found is None:
        raise NothingDisputed(number=invoice.name)
    row = DisputeEnd(dispute_id=found.id, outcome=words, account_id=by.account_id, ended_at=at.at)
    append(session, row)
    return row


def _tell(
    session: Session, row: DisputeEnd, invoice: billing.Invoice, note: billing.CreditNote | None, at: Moment
) -> None:
    """Send a party that raised its dispute itself the answer, where it has a telephone."""
    claim, party = session.get(DisputeClaim, row.dispute_id), parties.get_party(session, invoice.party_id)
    if claim is None or claim.raised_by != RaisedBy.PARTY or not party.phone:
        return
    zh, en = f"未予更正: {row.outcome}", f"nothing is taken back: {row.outcome}"
    if note is not None:
        back = yuan(note.storage_fen + note.handling_fen)
        zh = f"异议成立, 贷项通知单 {note.name} 冲减 {back} 元"
        en = f"you are right, credit note {note.name} takes back {back} yuan"
    store = store_name(session)
    text = f"{party.name}: 账单 {invoice.name} 的异议已答复, {zh}。{store} / Invoice {invoice.name}: {en}. {store}"
    payload = {"phone": party.phone, "text": text}
    outbox.put(session, "send.sms", f"dispute:{row.dispute_id}", payload, at=at)
