from typing import Any
from uuid import uuid4

import pytest

from tests.lots import make
from wms import lots
from wms.kernel.actor import Actor
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused


def listed(database: Database, by: Actor, wanted: lots.LotFilter | None = None) -> set[str]:
    def read(session: Any) -> set[str]:
        found: set[str] = set()
        cursor = None
        while True:
            page = lots.list_lots(session, by, wanted, cursor=cursor, limit=2)
            found |= {lot.code for lot in page.items}
            cursor = page.next_cursor
            if cursor is None:
                return found

    return database.read(read)


@pytest.fixture
def seven(database: Database, store: make.Store) -> list[lots.Lot]:
    """Five lots of Bina on five days, the first put away, and two of Chand, one of them gone."""

    def made(session: Any) -> list[lots.Lot]:
        found = [make.lot(session, store, at=make.later(days=day)) for day in range(5)]
        request = lots.PutAway(uuid4(), found[0].id, store.slots[0].id, 10)
        lots.put_away(session, request, by=make.ASHA, at=make.NOW)
        found += [make.lot(session, store, owner=store.chand.id, goods=make.goods(variety="嘎啦")) for _ in range(2)]
        out = lots.TakeOut(found[-1].id, 10, 19_900_000, uuid4())
        lots.take_out(session, out, by=make.ASHA, at=make.NOW)
        return found

    return database.write(made)


def test_everybody_sees_their_own(database: Database, store: make.Store, seven: list[lots.Lot]) -> None:
    codes = [lot.code for lot in seven]
    assert listed(database, make.ASHA) == set(codes)
    assert listed(database, store.owner()) == set(codes[:5])
    assert listed(database, store.stranger()) == set(codes[5:])
    assert listed(database, make.NOBODY) == set()


def test_filters_narrow(database: Database, store: make.Store, seven: list[lots.Lot]) -> None:
    codes = [lot.code for lot in seven]
    for wanted, expected in (
        (lots.LotFilter(owner_id=store.chand.id), codes[5:]),
        (lots.LotFilter(variety="嘎啦", on_hand=True), [codes[5]]),
        (lots.LotFilter(on_hand=False), [codes[6]]),
        (lots.LotFilter(room_id=store.room.id), [codes[0]]),
        (lots.LotFilter(delivery_id=seven[2].delivery_id), [codes[2]]),
        (lots.LotFilter(entered_from=make.later(days=3).on), codes[3:5]),
        (lots.LotFilter(entered_from=make.later(days=1).on, entered_until=make.later(days=2).on), codes[1:3]),
        (lots.LotFilter(grade="三级"), []),
        (lots.LotFilter(site_id=store.site.id), codes),
    ):
        assert listed(database, make.ASHA, wanted) == set(expected), wanted


def test_a_lot_of_another_looks_absent(database: Database, store: make.Store, seven: list[lots.Lot]) -> None:
    lot = seven[0]
    assert database.read(lambda s: lots.get_visible_lot(s, lot.id, store.owner()).id) == lot.id
    assert database.read(lambda s: lots.lot_by_code(s, store.site.id, lot.code, store.owner()).id) == lot.id
    for read in (
        lambda s: lots.get_visible_lot(s, lot.id, store.stranger()),
        lambda s: lots.get_visible_lot(s, uuid4(), store.owner()),
        lambda s: lots.lot_by_code(s, store.site.id, lot.code, store.stranger()),
    ):
        with pytest.raises(lots.LotNotFound):
            database.read(read)


def test_facts_come_in_order_and_leave_out_what_is_not_there(database: Database, seven: list[lots.Lot]) -> None:
    ids = sorted(lot.id for lot in seven)
    found = database.read(lambda s: lots.facts(s, [*reversed(ids), uuid4()]))
    assert [row.lot_id for row in found] == ids
    assert database.read(lots.lot_ids_in_store) == sorted(lot.id for lot in seven[:6])


def test_deliveries_are_listed_newest_first(database: Database, seven: list[lots.Lot]) -> None:
    page = database.read(lambda s: [row.id for row in lots.list_deliveries(s, make.ASHA, limit=3).items])
    assert page[0] == seven[4].delivery_id
    completed = database.read(lambda s: len(lots.list_deliveries(s, make.ASHA, states=("completed",)).items))
    arrived = database.read(lambda s: len(lots.list_deliveries(s, make.ASHA, states=("arrived",)).items))
    assert (completed, arrived) == (7, 0)


def test_settings_hold_from_their_day_on(database: Database, store: make.Store) -> None:
    first, tomorrow = uuid4(), make.later(days=1)
    policy = lots.LotPolicy(weight_age_s=60)

    def set_it(by: Actor = make.ESHA, wanted: lots.LotPolicy = policy, day: int = 1) -> None:
        on = make.later(days=day).on
        database.write(lambda s: lots.set_policy(s, first, wanted, on, by=by, at=make.NOW))

    with make.refused(database, Forbidden):
        set_it(by=make.NOBODY)
    with make.refused(database, lots.RequestWrong):
        set_it(day=-1)
    set_it()
    before = make.picture(database)
    set_it()
    assert make.picture(database) == before
    with make.refused(database, RequestIdReused):
        set_it(wanted=lots.LotPolicy(weight_age_s=61))
    assert database.read(lambda s: lots.policy_on(s, make.NOW.on)) == lots.LotPolicy()
    assert database.read(lambda s: lots.policy_on(s, tomorrow.on)) == policy


def test_put_away_rules_need_the_permission_and_a_room_of_the_site(database: Database, store: make.Store) -> None:
    rule = lots.AddPutAwayRule(uuid4(), store.site.id, 1, store.room.id)
    with make.refused(database, Forbidden):
        database.write(lambda s: lots.add_put_away_rule(s, rule, by=make.ASHA, at=make.NOW))
    with make.refused(database, Forbidden):
        database.write(lambda s: lots.end_put_away_rule(s, rule.id, by=make.ASHA, at=make.NOW))
    foreign = lots.AddPutAwayRule(uuid4(), uuid4(), 1, store.room.id)
    with make.refused(database, lots.RequestWrong):
        database.write(lambda s: lots.add_put_away_rule(s, foreign, by=make.ESHA, at=make.NOW))
    first = database.write(lambda s: lots.add_put_away_rule(s, rule, by=make.ESHA, at=make.NOW).id)
    before = make.picture(database)
    assert database.write(lambda s: lots.add_put_away_rule(s, rule, by=make.ESHA, at=make.NOW).id) == first
    assert make.picture(database) == before
