"""Samples taken of lots, and what came back of them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session, aliased

from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page
from wms.lots.errors.samples import SampleNotFound
from wms.lots.rules.words import Purpose
from wms.lots.tables import LotSample, SampleResult, Weighing


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample, with its result once there is one."""

    sample: LotSample
    result: SampleResult | None


def get_sample(session: Session, sample_id: UUID, by: Actor) -> LotSample:
    """Return a sample of goods `by` may see. Raises SampleNotFound."""
    found = session.get(LotSample, sample_id)
    if found is None or not by.sees(found.owner_id):
        raise SampleNotFound
    return found


def samples_of(session: Session, lot_id: UUID) -> list[SampleRow]:
    """Return what was taken of a lot, oldest first, with the results."""
    query = (
        select(LotSample, SampleResult)
        .outerjoin(SampleResult, SampleResult.sample_id == LotSample.id)
        .where(LotSample.lot_id == lot_id)
        .order_by(LotSample.taken_at, LotSample.id)
    )
    return [SampleRow(sample, result) for sample, result in session.execute(query)]


def sample_result_of(session: Session, sample_id: UUID) -> SampleResult | None:
    """Return what came back of a sample, None while nothing did."""
    return session.get(SampleResult, sample_id)


def list_samples(
    session: Session, by: Actor, *, waiting: bool = False, cursor: str | None = None, limit: int = 50
) -> Page[LotSample]:
    """Return a page of the samples `by` may see, newest first; only those without a result if asked."""
    query: Select[LotSample] = select(LotSample)
    if not by.may(Permission.SEE_ALL):
        query = query.where(LotSample.owner_id == by.party_id if by.party_id is not None else false())
    if waiting:
        query = query.where(LotSample.id.not_in(select(SampleResult.sample_id)))
    return page(session, query, [LotSample.taken_on, LotSample.id], cursor=cursor, limit=limit, descending=True)


def sampled_grams(session: Session, lot_id: UUID) -> int:
    """Return how many grams were taken of a lot as samples so far."""
    query = select(func.coalesce(func.sum(LotSample.grams), 0)).where(LotSample.lot_id == lot_id)
    return int(session.scalar(query) or 0)


def sample_weighings(session: Session, lot_id: UUID) -> list[Weighing]:
    """Return the weighings of a lot's fruit that no sample has used yet, in the order taken."""
    later = aliased(Weighing)
    query = (
        select(Weighing)
        .outerjoin(later, later.corrects_id == Weighing.id)
        .where(Weighing.purpose == Purpose.SAMPLE.value, Weighing.lot_id == lot_id, later.id.is_(None))
        .where(Weighing.id.not_in(select(LotSample.weighing_id)))
    )
    return list(session.scalars(query.order_by(Weighing.taken_at, Weighing.id)))
