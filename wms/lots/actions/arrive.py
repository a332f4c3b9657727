"""Trucks: token, arrival, the end of a delivery."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import facility, parties
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.lots.actions.numbering import next_code, next_numbers
from wms.lots.errors import (
    DeliveryNotFound,
    DeliveryNotOpen,
    DeliveryNotShared,
    DeliveryNotWeighed,
    TokenNotFound,
    TokenNotWaiting,
)
from wms.lots.queries.deliveries import lock_delivery, net_grams_of_delivery
from wms.lots.rules.requests import GateTokenRequest, OpenDelivery
from wms.lots.rules.words import DeliveryState, TokenState
from wms.lots.tables import Delivery, GateToken, Lot

OPEN = (DeliveryState.ARRIVED.value, DeliveryState.GROSS_WEIGHED.value, DeliveryState.WEIGHED.value)


def issue_gate_token(session: Session, request: GateTokenRequest, *, by: Actor, at: Moment) -> GateToken:
    """Give a driver the next number of the day; a repeat returns the first token.

    Raises Forbidden, SiteNotFound, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "lots.issue_gate_token", asdict(request), by=by, at=at):
        return session.get_one(GateToken, request.id)
    facility.get_site(session, request.site_id)
    token = _new_token(session, request.id, request.site_id, request.plate, at)
    audit.record(session, "lots.issue_gate_token", ("gate_token", token.id), by=by, at=at, number=token.number)
    return token


def lose_gate_token(session: Session, token_id: UUID, reason: str, *, by: Actor, at: Moment) -> GateToken:
    """Record that a waiting token was lost or its driver left; its number is never given out again.

    Losing a lost token again changes nothing. Raises Forbidden, TokenNotFound, TokenNotWaiting.
    """
    by.must(Permission.TAKE_IN)
    token = _lock_token(session, token_id)
    if token.state == TokenState.LOST:
        return token
    _require_waiting(token)
    token.state, token.lost_reason = TokenState.LOST.value, reason
    session.flush()
    audit.record(session, "lots.lose_gate_token", ("gate_token", token.id), by=by, at=at, reason=reason)
    return token


def open_delivery(session: Session, request: OpenDelivery, *, by: Actor, at: Moment) -> Delivery:
    """Open a delivery for one truck of one owner; it uses the driver's token, or a new one.

    Locks the token and the day's numbers. A repeat returns the first delivery.
    Raises Forbidden, SiteNotFound, PartyNotFound, TokenNotFound, TokenNotWaiting, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "lots.open_delivery", asdict(request), by=by, at=at):
        return session.get_one(Delivery, request.id)
    facility.get_site(session, request.site_id)
    owner = parties.get_party(session, request.owner_id)
    if not by.sees(owner.id):
        raise DeliveryNotFound
    token = _token_for(session, request, at)
    delivery = Delivery(
        id=request.id,
        code=next_code(session, request.site_id, "delivery", "D", at.on),
        site_id=request.site_id,
        owner_id=owner.id,
        plate=request.plate,
        driver=request.driver,
        note=request.note,
        token_number=token.number,
        state=DeliveryState.ARRIVED.value,
        arrived_on=at.on,
        arrived_at=at.at,
        platform_grams=0,
        platform_units=0,
    )
    session.add(delivery)
    token.state, token.delivery_id = TokenState.USED.value, delivery.id
    session.flush()
    audit.record(session, "lots.open_delivery", ("delivery", delivery.id), by=by, at=at, code=delivery.code)
    return delivery


def complete_delivery(session: Session, delivery_id: UUID, *, by: Actor, at: Moment) -> Delivery:
    """Close a weighed delivery whose lots carry exactly its net weight; the intake's last step.

    Locks the delivery. Completing twice changes nothing.
    Raises Forbidden, DeliveryNotFound, DeliveryNotOpen, DeliveryNotWeighed, DeliveryNotShared.
    """
    by.must(Permission.TAKE_IN)
    delivery = lock_delivery(session, delivery_id, by)
    if delivery.state == DeliveryState.COMPLETED:
        return delivery
    net = require_weighed(delivery)
    shared = _shared_grams(session, delivery)
    if shared != net:
        raise DeliveryNotShared(shared_grams=shared, net_grams=net)
    delivery.state, delivery.completed_at = DeliveryState.COMPLETED.value, at.at
    session.flush()
    audit.record(session, "lots.complete_delivery", ("delivery", delivery.id), by=by, at=at, net_grams=net)
    return delivery


def void_delivery(session: Session, delivery_id: UUID, reason: str, *, by: Actor, at: Moment) -> Delivery:
    """Give up a delivery that was not completed; its weighings stay as evidence. Voiding twice changes nothing.

    Locks the delivery. Raises Forbidden, DeliveryNotFound, DeliveryNotOpen.
    """
    by.must(Permission.TAKE_IN)
    delivery = lock_delivery(session, delivery_id, by)
    if delivery.state == DeliveryState.VOID:
        return delivery
    require_open(delivery)
    if _shared_grams(session, delivery):
        raise DeliveryNotOpen(delivery=delivery.code, state=delivery.state)
    delivery.state, delivery.void_reason = DeliveryState.VOID.value, reason
    session.flush()
    audit.record(session, "lots.void_delivery", ("delivery", delivery.id), by=by, at=at, reason=reason)
    return delivery


def require_open(delivery: Delivery) -> None:
    """Raise DeliveryNotOpen unless more may be weighed and made of a delivery."""
    if delivery.state not in OPEN:
        raise DeliveryNotOpen(delivery=delivery.code, state=delivery.state)


def require_weighed(delivery: Delivery) -> int:
    """Return the net grams of an open delivery. Raises DeliveryNotOpen, DeliveryNotWeighed."""
    require_open(delivery)
    net = net_grams_of_delivery(delivery)
    if net is None:
        raise DeliveryNotWeighed(delivery=delivery.code)
    return net


def _shared_grams(session: Session, delivery: Delivery) -> int:
    """Sum what the lots took: on a truck's net the crates count too, on platforms they were taken off before."""
    crates = 0 if delivery.platform_units else Lot.entry_units * Lot.unit_tare_grams
    grams = func.sum(Lot.entry_grams + crates)
    made = select(grams).where(Lot.delivery_id == delivery.id, Lot.parent_id.is_(None))
    return int(session.scalar(made) or 0)


def _token_for(session: Session, request: OpenDelivery, at: Moment) -> GateToken:
    if request.token_id is None:
        return _new_token(session, request.id, request.site_id, request.plate, at)
    token = _lock_token(session, request.token_id)
    if token.site_id != request.site_id:
        raise TokenNotFound
    _require_waiting(token)
    return token


def _new_token(session: Session, token_id: UUID, site_id: UUID, plate: str, at: Moment) -> GateToken:
    token = GateToken(
        id=token_id,
        site_id=site_id,
        number=next_numbers(session, site_id, "token", at.on)[0],
        issued_on=at.on,
        issued_at=at.at,
        plate=plate,
        state=TokenState.WAITING.value,
    )
    session.add(token)
    return token


def _lock_token(session: Session, token_id: UUID) -> GateToken:
    token = session.get(GateToken, token_id, with_for_update=True, populate_existing=True)
    if token is None:
        raise TokenNotFound
    return token


def _require_waiting(token: GateToken) -> None:
    if token.state != TokenState.WAITING:
        raise TokenNotWaiting(number=token.number, state=token.state)
