"""Invitations, passwords, PINs, API keys, gateways and the broker's files."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Thread
from uuid import uuid4

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.users import make
from wms import parties, users
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden

NOW, HERE, R = make.NOW, make.HERE, users.Role
NEW = "烟富3号-new-password"


def invited(database, account, at=NOW):
    return database.write(make.do(users.invite, users.AccountRequest(uuid4(), account.id), make.ESHA, at)).secret


def accept(database, token, password=NEW, at=NOW):
    return users.accept_invitation(database, users.AcceptInvitationRequest(token, password, HERE), at=at)


def test_an_invitation_sets_a_password_once_and_ends_sessions(database):
    account = database.write(make.user)
    old = make.signed_in(database, account).token
    request = users.AccountRequest(uuid4(), account.id)
    issued, again = (database.write(make.do(users.invite, request)) for _ in range(2))
    assert again == users.Issued(issued.id, None)
    make.acting(database, old)
    make.fails(users.PasswordWeak, lambda: accept(database, issued.secret, "short"))
    assert accept(database, issued.secret) == account.id
    make.fails(users.SessionOver, lambda: make.acting(database, old))
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account))
    make.signed_in(database, account, password=NEW)
    make.fails(users.InvitationInvalid, lambda: accept(database, issued.secret))
    make.refused(database, Forbidden, make.do(users.invite, request, make.NOBODY))
    assert issued.secret not in str(make.rows(database))


def test_an_invitation_lives_three_days_and_a_new_one_replaces_it(database):
    account = database.write(make.user)
    first, second = invited(database, account), invited(database, account)
    for token, at in ((first, NOW), ("no-token", NOW), (second, make.later(hours=72))):
        make.fails(users.InvitationInvalid, partial(accept, database, token, at=at))
    accept(database, second, at=make.later(hours=71, minutes=59))


def test_an_invitation_accepted_by_two_at_once_serves_one(database):
    account = database.write(make.user)
    token = invited(database, account)
    outcomes = []

    def use(number):
        try:
            outcomes.append(accept(database, token, f"{NEW}-{number}"))
        except users.InvitationInvalid as error:
            outcomes.append(type(error))

    threads = [Thread(target=use, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(users.InvitationInvalid) == 1


def test_machines_and_closed_accounts_are_not_invited(database):
    machine, closed = database.write(lambda s: (make.machine(s), make.user(s)))
    token = invited(database, closed)
    database.write(make.do(users.close_account, users.AccountRequest(uuid4(), closed.id)))
    for account, error in ((machine, users.NotOwnAccount), (closed, users.AccountClosed)):
        request = users.AccountRequest(uuid4(), account.id)
        make.refused(database, error, make.do(users.invite, request))
        make.refused(database, error, make.do(users.issue_badge, request))
    make.fails(users.InvitationInvalid, lambda: accept(database, token))


def test_ones_own_password_is_changed_with_the_current_one(database):
    account = database.write(make.user)
    opened = make.signed_in(database, account)
    request = users.SetPasswordRequest(uuid4(), make.PASSWORD, NEW)
    wrong = replace(request, id=uuid4(), current="not-the-current")
    make.fails(users.SignInFailed, lambda: users.set_password(database, wrong, by=opened.actor, at=NOW))
    weak = replace(request, id=uuid4(), password="short")
    make.fails(users.PasswordWeak, lambda: users.set_password(database, weak, by=opened.actor, at=NOW))
    make.acting(database, opened.token)
    for _ in range(2):
        users.set_password(database, request, by=opened.actor, at=NOW)
    make.fails(users.SessionOver, lambda: make.acting(database, opened.token))
    make.signed_in(database, account, password=NEW)
    assert len(make.deeds(database, "users.set_password")) == 1


def test_ones_own_pin_is_set_with_the_password(database):
    account = database.write(make.user)
    me = make.signed_in(database, account).actor
    request = users.SetPinRequest(uuid4(), make.PASSWORD, make.PIN)
    weak, wrong = replace(request, id=uuid4(), pin="111111"), replace(request, id=uuid4(), password="not-the-current")
    make.fails(users.PinWeak, lambda: users.set_pin(database, weak, by=me, at=NOW))
    make.fails(users.SignInFailed, lambda: users.set_pin(database, wrong, by=me, at=NOW))
    for _ in range(2):
        users.set_pin(database, request, by=me, at=NOW)
    dock = make.signed_in(database, account, terminal="dock-1").token
    switch = users.SwitchPersonRequest(dock, name=account.name, pin=make.PIN)
    assert users.switch_person(database, switch, at=NOW).actor.account_id == account.id


def key(account, *scopes, **values):
    wanted = {"name": "ERP", "expires_at": make.later(days=90).at, **values}
    return users.AddApiKeyRequest(uuid4(), account.id, scopes=frozenset(scopes or {Permission.SEE_READINGS}), **wanted)


def actor_of(database, text, at=NOW):
    return database.read(lambda s: users.actor_of_api_key(s, text, at))


def test_a_key_acts_as_its_account_within_its_scopes(database):
    party = database.write(make.people.party)
    machine = database.write(lambda s: make.machine(s, party.id))
    request = key(machine, Permission.SEE_READINGS, Permission.LIST_GOODS)
    issued, again = (database.write(make.do(users.add_api_key, request)) for _ in range(2))
    assert again == users.Issued(request.id, None)
    by = actor_of(database, issued.secret)
    assert (by.account_id, by.party_id, by.person_id) == (machine.id, party.id, None)
    assert by.permissions == {Permission.SEE_READINGS, Permission.LIST_GOODS}
    secret = issued.secret.rpartition("_")[2]
    assert secret not in str(make.rows(database))
    for wrong in (issued.secret[:-1] + ("0" if issued.secret[-1] != "0" else "1"), "cl_x", ""):
        make.fails(users.KeyRefused, partial(actor_of, database, wrong))


def test_a_key_ends_by_time_by_hand_and_with_the_employment(database):
    account = database.write(make.user)
    me = make.signed_in(database, account).actor
    by_time, by_hand, by_job = (database.write(make.do(users.add_api_key, key(account), me)) for _ in range(3))
    make.fails(users.KeyRefused, lambda: actor_of(database, by_time.secret, make.later(days=90)))
    request = users.CredentialRequest(uuid4(), by_hand.id)
    stranger = make.people.actor("Chand")
    make.refused(database, users.CredentialNotFound, make.do(users.revoke_api_key, request, stranger))
    for _ in range(2):
        database.write(make.do(users.revoke_api_key, request, me))
    make.fails(users.KeyRefused, lambda: actor_of(database, by_hand.secret))
    again = replace(request, id=uuid4())
    make.refused(database, users.CredentialRevoked, make.do(users.revoke_api_key, again, me))
    assert actor_of(database, by_job.secret).person_id == account.person_id
    end = parties.EndRequest(uuid4(), account.employment_id, make.TODAY)
    database.write(make.do(parties.end_employment, end))
    make.fails(users.KeyRefused, lambda: actor_of(database, by_job.secret))
    assert len(database.read(lambda s: users.list_api_keys(s, account.id))) == 3


def test_a_key_loses_what_its_account_loses(database):
    account = database.write(make.user)
    me = make.signed_in(database, account).actor
    request = key(account, Permission.SEE_READINGS, Permission.WEIGH)
    issued = database.write(make.do(users.add_api_key, request, me))
    roles = users.SetRolesRequest(uuid4(), account.id, frozenset({R.AUDITOR}))
    database.write(make.do(users.set_roles, roles))
    assert actor_of(database, issued.secret).permissions == {Permission.SEE_READINGS}


def test_the_refusals_of_a_key(database):
    account, other, machine = database.write(lambda s: (make.user(s), make.user(s), make.machine(s)))
    me = make.signed_in(database, account).actor
    narrow = replace(me, permissions=frozenset({Permission.SEE_READINGS}))
    for request, by, error in (
        (key(account, Permission.PAY_OUT), me, users.ScopesTooWide),
        (key(account, Permission.WEIGH), narrow, users.ScopesTooWide),
        (key(machine, Permission.MANAGE_USERS), make.ESHA, users.ScopesTooWide),
        (replace(key(account), scopes=frozenset()), me, users.ScopesTooWide),
        (key(account, expires_at=NOW.at), me, users.FieldInvalid),
        (key(account, name=" "), me, users.FieldInvalid),
        (key(other), me, Forbidden),
        (key(machine), me, Forbidden),
        (key(other), make.ESHA, users.NotOwnAccount),
        (replace(key(other), account_id=uuid4()), make.ESHA, users.AccountNotFound),
    ):
        make.refused(database, error, make.do(users.add_api_key, request, by))


def test_a_customers_machine_sees_no_more_than_its_owner(database):
    party = database.write(make.people.party)
    machine = database.write(lambda s: make.machine(s, party.id))
    for scope in (Permission.SEE_ALL, Permission.SEE_BOOKS, Permission.RECORD_PRICE):
        make.refused(database, users.ScopesTooWide, make.do(users.add_api_key, key(machine, scope)))


def gateway(name="gw-a1", site="yt1"):
    return users.AddGatewayRequest(uuid4(), name, site)


def test_a_gateway_is_known_by_name_and_password_until_revoked(database):
    request = gateway()
    issued, again = (database.write(make.do(users.add_gateway, request)) for _ in range(2))
    assert again.secret is None
    checked = partial(users.check_gateway, name="gw-a1", secret=issued.secret)
    assert database.read(checked).site == "yt1"
    renewed = database.write(make.do(users.renew_gateway, users.CredentialRequest(uuid4(), issued.id)))
    make.refused(database, users.KeyRefused, checked)
    fresh = partial(users.check_gateway, name="gw-a1", secret=renewed.secret)
    assert database.read(fresh).id == issued.id
    revoke = users.CredentialRequest(uuid4(), issued.id)
    for _ in range(2):
        database.write(make.do(users.revoke_gateway, revoke))
    make.refused(database, users.KeyRefused, fresh)
    assert database.read(lambda s: users.find_gateway(s, "gw-a1")) is None
    for action, wrong, error in (
        (users.revoke_gateway, replace(revoke, id=uuid4()), users.CredentialRevoked),
        (users.renew_gateway, replace(revoke, id=uuid4()), users.CredentialRevoked),
        (users.revoke_gateway, users.CredentialRequest(uuid4(), uuid4()), users.CredentialNotFound),
        (users.add_gateway, gateway(), users.NameTaken),
        (users.add_gateway, gateway("GW/1"), users.FieldInvalid),
        (users.add_gateway, gateway("gw-a2", "yt 1"), users.FieldInvalid),
        (users.add_gateway, gateway("gw-a2", "#"), users.FieldInvalid),
    ):
        make.refused(database, error, make.do(action, wrong))
        make.refused(database, Forbidden, make.do(action, wrong, make.NOBODY))


def connected(broker, name, secret):
    """Return the broker's answer to a client, and what it granted of some publishes."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    client.username_pw_set(name, secret)
    answers = []
    client.on_connect = lambda c, u, f, reason, p: answers.append(reason)
    client.connect(broker.host, broker.port)
    for _ in range(100):
        client.loop(0.1)
        if answers:
            break
    return client, answers[0].is_failure


