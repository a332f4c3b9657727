"""Instruments, their verifications, and insurance policies."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.facility import make
from wms import facility, parties
from wms.kernel.errors import Forbidden

TODAY, NOW, ESHA = make.TODAY, make.NOW, make.ESHA
DAY = timedelta(days=1)
SCALE, PROBE = facility.InstrumentKind.SCALE, facility.InstrumentKind.PROBE


def calibration(instrument, **values):
    wanted = {"calibrated_on": TODAY, "due_on": TODAY + 365 * DAY, "passed": True, **values}
    return facility.RecordCalibrationRequest(uuid4(), instrument.id, "JD-2026-11", "烟台计量院", **wanted)


def calibrated(database, instrument, on):
    return database.read(lambda s: facility.is_calibrated(s, instrument.id, on))


def test_an_instrument_is_found_under_its_topic_names(database):
    site = database.write(make.site)
    request = facility.AddInstrumentRequest(
        uuid4(), site.id, "gw-a1", "truck1", SCALE, "dock 1", None, "xk3190", 20_000, 80_000_000
    )
    for _ in range(2):
        assert database.write(make.do(facility.add_instrument, request)).id == request.id
    found = database.read(lambda s: facility.instrument(s, "gw-a1", "truck1"))
    assert (found.id, found.e_grams, found.capacity_grams) == (request.id, 20_000, 80_000_000)
    assert [row.id for row in database.read(lambda s: facility.list_instruments(s, site.id))] == [request.id]
    make.refused(database, facility.InstrumentNotFound, partial(facility.instrument, gateway="gw-a1", name="truck2"))
    make.refused(database, facility.InstrumentNotFound, partial(facility.instrument, gateway="gw-a2", name="truck1"))
    make.refused(database, facility.InstrumentNotFound, partial(facility.get_instrument, instrument_id=uuid4()))


def test_the_refusals_of_an_instrument(database):
    site, elsewhere = database.write(lambda s: (make.site(s), make.room(s)))
    right = facility.AddInstrumentRequest(
        uuid4(), site.id, "gw-a1", "truck1", SCALE, "dock 1", None, "xk3190", 20_000, 80_000_000
    )
    for change, error in (
        ({"gateway": "GW A1"}, facility.FieldInvalid),
        ({"name": "truck/1"}, facility.FieldInvalid),
        ({"place": ""}, facility.FieldInvalid),
        ({"e_grams": None}, facility.FieldInvalid),
        ({"capacity_grams": 0}, facility.FieldInvalid),
        ({"e_grams": 80_000_001}, facility.FieldInvalid),
        ({"kind": PROBE}, facility.FieldInvalid),
        ({"site_id": uuid4()}, facility.SiteNotFound),
        ({"room_id": uuid4()}, facility.RoomNotFound),
        ({"room_id": elsewhere.id}, facility.FieldInvalid),
    ):
        make.refused(database, error, make.do(facility.add_instrument, replace(right, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.add_instrument, right, make.NOBODY))
    database.write(make.do(facility.add_instrument, right))
    make.refused(database, facility.CodeTaken, make.do(facility.add_instrument, replace(right, id=uuid4())))
    probe = replace(right, id=uuid4(), name="probe1", kind=PROBE, e_grams=None, capacity_grams=None)
    database.write(make.do(facility.add_instrument, probe))


def test_a_retired_instrument_frees_its_names_and_keeps_its_past(database):
    old = database.write(lambda s: make.scale(s, name="truck1"))
    request = facility.RetireInstrumentRequest(uuid4(), old.id)
    for _ in range(2):
        assert database.write(make.do(facility.retire_instrument, request)).retired_at == NOW.at
    again = replace(request, id=uuid4())
    make.refused(database, facility.InstrumentNotInUse, make.do(facility.retire_instrument, again))
    lost = replace(request, id=uuid4(), instrument_id=uuid4())
    make.refused(database, facility.InstrumentNotFound, make.do(facility.retire_instrument, lost))
    make.refused(database, Forbidden, make.do(facility.retire_instrument, lost, make.NOBODY))
    new = database.write(lambda s: make.scale(s, name="truck1"))
    assert database.read(lambda s: facility.instrument(s, "gw-a1", "truck1")).id == new.id
    assert {row.id for row in database.read(lambda s: facility.list_instruments(s, retired=True))} == {old.id, new.id}


def test_a_verification_covers_its_days_both_included(database):
    scale = database.write(make.scale)
    assert not calibrated(database, scale, TODAY)
    request = calibration(scale, due_on=TODAY + 2 * DAY)
    for _ in range(2):
        assert database.write(make.do(facility.record_calibration, request)).id == request.id
    answers = [calibrated(database, scale, TODAY + n * DAY) for n in (-1, 0, 2, 3)]
    assert answers == [False, True, True, False]
    assert database.read(lambda s: facility.last_calibration(s, scale.id, TODAY)).certificate == "JD-2026-11"
    assert make.findings(database, facility) == []


def test_a_failed_verification_ends_what_an_earlier_one_covered(database):
    scale = database.write(make.scale)
    database.write(make.do(facility.record_calibration, calibration(scale, calibrated_on=TODAY - DAY)))
    assert calibrated(database, scale, TODAY)
    database.write(make.do(facility.record_calibration, calibration(scale, passed=False)))
    assert calibrated(database, scale, TODAY - DAY)
    assert not calibrated(database, scale, TODAY)
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as session:
        session.execute(text("UPDATE calibrations SET passed = true"))


def test_the_refusals_of_a_verification(database):
    scale = database.write(make.scale)
    right = calibration(scale)
    for change, error in (
        ({"certificate": ""}, facility.FieldInvalid),
        ({"body": " "}, facility.FieldInvalid),
        ({"calibrated_on": TODAY + DAY}, facility.FieldInvalid),
        ({"due_on": TODAY - DAY}, facility.FieldInvalid),
        ({"instrument_id": uuid4()}, facility.InstrumentNotFound),
    ):
        make.refused(database, error, make.do(facility.record_calibration, replace(right, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.record_calibration, right, make.NOBODY))


def policy(**values):
    wanted = {"sum_fen": 5_000_000_00, "from_on": TODAY, "until_on": date(2027, 10, 20), **values}
    return facility.AddPolicyRequest(uuid4(), "人保财险", wanted.pop("number", f"PZ-{uuid4().hex[:8]}"), **wanted)


def in_force(database, room, on=TODAY):
    found = database.read(lambda s: facility.policy_in_force(s, room.id, on))
    return None if found is None else found.number


def test_a_policy_covers_its_room_or_all_rooms_of_its_site(database):
    room, lender = database.write(lambda s: (make.room(s), make.party(s, parties.PartyKind.LENDER)))
    neighbour = database.write(lambda s: make.room(s, site_id=room.site_id))
    own = policy(number="own", room_id=room.id, loss_payee_id=lender.id)
    for _ in range(2):
        assert database.write(make.do(facility.add_policy, own)).loss_payee_id == lender.id
    assert (in_force(database, room), in_force(database, neighbour)) == ("own", None)
    database.write(make.do(facility.add_policy, policy(number="all", site_id=room.site_id, sum_fen=9_000_000_00)))
    assert (in_force(database, room), in_force(database, neighbour)) == ("all", "all")
    assert in_force(database, room, TODAY - DAY) is None
    assert in_force(database, room, date(2027, 10, 19)) == "all"
    assert in_force(database, room, date(2027, 10, 20)) is None
    both = database.read(lambda s: facility.policies_in_force(s, room.id, TODAY))
    assert [row.number for row in both] == ["all", "own"]
    assert len(database.read(facility.list_policies)) == 2


def test_the_refusals_of_a_policy(database):
    room = database.write(make.room)
    right = policy(room_id=room.id, number="PZ-1")
    for change, error in (
        ({"insurer": ""}, facility.FieldInvalid),
        ({"number": ""}, facility.FieldInvalid),
        ({"sum_fen": 0}, facility.FieldInvalid),
        ({"until_on": TODAY}, facility.FieldInvalid),
        ({"room_id": None}, facility.FieldInvalid),
        ({"site_id": room.site_id}, facility.FieldInvalid),
        ({"room_id": uuid4()}, facility.RoomNotFound),
        ({"room_id": None, "site_id": uuid4()}, facility.SiteNotFound),
        ({"loss_payee_id": uuid4()}, parties.PartyNotFound),
    ):
        make.refused(database, error, make.do(facility.add_policy, replace(right, id=uuid4(), **change)))
    make.refused(database, Forbidden, make.do(facility.add_policy, right, make.NOBODY))
    database.write(make.do(facility.add_policy, right))
    make.refused(database, facility.CodeTaken, make.do(facility.add_policy, replace(right, id=uuid4())))
    make.refused(database, facility.RoomNotFound, partial(facility.policy_in_force, room_id=uuid4(), on=TODAY))


def test_a_cancelled_policy_insures_no_more_but_did_yesterday(database):
    room = database.write(make.room)
    added = database.write(make.do(facility.add_policy, policy(room_id=room.id, from_on=TODAY - DAY, number="own")))
    request = facility.CancelPolicyRequest(uuid4(), added.id, TODAY)
    make.refused(
        database, facility.FieldInvalid, make.do(facility.cancel_policy, replace(request, id=uuid4(), on=TODAY - DAY))
    )
    make.refused(database, Forbidden, make.do(facility.cancel_policy, request, make.NOBODY))
    for _ in range(2):
        assert database.write(make.do(facility.cancel_policy, request)).until_on == TODAY
    assert (in_force(database, room, TODAY - DAY), in_force(database, room)) == ("own", None)
    for wrong, error in (
        (replace(request, id=uuid4()), facility.PolicyCancelled),
        (replace(request, id=uuid4(), policy_id=uuid4()), facility.PolicyNotFound),
    ):
        make.refused(database, error, make.do(facility.cancel_policy, wrong))
