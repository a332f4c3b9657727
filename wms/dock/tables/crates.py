"""Crates: their types, who has them, and every change of hands."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class CrateType(Evidence, Base):
    """A kind of crate; its tare and its deposit never change, so that what comes back frees what was left for it."""

    __tablename__ = "crate_types"
    __table_args__ = (
        UniqueConstraint("code", name="uq_crate_types_code"),
        CheckConstraint("tare_grams > 0 AND deposit_fen >= 0", name="amounts_right"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="whose crates these are")
    tare_grams: Mapped[int] = mapped_column(Integer, comment="of one, empty")
    deposit_fen: Mapped[int] = mapped_column(Integer, comment="of one, with anybody but its owner")
    added_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class CrateBalance(Base):
    """How many crates of a type somebody has; a cache of the moves, and the row that is locked."""

    __tablename__ = "crate_balances"
    __table_args__ = (
        CheckConstraint("units >= 0", name="not_negative"),
        Index("ix_crate_balances_holder", "holder_id"),
    )

    type_id: Mapped[UUID] = mapped_column(reference("crate_types.id"), primary_key=True)
    holder_id: Mapped[UUID] = mapped_column(reference("parties.id"), primary_key=True)
    units: Mapped[int] = mapped_column(Integer)


class CrateMove(Evidence, Base):
    """Crates changed hands; without a giver they are new, without a taker they are gone."""

    __tablename__ = "crate_moves"
    __table_args__ = (
        CheckConstraint("kind IN ('brought', 'issued', 'returned', 'passed', 'lost')", name="kind_known"),
        CheckConstraint("units >= 1", name="units_count"),
        CheckConstraint("(kind = 'brought') = (from_id IS NULL)", name="brought_from_nobody"),
        CheckConstraint("(kind = 'lost') = (to_id IS NULL)", name="lost_to_nobody"),
        CheckConstraint("from_id IS NULL OR to_id IS NULL OR from_id <> to_id", name="changes_hands"),
        Index("ix_crate_moves_type", "type_id", "moved_at"),
        Index("ix_crate_moves_from", "from_id"),
        Index("ix_crate_moves_to", "to_id"),
        Index("ix_crate_moves_delivery", "delivery_id"),
        Index("ix_crate_moves_exit", "exit_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type_id: Mapped[UUID] = mapped_column(reference("crate_types.id"))
    kind: Mapped[str] = mapped_column(String(10))
    units: Mapped[int] = mapped_column(Integer)
    from_id: Mapped[UUID | None] = mapped_column(reference("parties.id"))
    to_id: Mapped[UUID | None] = mapped_column(reference("parties.id"))
    delivery_id: Mapped[UUID | None] = mapped_column(reference("deliveries.id"), comment="at whose intake")
    exit_id: Mapped[UUID | None] = mapped_column(comment="exit order with which they left or came back")
    deposit_fen: Mapped[int] = mapped_column(BigInteger, comment="left with us, less what was freed")
    note: Mapped[str] = mapped_column(String(200))
    moved_on: Mapped[date]
    moved_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
