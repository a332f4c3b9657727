"""Arrivals booked ahead."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference


class ArrivalBooking(Base):
    """One truck announced by its owner or by the store; the space it needs is a reservation of `lots`."""

    __tablename__ = "arrival_bookings"
    __table_args__ = (
        UniqueConstraint("site_id", "code", name="uq_arrival_bookings_code"),
        CheckConstraint("state IN ('asked', 'confirmed', 'arrived', 'cancelled')", name="state_known"),
        CheckConstraint("units >= 1 AND grams >= units", name="weight_positive"),
        CheckConstraint("0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440", name="window_in_day"),
        CheckConstraint("(state = 'arrived') = (delivery_id IS NOT NULL)", name="arrived_has_delivery"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled_says_why"),
        CheckConstraint("state <> 'confirmed' OR room_id IS NOT NULL", name="confirmed_has_room"),
        CheckConstraint("deposit_fen >= 0", name="deposit_not_negative"),
        Index("ix_arrival_bookings_due", "site_id", "due_on", "from_minute"),
        Index("ix_arrival_bookings_owner", "owner_id", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), comment="B261020-0001, numbered by the day it is due")
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    contract_id: Mapped[UUID | None] = mapped_column(reference("contracts.id"), comment="in force on the day due")
    variety: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(40))
    storage_type: Mapped[str] = mapped_column(String(10))
    units: Mapped[int] = mapped_column(Integer, comment="estimated")
    grams: Mapped[int] = mapped_column(BigInteger, comment="estimated, crates included")
    due_on: Mapped[date]
    from_minute: Mapped[int] = mapped_column(Integer, comment="minute of the site's day")
    to_minute: Mapped[int] = mapped_column(Integer)
    room_id: Mapped[UUID | None] = mapped_column(reference("rooms.id"), comment="where space is kept")
    plate: Mapped[str] = mapped_column(String(20))
    driver: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10))
    deposit_fen: Mapped[int] = mapped_column(BigInteger, comment="left by the owner; 0 once given back")
    delivery_id: Mapped[UUID | None] = mapped_column(reference("deliveries.id"))
    cancel_reason: Mapped[str | None] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID] = mapped_column(comment="who announced it")
