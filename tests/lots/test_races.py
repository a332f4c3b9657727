"""Twenty at once for something scarce: exactly what is there goes, and the books say so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.lots import make
from wms import facility, lots
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

CLIENTS = 20


@pytest.fixture
def lot(database: Database, store: make.Store) -> lots.Lot:
    return database.write(lambda session: make.lot(session, store, slot=store.slots[0]))


def race(database: Database, work: Callable[[Session], object]) -> list[str]:
    """Run the same work in twenty transactions at once; return what each came to."""
    ready = Barrier(CLIENTS)

    def client(_: int) -> str:
        ready.wait()
        try:
            database.write(work)
        except WmsError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def test_ten_units_leave_ten_times(database: Database, lot: lots.Lot) -> None:
    def leave(session: Session) -> None:
        out = lots.TakeOut(lot.id, 1, 1_990_000, uuid4())
        lots.take_out(session, out, by=make.ASHA, at=make.NOW)

    outcomes = race(database, leave)
    assert sorted(outcomes) == ["done"] * 10 + ["not_enough_units"] * 10
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.units_on_hand, found.grams_on_hand) == (0, 0)
    database.read(make.sound)


@pytest.mark.parametrize("reasons", [(lots.HoldReason.SALE, lots.HoldReason.EXIT), (lots.HoldReason.PLEDGE,)])
def test_ten_units_are_held_ten_times(database: Database, lot: lots.Lot, reasons: tuple[lots.HoldReason, ...]) -> None:
    def hold(session: Session) -> None:
        number = uuid4()
        request = lots.PlaceHold(number, lot.id, 1, reasons[number.int % len(reasons)], subject_id=number)
        lots.place_hold(session, request, by=make.ESHA, at=make.NOW)

    outcomes = race(database, hold)
    assert sorted(outcomes) == ["done"] * 10 + ["not_enough_units"] * 10
    database.read(make.sound)


def test_sold_and_pledged_at_once_is_never_both(database: Database, lot: lots.Lot) -> None:
    def hold(session: Session) -> None:
        number = uuid4()
        reason = (lots.HoldReason.SALE, lots.HoldReason.PLEDGE)[number.int % 2]
        request = lots.PlaceHold(number, lot.id, 3, reason, subject_id=number)
        lots.place_hold(session, request, by=make.ESHA, at=make.NOW)

    race(database, hold)
    database.read(make.sound)
    held = database.read(lambda s: lots.held_units(lots.get_lot(s, lot.id)))
    assert held.sale in (0, 3, 6, 9)
    assert held.pledge in (0, 3, 6, 9)


def test_one_place_is_taken_once(database: Database, store: make.Store) -> None:
    slot = store.slots[1]
    setting = facility.SetSlotRequest(uuid4(), slot.id, 2_000_000, 1, True)
    database.write(lambda s: facility.set_slot(s, setting, by=SYSTEM, at=make.NOW))
    waiting = database.write(lambda s: [make.lot(s, store).id for _ in range(4)])

    def put(session: Session) -> None:
        number = uuid4()
        request = lots.PutAway(number, waiting[number.int % len(waiting)], slot.id, 1)
        lots.put_away(session, request, by=make.ASHA, at=make.NOW)

    outcomes = race(database, put)
    assert sorted(outcomes) == ["done"] + ["slot_full"] * 19
    database.read(make.sound)


def test_ten_units_go_ten_ways(database: Database, lot: lots.Lot) -> None:
    """Some leave and some are split off, all at once: no unit twice, and at most the last one is left behind."""

    def go(session: Session) -> None:
        number = uuid4()
        if number.int % 2:
            lots.take_out(session, lots.TakeOut(lot.id, 1, 1_990_000, number), by=make.ASHA, at=make.NOW)
        else:
            lots.split(session, lots.SplitLot(number, lot.id, uuid4(), 1), by=make.ASHA, at=make.NOW)

    outcomes = race(database, go)
    assert set(outcomes) == {"done", "not_enough_units"}
    kin = database.read(lambda s: lots.children_of(s, lot.id))
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    left = database.read(lambda s: lots.get_lot(s, lot.id).units_out)
    assert (left + len(kin), found.units_on_hand) in ((10, 0), (9, 1))
    assert outcomes.count("done") == left + len(kin)
    database.read(make.sound)


def test_one_record_is_claimed_once(database: Database, store: make.Store) -> None:
    key = database.write(lambda s: make.record(s, 30_000_000))
    trucks = database.write(lambda s: [make.delivery(s, store).id for _ in range(5)])

    def claim(session: Session) -> None:
        number = uuid4()
        wanted = lots.WeighRequest(
            number, lots.Purpose.GROSS, delivery_id=trucks[number.int % len(trucks)], record=key
        )  # fmt: skip
        lots.weigh(session, wanted, by=make.ASHA, at=make.NOW)

    outcomes = race(database, claim)
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "weight_already_claimed", "already_weighed"}
    database.read(make.sound)


def test_moves_to_and_fro_never_lose_a_unit(database: Database, store: make.Store, lot: lots.Lot) -> None:
    database.write(
        lambda s: lots.move(
            s, lots.MoveUnits(uuid4(), lot.id, store.slots[0].id, store.slots[1].id, 5), by=make.ASHA, at=make.NOW
        )
    )

    def swing(session: Session) -> None:
        number = uuid4()
        here, there = (store.slots[0].id, store.slots[1].id)[:: 1 if number.int % 2 else -1]
        lots.move(session, lots.MoveUnits(number, lot.id, here, there, 1), by=make.ASHA, at=make.NOW)

    outcomes = race(database, swing)
    assert set(outcomes) <= {"done", "not_in_slot"}
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.units_on_hand, found.in_store) == (10, True)
    database.read(make.sound)


def test_the_same_request_twenty_times_is_one_effect(database: Database, lot: lots.Lot) -> None:
    out = lots.TakeOut(lot.id, 2, 3_990_000, uuid4())
    outcomes = race(database, lambda session: lots.take_out(session, out, by=make.ASHA, at=make.NOW))
    assert outcomes == ["done"] * CLIENTS
    assert database.read(lambda s: lots.facts(s, [lot.id]))[0].units_on_hand == 8
    database.read(make.sound)
