"""Warehouse receipts, what happened to them, and who holds them as pledge."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence

OPEN_PLEDGE = text("released_at IS NULL")


class ReceiptNumber(Base):
    """The last number of a series at a site: one row locked, so numbers have no gaps."""

    __tablename__ = "receipt_numbers"
    __table_args__ = (CheckConstraint("last_number >= 1", name="counts_up"),)

    site_id: Mapped[UUID] = mapped_column(reference("sites.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int] = mapped_column(Integer)


class Receipt(Evidence, Base):
    """A warehouse receipt as issued: the union of what the statutes ask for. What becomes of it is in its state.

    Civil Code art. 909, India WDR Act s.11(1), UCC 7-202, Thai CCC 616.
    """

    __tablename__ = "warehouse_receipts"
    __table_args__ = (
        UniqueConstraint("site_id", "series", "number", name="uq_warehouse_receipts_number"),
        UniqueConstraint("check_code", name="uq_warehouse_receipts_check_code"),
        CheckConstraint("number >= 1 AND units >= 1 AND entry_grams >= 1", name="counts_positive"),
        CheckConstraint("loss_standard_permille BETWEEN 0 AND 1000", name="loss_standard_permille"),
        CheckConstraint("valid_until_on >= issued_on", name="valid_after_issue"),
        CheckConstraint("(market_price IS NULL) = (market_value_fen IS NULL)", name="price_and_value"),
        CheckConstraint("advances_fen >= 0", name="advances_not_negative"),
        CheckConstraint("deliver_to IN ('named', 'order', 'holder')", name="deliver_to_known"),
        Index("ix_warehouse_receipts_lot", "lot_id"),
        Index("ix_warehouse_receipts_depositor", "depositor_id", "issued_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(reference("sites.id"))
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int] = mapped_column(Integer, comment="gapless in site and series")
    code: Mapped[str] = mapped_column(String(40), comment="site, series and number as printed")
    check_code: Mapped[str] = mapped_column(String(20), comment="opens the public check page")
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    delivery_id: Mapped[UUID] = mapped_column(reference("deliveries.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(
        reference("warehouse_receipts.id"), comment="the receipt this one was split from"
    )
    keeper_name: Mapped[str] = mapped_column(String(120))
    keeper_registration: Mapped[str] = mapped_column(String(60), comment="registration number; empty if none")
    keeper_registered_until_on: Mapped[date | None]
    depositor_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    depositor_name: Mapped[str] = mapped_column(String(120))
    depositor_address: Mapped[str] = mapped_column(String(200))
    deliver_to: Mapped[str] = mapped_column(String(10), comment="named, order or holder")
    negotiable: Mapped[bool]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_place: Mapped[str] = mapped_column(String(200))
    signed_by_account_id: Mapped[UUID] = mapped_column(comment="who signed for the keeper")
    signed_by_person_id: Mapped[UUID | None]
    signed_by_name: Mapped[str] = mapped_column(String(120))
    variety: Mapped[str] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(40))
    size: Mapped[str] = mapped_column(String(20))
    colour_pattern: Mapped[str] = mapped_column(String(40))
    bagging: Mapped[str] = mapped_column(String(40))
    marks: Mapped[str] = mapped_column(String(80))
    units: Mapped[int] = mapped_column(Integer)
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    weighed_by_instrument: Mapped[bool]
    loss_standard_permille: Mapped[int] = mapped_column(Integer, comment="shrink that is the owner's")
    storage_place: Mapped[str] = mapped_column(String(200))
    stored_from_on: Mapped[date]
    valid_until_on: Mapped[date] = mapped_column(comment="never beyond the declared shelf life")
    tariff_version_id: Mapped[UUID | None] = mapped_column(comment="locked tariff of billing; NULL: each day's own")
    charges_text: Mapped[str] = mapped_column(String(500), comment="storage fee and handling rate in words")
    insurance: Mapped[dict[str, Any] | None] = mapped_column(
        Json, comment="policy id, number, insurer, sum_fen, until_on"
    )
    market_price: Mapped[Decimal | None] = mapped_column(Price, comment="元/kg at deposit, if known")
    market_value_fen: Mapped[int | None] = mapped_column(BigInteger)
    advances_fen: Mapped[int] = mapped_column(BigInteger, comment="advanced before issue")
    lien_text: Mapped[str] = mapped_column(String(500), comment="liabilities for which the keeper claims a lien")
    keeper_interest_text: Mapped[str] = mapped_column(String(200), comment="the keeper's own interest in the goods")


class ReceiptStatus(Base):
    """Where a receipt stands: one row beside each receipt."""

    __tablename__ = "receipt_states"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed', 'split')", name="state_known"),
        CheckConstraint("units_left >= 0", name="left_not_negative"),
        CheckConstraint("(state = 'open') = (units_left > 0)", name="open_while_goods"),
        CheckConstraint("state = 'open' OR pledge_id IS NULL", name="pledged_only_open"),
        Index("uq_receipt_states_open_lot", "lot_id", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )  # fmt: skip

    receipt_id: Mapped[UUID] = mapped_column(reference("warehouse_receipts.id"), primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), comment="a lot has one open receipt")
    state: Mapped[str] = mapped_column(String(10))
    units_left: Mapped[int] = mapped_column(Integer)
    pledge_id: Mapped[UUID | None] = mapped_column(reference("receipt_pledges.id"))


class ReceiptPledge(Base):
    """A receipt in a lender's hand: at most one at a time."""

    __tablename__ = "receipt_pledges"
    __table_args__ = (
        Index("uq_receipt_pledges_once", "receipt_id", unique=True, sqlite_where=OPEN_PLEDGE,
              postgresql_where=OPEN_PLEDGE),
        CheckConstraint("advance_fen >= 0", name="advance_not_negative"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(reference("warehouse_receipts.id"))
    lender_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    subject_id: Mapped[UUID] = mapped_column(comment="the loan")
    advance_fen: Mapped[int] = mapped_column(BigInteger)
    pledged_at: Mapped[datetime] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)


class ReceiptEvent(Evidence, Base):
    """One thing that happened to a receipt."""

    __tablename__ = "receipt_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('issued', 'pledged', 'released', 'split', 'transferred', 'reduced', 'counted', 'sorted', "
            "'closed')",
            name="kind_known",
        ),
        Index("ix_receipt_events_receipt", "receipt_id", "happened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(reference("warehouse_receipts.id"))
    kind: Mapped[str] = mapped_column(String(12))
    units: Mapped[int] = mapped_column(Integer, comment="change of units left")
    subject_id: Mapped[UUID | None] = mapped_column(comment="loan, exit or new receipt")
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    happened_at: Mapped[datetime] = mapped_column(Instant)


class ShrinkLiability(Base):
    """What the store may owe an owner for loss beyond the standard: open until accepted (posted) or waived."""

    __tablename__ = "shrink_liabilities"
    __table_args__ = (
        UniqueConstraint("shrink_id", name="uq_shrink_liabilities_shrink"),
        CheckConstraint("state IN ('open', 'accepted', 'waived')", name="state_known"),
        CheckConstraint("excess_grams > 0 AND (value_fen IS NULL OR value_fen >= 0)", name="amounts_positive"),
        CheckConstraint("(price IS NULL) = (value_fen IS NULL)", name="price_and_value"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint(
            "state = 'open' OR (decider_eyes <> recorder_eyes AND reason <> '')", name="decided_by_another"
        ),
        CheckConstraint("state <> 'accepted' OR value_fen IS NOT NULL", name="accepted_has_value"),
        Index("ix_shrink_liabilities_state", "state", "opened_on", "id"),
        Index("ix_shrink_liabilities_owner", "owner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shrink_id: Mapped[UUID] = mapped_column(reference("shrink_rows.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    owner_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    excess_grams: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[Decimal | None] = mapped_column(Price, comment="元/kg, reference of the day; NULL: none known")
    value_fen: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))
    opened_on: Mapped[date]
    recorder_eyes: Mapped[UUID] = mapped_column(comment="who weighed it out or approved the count")
    decider_eyes: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200))
    journal_id: Mapped[UUID | None] = mapped_column(comment="the entry of the ledger that pays it")
