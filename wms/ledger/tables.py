"""The books: accounts, journals with their chain, postings, two-phase holds and the balances derived from them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class Account(Base):
    """A place money can be; opened on first use, never closed."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (CheckConstraint("kind IN ('A','L','R','E')", name="kind_known"),)

    code: Mapped[str] = mapped_column(String(80), primary_key=True, comment="e.g. A:Loan:Principal:G1")
    kind: Mapped[str] = mapped_column(String(1), comment="A asset, L liability, R revenue, E expense")
    opened_on: Mapped[date]


class Balance(Base):
    """The balance of an account: a cache of its postings and open holds that can be rebuilt, locked to post."""

    __tablename__ = "ledger_balances"
    __table_args__ = (
        CheckConstraint("held_fen >= 0", name="held_not_negative"),
        CheckConstraint("limit_side <> 'credit' OR posted_fen + held_fen <= 0", name="credit_side_kept"),
        CheckConstraint("limit_side <> 'debit' OR posted_fen - held_fen >= 0", name="debit_side_kept"),
    )

    code: Mapped[str] = mapped_column(reference("ledger_accounts.code"), primary_key=True)
    limit_side: Mapped[str] = mapped_column(String(6), comment="none, debit or credit: the side it must stay on")
    posted_fen: Mapped[int] = mapped_column(BigInteger, comment="sum of postings, debit positive")
    held_fen: Mapped[int] = mapped_column(BigInteger, comment="sum of open holds")


class Journal(Base):
    """One balanced entry. Append-only; `hash` covers `memento` and the previous hash of its book."""

    looked_for_fresh = True  # `writing.fresh` is asked for them
    __tablename__ = "ledger_journals"
    __table_args__ = (
        UniqueConstraint("book", "seq", name="uq_ledger_journals_book_seq"),
        UniqueConstraint("book", "key", name="uq_ledger_journals_book_key"),
        UniqueConstraint("reverses_id", name="uq_ledger_journals_reverses_id"),
        CheckConstraint("approver_person_id <> actor_person_id", name="four_eyes"),
        Index("ix_ledger_journals_effective", "effective_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="made by the client")
    book: Mapped[str] = mapped_column(String(20), comment="the legal entity whose books these are")
    seq: Mapped[int] = mapped_column(BigInteger, comment="gapless in its book")
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40), comment="why the money moved")
    memo: Mapped[str] = mapped_column(String(200))
    effective_on: Mapped[date] = mapped_column(comment="the day it counts for")
    recorded_on: Mapped[date] = mapped_column(comment="the day it became known")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[UUID]
    actor_person_id: Mapped[UUID | None]
    approver_id: Mapped[UUID | None]
    approver_person_id: Mapped[UUID | None]
    reverses_id: Mapped[UUID | None] = mapped_column(reference("ledger_journals.id"))
    input_digest: Mapped[str] = mapped_column(String(64))
    memento: Mapped[str] = mapped_column(Text, comment="the canonical text the hash covers")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Posting(Base):
    """One leg of a journal. Append-only."""

    looked_for_fresh = True  # `writing.fresh` is asked for them
    __tablename__ = "ledger_postings"
    __table_args__ = (CheckConstraint("fen <> 0", name="not_zero"), Index("ix_ledger_postings_account", "account"))

    journal_id: Mapped[UUID] = mapped_column(reference("ledger_journals.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(reference("ledger_accounts.code"))
    fen: Mapped[int] = mapped_column(BigInteger, comment="debit positive")


class Head(Base):
    """The end of each book's chain."""

    __tablename__ = "ledger_heads"

    book: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[str] = mapped_column(String(64))


class Hold(Evidence, Base):
    """Money reserved on an account. Append-only; it ends by one hold event."""

    __tablename__ = "ledger_holds"
    __table_args__ = (CheckConstraint("fen > 0", name="positive"), Index("ix_ledger_holds_account", "account"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(reference("ledger_accounts.code"))
    fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(120))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[UUID]


class HoldEvent(Evidence, Base):
    """The end of a hold: posted (in full or part, the rest set free), voided or expired. At most one a hold."""

    __tablename__ = "ledger_hold_events"

    hold_id: Mapped[UUID] = mapped_column(reference("ledger_holds.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(8))
    posted_fen: Mapped[int] = mapped_column(BigInteger)
    journal_id: Mapped[UUID | None] = mapped_column(reference("ledger_journals.id"))
    ended_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[UUID]


class Archive(Evidence, Base):
    """Every book up to a day is history: nothing more counts for these days. Append-only; the latest day holds."""

    looked_for_fresh = True
    __tablename__ = "ledger_archives"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    until_on: Mapped[date] = mapped_column(comment="the last day that is history")
    archived_at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[UUID]
