"""What was printed, and what still waits at a printer."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wms.dock.errors import PrintJobNotFound
from wms.dock.rules.printing import PaperKind, PrintJob
from wms.dock.tables import Print
from wms.kernel.outbox import OutboxRow

PRINT_TOPIC = "send.print"
MOST_JOBS = 60


def prints_of(session: Session, kind: PaperKind, subject_id: UUID) -> list[Print]:
    """Return every printing of a paper, the newest first."""
    query = select(Print).where(Print.kind == kind.value, Print.subject_id == subject_id)
    return list(session.scalars(query.order_by(Print.copy_no.desc())))


def print_queue(session: Session) -> list[PrintJob]:
    """Return what printers were sent of late: first what still waits, the oldest first, then what is over."""
    waiting = _jobs(session, _query().where(OutboxRow.due_at.is_not(None)).order_by(Print.printed_at, Print.id))
    over = _query().where(OutboxRow.due_at.is_(None)).order_by(Print.printed_at.desc(), Print.id.desc())
    return [*waiting, *_jobs(session, over.limit(MOST_JOBS))]


def get_print_job(session: Session, job_id: UUID) -> PrintJob:
    """Return a print on its way to a printer. Raises PrintJobNotFound."""
    found = _jobs(session, _query().where(Print.id == job_id))
    if not found:
        raise PrintJobNotFound
    return found[0]


def lock_job(session: Session, job_id: UUID) -> UUID:
    """Lock a job's row of the outbox until the transaction ends and return its id. Raises PrintJobNotFound."""
    query = select(OutboxRow).where(OutboxRow.topic == PRINT_TOPIC, OutboxRow.key == str(job_id)).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise PrintJobNotFound
    return row.id


def _query() -> Select[Print, OutboxRow]:
    same = OutboxRow.id == Print.outbox_id
    return select(Print, OutboxRow).join(OutboxRow, same)


def _jobs(session: Session, query: Select[Print, OutboxRow]) -> list[PrintJob]:
    return [
        PrintJob(row.id, row.printer, row.title, row.copy_no, row.printed_at, sent.attempts, sent.due_at, sent.done_at,
                 sent.last_problem or "")
        for row, sent in session.execute(query)
    ]  # fmt: skip
