"""Deals, what happened to them, and the buyer's money in them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence


class Deal(Base):
    """Units of one lot (or of outside goods) agreed between a seller and a buyer."""

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("units > 0 AND grams > 0", name="quantity_positive"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("units_out >= 0 AND units_out <= units", name="units_out_in_range"),
        CheckConstraint("earnest_fen <= deposit_fen AND deposit_fen <= value_fen", name="deposit_in_range"),
        CheckConstraint("earnest_fen * 5 <= value_fen", name="earnest_cap"),
        CheckConstraint("escrow_fen >= 0", name="escrow_not_negative"),
        CheckConstraint("seller_id <> buyer_id", name="two_sides"),
        Index("ix_deals_buyer", "buyer_id", "id"),
        Index("ix_deals_seller", "seller_id", "id"),
        Index("ix_deals_due", "state", "due_at"),
        Index("ix_deals_lot", "lot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True, comment="shown to people")
    listing_id: Mapped[UUID] = mapped_column(reference("listings.id"))
    lot_id: Mapped[UUID | None] = mapped_column(reference("lots.id"))
    quote_id: Mapped[UUID | None] = mapped_column(reference("quotes.id"))
    match_id: Mapped[UUID | None] = mapped_column(reference("matches.id"))
    seller_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    buyer_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    buyer_person_id: Mapped[UUID | None]
    seller_person_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(24))
    units: Mapped[int]
    grams: Mapped[int] = mapped_column(BigInteger, comment="book weight of the units (entry weight)")
    price: Mapped[Decimal] = mapped_column(Price, comment="yuan per kg")
    normalised_price: Mapped[Decimal] = mapped_column(Price, comment="yuan per kg on the listing's reference terms")
    waterfall: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="how the price came about")
    payment: Mapped[str] = mapped_column(String(12))
    pickup_on: Mapped[date]
    forced: Mapped[bool] = mapped_column(comment="sold under an enforced pledge: makes no reference price")
    value_fen: Mapped[int] = mapped_column(BigInteger, comment="on book weight")
    earnest_fen: Mapped[int] = mapped_column(BigInteger, comment="定金, part of the deposit")
    deposit_fen: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int] = mapped_column(BigInteger, comment="to be held before release: book weight less loss")
    forfeit_seller_bp: Mapped[int] = mapped_column(comment="the seller's part of forfeited earnest money")
    loss_standard_permille: Mapped[int]
    buyer_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    seller_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    buyer_cancel_at: Mapped[datetime | None] = mapped_column(Instant)
    seller_cancel_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant, comment="when the present state lapses")
    lot_hold_id: Mapped[UUID | None] = mapped_column(comment="the hold that keeps the units in store")
    deposit_hold_id: Mapped[UUID | None] = mapped_column(comment="ledger hold standing for the deposit")
    balance_hold_id: Mapped[UUID | None] = mapped_column(comment="ledger hold standing for the balance")
    deposit_held_fen: Mapped[int] = mapped_column(BigInteger)
    balance_held_fen: Mapped[int] = mapped_column(BigInteger)
    escrow_fen: Mapped[int] = mapped_column(BigInteger, comment="in escrow for this deal, not yet used")
    units_out: Mapped[int]
    grams_out: Mapped[int] = mapped_column(BigInteger, comment="weighed out")
    billed_fen: Mapped[int] = mapped_column(BigInteger, comment="gross of what has left")
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_on: Mapped[date]


class DealEvent(Evidence, Base):
    """One step in a deal's life."""

    __tablename__ = "deal_events"
    __table_args__ = (Index("ix_deal_events_deal", "deal_id", "n"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(reference("deals.id"))
    n: Mapped[int] = mapped_column(comment="1, 2, … in each deal")
    event: Mapped[str] = mapped_column(String(24))
    state_before: Mapped[str] = mapped_column(String(24))
    state_after: Mapped[str] = mapped_column(String(24))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    happened_at: Mapped[datetime] = mapped_column(Instant)
    happened_on: Mapped[date]


class DealMoney(Evidence, Base):
    """One movement or reservation of a buyer's money for a deal."""

    __tablename__ = "deal_money"
    __table_args__ = (
        Index("ix_deal_money_deal", "deal_id"),
        CheckConstraint("fen > 0", name="fen_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(reference("deals.id"))
    kind: Mapped[str] = mapped_column(
        String(24),
        comment="deposit_held, balance_held, set_free, bank_in, to_escrow, used, refund, forfeit_wallet, …",
    )
    fen: Mapped[int] = mapped_column(BigInteger)
    ledger_hold_id: Mapped[UUID | None]
    journal_id: Mapped[UUID | None]
    bank_reference: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    happened_on: Mapped[date]


class DealLoad(Evidence, Base):
    """Goods of a deal that left in one exit."""

    __tablename__ = "deal_loads"
    __table_args__ = (
        Index("ix_deal_loads_deal", "deal_id"),
        CheckConstraint("units > 0", name="units_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the exit's id")
    deal_id: Mapped[UUID] = mapped_column(reference("deals.id"))
    units: Mapped[int]
    out_grams: Mapped[int] = mapped_column(BigInteger)
    gross_fen: Mapped[int] = mapped_column(BigInteger)
    left_at: Mapped[datetime] = mapped_column(Instant)
    left_on: Mapped[date]


class WalletTopUp(Evidence, Base):
    """Money a buyer put into his wallet."""

    __tablename__ = "wallet_top_ups"
    __table_args__ = (CheckConstraint("fen > 0", name="fen_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    buyer_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    fen: Mapped[int] = mapped_column(BigInteger)
    bank_reference: Mapped[str] = mapped_column(String(80))
    journal_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_on: Mapped[date]
