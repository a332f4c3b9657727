"""Traces: where goods came from and where they went, as far as the asker may see."""

from typing import Any

from sqlalchemy.orm import Session

from wms import insight
from wms.api.resource import Resource
from wms.delivery.identity import actor, now
from wms.schemas.bodies import Strict
from wms.schemas.fields import Text
from wms.schemas.tracing import TRACE

TRACES = Resource("traces", "The way of goods, both directions: orchard, truck, weights, rooms, air, hands, buyers.")


class TraceQuery(Strict):
    """What is printed on a label or a paper."""

    number = Text(required=True, longest=200)


@TRACES.get("/traces", TRACE, query=TraceQuery, raises=(insight.trace,))
def trace_goods(session: Session, query: dict[str, Any]) -> insight.Trace:
    """Trace what a number means: of a lot, unit, delivery, receipt, invoice or deal, as far as one may see."""
    return insight.trace(session, query["number"], by=actor(), at=now())


RESOURCES = (TRACES,)
