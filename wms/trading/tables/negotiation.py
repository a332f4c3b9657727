"""Asking, quoting, countering, and ranked proposals."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence


class Rfq(Base):
    """A buyer's inquiry (询价) about one listing."""

    __tablename__ = "rfqs"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        Index("ix_rfqs_buyer", "buyer_id", "id"),
        Index("ix_rfqs_seller", "seller_id", "id"),
        Index("ix_rfqs_open", "state", "answer_due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True, comment="shown to people")
    listing_id: Mapped[UUID] = mapped_column(reference("listings.id"))
    match_id: Mapped[UUID | None] = mapped_column(comment="the proposal it followed, if any")
    buyer_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    seller_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    person_id: Mapped[UUID | None] = mapped_column(comment="who asked")
    units: Mapped[int]
    payment: Mapped[str] = mapped_column(String(12))
    pickup_on: Mapped[date]
    service: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(12), comment="open, dealt, passed, expired, withdrawn")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_on: Mapped[date]
    answer_due_at: Mapped[datetime] = mapped_column(Instant, comment="silence until then is no deal")


class RfqLimit(Base):
    """The most a buyer would pay; kept apart, because the seller reads the inquiry."""

    __tablename__ = "rfq_limits"
    __table_args__ = (CheckConstraint("limit_price > 0", name="price_positive"),)

    rfq_id: Mapped[UUID] = mapped_column(reference("rfqs.id"), primary_key=True)
    limit_price: Mapped[Decimal] = mapped_column(Price, comment="yuan per kg; the buyer's alone")


class Quote(Evidence, Base):
    """One offer in the chain of an inquiry; only the newest can be accepted."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("rfq_id", "round_number", name="uq_quotes_round"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("round_number > 0", name="round_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rfq_id: Mapped[UUID] = mapped_column(reference("rfqs.id"))
    parent_id: Mapped[UUID | None] = mapped_column(comment="the offer it counters; NULL for the first")
    round_number: Mapped[int] = mapped_column(comment="1, 2, …: the version an accept must have seen")
    side: Mapped[str] = mapped_column(String(6), comment="buyer or seller: who offers")
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    person_id: Mapped[UUID | None] = mapped_column(comment="who spoke for the party")
    units: Mapped[int]
    grams: Mapped[int] = mapped_column(BigInteger, comment="book weight of the units")
    price: Mapped[Decimal] = mapped_column(Price, comment="yuan per kg")
    payment: Mapped[str] = mapped_column(String(12))
    pickup_on: Mapped[date]
    service: Mapped[str | None] = mapped_column(String(40))
    waterfall: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="how the price came about")
    consent: Mapped[dict[str, Any] | None] = mapped_column(Json, comment="phone consent: caller, phone, when")
    valid_until: Mapped[datetime] = mapped_column(Instant)
    quoted_at: Mapped[datetime] = mapped_column(Instant)
    quoted_on: Mapped[date]


class QuoteResponse(Evidence, Base):
    """What became of a quote: at most one answer."""

    __tablename__ = "quote_responses"

    quote_id: Mapped[UUID] = mapped_column(reference("quotes.id"), primary_key=True)
    response: Mapped[str] = mapped_column(String(12), comment="accepted, countered, passed, timed_out, withdrawn")
    next_quote_id: Mapped[UUID | None]
    deal_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None] = mapped_column(comment="who answered")
    account_id: Mapped[UUID]
    consent: Mapped[dict[str, Any] | None] = mapped_column(Json, comment="phone consent: caller, phone, when")
    answered_at: Mapped[datetime] = mapped_column(Instant)


class Match(Evidence, Base):
    """A ranked proposal for a need, with the proof of its order: the snapshot can be replayed."""

    __tablename__ = "matches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    buyer_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    policy_version: Mapped[int]
    need: Mapped[dict[str, Any]] = mapped_column(Json)
    snapshot: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="what was ranked; never shown to buyers")
    snapshot_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the canonical snapshot")
    ranked_ids: Mapped[list[str]] = mapped_column(Json)
    skipped: Mapped[list[dict[str, str]]] = mapped_column(Json, comment="listing ids with the reason's code")
    proposed: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="listing, units, grams, price")
    premium_fen: Mapped[int] = mapped_column(BigInteger, comment="priority premium over the cheapest outside goods")
    made_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)
