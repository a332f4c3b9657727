"""Booked arrivals with a deposit stand on the board until they come."""

from uuid import uuid4

from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, trading
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.workers.outbox import OutboxWorker


def test_a_deposit_brings_coming_goods_onto_the_board(database: Database) -> None:
    store = database.write(Keeper)
    worker = OutboxWorker(database, lambda: make.NOW, {})
    wanted = dock.BookArrival(
        uuid4(), store.site.id, store.bina.id, "红富士", 100, 2_000_000, make.NOW.on, 480, 600, plate="鲁F1",
        room_id=store.room.id,
    )  # fmt: skip
    database.write(lambda s: dock.book_arrival(s, wanted, by=SYSTEM, at=make.NOW))
    while worker.work_once():
        pass
    assert _listings(database) == []
    deposit = dock.TakeArrivalDeposit(uuid4(), wanted.id, 10_000)
    database.write(lambda s: dock.take_arrival_deposit(s, deposit, by=SYSTEM, at=make.NOW))
    while worker.work_once():
        pass
    (listing,) = _listings(database)
    assert (listing.lot_id, listing.arrival_deposit_paid, listing.arrival_due_on) == (None, True, make.NOW.on)
    assert (listing.state, listing.grams_per_unit, listing.seller_id) == ("open", 20_000, store.bina.id)
    database.write(lambda s: dock.open_booked(s, dock.OpenBooked(uuid4(), wanted.id), by=SYSTEM, at=make.NOW))
    while worker.work_once():
        pass
    assert [row.state for row in _listings(database)] == ["withdrawn"]


def _listings(database: Database) -> list[trading.Listing]:
    from_seller = database.read(lambda s: trading.my_listings(s, by=SYSTEM).items)
    return list(from_seller)
