"""The tax bureau's side of our invoices: names and codes, batches with every row, and the bureau's numbers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant
from wms.kernel.columns import reference as refer_to
from wms.kernel.evidence import Evidence


class EinvoiceItem(Evidence, Base):
    """What the tax bureau calls a kind of charge, from when it was set; the newest counts. Append-only."""

    __tablename__ = "einvoice_items"
    __table_args__ = (
        CheckConstraint("charge_kind IN ('storage', 'handling')", name="kind_known"),
        CheckConstraint("length(code) = 19", name="code_whole"),
        CheckConstraint("category <> '' AND name <> ''", name="named"),
        Index("ix_einvoice_items_kind", "charge_kind", "set_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    charge_kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(19), comment="tax classification code")
    category: Mapped[str] = mapped_column(String(40), comment="short name of the class, printed between stars")
    name: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class EinvoiceTitle(Evidence, Base):
    """To whom a party's e-invoices are made out; the newest counts, what is empty comes from the party. Append-only."""

    __tablename__ = "einvoice_titles"
    __table_args__ = (Index("ix_einvoice_titles_party", "party_id", "set_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    party_id: Mapped[UUID] = mapped_column(refer_to("parties.id"))
    is_person: Mapped[bool] = mapped_column(comment="a natural person, who needs no tax number")
    name: Mapped[str] = mapped_column(String(120))
    tax_number: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(30))
    bank: Mapped[str] = mapped_column(String(120))
    account_number: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class EinvoiceSeries(Base):
    """The last number given to a batch in a year; locked while the next is given."""

    __tablename__ = "einvoice_series"
    __table_args__ = (CheckConstraint("last_number >= 0", name="number_not_negative"),)

    series: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int]


class EinvoiceBatch(Evidence, Base):
    """Documents handed to the tax bureau together; the file follows from its rows. Append-only."""

    __tablename__ = "einvoice_batches"
    __table_args__ = (
        UniqueConstraint("series", "number", name="uq_einvoice_batches_number"),
        CheckConstraint("number >= 1 AND documents >= 1", name="not_empty"),
        CheckConstraint("from_on <= to_on", name="period_ordered"),
        CheckConstraint("gross_fen = net_fen + tax_fen", name="adds_up"),
        Index("ix_einvoice_batches_exported_at", "exported_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date] = mapped_column(comment="the last day counted")
    documents: Mapped[int]
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    gross_fen: Mapped[int] = mapped_column(BigInteger)
    seller_name: Mapped[str] = mapped_column(String(120))
    seller_tax_number: Mapped[str] = mapped_column(String(20))
    seller_address: Mapped[str] = mapped_column(String(120))
    seller_phone: Mapped[str] = mapped_column(String(30))
    seller_bank: Mapped[str] = mapped_column(String(120))
    seller_account_number: Mapped[str] = mapped_column(String(40))
    exported_on: Mapped[date]
    exported_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID] = mapped_column(comment="who made it")

    @property
    def name(self) -> str:
        """The number as printed."""
        return f"{self.series}-{self.number:04d}"


class EinvoiceRow(Evidence, Base):
    """One line of a batch's file, as it was when it was made. Append-only."""

    __tablename__ = "einvoice_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "document_id", "charge_kind", name="uq_einvoice_rows_line"),
        CheckConstraint("document_kind IN ('invoice', 'credit_note')", name="document_kind_known"),
        CheckConstraint("gross_fen = net_fen + tax_fen", name="adds_up"),
        CheckConstraint("document_kind = 'invoice' OR original_number <> ''", name="red_names_its_original"),
        Index("ix_einvoice_rows_document", "document_id"),
        Index("ix_einvoice_rows_name", "document"),
    )

    batch_id: Mapped[UUID] = mapped_column(refer_to("einvoice_batches.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(comment="invoice or credit note")
    document_kind: Mapped[str] = mapped_column(String(12))
    document: Mapped[str] = mapped_column(String(40), comment="our number as printed")
    document_on: Mapped[date]
    charge_kind: Mapped[str] = mapped_column(String(10))
    buyer_name: Mapped[str] = mapped_column(String(120))
    buyer_tax_number: Mapped[str] = mapped_column(String(20))
    buyer_is_person: Mapped[bool]
    buyer_address: Mapped[str] = mapped_column(String(120))
    buyer_phone: Mapped[str] = mapped_column(String(30))
    buyer_bank: Mapped[str] = mapped_column(String(120))
    buyer_account_number: Mapped[str] = mapped_column(String(40))
    item_name: Mapped[str] = mapped_column(String(110))
    item_code: Mapped[str] = mapped_column(String(19))
    unit: Mapped[str] = mapped_column(String(10))
    quantity_thousandths: Mapped[int | None] = mapped_column(BigInteger, comment="none on a red letter")
    price: Mapped[str] = mapped_column(String(40), comment="yuan before tax, exact decimal; empty on a red letter")
    net_fen: Mapped[int] = mapped_column(BigInteger)
    tax_permille: Mapped[int]
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    gross_fen: Mapped[int] = mapped_column(BigInteger)
    original: Mapped[str] = mapped_column(String(40), comment="our number of the invoice a red letter takes back")
    original_number: Mapped[str] = mapped_column(String(20), comment="the bureau's number of it")
    remark: Mapped[str] = mapped_column(String(230))


class EinvoiceDocument(Base):
    """In which batch a document stands now; none after its batch was withdrawn."""

    __tablename__ = "einvoice_documents"
    __table_args__ = (
        CheckConstraint("document_kind IN ('invoice', 'credit_note')", name="document_kind_known"),
        Index("ix_einvoice_documents_batch", "batch_id"),
    )

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_kind: Mapped[str] = mapped_column(String(12))
    batch_id: Mapped[UUID | None] = mapped_column(refer_to("einvoice_batches.id"))


class EinvoiceWithdrawal(Evidence, Base):
    """A batch taken back before the bureau issued anything of it. Append-only."""

    __tablename__ = "einvoice_withdrawals"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    batch_id: Mapped[UUID] = mapped_column(refer_to("einvoice_batches.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    withdrawn_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class EinvoiceNumber(Evidence, Base):
    """The tax bureau's number of a document of ours; one each, never changed. Append-only."""

    __tablename__ = "einvoice_numbers"
    __table_args__ = (
        UniqueConstraint("number", name="uq_einvoice_numbers_number"),
        CheckConstraint("length(number) = 20", name="number_whole"),
    )

    document_id: Mapped[UUID] = mapped_column(primary_key=True, comment="invoice or credit note")
    number: Mapped[str] = mapped_column(String(20))
    issued_on: Mapped[date | None] = mapped_column(comment="the bureau's day, where its file says one")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]
