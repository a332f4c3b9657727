"""What the dock has booked stands in the reports: truck by truck, and by day beside the room that is left."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.dock.test_bookings import CLERK, DUE, book
from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, insight, lots
from wms.kernel.clock import Moment
from wms.kernel.database import Database


def sheet(database: Database, kind: insight.ReportKind, at: Moment = make.NOW) -> list[list[object]]:
    def work(session: Session) -> list[list[object]]:
        found = insight.report(session, insight.ReportRequest(kind), by=make.ESHA, at=at)
        return [list(row) for row in found.rows]

    return database.read(work)


def test_bookings_are_forecast_by_day_and_gone_with_their_day(database: Database, store: Keeper) -> None:
    database.write(lambda s: make.lot(s, store, units=10, grams=1_000_000, slot=store.slots[0]))
    later = DUE + timedelta(days=1)
    book(database, store, room_id=store.room.id)
    book(database, store, units=50, grams=900_000, from_minute=600, to_minute=660)
    book(database, store, due_on=later, grams=3_000_000)
    lost = book(database, store, due_on=later)
    database.write(
        lambda s: dock.cancel_arrival(s, dock.CancelArrival(uuid4(), lost.id, "frost"), by=CLERK, at=make.NOW)
    )
    slots = [slot.id for slot in (*store.slots, *store.ca_slots)]
    lying = database.read(lambda s: sum(row.load_grams for row in lots.stock_of_slots(s, slots)))
    room = 6 * 30_000_000 - lying
    assert sheet(database, insight.ReportKind.FORECAST) == [
        [DUE, 2, 150, 2_900_000, 2_000_000, 2_900_000, room - 2_900_000],
        [later, 1, 100, 3_000_000, 0, 5_900_000, room - 5_900_000],
    ]
    rows = sheet(database, insight.ReportKind.ARRIVALS)
    assert [(row[0], row[5], str(row[7])) for row in rows] == [
        (DUE, 100, "booked and confirmed, 08:00–10:00"), (DUE, 50, "booking asked for, 10:00–11:00"),
        (later, 100, "booking asked for, 08:00–10:00"),
    ]  # fmt: skip
    assert [row[0] for row in sheet(database, insight.ReportKind.FORECAST, make.later(days=3))] == [later]
