"""The numbers the tax bureau gave, written back to our documents: all of a file, or nothing of it."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.einvoicing.errors import NumbersUnfit
from wms.einvoicing.queries.batches import exported_documents, judged
from wms.einvoicing.rules.requests import RecordNumbers
from wms.einvoicing.tables import EinvoiceDocument, EinvoiceNumber
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def record_numbers(session: Session, request: RecordNumbers, *, by: Actor, at: Moment) -> int:
    """Record the tax bureau's numbers of documents that were exported, and return how many were new.

    A number that is recorded already for the same document counts as known. Posts nothing. Locks the documents. A
    repeat returns 0. Raises Forbidden, NumbersUnfit, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "einvoicing.record_numbers", asdict(request), by=by, at=at):
        return 0
    known = sorted(exported_documents(session, [one.document for one in request.numbers]).values())
    for start in range(0, len(known), 500):
        query = select(EinvoiceDocument).where(EinvoiceDocument.document_id.in_(known[start : start + 500]))
        session.scalars(query.order_by(EinvoiceDocument.document_id).with_for_update()).all()
    bad, new = judged(session, request.numbers)
    if bad:
        raise NumbersUnfit(bad=len(bad), line=min(one.line for one in bad))
    for document_id, one in new.items():
        append(
            session,
            EinvoiceNumber(
                document_id=document_id, number=one.number, issued_on=one.issued_on, recorded_at=at.at,
                account_id=by.account_id,
            ),
        )  # fmt: skip
    audit.record(
        session, "einvoicing.record_numbers", ("einvoice_numbers", request.id), by=by, at=at, new=len(new),
        known=len(request.numbers) - len(new),
    )  # fmt: skip
    return len(new)
