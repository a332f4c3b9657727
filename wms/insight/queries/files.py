"""Files that were made: whose, how far, and their content."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.insight.errors import FileNotFound
from wms.insight.tables import ReportFile, ReportPiece
from wms.kernel.actor import Actor


def get_file(session: Session, file_id: UUID, *, by: Actor) -> ReportFile:
    """Return a file its asker asked for. Raises FileNotFound."""
    row = session.get(ReportFile, file_id)
    if row is None or row.account_id != by.account_id:
        raise FileNotFound
    return row


def files_of(session: Session, *, by: Actor, limit: int = 30) -> list[ReportFile]:
    """Return the files somebody has asked for, the newest first."""
    query = select(ReportFile).where(ReportFile.account_id == by.account_id)
    return list(session.scalars(query.order_by(ReportFile.asked_at.desc(), ReportFile.id).limit(limit)))


def pieces_of(session: Session, file_id: UUID) -> Iterator[bytes]:
    """Yield a finished file's content piece by piece; nothing once its days are over."""
    query = select(ReportPiece.content).where(ReportPiece.file_id == file_id).order_by(ReportPiece.n)
    yield from session.scalars(query.execution_options(yield_per=8))
