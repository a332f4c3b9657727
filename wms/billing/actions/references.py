"""Numbers of incoming money: each is money once, whatever it is taken for."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.billing.errors import PaymentTwice
from wms.billing.rules.states import PaymentMethod
from wms.billing.tables import ReceivedReference
from wms.kernel.upsert import insert_new


def take_reference(session: Session, method: PaymentMethod, reference: str, journal_id: UUID) -> None:
    """Take the number of money that came in by a method for the journal that books it; nothing where there is none.

    For payments, wallets and deals alike. Waits for whoever is taking the same number. The same journal may take its
    number again. Raises PaymentTwice.
    """
    number = reference.strip()
    if not number:
        return
    values = {"method": method.value, "reference": number, "journal_id": journal_id}
    insert_new(session, ReceivedReference, values)
    query = select(ReceivedReference.journal_id).where(
        ReceivedReference.method == method.value, ReceivedReference.reference == number
    )
    if session.scalar(query) != journal_id:
        raise PaymentTwice(method=method.value, reference=number)
