"""Exits: ordered, charges named, cleared by what the books show, picked, weighed out, closed, and the pass printed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import billing, documents, facility, lending, lots, parties, pickup, settlement, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor
from wms.kernel.errors import WmsError
from wms.kernel.ids import derived_id
from wms.web.i18n import note
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.pickup_windows import window_options
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, queued, scales, today, weighing, words
from wms.web.terminal.workplace import blueprint, page

STEPS = (note("Order"), note("Charges"), note("Clear"), note("Pick"), note("Weigh out"), note("Close the exit"))
TRANSFER_STEPS = (note("Order"), note("Charges"), note("Clear"), note("Change the owner"))
STEP_OF = {"open": 1, "quoted": 2, "cleared": 3, "picking": 4, "weighed": 5, "closed": 6, "void": 0}


@dataclass(frozen=True, slots=True)
class ExitView:
    """Everything an exit's page shows."""

    order: billing.ExitOrder
    lot: lots.Lot
    owner: parties.Party
    quote: billing.ExitQuote | None
    due: settlement.ReleaseQuote | None
    pledged: bool
    consent: settlement.ReleaseApproval | None
    weighed: lots.OutWeight
    weighings: list[lots.Weighing]
    places: list[tuple[facility.Slot, int]]
    settlement: settlement.Settlement | None
    gate_pass: billing.GatePass | None
    loading: billing.Loading | None
    deal: trading.Deal | None
    buyer: parties.Party | None
    new_lot: lots.Lot | None
    scales: list[scales.Scale]
    receiver: parties.Party
    known: bool
    appointment: pickup.PickupAppointment | None
    windows: list[tuple[str, str]]


def view(session: Session, exit_id: UUID, by: Actor) -> ExitView:
    """Return what an exit's page shows. Raises ExitNotFound."""
    order = billing.get_exit_order(session, exit_id, by)
    deal = trading.get_deal(session, order.deal_id, by=by) if order.deal_id else None
    buyer_id = deal.buyer_id if deal else order.buyer_id
    closed = order.state == billing.ExitState.CLOSED
    paying = order.kind != billing.ExitKind.SALE and order.state in ("open", "quoted")
    return ExitView(
        order=order,
        lot=lots.get_lot(session, order.lot_id),
        owner=parties.get_party(session, order.party_id),
        quote=billing.quote_of(session, order),
        due=settlement.release_quote(session, order, now().on) if paying else None,
        pledged=lending.pledge_of_lot(session, order.lot_id) is not None,
        consent=settlement.approval_of(session, order.id, now().on),
        weighed=lots.weighed_out(session, order.id, order.lot_id),
        weighings=lots.weighings_of(session, exit_id=order.id),
        places=lots.places_of(session, order.lot_id),
        settlement=settlement.settlement_of_exit(session, order.id) if closed else None,
        gate_pass=billing.live_pass_of(session, order.id),
        loading=billing.loading_of_exit(session, order.id),
        deal=deal,
        buyer=parties.get_party(session, buyer_id) if buyer_id else None,
        new_lot=_new_lot(session, order) if closed else None,
        scales=scales.list_scales(session),
        receiver=pickup.receiver_of(session, order),
        known=pickup.may_fetch(session, order, now().on),
        appointment=pickup.appointment_of(session, order.id),
        windows=[] if closed else window_options(session, now().on),
    )


def _new_lot(session: Session, order: billing.ExitOrder) -> lots.Lot | None:
    """Return the lot a closed transfer made."""
    if order.kind != billing.ExitKind.TRANSFER:
        return None
    moves = [move for move in lots.moves_of(session, order.lot_id) if move.exit_id == order.id and move.other_lot_id]
    return lots.get_lot(session, moves[0].other_lot_id) if moves and moves[0].other_lot_id else None


@blueprint.get("/exits")
def exit_list() -> Any:
    """List the exits under way, and those closed last."""

    def gather(session: Session) -> tuple[list[Any], list[Any]]:
        by = actor()
        over = billing.list_exit_orders(session, by, states=(billing.ExitState.CLOSED,), limit=20).items
        going = billing.list_exit_orders(session, by, states=today.OPEN_EXITS, limit=100).items
        return [_line(session, row) for row in going], [_line(session, row) for row in over]

    going, over = read(gather)
    return page("exits", going=going, over=over, state_words=words.EXIT, next_words=words.EXIT_NEXT, kinds=words.KIND)


