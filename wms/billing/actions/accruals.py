"""The day's charges, kept when the day is closed."""

from sqlalchemy.orm import Session

from wms.billing.queries.accruing import Owners, accrued_of_owners
from wms.billing.tables import DayAccrual
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append


def accrue_day(session: Session, batch: Owners, *, by: Actor, at: Moment) -> int:
    """Keep what the goods of some owners have run up by the day `at.on`, in fen, and return how many lots that were.

    Nothing is posted: income is booked when it is billed. The batch holds owners without an accrual for the day
    (`owners_to_accrue`). Raises Forbidden.
    """
    by.must(Permission.CLOSE_DAY)
    counted = 0
    for owner in accrued_of_owners(session, batch, at.on):
        row = DayAccrual(
            accrued_on=at.on, party_id=owner.party_id, site_id=owner.site_id, lots=owner.lots,
            unpriced_lots=owner.unpriced_lots, units=owner.units, grams=owner.grams, storage_fen=owner.storage_fen,
            handling_fen=owner.handling_fen,
        )  # fmt: skip
        append(session, row)
        counted += owner.lots
    return counted
