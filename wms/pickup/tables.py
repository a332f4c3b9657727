"""Authorities to collect with what used and ended them; docks' hours, windows, appointments and their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence

_LIVE = text("state = 'booked'")


class CollectorAuthority(Evidence, Base):
    """A party lets one person fetch its goods on one truck for some days."""

    __tablename__ = "collector_authorities"
    __table_args__ = (
        CheckConstraint("until_on > from_on", name="ends_after_start"),
        CheckConstraint("units_most IS NULL OR units_most >= 1", name="limit_positive"),
        CheckConstraint("collector_name <> '' AND plate <> '' AND length(id_tail) = 4", name="bound_to_a_person"),
        CheckConstraint("granted_by_party OR document <> ''", name="staff_have_paper"),
        Index("ix_collector_authorities_party_id", "party_id", "plate"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="whose goods")
    collector_name: Mapped[str] = mapped_column(String(80))
    id_tail: Mapped[str] = mapped_column(String(4), comment="last four signs of the identity number")
    id_digest: Mapped[str | None] = mapped_column(
        String(64), comment="SHA-256 of authority and whole number, if the whole one was given; the number is not kept"
    )
    plate: Mapped[str] = mapped_column(String(20))
    units_most: Mapped[int | None] = mapped_column(comment="in all; NULL: no limit")
    from_on: Mapped[date]
    until_on: Mapped[date] = mapped_column(comment="the first day it no longer holds")
    document: Mapped[str] = mapped_column(String(200), comment="the paper staff wrote it down from")
    granted_by_party: Mapped[bool] = mapped_column(comment="by the party itself, signed in")
    granted_by_account_id: Mapped[UUID]
    granted_at: Mapped[datetime] = mapped_column(Instant)


class AuthorityRevocation(Evidence, Base):
    """The end of an authority before its time."""

    __tablename__ = "authority_revocations"

    authority_id: Mapped[UUID] = mapped_column(reference("collector_authorities.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID]
    revoked_at: Mapped[datetime] = mapped_column(Instant)


class AuthorityUse(Evidence, Base):
    """A load that went through the gate on an authority."""

    __tablename__ = "authority_uses"
    __table_args__ = (
        CheckConstraint("units >= 1", name="units_positive"),
        Index("ix_authority_uses_authority_id", "authority_id"),
    )

    pass_id: Mapped[UUID] = mapped_column(reference("gate_passes.id"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(reference("collector_authorities.id"))
    units: Mapped[int]
    used_at: Mapped[datetime] = mapped_column(Instant)


class DockHours(Evidence, Base):
    """When a dock takes trucks, and how many at a time, from a day on."""

    __tablename__ = "dock_hours"
    __table_args__ = (
        CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1440", name="in_a_day"
        ),
        CheckConstraint("window_minutes BETWEEN 10 AND 480", name="window_in_range"),
        CheckConstraint("capacity >= 1", name="capacity_positive"),
        Index("ix_dock_hours_dock", "dock", "effective_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dock: Mapped[str] = mapped_column(String(20))
    effective_from: Mapped[date]
    opens_minute: Mapped[int] = mapped_column(comment="minute of the day")
    closes_minute: Mapped[int] = mapped_column(comment="minute of the day")
    window_minutes: Mapped[int]
    capacity: Mapped[int] = mapped_column(comment="trucks a window")
    weekdays: Mapped[str] = mapped_column(String(7), comment="1 Monday to 7 Sunday; empty: closed")
    account_id: Mapped[UUID]
    set_at: Mapped[datetime] = mapped_column(Instant)


class PickupWindow(Base):
    """How many trucks a window has taken; its row is locked while one more is."""

    __tablename__ = "pickup_windows"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken_not_negative"),)

    dock: Mapped[str] = mapped_column(String(20), primary_key=True)
    held_on: Mapped[date] = mapped_column(primary_key=True)
    start_minute: Mapped[int] = mapped_column(primary_key=True)
    taken: Mapped[int]


class PickupAppointment(Base):
    """A truck is expected for an exit."""

    __tablename__ = "pickup_appointments"
    __table_args__ = (
        CheckConstraint("state IN ('booked', 'arrived', 'no_show', 'cancelled')", name="state_known"),
        CheckConstraint("start_minute BETWEEN 0 AND 1439", name="minute_of_a_day"),
        Index("uq_pickup_appointments_live", "exit_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_pickup_appointments_held_on", "held_on", "start_minute"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="the owner")
    dock: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    start_minute: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    booked_by_account_id: Mapped[UUID]
    booked_at: Mapped[datetime] = mapped_column(Instant)


class PickupEvent(Evidence, Base):
    """What happened to an appointment, with the window it then had."""

    __tablename__ = "pickup_events"
    __table_args__ = (
        CheckConstraint("step IN ('booked', 'moved', 'arrived', 'no_show', 'cancelled')", name="step_known"),
        UniqueConstraint("appointment_id", "ordinal", name="uq_pickup_events_ordinal"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    appointment_id: Mapped[UUID] = mapped_column(reference("pickup_appointments.id"))
    ordinal: Mapped[int] = mapped_column(comment="first, second … of its appointment")
    step: Mapped[str] = mapped_column(String(10))
    dock: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    start_minute: Mapped[int]
    account_id: Mapped[UUID]
    happened_at: Mapped[datetime] = mapped_column(Instant)
