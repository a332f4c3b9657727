"""Trucks at the gate, the numbers given out per day, and the room's settings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class DayNumber(Base):
    """The last number given out in a series of a site on a day: one row locked, so numbers have no gaps."""

    __tablename__ = "day_numbers"
    __table_args__ = (CheckConstraint("last_number >= 1", name="counts_up"),)

    site_id: Mapped[UUID] = mapped_column(reference("sites.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(20), primary_key=True, comment="token, delivery, lot, sscc")
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer)


class LotPolicyRow(Evidence, Base):
    """A version of the room's settings, in force from a day until the next version."""

    __tablename__ = "lot_policies"
    __table_args__ = (Index("ix_lot_policies_effective_on", "effective_on", "set_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    effective_on: Mapped[date]
    terms: Mapped[dict[str, Any]] = mapped_column(Json, comment="rules.policy.LotPolicy by field name")
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by_id: Mapped[UUID] = mapped_column(comment="account")


class GateToken(Base):
    """A driver's place in the queue: waiting, then used by a delivery or lost."""

    __tablename__ = "gate_tokens"
    __table_args__ = (
        UniqueConstraint("site_id", "issued_on", "number", name="uq_gate_tokens_number"),
        CheckConstraint("state IN ('waiting', 'used', 'lost')", name="state_known"),
        CheckConstraint("(state = 'used') = (delivery_id IS NOT NULL)", name="used_by_delivery"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    number: Mapped[int] = mapped_column(Integer, comment="counts from 1 each day")
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    plate: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), comment="waiting used lost")
    lost_reason: Mapped[str | None] = mapped_column(String(200))
    delivery_id: Mapped[UUID | None] = mapped_column(reference("deliveries.id"))


class Delivery(Base):
    """One truck, one owner, one arrival."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("site_id", "code", name="uq_deliveries_code"),
        CheckConstraint("state IN ('arrived', 'gross_weighed', 'weighed', 'completed', 'void')", name="state_known"),
        CheckConstraint("gross_grams IS NULL OR tare_grams IS NULL OR gross_grams > tare_grams", name="net_positive"),
        CheckConstraint("platform_grams >= 0 AND platform_units >= 0", name="platform_counts"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed_has_time"),
        Index("ix_deliveries_arrived", "arrived_on", "id"),
        Index("ix_deliveries_owner", "owner_id", "arrived_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="D261020-0001, printed on the slip")
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    plate: Mapped[str] = mapped_column(String(20))
    driver: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(500))
    token_number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    arrived_on: Mapped[date]
    arrived_at: Mapped[datetime] = mapped_column(Instant)
    gross_grams: Mapped[int | None] = mapped_column(comment="of the weighing that counts")
    tare_grams: Mapped[int | None]
    gross_weighing_id: Mapped[UUID | None] = mapped_column(comment="the weighing that counts; it refers to this row")
    tare_weighing_id: Mapped[UUID | None]
    platform_grams: Mapped[int] = mapped_column(comment="sum of the platform weighings that count, crate tare off")
    platform_units: Mapped[int]
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str | None] = mapped_column(String(200))