def may_publish(client, topic):
    codes = []
    client.on_publish = lambda c, u, mid, reason, p: codes.append(reason)
    client.publish(topic, b"{}", qos=1)
    for _ in range(100):
        client.loop(0.1)
        if codes:
            break
    return not codes[0].is_failure


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_real_broker_takes_the_rendered_files(database, new_broker):
    own = database.write(make.do(users.add_gateway, gateway()))
    other = database.write(make.do(users.add_gateway, gateway("gw-b1", "yt2")))
    server = database.write(make.do(users.add_gateway, gateway("ingest", None)))
    gone = database.write(make.do(users.add_gateway, gateway("gw-old")))
    database.write(make.do(users.revoke_gateway, users.CredentialRequest(uuid4(), gone.id)))
    passwords, acl = database.read(users.render_mosquitto)
    broker = new_broker(passwords={"nobody": "nothing"}, acl=acl)
    (broker.folder / "passwords").write_text(passwords)
    broker.stop()
    broker.start()
    gw, failed = connected(broker, "gw-a1", own.secret)
    assert not failed
    allowed = {
        topic: may_publish(gw, topic)
        for topic in (
            "cw/v1/yt1/gw-a1/up/m", "cw/v1/yt1/gw-a1/state", "cw/v1/yt1/gw-a1/meta", "cw/v1/yt1/gw-a1/live/truck1",
            "cw/v1/yt1/gw-b1/up/m", "cw/v1/yt2/gw-a1/up/m", "cw/v1/yt1/gw-a1/down/ack", "anything",
        )
    }  # fmt: skip
    assert list(allowed.values()) == [True] * 4 + [False] * 4
    ingest, failed = connected(broker, "ingest", server.secret)
    assert not failed
    assert may_publish(ingest, "cw/v1/yt1/gw-a1/down/ack")
    assert not may_publish(ingest, "cw/v1/yt1/gw-a1/up/m")
    for name, secret in (("gw-old", gone.secret), ("gw-a1", other.secret), ("gw-a1", ""), ("nobody", "nothing")):
        assert connected(broker, name, secret)[1]


def test_what_serves_nobody_is_forgotten(database):
    account = database.write(make.grower)
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account, password="wrong-password"))
    token = make.signed_in(database, account).token
    request = users.StartPhoneSignInRequest("13800000001", HERE)
    database.write(lambda s: users.start_phone_sign_in(s, request, at=NOW))
    assert database.write(lambda s: users.forget_old(s, at=NOW)) == 0
    make.acting(database, token)
    later = make.later(days=31)
    assert database.write(lambda s: users.forget_old(s, at=later)) > 0
    rows = make.rows(database)
    assert (rows["attempt_counts"], rows["phone_codes"], rows["sessions"]) == ([], [], [])
    assert database.write(lambda s: users.forget_old(s, at=later)) == 0
    assert timedelta(days=31) == later.at - NOW.at
