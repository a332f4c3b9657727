"""Invoices, what they bill, what settled them, and the payments that came in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, Json, reference
from wms.kernel.evidence import Evidence


class InvoiceSeries(Base):
    """The last number given in a series; locked while the next is given, so that no number is missing."""

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint("last_number >= 0", name="number_not_negative"),)

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int]


class Invoice(Evidence, Base):
    """The charges of one exit up to a day. Immutable; what was wrong is corrected by a credit note."""

    looked_for_fresh = True
    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("series", "number", name="uq_invoices_series_number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("total_fen = storage_fen + handling_fen", name="total_is_the_sum"),
        CheckConstraint("tax_fen >= 0 AND (tax_fen = 0 OR tax_permille > 0)", name="tax_has_a_rate"),
        Index("ix_invoices_exit_id", "exit_id"),
        Index("ix_invoices_party_id", "party_id", "invoiced_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    invoiced_on: Mapped[date] = mapped_column(comment="charges run up to this day, itself not counted")
    invoiced_at: Mapped[datetime] = mapped_column(Instant)
    storage_fen: Mapped[int] = mapped_column(BigInteger)
    handling_fen: Mapped[int] = mapped_column(BigInteger)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    tax_permille: Mapped[int] = mapped_column(comment="tax included in the amounts")
    tax_fen: Mapped[int] = mapped_column(BigInteger, comment="included in the total")
    journal_id: Mapped[UUID | None] = mapped_column(
        reference("ledger_journals.id"), comment="none when nothing is owed"
    )
    account_id: Mapped[UUID] = mapped_column(comment="who issued it")

    @property
    def name(self) -> str:
        """The number as printed."""
        return f"{self.series}-{self.number:06d}"


class InvoiceLine(Evidence, Base):
    """One charge: exact nano-yuan, the fen it was rounded to, and how it came about."""

    looked_for_fresh = True
    __tablename__ = "invoice_lines"
    __table_args__ = (
        UniqueConstraint("invoice_id", "kind", name="uq_invoice_lines_invoice_id_kind"),
        CheckConstraint("kind IN ('storage', 'handling')", name="kind_known"),
        CheckConstraint("charge_fen = net_fen + tax_fen", name="net_and_tax"),
        CheckConstraint("minimum_fen >= 0 OR charge_fen >= 0", name="minimum_taken_back_within"),
        Index("ix_invoice_lines_lot_id", "lot_id", "kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
    exit_id: Mapped[UUID] = mapped_column(reference("exit_orders.id"))
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    kind: Mapped[str] = mapped_column(String(10), comment="storage or handling")
    units: Mapped[int] = mapped_column(comment="units first billed here; 0 on a later invoice of the same exit")
    entry_grams: Mapped[int] = mapped_column(BigInteger, comment="their entry weight")
    charge_nanoyuan: Mapped[int] = mapped_column(BigInteger, comment="exact, 10^-9 yuan, top-up left out")
    charge_fen: Mapped[int] = mapped_column(BigInteger, comment="tax included, top-up included")
    minimum_fen: Mapped[int] = mapped_column(
        BigInteger,
        comment="top-up to the minimum inside charge_fen; negative where later days used one up",
    )
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="tariff versions, days, rates, grams")


class CreditNote(Evidence, Base):
    """Part of an invoice taken back by two people. What was paid already is owed to the party instead."""

    looked_for_fresh = True
    __tablename__ = "credit_notes"
    __table_args__ = (
        UniqueConstraint("series", "number", name="uq_credit_notes_series_number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("storage_fen >= 0 AND handling_fen >= 0 AND storage_fen + handling_fen > 0", name="positive"),
        CheckConstraint(
            "storage_paid_fen BETWEEN 0 AND storage_fen AND handling_paid_fen BETWEEN 0 AND handling_fen",
            name="paid_part_of_it",
        ),
        CheckConstraint("issued_by_person_id <> approved_by_person_id", name="four_eyes"),
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_credit_notes_invoice_id", "invoice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
    storage_fen: Mapped[int] = mapped_column(BigInteger, comment="storage taken back, tax included")
    handling_fen: Mapped[int] = mapped_column(BigInteger, comment="handling taken back, tax included")
    storage_paid_fen: Mapped[int] = mapped_column(BigInteger, comment="of it already paid, so owed to the party")
    handling_paid_fen: Mapped[int] = mapped_column(BigInteger, comment="of it already paid, so owed to the party")
    tax_fen: Mapped[int] = mapped_column(BigInteger, comment="tax in it")
    reason: Mapped[str] = mapped_column(String(200))
    journal_id: Mapped[UUID] = mapped_column(reference("ledger_journals.id"))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by_person_id: Mapped[UUID]
    approved_by_person_id: Mapped[UUID]

    @property
    def name(self) -> str:
        """The number as printed."""
        return f"{self.series}-{self.number:06d}"


class Payment(Evidence, Base):
    """Money that came in for a party, beside the journal that booked it."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("method", "payment_reference", name="uq_payments_method_reference"),
        CheckConstraint("payment_fen > 0", name="payment_positive"),
        CheckConstraint("method IN ('bank', 'wechat', 'alipay', 'cash')", name="method_known"),
        Index("ix_payments_party_id", "party_id", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"))
    payment_fen: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(10))
    payment_reference: Mapped[str] = mapped_column(String(80), comment="the bank's or wallet's own number")
    journal_id: Mapped[UUID] = mapped_column(reference("ledger_journals.id"))
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_on: Mapped[date]
    account_id: Mapped[UUID] = mapped_column(comment="who took it")


class ReceivedReference(Base):
    """A number of incoming money and the journal that books it: payments, wallets and deals take from one list."""

    __tablename__ = "received_references"
    __table_args__ = (CheckConstraint("reference <> ''", name="named"),)

    method: Mapped[str] = mapped_column(String(10), primary_key=True)
    reference: Mapped[str] = mapped_column(String(80), primary_key=True, comment="the bank's or wallet's own number")
    journal_id: Mapped[UUID] = mapped_column(comment="what booked the money")


class InvoiceSettlement(Evidence, Base):
    """A journal that credits the owner's fee accounts settled this much of an invoice."""

    looked_for_fresh = True
    __tablename__ = "invoice_settlements"
    __table_args__ = (
        UniqueConstraint("invoice_id", "journal_id", name="uq_invoice_settlements_invoice_id_journal_id"),
        CheckConstraint("storage_fen >= 0 AND handling_fen >= 0", name="not_negative"),
        Index("ix_invoice_settlements_journal_id", "journal_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
    journal_id: Mapped[UUID] = mapped_column(reference("ledger_journals.id"))
    storage_fen: Mapped[int] = mapped_column(BigInteger)
    handling_fen: Mapped[int] = mapped_column(BigInteger)
    settled_at: Mapped[datetime] = mapped_column(Instant)
