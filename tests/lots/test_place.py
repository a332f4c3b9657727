from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.lots import make
from wms import facility, lots
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.outbox import OutboxRow


def put(database: Database, request: lots.PutAway, by: Actor = make.ASHA) -> lots.Lot:
    return database.write(lambda session: lots.put_away(session, request, by=by, at=make.NOW))


def move(database: Database, request: lots.MoveUnits, by: Actor = make.ASHA) -> lots.Lot:
    return database.write(lambda session: lots.move(session, request, by=by, at=make.NOW))


def told(database: Database) -> int:
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == "lots.put_away")
    return database.read(lambda session: session.scalar(query) or 0)


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store))


def test_the_last_unit_put_away_tells_the_house_once(database: Database, store: make.Store, lot: lots.Lot) -> None:
    put(database, lots.PutAway(uuid4(), lot.id, store.slots[0].id, 4))
    assert told(database) == 0
    done = put(database, lots.PutAway(uuid4(), lot.id, store.slots[1].id, 6))
    assert (done.units_placed, done.put_away_at, told(database)) == (10, make.NOW.at, 1)
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.in_store, found.room_id) == (True, store.room.id)
    assert found.slot_codes == (store.slots[0].code, store.slots[1].code)
    stock = database.read(lambda s: lots.stock_of_slots(s, [store.slots[0].id]))
    assert [(row.lot_id, row.units, row.load_grams) for row in stock] == [(lot.id, 4, 8_000_000)]
    assert database.read(lambda s: [row.id for row in lots.lots_of_room(s, store.room.id)]) == [lot.id]
    database.read(make.sound)


def test_a_move_changes_places_only(database: Database, store: make.Store, lot: lots.Lot) -> None:
    put(database, lots.PutAway(uuid4(), lot.id, store.slots[0].id, 10))
    moved = move(database, lots.MoveUnits(uuid4(), lot.id, store.slots[0].id, store.slots[1].id, 3))
    assert (moved.units_on_hand, moved.grams_on_hand, moved.units_placed) == (10, 20_000_000, 10)
    places = database.read(lambda s: [(slot.id, units) for slot, units in lots.places_of(s, lot.id)])
    assert places == [(store.slots[0].id, 7), (store.slots[1].id, 3)]
    assert told(database) == 1
    database.read(make.sound)


def test_repeats_change_nothing(database: Database, store: make.Store, lot: lots.Lot) -> None:
    first = lots.PutAway(uuid4(), lot.id, store.slots[0].id, 10)
    second = lots.MoveUnits(uuid4(), lot.id, store.slots[0].id, store.slots[1].id, 5)
    put(database, first)
    move(database, second)
    before = make.picture(database)
    put(database, first)
    move(database, second)
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        put(database, lots.PutAway(first.id, lot.id, store.slots[0].id, 9))
    with make.refused(database, RequestIdReused):
        move(database, lots.MoveUnits(second.id, lot.id, store.slots[0].id, store.slots[1].id, 4))


@pytest.mark.parametrize(
    ("units", "grams", "fits"),
    [(10, 20_000_000, True), (9, 20_000_000, False), (10, 19_999_999, False)],
)
def test_capacity_is_exact(
    database: Database, store: make.Store, lot: lots.Lot, units: int, grams: int, fits: bool
) -> None:
    slot = store.slots[0]
    setting = facility.SetSlotRequest(uuid4(), slot.id, grams, units, True)
    database.write(lambda s: facility.set_slot(s, setting, by=SYSTEM, at=make.NOW))
    request = lots.PutAway(uuid4(), lot.id, slot.id, 10)
    if fits:
        assert put(database, request).units_placed == 10
        return
    for forced in (False, True):
        with make.refused(database, lots.SlotFull):
            put(database, lots.PutAway(uuid4(), lot.id, slot.id, 10, forced=forced), by=make.ESHA)


def test_a_seal_stops_everything_but_a_logged_entry(database: Database, store: make.Store, lot: lots.Lot) -> None:
    other = database.write(lambda s: make.lot(s, store, slot=store.slots[0]))

    def seal(session: Any) -> None:
        for event in (facility.RoomEventKind.FILL, facility.RoomEventKind.SEAL):
            request = facility.AdvanceRoomRequest(uuid4(), store.room.id, event)
            facility.advance_room(session, request, by=SYSTEM, at=make.NOW)

    database.write(seal)
    for forced in (False, True):
        with make.refused(database, facility.RoomSealed):
            put(database, lots.PutAway(uuid4(), lot.id, store.slots[1].id, 10, forced=forced), by=make.ESHA)
        with make.refused(database, facility.RoomSealed):
            away = lots.MoveUnits(uuid4(), other.id, store.slots[0].id, store.ca_slots[0].id, 1, forced=forced)
            move(database, away, by=make.ESHA)
    with make.refused(database, facility.RoomSealed):
        out = lots.TakeOut(other.id, 1, 2_000_000, uuid4())
        database.write(lambda s: lots.take_out(s, out, by=make.ASHA, at=make.NOW))
    assert database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, lot.id))) == []
    entry = facility.LogRoomEntryRequest(
        uuid4(), store.room.id, facility.EntryPurpose.REMOVAL, "Asha", make.later(seconds=3600).at, True
    )
    database.write(lambda s: facility.log_room_entry(s, entry, by=SYSTEM, at=make.NOW))
    assert put(database, lots.PutAway(uuid4(), lot.id, store.slots[1].id, 10)).units_placed == 10


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"units": 0}, lots.NotEnoughUnits),
        ({"units": 11}, lots.NotEnoughUnits),
        ({"slot_id": uuid4()}, facility.SlotNotFound),
        ({"lot_id": uuid4()}, lots.LotNotFound),
    ],
)
def test_putting_away_refuses(
    database: Database, store: make.Store, lot: lots.Lot, changes: dict[str, Any], error: type[WmsError]
) -> None:
    values = {"id": uuid4(), "lot_id": lot.id, "slot_id": store.slots[0].id, "units": 10, **changes}
    with make.refused(database, error):
        put(database, lots.PutAway(**values))


