"""Samples: loose fruit that left lots, and what came back."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import lots
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor
from wms.kernel.paging import Page
from wms.schemas import goods, paged

SAMPLES = Resource("samples", "Loose fruit taken of lots for laboratories, buyers and authorities.")


@SAMPLES.page("/samples", goods.SAMPLE, query=query_of("SamplesQuery", waiting=fields.Boolean()))
def list_samples(session: Session, query: dict[str, Any]) -> Page[lots.LotSample]:
    """List the samples of goods one may see, newest first; with `waiting` those without a result."""
    return lots.list_samples(session, actor(), **query)


@SAMPLES.get("/lots/<uuid:lot_id>/samples", paged(goods.SAMPLED), raises=(lots.get_visible_lot,))
def samples_of_lot(session: Session, lot_id: UUID) -> Page[lots.SampleRow]:
    """List what was taken of a lot, oldest first, each with its result once there is one."""
    return Page(lots.samples_of(session, lots.get_visible_lot(session, lot_id, actor()).id), None)


@SAMPLES.get("/lots/<uuid:lot_id>/sample-weighings", paged(goods.WEIGHING), raises=(lots.get_visible_lot,))
def sample_weighings_of_lot(session: Session, lot_id: UUID) -> Page[lots.Weighing]:
    """List the weighings of a lot's loose fruit that no sample has used, in the order taken."""
    return Page(lots.sample_weighings(session, lots.get_visible_lot(session, lot_id, actor()).id), None)


SAMPLES.command("/lots/<uuid:lot_id>/samples", lots.take_sample, goods.TAKE_SAMPLE, goods.SAMPLE, lots.TakeSample)
SAMPLES.command("/samples/<uuid:sample_id>/result", lots.record_sample_result, goods.SAMPLE_RESULT_BODY,
                goods.SAMPLE_RESULT, lots.RecordSampleResult)  # fmt: skip

RESOURCES = (SAMPLES,)
