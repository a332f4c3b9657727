"""Papers are printed, and what is stuck at a printer is tried again or given up."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, receipts
from wms.dock.errors import PrintJobOver, ReprintNeedsReason
from wms.dock.queries.printing import PRINT_TOPIC, get_print_job, lock_job
from wms.dock.rules.printing import PaperKind, PrintJob, PrintPaper
from wms.dock.tables import Print, PrintCount
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.upsert import count_up

GIVEN_UP = "cancelled"


def print_paper(session: Session, request: PrintPaper, *, by: Actor, at: Moment) -> Print:
    """Write down that a paper is printed, and put it into its printer's queue if it names one.

    Locks the paper's count. A repeat returns the first record and prints nothing.
    Raises Forbidden, LotNotFound, ReceiptNotFound, ReprintNeedsReason, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "dock.print_paper", asdict(request), by=by, at=at):
        return session.get_one(Print, request.id)
    if request.kind is PaperKind.LABELS:
        lots.get_visible_lot(session, request.subject_id, by)
    else:
        receipts.get_visible_receipt(session, request.subject_id, by)
    copy_no = count_up(session, PrintCount, kind=request.kind.value, subject_id=request.subject_id)
    reason = request.reason.strip()
    if copy_no > 1 and not reason:
        raise ReprintNeedsReason(times=copy_no - 1)
    queued = None
    if request.printer:
        payload = {"printer": request.printer, "content": request.content, "title": request.title}
        queued = outbox.put(session, PRINT_TOPIC, request.id, payload, at=at)
    made = Print(
        id=request.id,
        kind=request.kind.value,
        subject_id=request.subject_id,
        copy_no=copy_no,
        title=request.title[:80],
        reason=reason,
        printer=request.printer,
        outbox_id=queued,
        printed_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, made)
    audit.record(session, "dock.print_paper", (request.kind.value, request.subject_id), by=by, at=at, copy=copy_no)
    return made


def retry_print(session: Session, job_id: UUID, *, by: Actor, at: Moment) -> PrintJob:
    """Let a waiting job be tried at once. Raises Forbidden, PrintJobNotFound, PrintJobOver."""
    by.must(Permission.TAKE_IN)
    row_id = lock_job(session, job_id)
    _require_waiting(session, job_id)
    outbox.hurry(session, row_id, at=at)
    audit.record(session, "dock.retry_print", ("print", job_id), by=by, at=at)
    return get_print_job(session, job_id)


def cancel_print(session: Session, job_id: UUID, *, by: Actor, at: Moment) -> PrintJob:
    """Give a waiting job up; it is never sent. Cancelling again changes nothing.

    What is being sent this very moment may still come out. Raises Forbidden, PrintJobNotFound, PrintJobOver.
    """
    by.must(Permission.TAKE_IN)
    row_id = lock_job(session, job_id)
    if get_print_job(session, job_id).state == GIVEN_UP:
        return get_print_job(session, job_id)
    _require_waiting(session, job_id)
    outbox.give_up(session, row_id)
    audit.record(session, "dock.cancel_print", ("print", job_id), by=by, at=at)
    return get_print_job(session, job_id)


def _require_waiting(session: Session, job_id: UUID) -> None:
    state = get_print_job(session, job_id).state
    if state not in ("waiting", "stuck"):
        raise PrintJobOver(state=state)
