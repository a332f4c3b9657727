"""What the tax bureau calls our charges, us, and our parties."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import parties
from wms.einvoicing.rules.documents import ChargeKind, Item, Side
from wms.einvoicing.tables import EinvoiceItem, EinvoiceTitle


def item_rows(session: Session) -> dict[ChargeKind, EinvoiceItem]:
    """Return the item in force of each kind of charge that has one."""
    newest = (EinvoiceItem.set_at, EinvoiceItem.id)
    return {ChargeKind(row.charge_kind): row for row in session.scalars(select(EinvoiceItem).order_by(*newest))}


def items_now(session: Session) -> dict[ChargeKind, Item]:
    """Return what each kind of charge is called now, as far as somebody said."""
    return {kind: Item(row.code, row.category, row.name) for kind, row in item_rows(session).items()}


def title_of(session: Session, party_id: UUID) -> EinvoiceTitle | None:
    """Return a party's title in force, or None where nobody set one."""
    newest = (EinvoiceTitle.set_at.desc(), EinvoiceTitle.id.desc())
    return session.scalar(select(EinvoiceTitle).where(EinvoiceTitle.party_id == party_id).order_by(*newest).limit(1))


def side_of(session: Session, party: parties.Party, at: datetime) -> Side:
    """Return how e-invoices name a party: by its title, and by what is known of the party where that is empty."""
    title, payee = title_of(session, party.id), parties.payee_of(session, party.id, at)
    bank, number = (payee.bank, payee.account_number) if payee else ("", "")
    code, phone = party.credit_code or "", party.phone or ""
    if title is None:
        return Side(party.name, code, False, "", phone, bank, number)
    if title.bank or title.account_number:
        bank, number = title.bank, title.account_number
    return Side(
        title.name or party.name, title.tax_number or code, title.is_person, title.address, title.phone or phone, bank,
        number,
    )  # fmt: skip


def seller_side(session: Session, at: datetime) -> Side:
    """Return the store as e-invoices name it; a name of nothing where the store is no party."""
    found = parties.list_parties(session, parties.PartyKind.STORE, limit=1).items
    return side_of(session, found[0], at) if found else Side("")
