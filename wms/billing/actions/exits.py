"""An exit order's way: opened, quoted, cleared by what the books show, picked, weighed, closed or given up."""

from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots, parties
from wms.billing.actions.loadings import require_no_list, require_truck_checked
from wms.billing.actions.steps import (
    audited,
    enter,
    give_up,
    lock_order,
    next_state,
    require_covered,
    require_fresh_quote,
)
from wms.billing.errors import (
    ChargesOpen,
    CollectorMissing,
    ExitIsTransfer,
    ExitKindInvalid,
    ExitStep,
    NotTakenOut,
    NotWeighedOut,
    TransferPartyInvalid,
    UnitsInvalid,
    UnitsNotSold,
    WeighingForeign,
)
from wms.billing.queries.books import billed_of_exit, open_charges_of_exit
from wms.billing.queries.charges import charges_of
from wms.billing.queries.exits import units_on_the_way
from wms.billing.queries.stock import units_taken_out
from wms.billing.rules.gate import normal_plate
from wms.billing.rules.requests import (
    AttachWeighing,
    ClearExit,
    CloseExit,
    CloseTransfer,
    OpenExit,
    QuoteExit,
    RecordPick,
    VoidExit,
)
from wms.billing.rules.states import ClearBasis, ExitEvent, ExitKind, ExitState
from wms.billing.tables import CreditRequest, ExitOrder, ExitQuote
from wms.kernel import idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.canonical import plain
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id


def open_exit_order(session: Session, request: OpenExit, *, by: Actor, at: Moment) -> ExitOrder:
    """Hold units of a lot for leaving and open the order; an order for a sale stands on the deal's own hold.

    A transfer of title takes only units nothing else is held on. Locks the lot. A repeat returns the first order.
    Raises Forbidden, LotNotFound, UnitsInvalid, ExitKindInvalid, CollectorMissing, UnitsNotSold, PartyNotFound,
    TransferPartyInvalid, what lots.place_hold refuses, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "billing.open_exit_order", request, by=by, at=at):
        return session.get_one(ExitOrder, request.id)
    if request.units < 1:
        raise UnitsInvalid(units=request.units)
    if (request.kind == ExitKind.SALE) != (request.deal_id is not None):
        raise ExitKindInvalid
    (lot,) = lots.lock_lots(session, [request.lot_id])
    if not by.sees(lot.owner_id):
        raise lots.LotNotFound
    collector, plate = _collects(session, request, lot)
    order = ExitOrder(
        id=request.id,
        lot_id=lot.id,
        party_id=lot.owner_id,
        kind=request.kind.value,
        deal_id=request.deal_id,
        buyer_id=request.buyer_id,
        units=request.units,
        collector_name=collector,
        plate=plate,
        state=ExitState.OPEN.value,
        hold_id=_held(session, request, by=by, at=at),
        opened_at=at.at,
        opened_by_account_id=by.account_id,
    )
    session.add(order)
    audited(session, "open_exit_order", order, by=by, at=at, units=order.units, kind=order.kind)
    return order


def quote_exit(session: Session, request: QuoteExit, *, by: Actor, at: Moment) -> ExitQuote:
    """Name the charges of an exit, good until midnight; before picking, a clearance for other charges falls.

    Locks lot and order. A repeat returns the first quote.
    Raises Forbidden, ExitNotFound, ExitStep, TariffMissing, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "billing.quote_exit", request, by=by, at=at):
        return session.get_one(ExitQuote, request.id)
    order = lock_order(session, request.exit_id, by)
    state = next_state(order, ExitEvent.QUOTE)
    found = charges_of(session, order.lot_id, units=order.units, on=at.on, exit_id=order.id)
    open_fen = open_charges_of_exit(session, order.id).total_fen
    quote = ExitQuote(
        id=request.id,
        exit_id=order.id,
        quoted_on=at.on,
        quoted_at=at.at,
        units=order.units,
        entry_grams=found.grams,
        storage_fen=found.storage_fen,
        handling_fen=found.handling_fen,
        billed_fen=billed_of_exit(session, order.id),
        open_fen=open_fen,
        lines=[plain(line) for line in found.lines],
    )
    append(session, quote)
    order.quote_id, order.quoted_on = quote.id, at.on
    enter(order, state)
    audited(session, "quote_exit", order, by=by, at=at, to_pay_fen=quote.to_pay_fen)
    return quote


