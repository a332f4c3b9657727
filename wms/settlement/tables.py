"""Settlements, releases and payouts: the record of every close."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json
from wms.kernel.columns import reference as refer_to
from wms.kernel.evidence import Evidence


class ReleaseApproval(Evidence, Base):
    """The lender's consent to pledged goods leaving with an exit. Append-only."""

    __tablename__ = "release_approvals"
    __table_args__ = (
        UniqueConstraint("exit_id", "approved_on", name="uq_release_approvals_exit_day"),
        Index("ix_release_approvals_exit", "exit_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(refer_to("exit_orders.id"))
    loan_id: Mapped[UUID] = mapped_column(refer_to("loans.id"))
    approved_by_person_id: Mapped[UUID]
    approved_at: Mapped[datetime] = mapped_column(Instant)
    approved_on: Mapped[date]


class Settlement(Evidence, Base):
    """One closed exit: where every fen of it went and every gram of it. Append-only."""

    __tablename__ = "settlements"
    __table_args__ = (
        UniqueConstraint("exit_id", name="uq_settlements_exit"),
        CheckConstraint(
            "kind <> 'sale' OR gross_fen = storage_fen + handling_fen + interest_fen + principal_fen "
            "+ commission_fen + residual_fen",
            name="every_fen_placed",
        ),
        CheckConstraint("entry_grams = out_grams + loss_grams", name="every_gram_placed"),
        CheckConstraint("approved_by_person_id <> closed_by_person_id", name="four_eyes"),
        CheckConstraint("loan_id IS NULL OR approved_by_person_id IS NOT NULL", name="pledged_needs_approval"),
        Index("ix_settlements_owner", "owner_id", "settled_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(refer_to("exit_orders.id"))
    kind: Mapped[str] = mapped_column(String(10), comment="sale or own")
    lot_id: Mapped[UUID] = mapped_column(refer_to("lots.id"))
    owner_id: Mapped[UUID] = mapped_column(refer_to("parties.id"))
    buyer_id: Mapped[UUID | None] = mapped_column(refer_to("parties.id"))
    deal_id: Mapped[UUID | None] = mapped_column(refer_to("deals.id"))
    loan_id: Mapped[UUID | None] = mapped_column(refer_to("loans.id"))
    units: Mapped[int]
    entry_grams: Mapped[int] = mapped_column(BigInteger)
    out_grams: Mapped[int] = mapped_column(BigInteger)
    loss_grams: Mapped[int] = mapped_column(BigInteger, comment="entry less out; negative for a gain")
    gross_fen: Mapped[int] = mapped_column(BigInteger, comment="what the buyer paid; 0 without a sale")
    storage_fen: Mapped[int] = mapped_column(BigInteger)
    handling_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger)
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    commission_fen: Mapped[int] = mapped_column(BigInteger)
    residual_fen: Mapped[int] = mapped_column(BigInteger, comment="what is left for the owner")
    waterfall: Mapped[list[Any]] = mapped_column(Json, comment="claims and payments in their order")
    journal_id: Mapped[UUID | None] = mapped_column(refer_to("ledger_journals.id"))
    settled_on: Mapped[date]
    settled_at: Mapped[datetime] = mapped_column(Instant)
    closed_by_person_id: Mapped[UUID]
    approved_by_person_id: Mapped[UUID | None]


class ReleasePayment(Evidence, Base):
    """Money an owner paid to take his own goods, and how it was applied. Append-only."""

    __tablename__ = "release_payments"
    __table_args__ = (
        Index("ix_release_payments_exit", "exit_id"),
        CheckConstraint(
            "paid_fen = storage_fen + handling_fen + interest_fen + principal_fen + surplus_fen",
            name="every_fen_placed",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    exit_id: Mapped[UUID] = mapped_column(refer_to("exit_orders.id"))
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    storage_fen: Mapped[int] = mapped_column(BigInteger)
    handling_fen: Mapped[int] = mapped_column(BigInteger)
    interest_fen: Mapped[int] = mapped_column(BigInteger)
    principal_fen: Mapped[int] = mapped_column(BigInteger)
    surplus_fen: Mapped[int] = mapped_column(BigInteger, comment="paid beyond the need, owed to the owner")
    journal_id: Mapped[UUID] = mapped_column(refer_to("ledger_journals.id"))
    paid_on: Mapped[date]
    paid_at: Mapped[datetime] = mapped_column(Instant)


class Payout(Evidence, Base):
    """Money paid to a party from what was owed to it, and the account it went to. Append-only."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("paid_fen > 0", name="positive"),
        Index("ix_payouts_party", "party_id", "paid_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(refer_to("parties.id"))
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(80), comment="the bank's number of the transfer")
    account_name: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str] = mapped_column(String(40))
    journal_id: Mapped[UUID] = mapped_column(refer_to("ledger_journals.id"))
    paid_on: Mapped[date]
    paid_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[UUID]


class DayReconciliation(Evidence, Base):
    """What two records of one thing said at the close of a day: the books beside the room that knows. Append-only."""

    __tablename__ = "day_reconciliations"
    __table_args__ = (CheckConstraint("unit IN ('fen', 'units')", name="unit_known"),)

    closed_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True, comment="fees, principal, interest, stock")
    unit: Mapped[str] = mapped_column(String(5), comment="of both amounts: fen or units")
    books_amount: Mapped[int] = mapped_column(BigInteger, comment="what the ledger or the stock ledger says")
    room_amount: Mapped[int] = mapped_column(BigInteger, comment="what invoices, loans or lots say")

    @property
    def difference(self) -> int:
        """How much the books say more."""
        return self.books_amount - self.room_amount


class DayClose(Evidence, Base):
    """The books at the close of a day: the chain's head and the trial balance. Append-only."""

    __tablename__ = "day_closes"
    __table_args__ = (CheckConstraint("trial_balance_fen = 0", name="books_balance"),)

    closed_on: Mapped[date] = mapped_column(primary_key=True)
    head_seq: Mapped[int] = mapped_column(BigInteger)
    head_hash: Mapped[str] = mapped_column(String(64))
    trial_balance_fen: Mapped[int] = mapped_column(BigInteger, comment="sum of all balances")
    accounts: Mapped[int]
    closed_at: Mapped[datetime] = mapped_column(Instant)
