"""Files of long reports: asked for, begun by a worker, written piece by piece, done or failed."""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wms.insight.errors import FileBusy, FileNotFound
from wms.insight.queries.reports import count_rows
from wms.insight.rules.files import MAKE_FILE, AskFile
from wms.insight.tables import ReportFile, ReportPiece
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment

QUIET = timedelta(seconds=120)  # a worker that has written nothing so long is taken for dead
KEPT = timedelta(days=14)


def ask_file(session: Session, request: AskFile, *, by: Actor, at: Moment) -> ReportFile:
    """Have the workers make a report into a file; the same transaction puts it into the outbox.

    Files older than two weeks let their content go. A repeat returns the file as it is now.
    Raises Forbidden, QuestionWrong, RequestIdReused.
    """
    by.must(Permission.SEE_ALL)
    request.wanted.check()
    if not idempotency.claim(session, request.id, "insight.ask_file", asdict(request), by=by, at=at):
        return session.get_one(ReportFile, request.id)
    row = ReportFile(
        id=request.id,
        kind=request.wanted.kind.value,
        form=request.form.value,
        language=request.language,
        request=plain(asdict(request.wanted)),
        account_id=by.account_id,
        asked_at=at.at,
        asked_on=at.on,
        state="waiting",
        attempt=0,
        touched_at=at.at,
        rows_done=0,
        rows_total=count_rows(session, request.wanted),
        size_bytes=0,
        done_at=None,
        problem="",
    )
    session.add(row)
    old = select(ReportFile.id).where(ReportFile.asked_at < at.at - KEPT)
    session.execute(delete(ReportPiece).where(ReportPiece.file_id.in_(old)))
    session.flush()
    outbox.put(session, MAKE_FILE, row.id, {"file_id": row.id}, at=at)
    audit.record(session, "insight.ask_file", ("report_file", row.id), by=by, at=at, kind=row.kind)
    return row


def begin_file(session: Session, file_id: UUID, *, at: Moment) -> ReportFile | None:
    """Take a file for making, from its first piece; None if it is done already.

    Locks it. A worker that has said nothing for two minutes is taken for dead. Raises FileBusy, FileNotFound.
    """
    row = _locked(session, file_id)
    if row.state == "done":
        return None
    if row.state == "working" and at.at - row.touched_at < QUIET:
        raise FileBusy
    session.execute(delete(ReportPiece).where(ReportPiece.file_id == file_id))
    row.state, row.attempt, row.touched_at = "working", row.attempt + 1, at.at
    row.rows_done, row.size_bytes, row.problem = 0, 0, ""
    session.flush()
    return row


def add_piece(session: Session, file_id: UUID, attempt: int, n: int, content: bytes, *, rows: int, at: Moment) -> None:
    """Write a piece (or none, if empty) and how many rows it is now; locks the file. Raises FileBusy, FileNotFound."""
    row = _mine(session, file_id, attempt)
    if content:
        session.add(ReportPiece(file_id=file_id, n=n, content=content))
    row.rows_done, row.touched_at = rows, at.at
    row.size_bytes += len(content)
    session.flush()


def finish_file(session: Session, file_id: UUID, attempt: int, *, problem: str = "", at: Moment) -> None:
    """Call a file done, or failed with its problem; locks it. Raises FileBusy, FileNotFound."""
    row = _mine(session, file_id, attempt)
    row.touched_at, row.problem = at.at, problem[:300]
    row.state, row.done_at = ("failed", None) if problem else ("done", at.at)
    row.rows_total = max(row.rows_total, row.rows_done)
    session.flush()


def _mine(session: Session, file_id: UUID, attempt: int) -> ReportFile:
    row = _locked(session, file_id)
    if (row.state, row.attempt) != ("working", attempt):
        raise FileBusy
    return row


def _locked(session: Session, file_id: UUID) -> ReportFile:
    row = session.get(ReportFile, file_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise FileNotFound
    return row
