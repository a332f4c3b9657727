"""Appointments: a window takes so many trucks and no more, is given back, moved, missed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.pickup import make
from tests.pickup.make import CLERK, NOBODY, OUT, House
from wms import billing, pickup
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

EIGHT, NINE = 8 * 60, 9 * 60


def book(session: Any, house: House, exit_id: UUID, start: int = EIGHT, on: date = OUT.on) -> pickup.PickupAppointment:
    return pickup.book_pickup(session, pickup.BookPickup(uuid4(), exit_id, "1", on, start), by=house.owner, at=OUT)


def taken(session: Any, start: int = EIGHT, on: date = OUT.on) -> int:
    return next(one.taken for one in pickup.windows(session, on) if one.start_minute == start)


def test_booked_moved_missed_and_given_back(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.hours(session)
        order = house.open(session, 10)
        request = pickup.BookPickup(uuid4(), order.id, "1", OUT.on, EIGHT)
        first = pickup.book_pickup(session, request, by=house.owner, at=OUT)
        assert pickup.book_pickup(session, request, by=house.owner, at=OUT) is first
        with pytest.raises(pickup.AppointmentStands), session.begin_nested():
            book(session, house, order.id, NINE)
        move = pickup.MovePickup(uuid4(), first.id, "1", OUT.on, NINE)
        for _ in range(2):
            assert pickup.move_pickup(session, move, by=CLERK, at=OUT).start_minute == NINE
        assert (taken(session), taken(session, NINE)) == (0, 1)
        missed = pickup.EndPickup(uuid4(), first.id)
        assert pickup.note_no_show(session, missed, by=CLERK, at=OUT).state == "no_show"
        with pytest.raises(pickup.AppointmentOver), session.begin_nested():
            pickup.move_pickup(session, replace(move, id=uuid4()), by=CLERK, at=OUT)
        again = book(session, house, order.id)
        assert pickup.note_arrival(session, pickup.EndPickup(uuid4(), again.id), by=CLERK, at=OUT).state == "arrived"
        assert (taken(session), taken(session, NINE)) == (1, 0)
        assert [event.step for event in pickup.events_of(session, first.id)] == ["booked", "moved", "no_show"]
        assert list(pickup.check(session)) == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_cannot_be_booked(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.hours(session, capacity=1, weekdays=str(OUT.on.isoweekday()))
        orders = [house.open(session, 10) for _ in range(2)]
        book(session, house, orders[0].id)
        with pytest.raises(pickup.WindowFull), session.begin_nested():
            book(session, house, orders[1].id)
        for start, on in ((EIGHT + 30, OUT.on), (12 * 60, OUT.on), (EIGHT, OUT.on + timedelta(days=1)),
                          (EIGHT, OUT.on - timedelta(days=7))):  # fmt: skip
            with pytest.raises(pickup.WindowUnknown), session.begin_nested():
                book(session, house, orders[1].id, start, on)
        with pytest.raises(billing.ExitNotFound), session.begin_nested():
            pickup.book_pickup(session, pickup.BookPickup(uuid4(), orders[1].id, "1", OUT.on, NINE), by=house.stranger,
                               at=OUT)  # fmt: skip
        billing.void_exit(session, billing.VoidExit(uuid4(), orders[1].id, "kept"), by=CLERK, at=OUT)
        with pytest.raises(pickup.NothingToCollect), session.begin_nested():
            book(session, house, orders[1].id, NINE)
        mine = pickup.appointment_of(session, orders[0].id)
        assert mine is not None
        with pytest.raises(pickup.AppointmentNotFound), session.begin_nested():
            pickup.cancel_pickup(session, pickup.EndPickup(uuid4(), mine.id), by=house.stranger, at=OUT)
        with pytest.raises(Forbidden):
            pickup.note_arrival(session, pickup.EndPickup(uuid4(), mine.id), by=house.owner, at=OUT)
        assert pickup.cancel_pickup(session, pickup.EndPickup(uuid4(), mine.id), by=house.owner, at=OUT).state
        assert taken(session) == 0


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_days_close_marks_who_did_not_come_once(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.hours(session)
        book(session, house, house.open(session, 10).id)
        tomorrow = make.later(OUT, days=1)
        found = [pickup.close_windows(session, by=SYSTEM, at=at) for at in (OUT, tomorrow, tomorrow)]
        assert found == [0, 1, 0]
        assert list(pickup.check(session)) == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_hours_that_cannot_be_kept(database: Database) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"dock": " "}, {"opens_minute": 720}, {"window_minutes": 5}, {"capacity": 0}, {"weekdays": "18"},
        {"weekdays": "11"}, {"closes_minute": 1441}, {"window_minutes": 300},
    )  # fmt: skip
    with database.transaction() as session:
        for changes in wrong:
            with pytest.raises(pickup.DockHoursInvalid), session.begin_nested():
                make.hours(session, **changes)
        with pytest.raises(Forbidden):
            make.hours(session, by=NOBODY)


def test_six_owners_want_the_last_two_places_at_once(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        make.hours(session)
        exits = [house.open(session, 10).id for _ in range(6)]

    def want(exit_id: UUID) -> str:
        try:
            return database.write(lambda session: book(session, house, exit_id).state)
        except pickup.WindowFull:
            return "full"

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(want, exits)) == ["booked"] * 2 + ["full"] * 4
    with database.transaction() as session:
        assert taken(session) == 2
        assert list(pickup.check(session)) == []
