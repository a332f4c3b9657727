"""Traces, on paper: what a reader may see of the way of some goods."""

from marshmallow import fields

from wms import insight
from wms.schemas.views import shape, view

DEPARTURE = view("TracedDeparture", insight.Departure)
TRACE = shape(
    "Trace",
    number=fields.String(),
    sight=fields.String(metadata={"description": "store, owner or path: how much of it the reader sees"}),
    lots=fields.List(fields.Nested(view("TracedLot", insight.TracedLot, parents=fields.List(fields.String())))),
    arrivals=fields.List(fields.Nested(view("TracedArrival", insight.Arrival))),
    stays=fields.List(fields.Nested(view("TracedStay", insight.Stay))),
    departures=fields.List(fields.Nested(DEPARTURE)),
    steps=fields.List(fields.Nested(view("TracedStep", insight.Step))),
)
EPCIS = shape(
    "EpcisDocument",
    **{
        "@context": fields.Raw(metadata={"description": "EPCIS 2.0 and CBV master data"}),
        "type": fields.String(),
        "schemaVersion": fields.String(),
        "creationDate": fields.String(),
        "epcisBody": fields.Dict(metadata={"description": "eventList: Object, Aggregation and Transformation events"}),
    },
)
