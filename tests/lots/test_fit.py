"""Rooms that suit goods and rooms that do not: the reasons, the proposals, and what a forced move may."""

from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make as stock
from tests.lots.make import ASHA, ESHA, NOBODY, NOW, Store, refused
from wms import facility, lots
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.lots.rules.fit import Keeps, Nature, Unfit, opponents
from wms.lots.rules.fit import refused as unfit

COLD, FUJI = Keeps("ra", -1000, 1000), Nature("富士", "ra", -1000, 0)


@pytest.mark.parametrize(
    ("keeps", "nature", "against", "why"),
    [
        (COLD, FUJI, None, None),
        (Keeps("ca"), FUJI, None, Unfit.STORAGE),
        (Keeps("ra", varieties=frozenset({"嘎啦"})), FUJI, None, Unfit.VARIETY),
        (Keeps("ra", varieties=frozenset({"嘎啦", "富士"})), FUJI, None, None),
        (Keeps("ra", 0, 2000), FUJI, None, None),  # they meet at 0 °C
        (Keeps("ra", 1, 2000), FUJI, None, Unfit.TEMPERATURE),
        (Keeps("ra", -3000, -1001), FUJI, None, Unfit.TEMPERATURE),
        (Keeps("ra", 5000, 6000), Nature("富士", "ra"), None, None),  # nothing is known of it
        (COLD, FUJI, "嘎啦", Unfit.ETHYLENE),
        (Keeps("ra", scrubs_ethylene=True), FUJI, "嘎啦", None),
        (Keeps("ra", least_firmness=5500), FUJI, None, Unfit.UNINSPECTED),
        (Keeps("ra", least_firmness=5500), Nature("富士", "ra", firmness=5499), None, Unfit.MATURITY),
        (Keeps("ra", least_firmness=5500), Nature("富士", "ra", firmness=5500), None, None),
    ],
)
def test_why_a_room_does_not_suit(keeps: Keeps, nature: Nature, against: str | None, why: Unfit | None) -> None:
    found = unfit(nature, keeps, against)
    assert (found and found.kind) == why


def test_ethylene_works_both_ways_and_never_against_itself() -> None:
    emitting, sensitive = frozenset({"嘎啦", "红将军"}), frozenset({"富士", "嘎啦"})
    assert opponents("富士", emitting, sensitive) == emitting
    assert opponents("红将军", emitting, sensitive) == sensitive
    assert opponents("嘎啦", emitting, sensitive) == {"红将军", "富士"}
    assert opponents("国光", emitting, sensitive) == frozenset()


def ability(database: Database, room: facility.Room, **said: Any) -> None:
    request = facility.SetRoomAbility(uuid4(), room.id, **said)
    database.write(lambda s: facility.set_room_ability(s, request, by=ESHA, at=NOW))


def traits(database: Database, variety: str, **said: Any) -> None:
    request = lots.SetVarietyTraits(uuid4(), variety, **said)
    database.write(lambda s: lots.set_variety_traits(s, request, by=ESHA, at=NOW))


def test_unfit_rooms_are_left_out_with_the_reason_and_a_forced_move_still_fits_the_slot(database: Database) -> None:
    store = database.write(lambda s: Store(s, capacity_units=10))
    warm = database.write(lambda s: store.add_room(s, "B1", facility.StorageType.RA))
    (warm_slot,) = database.write(lambda s: store.add_slots(s, warm, 1, 4, 30_000_000))
    ability(database, warm, coldest_millidegrees=4000, warmest_millidegrees=8000)
    traits(database, "富士", coldest_millidegrees=-1000, warmest_millidegrees=1000)
    lot = database.write(lambda s: stock.lot(s, store))

    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, lot.id)))
    assert {one.room_id for one in proposed} == {store.room.id}
    told = database.read(lambda s: lots.rooms_for(s, lots.get_lot(s, lot.id)))[1]
    assert [(one.room_code, one.why.kind) for one in told] == [
        ("B1", Unfit.TEMPERATURE), ("C1", Unfit.STORAGE),
    ]  # fmt: skip
    with refused(database, lots.SlotNotProposed):
        away = lots.PutAway(uuid4(), lot.id, warm_slot.id, 4)
        database.write(lambda s: lots.put_away(s, away, by=ESHA, at=NOW))
    with refused(database, Forbidden):
        away = lots.PutAway(uuid4(), lot.id, warm_slot.id, 4, forced=True)
        database.write(lambda s: lots.put_away(s, away, by=ASHA, at=NOW))
    with refused(database, lots.SlotFull):
        away = lots.PutAway(uuid4(), lot.id, warm_slot.id, 5, forced=True)
        database.write(lambda s: lots.put_away(s, away, by=ESHA, at=NOW))
    away = lots.PutAway(uuid4(), lot.id, warm_slot.id, 4, forced=True)
    assert database.write(lambda s: lots.put_away(s, away, by=ESHA, at=NOW)).units_placed == 4


