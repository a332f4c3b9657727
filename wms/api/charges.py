"""Charges told: so far, day by day, what-if, what a tariff would change; work on goods; money for invoices; pools."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import billing, lots, settlement, trading
from wms.api import exits
from wms.api.resource import Resource
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.kernel.paging import Page
from wms.schemas import charges as paper
from wms.schemas import money, paged
from wms.schemas.bodies import Strict

CHARGES = Resource("charges", "What storage, handling and work cost: so far, day by day, what-if.")
LOT = "/lots/<uuid:lot_id>"
VISIBLE = (lots.get_visible_lot, billing.charges_of)


class EffectQuery(Strict):
    """On which day the lots would leave."""

    on = fields.Date()


@CHARGES.get(f"{LOT}/charges", paper.CHARGES, raises=VISIBLE)
def charges_of_lot(session: Session, lot_id: UUID) -> billing.Charges:
    """Show what is owed for what is still here of a lot if all of it left today, line by line."""
    row = lots.get_visible_lot(session, lot_id, actor())
    return billing.accrued_unbilled(session, row.id, now().on)


@CHARGES.get(f"{LOT}/charge-days", paged(paper.DAY_CHARGE), query=paper.DaysQuery, raises=VISIBLE)
def charge_days_of_lot(session: Session, query: dict[str, Any], lot_id: UUID) -> Page[billing.DayCharge]:
    """List what each day in store added for time, exact, and the fen charged so far."""
    row = lots.get_visible_lot(session, lot_id, actor())
    on = min(query.get("on") or now().on, now().on)
    return Page(billing.days_of(session, row.id, on, units=query.get("units")), None)


@CHARGES.get(f"{LOT}/works", paged(paper.WORK), raises=(lots.get_visible_lot,))
def works_of_lot(session: Session, lot_id: UUID) -> Page[billing.LotWork]:
    """List the work done on a lot, oldest first."""
    return Page(billing.works_of(session, lots.get_visible_lot(session, lot_id, actor()).id), None)


@CHARGES.get("/charges/quote", paper.QUOTE, query=paper.WhatIfQuery, raises=(billing.what_if, Forbidden))
def quote_charges(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Show what a stay would cost by the tariffs in force; for oneself, or for anybody by who sees all."""
    wanted = billing.WhatIf(**query)
    if not actor().may(Permission.SEE_ALL) and (wanted.party_id not in (None, actor().party_id) or wanted.version_id):
        raise Forbidden(permission=Permission.SEE_ALL.value)
    found, days = billing.what_if(session, wanted)
    return {"charges": found, "days": days}


@CHARGES.get(
    "/tariffs/<uuid:version_id>/effect", paged(paper.EFFECT), query=EffectQuery, needs=Permission.SEE_ALL,
    raises=(billing.preview_tariff,),
)  # fmt: skip
def effect_of_tariff(session: Session, query: dict[str, Any], version_id: UUID) -> Page[dict[str, Any]]:
    """List what approving a version now would change for twenty lots that are here."""
    found = billing.preview_tariff(session, version_id, at=now(), on=query.get("on"))
    rows = [{"lot_id": item.lot.id, "lot_code": item.lot.code, "on": item.on, "before_fen": item.before.total_fen,
             "after_fen": item.after.total_fen, "change_fen": item.change_fen, "locked": item.locked}
            for item in found]  # fmt: skip
    return Page(rows, None)


@CHARGES.get("/open-invoices", paged(paper.OPEN_INVOICE))
def list_open_invoices(session: Session) -> Page[dict[str, Any]]:
    """List the invoices something is open on, oldest first: one's own, or everybody's for who sees all."""
    party_id = None if actor().may(Permission.SEE_ALL) else actor().party_id or actor().account_id
    rows = [{"invoice_id": item.invoice.id, "name": item.invoice.name, "party_id": item.invoice.party_id,
             "invoiced_on": item.invoice.invoiced_on, "open_fen": item.open.total_fen,
             "age_days": item.age(now().on)} for item in billing.open_invoices(session, party_id)]  # fmt: skip
    return Page(rows, None)


def _close_pool(session: Session, request: settlement.ClosePool, *, by: Actor, at: Moment) -> dict[str, Any]:
    closed = settlement.close_pool(session, request, by=by, at=at)
    return {"settlements": [exits.shown_closed(session, each) for each in closed]}


def _pooled(session: Session, request: trading.PooledPayment, *, by: Actor, at: Moment) -> dict[str, Any]:
    return {"deal_ids": [deal.id for deal in trading.receive_pooled_payment(session, request, by=by, at=at)]}


CHARGES.command(f"{LOT}/works", billing.record_work, paper.RECORD_WORK, paper.WORK, billing.RecordWork)
CHARGES.command(
    "/parties/<uuid:party_id>/payments", billing.receive_payment, paper.RECEIVE, money.PAYMENT, billing.ReceivePayment
)
CHARGES.command(
    "/deals/pooled-payments", trading.receive_pooled_payment, paper.POOLED_PAYMENT, paper.POOLED,
    trading.PooledPayment, run=_pooled,
)  # fmt: skip
CHARGES.command(
    "/settlements/pools", settlement.close_pool, paper.CLOSE_POOL, paper.POOL, settlement.ClosePool, run=_close_pool,
    secret=True,
)  # fmt: skip
RESOURCES = (CHARGES,)
