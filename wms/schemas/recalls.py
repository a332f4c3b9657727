"""Recalls, on paper."""

from marshmallow import fields

from wms import insight
from wms.schemas.bodies import Strict, body
from wms.schemas.fields import Day, Text
from wms.schemas.tracing import DEPARTURE
from wms.schemas.views import shape, view

RECALL = view(
    "Recall", insight.RecallDrill,
    "id code kind reason started_at lots receivers units_on_hand grams_in grams_on_hand grams_out grams_loss "
    "grams_passed difference_grams",
    question=fields.Dict(),
)  # fmt: skip
AFFECTED = shape(
    "Affected",
    lots=fields.List(fields.Nested(view("AffectedLot", insight.AffectedLot, parents=fields.List(fields.String())))),
    places=fields.List(fields.Nested(view("FoundAt", insight.FoundAt))),
    departures=fields.List(fields.Nested(DEPARTURE)),
    balance=fields.Nested(view("RecallBalance", insight.Balance, difference=fields.Integer())),
)
RECALL_EVENT = view("RecallEvent", insight.RecallEvent, "id drill_id kind units happened_at", details=fields.Dict())


class QuestionBody(Strict):
    """What is suspected: exactly one of number, block and room_id."""

    number = Text(load_default="", longest=200)
    block = Text(load_default="", longest=80)
    room_id = fields.UUID(load_default=None, allow_none=True)
    from_on = Day(load_default=None, allow_none=True)
    until_on = Day(load_default=None, allow_none=True)
    onward = fields.Boolean(load_default=False)


class StartRecallBody(QuestionBody):
    """A question of the whole store, and why it is asked."""

    id = fields.UUID()
    kind = fields.Enum(insight.RecallKind, by_value=True, load_default=insight.RecallKind.DRILL)
    reason = Text(required=True, longest=200, shortest=1)


RECALL_STEP = body(insight.RecallStep, path=("recall_id",))
END_RECALL = body(insight.EndRecall, path=("recall_id",), note=Text(longest=500, load_default=""))