def clear_exit(session: Session, request: ClearExit, *, by: Actor, at: Moment) -> ExitOrder:
    """Clear a quoted exit for picking, if the books show its charges paid, money held to net them, or credit given.

    Nothing in the request can say "paid": it only names where to look. Locks lot and order. A repeat returns the order.
    Raises Forbidden, ExitNotFound, ExitStep, QuoteExpired, ChargesOpen, MoneyHeldShort, CreditMissing, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "billing.clear_exit", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    state = next_state(order, ExitEvent.CLEAR)
    require_fresh_quote(order, at)
    require_covered(session, order, request, at)
    order.state, order.cleared_basis, order.cleared_at = state.value, request.basis.value, at.at
    audited(session, "clear_exit", order, by=by, at=at, basis=request.basis, hold_ids=request.hold_ids)
    return order


def record_pick(session: Session, request: RecordPick, *, by: Actor, at: Moment) -> ExitOrder:
    """Say that the units of a cleared exit stand at the dock, on the day of its quote. A repeat returns the order.

    One on a loading is picked by its list. Locks lot and order.
    Raises Forbidden, ExitNotFound, ExitIsTransfer, ExitOnLoading, ExitStep, QuoteExpired, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    if not idempotency.claim(session, request.id, "billing.record_pick", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    if order.kind == ExitKind.TRANSFER:
        raise ExitIsTransfer
    state = next_state(order, ExitEvent.PICK)
    require_no_list(session, order)
    require_fresh_quote(order, at)
    order.state, order.picked_at = state.value, at.at
    audited(session, "record_pick", order, by=by, at=at)
    return order


def attach_weighing(session: Session, request: AttachWeighing, *, by: Actor, at: Moment) -> ExitOrder:
    """Take what was weighed out for this exit (lots.weigh, purpose out) as its weight, platform load after load.

    The weight is what lots counts for the exit, corrections included; the exit is weighed once all its units are.
    Locks lot and order. A repeat returns the order.
    Raises Forbidden, ExitNotFound, ExitStep, WeighingNotFound, WeighingForeign, NotWeighedOut, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT)
    if not idempotency.claim(session, request.id, "billing.attach_weighing", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    state = next_state(order, ExitEvent.WEIGH)
    weighing = lots.get_weighing(session, request.weighing_id)
    if (weighing.exit_id, weighing.lot_id, weighing.purpose) != (order.id, order.lot_id, lots.Purpose.OUT.value):
        raise WeighingForeign(weighing_id=weighing.id)
    weighed = lots.weighed_out(session, order.id, order.lot_id)
    if weighed.grams <= 0:
        raise NotWeighedOut
    if weighed.units == order.units:
        order.state, order.out_grams = state.value, weighed.grams
    audited(session, "attach_weighing", order, by=by, at=at, units=weighed.units, out_grams=weighed.grams)
    return order


def close_exit_order(session: Session, request: CloseExit, *, by: Actor, at: Moment) -> ExitOrder:
    """Close a weighed exit whose goods the stock ledger shows as gone and whose charges the books show as covered.

    Called in the transaction that takes the goods out (lots.take_out) and settles the money. On a loading, its truck
    was checked. Locks lot and order. A repeat returns the order.
    Raises Forbidden, ExitNotFound, ExitStep, LoadNotChecked, NotTakenOut, ChargesOpen, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "billing.close_exit_order", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    state = next_state(order, ExitEvent.CLOSE)
    require_truck_checked(session, order)
    _close(session, order, state, request.entry_grams, request.out_grams, at=at)
    audited(session, "close_exit_order", order, by=by, at=at, entry_grams=order.entry_grams, out_grams=order.out_grams)
    return order


def close_transfer(session: Session, request: CloseTransfer, *, by: Actor, at: Moment) -> ExitOrder:
    """Close a cleared transfer whose goods the stock ledger shows as another's and whose charges the books cover.

    Called in the transaction that gives the goods their new owner (`settlement.transfer_title`). Locks lot and order. A
    repeat returns the order. Raises Forbidden, ExitNotFound, ExitStep, NotTakenOut, ChargesOpen, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    if not idempotency.claim(session, request.id, "billing.close_transfer", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    if order.kind != ExitKind.TRANSFER:
        raise ExitStep(state=order.state, event=ExitEvent.TRANSFER.value)
    _close(session, order, next_state(order, ExitEvent.TRANSFER), request.entry_grams, request.entry_grams, at=at)
    audited(session, "close_transfer", order, by=by, at=at, entry_grams=order.entry_grams, buyer_id=order.buyer_id)
    return order


def void_exit(session: Session, request: VoidExit, *, by: Actor, at: Moment) -> ExitOrder:
    """Give an exit up and its hold back, as long as nothing was billed. A repeat returns the order.

    Locks lot and order; a sale's hold stays with its deal.
    Raises Forbidden, ExitNotFound, ExitStep, ExitBilled, RequestIdReused.
    """
    by.must(Permission.ORDER_EXIT)
    if not idempotency.claim(session, request.id, "billing.void_exit", request, by=by, at=at):
        return session.get_one(ExitOrder, request.exit_id)
    order = lock_order(session, request.exit_id, by)
    give_up(session, order, request.reason, by=by, at=at)
    return order


def _close(
    session: Session, order: ExitOrder, state: ExitState, entry_grams: int, out_grams: int, *, at: Moment
) -> None:
    """Close a locked order that the stock ledger and the books bear out. Raises NotTakenOut, ChargesOpen."""
    taken = units_taken_out(session, order.id, order.lot_id)
    if taken != order.units:
        raise NotTakenOut(units_out=taken, units=order.units)
    open_fen = open_charges_of_exit(session, order.id).total_fen
    if order.invoiced_on != at.on or open_fen > _on_credit(session, order):
        raise ChargesOpen(open_fen=open_fen)
    order.state, order.closed_at, order.closed_on = state.value, at.at, at.on
    order.entry_grams, order.out_grams = entry_grams, out_grams


def _collects(session: Session, request: OpenExit, lot: lots.Lot) -> tuple[str, str]:
    """Return who collects on which truck; of a transfer, who gets the goods, by name and code."""
    if (request.kind == ExitKind.TRANSFER) != (request.buyer_id is not None) or request.buyer_id == lot.owner_id:
        raise TransferPartyInvalid
    if request.buyer_id is None:
        if not request.collector_name.strip() or not normal_plate(request.plate):
            raise CollectorMissing
        return request.collector_name, normal_plate(request.plate)
    buyer = parties.get_party(session, request.buyer_id)
    if buyer.kind in (parties.PartyKind.LENDER, parties.PartyKind.PLATFORM):
        raise TransferPartyInvalid
    if lot.quarantine_units:
        raise lots.LotQuarantined(lot=lot.code)
    free = lots.unheld_units(lot)
    if request.units > free:
        raise lots.NotEnoughUnits(lot=lot.code, units_free=free, units=request.units)
    return buyer.name[:80], buyer.code[:20]


def _on_credit(session: Session, order: ExitOrder) -> int:
    """Return what an exit may leave unpaid: the credit it was cleared on, which later days do not raise."""
    if order.cleared_basis != ClearBasis.CREDIT or order.credit_id is None:
        return 0
    return session.get_one(CreditRequest, order.credit_id).credit_fen


def _held(session: Session, request: OpenExit, *, by: Actor, at: Moment) -> UUID:
    """Return the hold the exit stands on: its own, or for a sale what is left of the deal's."""
    if request.kind != ExitKind.SALE:
        wanted = lots.PlaceHold(
            id=derived_id(request.id, "hold"),
            lot_id=request.lot_id,
            units=request.units,
            reason=lots.HoldReason.EXIT,
            subject_id=request.id,
        )
        return lots.place_hold(session, wanted, by=by, at=at).id
    most = 0
    for hold in lots.holds_of(session, request.lot_id, lots.HoldReason.SALE):
        if hold.subject_id == request.deal_id:
            left = hold.units_left - units_on_the_way(session, hold.id)
            if left >= request.units:
                return hold.id
            most = max(most, left)
    raise UnitsNotSold(units_left=most, units=request.units)
