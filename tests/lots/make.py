"""The cast, the store and the moments of lots' tests. Every default is legal: a test says only what matters."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.servers.pictures import picture_of
from wms import facility, lots, parties
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.kernel.errors import WmsError

P = Permission
CLERK_MAY = {
    P.SEE_ALL, P.TAKE_IN, P.WEIGH, P.WEIGH_OUT, P.MOVE_STOCK, P.INSPECT, P.HOLD_STOCK, P.CLOSE_EXIT,
    P.APPROVE_RELEASE, P.ORDER_EXIT,
}  # fmt: skip


def actor(name: str, *permissions: Permission, party_id: UUID | None = None) -> Actor:
    return Actor(uuid4(), name, frozenset(permissions), person_id=uuid4(), party_id=party_id)


ASHA = actor("Asha, clerk", *CLERK_MAY)
ESHA = actor("Esha, manager", *Permission)
WITNESS = actor("Wei, witness", P.WITNESS_WEIGHT)
NOBODY = actor("Nobody")
GATEWAY = "gw-a1"
TRUCK_SCALE = "truck1"
PLATFORM = "platform1"
_sequence = count(1)


def moment(day: str = "2026-10-20", hour: int = 4, minute: int = 0) -> Moment:
    on = date.fromisoformat(day)
    return Moment(at=datetime.combine(on, time(hour, minute), UTC), on=on)


NOW = moment()


def later(seconds: int = 60, days: int = 0) -> Moment:
    return Moment(at=NOW.at + timedelta(days=days, seconds=seconds), on=NOW.on + timedelta(days=days))


class Store:
    """A site with a cold room, a CA room, a truck scale and a platform; growers Bina and Chand."""

    def __init__(self, session: Session, capacity_units: int = 1_000, capacity_grams: int = 30_000_000) -> None:
        self.site = facility.add_site(
            session, facility.AddSiteRequest(uuid4(), "yt1", "烟台一库", "Asia/Shanghai"), by=SYSTEM, at=NOW
        )
        self.room = self.add_room(session, "A1", facility.StorageType.RA)
        self.ca_room = self.add_room(session, "C1", facility.StorageType.CA)
        self.slots = self.add_slots(session, self.room, 4, capacity_units, capacity_grams)
        self.ca_slots = self.add_slots(session, self.ca_room, 2, capacity_units, capacity_grams)
        self.truck = self.add_scale(session, TRUCK_SCALE, 20_000, 80_000_000)
        self.platform = self.add_scale(session, PLATFORM, 500, 3_000_000)
        self.bina = self.add_party(session, "G1", "Bina")
        self.chand = self.add_party(session, "G2", "Chand")

    def add_room(self, session: Session, code: str, storage: facility.StorageType) -> facility.Room:
        request = facility.AddRoomRequest(uuid4(), self.site.id, code, f"{code} 库", storage)
        return facility.add_room(session, request, by=SYSTEM, at=NOW)

    def add_slots(
        self, session: Session, room: facility.Room, bays: int, units: int, grams: int
    ) -> list[facility.Slot]:
        request = facility.AddSlotsRequest(uuid4(), room.id, (1, 1), (1, bays), (1, 1), grams, units)
        facility.add_slots(session, request, by=SYSTEM, at=NOW)
        return facility.list_slots(session, room.id).items

    def add_scale(self, session: Session, name: str, e_grams: int, capacity: int) -> facility.Instrument:
        request = facility.AddInstrumentRequest(
            uuid4(), self.site.id, GATEWAY, name, facility.InstrumentKind.SCALE, "dock 1",
            protocol="toledo", e_grams=e_grams, capacity_grams=capacity,
        )  # fmt: skip
        return facility.add_instrument(session, request, by=SYSTEM, at=NOW)

    def add_party(self, session: Session, code: str, name: str) -> parties.Party:
        request = parties.AddPartyRequest(uuid4(), code, parties.PartyKind.GROWER, name)
        return parties.add_party(session, request, by=SYSTEM, at=NOW)

    def owner(self, *permissions: Permission) -> Actor:
        return actor("Bina", *permissions, party_id=self.bina.id)

    def stranger(self, *permissions: Permission) -> Actor:
        return actor("Chand", *permissions, party_id=self.chand.id)


def record(
    session: Session, grams: int, *, instrument: str = TRUCK_SCALE, at: Moment = NOW, **changes: Any
) -> lots.RecordKey:
    """One stable capture that has arrived; returns its key."""
    wanted = record_request(grams, instrument=instrument, at=at, **changes)
    lots.record_weight(session, wanted, at=at)
    return lots.RecordKey(wanted.gateway, wanted.epoch, wanted.sequence)


def record_request(
    grams: int, *, instrument: str = TRUCK_SCALE, at: Moment = NOW, **changes: Any
) -> lots.WeightRecordRequest:
    values: dict[str, Any] = {
        "gateway": GATEWAY, "epoch": 1, "sequence": next(_sequence), "instrument": instrument, "taken_at": at.at,
        "weight_grams": grams, "net": None, "tare_grams": None, "stable": True, "e_grams": 500,
        "protocol": "toledo", "raw_hex": "02343030303030303030303030300d", "capture_id": uuid4(),
    }  # fmt: skip
    return lots.WeightRecordRequest(**{**values, **changes})


def delivery(session: Session, store: Store, *, owner: UUID | None = None, at: Moment = NOW) -> lots.Delivery:
    request = lots.OpenDelivery(uuid4(), store.site.id, owner or store.bina.id, "鲁F12345", "Li")
    return lots.open_delivery(session, request, by=ASHA, at=at)


def weigh_truck(
    session: Session, delivery_id: UUID, gross: int = 30_000_000, tare: int = 10_000_000, *, at: Moment = NOW
) -> None:
    for purpose, grams in ((lots.Purpose.GROSS, gross), (lots.Purpose.TARE, tare)):
        request = lots.WeighRequest(uuid4(), purpose, delivery_id=delivery_id, record=record(session, grams, at=at))
        lots.weigh(session, request, by=ASHA, at=at)


def goods(**changes: Any) -> lots.Goods:
    values: dict[str, Any] = {
        "variety": "富士", "grade": "一二级", "size_mm": 80, "size_rule": lots.SizeRule.AND_ABOVE,
        "colour_pattern": "片红", "bagging": "纸袋", "orchard_block": "蓬莱 7", "picking_number": 1, "origin": "蓬莱",
    }  # fmt: skip
    return lots.Goods(**{**values, **changes})


def lot(
    session: Session,
    store: Store,
    *,
    units: int = 10,
    grams: int = 20_000_000,
    owner: UUID | None = None,
    at: Moment = NOW,
    slot: facility.Slot | None = None,
    **changes: Any,
) -> lots.Lot:
    """A lot of one delivery, on the dock; put away if a slot is given."""
    truck = delivery(session, store, owner=owner, at=at)
    weigh_truck(session, truck.id, gross=10_000_000 + grams, at=at)
    storage = changes.pop("storage_type", lots.StorageType.RA)
    values: dict[str, Any] = {"weighed_by_instrument": True, "goods": goods(storage_type=storage), **changes}
    request = lots.CreateLot(uuid4(), truck.id, units=units, grams=grams, **values)
    made = lots.create_lot(session, request, by=ASHA, at=at)
    lots.complete_delivery(session, truck.id, by=ASHA, at=at)
    if slot is not None:
        lots.put_away(session, lots.PutAway(uuid4(), made.id, slot.id, units), by=ASHA, at=at)
    return made


def hold(session: Session, lot_id: UUID, units: int, reason: lots.HoldReason, **changes: Any) -> lots.LotHold:
    request = lots.PlaceHold(uuid4(), lot_id, units, reason, subject_id=uuid4(), **changes)
    return lots.place_hold(session, request, by=ESHA, at=NOW)


def lift(session: Session, hold: lots.LotHold) -> None:
    """Lift all of a hold; a quarantine by two people."""
    if hold.reason != lots.HoldReason.QUARANTINE:
        lots.lift_hold(session, hold.id, by=ESHA, at=NOW)
        return
    asked = lots.ask_release(session, lots.AskRelease(uuid4(), hold.id, "looked at again"), by=ESHA, at=NOW)
    lots.decide_release(session, lots.DecideRelease(uuid4(), asked.id, True), by=ASHA, at=NOW)


def picture(database: Database) -> dict[str, list[str]]:
    """Everything every table holds, as text: equal pictures, nothing changed."""
    return database.read(picture_of)


@contextmanager
def refused(database: Database, error: type[WmsError]) -> Iterator[None]:
    """What happens inside is refused with `error` and changes nothing at all."""
    before = picture(database)
    with pytest.raises(error):
        yield
    assert picture(database) == before


def change(database: Database, statement: str) -> None:
    """Change rows as somebody with the database in hand would: no triggers, no constraints."""
    table = statement.split()[1] if statement.startswith("UPDATE") else statement.split()[2]
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.writer.url.database), isolation_level=None)) as raw:
            raw.execute("PRAGMA ignore_check_constraints=ON")
            for verb in ("update", "delete"):
                raw.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            raw.execute(statement)
        return

    def work(session: Session) -> None:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        names = session.scalars(
            text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(:name AS regclass)"),
            {"name": table},
        ).all()
        for name in names:
            session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
        session.execute(text(statement))

    database.write(work)


def sound(session: Session) -> None:
    """The room's own check finds nothing."""
    session.flush()
    assert [str(finding) for finding in lots.check(session)] == []
