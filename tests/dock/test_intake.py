from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.dock.pictures import picture
from tests.lots import make
from tests.receipts.make import Keeper
from wms import dock, lots
from wms.dock.rules.residues import Finding, Spray, judged, waited
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

P = make.P
SECONDS = count(1)  # one result after the other
HARVEST = make.NOW.on - timedelta(days=2)


def sound(database: Database) -> None:
    assert [str(found) for found in database.read(lambda s: [*dock.check(s), *lots.check(s)])] == []


def lot(database: Database, store: Keeper, harvest_on: date | None = HARVEST) -> lots.Lot:
    return database.write(lambda s: make.lot(s, store, goods=make.goods(harvest_on=harvest_on)))


def spray(database: Database, lot_id: UUID, days_before: int, interval: int, by: Actor = make.ASHA) -> dock.Treatment:
    request = dock.RecordTreatment(
        uuid4(), lot_id, "吡虫啉", HARVEST - timedelta(days=days_before), interval, "spray book"
    )
    return database.write(lambda s: dock.record_treatment(s, request, by=by, at=make.NOW))


def result(database: Database, lot_id: UUID, found: int, by: Actor = make.ASHA, **changes: Any) -> dock.ResidueResult:
    values = {"substance": "吡虫啉", "laboratory": "烟台检测", "certificate": "R-1", "sampled_on": make.NOW.on}
    request = dock.RecordResidue(
        id=uuid4(), lot_id=lot_id, found_micrograms_kg=found, limit_micrograms_kg=500, **{**values, **changes}
    )
    at = make.later(seconds=next(SECONDS))
    return database.write(lambda s: dock.record_residue(s, request, by=by, at=at))


def quarantined(database: Database, lot_id: UUID) -> int:
    return database.read(lambda s: lots.get_lot(s, lot_id).quarantine_units)


def release(database: Database, lot_id: UUID) -> None:
    """Somebody else lets go what the laboratory's result asked to be let go."""
    [asked] = database.read(lambda s: lots.releases_of(s, lot_id))
    request = lots.DecideRelease(uuid4(), asked.id, True)
    database.write(lambda s: lots.decide_release(s, request, by=make.ESHA, at=make.later(seconds=next(SECONDS))))


def test_the_interval_is_judged_to_the_day() -> None:
    sprayed = Spray(date(2026, 9, 1), 14)
    assert [waited(sprayed, date(2026, 9, day)) for day in (14, 15)] == [False, True]
    assert (waited(sprayed, None), waited(Spray(date(2026, 9, 1), 0), None)) == (False, True)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [([], "waiting_too_short"), ([(0, True)], "free"), ([(-1, True)], "waiting_too_short"),
     ([(0, True), (1, False)], "residue_found"), ([(0, False), (1, True)], "free")],
)  # fmt: skip
def test_only_a_later_sample_heals_a_short_wait(findings: list[tuple[int, bool]], verdict: str) -> None:
    day = date(2026, 9, 1)
    told = [Finding(day + timedelta(days=off), passed) for off, passed in findings]
    assert judged([Spray(day, 14)], told, day + timedelta(days=13)) == verdict


def test_goods_harvested_too_soon_stand_still_until_a_laboratory_frees_them(database: Database, store: Keeper) -> None:
    goods = lot(database, store)
    spray(database, goods.id, days_before=14, interval=14)
    assert quarantined(database, goods.id) == 0
    spray(database, goods.id, days_before=13, interval=14)
    assert quarantined(database, goods.id) == 10
    with make.refused(database, lots.LotQuarantined):
        database.write(lambda s: make.hold(s, goods.id, 1, lots.HoldReason.EXIT))
    result(database, goods.id, 501)
    assert quarantined(database, goods.id) == 10
    result(database, goods.id, 500)
    assert quarantined(database, goods.id) == 10, "one pair of eyes frees nothing"
    release(database, goods.id)
    assert quarantined(database, goods.id) == 0
    sound(database)


def test_another_quarantine_is_left_alone(database: Database, store: Keeper) -> None:
    goods = lot(database, store, harvest_on=None)
    database.write(lambda s: make.hold(s, goods.id, 4, lots.HoldReason.QUARANTINE))
    spray(database, goods.id, days_before=90, interval=14)
    assert quarantined(database, goods.id) == 10
    result(database, goods.id, 0)
    release(database, goods.id)
    assert quarantined(database, goods.id) == 4


