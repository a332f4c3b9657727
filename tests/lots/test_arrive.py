from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import facility, lots, parties
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused


def arrival(store: make.Store, **changes: Any) -> lots.OpenDelivery:
    values: dict[str, Any] = {"id": uuid4(), "site_id": store.site.id, "owner_id": store.bina.id, "plate": "鲁F12345"}
    return lots.OpenDelivery(**{**values, **changes})


def opened(database: Database, request: lots.OpenDelivery, by: Actor = make.ASHA) -> lots.Delivery:
    return database.write(lambda session: lots.open_delivery(session, request, by=by, at=make.NOW))


def token(database: Database, store: make.Store) -> lots.GateToken:
    request = lots.GateTokenRequest(uuid4(), store.site.id, "鲁F12345")
    return database.write(lambda session: lots.issue_gate_token(session, request, by=make.ASHA, at=make.NOW))


def test_a_truck_arrives_and_gets_the_next_numbers(database: Database, store: make.Store) -> None:
    first, second = opened(database, arrival(store)), opened(database, arrival(store))
    assert (first.code, second.code) == ("D261020-0001", "D261020-0002")
    assert (first.token_number, second.token_number) == (1, 2)
    assert (first.state, first.arrived_on, first.owner_id) == ("arrived", make.NOW.on, store.bina.id)


def test_a_repeat_returns_the_first_and_counts_nothing(database: Database, store: make.Store) -> None:
    request = arrival(store)
    first = opened(database, request)
    before = make.picture(database)
    assert opened(database, request).id == first.id
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        opened(database, arrival(store, id=request.id, plate="other"))


def test_it_uses_the_drivers_token_once(database: Database, store: make.Store) -> None:
    given = token(database, store)
    made = opened(database, arrival(store, token_id=given.id))
    assert made.token_number == given.number == 1
    with make.refused(database, lots.TokenNotWaiting):
        opened(database, arrival(store, token_id=given.id))
    with make.refused(database, lots.TokenNotFound):
        opened(database, arrival(store, token_id=uuid4()))


def test_a_lost_token_is_recorded_and_never_used(database: Database, store: make.Store) -> None:
    given = token(database, store)
    for _ in range(2):
        lost = database.write(lambda s: lots.lose_gate_token(s, given.id, "driver left", by=make.ASHA, at=make.NOW))
        assert (lost.state, lost.lost_reason) == ("lost", "driver left")
    with make.refused(database, lots.TokenNotWaiting):
        opened(database, arrival(store, token_id=given.id))
    assert token(database, store).number == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"site_id": uuid4()}, facility.SiteNotFound), ({"owner_id": uuid4()}, parties.PartyNotFound)],
)
def test_it_refuses_what_is_not_there(
    database: Database, store: make.Store, changes: dict[str, Any], error: type[facility.SiteNotFound]
) -> None:
    with make.refused(database, error):
        opened(database, arrival(store, **changes))


def test_it_needs_the_permission(database: Database, store: make.Store) -> None:
    with make.refused(database, Forbidden):
        opened(database, arrival(store), by=make.NOBODY)
    with make.refused(database, Forbidden):
        request = lots.GateTokenRequest(uuid4(), store.site.id, "x")
        database.write(lambda s: lots.issue_gate_token(s, request, by=make.NOBODY, at=make.NOW))


def test_one_owner_cannot_open_for_another(database: Database, store: make.Store) -> None:
    with make.refused(database, lots.DeliveryNotFound):
        opened(database, arrival(store), by=store.stranger(make.P.TAKE_IN))


def test_completing_needs_all_the_net_weight_in_lots(database: Database, store: make.Store) -> None:
    made = opened(database, arrival(store))

    def complete(session: Any) -> lots.Delivery:
        return lots.complete_delivery(session, made.id, by=make.ASHA, at=make.NOW)

    with make.refused(database, lots.DeliveryNotWeighed):
        database.write(complete)
    database.write(lambda s: make.weigh_truck(s, made.id))
    with make.refused(database, lots.DeliveryNotShared):
        database.write(complete)
    request = lots.CreateLot(uuid4(), made.id, make.goods(), 10, 19_999_999, weighed_by_instrument=True)
    database.write(lambda s: lots.create_lot(s, request, by=make.ASHA, at=make.NOW))
    with make.refused(database, lots.DeliveryNotShared):
        database.write(complete)
    rest = lots.CreateLot(uuid4(), made.id, make.goods(grade="三级"), 1, 1, weighed_by_instrument=True)
    database.write(lambda s: lots.create_lot(s, rest, by=make.ASHA, at=make.NOW))
    assert database.write(complete).state == "completed"
    assert database.write(complete).state == "completed"
    database.read(make.sound)


def test_crates_on_a_truck_are_part_of_its_net(database: Database, store: make.Store) -> None:
    made = opened(database, arrival(store))
    database.write(lambda s: make.weigh_truck(s, made.id))
    request = lots.CreateLot(uuid4(), made.id, make.goods(), 10, 19_980_000, True, unit_tare_grams=2_000)
    lot = database.write(lambda s: lots.create_lot(s, request, by=make.ASHA, at=make.NOW))
    done = database.write(lambda s: lots.complete_delivery(s, made.id, by=make.ASHA, at=make.NOW))
    assert (done.state, lot.unit_load_grams) == ("completed", 2_000_000)


def test_voiding_keeps_the_weighings_and_stops_everything(database: Database, store: make.Store) -> None:
    made = opened(database, arrival(store))
    database.write(lambda s: make.weigh_truck(s, made.id))
    for _ in range(2):
        void = database.write(lambda s: lots.void_delivery(s, made.id, "wrong owner", by=make.ASHA, at=make.NOW))
        assert (void.state, void.void_reason) == ("void", "wrong owner")
    assert len(database.read(lambda s: lots.weighings_of(s, delivery_id=made.id))) == 2
    with make.refused(database, lots.DeliveryNotOpen):
        database.write(lambda s: lots.complete_delivery(s, made.id, by=make.ASHA, at=make.NOW))
    with make.refused(database, lots.DeliveryNotOpen):
        database.write(lambda s: make.weigh_truck(s, made.id))


def test_a_completed_delivery_is_not_voided_and_strangers_see_none(database: Database, store: make.Store) -> None:
    lot = database.write(lambda s: make.lot(s, store))
    with make.refused(database, lots.DeliveryNotOpen):
        database.write(lambda s: lots.void_delivery(s, lot.delivery_id, "no", by=make.ASHA, at=make.NOW))
    stranger = store.stranger(make.P.TAKE_IN)
    with make.refused(database, lots.DeliveryNotFound):
        database.write(lambda s: lots.void_delivery(s, lot.delivery_id, "no", by=stranger, at=make.NOW))
    assert database.read(lambda s: lots.list_deliveries(s, stranger)).items == []
    seen = database.read(lambda s: [row.id for row in lots.list_deliveries(s, store.owner()).items])
    assert seen == [lot.delivery_id]
    with pytest.raises(lots.DeliveryNotFound):
        database.read(lambda s: lots.get_visible_delivery(s, lot.delivery_id, stranger))
