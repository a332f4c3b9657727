"""What must happen after a commit: reactions of higher rooms and sends to the outside.

`put` writes a row in the transaction of the fact. A *reaction* is worked inside one database transaction together
with its mark, so its effect happens exactly once. A *send* is leased, done outside any transaction and marked
after, so it happens at least once with the row's id as its key.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.columns import Base, Instant, Json
from wms.kernel.ids import derived_id
from wms.kernel.writing import insert_unless_there

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
_ROOT = UUID("8f0c7a52-5d3e-4f6b-9a1d-0c1d10700002")


class OutboxRow(Base):
    """One thing still to do, or done."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("topic", "key", name="uq_outbox_topic_key"),
        Index("ix_outbox_due", "topic", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="idempotency key towards the outside")
    topic: Mapped[str] = mapped_column(String(60), comment="what to do, e.g. lots.put_away or send.sms")
    key: Mapped[str] = mapped_column(String(120), comment="a fact is put once per topic")
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    put_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant, comment="not before; NULL once done or given up")
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int]
    last_problem: Mapped[str | None] = mapped_column(String(500))


def put(session: Session, topic: str, key: object, payload: dict[str, Any], *, at: Moment) -> UUID:
    """Write a thing to do after this transaction; a second put of the same topic and key changes nothing."""
    row_id = derived_id(_ROOT, topic, key)
    row = {
        "id": row_id, "topic": topic, "key": str(key), "payload": plain(payload), "put_at": at.at, "due_at": at.at,
        "attempts": 0,
    }  # fmt: skip
    insert_unless_there(session, OutboxRow, row)
    return row_id


def lease(session: Session, topics: tuple[str, ...], *, at: Moment, limit: int = 20) -> list[OutboxRow]:
    """Lock and return due rows of some topics, oldest first, and push their due time out by the lease.

    Other workers skip locked rows on PostgreSQL; on SQLite there is one writer at a time.
    """
    query = (
        select(OutboxRow)
        .where(OutboxRow.topic.in_(topics), OutboxRow.due_at <= at.at)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(query))
    for row in rows:
        row.due_at = at.at + LEASE
        row.attempts += 1
    session.flush()
    return rows


def is_open(session: Session, row_id: UUID) -> bool:
    """Lock a row and tell whether it is still to do: another worker may have done it after a lease ran out."""
    row = session.get_one(OutboxRow, row_id, with_for_update=True, populate_existing=True)
    return row.done_at is None


def done(session: Session, row_id: UUID, *, at: Moment) -> None:
    """Mark a row done."""
    row = session.get_one(OutboxRow, row_id, with_for_update=True)
    row.due_at, row.done_at, row.last_problem = None, at.at, None
    session.flush()


def failed(session: Session, row_id: UUID, problem: str, *, at: Moment) -> None:
    """Note a failure; the row comes due again after a wait that doubles up to an hour.

    What another worker has done, or somebody gave up meanwhile, stays so.
    """
    row = session.get_one(OutboxRow, row_id, with_for_update=True, populate_existing=True)
    if row.done_at is not None or row.due_at is None:
        return
    row.last_problem = problem[:500]
    row.due_at = at.at + min(timedelta(seconds=2 ** min(row.attempts, 12)), LONGEST_WAIT)
    session.flush()


def hurry(session: Session, row_id: UUID, *, at: Moment) -> None:
    """Let a row that is still to do come due at once."""
    row = session.get_one(OutboxRow, row_id, with_for_update=True, populate_existing=True)
    if row.due_at is not None:
        row.due_at = at.at
        session.flush()


def give_up(session: Session, row_id: UUID) -> None:
    """Never work a row again; what is being sent this very moment may still arrive, and is then marked done."""
    row = session.get_one(OutboxRow, row_id, with_for_update=True, populate_existing=True)
    row.due_at = None
    session.flush()
