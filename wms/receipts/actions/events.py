"""The pen of a receipt's history."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import new_id
from wms.receipts.rules import ReceiptEventKind
from wms.receipts.tables import ReceiptEvent


def note(
    session: Session,
    receipt_id: UUID,
    kind: ReceiptEventKind,
    units: int,
    subject_id: UUID | None,
    *,
    by: Actor,
    at: Moment,
    **details: Any,
) -> None:
    """Write one thing that happened to a receipt; `units` is the change of what is left on it."""
    event = ReceiptEvent(
        id=new_id(at),
        receipt_id=receipt_id,
        kind=kind.value,
        units=units,
        subject_id=subject_id,
        details=plain(details),
        account_id=by.account_id,
        person_id=by.person_id,
        happened_at=at.at,
    )
    append(session, event)
