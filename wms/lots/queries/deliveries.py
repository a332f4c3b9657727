"""Trucks, tokens and the settings of a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page
from wms.lots.errors import DeliveryNotFound
from wms.lots.rules.policy import LotPolicy, policy_from
from wms.lots.tables import Delivery, GateToken, LotPolicyRow


def policy_on(session: Session, on: date) -> LotPolicy:
    """Return the room's settings in force on a day; the defaults before any were set."""
    query = (
        select(LotPolicyRow)
        .where(LotPolicyRow.effective_on <= on)
        .order_by(LotPolicyRow.effective_on.desc(), LotPolicyRow.set_at.desc(), LotPolicyRow.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    return LotPolicy() if row is None else policy_from(row.terms)


def find_delivery(session: Session, delivery_id: UUID) -> Delivery | None:
    """Return a delivery or None."""
    return session.get(Delivery, delivery_id)


def get_visible_delivery(session: Session, delivery_id: UUID, by: Actor) -> Delivery:
    """Return a delivery whose owner `by` may see. Raises DeliveryNotFound."""
    found = session.get(Delivery, delivery_id)
    if found is None or not by.sees(found.owner_id):
        raise DeliveryNotFound
    return found


def lock_delivery(session: Session, delivery_id: UUID, by: Actor) -> Delivery:
    """Return a visible delivery, locked until the transaction ends and read afresh. Raises DeliveryNotFound."""
    query = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or not by.sees(found.owner_id):
        raise DeliveryNotFound
    return found


def list_deliveries(
    session: Session,
    by: Actor,
    *,
    states: tuple[str, ...] = (),
    owner_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Delivery]:
    """Return a page of the deliveries `by` may see, newest first; all states unless some are named."""
    query = _seen(select(Delivery), by)
    if states:
        query = query.where(Delivery.state.in_(states))
    if owner_id is not None:
        query = query.where(Delivery.owner_id == owner_id)
    return page(session, query, [Delivery.arrived_on, Delivery.id], cursor=cursor, limit=limit, descending=True)


def list_gate_tokens(session: Session, site_id: UUID, on: date) -> list[GateToken]:
    """Return a day's tokens of a site in the order they were given out."""
    query = select(GateToken).where(GateToken.site_id == site_id, GateToken.issued_on == on)
    return list(session.scalars(query.order_by(GateToken.number)))


def net_grams_of_delivery(delivery: Delivery) -> int | None:
    """Return the net weight: platform weighings if there are any, else gross less tare; None while unknown.

    A truck's net still contains the crates.
    """
    if delivery.platform_units:
        return delivery.platform_grams
    if delivery.gross_grams is None or delivery.tare_grams is None:
        return None
    return delivery.gross_grams - delivery.tare_grams


def _seen(query: Select[Delivery], by: Actor) -> Select[Delivery]:
    if by.may(Permission.SEE_ALL):
        return query
    return query.where(Delivery.owner_id == by.party_id if by.party_id is not None else false())