def test_what_ripens_others_is_kept_apart(database: Database) -> None:
    store = database.write(Store)
    other = database.write(lambda s: store.add_room(s, "B1", facility.StorageType.RA))
    database.write(lambda s: store.add_slots(s, other, 1, 100, 30_000_000))
    traits(database, "嘎啦", emits_ethylene=True)
    traits(database, "富士", ethylene_sensitive=True)
    gala = stock.goods(variety="嘎啦")
    database.write(lambda s: stock.lot(s, store, slot=store.slots[0], goods=gala))
    fuji = database.write(lambda s: stock.lot(s, store))
    proposed = database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, fuji.id)))
    assert {one.room_id for one in proposed} == {other.id}
    ability(database, store.room, scrubs_ethylene=True)
    assert database.read(lambda s: lots.propose_slots(s, lots.get_lot(s, fuji.id)))[0].room_id == store.room.id


def test_a_room_for_firm_goods_asks_the_last_inspection_of_a_split_too(database: Database) -> None:
    store = database.write(Store)
    ability(database, store.room, least_firmness_gf_cm2=6000)
    lot = database.write(lambda s: stock.lot(s, store))
    split = lots.SplitLot(uuid4(), lot.id, uuid4(), 2)
    for firmness, kind in ((None, Unfit.UNINSPECTED), (5900, Unfit.MATURITY), (6000, None)):
        if firmness is not None:
            look = lots.Inspect(uuid4(), lot.id, NOW.on, 5, firmness_gf_cm2=firmness)
            at = stock.later(firmness)
            database.write(lambda s, look=look, at=at: lots.inspect(s, look, by=ESHA, at=at))  # type: ignore[misc]
        told = database.read(lambda s: lots.rooms_for(s, lots.get_lot(s, lot.id)))[1]
        assert [one.why.kind for one in told if one.room_code == "A1"] == ([] if kind is None else [kind])
    child = database.write(lambda s: lots.split(s, split, by=ESHA, at=NOW))
    assert store.room.id in database.read(lambda s: lots.rooms_for(s, lots.get_lot(s, child.id)))[0]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_may_be_said_of_rooms_and_varieties(database: Database) -> None:
    store = database.write(Store)
    request = facility.SetRoomAbility(uuid4(), store.room.id, varieties=("富士", "富士"))
    for _ in range(2):
        row = database.write(lambda s: facility.set_room_ability(s, request, by=ESHA, at=NOW))
        assert row.varieties == ["富士"]
    for wrong in ({"coldest_millidegrees": 1}, {"varieties": (" ",)}, {"least_firmness_gf_cm2": 0},
                  {"coldest_millidegrees": 1, "warmest_millidegrees": 0}):  # fmt: skip
        with refused(database, facility.FieldInvalid):
            ability(database, store.room, **wrong)
    with refused(database, facility.RoomNotFound):
        bad = facility.SetRoomAbility(uuid4(), uuid4())
        database.write(lambda s: facility.set_room_ability(s, bad, by=ESHA, at=NOW))
    for said in ({"variety": " "}, {"variety": "富士", "coldest_millidegrees": 1},
                 {"variety": "富士", "coldest_millidegrees": 1, "warmest_millidegrees": 0}):  # fmt: skip
        with refused(database, lots.RequestWrong):
            traits(database, **said)
    with refused(database, Forbidden):
        database.write(lambda s: facility.set_room_ability(s, request, by=NOBODY, at=NOW))
    with refused(database, Forbidden):
        asked = lots.SetVarietyTraits(uuid4(), "富士")
        database.write(lambda s: lots.set_variety_traits(s, asked, by=NOBODY, at=NOW))
