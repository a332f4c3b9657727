"""Counts: what is to be counted, what was, why it differs, and who judged it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence

_STATES = "('counting','recounting','investigating','reviewing','approving','agreed','approved','void')"
_REASONS = (
    "('miscounted_at_entry','misplaced','label_wrong','move_not_booked','exit_not_booked','spoiled','missing','found')"
)


class StockCount(Base):
    """One count of a room or of a lot: counted, counted again, explained, reviewed, approved."""

    __tablename__ = "stock_counts"
    __table_args__ = (
        UniqueConstraint("site_id", "code", name="uq_stock_counts_code"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("(room_id IS NULL) <> (lot_id IS NULL)", name="room_or_lot"),
        CheckConstraint("round_no >= 1", name="round_counts"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        CheckConstraint("(state IN ('agreed','approved','void')) = (ended_at IS NOT NULL)", name="ended_has_time"),
        CheckConstraint(
            "state <> 'approved' OR (reviewer_eyes IS NOT NULL AND approver_eyes IS NOT NULL"
            " AND reviewer_eyes <> approver_eyes)",
            name="approved_by_two",
        ),
        Index("ix_stock_counts_state", "state", "opened_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="C261020-0001")
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    room_id: Mapped[UUID | None] = mapped_column(reference("rooms.id"))
    lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"))
    note: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(14))
    round_no: Mapped[int] = mapped_column(Integer, comment="1 is the first count; each counting again is one more")
    opened_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_eyes: Mapped[UUID] = mapped_column(comment="person, or account without one")
    reviewer_eyes: Mapped[UUID | None]
    approver_eyes: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str | None] = mapped_column(String(200))


class CountLine(Base):
    """A lot in a place, as last counted; `settled` once book and floor said the same."""

    __tablename__ = "count_lines"
    __table_args__ = (
        CheckConstraint("(found_units IS NULL) = (book_units IS NULL)", name="found_beside_book"),
        CheckConstraint("found_units IS NULL OR (found_units >= 0 AND book_units >= 0)", name="not_negative"),
        CheckConstraint("NOT settled OR found_units = book_units", name="settled_agrees"),
        CheckConstraint("round_no >= 0", name="round_counts"),
        Index("ix_count_lines_count", "count_id", "settled"),
        Index("ix_count_lines_lot", "lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    count_id: Mapped[UUID] = mapped_column(reference("stock_counts.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    slot_id: Mapped[UUID | None] = mapped_column(reference("slots.id"), comment="NULL: the dock")
    unexpected: Mapped[bool] = mapped_column(comment="found by the counter where the book has none")
    round_no: Mapped[int] = mapped_column(Integer, comment="the round it was last counted in; 0: not yet")
    found_units: Mapped[int | None] = mapped_column(Integer)
    book_units: Mapped[int | None] = mapped_column(Integer, comment="the book at the instant of that counting")
    settled: Mapped[bool]
    finding_id: Mapped[UUID | None] = mapped_column(comment="the reason that counts; it refers to this row")


class CountEntry(Evidence, Base):
    """What somebody counted once."""

    __tablename__ = "count_entries"
    __table_args__ = (
        CheckConstraint("units >= 0 AND book_units >= 0 AND round_no >= 1", name="not_negative"),
        Index("ix_count_entries_line", "line_id", "round_no"),
        Index("ix_count_entries_count", "count_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    count_id: Mapped[UUID] = mapped_column(reference("stock_counts.id"))
    line_id: Mapped[UUID] = mapped_column(reference("count_lines.id"))
    round_no: Mapped[int] = mapped_column(Integer)
    units: Mapped[int] = mapped_column(Integer)
    book_units: Mapped[int] = mapped_column(Integer, comment="not shown to who counted")
    note: Mapped[str] = mapped_column(String(200))
    counter_eyes: Mapped[UUID]
    account_id: Mapped[UUID]
    counted_at: Mapped[datetime] = mapped_column(Instant)


class CountFinding(Evidence, Base):
    """Why a line differs, as somebody found out."""

    __tablename__ = "count_findings"
    __table_args__ = (
        CheckConstraint(f"reason IN {_REASONS}", name="reason_known"),
        CheckConstraint("note <> ''", name="says_why"),
        Index("ix_count_findings_line", "line_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(reference("count_lines.id"))
    round_no: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    finder_eyes: Mapped[UUID]
    account_id: Mapped[UUID]
    found_at: Mapped[datetime] = mapped_column(Instant)
