"""The stock ledger, where lots lie, how full slots are, and which slots are preferred."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class StockMove(Evidence, Base):
    """One line of the stock ledger.

    `units` and `grams` change what is on hand; `placed_units` go from a place to a place, where no slot is the dock.
    """

    looked_for_fresh = True
    __tablename__ = "stock_moves"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('entry', 'move', 'pick', 'exit', 'loss', 'split_out', 'split_in', 'sort_out', 'sort_in', "
            "'title_out', 'title_in', 'sample')",
            name="kind_known",
        ),
        CheckConstraint(
            "(kind IN ('move', 'pick') AND units = 0 AND grams = 0 AND placed_units > 0)"
            " OR (kind NOT IN ('move', 'pick') AND placed_units = 0 AND slot_from_id IS NULL AND slot_to_id IS NULL)",
            name="moves_or_changes",
        ),
        CheckConstraint(
            "kind NOT IN ('entry', 'split_in', 'sort_in', 'title_in') OR (units > 0 AND grams > 0)", name="comes_in"
        ),
        CheckConstraint(
            "(kind NOT IN ('exit', 'split_out', 'sort_out', 'title_out') OR (units < 0 AND grams < 0))"
            " AND (kind <> 'sample' OR (units = 0 AND grams < 0))",
            name="goes_out",
        ),
        CheckConstraint("(kind = 'exit') = (kind = 'exit' AND exit_id IS NOT NULL)", name="exit_named"),
        CheckConstraint(
            "kind NOT IN ('move', 'pick') OR slot_from_id IS NOT NULL OR slot_to_id IS NOT NULL", name="has_place"
        ),
        Index("ix_stock_moves_lot", "lot_id", "moved_at"),
        Index("ix_stock_moves_exit", "exit_id"),
        Index("ix_stock_moves_slot_from", "slot_from_id"),
        Index("ix_stock_moves_slot_to", "slot_to_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    kind: Mapped[str] = mapped_column(String(10))
    units: Mapped[int] = mapped_column(Integer, comment="change of units on hand")
    grams: Mapped[int] = mapped_column(BigInteger, comment="change of grams on hand, entry basis")
    placed_units: Mapped[int] = mapped_column(Integer, comment="units that changed their place")
    slot_from_id: Mapped[UUID | None] = mapped_column(reference("slots.id"), comment="NULL: the dock")
    slot_to_id: Mapped[UUID | None] = mapped_column(reference("slots.id"), comment="NULL: the dock")
    other_lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"), comment="the other side of a split")
    exit_id: Mapped[UUID | None] = mapped_column(comment="exit order of billing")
    request_id: Mapped[UUID] = mapped_column(comment="the request that did it")
    forced: Mapped[bool] = mapped_column(comment="against the proposal, by right")
    moved_on: Mapped[date]
    moved_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]


class StockBalance(Base):
    """Units of a lot in a slot; a cache of the ledger's places."""

    __tablename__ = "stock_balances"
    __table_args__ = (
        CheckConstraint("units >= 0 AND load_grams >= 0", name="not_negative"),
        CheckConstraint("(units = 0) = (load_grams = 0)", name="units_and_grams_end_together"),
        Index("ix_stock_balances_slot", "slot_id"),
    )

    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), primary_key=True)
    slot_id: Mapped[UUID] = mapped_column(reference("slots.id"), primary_key=True)
    units: Mapped[int] = mapped_column(Integer)
    load_grams: Mapped[int] = mapped_column(BigInteger, comment="units times the lot's load of a unit")


class StagedUnits(Base):
    """Units of a lot that were picked for an exit and stand on the dock; a cache of the ledger's picks."""

    __tablename__ = "staged_units"
    __table_args__ = (
        CheckConstraint("units >= 0", name="not_negative"),
        Index("ix_staged_units_lot", "lot_id"),
    )

    exit_id: Mapped[UUID] = mapped_column(primary_key=True, comment="exit order of billing")
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), primary_key=True)
    units: Mapped[int] = mapped_column(Integer)


class SlotFill(Base):
    """How full a slot is, beside what it may hold: nothing can put more in."""

    __tablename__ = "slot_fills"
    __table_args__ = (
        CheckConstraint("units BETWEEN 0 AND capacity_units", name="units_within_capacity"),
        CheckConstraint("load_grams BETWEEN 0 AND capacity_grams", name="grams_within_capacity"),
    )

    slot_id: Mapped[UUID] = mapped_column(reference("slots.id"), primary_key=True)
    units: Mapped[int] = mapped_column(Integer)
    load_grams: Mapped[int] = mapped_column(BigInteger)
    capacity_units: Mapped[int] = mapped_column(Integer)
    capacity_grams: Mapped[int] = mapped_column(BigInteger)


class PutAwayRule(Base):
    """Where goods like these should lie; NULL matches anything, lower priority goes first."""

    __tablename__ = "put_away_rules"
    __table_args__ = (Index("ix_put_away_rules_site", "site_id", "priority"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    priority: Mapped[int] = mapped_column(Integer)
    variety: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(40))
    size_mm: Mapped[int | None] = mapped_column(Integer)
    storage_type: Mapped[str | None] = mapped_column(String(10))
    owner_class: Mapped[str | None] = mapped_column(String(20))
    owner_id: Mapped[UUID | None] = mapped_column(reference("parties.id"))
    origin: Mapped[str | None] = mapped_column(String(80))
    room_id: Mapped[UUID] = mapped_column(reference("rooms.id"), comment="the room it points to")
    slot_prefix: Mapped[str | None] = mapped_column(String(20), comment="only slots whose code begins so")
    active: Mapped[bool]
