"""Sorting: which lots became which, and by which weights."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class RegradeRow(Evidence, Base):
    """One sorting: old lots of one owner and entry day went in, new ones and culls came out."""

    __tablename__ = "regrades"
    __table_args__ = (
        CheckConstraint("input_grams = output_grams + loss_grams", name="every_gram_placed"),
        CheckConstraint("output_grams > 0 AND loss_grams >= 0", name="grams_positive"),
        CheckConstraint("sorted_grams > 0 AND cull_grams >= 0", name="weighed"),
        Index("ix_regrades_owner", "owner_id", "regraded_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    entry_on: Mapped[date] = mapped_column(comment="the entry day of every lot in it, old and new")
    input_grams: Mapped[int] = mapped_column(BigInteger, comment="entry weight that went in")
    output_grams: Mapped[int] = mapped_column(BigInteger, comment="entry weight of the new lots")
    loss_grams: Mapped[int] = mapped_column(BigInteger, comment="entry weight of the culls")
    sorted_grams: Mapped[int] = mapped_column(BigInteger, comment="weighed after sorting, without culls")
    cull_grams: Mapped[int] = mapped_column(BigInteger, comment="weighed culls")
    note: Mapped[str] = mapped_column(String(200))
    regraded_on: Mapped[date]
    regraded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class RegradePart(Evidence, Base):
    """Entry weight of one old lot that went into one new lot, or into the culls."""

    __tablename__ = "regrade_parts"
    __table_args__ = (
        UniqueConstraint("regrade_id", "input_lot_id", "output_lot_id", name="uq_regrade_parts_pair"),
        CheckConstraint("grams > 0", name="grams_positive"),
        Index("ix_regrade_parts_input", "input_lot_id"),
        Index("ix_regrade_parts_output", "output_lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    regrade_id: Mapped[UUID] = mapped_column(reference("regrades.id"))
    input_lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    output_lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"), comment="NULL: the culls")
    grams: Mapped[int] = mapped_column(BigInteger)


class RegradeWeighing(Evidence, Base):
    """Which weighing counted for which new lot, or for the culls; each counts once."""

    __tablename__ = "regrade_weighings"
    __table_args__ = (Index("ix_regrade_weighings_regrade", "regrade_id"),)

    weighing_id: Mapped[UUID] = mapped_column(reference("weighings.id"), primary_key=True)
    regrade_id: Mapped[UUID] = mapped_column(reference("regrades.id"))
    lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"), comment="NULL: the culls")
