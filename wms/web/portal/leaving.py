"""Taking one's own goods home: the exit order, and what must be paid before the gate opens."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, lots, settlement
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.web import goods
from wms.web.pages import attempt, done, fresh_id, said, text_of, uuid_of, whole_of
from wms.web.portal.workplace import blueprint, page, status_of
from wms.web.shell import say as _

STEPS = ("open", "cleared", "picking", "weighed", "closed")
GIVE_UP = ("open", "quoted")


@blueprint.get("/lots/<uuid:lot_id>/leave")
def leave(lot_id: UUID) -> Any:
    """Show the form of an own withdrawal."""
    return _leave_page(lot_id)


@blueprint.post("/lots/<uuid:lot_id>/leave")
def leave_send(lot_id: UUID) -> Any:
    """Order one's own goods out of the store."""
    made, error = attempt(lambda: write(lambda session: _order(session, lot_id)))
    if error is not None:
        return _leave_page(lot_id, status_of(error), error=said(error))
    assert made is not None
    return done(_("Ordered. Pay at the till, then the goods are picked."), url_for("portal.leaving", exit_id=made.id))


@blueprint.get("/exits/<uuid:exit_id>")
def leaving(exit_id: UUID) -> Any:
    """Show an exit order with what must be paid today."""
    return _exit_page(exit_id)


@blueprint.post("/exits/<uuid:exit_id>")
def leaving_void(exit_id: UUID) -> Any:
    """Give an exit up before anything was billed."""

    def void() -> billing.ExitOrder:
        wanted = billing.VoidExit(uuid_of("id"), exit_id, "the owner keeps the goods in store")
        return write(lambda session: billing.void_exit(session, wanted, by=actor(), at=now()))

    error = attempt(void)[1]
    if error is not None:
        return _exit_page(exit_id, status_of(error), error=said(error))
    return done(_("Given up. The goods stay in store."), url_for("portal.leaving", exit_id=exit_id))


def _order(session: Session, lot_id: UUID) -> billing.ExitOrder:
    wanted = billing.OpenExit(
        uuid_of("id"), lot_id, whole_of("units"), billing.ExitKind.OWN, text_of("collector"), text_of("plate", most=20)
    )
    return billing.open_exit_order(session, wanted, by=actor(), at=now())


def _leave_page(lot_id: UUID, status: int = 200, **values: Any) -> Any:
    def free(session: Session) -> tuple[lots.Lot, int]:
        row = lots.get_visible_lot(session, lot_id, actor())
        return row, lots.free_units(session, row, lots.HoldReason.EXIT)

    row, units = read(free)
    return page("leave", status, row=row, free=units, goods=goods, fresh=fresh_id(), **values)


def _exit_page(exit_id: UUID, status: int = 200, **values: Any) -> Any:
    def rows(
        session: Session,
    ) -> tuple[billing.ExitOrder, lots.Lot, settlement.ReleaseQuote | None, list[billing.Invoice]]:
        order = billing.get_exit_order(session, exit_id, actor())
        due = order.kind == billing.ExitKind.OWN and order.state in GIVE_UP
        quote = settlement.release_quote(session, order, now().on) if due else None
        return order, lots.get_lot(session, order.lot_id), quote, billing.invoices_of(session, order.id)

    order, row, quote, bills = read(rows)
    at_step = STEPS.index(order.state) if order.state in STEPS else 0
    return page("leaving", status, order=order, row=row, quote=quote, goods=goods, at_step=at_step,
                may_void=order.state in GIVE_UP, bills=bills, fresh=fresh_id(), **values)  # fmt: skip
