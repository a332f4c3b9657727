"""Work done on goods in store, written down where it is done, and the invoice that billed it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class LotWork(Evidence, Base):
    """A piece of work on a lot at the price of its day: sorting, repacking, night loading. Append-only."""

    __tablename__ = "lot_works"
    __table_args__ = (
        CheckConstraint("units >= 1 AND grams >= 0", name="units_positive"),
        CheckConstraint("rate_micro >= 0 AND work_nanoyuan >= 0", name="rate_not_negative"),
        CheckConstraint("per IN ('kg', 'unit', 'job')", name="per_known"),
        Index("ix_lot_works_lot_id", "lot_id", "done_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    party_id: Mapped[UUID] = mapped_column(reference("parties.id"), comment="the owner of the day, who owes it")
    work: Mapped[str] = mapped_column(String(40), comment="which work of the tariff's price list")
    version_id: Mapped[UUID] = mapped_column(reference("tariff_versions.id"))
    per: Mapped[str] = mapped_column(String(4), comment="counted by kg, unit or job")
    rate_micro: Mapped[int] = mapped_column(BigInteger, comment="10^-6 yuan per kg, unit or job")
    units: Mapped[int] = mapped_column(comment="units worked on")
    grams: Mapped[int] = mapped_column(BigInteger, comment="their entry weight")
    work_nanoyuan: Mapped[int] = mapped_column(BigInteger, comment="exact, 10^-9 yuan")
    note: Mapped[str] = mapped_column(String(200))
    done_on: Mapped[date]
    done_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID] = mapped_column(comment="who wrote it down")


class WorkBill(Evidence, Base):
    """Which invoice billed a piece of work; each is billed once. Append-only."""

    __tablename__ = "work_bills"
    __table_args__ = (Index("ix_work_bills_invoice_id", "invoice_id"),)

    work_id: Mapped[UUID] = mapped_column(reference("lot_works.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
