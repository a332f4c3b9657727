"""A second person shows themselves for one deed."""

from functools import partial
from uuid import uuid4

from tests.users import make
from wms import parties, users

NOW, ESHA = make.NOW, make.ESHA


def shown(database, **request):
    return users.confirm_witness(database, users.WitnessRequest(**request), by=ESHA, at=NOW)


def badge_of(database, account):
    return database.write(make.do(users.issue_badge, users.AccountRequest(uuid4(), account.id))).secret


def test_a_badge_or_a_pin_shows_a_person_and_switches_nobody(database):
    account = database.write(make.pinned)
    sessions = make.rows(database)["sessions"]
    for request in ({"badge": badge_of(database, account)}, {"name": account.name, "pin": make.PIN}):
        by = shown(database, **request)
        assert (by.account_id, by.person_id) == (account.id, account.person_id)
        assert by.permissions == users.PERMISSIONS[users.Role.CLERK]
    assert make.rows(database)["sessions"] == sessions
    deeds = make.deeds(database, "users.confirm_witness")
    assert [(row.account_id, row.subject_id) for row in deeds] == [(ESHA.account_id, account.id)] * 2


def test_who_is_wrong_gone_or_not_of_the_store_shows_nobody(database):
    gone, grower = database.write(lambda s: (make.pinned(s), make.grower(s)))
    badge = badge_of(database, grower)
    end = parties.EndRequest(uuid4(), gone.employment_id, make.TODAY)
    database.write(make.do(parties.end_employment, end))
    for request in (
        {"badge": "NOBODYS"}, {"badge": ""}, {"badge": badge}, {"name": gone.name, "pin": make.PIN},
        {"name": gone.name, "pin": "824194"}, {"name": "nobody", "pin": make.PIN}, {},
    ):  # fmt: skip
        make.fails(users.SwitchFailed, partial(shown, database, **request))
    assert len(make.deeds(database, "users.witness_failed")) == 7


def test_a_witness_shares_the_pins_five_tries(database):
    account = database.write(make.pinned)
    for _ in range(5):
        make.fails(users.SwitchFailed, lambda: shown(database, name=account.name, pin="824194"))
    make.fails(users.PinLocked, lambda: shown(database, name=account.name, pin=make.PIN))


def test_showings_are_limited_for_whoever_asks(database):
    for _ in range(30):
        make.fails(users.SwitchFailed, lambda: shown(database, badge="NOBODYS"))
    make.fails(users.TooManyAttempts, lambda: shown(database, badge="NOBODYS"))
