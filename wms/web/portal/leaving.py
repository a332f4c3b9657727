"""Taking one's own goods home: the exit order, and what must be paid before the gate opens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, lots, pickup, settlement
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.web import goods
from wms.web.pages import attempt, done, fresh_id, said, text_of, uuid_of, whole_of
from wms.web.pickup_windows import book_or_move, window_options
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


@blueprint.post("/exits/<uuid:exit_id>/appointment")
def book(exit_id: UUID) -> Any:
    """Book a window for the truck, or move to another."""
    error = attempt(lambda: book_or_move(exit_id))[1]
    return _back(exit_id, error, _("The dock expects your truck."))


@blueprint.post("/exits/<uuid:exit_id>/appointment/cancel")
def cancel(exit_id: UUID) -> Any:
    """Give the window back."""

    def work() -> pickup.PickupAppointment:
        wanted = pickup.EndPickup(uuid_of("id"), uuid_of("appointment"))
        return write(lambda session: pickup.cancel_pickup(session, wanted, by=actor(), at=now()))

    error = attempt(work)[1]
    return _back(exit_id, error, _("Given back. The window is free for others."))


def _back(exit_id: UUID, error: WmsError | None, message: str) -> Any:
    if error is not None:
        return _exit_page(exit_id, status_of(error), error=said(error))
    return done(message, url_for("portal.leaving", exit_id=exit_id))


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


@dataclass(frozen=True, slots=True)
class _Leaving:
    order: billing.ExitOrder
    row: lots.Lot
    quote: settlement.ReleaseQuote | None
    bills: list[billing.Invoice]
    appointment: pickup.PickupAppointment | None
    windows: list[tuple[str, str]]


def _facts(session: Session, exit_id: UUID) -> _Leaving:
    order = billing.get_exit_order(session, exit_id, actor())
    due = order.kind != billing.ExitKind.SALE and order.state in GIVE_UP
    live = order.state not in ("closed", "void")
    return _Leaving(
        order=order,
        row=lots.get_lot(session, order.lot_id),
        quote=settlement.release_quote(session, order, now().on) if due else None,
        bills=billing.invoices_of(session, order.id),
        appointment=pickup.appointment_of(session, order.id),
        windows=window_options(session, now().on) if live else [],
    )


def _exit_page(exit_id: UUID, status: int = 200, **values: Any) -> Any:
    v = read(lambda session: _facts(session, exit_id))
    at_step = STEPS.index(v.order.state) if v.order.state in STEPS else 0
    return page("leaving", status, order=v.order, row=v.row, quote=v.quote, goods=goods, at_step=at_step, bills=v.bills,
                appointment=v.appointment, windows=v.windows, clock_text=pickup.clock_text,
                may_void=v.order.state in GIVE_UP, fresh=fresh_id(), **values)  # fmt: skip
