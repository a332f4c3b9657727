"""Papers on demand: the facts of one gathered from the rooms for who may see them, and made into a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, documents, dunning, einvoicing, lots, parties, pickup
from wms.delivery.house import house
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment

PDF = "application/pdf"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to hand out: its name, its media type, its bytes."""

    name: str
    body: bytes
    kind: str = PDF


def check_url(paper_id: UUID) -> str:
    """Return the address where anybody checks a printed paper."""
    return f"{house().config.web.public_url.rstrip('/')}/check/papers/{paper_id}"


def keeper(session: Session) -> parties.Party | None:
    """Return the store as a party, if it is one."""
    return next(iter(parties.list_parties(session, parties.PartyKind.STORE, limit=1).items), None)


def keeper_name(session: Session) -> str:
    """Return whose paper it is: the store's name, else the site's code."""
    store = keeper(session)
    return house().config.mqtt.site if store is None else store.name


def exit_order(session: Session, exit_id: UUID, by: Actor) -> Paper:
    """Return the exit order of an exit `by` may see. Raises ExitNotFound."""
    facts = exit_facts(session, exit_id, by)
    return Paper(f"exit-{facts.number}.pdf", documents.exit_order_pdf(facts))


def gate_pass(session: Session, exit_id: UUID, by: Actor, code: str | None = None) -> Paper:
    """Return the standing gate pass of an exit: with the code if it is said rightly, else a copy without one.

    Raises ExitNotFound, GatePassNotFound where none stands or the code is another's.
    """
    facts = exit_facts(session, exit_id, by)
    row = facts.gate_pass
    if row is None or (code is not None and not billing.is_code_of(row, code)):
        raise billing.GatePassNotFound
    said = None if code is None or row.state != billing.PassState.ISSUED else billing.normal_code(code)
    return Paper(f"pass-{facts.number}.pdf", documents.gate_pass_pdf(facts, said))


def invoice(session: Session, invoice_id: UUID, by: Actor) -> Paper:
    """Return an invoice of a party `by` may see. Raises InvoiceNotFound."""
    row = billing.get_invoice(session, invoice_id, by)
    return Paper(f"{row.name}.pdf", documents.invoice_pdf(_bill(session, row, row.id)))


def credit_note(session: Session, note_id: UUID, by: Actor) -> Paper:
    """Return a credit note of a party `by` may see. Raises InvoiceNotFound."""
    note, row = billing.get_credit_note(session, note_id, by)
    people = (
        parties.get_person(session, note.issued_by_person_id).name,
        parties.get_person(session, note.approved_by_person_id).name,
    )
    bill = replace(_bill(session, row, note.id), notes=())
    return Paper(
        f"{note.name}.pdf", documents.credit_note_pdf(bill, note, billing.taxes_of_note(session, note), people)
    )


def statement(session: Session, party_id: UUID, period: tuple[date, date], by: Actor, at: Moment) -> Paper:
    """Return the account of a party over a period, both days included, to who may see it.

    Raises PartyNotFound, PeriodInvalid.
    """
    found = billing.statement_of_account(session, party_id, *period, by=by)
    numbers = einvoicing.numbers_by_journal(session, party_id)
    lines = (replace(line, document=_with_number(line, numbers)) for line in found.lines)
    found = replace(found, lines=tuple(lines))
    party, zone = parties.get_party(session, party_id), house().config.site.timezone
    body = documents.statement_pdf(found, party, keeper_name(session), at.at, zone)
    return Paper(f"statement-{party.code}-{found.from_on}-{found.to_on}.pdf", body)


def _with_number(line: billing.StatementLine, numbers: Mapping[UUID, str]) -> str:
    """What a line's paper is called, with the tax bureau's number behind it where there is one."""
    number = numbers.get(line.journal_id)
    return f"{line.document} 票号 {number}" if number else line.document


LEVEL_TITLE = ("催款通知", "Reminder of payment")
STEP_TITLES = {
    "reminder": ("催告提货通知", "Reminder to collect"),
    "formal_notice": ("履行通知", "Formal notice"),
    "enforcement_notice": ("留置权实现通知", "Notice of enforcement of the lien"),
}


