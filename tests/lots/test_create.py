from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused


@pytest.fixture
def delivery(database: Database, store: make.Store) -> lots.Delivery:
    def weighed(session: Any) -> lots.Delivery:
        found = make.delivery(session, store)
        make.weigh_truck(session, found.id)
        return found

    return database.write(weighed)


def wanted(delivery: lots.Delivery, **changes: Any) -> lots.CreateLot:
    values: dict[str, Any] = {
        "id": uuid4(), "delivery_id": delivery.id, "goods": make.goods(), "units": 3, "grams": 20_000_000,
        "weighed_by_instrument": True,
    }  # fmt: skip
    return lots.CreateLot(**{**values, **changes})


def create(database: Database, request: lots.CreateLot, by: Actor = make.ASHA) -> lots.Lot:
    return database.write(lambda session: lots.create_lot(session, request, by=by, at=make.NOW))


def test_a_lot_comes_in_on_the_dock(database: Database, delivery: lots.Delivery) -> None:
    lot = create(database, wanted(delivery))
    assert (lot.code, lot.size, lot.entry_on) == ("L261020-0001", "80以上", make.NOW.on)
    assert (lot.entry_units, lot.entry_grams, lot.units_on_hand, lot.grams_on_hand) == (3, 20_000_000, 3, 20_000_000)
    assert (lot.units_placed, lot.unit_load_grams) == (0, 6_666_667)
    (entry,) = database.write(lambda s: lots.moves_of(s, lot.id))
    assert (entry.kind, entry.units, entry.grams) == ("entry", 3, 20_000_000)
    (found,) = database.read(lambda s: lots.facts(s, [lot.id]))
    assert (found.in_store, found.room_id, found.slot_codes) == (False, None, ())
    assert (found.deadline_on - lot.entry_on).days == lots.LotPolicy().ra_days
    database.read(make.sound)


def test_a_ca_lot_keeps_longer(database: Database, delivery: lots.Delivery) -> None:
    lot = create(database, wanted(delivery, goods=make.goods(storage_type=lots.StorageType.CA)))
    assert (lot.deadline_on - lot.entry_on).days == lots.LotPolicy().ca_days


def test_units_weighed_one_by_one_carry_their_own_weight(database: Database, delivery: lots.Delivery) -> None:
    lot = create(database, wanted(delivery, units=3, grams=60_000, unit_grams=(19_000, 20_500, 20_500)))
    own = database.write(lambda s: [lots.grams_of(lots.get_lot(s, lot.id), units) for units in (1, 2, 3)])
    assert own == [19_000, 39_500, 60_000]
    labels = database.read(lambda s: lots.labels_of(s, lot.id))
    assert [label.own_grams for label in labels] == [19_000, 20_500, 20_500]
    assert labels[0].sscc == "069000000000000014"


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 0},
        {"units": 3, "grams": 2},
        {"unit_tare_grams": -1},
        {"unit_grams": (1, 2)},
        {"grams": 6, "unit_grams": (1, 2, 4)},
        {"grams": 6, "unit_grams": (0, 2, 4)},
    ],
)
def test_it_refuses_what_does_not_add_up(database: Database, delivery: lots.Delivery, changes: dict[str, Any]) -> None:
    with make.refused(database, lots.RequestWrong):
        create(database, wanted(delivery, **changes))


def test_it_refuses_what_was_not_weighed_or_is_done(database: Database, store: make.Store) -> None:
    empty = database.write(lambda s: make.delivery(s, store))
    with make.refused(database, lots.DeliveryNotWeighed):
        create(database, wanted(empty))
    done = database.write(lambda s: make.lot(s, store))
    with make.refused(database, lots.DeliveryNotOpen):
        create(database, wanted(empty, delivery_id=done.delivery_id))
    with make.refused(database, lots.DeliveryNotFound):
        create(database, wanted(empty, delivery_id=uuid4()))


def test_a_repeat_returns_the_first(database: Database, delivery: lots.Delivery) -> None:
    request = wanted(delivery)
    create(database, request)
    before = make.picture(database)
    assert create(database, request).id == request.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        create(database, wanted(delivery, id=request.id, units=4))


def test_it_needs_the_permission_and_sight(database: Database, store: make.Store, delivery: lots.Delivery) -> None:
    with make.refused(database, Forbidden):
        create(database, wanted(delivery), by=make.NOBODY)
    with make.refused(database, lots.DeliveryNotFound):
        create(database, wanted(delivery), by=store.stranger(make.P.TAKE_IN))


def label(database: Database, request: lots.LabelUnits, by: Actor = make.ASHA) -> list[str]:
    return database.write(
        lambda s: [unit.sscc for unit in lots.label_units(s, request, by=by, at=make.NOW)]
    )  # fmt: skip


def test_labels_count_up_and_never_beyond_the_units(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store, units=3))
    first = lots.LabelUnits(uuid4(), lot.id, 2)
    given = label(database, first)
    assert given == ["069000000000000014", "069000000000000021"]
    assert label(database, first) == given
    with make.refused(database, lots.LabelsExhausted):
        label(database, lots.LabelUnits(uuid4(), lot.id, 2))
    with make.refused(database, lots.RequestWrong):
        label(database, lots.LabelUnits(uuid4(), lot.id, 0))
    label(database, lots.LabelUnits(uuid4(), lot.id, 1))
    assert [row.ordinal for row in database.read(lambda s: lots.labels_of(s, lot.id))] == [1, 2, 3]
    assert database.read(lambda s: lots.lot_by_sscc(s, given[0], make.ASHA).id) == lot.id
    with pytest.raises(lots.LotNotFound):
        database.read(lambda s: lots.lot_by_sscc(s, given[0], store.stranger()))


def test_labels_need_the_permission_and_sight(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store))
    with make.refused(database, Forbidden):
        label(database, lots.LabelUnits(uuid4(), lot.id, 1), by=make.NOBODY)
    with make.refused(database, lots.LotNotFound):
        label(database, lots.LabelUnits(uuid4(), lot.id, 1), by=store.stranger(make.P.TAKE_IN))
