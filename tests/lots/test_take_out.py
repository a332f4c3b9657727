from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.outbox import OutboxRow

R = lots.HoldReason


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    """Ten units of 20 t: four in the first slot, three in the second, three on the dock."""

    def placed(session: Any) -> lots.Lot:
        made = make.lot(session, store)
        for slot, units in ((store.slots[0], 4), (store.slots[1], 3)):
            lots.put_away(session, lots.PutAway(uuid4(), made.id, slot.id, units), by=make.ASHA, at=make.NOW)
        return made

    return database.write(placed)


def wanted(lot: lots.Lot, units: int = 4, grams: int = 7_900_000, **changes: Any) -> lots.TakeOut:
    return replace(lots.TakeOut(lot.id, units, grams, uuid4()), **changes)


def take(database: Database, request: lots.TakeOut, by: Actor = make.ASHA) -> lots.Taken:
    return database.write(lambda session: lots.take_out(session, request, by=by, at=make.NOW))


def held(database: Database, lot: lots.Lot, units: int, reason: lots.HoldReason) -> UUID:
    return database.write(lambda session: make.hold(session, lot.id, units, reason).id)


def totals(database: Database, lot: lots.Lot) -> tuple[int, ...]:
    def read(session: Any) -> tuple[int, ...]:
        row = lots.get_lot(session, lot.id)
        return row.units_on_hand, row.grams_on_hand, row.units_out, row.grams_out, row.grams_loss, row.units_placed

    return database.read(read)


def test_what_leaves_carries_its_entry_weight_and_the_difference_is_loss(
    database: Database, store: make.Store, lot: lots.Lot
) -> None:
    request = wanted(lot)
    assert take(database, request) == lots.Taken(8_000_000, 7_900_000, 100_000)
    assert totals(database, lot) == (6, 12_000_000, 4, 7_900_000, 100_000, 6)
    places = database.read(lambda s: [(slot.id, units) for slot, units in lots.places_of(s, lot.id)])
    assert places == [(store.slots[0].id, 3), (store.slots[1].id, 3)]
    lines = database.read(lambda s: [(m.kind, m.units, m.grams) for m in lots.moves_of(s, lot.id) if m.exit_id])
    assert sorted(lines) == [("exit", -4, -7_900_000), ("loss", 0, -100_000)]
    (row,) = database.read(
        lambda s: [r.payload for r in s.scalars(select(OutboxRow).where(OutboxRow.topic == "lots.taken_out"))]
    )
    assert row == {"lot_id": str(lot.id), "exit_id": str(request.exit_id), "units": 4}
    database.read(make.sound)


def test_parts_sum_to_the_whole_to_the_gram(database: Database, store: make.Store) -> None:
    odd = database.write(lambda s: make.lot(s, store, units=7, grams=1_000_003))
    parts = [take(database, wanted(odd, units, units * 142_000)) for units in (1, 3, 1, 2)]
    assert sum(part.entry_grams for part in parts) == 1_000_003
    assert totals(database, odd)[:2] == (0, 0)
    database.read(make.sound)


def test_a_gain_is_a_negative_loss(database: Database, lot: lots.Lot) -> None:
    assert take(database, wanted(lot, grams=8_000_500)).loss_grams == -500
    assert totals(database, lot)[4] == -500
    database.read(make.sound)


def test_without_loss_no_loss_is_written(database: Database, lot: lots.Lot) -> None:
    take(database, wanted(lot, grams=8_000_000))
    assert "loss" not in database.read(lambda s: [line.kind for line in lots.moves_of(s, lot.id)])
    database.read(make.sound)


def test_units_weighed_one_by_one_leave_with_their_own_weight(database: Database, store: make.Store) -> None:
    own = (19_000, 20_500, 20_500)
    single = database.write(
        lambda s: make.lot(s, store, units=3, grams=60_000, unit_grams=own)
    )  # fmt: skip
    assert take(database, wanted(single, 1, 18_900)).entry_grams == 19_000
    assert take(database, wanted(single, 2, 40_000)).entry_grams == 41_000
    database.read(make.sound)


def test_goods_are_picked_where_one_says(database: Database, store: make.Store, lot: lots.Lot) -> None:
    take(database, wanted(lot, picks=((store.slots[1].id, 3),)))
    places = database.read(lambda s: [(slot.id, units) for slot, units in lots.places_of(s, lot.id)])
    assert places == [(store.slots[0].id, 4)]
    database.read(make.sound)


@pytest.mark.parametrize("picks", [[(0, 5)], [(0, 0)], [(2, 1)], [(0, 2), (0, 2)], []])
def test_picks_must_fit(database: Database, store: make.Store, lot: lots.Lot, picks: list[tuple[int, int]]) -> None:
    chosen = tuple((store.slots[index].id, units) for index, units in picks) or ((uuid4(), 4),)
    with make.refused(database, lots.RequestWrong):
        take(database, wanted(lot, picks=chosen))


