from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import facility, lots
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

R = lots.HoldReason


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda s: make.lot(s, store, units=7, grams=1_000_003, slot=store.slots[0]))


def wanted(lot: lots.Lot, units: int = 3) -> lots.SplitLot:
    return lots.SplitLot(uuid4(), lot.id, uuid4(), units)


def split(database: Database, request: lots.SplitLot, by: Actor = make.ASHA, days: int = 30) -> lots.Lot:
    return database.write(lambda s: lots.split(s, request, by=by, at=make.later(days=days)))


def test_both_parts_keep_the_entry_day_and_sum_to_the_whole(
    database: Database, store: make.Store, lot: lots.Lot
) -> None:
    child = split(database, wanted(lot))
    parent = database.write(lambda s: lots.get_lot(s, lot.id))
    assert (child.parent_id, child.entry_on, child.owner_id) == (lot.id, lot.entry_on, lot.owner_id)
    assert (child.delivery_id, child.deadline_on, child.variety) == (lot.delivery_id, lot.deadline_on, lot.variety)
    assert (child.picking_number, lot.picking_number) == (1, 1)
    assert child.entry_grams + parent.grams_on_hand == 1_000_003
    assert (parent.entry_units, parent.entry_grams) == (7, 1_000_003)
    assert (parent.units_on_hand, parent.units_passed, child.units_on_hand) == (4, 3, 3)
    assert (child.units_placed, child.put_away_at is not None) == (3, True)
    stock = database.read(lambda s: lots.stock_of_slots(s, [store.slots[0].id]))
    assert sorted((row.lot_id, row.units) for row in stock) == sorted([(lot.id, 4), (child.id, 3)])
    database.read(make.sound)


def test_grams_sum_through_splits_and_exits(database: Database, lot: lots.Lot) -> None:
    def out(lot_id: Any, units: int) -> int:
        request = lots.TakeOut(lot_id, units, units * 100_000, uuid4())
        return database.write(lambda s: lots.take_out(s, request, by=make.ASHA, at=make.NOW)).entry_grams

    gone = out(lot.id, 1)
    child = split(database, wanted(lot, 4))
    grandchild = split(database, wanted(child, 1))
    gone += out(lot.id, 2) + out(child.id, 2) + out(grandchild.id, 1) + out(child.id, 1)
    assert gone == 1_000_003
    database.read(make.sound)


def test_units_weighed_one_by_one_take_their_labels_along(database: Database, store: make.Store) -> None:
    own = (19_000, 20_500, 20_600)
    single = database.write(
        lambda s: make.lot(s, store, units=3, grams=60_100, unit_grams=own)
    )  # fmt: skip
    before = database.read(lambda s: [label.sscc for label in lots.labels_of(s, single.id)])
    child = split(database, wanted(single, 2))
    assert child.entry_grams == 39_500
    assert database.read(lambda s: [label.sscc for label in lots.labels_of(s, child.id)]) == before[:2]
    assert database.write(lambda s: lots.grams_of(lots.get_lot(s, single.id), 1)) == 20_600
    database.read(make.sound)


@pytest.mark.parametrize("reason", [R.SALE, R.EXIT, R.PLEDGE, R.LIEN, R.COUNT])
def test_held_units_are_not_split_off(database: Database, lot: lots.Lot, reason: lots.HoldReason) -> None:
    database.write(lambda s: make.hold(s, lot.id, 5, reason))
    with make.refused(database, lots.NotEnoughUnits):
        split(database, wanted(lot, 3))
    assert split(database, wanted(lot, 2)).entry_units == 2
    database.read(make.sound)


def test_quarantine_stops_it(database: Database, lot: lots.Lot) -> None:
    database.write(lambda s: make.hold(s, lot.id, 1, R.QUARANTINE))
    with make.refused(database, lots.LotQuarantined):
        split(database, wanted(lot, 1))


@pytest.mark.parametrize("units", [0, -1, 7, 8])
def test_something_goes_and_something_stays(database: Database, lot: lots.Lot, units: int) -> None:
    with make.refused(database, lots.NotEnoughUnits):
        split(database, wanted(lot, units))


def test_a_sealed_room_splits_on_paper(database: Database, store: make.Store, lot: lots.Lot) -> None:
    def seal(session: Any) -> None:
        for event in (facility.RoomEventKind.FILL, facility.RoomEventKind.SEAL):
            request = facility.AdvanceRoomRequest(uuid4(), store.room.id, event)
            facility.advance_room(session, request, by=SYSTEM, at=make.NOW)

    database.write(seal)
    assert split(database, wanted(lot)).units_placed == 3


def test_a_repeat_returns_the_first(database: Database, lot: lots.Lot) -> None:
    request = wanted(lot)
    split(database, request)
    before = make.picture(database)
    assert split(database, request).id == request.new_lot_id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        split(database, replace(request, units=2))


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, lot: lots.Lot) -> None:
    with make.refused(database, Forbidden):
        split(database, wanted(lot), by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        split(database, wanted(lot), by=store.stranger(make.P.MOVE_STOCK))
    with make.refused(database, lots.LotNotFound):
        split(database, replace(wanted(lot), lot_id=uuid4()))
