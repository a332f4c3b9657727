"""Lending's tables: products with their terms, loans and their events, pledges, valuations, gate checks."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Price, reference
from wms.kernel.evidence import Evidence


class Product(Base):
    """One version of the terms of lending; never edited, approved by a second person."""

    __tablename__ = "lending_products"
    __table_args__ = (
        UniqueConstraint("code", "version", name="uq_lending_products_code_version"),
        CheckConstraint("approved_by_person_id <> proposed_by_person_id", name="four_eyes"),
        CheckConstraint(
            "0 < advance_permille AND advance_permille < warning_permille AND warning_permille < call_permille "
            "AND call_permille < liquidate_permille",
            name="levels_rise",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    effective_from: Mapped[date]
    lender_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    rate_ppm: Mapped[int] = mapped_column(comment="interest a year in millionths")
    basis: Mapped[str] = mapped_column(String(20), comment="day count: ACT/365F, ACT/360, ACT/ACT ISDA")
    advance_permille: Mapped[int] = mapped_column(comment="ceiling of an advance, and target of cures and releases")
    warning_permille: Mapped[int]
    call_permille: Mapped[int]
    liquidate_permille: Mapped[int]
    loss_allowance_permille: Mapped[int] = mapped_column(comment="weight not counted as value")
    cure_days: Mapped[int] = mapped_column(comment="business days to answer a margin call")
    carry_reserved: Mapped[bool] = mapped_column(comment="lend what still meets the ceiling at the planned exit")
    inspection_days: Mapped[int] = mapped_column(comment="how old an inspection may be")
    price_age_days: Mapped[int] = mapped_column(comment="how old a price may be, business days")
    sells_days: Mapped[int] = mapped_column(comment="how far back dealings show that the goods sell")
    proposed_by_person_id: Mapped[UUID]
    approved_by_person_id: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)


class LoanMark(Evidence, Base):
    """A loan against its goods at the close of a day, at the prices of that day. Append-only."""

    __tablename__ = "loan_marks"
    __table_args__ = (
        CheckConstraint("principal_fen >= 0 AND value_fen >= 0", name="amounts"),
        Index("ix_loan_marks_loan_id", "loan_id", "marked_on"),
    )

    marked_on: Mapped[date] = mapped_column(primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(reference("loans.id"), primary_key=True)
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger, comment="to the day, posted or not")
    storage_fen: Mapped[int] = mapped_column(BigInteger, comment="not billed yet")
    handling_fen: Mapped[int] = mapped_column(BigInteger, comment="not billed yet")
    value_fen: Mapped[int] = mapped_column(BigInteger, comment="0 without a fresh price: it fails closed")
    ltv_bp: Mapped[int | None] = mapped_column(BigInteger, comment="NULL without value")
    level: Mapped[str] = mapped_column(String(12))


class Loan(Base):
    """An advance against stored lots. `principal_fen` and `interest_fen` are sums of its events, kept to lock."""

    __tablename__ = "loans"
    __table_args__ = (
        CheckConstraint("principal_fen >= 0 AND asked_fen > 0", name="amounts"),
        CheckConstraint("second_person_id <> first_person_id", name="four_eyes"),
        CheckConstraint("first_person_id <> asked_by_person_id", name="asker_does_not_approve"),
        CheckConstraint("second_person_id <> asked_by_person_id", name="asker_does_not_approve_second"),
        CheckConstraint("state <> 'closed' OR principal_fen = 0", name="closed_is_repaid"),
        CheckConstraint(
            "disbursed_on IS NULL OR (second_person_id IS NOT NULL AND registration_no IS NOT NULL "
            "AND searched_on = disbursed_on)",
            name="paid_out_only_registered",
        ),
        Index("ix_loans_borrower", "borrower_id", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    borrower_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    product_id: Mapped[UUID] = mapped_column(reference("lending_products.id"))
    state: Mapped[str] = mapped_column(String(20), comment="asked, checked, approved, active, closed, refused")
    asked_fen: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_person_id: Mapped[UUID | None]
    first_person_id: Mapped[UUID | None]
    first_at: Mapped[datetime | None] = mapped_column(Instant)
    second_person_id: Mapped[UUID | None]
    second_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_because: Mapped[str | None] = mapped_column(String(300))
    registration_no: Mapped[str | None] = mapped_column(String(80), comment="of the pledge in the unified register")
    searched_on: Mapped[date | None] = mapped_column(comment="day of the register search that found it free")
    disbursed_on: Mapped[date | None]
    matures_on: Mapped[date | None]
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger, comment="accrued and posted, not yet paid")
    events: Mapped[int] = mapped_column(comment="how many events there are; the next one's number")


class LoanEvent(Evidence, Base):
    """One change of a loan: paid out, interest accrued, paid. Append-only; effective day and recorded instant."""

    looked_for_fresh = True
    __tablename__ = "loan_events"

    loan_id: Mapped[UUID] = mapped_column(reference("loans.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), comment="disbursed, accrued, paid")
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    principal_fen: Mapped[int] = mapped_column(BigInteger, comment="change of the principal")
    interest_fen: Mapped[int] = mapped_column(BigInteger, comment="change of the interest owed")
    journal_id: Mapped[UUID | None] = mapped_column(reference("ledger_journals.id"))
    actor_id: Mapped[UUID]


class Pledge(Base):
    """The goods of one lot that secure a loan. A lot has at most one active pledge."""

    __tablename__ = "pledges"
    __table_args__ = (
        CheckConstraint("0 <= released_units AND released_units <= units", name="released_within"),
        CheckConstraint("active = (released_units < units)", name="active_while_unreleased"),
        Index(
            "uq_pledges_active_lot", "lot_id", unique=True, sqlite_where=text("active"), postgresql_where=text("active")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(reference("loans.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    hold_id: Mapped[UUID] = mapped_column(reference("lot_holds.id"), comment="the hold that keeps the goods in")
    units: Mapped[int]
    released_units: Mapped[int]
    active: Mapped[bool]


class Valuation(Evidence, Base):
    """What goods were worth on a day, by which prices. Append-only."""

    __tablename__ = "valuations"
    __table_args__ = (Index("ix_valuations_lot", "lot_id", "valued_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(reference("loans.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    purpose: Mapped[str] = mapped_column(String(20), comment="asked, approved, disbursed, exit")
    valued_on: Mapped[date]
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[Decimal | None] = mapped_column(Price, comment="the price used")
    board_price: Mapped[Decimal | None] = mapped_column(Price)
    board_level: Mapped[int | None]
    independent_price: Mapped[Decimal | None] = mapped_column(Price)
    value_fen: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[UUID]


class GateCheck(Evidence, Base):
    """One gate as it was judged at one step of a loan. Append-only."""

    __tablename__ = "gate_checks"
    __table_args__ = (Index("ix_gate_checks_loan", "loan_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(reference("loans.id"))
    step: Mapped[str] = mapped_column(String(20))
    group_name: Mapped[str] = mapped_column(String(10))
    gate: Mapped[str] = mapped_column(String(30))
    passed: Mapped[bool]
    evidence: Mapped[str] = mapped_column(String(300))
    checked_at: Mapped[datetime] = mapped_column(Instant)
