"""Evidence of weight: what gateways captured, and what was claimed of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class WeightRecord(Evidence, Base):
    """One stable capture of one instrument, exactly as the gateway sent it; claimed by at most one weighing."""

    __tablename__ = "weight_records"
    __table_args__ = (
        UniqueConstraint("gateway", "epoch", "sequence", name="uq_weight_records_key"),
        Index("ix_weight_records_instrument", "gateway", "instrument", "taken_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(String(32))
    epoch: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    capture_id: Mapped[UUID] = mapped_column(comment="the gateway's id of the capture")
    instrument: Mapped[str] = mapped_column(String(32), comment="name of the instrument at the gateway")
    taken_at: Mapped[datetime] = mapped_column(Instant, comment="by the gateway's clock")
    clock: Mapped[str] = mapped_column(String(4), comment="ntp rtc free: how good that clock was")
    live: Mapped[bool] = mapped_column(comment="false: sent from the spool later")
    weight_grams: Mapped[int]
    net: Mapped[bool | None] = mapped_column(comment="NULL: the protocol does not say")
    tare_grams: Mapped[int | None] = mapped_column(comment="what the indicator had tared away")
    stable: Mapped[bool]
    e_grams: Mapped[int] = mapped_column(comment="division of the instrument")
    protocol: Mapped[str] = mapped_column(String(32))
    raw_hex: Mapped[str] = mapped_column(String(1024), comment="the bytes of the frame")
    received_at: Mapped[datetime] = mapped_column(Instant)


class WeightTime(Evidence, Base):
    """When a weight was really taken, told once, after its gateway's clock was set at last. Append-only."""

    __tablename__ = "weight_times"

    record_id: Mapped[UUID] = mapped_column(reference("weight_records.id"), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)


class Weighing(Evidence, Base):
    """A weight that counts for something: taken from one weight record, or typed by two people with a reason."""

    __tablename__ = "weighings"
    __table_args__ = (
        UniqueConstraint("gateway", "epoch", "sequence", name="uq_weighings_record_once"),
        UniqueConstraint("corrects_id", name="uq_weighings_corrected_once"),
        CheckConstraint(
            "purpose IN ('gross', 'tare', 'net', 'out', 'reweigh', 'sort', 'sample', 'average')", name="purpose_known"
        ),
        CheckConstraint("weight_grams > 0 AND net_grams > 0 AND net_grams <= weight_grams", name="weights_positive"),
        CheckConstraint("units >= 0 AND unit_tare_grams >= 0", name="units_count"),
        CheckConstraint(
            "(delivery_id IS NOT NULL AND exit_id IS NULL AND lot_id IS NULL)"
            " OR (delivery_id IS NULL AND exit_id IS NOT NULL)"
            " OR (delivery_id IS NULL AND exit_id IS NULL AND lot_id IS NOT NULL)",
            name="one_subject",
        ),
        CheckConstraint(
            "(manual AND record_id IS NULL AND gateway IS NULL AND epoch IS NULL AND sequence IS NULL"
            " AND instrument_id IS NULL)"
            " OR (NOT manual AND record_id IS NOT NULL AND gateway IS NOT NULL AND epoch IS NOT NULL"
            " AND sequence IS NOT NULL AND instrument_id IS NOT NULL AND raw_hex IS NOT NULL)",
            name="from_record_or_typed",
        ),
        CheckConstraint(
            "NOT manual OR (reason <> '' AND weigher_person_id IS NOT NULL AND witness_person_id IS NOT NULL"
            " AND witness_person_id <> weigher_person_id)",
            name="typed_by_two_people",
        ),
        Index("ix_weighings_delivery", "delivery_id"),
        Index("ix_weighings_exit", "exit_id"),
        Index("ix_weighings_lot", "lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10), comment="gross tare net out reweigh")
    delivery_id: Mapped[UUID | None] = mapped_column(reference("deliveries.id"))
    exit_id: Mapped[UUID | None] = mapped_column(comment="exit order of billing")
    lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"))
    weight_grams: Mapped[int] = mapped_column(comment="as shown or typed")
    units: Mapped[int] = mapped_column(Integer, comment="on the platform; 0 for a truck")
    unit_tare_grams: Mapped[int] = mapped_column(comment="crate tare taken off per unit")
    net_grams: Mapped[int] = mapped_column(comment="weight less crate tare")
    record_id: Mapped[UUID | None] = mapped_column(reference("weight_records.id"))
    gateway: Mapped[str | None] = mapped_column(String(32))
    epoch: Mapped[int | None] = mapped_column(BigInteger)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    instrument_id: Mapped[UUID | None] = mapped_column(reference("instruments.id"))
    raw_hex: Mapped[str | None] = mapped_column(String(1024))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    offline: Mapped[bool] = mapped_column(comment="cited by a terminal that could not reach the server")
    manual: Mapped[bool] = mapped_column(comment="typed")
    reason: Mapped[str] = mapped_column(String(200), comment="why typed or corrected")
    weigher_person_id: Mapped[UUID | None]
    witness_person_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    corrects_id: Mapped[UUID | None] = mapped_column(reference("weighings.id"), comment="the weighing this replaces")
