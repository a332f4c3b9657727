"""Goods leave the store."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency, outbox
from wms.kernel.actor import Actor, Permission
from wms.kernel.asking import Question, ask
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.lots.actions.hold import consume
from wms.lots.actions.place import require_rooms_open
from wms.lots.actions.shrink import record_shrink
from wms.lots.actions.stock_ledger import Change, take_from, write_change
from wms.lots.errors import HoldNotOpen, HoldOfOtherLot, LotOnHold, LotQuarantined, NotEnoughUnits, RequestWrong
from wms.lots.queries.lots import grams_of, lock_visible_lot
from wms.lots.queries.places import places_of
from wms.lots.queries.shrink import curve_asked
from wms.lots.rules.holds import LEAVE_THROUGH
from wms.lots.rules.requests import Taken, TakeOut
from wms.lots.rules.words import HoldReason, MoveKind
from wms.lots.tables import Lot, LotHold, StagedUnits, StockMove

TAKEN_OUT_TOPIC = "lots.taken_out"
BUCKETS = ((HoldReason.SALE, HoldReason.EXIT), (HoldReason.PLEDGE,), (HoldReason.LIEN,))
_THROUGH = sorted(reason.value for reason in LEAVE_THROUGH)
MUST_STAY = (
    ("sale, exit", ("sale_units", "exit_units")),
    ("pledge", ("pledge_units",)),
    ("lien", ("lien_units",)),
    ("count", ("count_units",)),
)


def take_out(session: Session, request: TakeOut, *, by: Actor, at: Moment) -> Taken:
    """Take units of a lot out of the store with the weight they had, through the holds named; last step of an exit.

    The entry part E leaves, W was weighed: the stock ledger gets an exit of W and a loss of E − W (a gain is a negative
    loss), and a row says what of the loss is the owner's and what the store's. Each hold named gives way for at most
    `units`, pledge and lien beside sale and exit; whatever else is held must still be covered by what remains. Locks
    the lot and shares the rooms. Puts `lots.taken_out`. One exit takes out of one lot once: a repeat returns what was
    taken.
    Raises Forbidden, LotNotFound, LotQuarantined, NotEnoughUnits, LotOnHold, HoldOfOtherLot, HoldNotOpen, NotInSlot,
    RoomSealed, RequestWrong, RequestIdReused.
    """
    by.must(Permission.CLOSE_EXIT)
    request_id = taking_out(request.exit_id, request.lot_id)
    if not idempotency.claim(session, request_id, "lots.take_out", request, by=by, at=at):
        return _first(session, request_id)
    if request.units < 1 or request.out_grams < 1:
        raise RequestWrong(what="units, out_grams")
    lot = lock_visible_lot(session, request.lot_id, by)
    if lot.quarantine_units:
        raise LotQuarantined(lot=lot.code)
    if request.units > lot.units_on_hand:
        raise NotEnoughUnits(lot=lot.code, units_free=lot.units_on_hand, units=request.units)
    _leave_through(session, lot, request, by, at)
    _require_rest_covers(lot, lot.units_on_hand - request.units)
    chosen = _places_beside_staging(session, lot, request)
    require_rooms_open(session, [slot for slot, _ in chosen], at)
    bring_to_dock(session, lot, chosen, request_id=request_id, by=by, at=at)
    taken = _book(session, lot, request, request_id, by, at)
    outbox.put(
        session,
        TAKEN_OUT_TOPIC,
        request_id,
        {"lot_id": lot.id, "exit_id": request.exit_id, "units": request.units},
        at=at,
    )
    audit.record(session, "lots.take_out", ("lot", lot.id), by=by, at=at, units=request.units, **asdict(taken))
    return taken


def taking_out(exit_id: UUID, lot_id: UUID) -> UUID:
    """Return the id under which an exit takes out of a lot, once."""
    return derived_id(exit_id, "lots.take_out", lot_id)


def choose_places(
    session: Session, lot: Lot, units: int, picks: Sequence[tuple[UUID, int]] = ()
) -> list[tuple[facility.Slot, int]]:
    """Return where units of a locked lot come from: as picked, else those on the dock first, then slots by code.

    What stands on the dock for an exit is not among them.

    Raises RequestWrong for picks that do not fit.
    """
    places = places_of(session, lot.id)
    dock = lot.units_standing
    return _picked(units, picks, places, dock) if picks else _in_turn(units, places, dock)


def _places_beside_staging(session: Session, lot: Lot, request: TakeOut) -> list[tuple[facility.Slot, int]]:
    """Take what was picked for an exit off the staging area, and return where the rest of its units comes from.

    The places are chosen first: staged units that are on their way are not goods that stand on the dock.
    """
    row = next((row for (row,) in ask(session, staged_asked(request.exit_id, lot.id))), None)
    staged = 0 if row is None else row.units
    if staged > request.units:
        raise RequestWrong(what="units")
    chosen = choose_places(session, lot, request.units - staged, request.picks) if staged < request.units else []
    if row is not None and staged:
        row.units = 0
        lot.units_staged -= staged
    return chosen


def asked_of_leaving(exit_id: UUID, lot: Lot) -> list[Question]:
    """Return what taking units of a lot out for an exit asks and mostly gets no answer to."""
    return [staged_asked(exit_id, lot.id), curve_asked(lot)]


def staged_asked(exit_id: UUID, lot_id: UUID) -> Question:
    """Return the question how many units of a lot stand picked for an exit."""
    given = {"exit": exit_id, "lot": lot_id}
    return Question(("staged", exit_id), (Lot, lot_id), (StagedUnits,), _staged(), given)


@cache
def _staged() -> Select[StagedUnits]:
    query = select(StagedUnits).where(StagedUnits.exit_id == bindparam("exit"), StagedUnits.lot_id == bindparam("lot"))
    return query.execution_options(populate_existing=True)


def bring_to_dock(
    session: Session,
    lot: Lot,
    chosen: Sequence[tuple[facility.Slot, int]],
    *,
    request_id: UUID,
    by: Actor,
    at: Moment,
) -> None:
    """Take units of a locked lot out of their slots, in the order of the slots' ids. Raises NotInSlot."""
    for slot, count in sorted(chosen, key=lambda place: place[0].id):
        take_from(session, lot, slot.id, count)
        change = Change(MoveKind.PICK, placed_units=count, slot_from_id=slot.id)
        write_change(session, lot, change, request_id=request_id, by=by, at=at)


