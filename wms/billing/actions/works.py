"""Work on goods in store: written down by who does it, priced by the tariff of the day, billed at the next exit."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms import lots
from wms.billing.errors import UnitsInvalid, WorkNotPriced
from wms.billing.queries.tariffs import stay_of
from wms.billing.rules.charges import work_nanoyuan
from wms.billing.rules.requests import RecordWork
from wms.billing.rules.tariffs import rate_micro
from wms.billing.tables import LotWork
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def record_work(session: Session, request: RecordWork, *, by: Actor, at: Moment) -> LotWork:
    """Write down work done on units of a lot, at the price its tariff has for it today; billed with the next exit.

    Locks the lot. Posts nothing. A repeat returns the first row.
    Raises Forbidden, LotNotFound, UnitsInvalid, WorkNotPriced, TariffMissing, RequestIdReused.
    """
    by.must(Permission.MOVE_STOCK)
    if not idempotency.claim(session, request.id, "billing.record_work", asdict(request), by=by, at=at):
        return session.get_one(LotWork, request.id)
    (lot,) = lots.lock_lots(session, [request.lot_id])
    if not by.sees(lot.owner_id):
        raise lots.LotNotFound
    if not 1 <= request.units <= lot.units_on_hand:
        raise UnitsInvalid(units=request.units)
    tariff = stay_of(session, lot, at.on).tariff_on(at.on)
    rate = tariff.work_rate(request.work)
    if rate is None:
        raise WorkNotPriced(work=request.work)
    grams = lots.grams_of(lot, request.units)
    row = LotWork(
        id=request.id,
        lot_id=lot.id,
        party_id=lot.owner_id,
        work=rate.work,
        version_id=tariff.version_id,
        per=rate.per.value,
        rate_micro=rate_micro(rate.rate),
        units=request.units,
        grams=grams,
        work_nanoyuan=work_nanoyuan(rate, request.units, grams),
        note=request.note,
        done_on=at.on,
        done_at=at.at,
        account_id=by.account_id,
    )
    append(session, row)
    audit.record(session, "billing.record_work", ("lot", lot.id), by=by, at=at, work=row.work, units=row.units)
    return row
