"""Making, changing and closing accounts; the first administrator."""

from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.users import make
from wms import parties, users
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

NOW, R = make.NOW, users.Role


def job(database, kind=parties.PartyKind.STORE):
    def work(session):
        party = make.store(session) if kind is parties.PartyKind.STORE else make.people.party(session, kind)
        return make.people.job(session, make.people.person(session), party)

    return database.write(work)


def wanted(employment, *roles, **values):
    values = {"name": f"n{uuid4().hex[:8]}", **values}
    return users.AddUserRequest(uuid4(), employment_id=employment.id, roles=frozenset(roles or {R.CLERK}), **values)


def test_an_account_is_made_once_and_can_do_nothing_before_its_human_is_invited(database):
    request = wanted(job(database), name="asha", phone="+86 13800000001")
    for _ in range(2):
        account = database.write(make.do(users.add_user, request))
        assert (account.id, account.phone, account.password_hash) == (request.id, "13800000001", None)
    assert database.read(lambda s: users.roles_of(s, account.id)) == {R.CLERK}
    assert database.read(lambda s: users.account_by_name(s, "Asha")).id == account.id
    assert [row.id for row in database.read(lambda s: users.list_accounts(s).items)] == [account.id]
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account, password=""))
    make.refused(database, RequestIdReused, make.do(users.add_user, replace(request, name="wei")))
    assert make.findings(database, users) == []


def test_the_refusals_of_an_account(database):
    staff, outside = job(database), job(database, parties.PartyKind.GROWER)
    database.write(make.do(users.add_user, wanted(staff, name="asha", phone="13800000001")))
    for request, error in (
        (wanted(staff, name="asha"), users.NameTaken),
        (wanted(staff, phone="138 0000 0001"), users.NameTaken),
        (wanted(staff, phone="call me"), users.FieldInvalid),
        (wanted(staff, name="A sha"), users.FieldInvalid),
        (wanted(staff, language="fr"), users.FieldInvalid),
        (replace(wanted(staff), employment_id=uuid4()), users.NotEmployed),
        (wanted(outside, R.CLERK), users.RoleUnfit),
        (wanted(outside, R.GROWER, R.ADMINISTRATOR), users.RoleUnfit),
        (wanted(staff, R.MACHINE), users.RoleUnfit),
        (wanted(staff, R.VALUER, R.TRADER), users.RolesConflict),
    ):
        make.refused(database, error, make.do(users.add_user, request))
    make.refused(database, Forbidden, make.do(users.add_user, wanted(staff), make.NOBODY))


@pytest.mark.parametrize("dealing", [R.TRADER, R.CREDIT_OFFICER, R.APPROVER, R.CASHIER])
def test_a_valuer_deals_with_no_account_of_theirs(database, dealing):
    employment = job(database)
    first = database.write(make.do(users.add_user, wanted(employment, R.VALUER)))
    second = database.write(make.do(users.add_user, wanted(employment, R.AUDITOR)))
    make.refused(database, users.RolesConflict, make.do(users.add_user, wanted(employment, dealing)))
    grant = users.SetRolesRequest(uuid4(), second.id, frozenset({dealing}))
    make.refused(database, users.RolesConflict, make.do(users.set_roles, grant))
    give_up = users.SetRolesRequest(uuid4(), first.id, frozenset({R.AUDITOR}))
    database.write(make.do(users.set_roles, give_up))
    database.write(make.do(users.set_roles, replace(grant, id=uuid4())))
    assert make.findings(database, users) == []


def test_the_database_knows_it_too(database):
    employment = job(database)
    database.write(make.do(users.add_user, wanted(employment, R.VALUER)))
    trader = database.write(make.do(users.add_user, wanted(job(database), R.TRADER)))
    other = database.write(make.do(users.add_user, wanted(employment, R.AUDITOR)))
    for statement in (
        "UPDATE account_roles SET role = 'trader' WHERE role = 'valuer'",
        "UPDATE account_roles SET role = 'trader', duty = 'dealing' WHERE role = 'valuer'",
        "UPDATE account_roles SET role = 'trader', duty = 'dealing' WHERE role = 'auditor'",
        "UPDATE account_roles SET duty = NULL WHERE role = 'trader'",
        "UPDATE person_duties SET duty = 'dealing' WHERE duty = 'valuing'",
    ):
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.execute(text(statement))
    assert database.read(lambda s: users.roles_of(s, trader.id)) == {R.TRADER}
    assert database.read(lambda s: users.roles_of(s, other.id)) == {R.AUDITOR}