def _picked(
    units: int, picks: Sequence[tuple[UUID, int]], places: list[tuple[facility.Slot, int]], dock: int
) -> list[tuple[facility.Slot, int]]:
    slots = {slot.id: slot for slot, _ in places}
    wanted = dict(picks)
    rest = units - sum(wanted.values())
    if len(wanted) < len(picks) or min(wanted.values()) < 1 or not 0 <= rest <= dock or set(wanted) - set(slots):
        raise RequestWrong(what="picks")
    return [(slots[slot_id], count) for slot_id, count in wanted.items()]


def _in_turn(units: int, places: list[tuple[facility.Slot, int]], dock: int) -> list[tuple[facility.Slot, int]]:
    chosen: list[tuple[facility.Slot, int]] = []
    rest = units - min(units, dock)
    for slot, there in places:
        count = min(rest, there)
        if count:
            chosen.append((slot, count))
        rest -= count
    return chosen


def _leave_through(session: Session, lot: Lot, request: TakeOut, by: Actor, at: Moment) -> None:
    wanted = list(dict.fromkeys(request.through_holds))
    found = {hold.id: hold for hold in session.scalars(_through(), {"ids": wanted, "lot": lot.id})}
    named = [found[hold_id] for hold_id in wanted if hold_id in found]
    if len(named) != len(wanted):
        raise HoldOfOtherLot
    for reasons in BUCKETS:
        rest = request.units
        for hold in (hold for hold in named if hold.reason in reasons):
            units = min(rest, hold.units_left)
            if not units:
                raise HoldNotOpen(units_left=hold.units_left, units=request.units)
            consume(session, hold, lot, units, exit_id=request.exit_id, by=by, at=at)
            rest -= units


@cache
def _through() -> Select[LotHold]:
    named = LotHold.id.in_(bindparam("ids", expanding=True))
    query = select(LotHold).where(named, LotHold.lot_id == bindparam("lot"), LotHold.reason.in_(_THROUGH))
    return query.execution_options(populate_existing=True)


def _require_rest_covers(lot: Lot, rest: int) -> None:
    for reason, counters in MUST_STAY:
        held = sum(getattr(lot, counter) for counter in counters)
        if held > rest:
            raise LotOnHold(lot=lot.code, reason=reason, units_held=held)


def _book(session: Session, lot: Lot, request: TakeOut, request_id: UUID, by: Actor, at: Moment) -> Taken:
    entry_grams = grams_of(lot, request.units)
    taken = Taken(entry_grams, request.out_grams, entry_grams - request.out_grams)
    leave_units(lot, request.units, at)
    lot.units_on_hand -= request.units
    lot.units_out += request.units
    lot.grams_on_hand -= entry_grams
    lot.grams_out += request.out_grams
    lot.grams_loss += taken.loss_grams
    out = Change(MoveKind.EXIT, units=-request.units, grams=-request.out_grams, exit_id=request.exit_id)
    write_change(session, lot, out, request_id=request_id, by=by, at=at)
    if taken.loss_grams:
        loss = Change(MoveKind.LOSS, grams=-taken.loss_grams, exit_id=request.exit_id)
        write_change(session, lot, loss, request_id=request_id, by=by, at=at)
    record_shrink(session, lot, request.exit_id, request.units, taken, by=by, at=at)
    return taken


def leave_units(lot: Lot, units: int, at: Moment) -> None:
    """Mark the next labelled units as gone where each has its own weight."""
    if lot.weighed_one_by_one:
        for unit in [unit for unit in lot.units if unit.left_at is None][:units]:
            unit.left_at = at.at


def _first(session: Session, request_id: UUID) -> Taken:
    lines = {
        line.kind: line.grams
        for line in session.scalars(select(StockMove).where(StockMove.request_id == request_id))
        if line.kind in (MoveKind.EXIT, MoveKind.LOSS)
    }
    out, loss = -lines[MoveKind.EXIT], -lines.get(MoveKind.LOSS, 0)
    return Taken(out + loss, out, loss)
