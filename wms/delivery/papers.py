"""Papers on demand: the facts of one gathered from the rooms for who may see them, and made into a file."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, documents, lots, parties
from wms.delivery.house import house
from wms.kernel.actor import Actor

PDF = "application/pdf"


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
    return documents.Bill(
        invoice=row,
        lines=billing.lines_of(session, row.id),
        order=billing.get_exit(session, row.exit_id),
        lot=lots.get_lot(session, row.lot_id),
        buyer=parties.get_party(session, row.party_id),
        seller=keeper(session),
        keeper=keeper_name(session),
        check_url=check_url(paper_id),
        notes=billing.credit_notes_of(session, row.id),
    )
