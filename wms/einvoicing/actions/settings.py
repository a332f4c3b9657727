"""What the tax bureau calls a charge, and to whom a party's e-invoices are made out."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import parties
from wms.einvoicing.errors import ItemInvalid, TitleInvalid
from wms.einvoicing.rules.documents import is_code, is_tax_number
from wms.einvoicing.rules.requests import SetItem, SetTitle
from wms.einvoicing.tables import EinvoiceItem, EinvoiceTitle
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def set_item(session: Session, request: SetItem, *, by: Actor, at: Moment) -> EinvoiceItem:
    """Set what the tax bureau calls a kind of charge from now on; batches made before keep what they say.

    Posts nothing. A repeat returns the first row. Raises Forbidden, ItemInvalid, RequestIdReused.
    """
    by.must(Permission.CORRECT_BOOKS)
    if not idempotency.claim(session, request.id, "einvoicing.set_item", asdict(request), by=by, at=at):
        return session.get_one(EinvoiceItem, request.id)
    code, category, name = request.code.strip(), request.category.strip(" *"), request.name.strip(" *")
    if not is_code(code) or not category or not name:
        raise ItemInvalid
    row = EinvoiceItem(
        id=request.id, charge_kind=request.charge_kind.value, code=code, category=category, name=name, set_at=at.at,
        account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(
        session, "einvoicing.set_item", ("einvoice_item", row.id), by=by, at=at, charge_kind=row.charge_kind, code=code
    )
    return row


def set_title(session: Session, request: SetTitle, *, by: Actor, at: Moment) -> EinvoiceTitle:
    """Set to whom a party's e-invoices are made out from now on; what is empty comes from the party itself.

    Posts nothing. Locks the party. A repeat returns the first row.
    Raises Forbidden, PartyNotFound, TitleInvalid, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "einvoicing.set_title", asdict(request), by=by, at=at):
        return session.get_one(EinvoiceTitle, request.id)
    party = parties.lock_party(session, request.party_id)
    number = request.tax_number.strip().upper()
    if number and not is_tax_number(number):
        raise TitleInvalid(tax_number=number[:30])
    row = EinvoiceTitle(
        id=request.id, party_id=party.id, is_person=request.is_person, name=request.name.strip(), tax_number=number,
        address=request.address.strip(), phone=request.phone.strip(), bank=request.bank.strip(),
        account_number=request.account_number.strip(), set_at=at.at, account_id=by.account_id,
    )  # fmt: skip
    append(session, row)
    audit.record(session, "einvoicing.set_title", ("party", party.id), by=by, at=at, is_person=row.is_person)
    return row
