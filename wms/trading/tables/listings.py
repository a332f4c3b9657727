"""What stands on the board, on which conditions, by which rules."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence


class Listing(Base):
    """Goods on the board: a lot in store, or goods of an owner that are not (yet) in store."""

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("lot_id", name="uq_listings_lot_id"),
        CheckConstraint("units_offered > 0", name="units_offered_positive"),
        CheckConstraint("units_taken >= 0 AND units_taken <= units_offered", name="units_taken_in_range"),
        CheckConstraint("min_take_units > 0", name="min_take_positive"),
        CheckConstraint("lot_id IS NOT NULL OR grams_per_unit > 0", name="outside_goods_have_weight"),
        Index("ix_listings_board", "state", "variety", "since_number"),
        Index("ix_listings_seller", "seller_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True, comment="shown to people")
    lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"), comment="NULL: goods outside the store")
    seller_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    state: Mapped[str] = mapped_column(String(12), comment="open, paused, blocked, withdrawn")
    pricing: Mapped[str] = mapped_column(String(12), comment="reference: follows the reference price; own: its owner's")
    units_offered: Mapped[int] = mapped_column(comment="what the owner sells here at most; stock itself lives in lots")
    units_taken: Mapped[int] = mapped_column(comment="in standing deals or delivered")
    min_take_units: Mapped[int]
    divisible: Mapped[bool]
    since_number: Mapped[int] = mapped_column(BigInteger, unique=True, comment="priority time: a counter, not a clock")
    since_at: Mapped[datetime] = mapped_column(Instant, comment="when the priority time was given")
    cell_id: Mapped[UUID] = mapped_column(index=True, comment="the price cell of the goods")
    variety: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(40))
    size_number: Mapped[int | None] = mapped_column(comment="the millimetres in `size`, to tell bigger from smaller")
    colour_pattern: Mapped[str] = mapped_column(String(40))
    bagging: Mapped[str] = mapped_column(String(40))
    owner_class: Mapped[str] = mapped_column(String(40))
    storage_type: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(80))
    grams_per_unit: Mapped[int | None] = mapped_column(BigInteger, comment="outside goods only")
    arrival_deposit_paid: Mapped[bool]
    arrival_due_on: Mapped[date | None]
    deadline_on: Mapped[date | None] = mapped_column(comment="quality deadline of outside goods; lots know their own")
    listed_at: Mapped[datetime] = mapped_column(Instant)
    listed_on: Mapped[date]


class BoardCounter(Base):
    """Where priority times and numbers shown to people come from: counted up under the row's lock."""

    __tablename__ = "board_counters"

    name: Mapped[str] = mapped_column(String(12), primary_key=True, comment="since, listing, rfq or deal")
    last_number: Mapped[int] = mapped_column(BigInteger)


class ConditionSet(Evidence, Base):
    """One version of a listing's conditions for one audience; the newest version of a scope is the one in force."""

    __tablename__ = "condition_sets"
    __table_args__ = (
        UniqueConstraint("listing_id", "scope", "scope_key", "version", name="uq_condition_sets_version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listing_id: Mapped[UUID] = mapped_column(reference("listings.id"))
    scope: Mapped[str] = mapped_column(String(10), comment="company, segment or public")
    scope_key: Mapped[str] = mapped_column(String(40), comment="company id or segment; empty for public")
    version: Mapped[int]
    withdrawn: Mapped[bool] = mapped_column(comment="this version ends the scope")
    base: Mapped[Decimal | None] = mapped_column(Price, comment="yuan per kg; NULL: price on request")
    floor: Mapped[Decimal | None] = mapped_column(Price, comment="yuan per kg; never shown to buyers")
    conditions: Mapped[dict[str, Any]] = mapped_column(Json, comment="tick, ranges and tiers as saved")
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID] = mapped_column(comment="account")


class PricePoint(Base):
    """The price of one cell of a listing's conditions, rebuilt whenever they are saved; lets SQL order the board."""

    __tablename__ = "price_points"
    __table_args__ = (
        Index("ix_price_points_cell", "listing_id", "scope", "scope_key", "payment"),
        CheckConstraint("qty_high IS NULL OR qty_high > qty_low", name="qty_rising"),
        CheckConstraint("lead_high IS NULL OR lead_high > lead_low", name="lead_rising"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listing_id: Mapped[UUID] = mapped_column(reference("listings.id"))
    scope: Mapped[str] = mapped_column(String(10))
    scope_key: Mapped[str] = mapped_column(String(40))
    payment: Mapped[str] = mapped_column(String(12))
    service: Mapped[str] = mapped_column(String(40), comment="empty: none asked; *: whatever is asked")
    qty_low: Mapped[int] = mapped_column(BigInteger, comment="grams, inclusive")
    qty_high: Mapped[int | None] = mapped_column(BigInteger, comment="grams, exclusive; NULL: no end")
    lead_low: Mapped[int] = mapped_column(comment="days, inclusive")
    lead_high: Mapped[int | None] = mapped_column(comment="days, exclusive; NULL: no end")
    state: Mapped[str] = mapped_column(String(16), comment="priced, on_request or not_available")
    price: Mapped[Decimal | None] = mapped_column(Price, comment="yuan per kg; of the scope's audience alone")


class BoardPolicy(Evidence, Base):
    """One version of the board's rules."""

    __tablename__ = "board_policies"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    request_id: Mapped[UUID] = mapped_column(unique=True, comment="the request that made it")
    effective_at: Mapped[datetime] = mapped_column(Instant)
    rules: Mapped[dict[str, Any]] = mapped_column(Json)
    made_by: Mapped[UUID] = mapped_column(comment="account")
    made_at: Mapped[datetime] = mapped_column(Instant)