def test_two_grants_at_once_cannot_make_a_person_value_and_deal(database):
    employment = job(database)
    accounts = [database.write(make.do(users.add_user, wanted(employment, R.AUDITOR))) for _ in range(2)]
    outcomes = []

    def grant(account, role):
        request = users.SetRolesRequest(uuid4(), account.id, frozenset({role}))
        try:
            database.write(make.do(users.set_roles, request))
            outcomes.append("granted")
        except users.RolesConflict:
            outcomes.append("refused")

    pairs = zip(accounts, (R.VALUER, R.TRADER), strict=True)
    threads = [Thread(target=grant, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "refused"]
    assert make.findings(database, users) == []


def test_new_roles_hold_from_the_next_request_on(database):
    account = database.write(make.user)
    token = make.signed_in(database, account).token
    request = users.SetRolesRequest(uuid4(), account.id, frozenset({R.CASHIER}))
    for _ in range(2):
        database.write(make.do(users.set_roles, request))
    by, facts = make.acting(database, token)
    assert (by.permissions, facts.roles) == (users.PERMISSIONS[R.CASHIER], {R.CASHIER})
    database.write(make.do(users.set_roles, replace(request, id=uuid4(), roles=frozenset())))
    assert make.acting(database, token)[0].permissions == frozenset()


def test_nobody_changes_their_own_roles_with_whichever_account(database):
    account = database.write(lambda s: make.user(s, frozenset({R.ADMINISTRATOR})))
    me = make.signed_in(database, account).actor
    request = users.SetRolesRequest(uuid4(), account.id, frozenset({R.ADMINISTRATOR, R.CASHIER}))
    make.refused(database, users.OwnRoles, make.do(users.set_roles, request, me))
    make.refused(database, users.OwnRoles, make.do(users.set_roles, request, replace(me, account_id=uuid4())))
    make.refused(database, Forbidden, make.do(users.set_roles, request, make.NOBODY))
    lost = replace(request, account_id=uuid4())
    make.refused(database, users.AccountNotFound, make.do(users.set_roles, lost))


def test_an_account_follows_its_person_to_another_employment(database):
    account = database.write(make.user)
    token = make.signed_in(database, account).token
    clerk_party = database.write(make.store)
    person = database.read(lambda s: parties.get_person(s, account.person_id))
    side = database.write(lambda s: make.people.job(s, person, clerk_party, is_primary=False))
    request = users.RebindRequest(uuid4(), account.id, side.id)
    for _ in range(2):
        assert database.write(make.do(users.rebind_account, request)).employment_id == side.id
    make.fails(users.SessionOver, lambda: make.acting(database, token))
    outside = database.write(lambda s: make.people.job(s, person, make.people.party(s), is_primary=False))
    for employment_id, error in (
        (outside.id, users.RoleUnfit), (job(database).id, users.NotEmployed), (uuid4(), users.NotEmployed),
    ):  # fmt: skip
        wrong = replace(request, id=uuid4(), employment_id=employment_id)
        make.refused(database, error, make.do(users.rebind_account, wrong))
    make.refused(database, Forbidden, make.do(users.rebind_account, request, make.NOBODY))


def test_a_closed_account_is_closed_everywhere(database):
    account = database.write(lambda s: make.user(s, phone="13800000001"))
    token = make.signed_in(database, account).token
    dock = make.signed_in(database, account, terminal="dock-1").token
    badge = database.write(make.do(users.issue_badge, users.AccountRequest(uuid4(), account.id))).secret
    request = users.AccountRequest(uuid4(), account.id)
    for _ in range(2):
        assert database.write(make.do(users.close_account, request)).closed_at == NOW.at
    make.fails(users.SessionOver, lambda: make.acting(database, token))
    make.fails(users.TerminalLocked, lambda: make.acting(database, dock))
    switch = users.SwitchPersonRequest(dock, badge=badge)
    make.fails(users.SwitchFailed, lambda: users.switch_person(database, switch, at=NOW))
    assert database.read(lambda s: users.roles_of(s, account.id)) == frozenset()
    again = replace(request, id=uuid4())
    make.refused(database, users.AccountClosed, make.do(users.close_account, again))
    make.refused(database, Forbidden, make.do(users.close_account, again, make.NOBODY))
    make.refused(database, users.AccountNotFound, make.do(users.close_account, replace(again, account_id=uuid4())))
    database.write(make.do(users.add_user, wanted(job(database), phone="13800000001")))  # the number is free again
    assert make.findings(database, users) == []


def test_all_sessions_of_an_account_end_by_its_owner_or_an_administrator(database):
    account, other = database.write(lambda s: (make.user(s), make.user(s)))
    mine, theirs = make.signed_in(database, account), make.signed_in(database, other)
    request = users.AccountRequest(uuid4(), account.id)
    make.refused(database, Forbidden, make.do(users.end_all_sessions, request, theirs.actor))
    for _ in range(2):
        database.write(make.do(users.end_all_sessions, request, mine.actor))
    make.fails(users.SessionOver, lambda: make.acting(database, mine.token))
    make.acting(database, theirs.token)
    database.write(make.do(users.end_all_sessions, users.AccountRequest(uuid4(), other.id)))
    make.fails(users.SessionOver, lambda: make.acting(database, theirs.token))


def first(**values):
    wanted = {"name": "root1", "password": make.PASSWORD, "person_name": "李四", "store_code": "CS", **values}
    return users.FirstAdministratorRequest(uuid4(), store_name="烟台冷库", **wanted)


def test_the_first_administrator_is_made_once(database):
    request = first()
    assert not database.read(users.has_administrator)
    for _ in range(2):
        assert users.create_first_administrator(database, request, at=NOW) == request.id
    make.fails(users.AdministratorExists, lambda: users.create_first_administrator(database, first(), at=NOW))
    other_name = replace(request, name="root2")
    make.fails(users.AdministratorExists, lambda: users.create_first_administrator(database, other_name, at=NOW))
    account = database.read(lambda s: users.get_account(s, request.id))
    by = make.signed_in(database, account).actor
    assert by.party_id is None
    assert by.may(Permission.MANAGE_USERS)
    assert not by.may(Permission.PAY_OUT)
    assert make.findings(database, users) == []


def test_two_first_administrators_at_once_are_one(database):
    outcomes: list[Any] = []

    def found(request):
        try:
            outcomes.append(users.create_first_administrator(database, request, at=NOW))
        except users.AdministratorExists as error:
            outcomes.append(type(error))

    threads = [Thread(target=found, args=(first(name=f"root{n}"),)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(users.AdministratorExists) == 2
    assert len(make.rows(database)["accounts"]) == 1


def test_the_first_administrator_needs_a_fair_password_and_a_store(database):
    grower = database.write(make.people.party)
    for request, error in (
        (first(password="short"), users.PasswordWeak),
        (first(password="root1-root1-x"), users.PasswordWeak),
        (first(name="Root One"), users.FieldInvalid),
        (first(store_code=grower.code), users.FieldInvalid),
        (first(store_code="c s"), parties.FieldInvalid),
    ):
        before = make.rows(database)
        make.fails(error, partial(users.create_first_administrator, database, request, at=NOW))
        assert make.rows(database) == before


def test_an_alarm_knows_whom_to_page(database):
    manager = frozenset({R.WAREHOUSE_MANAGER})
    asked = ["13800000001", "13800000002"]
    by_account = database.write(lambda s: make.user(s, manager, phone=asked[0]))
    database.write(lambda s: make.user(s, manager, person=make.people.person(s, phone=asked[1])))
    database.write(lambda s: make.user(s, manager))
    database.write(lambda s: make.user(s, phone="13800000009"))
    assert sorted(database.read(lambda s: users.phones_of(s, R.WAREHOUSE_MANAGER, NOW))) == asked
    end = parties.EndRequest(uuid4(), by_account.employment_id, make.TODAY)
    database.write(make.do(parties.end_employment, end))
    assert database.read(lambda s: users.phones_of(s, R.WAREHOUSE_MANAGER, NOW)) == asked[1:]


def test_verify_names_a_session_of_a_closed_account(database):
    account = database.write(make.user)
    make.signed_in(database, account)
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET closed_at = 1"))
    (found,) = make.findings(database, users)
    assert found.table == "sessions"
