"""What the dock refuses that no other test meets: by right, by state and by what makes no sense; nothing changes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests.dock import test_bookings, test_damage, test_intake, test_printing
from tests.dock.pictures import picture
from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, facility
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden, WmsError

P = make.P
CLERK, CASHIER, BOSS = test_bookings.CLERK, test_damage.CASHIER, test_damage.BOSS
Act = Callable[..., Any]

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def refuses(database: Database, error: type[WmsError], act: Act, request: Any, by: Actor) -> None:
    """Fail unless an act is refused with an error and changes nothing at all."""
    with make.refused(database, error):
        database.write(lambda session: act(session, request, by=by, at=make.NOW))


def test_what_a_booking_refuses(database: Database, store: Keeper) -> None:
    asked = test_bookings.book(database, store)
    stranger, owner = store.stranger(P.BOOK_ARRIVAL), store.owner(P.BOOK_ARRIVAL)
    wrong: list[dict[str, Any]] = [{"variety": " "}, {"from_minute": 481}]
    for changes in wrong:
        refuses(database, dock.BookingInvalid, dock.book_arrival, test_bookings.wanted(store, **changes), CLERK)
    cancel, opened = dock.CancelArrival(uuid4(), asked.id, "rain"), dock.OpenBooked(uuid4(), asked.id)
    refuses(database, Forbidden, dock.cancel_arrival, cancel, make.NOBODY)
    refuses(database, dock.BookingNotFound, dock.cancel_arrival, cancel, stranger)
    refuses(database, dock.BookingInvalid, dock.cancel_arrival, dock.CancelArrival(uuid4(), asked.id, " "), owner)
    for one in (opened, dock.OpenBooked(uuid4(), uuid4())):  # nor does who may not learn what is there
        refuses(database, Forbidden, dock.open_booked, one, owner)
    with make.refused(database, dock.BookingNotFound):
        database.read(lambda session: dock.get_booking(session, asked.id, stranger))
    for changes in ({"storage_type": facility.StorageType.CA}, {"site_id": _other_site(database)}):
        room = database.write(lambda session, changes=changes: _room(session, store, changes))  # type: ignore[misc]
        confirm = dock.ConfirmArrival(uuid4(), asked.id, room.id)
        refuses(database, dock.BookingInvalid, dock.confirm_arrival, confirm, CLERK)
        at_once = test_bookings.wanted(store, from_minute=720, to_minute=780, room_id=room.id)
        refuses(database, Forbidden, dock.book_arrival, at_once, owner)
    unknown = dock.ConfirmArrival(uuid4(), uuid4(), store.room.id)
    refuses(database, Forbidden, dock.confirm_arrival, unknown, owner)
    no_plate = test_bookings.book(database, store, plate="", from_minute=720, to_minute=780)
    refuses(database, dock.BookingInvalid, dock.open_booked, dock.OpenBooked(uuid4(), no_plate.id), CLERK)
    test_bookings.confirm(database, asked.id, store.room.id)
    nothing = dock.TakeArrivalDeposit(uuid4(), asked.id, 0)
    refuses(database, dock.BookingInvalid, dock.take_arrival_deposit, nothing, CASHIER)


def _other_site(database: Database) -> Any:
    wanted = facility.AddSiteRequest(uuid4(), "yt2", "烟台二库", "Asia/Shanghai")
    return database.write(lambda session: facility.add_site(session, wanted, by=make.ESHA, at=make.NOW)).id


def _room(session: Session, store: Keeper, changes: dict[str, Any]) -> facility.Room:
    values: dict[str, Any] = {
        "site_id": store.site.id,
        "code": "R" + uuid4().hex[:3].upper(),
        "name": "B",
        "storage_type": facility.StorageType.RA,
    }
    return facility.add_room(
        session, facility.AddRoomRequest(id=uuid4(), **{**values, **changes}), by=make.ESHA, at=make.NOW
    )


def test_what_crates_refuse(database: Database, store: Keeper) -> None:
    right: dict[str, Any] = {"code": "W18", "name": "木箱", "tare_grams": 1, "deposit_fen": 0}
    wrong: list[dict[str, Any]] = [{"code": " "}, {"name": " "}, {"tare_grams": 0}, {"deposit_fen": -1},
                                   {"deposit_fen": 10**8}]  # fmt: skip
    for changes in wrong:
        request = dock.AddCrateType(id=uuid4(), owner_id=store.keeper.id, **{**right, **changes})
        refuses(database, dock.CrateRequestWrong, dock.add_crate_type, request, make.ESHA)
    request = dock.AddCrateType(id=uuid4(), owner_id=store.keeper.id, **right)
    database.write(lambda session: dock.add_crate_type(session, request, by=make.ESHA, at=make.NOW))
    many = dock.MoveCrates(uuid4(), request.id, 1_000_001, None, store.keeper.id)
    refuses(database, dock.CrateRequestWrong, dock.move_crates, many, make.ESHA)
    refuses(database, dock.CrateDepositNotDue, dock.take_crate_deposit,
            dock.TakeCrateDeposit(uuid4(), store.bina.id, 0), CASHIER)  # fmt: skip


def test_what_a_claim_refuses(database: Database, store: Keeper) -> None:
    lot = database.write(lambda session: make.lot(session, store, slot=store.slots[0]))
    damage = test_damage.report(database, lot.id)
    test_damage.photographed(database, damage.id)
    filed = test_damage.claim(database, damage.id)
    no = dock.ClaimRejected(uuid4(), filed.id, " ")
    refuses(database, Forbidden, dock.record_claim_rejected, no, make.ASHA)
    refuses(database, dock.DamageInvalid, dock.record_claim_rejected, no, BOSS)
    for fen, reference in ((0, "PICC-77"), (1, " ")):
        request = dock.ClaimPaid(uuid4(), filed.id, fen, reference)
        refuses(database, dock.DamageInvalid, dock.record_claim_paid, request, CASHIER)
    test_damage.paid(database, filed.id)
    refuses(database, Forbidden, dock.settle_claim, dock.SettleClaim(uuid4(), filed.id), make.ASHA)


def test_what_residues_and_prints_refuse(database: Database, store: Keeper) -> None:
    lot = test_intake.lot(database, store)
    right: dict[str, Any] = {
        "substance": "吡虫啉", "laboratory": "烟台检测", "certificate": "R-1", "sampled_on": make.NOW.on,
        "found_micrograms_kg": 1, "limit_micrograms_kg": 500,
    }  # fmt: skip
    wrong: list[dict[str, Any]] = [
        {"substance": " "}, {"laboratory": " "}, {"sampled_on": make.NOW.on + timedelta(days=1)},
        {"found_micrograms_kg": -1}, {"found_micrograms_kg": 2**31}, {"limit_micrograms_kg": -1},
    ]  # fmt: skip
    for changes in wrong:
        request = dock.RecordResidue(id=uuid4(), lot_id=lot.id, **{**right, **changes})
        refuses(database, dock.TreatmentInvalid, dock.record_residue, request, make.ASHA)
    rightly = dock.RecordResidue(id=uuid4(), lot_id=lot.id, **right)
    refuses(database, Forbidden, dock.record_residue, rightly, make.NOBODY)
    sprays: list[tuple[str, date, int]] = [(" ", make.NOW.on, 7), ("吡虫啉", make.NOW.on, -1)]
    for substance, sprayed_on, interval in sprays:
        spray = dock.RecordTreatment(uuid4(), lot.id, substance, sprayed_on, interval, "spray book")
        refuses(database, dock.TreatmentInvalid, dock.record_treatment, spray, make.ASHA)
    job = test_printing.labels(database, lot.id, printer="dock1", content="^XA^XZ")
    for act in (dock.retry_print, dock.cancel_print):
        refuses(database, Forbidden, act, job.id, make.NOBODY)
        refuses(database, dock.PrintJobNotFound, act, uuid4(), make.ASHA)
    with make.refused(database, dock.PrintJobNotFound):
        database.read(lambda session: dock.get_print_job(session, uuid4()))


def test_a_photo_that_is_not_there(database: Database, store: Keeper, tmp_path: Any) -> None:
    lot = database.write(lambda session: make.lot(session, store))
    request = dock.AttachPhoto(uuid4(), dock.PhotoOf.LOT, lot.id, picture("JPEG"))
    photo = database.write(
        lambda session: dock.attach_photo(session, request, folder=tmp_path, by=make.ASHA, at=make.NOW)
    )
    with make.refused(database, dock.PhotoNotFound):
        database.read(lambda session: dock.get_photo(session, uuid4(), make.ASHA))
    for folder in (None, tmp_path / "elsewhere"):
        with make.refused(database, dock.PhotoNotFound):
            database.read(lambda session, folder=folder: dock.photo_body(session, photo, folder))  # type: ignore[misc]
