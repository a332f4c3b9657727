from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, ledger, lots
from wms.kernel.actor import SYSTEM, Actor
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.idempotency import RequestIdReused

P = make.P
CLERK = make.actor("Asha", *make.CLERK_MAY, P.BOOK_ARRIVAL)
CASHIER = make.actor("Kai", P.SEE_ALL, P.TAKE_PAYMENT)
DUE = make.later(days=2).on


def wanted(store: Keeper, **changes: Any) -> dock.BookArrival:
    values: dict[str, Any] = {
        "id": uuid4(), "site_id": store.site.id, "owner_id": store.bina.id, "variety": "红富士", "units": 100,
        "grams": 2_000_000, "due_on": DUE, "from_minute": 480, "to_minute": 600, "plate": "鲁F12345",
    }  # fmt: skip
    return dock.BookArrival(**{**values, **changes})


def book(
    database: Database, store: Keeper, by: Actor = CLERK, at: Moment = make.NOW, **changes: Any
) -> dock.ArrivalBooking:
    return database.write(lambda s: dock.book_arrival(s, wanted(store, **changes), by=by, at=at))


def confirm(database: Database, booking_id: UUID, room_id: UUID, by: Actor = CLERK) -> dock.ArrivalBooking:
    request = dock.ConfirmArrival(uuid4(), booking_id, room_id)
    return database.write(lambda s: dock.confirm_arrival(s, request, by=by, at=make.NOW))


def space(database: Database, store: Keeper) -> lots.RoomSpace:
    return database.read(lambda s: lots.space_of_room(s, store.room.id, make.NOW.on))


def deposit(database: Database, booking_id: UUID, by: Actor) -> dock.ArrivalBooking:
    """A deposit of 500 yuan, sent twice."""
    request = dock.TakeArrivalDeposit(uuid4(), booking_id, 50_000)
    database.write(lambda s: dock.take_arrival_deposit(s, request, by=by, at=make.NOW))
    return database.write(lambda s: dock.take_arrival_deposit(s, request, by=by, at=make.NOW))


def sound(database: Database) -> None:
    assert [str(found) for found in database.read(lambda s: [*dock.check(s), *lots.check(s)])] == []


def test_an_owner_asks_and_the_store_confirms(database: Database, store: Keeper) -> None:
    owner = store.owner(P.BOOK_ARRIVAL)
    request = wanted(store)
    first, again = (database.write(lambda s: dock.book_arrival(s, request, by=owner, at=make.NOW)) for _ in range(2))
    assert (first.id, first.state, first.code) == (again.id, "asked", "B261022-0001")
    assert space(database, store).promised_units == 0
    assert confirm(database, first.id, store.room.id).state == "confirmed"
    assert (space(database, store).promised_units, space(database, store).promised_grams) == (100, 2_000_000)
    with make.refused(database, dock.BookingNotOpen):
        confirm(database, first.id, store.room.id)
    with make.refused(database, RequestIdReused):
        book(database, store, by=owner, id=request.id, units=99)
    sound(database)


def test_only_ones_own_and_by_right(database: Database, store: Keeper) -> None:
    stranger = store.stranger(P.BOOK_ARRIVAL)
    with make.refused(database, dock.BookingNotFound):
        book(database, store, by=stranger)
    with make.refused(database, Forbidden):
        book(database, store, by=make.NOBODY)
    owner = store.owner(P.BOOK_ARRIVAL)
    with make.refused(database, Forbidden):
        book(database, store, by=owner, room_id=store.room.id)
    mine = book(database, store, by=owner)
    with make.refused(database, dock.BookingNotFound):
        request = dock.CancelArrival(uuid4(), mine.id, "no")
        database.write(lambda s: dock.cancel_arrival(s, request, by=stranger, at=make.NOW))
    with make.refused(database, Forbidden):
        confirm(database, mine.id, store.room.id, by=owner)
    with database.snapshot() as session:
        assert [len(dock.list_bookings(session, who).items) for who in (owner, stranger)] == [1, 0]


def test_what_makes_no_sense_is_refused(database: Database, store: Keeper) -> None:
    days: list[tuple[dict[str, Any], type[WmsError]]] = [
        ({"due_on": make.NOW.on + timedelta(days=off)}, dock.BookingDayWrong) for off in (-1, 61)
    ]
    others: list[dict[str, Any]] = [{"to_minute": 480}, {"units": 0}, {"grams": 99}, {"storage_type": "attic"}]
    days += [(one, dock.BookingInvalid) for one in others]
    for changes, error in days:
        with make.refused(database, error):
            book(database, store, **changes)


