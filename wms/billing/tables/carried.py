"""Charges that follow goods from sorted lots into the lots that came of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.kernel.columns import Base, Instant, reference
from wms.kernel.evidence import Evidence


class CarriedCharge(Evidence, Base):
    """What a lot owed and another now owes for it with its next exit: exact, and none of it billed before."""

    __tablename__ = "carried_charges"
    __table_args__ = (
        CheckConstraint("kind IN ('storage', 'handling')", name="kind_known"),
        CheckConstraint("from_lot_id <> to_lot_id", name="goes_elsewhere"),
        CheckConstraint("counted_fen >= 0 AND (counted_fen = 0 OR kind = 'storage')", name="counted_is_storage"),
        Index("ix_carried_charges_from", "from_lot_id"),
        Index("ix_carried_charges_to", "to_lot_id"),
        Index("ix_carried_charges_source", "source_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    regrade_id: Mapped[UUID] = mapped_column(reference("regrades.id"))
    from_lot_id: Mapped[UUID] = mapped_column(reference("lots.id"))
    to_lot_id: Mapped[UUID] = mapped_column(reference("lots.id"), comment="owes it with its next exit")
    kind: Mapped[str] = mapped_column(String(10), comment="storage or handling")
    line: Mapped[str] = mapped_column(String(40), comment="what it is for, as in an invoice's explanation")
    version_id: Mapped[UUID] = mapped_column(reference("tariff_versions.id"))
    grams: Mapped[int] = mapped_column(BigInteger, comment="entry weight it was charged on; 0: not by weight")
    carried_nanoyuan: Mapped[int] = mapped_column(
        BigInteger, comment="exact, 10^-9 yuan; negative where rounding had billed more"
    )
    source_id: Mapped[UUID | None] = mapped_column(comment="the work or carried charge that goes on here")
    counted_fen: Mapped[int] = mapped_column(
        BigInteger, comment="billed storage of an emptied lot, counted towards the new lot's minimum"
    )
    carried_on: Mapped[date]
    carried_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[UUID]


class CarriedBill(Evidence, Base):
    """Which invoice billed a carried charge; each is billed once. Append-only."""

    __tablename__ = "carried_bills"
    __table_args__ = (Index("ix_carried_bills_invoice_id", "invoice_id"),)

    carried_id: Mapped[UUID] = mapped_column(reference("carried_charges.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(reference("invoices.id"))
