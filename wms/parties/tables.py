"""Parties, people and what binds them, all dated; half-open periods."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, Price, reference
from wms.kernel.evidence import Evidence

_UNTIL = "the first day it no longer holds; NULL: open"


class Party(Base):
    """A company, a grower, the store itself."""

    __tablename__ = "parties"
    __table_args__ = (
        CheckConstraint("kind IN ('grower','merchant','buyer','store','lender','platform')", name="kind_known"),
        CheckConstraint("code <> '' AND name <> ''", name="named"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True, comment="short, part of account codes")
    kind: Mapped[str] = mapped_column(String(12), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str | None] = mapped_column(String(120))
    credit_code: Mapped[str | None] = mapped_column(String(18), comment="unified social credit code")
    phone: Mapped[str | None] = mapped_column(String(20))
    segment: Mapped[str | None] = mapped_column(String(40), comment="customer segment private prices may name")
    added_at: Mapped[datetime] = mapped_column(Instant)


class Person(Base):
    """A human: what four-eyes rules compare."""

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("name <> ''", name="named"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class Employment(Base):
    """A person works for a party, or is it (post "owner")."""

    __tablename__ = "employments"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        UniqueConstraint("id", "person_id", name="uq_employments_person"),  # an account refers to both
        Index(
            "uq_employments_open_primary",
            "person_id",
            unique=True,
            sqlite_where=text("is_primary AND until_on IS NULL"),
            postgresql_where=text("is_primary AND until_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(reference("persons.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    post: Mapped[str] = mapped_column(String(60))
    is_primary: Mapped[bool]
    from_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment=_UNTIL)


class Contract(Base):
    """What was agreed with a party; its terms never change, only its end is set, once."""

    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        CheckConstraint("tax_permille BETWEEN 0 AND 999", name="tax_in_range"),
        CheckConstraint("commission_bp BETWEEN 0 AND 10000", name="commission_in_range"),
        CheckConstraint("loss_standard_permille BETWEEN 0 AND 999", name="loss_standard_in_range"),
        CheckConstraint("earnest_bp BETWEEN 0 AND 2000", name="earnest_in_range"),
        CheckConstraint("prepay_bp >= 0 AND earnest_bp + prepay_bp <= 10000", name="prepay_in_range"),
        CheckConstraint("forfeit_seller_bp BETWEEN 0 AND 10000", name="forfeit_in_range"),
        CheckConstraint("silence_h BETWEEN 1 AND 720", name="silence_in_range"),
        CheckConstraint("partial_sale IN ('max(pro_rata,ltv)','pro_rata','ltv')", name="partial_sale_known"),
        Index(
            "uq_contracts_open",
            "party_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    number: Mapped[str] = mapped_column(String(60), comment="the paper's number")
    from_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment=_UNTIL)
    lists_itself: Mapped[bool] = mapped_column(comment="goods are listed at put-away")
    differential: Mapped[Decimal] = mapped_column(Price, comment="yuan per kg on the reference price")
    tariff_locked: Mapped[bool] = mapped_column(comment="the tariff of the entry day holds to the end")
    tax_permille: Mapped[int]
    commission_bp: Mapped[int]
    loss_standard_permille: Mapped[int]
    waterfall: Mapped[list[str]] = mapped_column(Json)
    partial_sale: Mapped[str] = mapped_column(String(20))
    earnest_bp: Mapped[int]
    prepay_bp: Mapped[int]
    forfeit_seller_bp: Mapped[int]
    silence_h: Mapped[int] = mapped_column(comment="hours after which an owner's silence is a no")


class Mandate(Base):
    """A person may act or collect for a party they do not work for."""

    __tablename__ = "mandates"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
        CheckConstraint("scope IN ('act','collect')", name="scope_known"),
        Index("ix_mandates_person_party", "person_id", "party_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(reference("persons.id"))
    scope: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment=_UNTIL)
    document: Mapped[str] = mapped_column(String(200), comment="the paper that says so")


class PartyRelation(Base):
    """Two parties whose trades make no price; the lower id first."""

    __tablename__ = "party_relations"
    __table_args__ = (
        CheckConstraint("party_id < other_id", name="ordered"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_start"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    from_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment=_UNTIL)


class PayeeChange(Evidence, Base):
    """Somebody proposed where a party's money should go."""

    __tablename__ = "payee_changes"
    __table_args__ = (UniqueConstraint("id", "proposed_by", name="uq_payee_changes_proposer"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), index=True)
    account_name: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str] = mapped_column(String(34))
    proposed_by: Mapped[UUID] = mapped_column(reference("persons.id"), comment="the person")
    proposed_at: Mapped[datetime] = mapped_column(Instant)


class PayeeDecision(Evidence, Base):
    """A change of payee was approved by a second person, or stopped before it took effect."""

    __tablename__ = "payee_decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["change_id", "proposed_by"],
            ["payee_changes.id", "payee_changes.proposed_by"],
            name="fk_payee_decisions_change",
            deferrable=True,
            initially="DEFERRED",
        ),
        UniqueConstraint("change_id", "decision", name="uq_payee_decisions_once"),
        CheckConstraint("decision IN ('approved','stopped')", name="decision_known"),
        CheckConstraint("decision <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
        CheckConstraint("(decision = 'approved') = (effective_at IS NOT NULL)", name="approved_takes_effect"),
        CheckConstraint("effective_at IS NULL OR effective_at - decided_at >= 86400000", name="a_day_later"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    change_id: Mapped[UUID]
    decision: Mapped[str] = mapped_column(String(10))
    proposed_by: Mapped[UUID] = mapped_column(comment="the person who proposed, so that the database compares")
    decided_by: Mapped[UUID] = mapped_column(reference("persons.id"), comment="the person who decided")
    decided_at: Mapped[datetime] = mapped_column(Instant)
    effective_at: Mapped[datetime | None] = mapped_column(Instant, comment="from when money goes there")
    reason: Mapped[str] = mapped_column(String(200))
