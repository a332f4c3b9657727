"""What higher rooms may know of lots in one read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.facility.tables import Slot
from wms.lots.queries.lots import held_units
from wms.lots.rules.facts import LotFacts
from wms.lots.rules.holds import free_for, most_severe
from wms.lots.rules.words import HoldReason, OwnerClass, StorageType
from wms.lots.tables import Lot, LotHold, StockBalance

CHUNK = 500  # SQLite binds a limited number of values


def facts(session: Session, lot_ids: Iterable[UUID]) -> list[LotFacts]:
    """Return the facts of lots in the order of their ids; unknown ids are left out. Locks nothing."""
    wanted = sorted(set(lot_ids))
    found: list[LotFacts] = []
    for start in range(0, len(wanted), CHUNK):
        found += _chunk(session, wanted[start : start + CHUNK])
    return found


def lot_ids_in_store(session: Session) -> list[UUID]:
    """Return the ids of all lots with goods on hand, in order."""
    return list(session.scalars(select(Lot.id).where(Lot.units_on_hand > 0).order_by(Lot.id)))


def _chunk(session: Session, lot_ids: Sequence[UUID]) -> list[LotFacts]:
    pledges: dict[UUID, list[LotHold]] = defaultdict(list)
    open_pledges = select(LotHold).where(
        LotHold.lot_id.in_(lot_ids), LotHold.reason == HoldReason.PLEDGE.value, LotHold.units_left > 0
    )
    for hold in session.scalars(open_pledges):
        pledges[hold.lot_id].append(hold)
    places: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    lying = (
        select(StockBalance.lot_id, Slot.code, Slot.room_id)
        .join(Slot, Slot.id == StockBalance.slot_id)
        .where(StockBalance.lot_id.in_(lot_ids), StockBalance.units > 0)
        .order_by(Slot.code)
    )
    for lot_id, code, room_id in session.execute(lying):
        places[lot_id].append((code, room_id))
    lots = session.scalars(select(Lot).where(Lot.id.in_(lot_ids)).order_by(Lot.id))
    return [_facts(lot, pledges[lot.id], places[lot.id]) for lot in lots]


def _facts(lot: Lot, pledges: list[LotHold], places: list[tuple[str, UUID]]) -> LotFacts:
    rooms = tuple(dict.fromkeys(room_id for _, room_id in places))
    return LotFacts(
        lot_id=lot.id,
        code=lot.code,
        site_id=lot.site_id,
        owner_id=lot.owner_id,
        variety=lot.variety,
        grade=lot.grade,
        size=lot.size,
        size_mm=lot.size_mm,
        size_rule=lot.size_rule,
        colour_pattern=lot.colour_pattern,
        bagging=lot.bagging,
        owner_class=OwnerClass(lot.owner_class),
        storage_type=StorageType(lot.storage_type),
        origin=lot.origin,
        entry_on=lot.entry_on,
        entry_units=lot.entry_units,
        entry_grams=lot.entry_grams,
        units_on_hand=lot.units_on_hand,
        grams_on_hand=lot.grams_on_hand,
        units_free_for_sale=free_for(held_units(lot), HoldReason.SALE),
        units_pledged=lot.pledge_units,
        units_sold=lot.sale_units,
        in_store=lot.units_on_hand > 0 and lot.units_placed + lot.units_staged == lot.units_on_hand,
        weighed_by_instrument=lot.weighed_by_instrument,
        inspected_on=lot.inspected_on,
        deadline_on=lot.deadline_on,
        quarantined=lot.quarantine_units > 0,
        count_open=lot.count_units > 0,
        pledge=most_severe(hold.stage for hold in pledges),
        pledge_due_on=min((hold.due_on for hold in pledges if hold.due_on is not None), default=None),
        release_floor=max((hold.release_floor for hold in pledges if hold.release_floor is not None), default=None),
        enforced=any(hold.enforced for hold in pledges),
        room_id=rooms[0] if rooms else None,
        room_ids=rooms,
        slot_codes=tuple(code for code, _ in places),
    )
