"""Bank statements as they came, what each entry was matched with, and the days that were signed off."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json
from wms.kernel.columns import reference as refer_to
from wms.kernel.evidence import Evidence


class BankStatement(Evidence, Base):
    """One file of a bank as it was taken in. Append-only; its file counts once."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        UniqueConstraint("file_digest", name="uq_bank_statements_file_digest"),
        CheckConstraint("source IN ('csv', 'camt053')", name="source_known"),
        CheckConstraint("first_on <= last_on AND entries >= 1 AND known >= 0", name="entries_there"),
        CheckConstraint("opening_fen + moved_fen = closing_fen", name="adds_up"),
        Index("ix_bank_statements_account", "account_number", "last_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_number: Mapped[str] = mapped_column(String(40), comment="our own account at the bank")
    source: Mapped[str] = mapped_column(String(8), comment="csv or camt053")
    file_name: Mapped[str] = mapped_column(String(120))
    file_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the file")
    opening_fen: Mapped[int] = mapped_column(BigInteger)
    moved_fen: Mapped[int] = mapped_column(BigInteger, comment="sum of the file's entries")
    closing_fen: Mapped[int] = mapped_column(BigInteger)
    first_on: Mapped[date]
    last_on: Mapped[date]
    entries: Mapped[int] = mapped_column(comment="entries in the file")
    known: Mapped[int] = mapped_column(comment="of them stored before, by another file")
    imported_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID] = mapped_column(comment="who took it in")


class BankEntry(Evidence, Base):
    """One entry of a bank, once, however many files hold it. Append-only."""

    __tablename__ = "bank_entries"
    __table_args__ = (
        UniqueConstraint("identity", name="uq_bank_entries_identity"),
        CheckConstraint("fen <> 0", name="not_zero"),
        Index("ix_bank_entries_day", "account_number", "booked_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(refer_to("bank_statements.id"))
    n: Mapped[int] = mapped_column(comment="its place in the file, oldest first")
    account_number: Mapped[str] = mapped_column(String(40))
    booked_on: Mapped[date]
    fen: Mapped[int] = mapped_column(BigInteger, comment="money in positive, out negative")
    other_name: Mapped[str] = mapped_column(String(120))
    other_account: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(400), comment="the bank's text")
    bank_reference: Mapped[str] = mapped_column(String(60))
    identity: Mapped[str] = mapped_column(String(64), comment="tells it from every other entry")


class BankEntryState(Base):
    """How much of an entry is matched; locked while a match is made or taken back."""

    __tablename__ = "bank_entry_states"
    __table_args__ = (CheckConstraint("matched_fen BETWEEN 0 AND entry_fen", name="matched_within"),)

    entry_id: Mapped[UUID] = mapped_column(refer_to("bank_entries.id"), primary_key=True)
    entry_fen: Mapped[int] = mapped_column(BigInteger, comment="amount without its sign")
    matched_fen: Mapped[int] = mapped_column(BigInteger, comment="sum of the matches that stand")


class BankMatch(Base):
    """An entry, or part of it, is what a journal says; taken back once, never removed."""

    __tablename__ = "bank_matches"
    __table_args__ = (
        Index(
            "uq_bank_matches_journal", "journal_id", unique=True, sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        CheckConstraint("fen > 0", name="positive"),
        CheckConstraint("(undone_at IS NULL) = (undone_because IS NULL)", name="undone_with_reason"),
        CheckConstraint("reversal_id IS NULL OR posted", name="reverses_its_own"),
        Index("ix_bank_matches_entry", "entry_id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(refer_to("bank_entries.id"))
    journal_id: Mapped[UUID] = mapped_column(refer_to("ledger_journals.id"))
    fen: Mapped[int] = mapped_column(BigInteger, comment="without its sign")
    posted: Mapped[bool] = mapped_column(comment="the match made the journal; else it was there before")
    matched_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID] = mapped_column(comment="who matched it")
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_because: Mapped[str | None] = mapped_column(String(200))
    undone_by: Mapped[UUID | None]
    reversal_id: Mapped[UUID | None] = mapped_column(refer_to("ledger_journals.id"))


class BankDaySign(Evidence, Base):
    """Books and bank compared for a day, with everything that explains their difference. Append-only."""

    __tablename__ = "bank_day_signs"
    __table_args__ = (
        UniqueConstraint("signed_for", name="uq_bank_day_signs_signed_for"),
        CheckConstraint("bank_fen - book_fen = brought_fen + open_bank_fen - open_book_fen", name="explained"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    signed_for: Mapped[date] = mapped_column(comment="the business day")
    book_fen: Mapped[int] = mapped_column(BigInteger, comment="balance of the account of the books")
    bank_fen: Mapped[int] = mapped_column(BigInteger, comment="balances of the statements together")
    brought_fen: Mapped[int] = mapped_column(BigInteger, comment="bank less books before the first statement")
    open_bank_fen: Mapped[int] = mapped_column(BigInteger, comment="entries the books do not know")
    open_book_fen: Mapped[int] = mapped_column(BigInteger, comment="postings the bank does not know")
    open_items: Mapped[list[Any]] = mapped_column(Json, comment="both sides' unmatched, item by item")
    note: Mapped[str] = mapped_column(String(400))
    signed_at: Mapped[datetime] = mapped_column(Instant)
    signed_by_person_id: Mapped[UUID]