def notice(session: Session, notice_id: UUID, by: Actor) -> Paper:
    """Return a notice to a party `by` may see as a letter, with its proofs. Raises NoticeNotFound."""
    row = dunning.get_notice(session, notice_id, by)
    if row.invoice_id is not None:
        subject = f"账单 invoice {billing.get_invoice(session, row.invoice_id, by).name}"
        title = LEVEL_TITLE
    else:
        case = dunning.get_case(session, row.case_id or notice_id, by)
        subject, title = f"批次 lot {lots.get_lot(session, case.lot_id).code}", STEP_TITLES[row.step or ""]
    number = f"N-{row.sent_on:%Y%m%d}-{row.id.hex[-6:].upper()}"
    letter = documents.Letter(
        number=number,
        title=title,
        party=parties.get_party(session, row.party_id).name,
        issuer=keeper_name(session),
        subject=subject,
        open_fen=row.open_fen,
        sent_on=row.sent_on,
        period_days=row.period_days,
        words=(row.words_zh, row.words_en),
        proofs=[(proof.kind, proof.proof_reference, proof.proved_on) for proof in dunning.proofs_of(session, row.id)],
    )
    return Paper(f"{number}.pdf", documents.letter_pdf(letter))


def einvoice_batch(session: Session, batch_id: UUID, kind: documents.EinvoiceFile) -> Paper:
    """Return the file of a batch of e-invoices, always the same bytes. Raises BatchNotFound, BatchWithdrawn."""
    batch = einvoicing.get_batch(session, batch_id)
    gone = einvoicing.withdrawal_of(session, batch.id)
    if gone is not None:
        raise einvoicing.BatchWithdrawn(number=batch.name, reason=gone.reason)
    rows = einvoicing.rows_of(session, batch.id)
    body = documents.einvoice_file(kind, batch, rows, house().config.site.timezone)
    return Paper(f"e-invoices-{batch.name}.{kind.value}", body, CSV if kind is documents.EinvoiceFile.CSV else XLSX)


def authority(session: Session, authority_id: UUID, by: Actor) -> Paper:
    """Return a written authority to collect of a party `by` may see. Raises AuthorityNotFound."""
    row = pickup.get_authority(session, authority_id, by)
    zone = house().config.site.timezone
    gone = pickup.standing_of(session, row).revocation
    party = parties.get_party(session, row.party_id)
    number = f"A-{row.from_on:%Y%m%d}-{row.id.hex[-6:].upper()}"
    facts = documents.AuthorityFacts(
        number=number,
        keeper=keeper_name(session),
        party=f"{party.name} ({party.code})",
        collector=row.collector_name,
        id_tail=row.id_tail,
        plate=row.plate,
        from_on=row.from_on,
        last_on=row.until_on - timedelta(days=1),
        units_most=row.units_most,
        document=row.document,
        given_on=row.granted_at.astimezone(zone).date(),
        revoked_on=None if gone is None else gone.revoked_at.astimezone(zone).date(),
    )
    return Paper(f"{number}.pdf", documents.authority_pdf(facts))


def exit_facts(session: Session, exit_id: UUID, by: Actor) -> documents.ExitFacts:
    """Return what the papers of an exit say. Raises ExitNotFound."""
    order = billing.get_exit_order(session, exit_id, by)
    return documents.ExitFacts(
        order=order,
        lot=lots.get_lot(session, order.lot_id),
        owner=parties.get_party(session, order.party_id),
        keeper=keeper_name(session),
        zone=house().config.site.timezone,
        check_url=check_url(order.id),
        quote=billing.quote_of(session, order),
        gate_pass=billing.live_pass_of(session, order.id),
    )


def _bill(session: Session, row: billing.Invoice, paper_id: UUID) -> documents.Bill:
    notes = billing.credit_notes_of(session, row.id)
    return documents.Bill(
        invoice=row,
        lines=billing.lines_of(session, row.id),
        order=billing.get_exit(session, row.exit_id),
        lot=lots.get_lot(session, row.lot_id),
        buyer=parties.get_party(session, row.party_id),
        seller=keeper(session),
        keeper=keeper_name(session),
        check_url=check_url(paper_id),
        notes=notes,
        numbers=einvoicing.numbers_of_documents(session, [row.id, *(note.id for note in notes)]),
    )
