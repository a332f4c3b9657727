"""Parties, people and who works where."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.parties import make
from wms import parties
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

TODAY, NOW, ESHA = make.TODAY, make.NOW, make.ESHA
DAY = timedelta(days=1)


def grower(**values):
    wanted = {"code": "G1", "kind": parties.PartyKind.GROWER, "name": "王家果园", **values}
    return parties.AddPartyRequest(id=uuid4(), **wanted)


def test_a_party_is_added_once_and_found_by_its_code(database):
    request = grower(phone="13800000001", credit_code="91350100M000100Y43")
    for _ in range(2):
        added = database.write(lambda s: parties.add_party(s, request, by=ESHA, at=NOW))
        assert added.id == request.id
    found = database.read(lambda s: parties.party_by_code(s, "G1"))
    assert (found.name, found.kind, found.phone) == ("王家果园", "grower", "13800000001")
    assert database.read(lambda s: [row.code for row in parties.list_parties(s).items]) == ["G1"]
    assert database.read(lambda s: parties.list_parties(s, parties.PartyKind.BUYER).items) == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "g 1"}, parties.FieldInvalid),
        ({"name": " "}, parties.FieldInvalid),
        ({"phone": "call me"}, parties.FieldInvalid),
        ({"credit_code": "91350100M000100Y40"}, parties.FieldInvalid),
    ],
)
def test_a_malformed_party_is_refused(database, change, error):
    make.refused(database, error, lambda s: parties.add_party(s, grower(**change), by=ESHA, at=NOW))


def test_a_code_is_taken_once(database):
    database.write(lambda s: parties.add_party(s, grower(), by=ESHA, at=NOW))
    make.refused(database, parties.PartyCodeTaken, lambda s: parties.add_party(s, grower(), by=ESHA, at=NOW))


def test_a_code_raced_for_is_taken_once(database):
    start, outcomes = Barrier(4), []

    def race():
        start.wait()
        try:
            outcomes.append(database.write(make.do(parties.add_party, grower())).code)
        except parties.PartyCodeTaken as error:
            outcomes.append(error.code)

    threads = [Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["G1", *["party_code_taken"] * 3]


def test_an_id_stands_for_one_request(database):
    request = grower()
    database.write(lambda s: parties.add_party(s, request, by=ESHA, at=NOW))
    other = replace(request, name="李家果园")
    make.refused(database, RequestIdReused, lambda s: parties.add_party(s, other, by=ESHA, at=NOW))


def test_changing_a_party_keeps_its_code(database):
    party = database.write(make.party)
    request = parties.ChangePartyRequest(uuid4(), party.id, "李家果园", phone="13800000002")
    for _ in range(2):
        changed = database.write(lambda s: parties.change_party(s, request, by=ESHA, at=NOW))
        assert (changed.code, changed.name, changed.phone) == (party.code, "李家果园", "13800000002")
    lost = replace(request, id=uuid4(), party_id=uuid4())
    make.refused(database, parties.PartyNotFound, lambda s: parties.change_party(s, lost, by=ESHA, at=NOW))


def test_somebody_elses_party_looks_absent(database):
    mine, other = database.write(lambda s: (make.party(s), make.party(s)))
    grower_ = make.actor("Bina", party_id=mine.id)
    assert database.read(lambda s: parties.get_visible_party(s, mine.id, grower_)).id == mine.id
    for party_id in (other.id, uuid4()):
        make.refused(database, parties.PartyNotFound, partial(parties.get_visible_party, party_id=party_id, by=grower_))


def test_every_change_needs_the_permission(database):
    person, party = database.write(lambda s: (make.person(s), make.party(s)))
    job = database.write(lambda s: make.job(s, person, party))
    end = parties.EndRequest(uuid4(), job.id, TODAY)
    nobody = make.NOBODY
    for work in (
        lambda s: parties.add_party(s, grower(), by=nobody, at=NOW),
        lambda s: parties.change_party(s, parties.ChangePartyRequest(uuid4(), party.id, "x"), by=nobody, at=NOW),
        lambda s: parties.add_person(s, parties.AddPersonRequest(uuid4(), "x"), by=nobody, at=NOW),
        lambda s: parties.change_person(s, parties.ChangePersonRequest(uuid4(), person.id, "x"), by=nobody, at=NOW),
        lambda s: parties.employ(s, parties.EmployRequest(uuid4(), person.id, party.id, "x", TODAY), by=nobody, at=NOW),
        lambda s: parties.end_employment(s, end, by=nobody, at=NOW),
        lambda s: parties.change_job(
            s, parties.ChangeJobRequest(uuid4(), person.id, party.id, "x", TODAY), by=nobody, at=NOW
        ),
    ):
        make.refused(database, Forbidden, work)


def test_a_person_is_changed(database):
    person = database.write(make.person)
    request = parties.ChangePersonRequest(uuid4(), person.id, "Asha K", phone="13800000003")
    for _ in range(2):
        changed = database.write(lambda s: parties.change_person(s, request, by=ESHA, at=NOW))
        assert (changed.name, changed.phone) == ("Asha K", "13800000003")
    lost = replace(request, id=uuid4(), person_id=uuid4())
    make.refused(database, parties.PersonNotFound, lambda s: parties.change_person(s, lost, by=ESHA, at=NOW))
    assert [row.id for row in database.read(lambda s: parties.list_persons(s).items)] == [person.id]


def test_an_employment_holds_from_its_first_to_the_day_before_its_end(database):
    person, party = database.write(lambda s: (make.person(s), make.party(s)))
    job = database.write(lambda s: make.job(s, person, party))
    end = parties.EndRequest(uuid4(), job.id, TODAY + 3 * DAY)
    for _ in range(2):
        assert database.write(lambda s: parties.end_employment(s, end, by=ESHA, at=NOW)).until_on == TODAY + 3 * DAY
    holds = [
        database.read(lambda s, n=n: parties.employment_on(s, job.id, TODAY + n * DAY) is not None)
        for n in (-1, 0, 2, 3)
    ]
    assert holds == [False, True, True, False]
    assert database.read(lambda s: parties.employment_on(s, uuid4(), TODAY)) is None
    worked = database.read(lambda s: parties.people_of(s, party.id, TODAY))
    assert [(one.id, row.id) for one, row in worked] == [(person.id, job.id)]


def test_an_end_may_move_earlier_until_it_has_come(database):
    person, party = database.write(lambda s: (make.person(s), make.party(s)))
    job = database.write(lambda s: make.job(s, person, party))

    def end(until_on, at=NOW):
        request = parties.EndRequest(uuid4(), job.id, until_on)
        return lambda s: parties.end_employment(s, request, by=ESHA, at=at)

    make.refused(database, parties.DatesReversed, end(TODAY - DAY))
    database.write(end(TODAY + 5 * DAY))
    make.refused(database, parties.RowEnded, end(TODAY + 6 * DAY))
    database.write(end(TODAY + DAY))
    make.refused(database, parties.RowEnded, end(TODAY, make.moment("2026-10-21")))
    lost = parties.EndRequest(uuid4(), uuid4(), TODAY)
    make.refused(database, parties.RowNotFound, lambda s: parties.end_employment(s, lost, by=ESHA, at=NOW))


def test_a_person_has_one_primary_employment_at_a_time(database):
    person, here, there = database.write(lambda s: (make.person(s), make.party(s), make.party(s)))
    database.write(lambda s: make.job(s, person, here))
    make.refused(database, parties.EmploymentOverlaps, lambda s: make.job(s, person, there))
    make.refused(database, parties.EmploymentOverlaps, lambda s: make.job(s, person, there, from_on=TODAY + DAY))
    side = database.write(lambda s: make.job(s, person, there, is_primary=False))
    assert [row.id for row in database.read(lambda s: parties.employments_of(s, person.id, TODAY))][1:] == [side.id]
    with pytest.raises(IntegrityError), database.transaction() as session:  # the database's own word for it
        session.execute(text("UPDATE employments SET is_primary = true"))


def test_the_refusals_of_an_employment(database):
    person, party = database.write(lambda s: (make.person(s), make.party(s)))
    right = parties.EmployRequest(uuid4(), person.id, party.id, "owner", TODAY)
    for change, error in (
        ({"person_id": uuid4()}, parties.PersonNotFound),
        ({"party_id": uuid4()}, parties.PartyNotFound),
        ({"post": ""}, parties.FieldInvalid),
    ):
        wrong = replace(right, id=uuid4(), **change)
        make.refused(database, error, make.do(parties.employ, wrong))
    for _ in range(2):
        assert database.write(lambda s: parties.employ(s, right, by=ESHA, at=NOW)).id == right.id


def test_changing_jobs_is_one_step(database):
    person, here, there = database.write(lambda s: (make.person(s), make.party(s), make.party(s)))
    old = database.write(lambda s: make.job(s, person, here))
    request = parties.ChangeJobRequest(uuid4(), person.id, there.id, "buyer", TODAY + DAY)
    for _ in range(2):
        new = database.write(lambda s: parties.change_job(s, request, by=ESHA, at=NOW))
        assert (new.party_id, new.from_on) == (there.id, TODAY + DAY)
    assert database.read(lambda s: parties.employment_on(s, old.id, TODAY)) is not None
    assert database.read(lambda s: parties.employment_on(s, old.id, TODAY + DAY)) is None
    assert make.findings(database, parties) == []


def test_a_job_cannot_be_changed_without_one_nor_to_nowhere(database):
    person, party = database.write(lambda s: (make.person(s), make.party(s)))

    def change(party_id):
        request = parties.ChangeJobRequest(uuid4(), person.id, party_id, "buyer", TODAY + DAY)
        return lambda s: parties.change_job(s, request, by=ESHA, at=NOW)

    make.refused(database, parties.EmploymentEnded, change(party.id))
    database.write(lambda s: make.job(s, person, party))
    make.refused(database, parties.PartyNotFound, change(uuid4()))