def _line(session: Session, row: billing.ExitOrder) -> tuple[billing.ExitOrder, lots.Lot, parties.Party]:
    return row, lots.get_lot(session, row.lot_id), parties.get_party(session, row.party_id)


@blueprint.route("/lots/<uuid:lot_id>/exit", methods=["GET", "POST"])
def order_exit(lot_id: UUID) -> Any:
    """Order an exit of a lot: for a deal, or the owner's own goods; the quantity is held at once."""
    if request.method == "GET":
        return _order_page(lot_id, None)

    def act() -> billing.ExitOrder:
        deal_id = uuid_of("deal") if request.form.get("deal") else None
        kind = billing.ExitKind.SALE if deal_id else billing.ExitKind.OWN
        wanted = billing.OpenExit(uuid_of("id"), lot_id, whole_of("units"), kind, text_of("collector", most=80),
                                  text_of("plate", most=20), deal_id)  # fmt: skip
        return write(lambda session: billing.open_exit_order(session, wanted, by=actor(), at=now()))

    order, error = attempt(act)
    if error or order is None:
        return _order_page(lot_id, error)
    return done(_("Exit ordered."), url_for("terminal.exit_page", exit_id=order.id))


def _order_page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[lots_pages.LotView, list[tuple[trading.Deal, parties.Party]], int]:
        shown = lots_pages.view(session, lot_id, actor())
        deals = [
            (deal, parties.get_party(session, deal.buyer_id))
            for deal in trading.deals_of_lot(session, lot_id, by=actor())
            if deal.state == trading.State.RELEASABLE
        ]
        return shown, deals, lots.free_units(session, shown.row, lots.HoldReason.EXIT)

    shown, deals, free = read(gather)
    typed = kept_input() if error else {}
    return page("order_exit", 409 if error else 200, v=shown, row=shown.row, deals=deals, free=free, typed=typed,
                error=said(error) if error else "", id=typed.get("id") or fresh_id())  # fmt: skip


@blueprint.get("/exits/<uuid:exit_id>")
def exit_page(exit_id: UUID) -> Any:
    """Show an exit with its next step."""
    return shown_page(exit_id, None)


def shown_page(exit_id: UUID, error: WmsError | None) -> tuple[str, int]:
    """Return an exit's page, with what was refused if something was."""
    shown = read(lambda session: view(session, exit_id, actor()))
    return page(
        "exit", 409 if error else 200, v=shown, order=shown.order, lot=shown.lot,
        steps=TRANSFER_STEPS if shown.order.kind == billing.ExitKind.TRANSFER else STEPS,
        step=STEP_OF[shown.order.state], scale=scales.chosen(shown.scales, scales.PLATFORM),
        error=said(error) if error else "", id=fresh_id(), state_words=words.EXIT, kinds=words.KIND,
        basis=words.BASIS,
        appointments=words.APPOINTMENT, clock_text=pickup.clock_text,
        here=url_for("terminal.exit_page", exit_id=exit_id), typed=kept_input() if error else {},
    )  # fmt: skip


def step(exit_id: UUID, act: Callable[[Session], Any], message: str) -> Any:
    """Run one step of an exit in one transaction and show the exit again."""
    error = attempt(lambda: write(act))[1]
    if error:
        return shown_page(exit_id, error)
    return done(message, url_for("terminal.exit_page", exit_id=exit_id))


@blueprint.post("/exits/<uuid:exit_id>/quote")
def quote(exit_id: UUID) -> Any:
    """Name the charges, good until midnight."""

    def act(session: Session) -> Any:
        return billing.quote_exit(session, billing.QuoteExit(uuid_of("id"), exit_id), by=actor(), at=now())

    return step(exit_id, act, _("Charges named, good until midnight."))


