"""Loose fruit that was taken out of lots to be tried or tested, and what came back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class LotSample(Evidence, Base):
    """Grams of a lot that left as a sample: for whom, why, and the weighing they stand on."""

    __tablename__ = "lot_samples"
    __table_args__ = (
        UniqueConstraint("weighing_id", name="uq_lot_samples_weighing"),
        CheckConstraint("taken_for IN ('laboratory', 'buyer', 'authority', 'store')", name="taken_for_known"),
        CheckConstraint("grams >= 1 AND (pieces IS NULL OR pieces >= 1)", name="amounts_count"),
        CheckConstraint("receiver <> '' AND reason <> ''", name="says_who_and_why"),
        Index("ix_lot_samples_lot", "lot_id", "taken_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="whose goods on that day")
    weighing_id: Mapped[UUID] = mapped_column(reference("weighings.id"))
    unit_id: Mapped[UUID | None] = mapped_column(reference("units.id"), comment="the crate, where each has its weight")
    grams: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[int | None] = mapped_column(Integer, comment="apples, if counted")
    taken_for: Mapped[str] = mapped_column(String(10))
    receiver: Mapped[str] = mapped_column(String(80), comment="laboratory, buyer or office")
    reason: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(80), comment="their number for it")
    taken_on: Mapped[date]
    taken_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class SampleResult(Evidence, Base):
    """What came back of a sample; once, and the report says the rest."""

    __tablename__ = "sample_results"
    __table_args__ = (
        CheckConstraint("verdict IN ('passed', 'failed')", name="verdict_known"),
        CheckConstraint("report <> ''", name="names_the_report"),
    )

    sample_id: Mapped[UUID] = mapped_column(reference("lot_samples.id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(6))
    report: Mapped[str] = mapped_column(String(80), comment="number of the laboratory's report")
    findings: Mapped[str] = mapped_column(String(500))
    inspection_id: Mapped[UUID | None] = mapped_column(reference("inspections.id"), comment="its figures")
    reported_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
