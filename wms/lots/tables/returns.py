"""Goods that came back, and quarantines let go by two people."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class QuarantineRelease(Base):
    """What one person asked of a quarantine, and what another one decided."""

    __tablename__ = "quarantine_releases"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'released', 'kept')", name="state_known"),
        CheckConstraint("units >= 1 AND reason <> ''", name="says_what_and_why"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint(
            "state = 'asked' OR (decider_eyes IS NOT NULL AND decider_eyes <> asker_eyes)", name="decided_by_another"
        ),
        CheckConstraint("state <> 'kept' OR note <> ''", name="kept_says_why"),
        Index("uq_quarantine_releases_asked", "hold_id", unique=True, sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
        Index("ix_quarantine_releases_lot", "lot_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hold_id: Mapped[UUID] = mapped_column(reference("lot_holds.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    units: Mapped[int] = mapped_column(Integer, comment="left of the quarantine when it was asked")
    reason: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    asker_eyes: Mapped[UUID] = mapped_column(comment="person, or account without one")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decider_eyes: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(200))


class LotReturn(Evidence, Base):
    """A lot of goods that had left with an exit: from which lot, why, and how much came back."""

    __tablename__ = "lot_returns"
    __table_args__ = (
        CheckConstraint("units >= 1 AND grams >= 1 AND reason <> ''", name="says_what_and_why"),
        CheckConstraint("lot_id <> from_lot_id", name="another_lot"),
        Index("ix_lot_returns_from", "from_lot_id"),
        Index("ix_lot_returns_exit", "exit_id"),
    )

    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), primary_key=True)
    from_lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    exit_id: Mapped[UUID] = mapped_column(comment="exit order of billing it had left with")
    units: Mapped[int] = mapped_column(Integer)
    grams: Mapped[int] = mapped_column(BigInteger, comment="weighed when it came back: its entry weight")
    reason: Mapped[str] = mapped_column(String(200))
    returned_on: Mapped[date]
    returned_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
