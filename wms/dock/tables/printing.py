"""What was printed, by whom, and why again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant
from wms.kernel.evidence import Evidence


class PrintCount(Base):
    """How often a paper was printed: one row locked, so that no copy's number is given twice."""

    __tablename__ = "print_counts"
    __table_args__ = (CheckConstraint("last_number >= 1", name="counts_up"),)

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer)


class Print(Evidence, Base):
    """One printing of a paper; beyond the first it says why. What a printer gets stands in the outbox under its id."""

    __tablename__ = "prints"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "copy_no", name="uq_prints_copy"),
        CheckConstraint("kind IN ('labels', 'receipt')", name="kind_known"),
        CheckConstraint("copy_no >= 1 AND (copy_no = 1 OR reason <> '')", name="reprint_says_why"),
        Index("ix_prints_printer", "printer", "printed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID] = mapped_column(comment="lot of the labels, or receipt")
    copy_no: Mapped[int] = mapped_column(Integer, comment="counts from 1")
    title: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    printer: Mapped[str] = mapped_column(String(40), comment="empty: taken as a file")
    outbox_id: Mapped[UUID | None] = mapped_column(comment="its row of the outbox; NULL: a file")
    printed_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
