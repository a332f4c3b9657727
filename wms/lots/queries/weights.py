"""Captured weights and what was claimed of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session, aliased

from wms.lots.errors import WeighingNotFound
from wms.lots.rules.quantities import Tried
from wms.lots.rules.words import Purpose
from wms.lots.tables import Weighing, WeightRecord, WeightTime


@dataclass(frozen=True, slots=True)
class OutWeight:
    """What was weighed of a lot for an exit: platform net grams and units, and whether all of it by instruments."""

    grams: int
    units: int
    by_instrument: bool


def find_weight_record(session: Session, gateway: str, epoch: int, sequence: int) -> WeightRecord | None:
    """Return a weight record by the gateway's key, or None."""
    query = select(WeightRecord).where(
        WeightRecord.gateway == gateway, WeightRecord.epoch == epoch, WeightRecord.sequence == sequence
    )
    return session.scalar(query)


def untimed_weights(session: Session, gateway: str) -> list[WeightRecord]:
    """Return a gateway's records that a free clock stamped and whose true instant nobody has told yet."""
    query = (
        select(WeightRecord)
        .outerjoin(WeightTime, WeightTime.record_id == WeightRecord.id)
        .where(WeightRecord.gateway == gateway, WeightRecord.clock == "free", WeightTime.record_id.is_(None))
    )
    return list(session.scalars(query.order_by(WeightRecord.epoch, WeightRecord.sequence)))


def fresh_records(
    session: Session, gateway: str, instrument: str, *, since: datetime, limit: int = 20
) -> list[WeightRecord]:
    """Return the unclaimed records of an instrument taken since an instant, newest first.

    A record of a clock that was not set counts from when it was really taken; while nobody told that, its own stamp
    says nothing and it is left out.
    """
    taken_at = case((WeightRecord.clock == "free", WeightTime.taken_at), else_=WeightRecord.taken_at)
    claim = and_(
        Weighing.gateway == WeightRecord.gateway,
        Weighing.epoch == WeightRecord.epoch,
        Weighing.sequence == WeightRecord.sequence,
    )
    query = (
        select(WeightRecord)
        .outerjoin(Weighing, claim)
        .outerjoin(WeightTime, WeightTime.record_id == WeightRecord.id)
        .where(WeightRecord.gateway == gateway, WeightRecord.instrument == instrument)
        .where(taken_at >= since, Weighing.id.is_(None))
        .order_by(taken_at.desc(), WeightRecord.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def get_weighing(session: Session, weighing_id: UUID) -> Weighing:
    """Return a weighing. Raises WeighingNotFound."""
    found = session.get(Weighing, weighing_id)
    if found is None:
        raise WeighingNotFound
    return found


def weighings_of(
    session: Session, *, delivery_id: UUID | None = None, exit_id: UUID | None = None, counting_only: bool = True
) -> list[Weighing]:
    """Return the weighings of a delivery or an exit in the order taken, without those replaced unless asked."""
    query = select(Weighing)
    if delivery_id is not None:
        query = query.where(Weighing.delivery_id == delivery_id)
    if exit_id is not None:
        query = query.where(Weighing.exit_id == exit_id)
    if counting_only:
        later = aliased(Weighing)
        query = query.outerjoin(later, later.corrects_id == Weighing.id).where(later.id.is_(None))
    taken = (Weighing.taken_at, Weighing.epoch.nulls_last(), Weighing.sequence.nulls_last(), Weighing.recorded_at)
    return list(session.scalars(query.order_by(*taken, Weighing.id)))


def tried_crates(session: Session, delivery_id: UUID) -> Tried | None:
    """Return what the crates of a delivery that were tried on a platform weighed together; None if none were."""
    rows = [row for row in weighings_of(session, delivery_id=delivery_id) if row.purpose == Purpose.AVERAGE.value]
    return Tried(sum(row.units for row in rows), sum(row.net_grams for row in rows)) if rows else None


def weighed_out(session: Session, exit_id: UUID, lot_id: UUID) -> OutWeight:
    """Return what counts of an exit's weighings of a lot: zero grams while nothing was weighed."""
    rows = [
        row
        for row in weighings_of(session, exit_id=exit_id)
        if row.lot_id == lot_id and row.purpose == Purpose.OUT.value
    ]
    return OutWeight(
        grams=sum(row.net_grams for row in rows),
        units=sum(row.units for row in rows),
        by_instrument=all(not row.manual for row in rows),
    )
