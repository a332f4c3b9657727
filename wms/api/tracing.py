"""Traces: where goods came from and where they went, as far as the asker may see."""

from typing import Any

from sqlalchemy.orm import Session

from wms import insight
from wms.api.resource import Resource
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.schemas.bodies import Strict
from wms.schemas.fields import Text
from wms.schemas.tracing import EPCIS, TRACE

TRACES = Resource("traces", "The way of goods, both directions: orchard, truck, weights, rooms, air, hands, buyers.")


class TraceQuery(Strict):
    """What is printed on a label or a paper."""

    number = Text(required=True, longest=200)


@TRACES.get("/traces", TRACE, query=TraceQuery, raises=(insight.trace,))
def trace_goods(session: Session, query: dict[str, Any]) -> insight.Trace:
    """Trace what a number means: of a lot, unit, delivery, receipt, invoice or deal, as far as one may see."""
    return insight.trace(session, query["number"], by=actor(), at=now())


@TRACES.get("/traces/epcis", EPCIS, query=TraceQuery, raises=(insight.trace,))
def epcis_of_goods(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Give the trace of a number as an EPCIS 2.0 document in JSON-LD, with the GS1 keys of the settings alone."""
    found = insight.trace(session, query["number"], by=actor(), at=now())
    own, zone = house().config.gs1, house().config.site.timezone
    keys = insight.Keys(insight.site_of(session, found).id, zone, own.company_prefix, own.site_gln)
    return insight.epcis_document(found, insight.crates_of(session, found), keys, now().at)


RESOURCES = (TRACES,)
