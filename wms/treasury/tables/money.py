"""Money that left and came back: refunds, returns, the drawer's counts, and files of transfers for the bank."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json
from wms.kernel.columns import reference as refer_to
from wms.kernel.evidence import Evidence


class WalletRefund(Evidence, Base):
    """Money of a buyer's wallet paid back, and the account it went to. Append-only."""

    __tablename__ = "wallet_refunds"
    __table_args__ = (
        CheckConstraint("refund_fen > 0", name="positive"),
        Index("ix_wallet_refunds_party", "party_id", "refunded_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(refer_to("parties.id"))
    refund_fen: Mapped[int] = mapped_column(BigInteger)
    bank_reference: Mapped[str] = mapped_column(String(80), comment="the bank's number of the transfer")
    account_name: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str] = mapped_column(String(40))
    journal_id: Mapped[UUID] = mapped_column(refer_to("ledger_journals.id"))
    refunded_on: Mapped[date]
    refunded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class PayoutReturn(Evidence, Base):
    """A payout the bank gave back, once; what it paid is owed again. Append-only."""

    __tablename__ = "payout_returns"
    __table_args__ = (
        UniqueConstraint("payout_id", name="uq_payout_returns_payout"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payout_id: Mapped[UUID] = mapped_column(refer_to("payouts.id"))
    bank_reference: Mapped[str] = mapped_column(String(80), comment="the bank's number of what came back")
    reason: Mapped[str] = mapped_column(String(200))
    journal_id: Mapped[UUID] = mapped_column(refer_to("ledger_journals.id"))
    returned_on: Mapped[date]
    returned_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class DrawerCount(Evidence, Base):
    """What lay in the drawer when a shift began or ended, beside what the books say. Append-only."""

    __tablename__ = "drawer_counts"
    __table_args__ = (
        UniqueConstraint("number", name="uq_drawer_counts_number"),
        CheckConstraint("difference_fen = counted_fen - book_fen", name="difference"),
        CheckConstraint(
            "difference_fen = 0 OR (reason <> '' AND journal_id IS NOT NULL AND witness_person_id IS NOT NULL)",
            name="difference_explained",
        ),
        CheckConstraint("witness_person_id <> counted_by_person_id", name="four_eyes"),
        CheckConstraint("number >= 1 AND counted_fen >= 0", name="counted"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(comment="odd: a shift began; even: it ended")
    opens: Mapped[bool]
    pieces: Mapped[list[Any]] = mapped_column(Json, comment="[denomination in fen, how many], largest first")
    counted_fen: Mapped[int] = mapped_column(BigInteger)
    book_fen: Mapped[int] = mapped_column(BigInteger)
    difference_fen: Mapped[int] = mapped_column(BigInteger, comment="counted less books: over positive, short negative")
    reason: Mapped[str] = mapped_column(String(200))
    journal_id: Mapped[UUID | None] = mapped_column(refer_to("ledger_journals.id"))
    counted_on: Mapped[date]
    counted_at: Mapped[datetime] = mapped_column(Instant)
    counted_by_person_id: Mapped[UUID]
    witness_person_id: Mapped[UUID | None]


class TransferFile(Evidence, Base):
    """A file of transfers for the bank, made by one person; its bytes follow from its rows. Append-only."""

    __tablename__ = "transfer_files"
    __table_args__ = (
        CheckConstraint("kind IN ('csv', 'pain001')", name="kind_known"),
        CheckConstraint("transfers >= 1 AND total_fen > 0", name="not_empty"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    own_name: Mapped[str] = mapped_column(String(80))
    own_account: Mapped[str] = mapped_column(String(40))
    transfers: Mapped[int]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    content_digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the file's bytes")
    prepared_on: Mapped[date]
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    prepared_by_person_id: Mapped[UUID]


class TransferRow(Evidence, Base):
    """One transfer of a file; a payout or refund stands in one file only. Append-only."""

    __tablename__ = "transfer_rows"
    __table_args__ = (
        UniqueConstraint("source_id", name="uq_transfer_rows_source"),
        CheckConstraint("transfer_fen > 0", name="positive"),
    )

    file_id: Mapped[UUID] = mapped_column(refer_to("transfer_files.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(comment="payout or wallet refund")
    transfer_fen: Mapped[int] = mapped_column(BigInteger)
    account_name: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(80))


class TransferApproval(Evidence, Base):
    """Another person's word that a file may be handed to the bank. Append-only."""

    __tablename__ = "transfer_approvals"
    __table_args__ = (CheckConstraint("approved_by_person_id <> prepared_by_person_id", name="four_eyes"),)

    file_id: Mapped[UUID] = mapped_column(refer_to("transfer_files.id"), primary_key=True)
    prepared_by_person_id: Mapped[UUID]
    approved_by_person_id: Mapped[UUID]
    approved_at: Mapped[datetime] = mapped_column(Instant)
