"""Deliveries and weighings: what arrives, on which truck, and what it weighs."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import lots, receipts
from wms.api.once import once
from wms.api.resource import Resource, query_of
from wms.api.witness import second_person
from wms.delivery.identity import actor
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.paging import Page
from wms.schemas import goods, paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day, Text

DELIVERIES = Resource("deliveries", "What came on one truck from one owner, from the gate to its lots.")
WEIGHINGS = Resource("weighings", "Weights taken: gross, tare, net, out. Typed ones need a second person's key.")
GATE_TOKENS = Resource("gate-tokens", "The numbers drivers wait with.")


class TokensQuery(Strict):
    """Whose tokens of which day."""

    site_id = fields.UUID(required=True)
    on = Day(required=True)


@DELIVERIES.page("/deliveries", goods.DELIVERY,
                 query=query_of("DeliveriesQuery", owner_id=fields.UUID(), state=Text(longest=20)))  # fmt: skip
def list_deliveries(session: Session, query: dict[str, Any]) -> Page[lots.Delivery]:
    """List the deliveries one may see, newest first."""
    states = (query.pop("state"),) if "state" in query else ()
    return lots.list_deliveries(session, actor(), states=states, **query)


@DELIVERIES.get("/deliveries/<uuid:delivery_id>", goods.DELIVERY, raises=(lots.get_visible_delivery,))
def get_delivery(session: Session, delivery_id: UUID) -> lots.Delivery:
    """Show one delivery."""
    return lots.get_visible_delivery(session, delivery_id, actor())


@DELIVERIES.get("/deliveries/<uuid:delivery_id>/weighings", paged(goods.WEIGHING), raises=(lots.get_visible_delivery,))
def weighings_of_delivery(session: Session, delivery_id: UUID) -> Page[lots.Weighing]:
    """List a delivery's weighings in the order taken, replaced ones too."""
    lots.get_visible_delivery(session, delivery_id, actor())
    return Page(lots.weighings_of(session, delivery_id=delivery_id, counting_only=False), None)


@DELIVERIES.get("/deliveries/<uuid:delivery_id>/lots", paged(goods.LOT), raises=(lots.get_visible_delivery,))
def lots_of_delivery(session: Session, delivery_id: UUID) -> Page[lots.Lot]:
    """List the lots a delivery became."""
    lots.get_visible_delivery(session, delivery_id, actor())
    return Page(lots.lots_of_delivery(session, delivery_id), None)


def _void(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> lots.Delivery:
    return lots.void_delivery(session, body["delivery_id"], body["reason"], by=by, at=at)


def _lose(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> lots.GateToken:
    return lots.lose_gate_token(session, body["token_id"], body["reason"], by=by, at=at)


def _weigh(session: Session, wanted: lots.WeighRequest, *, by: Actor, at: Moment) -> lots.Weighing:
    return lots.weigh(session, wanted, by=by, at=at, witness=second_person(session, at))


DELIVERIES.command("/deliveries", lots.open_delivery, goods.OPEN_DELIVERY, goods.DELIVERY, lots.OpenDelivery)
DELIVERIES.command(
    "/deliveries/<uuid:delivery_id>/void", lots.void_delivery, goods.ReasonBody, goods.DELIVERY, status=200,
    run=once("void_delivery", _void),
)  # fmt: skip
DELIVERIES.command(
    "/deliveries/<uuid:delivery_id>/intake", receipts.complete_intake, goods.COMPLETE_INTAKE, goods.INTAKE,
    receipts.CompleteIntake,
)  # fmt: skip
WEIGHINGS.command("/weighings", lots.weigh, goods.WEIGH, goods.WEIGHING, lots.WeighRequest, run=_weigh)


@WEIGHINGS.get("/weighings/<uuid:weighing_id>", goods.WEIGHING, needs=Permission.SEE_ALL, raises=(lots.get_weighing,))
def get_weighing(session: Session, weighing_id: UUID) -> lots.Weighing:
    """Show one weighing with the frame it was read from."""
    return lots.get_weighing(session, weighing_id)


GATE_TOKENS.command(
    "/gate-tokens", lots.issue_gate_token, goods.GATE_TOKEN_BODY, goods.GATE_TOKEN, lots.GateTokenRequest
)


GATE_TOKENS.command(
    "/gate-tokens/<uuid:token_id>/lose", lots.lose_gate_token, goods.ReasonBody, goods.GATE_TOKEN, status=200,
    run=once("lose_gate_token", _lose),
)  # fmt: skip


@GATE_TOKENS.get("/gate-tokens", paged(goods.GATE_TOKEN), query=TokensQuery, needs=Permission.TAKE_IN)
def list_gate_tokens(session: Session, query: dict[str, Any]) -> Page[lots.GateToken]:
    """List a day's tokens of a site in the order they were given out."""
    on: date = query["on"]
    return Page(lots.list_gate_tokens(session, query["site_id"], on), None)


RESOURCES = (DELIVERIES, WEIGHINGS, GATE_TOKENS)
