"""Sites, rooms and slots."""

from dataclasses import replace
from functools import partial
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.facility import make
from wms import facility
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

CA = facility.StorageType.CA


def test_a_site_is_added_once(database):
    request = facility.AddSiteRequest(uuid4(), "yt1", "烟台一库", "Asia/Shanghai", "Yantai 1")
    for _ in range(2):
        assert database.write(make.do(facility.add_site, request)).id == request.id
    assert database.read(lambda s: facility.site_by_code(s, "yt1")).zone == "Asia/Shanghai"
    assert [row.code for row in database.read(facility.list_sites)] == ["yt1"]
    for change, error in (
        ({"code": "yt1"}, facility.CodeTaken),
        ({"code": "YT 1"}, facility.FieldInvalid),
        ({"code": "yt2", "name": ""}, facility.FieldInvalid),
        ({"code": "yt2", "zone": "Mars/Olympus"}, facility.FieldInvalid),
        ({"code": "yt2", "zone": "../etc/passwd"}, facility.FieldInvalid),
    ):
        make.refused(database, error, make.do(facility.add_site, replace(request, id=uuid4(), **change)))
    make.refused(database, RequestIdReused, make.do(facility.add_site, replace(request, name="二库")))
    make.refused(database, Forbidden, make.do(facility.add_site, replace(request, id=uuid4()), make.NOBODY))
    make.refused(database, facility.SiteNotFound, partial(facility.site_by_code, code="nowhere"))


def test_a_room_begins_empty(database):
    site = database.write(make.site)
    request = facility.AddRoomRequest(uuid4(), site.id, "A3", "三号库", CA, registration="CA-0017")
    for _ in range(2):
        added = database.write(make.do(facility.add_room, request))
        assert (added.id, added.state, added.storage_type) == (request.id, "empty", "ca")
    assert database.read(lambda s: facility.room_by_code(s, "A3")).registration == "CA-0017"
    assert [row.code for row in database.read(lambda s: facility.list_rooms(s, site.id))] == ["A3"]
    assert database.read(lambda s: facility.list_rooms(s, uuid4())) == []
    for change, error in (
        ({"code": "A3"}, facility.CodeTaken),
        ({"code": "a3"}, facility.FieldInvalid),
        ({"code": "A-3"}, facility.FieldInvalid),
        ({"code": "A4", "site_id": uuid4()}, facility.SiteNotFound),
        ({"code": "A4", "name": " x"}, facility.FieldInvalid),
    ):
        make.refused(database, error, make.do(facility.add_room, replace(request, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.add_room, replace(request, id=uuid4()), make.NOBODY))
    make.refused(database, facility.RoomNotFound, partial(facility.get_room, room_id=uuid4()))
    make.refused(database, facility.RoomNotFound, partial(facility.room_by_code, code="A9"))


def test_a_block_of_slots_is_added_once(database):
    room = database.write(lambda s: make.room(s, code="A3"))
    request = facility.AddSlotsRequest(uuid4(), room.id, (1, 2), (1, 3), (1, 4), 2_000_000, 6)
    first, again = (database.write(make.do(facility.add_slots, request)) for _ in range(2))
    assert first == again
    page = database.read(lambda s: facility.list_slots(s, room.id))
    assert len(page.items) == 24 == len(set(first))
    slot = database.read(lambda s: facility.slot_by_code(s, facility.slot_code("A3", 2, 3, 4)))
    assert (slot.row_no, slot.bay_no, slot.level_no, slot.capacity_grams, slot.in_use) == (2, 3, 4, 2_000_000, True)
    assert database.read(lambda s: facility.get_slot(s, slot.id)).code == slot.code
    for change, error in (
        ({"rows": (2, 3)}, facility.CodeTaken),
        ({"rows": (3, 2)}, facility.FieldInvalid),
        ({"rows": (0, 2)}, facility.FieldInvalid),
        ({"rows": (3, 100)}, facility.FieldInvalid),
        ({"rows": (3, 99), "bays": (1, 99)}, facility.FieldInvalid),
        ({"rows": (3, 3), "capacity_grams": 0}, facility.FieldInvalid),
        ({"rows": (3, 3), "capacity_units": 0}, facility.FieldInvalid),
        ({"room_id": uuid4()}, facility.RoomNotFound),
    ):
        make.refused(database, error, make.do(facility.add_slots, replace(request, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.add_slots, replace(request, id=uuid4()), make.NOBODY))


def test_a_misread_code_is_told_from_an_absent_slot(database):
    code = facility.slot_code("A3", 1, 1, 1)
    make.refused(database, facility.SlotNotFound, partial(facility.slot_by_code, code=code))
    make.refused(database, facility.CodeMalformed, partial(facility.slot_by_code, code="A3-01-01-2" + code[-2:]))


def test_slots_are_locked_in_order_and_read_afresh(database):
    room = database.write(make.room)
    ids = database.write(lambda s: make.slots(s, room.id))
    locked = database.write(lambda s: facility.lock_slots(s, [*reversed(ids), ids[0]]))
    assert [slot.id for slot in locked] == sorted(ids)
    assert database.write(lambda s: facility.lock_slots(s, [])) == []
    make.refused(database, facility.SlotNotFound, partial(facility.lock_slots, slot_ids=[ids[0], uuid4()]))


def test_two_moves_that_lock_the_same_slots_crosswise_both_finish(database):
    room = database.write(make.room)
    one, other = database.write(lambda s: make.slots(s, room.id, 1, 1, 2))

    def shrink(order):
        def work(session):
            for slot in facility.lock_slots(session, order):
                slot.capacity_units += 1

        for _ in range(10):
            database.write(work)

    threads = [Thread(target=shrink, args=(order,)) for order in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = database.read(lambda s: facility.list_slots(s, room.id))
    assert [slot.capacity_units for slot in page.items] == [24, 24]


def test_a_slot_is_set_and_taken_out_of_use(database):
    room = database.write(make.room)
    slot_id = database.write(lambda s: make.slots(s, room.id))[0]
    request = facility.SetSlotRequest(uuid4(), slot_id, 500_000, 2, in_use=False)
    for _ in range(2):
        slot = database.write(make.do(facility.set_slot, request))
        assert (slot.capacity_grams, slot.capacity_units, slot.in_use) == (500_000, 2, False)
    for change, error in (
        ({"slot_id": uuid4()}, facility.SlotNotFound),
        ({"capacity_grams": 0}, facility.FieldInvalid),
        ({"capacity_units": -1}, facility.FieldInvalid),
    ):
        make.refused(database, error, make.do(facility.set_slot, replace(request, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.set_slot, replace(request, id=uuid4()), make.NOBODY))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("UPDATE slots SET capacity_units = 0"))