@blueprint.post("/exits/<uuid:exit_id>/clear")
def clear(exit_id: UUID) -> Any:
    """Clear: a sale from the buyer's money, own goods when paid or on approved credit. The books decide."""

    def act(session: Session) -> Any:
        order = billing.get_exit_order(session, exit_id, actor())
        if order.deal_id:
            return settlement.clear_sale(session, settlement.ClearSale(uuid_of("id"), exit_id), by=actor(), at=now())
        basis = billing.ClearBasis.CREDIT if request.form.get("basis") == "credit" else billing.ClearBasis.PAID
        return billing.clear_exit(session, billing.ClearExit(uuid_of("id"), exit_id, basis), by=actor(), at=now())

    return step(exit_id, act, _("Cleared: it may be picked."))


@blueprint.post("/exits/<uuid:exit_id>/pick")
def pick(exit_id: UUID) -> Any:
    """Say that the units stand at the dock."""

    def act(session: Session) -> Any:
        return billing.record_pick(session, billing.RecordPick(uuid_of("id"), exit_id), by=actor(), at=now())

    return step(exit_id, act, _("Picked: weigh it out."))


@blueprint.post("/exits/<uuid:exit_id>/weigh")
def weigh_exit(exit_id: UUID) -> Response:
    """Take what leaves from the capture the form cites; never queued: goods leave only with the server there."""
    order = read(lambda session: billing.get_exit_order(session, exit_id, actor()))
    subject = weighing.Subject(exit_id=exit_id, lot_id=order.lot_id)
    return queued.answer(
        lambda fields: weighing.take(fields, subject),
        url_for("terminal.exit_page", exit_id=exit_id),
        lambda error: make_response(*shown_page(exit_id, error)),
    )


@blueprint.post("/exits/<uuid:exit_id>/close")
def close(exit_id: UUID) -> Any:
    """Close: charges, money, stock, pledge, receipt and gate pass in one transaction; shows the pass, this once."""

    def act(session: Session) -> settlement.Closed:
        return settlement.close_exit(session, settlement.CloseExit(uuid_of("id"), exit_id), by=actor(), at=now())

    closed, error = attempt(lambda: write(act))
    if error or closed is None:
        return shown_page(exit_id, error)
    return pass_page(exit_id, billing.IssuedPass(closed.gate_pass, closed.code))


@blueprint.post("/exits/<uuid:exit_id>/void")
def void_exit(exit_id: UUID) -> Any:
    """Give an exit up, as long as nothing was billed."""

    def act(session: Session) -> Any:
        wanted = billing.VoidExit(uuid_of("id"), exit_id, text_of("reason"))
        return billing.void_exit(session, wanted, by=actor(), at=now())

    return step(exit_id, act, _("Exit given up; the goods are free again."))


def pass_page(exit_id: UUID, issued: billing.IssuedPass) -> Any:
    """Return the page of a gate pass with its code, if this is the once that it is said."""

    def facts(session: Session) -> tuple[billing.ExitOrder, parties.Party, billing.Loading | None]:
        order = billing.get_exit_order(session, exit_id, actor())
        return order, parties.get_party(session, order.party_id), billing.loading_of_exit(session, exit_id)

    order, owner, loading = read(facts)
    code = issued.code
    text, status = page("gate_pass", order=order, owner=owner, loading=loading, gate_pass=issued.gate_pass,
                        code=billing.printed_code(code) if code else "",
                        code_svg=Markup(documents.qr_svg(code)) if code else "")  # fmt: skip
    return make_response(text, status)


def fresh_pass(session: Session, exit_id: UUID, request_id: UUID) -> billing.IssuedPass:
    """Issue a pass whose code is still unknown to anybody, taking back the unused one before it.

    A repeat returns the pass without its code. Raises ExitStep, GatePassUsed and what issuing refuses.
    """
    before = billing.live_pass_of(session, exit_id)
    issue_id = derived_id(request_id, "issue")
    if before is not None and before.id != issue_id:
        void = billing.VoidGatePass(derived_id(request_id, "void"), before.id, "printed")
        billing.void_gate_pass(session, void, by=actor(), at=now())
    return billing.issue_gate_pass(session, billing.IssueGatePass(issue_id, exit_id), by=actor(), at=now())
