"""The room's tables. Everything but the cells and the calendar is evidence."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence
from wms.prices.rules.cells import Cell


class PriceCell(Base):
    """A cell that some fact was recorded for; its id follows from its parts."""

    __tablename__ = "price_cells"
    __table_args__ = (
        UniqueConstraint(
            "variety", "size", "grade", "colour_pattern", "bagging", "storage_type", "owner_class", "origin",
            name="uq_price_cells_parts",
        ),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    variety: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
    grade: Mapped[str] = mapped_column(String(40))
    colour_pattern: Mapped[str] = mapped_column(String(40))
    bagging: Mapped[str] = mapped_column(String(40))
    storage_type: Mapped[str] = mapped_column(String(10))
    owner_class: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(80))

    @property
    def cell(self) -> Cell:
        """The value."""
        return Cell.of(self)


class PriceTrade(Evidence, Base):
    """One trade, normalised to the reference terms."""

    __tablename__ = "price_trades"
    __table_args__ = (
        CheckConstraint("price > 0 AND agreed_price > 0", name="prices_positive"),
        CheckConstraint("trade_grams > 0", name="grams_positive"),
        CheckConstraint("buyer_id <> seller_id", name="two_parties"),
        Index("ix_price_trades_cell_id", "cell_id", "traded_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    price: Mapped[Decimal] = mapped_column(Price, comment="元/kg on the reference terms")
    agreed_price: Mapped[Decimal] = mapped_column(Price, comment="元/kg as agreed")
    trade_grams: Mapped[int] = mapped_column(BigInteger)
    traded_on: Mapped[date]
    buyer_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    seller_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    deal_id: Mapped[UUID | None] = mapped_column(comment="the deal; deals live in a higher room")
    excluded: Mapped[str | None] = mapped_column(String(40), comment="why it makes no price")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class TradeExclusion(Evidence, Base):
    """A trade taken out later; it counted until then."""

    __tablename__ = "price_trade_exclusions"

    trade_id: Mapped[UUID] = mapped_column(reference("price_trades.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class FirmQuote(Evidence, Base):
    """A binding bid or offer."""

    __tablename__ = "price_firm_quotes"
    __table_args__ = (
        CheckConstraint("side IN ('bid', 'offer')", name="side_known"),
        CheckConstraint("price > 0 AND quote_grams > 0", name="positive"),
        CheckConstraint("valid_to_on >= quoted_on", name="ends_after_start"),
        Index("ix_price_firm_quotes_cell_id", "cell_id", "valid_to_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    side: Mapped[str] = mapped_column(String(5))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    price: Mapped[Decimal] = mapped_column(Price)
    quote_grams: Mapped[int] = mapped_column(BigInteger)
    quoted_on: Mapped[date]
    valid_to_on: Mapped[date] = mapped_column(comment="last day it binds")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class OutsidePrice(Evidence, Base):
    """A price made outside this house."""

    __tablename__ = "price_outside"
    __table_args__ = (
        CheckConstraint("price > 0", name="positive"),
        UniqueConstraint("series", "subject", "priced_on", name="uq_price_outside_day"),
        Index("ix_price_outside_variety", "variety", "priced_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(40), comment="whose price, e.g. AP settlement")
    subject: Mapped[str] = mapped_column(String(400), comment="the cell's key, or the variety")
    variety: Mapped[str] = mapped_column(String(40))
    cell_id: Mapped[UUID | None] = mapped_column(reference("price_cells.id"), comment="NULL: the whole variety")
    price: Mapped[Decimal] = mapped_column(Price)
    priced_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class CellDifferential(Evidence, Base):
    """A cell may be priced by a neighbour."""

    __tablename__ = "price_differentials"
    __table_args__ = (
        CheckConstraint("cell_id <> neighbour_id", name="two_cells"),
        Index("ix_price_differentials_cell_id", "cell_id", "effective_from"),
        Index("ix_price_differentials_neighbour_id", "neighbour_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    neighbour_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    differential: Mapped[Decimal] = mapped_column(Price, comment="元/kg on the neighbour's price")
    tried: Mapped[int] = mapped_column(Integer, comment="lower is tried first")
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class Assessment(Evidence, Base):
    """What an assessor says a cell is worth."""

    __tablename__ = "price_assessments"
    __table_args__ = (
        CheckConstraint("price > 0", name="positive"),
        Index("ix_price_assessments_cell_id", "cell_id", "assessed_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    price: Mapped[Decimal] = mapped_column(Price)
    assessed_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class PriceRevision(Evidence, Base):
    """A reference price as published: a new row whenever the facts say otherwise than the last one for that day."""

    __tablename__ = "price_revisions"
    __table_args__ = (
        UniqueConstraint("cell_id", "priced_on", "revision", name="uq_price_revisions_revision"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
        CheckConstraint("price > 0", name="positive"),
        Index("ix_price_revisions_recorded_at", "cell_id", "recorded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(reference("price_cells.id"))
    priced_on: Mapped[date] = mapped_column(comment="the day the price is for")
    revision: Mapped[int] = mapped_column(Integer, comment="counts from 1 for the cell and day")
    level: Mapped[int] = mapped_column(Integer)
    price: Mapped[Decimal] = mapped_column(Price)
    based_on: Mapped[date] = mapped_column(comment="day of the newest fact it rests on")
    basis: Mapped[dict[str, Any]] = mapped_column(Json, comment="counts, range, excluded list")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class MarketHoliday(Base):
    """A weekday on which the market is closed."""

    __tablename__ = "market_holidays"

    closed_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