def test_a_window_takes_so_many_trucks(database: Database, store: Keeper) -> None:
    made = [book(database, store) for _ in range(6)]
    with make.refused(database, dock.WindowFull):
        book(database, store)
    assert book(database, store, from_minute=600, to_minute=660).code == "B261022-0007"
    request = dock.CancelArrival(uuid4(), made[0].id, "rain")
    database.write(lambda s: dock.cancel_arrival(s, request, by=CLERK, at=make.NOW))
    assert book(database, store).state == "asked"


def test_kept_space_is_nobody_elses(database: Database, store: Keeper) -> None:
    """Of the room's 4,000 units 3,990 are promised: ten of another's find room, the eleventh does not."""
    coming = book(database, store, room_id=store.room.id, units=3_990, grams=4_000_000)
    assert coming.state == "confirmed"
    with make.refused(database, lots.RoomPromised):
        book(database, store, room_id=store.room.id, units=11)
    other = database.write(lambda s: make.lot(s, store, units=11, owner=store.chand.id))
    slots = store.slots

    def put(units: int, at: Moment = make.NOW, forced: bool = False) -> lots.Lot:
        request = lots.PutAway(uuid4(), other.id, slots[0].id, units, forced=forced)
        return database.write(lambda s: lots.put_away(s, request, by=make.ESHA, at=at))

    with make.refused(database, lots.RoomPromised):
        put(11)
    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, other.id), on=make.NOW.on))
    assert {row.units_free for row in proposed} == {10}
    assert put(10).units_placed == 10
    with make.refused(database, lots.RoomPromised):
        put(1)
    assert put(1, forced=True).units_placed == 11
    sound(database)


def test_promised_space_lapses_with_its_day(database: Database, store: Keeper) -> None:
    book(database, store, room_id=store.room.id, units=4_000)
    after = database.read(lambda s: lots.space_of_room(s, store.room.id, DUE + timedelta(days=1)))
    assert (space(database, store).free_units, after.free_units) == (0, 4_000)


def test_the_booked_truck_uses_its_space(database: Database, store: Keeper) -> None:
    coming = book(database, store, room_id=store.room.id, units=4_000, grams=20_000_000)
    request = dock.OpenBooked(uuid4(), coming.id)
    opened, again = (database.write(lambda s: dock.open_booked(s, request, by=CLERK, at=make.NOW)) for _ in range(2))
    assert (opened.id, opened.plate, opened.owner_id) == (again.id, "鲁F12345", store.bina.id)
    with make.refused(database, dock.BookingNotOpen):
        other = dock.OpenBooked(uuid4(), coming.id)
        database.write(lambda s: dock.open_booked(s, other, by=CLERK, at=make.NOW))
    database.write(lambda s: make.weigh_truck(s, opened.id, gross=30_000_000))
    create = lots.CreateLot(uuid4(), opened.id, make.goods(), 10, 20_000_000, weighed_by_instrument=True)
    database.write(lambda s: lots.create_lot(s, create, by=make.ASHA, at=make.NOW))
    put = lots.PutAway(uuid4(), create.id, store.slots[0].id, 10)
    database.write(lambda s: lots.put_away(s, put, by=make.ASHA, at=make.NOW))
    assert (space(database, store).promised_units, space(database, store).promised_grams) == (3_990, 0)
    found = database.read(lambda s: dock.get_booking(s, coming.id, CLERK))
    assert (found.state, found.delivery_id) == ("arrived", opened.id)
    sound(database)


def test_a_deposit_stands_in_the_books_until_the_truck_comes_or_stays_away(database: Database, store: Keeper) -> None:
    came, stayed = (book(database, store, room_id=store.room.id) for _ in range(2))
    for booking in (came, stayed):
        assert deposit(database, booking.id, CASHIER).deposit_fen == 50_000
    accounts = ("L:ArrivalDeposit:G1", "L:GrowerPayable:G1")

    def balances() -> list[int]:
        return database.read(lambda s: [ledger.balance(s, code) for code in accounts])

    assert balances() == [-100_000, 0]
    with make.refused(database, Forbidden):
        deposit(database, came.id, CLERK)
    sound(database)
    database.write(lambda s: dock.open_booked(s, dock.OpenBooked(uuid4(), came.id), by=CLERK, at=make.NOW))
    cancel = dock.CancelArrival(uuid4(), stayed.id, "sold elsewhere")
    database.write(lambda s: dock.cancel_arrival(s, cancel, by=store.owner(P.BOOK_ARRIVAL), at=make.NOW))
    assert balances() == [0, -100_000]
    with make.refused(database, dock.BookingNotOpen):
        deposit(database, stayed.id, SYSTEM)
    sound(database)
