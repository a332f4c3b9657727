"""Disputes that wait for an answer: those a party raised itself before those the desk noted."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, dunning, parties
from wms.kernel.actor import Actor, Permission
from wms.web import bill_words
from wms.web.desk.item import Item
from wms.web.desk.workplace import waited
from wms.web.shell import say as _


def items_of_bills(session: Session, by: Actor) -> Iterator[Item]:
    """Yield the open disputes to who may answer them."""
    if not by.may(Permission.CORRECT_BOOKS):
        return
    for one in dunning.open_disputes(session, by):
        invoice = billing.get_invoice(session, one.invoice_id, by)
        own = one.raised_by == dunning.RaisedBy.PARTY
        yield Item(
            _("Answer a dispute"),
            parties.get_party(session, invoice.party_id).name,
            url_for("desk.dispute", dispute_id=one.id),
            waited(one.raised_at),
            "warn" if own else "info",
            f"{invoice.name} · {_(bill_words.LINE[one.line])}",
            dunning.left_to_dispute(session, invoice, one.line),
            one.raised_at,
        )
