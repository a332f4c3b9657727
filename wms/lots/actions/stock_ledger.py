"""The stock ledger's own pen: lines, places and fills. Callers hold the lot's lock."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.kernel.writing import lock, lock_together
from wms.lots.errors import NotInSlot, SlotFull
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Lot, SlotFill, StockBalance, StockMove


@dataclass(frozen=True, slots=True)
class Change:
    """One line to write; `units` and `grams` change what is on hand, `placed_units` go between places."""

    kind: MoveKind
    units: int = 0
    grams: int = 0
    placed_units: int = 0
    slot_from_id: UUID | None = None
    slot_to_id: UUID | None = None
    other_lot_id: UUID | None = None
    exit_id: UUID | None = None
    forced: bool = False


def write_change(session: Session, lot: Lot, change: Change, *, request_id: UUID, by: Actor, at: Moment) -> StockMove:
    """Write one line of the ledger; its id follows from the request, so that a line exists once."""
    line = StockMove(
        id=derived_id(request_id, lot.id, change.kind.value, change.slot_from_id, change.slot_to_id),
        lot_id=lot.id,
        kind=change.kind.value,
        units=change.units,
        grams=change.grams,
        placed_units=change.placed_units,
        slot_from_id=change.slot_from_id,
        slot_to_id=change.slot_to_id,
        other_lot_id=change.other_lot_id,
        exit_id=change.exit_id,
        request_id=request_id,
        forced=change.forced,
        moved_on=at.on,
        moved_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, line)
    return line


def put_in(session: Session, lot: Lot, slot: facility.Slot, units: int) -> None:
    """Add units of a lot to a slot that the caller has locked. Raises SlotFull."""
    load = units * lot.unit_load_grams
    fill = _locked_fill(session, slot.id)
    if fill is None:
        fill = SlotFill(
            slot_id=slot.id, units=0, load_grams=0,
            capacity_units=slot.capacity_units, capacity_grams=slot.capacity_grams,
        )  # fmt: skip
        session.add(fill)
    free_units, free_grams = slot.capacity_units - fill.units, slot.capacity_grams - fill.load_grams
    if units > free_units or load > free_grams:
        raise SlotFull(
            slot=slot.code,
            units_free=max(0, free_units),
            free_grams=max(0, free_grams),
            units=units,
            load_grams=load,
        )
    fill.capacity_units, fill.capacity_grams = slot.capacity_units, slot.capacity_grams
    fill.units += units
    fill.load_grams += load
    balance = _locked_balance(session, lot.id, slot.id)
    if balance is None:
        balance = StockBalance(lot_id=lot.id, slot_id=slot.id, units=0, load_grams=0)
        session.add(balance)
    balance.units += units
    balance.load_grams += load
    lot.units_placed += units


def take_from(session: Session, lot: Lot, slot_id: UUID, units: int) -> None:
    """Take units of a lot from a slot to the dock. Raises NotInSlot."""
    lock_together(session, (StockBalance, (lot.id, slot_id)), (SlotFill, slot_id))
    balance = _locked_balance(session, lot.id, slot_id)
    there = 0 if balance is None else balance.units
    if balance is None or units > there:
        raise NotInSlot(lot=lot.code, units_there=there, units=units)
    load = units * lot.unit_load_grams
    balance.units -= units
    balance.load_grams -= load
    lot.units_placed -= units
    # Fills are locked last of all, in the caller's order of slots: here only the one row, by its own update.
    fill = _locked_fill(session, slot_id)
    assert fill is not None, "a slot that holds something has its fill"
    fill.units -= units
    fill.load_grams -= load


def _locked_fill(session: Session, slot_id: UUID) -> SlotFill | None:
    return lock(session, SlotFill, slot_id)


def _locked_balance(session: Session, lot_id: UUID, slot_id: UUID) -> StockBalance | None:
    return lock(session, StockBalance, (lot_id, slot_id))