@pytest.mark.parametrize(("units", "error"), [(0, lots.RequestWrong), (11, lots.NotInSlot)])
def test_moving_refuses(
    database: Database, store: make.Store, lot: lots.Lot, units: int, error: type[WmsError]
) -> None:
    put(database, lots.PutAway(uuid4(), lot.id, store.slots[0].id, 10))
    with make.refused(database, error):
        move(database, lots.MoveUnits(uuid4(), lot.id, store.slots[0].id, store.slots[1].id, units))
    with make.refused(database, lots.NotInSlot):
        move(database, lots.MoveUnits(uuid4(), lot.id, store.slots[2].id, store.slots[1].id, 1))


def test_a_slot_out_of_use_takes_nothing(database: Database, store: make.Store, lot: lots.Lot) -> None:
    slot = store.slots[0]
    setting = facility.SetSlotRequest(uuid4(), slot.id, slot.capacity_grams, slot.capacity_units, False)
    database.write(lambda s: facility.set_slot(s, setting, by=SYSTEM, at=make.NOW))
    with make.refused(database, facility.SlotNotInUse):
        put(database, lots.PutAway(uuid4(), lot.id, slot.id, 10))
    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, lot.id)))
    assert slot.id not in {proposal.slot_id for proposal in proposed}


def test_the_wrong_kind_of_room_needs_force(database: Database, store: make.Store, lot: lots.Lot) -> None:
    with make.refused(database, lots.SlotNotProposed):
        put(database, lots.PutAway(uuid4(), lot.id, store.ca_slots[0].id, 10))
    with make.refused(database, Forbidden):
        put(database, lots.PutAway(uuid4(), lot.id, store.ca_slots[0].id, 10, forced=True))
    forced = lots.PutAway(uuid4(), lot.id, store.ca_slots[0].id, 10, forced=True)
    assert put(database, forced, by=make.ESHA).units_placed == 10
    assert database.read(lambda s: [line.forced for line in lots.moves_of(s, lot.id)]).count(True) == 1


def test_rules_propose_and_refuse_by_attributes(database: Database, store: make.Store, lot: lots.Lot) -> None:
    def rule(priority: int, slot: facility.Slot, **wanted: Any) -> lots.PutAwayRule:
        request = lots.AddPutAwayRule(uuid4(), store.site.id, priority, store.room.id, slot_prefix=slot.code, **wanted)
        return database.write(lambda s: lots.add_put_away_rule(s, request, by=make.ESHA, at=make.NOW))

    rule(1, store.slots[0], variety="嘎啦")
    any_fuji = rule(2, store.slots[3], variety="富士")
    rule(1, store.slots[2], variety="富士", grade="一二级", size_mm=80, origin="蓬莱")
    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, lot.id)))
    assert [item.slot_id for item in proposed] == [store.slots[2].id, store.slots[3].id]
    assert proposed[1].rule == "variety=富士"
    with make.refused(database, lots.SlotNotProposed):
        put(database, lots.PutAway(uuid4(), lot.id, store.slots[0].id, 1))
    put(database, lots.PutAway(uuid4(), lot.id, store.slots[3].id, 1))
    database.write(lambda s: lots.end_put_away_rule(s, any_fuji.id, by=make.ESHA, at=make.NOW))
    with make.refused(database, lots.SlotNotProposed):
        put(database, lots.PutAway(uuid4(), lot.id, store.slots[3].id, 1))


def test_proposals_prefer_where_the_lot_lies_then_empty_slots(
    database: Database, store: make.Store, lot: lots.Lot
) -> None:
    database.write(lambda s: make.lot(s, store, slot=store.slots[0]))
    put(database, lots.PutAway(uuid4(), lot.id, store.slots[3].id, 4))
    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, lot.id)))
    assert [item.slot_id for item in proposed] == [store.slots[index].id for index in (3, 1, 2, 0)]
    assert (proposed[0].units_free, proposed[1].units_free) == (11, 15)


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, lot: lots.Lot) -> None:
    request = lots.PutAway(uuid4(), lot.id, store.slots[0].id, 10)
    with make.refused(database, Forbidden):
        put(database, request, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        put(database, request, by=store.stranger(make.P.MOVE_STOCK))
    put(database, request)
    away = lots.MoveUnits(uuid4(), lot.id, store.slots[0].id, store.slots[1].id, 1)
    with make.refused(database, Forbidden):
        move(database, away, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        move(database, away, by=store.stranger(make.P.MOVE_STOCK))
