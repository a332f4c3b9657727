"""Loadings: a truck that gathers exits, its pick list, and every scan on the way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence

_REASONS = "('missing', 'damaged', 'wrong_goods', 'out_of_reach')"
_ON = text("left_at IS NULL")


class Loading(Base):
    """A truck's visit: one collector, one or more exits, one staging area."""

    __tablename__ = "loadings"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'checked', 'void')", name="state_known"),
        CheckConstraint("pick_order IN ('fefo', 'given')", name="order_known"),
        CheckConstraint("(state = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
        CheckConstraint(
            "(state = 'checked') = (checked_at IS NOT NULL) AND (checked_at IS NULL) = (checked_by_eyes IS NULL)",
            name="checked_by_somebody",
        ),
        Index("ix_loadings_opened", "opened_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    plate: Mapped[str] = mapped_column(String(20))
    collector_name: Mapped[str] = mapped_column(String(80))
    bay: Mapped[str] = mapped_column(String(20), comment="the staging area")
    pick_order: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_account_id: Mapped[UUID]
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_by_eyes: Mapped[UUID | None] = mapped_column(comment="person, or account without one")
    void_reason: Mapped[str | None] = mapped_column(String(200))


class LoadingExit(Base):
    """An exit order on a loading; on one at a time."""

    __tablename__ = "loading_exits"
    __table_args__ = (
        CheckConstraint("(left_at IS NULL) = (left_reason IS NULL)", name="left_has_reason"),
        Index("uq_loading_exits_on", "exit_id", unique=True, sqlite_where=_ON, postgresql_where=_ON),
        Index("ix_loading_exits_loading", "loading_id", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loading_id: Mapped[UUID] = mapped_column(reference("loadings.id"))
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    sequence: Mapped[int] = mapped_column(comment="the order in which the exits were named")
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    left_reason: Mapped[str | None] = mapped_column(String(200))


class LoadingLine(Base):
    """One line of the pick list: a slot, and how many units to take there for an exit."""

    __tablename__ = "loading_lines"
    __table_args__ = (
        CheckConstraint("units >= 1 AND picked_units >= 0 AND short_units >= 0", name="units_count"),
        CheckConstraint("picked_units + short_units <= units", name="within_the_line"),
        CheckConstraint("(short_units > 0) = (short_reason IS NOT NULL)", name="short_has_reason"),
        CheckConstraint(f"short_reason IS NULL OR short_reason IN {_REASONS}", name="reason_known"),
        Index("ix_loading_lines_loading", "loading_id", "sequence"),
        Index("ix_loading_lines_lot", "lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loading_id: Mapped[UUID] = mapped_column(reference("loadings.id"))
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    slot_id: Mapped[UUID | None] = mapped_column(reference("slots.id"), comment="NULL: the dock")
    sequence: Mapped[int]
    units: Mapped[int]
    picked_units: Mapped[int]
    short_units: Mapped[int]
    short_reason: Mapped[str | None] = mapped_column(String(20))
    short_note: Mapped[str] = mapped_column(String(200))

    @property
    def units_left(self) -> int:
        """Units still to be taken there."""
        return self.units - self.picked_units - self.short_units


class LoadingScan(Evidence, Base):
    """Somebody scanned units: picking them, or putting them on the truck."""

    __tablename__ = "loading_scans"
    __table_args__ = (
        CheckConstraint("step IN ('pick', 'load')", name="step_known"),
        CheckConstraint("units >= 1 AND (sscc IS NULL OR units = 1)", name="units_count"),
        Index("ix_loading_scans_loading", "loading_id", "exit_id", "step"),
        Index("ix_loading_scans_sscc", "sscc"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loading_id: Mapped[UUID] = mapped_column(reference("loadings.id"))
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    line_id: Mapped[UUID | None] = mapped_column(comment="of the pick list; NULL at the truck")
    step: Mapped[str] = mapped_column(String(10))
    units: Mapped[int]
    sscc: Mapped[str | None] = mapped_column(String(18), comment="the unit's own label, if that was scanned")
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    scanned_at: Mapped[datetime] = mapped_column(Instant)
