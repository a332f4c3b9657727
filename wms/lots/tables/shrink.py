"""What weight was lost, what the owner bears of it, and the curves that say so."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class LossCurve(Evidence, Base):
    """What goods may lose by days in store; a lot keeps the curve in force on its entry day."""

    __tablename__ = "loss_curves"
    __table_args__ = (
        CheckConstraint("storage_type IS NULL OR storage_type IN ('ra', 'ca')", name="storage_type_known"),
        Index("ix_loss_curves_variety", "variety", "effective_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variety: Mapped[str | None] = mapped_column(String(40), comment="NULL: every variety")
    storage_type: Mapped[str | None] = mapped_column(String(10), comment="NULL: both")
    effective_on: Mapped[date]
    points: Mapped[list[list[int]]] = mapped_column(Json, comment="[days, permille], rising")
    source: Mapped[str] = mapped_column(String(200), comment="where the figures come from")
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class Shrink(Evidence, Base):
    """A loss that showed at an exit or in a count: entry grams, what came out, what the owner bears, what the store."""

    looked_for_fresh = True
    __tablename__ = "shrink_rows"
    __table_args__ = (
        CheckConstraint("source IN ('exit', 'count', 'sort')", name="source_known"),
        CheckConstraint("loss_grams = entry_grams - out_grams", name="loss_is_the_difference"),
        CheckConstraint("allowed_grams >= 0 AND excess_grams >= 0", name="shares_not_negative"),
        CheckConstraint("excess_grams = 0 OR excess_grams = loss_grams - allowed_grams", name="excess_beyond_allowed"),
        CheckConstraint("excess_grams > 0 OR loss_grams <= allowed_grams", name="within_allowed"),
        Index("ix_shrink_rows_lot", "lot_id", "happened_on"),
        Index("ix_shrink_rows_source", "source_id"),
        Index("ix_shrink_rows_happened", "happened_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    source: Mapped[str] = mapped_column(String(6))
    source_id: Mapped[UUID] = mapped_column(comment="exit order or count")
    happened_on: Mapped[date]
    stored_days: Mapped[int] = mapped_column(Integer)
    units: Mapped[int] = mapped_column(Integer)
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    out_grams: Mapped[int] = mapped_column(BigInteger)
    loss_grams: Mapped[int] = mapped_column(BigInteger, comment="negative for a gain")
    allowed_grams: Mapped[int] = mapped_column(BigInteger, comment="by the curve of its entry day, or the contract")
    excess_grams: Mapped[int] = mapped_column(BigInteger, comment="what the store bears")
    curve_id: Mapped[UUID | None] = mapped_column(reference("loss_curves.id"), comment="NULL: by contract, or lost")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorder_eyes: Mapped[UUID] = mapped_column(comment="who weighed it out or approved the count")
