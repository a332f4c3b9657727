"""Holds on quantities of lots, and everything that happened to them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Price, reference
from wms.kernel.evidence import Evidence


class LotHold(Base):
    """Units of a lot that may not go their own way. Closed when nothing of it is left."""

    __tablename__ = "lot_holds"
    __table_args__ = (
        CheckConstraint("reason IN ('pledge', 'sale', 'exit', 'quarantine', 'lien', 'count')", name="reason_known"),
        CheckConstraint("units >= 1 AND units_left BETWEEN 0 AND units", name="left_of_units"),
        Index("ix_lot_holds_lot", "lot_id", "reason"),
        Index("ix_lot_holds_subject", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    reason: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID] = mapped_column(comment="the loan, deal, exit or case it serves")
    units: Mapped[int] = mapped_column(Integer)
    units_left: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(20), comment="holder's word; a pledge's is one of PledgeStage")
    due_on: Mapped[date | None]
    release_floor: Mapped[Decimal | None] = mapped_column(Price, comment="元/kg below which the holder lets nothing go")
    enforced: Mapped[bool] = mapped_column(comment="the goods are being sold for the holder")
    placed_at: Mapped[datetime] = mapped_column(Instant)


class HoldEvent(Evidence, Base):
    """One thing that happened to a hold."""

    __tablename__ = "hold_events"
    __table_args__ = (
        CheckConstraint("kind IN ('placed', 'stage', 'lifted', 'consumed')", name="kind_known"),
        CheckConstraint(
            "(kind = 'placed' AND units > 0) OR (kind = 'stage' AND units = 0)"
            " OR (kind IN ('lifted', 'consumed') AND units < 0)",
            name="units_by_kind",
        ),
        Index("ix_hold_events_hold", "hold_id", "happened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hold_id: Mapped[UUID] = mapped_column(reference("lot_holds.id"))
    kind: Mapped[str] = mapped_column(String(10))
    units: Mapped[int] = mapped_column(Integer, comment="change of units held")
    stage: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date | None]
    release_floor: Mapped[Decimal | None] = mapped_column(Price)
    enforced: Mapped[bool]
    exit_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    happened_at: Mapped[datetime] = mapped_column(Instant)
