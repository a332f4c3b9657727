"""Work done on lots: what is not billed yet, and what an exit's invoices billed."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.billing.rules.charges import Work
from wms.billing.rules.tariffs import RATE_PLACES
from wms.billing.tables import Invoice, LotWork, WorkBill


def works_of(session: Session, lot_id: UUID) -> list[LotWork]:
    """Return the work done on a lot, oldest first."""
    query = select(LotWork).where(LotWork.lot_id == lot_id).order_by(LotWork.done_at, LotWork.id)
    return list(session.scalars(query))


def unbilled_works(session: Session, lot_id: UUID) -> Sequence[LotWork]:
    """Return the work done on a lot that no invoice has billed, oldest first."""
    billed = select(WorkBill.work_id)
    query = select(LotWork).where(LotWork.lot_id == lot_id, LotWork.id.not_in(billed))
    return session.scalars(query.order_by(LotWork.done_at, LotWork.id)).all()


def works_to_bill(session: Session, lot_id: UUID) -> list[Work]:
    """Return the unbilled work on a lot as the arithmetic takes it."""
    return [
        Work(
            row.work, row.version_id, row.done_on, row.units, row.grams,
            Decimal(row.rate_micro).scaleb(-RATE_PLACES), row.work_nanoyuan,
        )
        for row in unbilled_works(session, lot_id)
    ]  # fmt: skip


def works_billed_for_exit(session: Session, exit_id: UUID) -> int:
    """Return what of an exit's billed handling was work, exact in nano-yuan."""
    query = (
        select(func.coalesce(func.sum(LotWork.work_nanoyuan), 0))
        .join(WorkBill, WorkBill.work_id == LotWork.id)
        .join(Invoice, Invoice.id == WorkBill.invoice_id)
        .where(Invoice.exit_id == exit_id)
    )
    return int(session.scalar(query) or 0)