def test_what_makes_no_sense_or_is_not_ones_own_is_refused(database: Database, store: Keeper) -> None:
    goods = lot(database, store)
    with make.refused(database, dock.TreatmentInvalid):
        spray(database, goods.id, days_before=-3, interval=14)
    with make.refused(database, dock.TreatmentInvalid):
        spray(database, goods.id, days_before=3, interval=366)
    with make.refused(database, dock.TreatmentInvalid):
        result(database, goods.id, 1, certificate=" ")
    with make.refused(database, Forbidden):
        spray(database, goods.id, 3, 1, by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        result(database, goods.id, 1, by=store.stranger(P.INSPECT))


def refusal(database: Database, delivery_id: UUID, by: Actor = make.ASHA, **changes: Any) -> dock.Refusal:
    values: dict[str, Any] = {"reason": dock.RefusalReason.DECAY, "note": "soft at the core", "units": 7}
    request = dock.RefuseGoods(**{"id": uuid4(), "delivery_id": delivery_id, **values, **changes})
    first = database.write(lambda s: dock.refuse_goods(s, request, by=by, at=make.NOW))
    assert database.write(lambda s: dock.refuse_goods(s, request, by=by, at=make.NOW)).id == first.id
    return first


def test_part_of_a_truck_or_all_of_it_is_refused(database: Database, store: Keeper) -> None:
    truck = database.write(lambda s: make.delivery(s, store))
    assert refusal(database, truck.id).units == 7
    for changes in ({"note": " "}, {"units": 0}, {"grams": -1}):
        with make.refused(database, dock.RefusalInvalid):
            refusal(database, truck.id, **changes)
    with make.refused(database, lots.DeliveryNotFound):
        refusal(database, truck.id, by=store.stranger(P.TAKE_IN))
    with make.refused(database, Forbidden):
        refusal(database, truck.id, by=make.NOBODY)
    assert refusal(database, truck.id, units=None).units is None
    assert database.read(lambda s: lots.get_visible_delivery(s, truck.id, make.ASHA)).state == "void"
    with make.refused(database, lots.DeliveryNotOpen):
        refusal(database, truck.id)
    with database.snapshot() as session:
        readers = (store.owner(), store.stranger(), make.ASHA)
        seen = [len(dock.list_refusals(session, who).items) for who in readers]
    assert seen == [2, 0, 2]
    sound(database)


@pytest.mark.parametrize("in_folder", [True, False])
def test_a_photo_is_kept_once_by_its_digest(database: Database, store: Keeper, tmp_path: Path, in_folder: bool) -> None:
    goods, folder = lot(database, store), tmp_path / "photos" if in_folder else None
    made = [
        database.write(lambda s: dock.attach_photo(
            s, dock.AttachPhoto(uuid4(), dock.PhotoOf.LOT, goods.id, picture("JPEG")), folder=folder,
            by=make.ASHA, at=make.NOW,
        ))
        for _ in range(2)
    ]  # fmt: skip
    assert made[0].digest == made[1].digest
    body = database.read(lambda s: dock.photo_body(s, dock.get_photo(s, made[0].id, store.owner()), folder))
    assert (len(body), made[0].width) == (made[0].size_bytes, 40)
    if folder is not None:
        (file,) = [path for path in folder.rglob("*") if path.is_file()]
        file.write_bytes(b"other")
        with pytest.raises(dock.PhotoNotFound):
            database.read(lambda s: dock.photo_body(s, dock.get_photo(s, made[0].id, make.ASHA), folder))
    sound(database)


def test_photos_are_for_who_may_see_the_goods(database: Database, store: Keeper) -> None:
    goods = lot(database, store)

    def attach(by: Actor = make.ASHA, body: bytes = picture("PNG"), subject: UUID = goods.id) -> dock.Photo:
        request = dock.AttachPhoto(uuid4(), dock.PhotoOf.LOT, subject, body)
        return database.write(lambda s: dock.attach_photo(s, request, by=by, at=make.NOW))

    one = attach()
    stranger, buyer = store.stranger(), make.actor("Deep", P.SEE_BOARD)
    for who, on_board in ((stranger, False), (stranger, True), (buyer, False)):
        with pytest.raises(dock.PhotoNotFound), database.snapshot() as session:
            dock.get_photo(session, one.id, who, on_board=on_board)
    assert database.read(lambda s: dock.get_photo(s, one.id, buyer, on_board=True)).id == one.id
    with make.refused(database, Forbidden):
        attach(by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        attach(by=store.stranger(P.TAKE_IN))
    with make.refused(database, dock.PhotoUnreadable):
        attach(body=b"#!/bin/sh")
    for _ in range(11):
        attach()
    with make.refused(database, dock.TooManyPhotos):
        attach()
