"""Work done on lots, and charges carried into them: what is not billed yet, and what an exit's invoices billed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from wms import lots
from wms.billing.queries.tariffs import stay_of
from wms.billing.rules.charges import Work
from wms.billing.rules.states import ChargeKind
from wms.billing.rules.tariffs import RATE_PLACES, WorkRate, Works
from wms.billing.tables import CarriedBill, CarriedCharge, Invoice, LotWork, WorkBill
from wms.kernel.asking import Question, ask


def works_of(session: Session, lot_id: UUID) -> list[LotWork]:
    """Return the work done on a lot, oldest first."""
    query = select(LotWork).where(LotWork.lot_id == lot_id).order_by(LotWork.done_at, LotWork.id)
    return list(session.scalars(query))


def work_rates_of(session: Session, lot: lots.Lot, on: date) -> tuple[WorkRate, ...]:
    """Return the price list of work a lot's tariff has on a day. Raises TariffMissing."""
    lines = stay_of(session, lot, on).tariff_on(on).lines
    return tuple(rate for line in lines if isinstance(line, Works) for rate in line.rates)


def unbilled_works(session: Session, lot_id: UUID) -> Sequence[LotWork]:
    """Return the work done on a lot that no invoice has billed and no sorting took along, oldest first."""
    return [row for (row,) in ask(session, works_asked(lot_id))]


def works_asked(lot_id: UUID) -> Question:
    """Return the question what work on a lot no invoice has billed and no sorting took along."""
    tables = (LotWork, WorkBill, CarriedCharge)
    return Question("unbilled works", (lots.Lot, lot_id), tables, _unbilled_works(), {"lot": lot_id})


@cache
def _unbilled_works() -> Select[LotWork]:
    billed = select(WorkBill.work_id)
    query = select(LotWork).where(
        LotWork.lot_id == bindparam("lot"), LotWork.id.not_in(billed), LotWork.id.not_in(_gone_on())
    )
    return query.order_by(LotWork.done_at, LotWork.id)


def unbilled_carried(session: Session, lot_id: UUID) -> Sequence[CarriedCharge]:
    """Return the charges carried into a lot that no invoice has billed and no sorting took further, oldest first."""
    return [row for row, is_open in _carried_into(session, lot_id) if is_open]


def counted_towards_minimum(session: Session, lot_id: UUID) -> int:
    """Return what emptied lots that were sorted into this one had been billed for storage, in fen."""
    return sum(row.counted_fen for row, _ in _carried_into(session, lot_id))


def hands_on(session: Session, lot_id: UUID) -> bool:
    """Tell whether a sorting emptied a lot and counted what it had paid towards the lots it became."""
    query = select(CarriedCharge.id).where(CarriedCharge.from_lot_id == lot_id, CarriedCharge.counted_fen > 0)
    return session.scalar(query.limit(1)) is not None


def _carried_into(session: Session, lot_id: UUID) -> Sequence[tuple[CarriedCharge, bool]]:
    """Return what was carried into a lot, oldest first, and whether it is still to be billed."""

    return [(row, bool(is_open)) for row, is_open in ask(session, carried_asked(lot_id))]


def carried_asked(lot_id: UUID) -> Question:
    """Return the question what was carried into a lot."""
    tables = (CarriedCharge, CarriedBill)
    return Question("carried into", (lots.Lot, lot_id), tables, _carried(), {"lot": lot_id})


@cache
def _carried() -> Select[CarriedCharge, bool]:
    billed = CarriedCharge.id.in_(select(CarriedBill.carried_id))
    query = select(CarriedCharge, ~(billed | CarriedCharge.id.in_(_gone_on())))
    query = query.where(CarriedCharge.to_lot_id == bindparam("lot"))
    return query.order_by(CarriedCharge.carried_at, CarriedCharge.id)


def _gone_on() -> Select[tuple[UUID]]:
    further = aliased(CarriedCharge)
    return select(further.source_id).where(further.source_id.is_not(None))  # type: ignore[return-value]


def works_to_bill(session: Session, lot_id: UUID) -> list[Work]:
    """Return the unbilled work on a lot and the charges carried into it, as the arithmetic takes them."""
    carried = [
        Work(row.line, row.version_id, row.carried_on, 0, row.grams, Decimal(0), row.carried_nanoyuan,
             ChargeKind(row.kind))
        for row in unbilled_carried(session, lot_id)
    ]  # fmt: skip
    return carried + [
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


def carried_billed_for_exit(session: Session, exit_id: UUID, kind: ChargeKind) -> int:
    """Return what of an exit's billed charges of a kind was carried into its lot, exact in nano-yuan."""
    query = (
        select(func.coalesce(func.sum(CarriedCharge.carried_nanoyuan), 0))
        .join(CarriedBill, CarriedBill.carried_id == CarriedCharge.id)
        .join(Invoice, Invoice.id == CarriedBill.invoice_id)
        .where(Invoice.exit_id == exit_id, CarriedCharge.kind == kind.value)
    )
    return int(session.scalar(query) or 0)