@pytest.mark.parametrize(("units", "left"), [(10, [0, 0]), (6, [1, 3]), (3, [1, 3])])
def test_what_an_exit_picked_goes_first_and_the_rest_comes_from_where_it_stands(
    database: Database, store: make.Store, lot: lots.Lot, units: int, left: list[int]
) -> None:
    """Three of ten were picked from the first slot: three stand on the dock, not six."""
    request = wanted(lot, units, units * 2_000_000)
    pick = lots.PickUnits(uuid4(), lot.id, request.exit_id, 3, store.slots[0].id)
    database.write(lambda s: lots.pick(s, pick, by=make.ASHA, at=make.NOW))
    take(database, request)
    assert totals(database, lot)[0] == 10 - units
    places = dict(database.read(lambda s: [(slot.id, n) for slot, n in lots.places_of(s, lot.id)]))
    assert [places.get(slot.id, 0) for slot in store.slots[:2]] == left
    assert database.read(lambda s: lots.get_lot(s, lot.id).units_staged) == 0
    database.read(make.sound)


def test_an_exit_does_not_leave_with_less_than_it_picked(database: Database, store: make.Store, lot: lots.Lot) -> None:
    request = wanted(lot, 2, 4_000_000)
    pick = lots.PickUnits(uuid4(), lot.id, request.exit_id, 3, store.slots[0].id)
    database.write(lambda s: lots.pick(s, pick, by=make.ASHA, at=make.NOW))
    with pytest.raises(lots.RequestWrong):
        take(database, request)
    assert totals(database, lot)[0] == 10
    assert database.read(lambda s: lots.get_lot(s, lot.id).units_staged) == 3


def test_it_consumes_the_holds_it_goes_through(database: Database, lot: lots.Lot) -> None:
    sale, pledge = held(database, lot, 6, R.SALE), held(database, lot, 4, R.EXIT)
    loan = database.write(lambda s: lots.holds_of(s, lot.id))
    assert len(loan) == 2
    take(database, wanted(lot, 5, 9_900_000, through_holds=(sale, sale)))
    left = database.read(lambda s: {hold.id: hold.units_left for hold in lots.holds_of(s, lot.id)})
    assert left == {sale: 1, pledge: 4}
    database.read(make.sound)


def test_pledged_goods_leave_only_through_the_pledge(database: Database, lot: lots.Lot) -> None:
    pledge = held(database, lot, 10, R.PLEDGE)
    sale = held(database, lot, 4, R.SALE)
    with make.refused(database, lots.LotOnHold):
        take(database, wanted(lot, through_holds=(sale,)))
    take(database, wanted(lot, through_holds=(sale, pledge)))
    left = database.read(lambda s: {hold.id: hold.units_left for hold in lots.holds_of(s, lot.id)})
    assert left == {pledge: 6}
    database.read(make.sound)


@pytest.mark.parametrize("reason", [R.SALE, R.EXIT, R.PLEDGE, R.LIEN, R.COUNT])
def test_what_others_hold_must_stay(database: Database, lot: lots.Lot, reason: lots.HoldReason) -> None:
    held(database, lot, 7, reason)
    with make.refused(database, lots.LotOnHold):
        take(database, wanted(lot))
    take(database, wanted(lot, 3, 5_900_000))
    database.read(make.sound)


def test_quarantined_goods_do_not_leave(database: Database, lot: lots.Lot) -> None:
    held(database, lot, 1, R.QUARANTINE)
    with make.refused(database, lots.LotQuarantined):
        take(database, wanted(lot, 1, 2_000_000))


def test_only_open_holds_of_this_lot_open_the_way(database: Database, store: make.Store, lot: lots.Lot) -> None:
    other = database.write(lambda s: make.lot(s, store))
    foreign, stop = held(database, other, 4, R.SALE), held(database, lot, 1, R.COUNT)
    for hold_id in (foreign, stop, uuid4()):
        with make.refused(database, lots.HoldOfOtherLot):
            take(database, wanted(lot, through_holds=(hold_id,)))
    spent = held(database, lot, 4, R.SALE)
    database.write(lambda s: lots.lift_hold(s, spent, by=make.ESHA, at=make.NOW))
    with make.refused(database, lots.HoldNotOpen):
        take(database, wanted(lot, through_holds=(spent,)))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"units": 11}, lots.NotEnoughUnits),
        ({"units": 0}, lots.RequestWrong),
        ({"out_grams": 0}, lots.RequestWrong),
        ({"lot_id": uuid4()}, lots.LotNotFound),
    ],
)
def test_it_refuses(database: Database, lot: lots.Lot, changes: dict[str, Any], error: type[WmsError]) -> None:
    with make.refused(database, error):
        take(database, replace(wanted(lot), **changes))


def test_an_exit_takes_out_of_a_lot_once(database: Database, lot: lots.Lot) -> None:
    request = wanted(lot)
    first = take(database, request)
    before = make.picture(database)
    assert take(database, request) == first
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        take(database, replace(request, units=3))


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, lot: lots.Lot) -> None:
    with make.refused(database, Forbidden):
        take(database, wanted(lot), by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        take(database, wanted(lot), by=store.stranger(make.P.CLOSE_EXIT))
