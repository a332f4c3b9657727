"""The audit trail: who did what to what, written in the transaction of the deed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wms.kernel.actor import Actor
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.columns import Base, Instant, Json
from wms.kernel.evidence import Evidence, append
from wms.kernel.ids import new_id
from wms.kernel.paging import Page, page


class AuditRow(Evidence, Base):
    """One deed."""

    __tablename__ = "audit_rows"
    __table_args__ = (Index("ix_audit_rows_subject", "subject_kind", "subject_id", "acted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    acted_at: Mapped[datetime] = mapped_column(Instant, comment="when, UTC")
    acted_on: Mapped[date] = mapped_column(comment="business day")
    account_id: Mapped[UUID] = mapped_column(comment="the account that acted")
    person_id: Mapped[UUID | None] = mapped_column(comment="the human behind the account")
    action: Mapped[str] = mapped_column(String(80), comment="room.verb, e.g. lots.move")
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]] = mapped_column(Json)


def record(session: Session, action: str, subject: tuple[str, UUID], *, by: Actor, at: Moment, **details: Any) -> None:
    """Write that `by` did `action` ("room.verb") to `subject` (kind, id), with the values that matter."""
    row = AuditRow(
        id=new_id(at),
        acted_at=at.at,
        acted_on=at.on,
        account_id=by.account_id,
        person_id=by.person_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        details=plain(details),
    )
    append(session, row)


def trail(
    session: Session,
    *,
    subject_id: UUID | None = None,
    account_id: UUID | None = None,
    action: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AuditRow]:
    """Return a page of deeds, newest first: of one subject, of one account, of actions that begin with `action`."""
    query = select(AuditRow)
    if subject_id is not None:
        query = query.where(AuditRow.subject_id == subject_id)
    if account_id is not None:
        query = query.where(AuditRow.account_id == account_id)
    if action:
        query = query.where(AuditRow.action.startswith(action, autoescape=True))
    return page(session, query, [AuditRow.acted_at, AuditRow.id], cursor=cursor, limit=limit, descending=True)
