"""Signing in with a password, sessions, and out."""

from datetime import timedelta
from functools import partial
from threading import Thread
from uuid import uuid4

import pyotp
import pytest

from tests.users import make
from wms import parties, users
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden

NOW, HERE = make.NOW, make.HERE


def attempt(database, name, password=make.PASSWORD, *, at=NOW, address=HERE, **more):
    return users.sign_in(database, users.SignInRequest(name, password, address, **more), at=at)


def test_name_and_password_open_a_session(database):
    clerk = database.write(lambda s: make.user(s, name="asha", language="en"))
    opened = attempt(database, " Asha ")
    by, facts = make.acting(database, opened.token)
    assert by == opened.actor
    assert (by.account_id, by.person_id, by.party_id, by.name) == (clerk.id, clerk.person_id, None, "Asha")
    assert by.permissions == users.PERMISSIONS[users.Role.CLERK]
    assert facts == opened.session
    assert (facts.language, facts.party, facts.terminal, facts.touch) == ("en", None, None, False)
    assert facts.roles == make.CLERK
    (deed,) = make.deeds(database, "users.sign_in")
    assert (deed.account_id, deed.details["how"], deed.details["address"]) == (clerk.id, "password", HERE)


def test_a_customers_person_acts_for_their_party(database):
    account = database.write(make.grower)
    by, facts = make.acting(database, make.signed_in(database, account).token)
    assert by.party_id == facts.party.id
    assert facts.party.kind == "grower"
    assert not by.may(Permission.SEE_ALL)


def test_no_secret_is_kept(database):
    account = database.write(make.user)
    opened = make.signed_in(database, account)
    everything = str(make.rows(database))
    assert opened.token not in everything
    assert make.PASSWORD not in everything
    assert account.password_hash.startswith("$argon2id$")


def test_whatever_is_wrong_the_answer_is_the_same_and_is_recorded(database):
    account = database.write(make.user)
    closed = database.write(make.user)
    database.write(make.do(users.close_account, users.AccountRequest(uuid4(), closed.id)))
    for name, password in (
        (account.name, "wrong-password"), ("nobody", make.PASSWORD), (closed.name, make.PASSWORD), (account.name, ""),
        (account.name, "x" * 100_000),
    ):  # fmt: skip
        error = make.fails(users.SignInFailed, partial(attempt, database, name, password))
        assert error.values == {}
    failed = make.deeds(database, "users.sign_in_failed")
    assert len(failed) == 5
    assert "nobody" not in str([row.details for row in failed])  # a password typed as a name must not be kept
    assert make.deeds(database, "users.sign_in") == []


def test_a_machine_has_no_password(database):
    machine = database.write(make.machine)
    make.fails(users.SignInFailed, lambda: attempt(database, machine.name, ""))


def test_tries_are_limited_by_name_and_place_and_time(database):
    account = database.write(make.user)
    for _ in range(10):
        make.fails(users.SignInFailed, lambda: attempt(database, account.name, "wrong-password"))
    error = make.fails(users.TooManyAttempts, lambda: make.signed_in(database, account))
    assert error.values == {"retry_after_s": 900}
    make.signed_in(database, account, address="198.51.100.9")  # its owner elsewhere is not locked out
    make.signed_in(database, account, at=make.later(minutes=15))


def test_right_tries_do_not_count(database):
    account = database.write(make.user)
    for _ in range(12):
        make.signed_in(database, account)
    assert len(make.deeds(database, "users.sign_in")) == 12


def test_two_tries_at_once_are_both_counted(database):
    account = database.write(make.user)
    outcomes = []

    def guess():
        for _ in range(6):
            try:
                attempt(database, account.name, "wrong-password")
            except (users.SignInFailed, users.TooManyAttempts) as error:
                outcomes.append(type(error))

    threads = [Thread(target=guess) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(users.SignInFailed) == 10
    assert outcomes.count(users.TooManyAttempts) == 2


def test_losing_the_employment_loses_the_access_in_the_same_moment(database):
    account = database.write(make.user)
    token = make.signed_in(database, account).token
    make.acting(database, token)
    end = parties.EndRequest(uuid4(), account.employment_id, make.TODAY)
    database.write(make.do(parties.end_employment, end))
    make.fails(users.SessionOver, lambda: make.acting(database, token))
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account))
    make.fails(users.AccountNotFound, lambda: database.read(lambda s: users.actor_of_account(s, account.id, NOW)))


def test_an_employment_ends_on_its_day(database):
    account = database.write(make.user)
    end = parties.EndRequest(uuid4(), account.employment_id, make.TODAY + timedelta(days=1))
    database.write(make.do(parties.end_employment, end))
    token = make.signed_in(database, account).token
    make.acting(database, token, make.moment("2026-10-20", 5))
    make.fails(users.SessionOver, lambda: make.acting(database, token, make.moment("2026-10-21", 5)))


@pytest.mark.parametrize(
    ("minutes", "touched", "alive"), [(119, None, True), (120, None, False), (120, 60, True), (180, 60, False)]
)
def test_an_idle_session_ends_and_use_keeps_it(database, minutes, touched, alive):
    account = database.write(make.user)
    opened = make.signed_in(database, account)
    if touched is not None:
        _, facts = make.acting(database, opened.token, make.later(minutes=touched))
        assert facts.touch
        database.write(lambda s: users.touch_session(s, facts.id, at=make.later(minutes=touched)))
    if alive:
        make.acting(database, opened.token, make.later(minutes=minutes))
    else:
        make.fails(users.SessionOver, lambda: make.acting(database, opened.token, make.later(minutes=minutes)))


def test_a_session_ends_after_its_life_however_much_it_is_used(database):
    account = database.write(make.user)
    opened = make.signed_in(database, account)
    for hour in range(1, 12):
        database.write(lambda s, h=hour: users.touch_session(s, opened.session.id, at=make.later(hours=h)))
    make.acting(database, opened.token, make.later(hours=12, seconds=-1))
    make.fails(users.SessionOver, lambda: make.acting(database, opened.token, make.later(hours=12)))


def test_signing_out_ends_it_and_a_repeat_changes_nothing(database):
    account = database.write(make.user)
    opened, other = make.signed_in(database, account), make.signed_in(database, account)
    for _ in range(2):
        database.write(lambda s: users.sign_out(s, opened.token, at=NOW))
    database.write(lambda s: users.sign_out(s, "no-session", at=NOW))
    make.fails(users.SessionOver, lambda: make.acting(database, opened.token))
    make.acting(database, other.token)
    assert len(make.deeds(database, "users.sign_out")) == 1


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_what_is_no_session_is_none(database, token):
    make.fails(users.SessionOver, lambda: make.acting(database, token))


def test_an_authenticator_is_asked_for_once_confirmed_and_a_code_serves_once(database):
    account = database.write(make.user)
    me = make.signed_in(database, account).actor
    seed = database.write(lambda s: users.begin_second_factor(s, by=me, at=NOW))
    maker = pyotp.TOTP(seed)
    make.signed_in(database, account)  # not confirmed: not asked for
    make.refused(
        database, users.SecondFactorRefused, lambda s: users.confirm_second_factor(s, "000000x", by=me, at=NOW)
    )
    database.write(lambda s: users.confirm_second_factor(s, maker.at(NOW.at), by=me, at=NOW))
    make.refused(database, users.SecondFactorRefused, lambda s: users.begin_second_factor(s, by=me, at=NOW))
    make.fails(users.SecondFactorNeeded, lambda: make.signed_in(database, account))
    used = maker.at(NOW.at)
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account, totp=used))
    fresh = maker.at(make.later(seconds=30).at)
    make.signed_in(database, account, totp=fresh, at=make.later(seconds=30))
    make.fails(users.SignInFailed, lambda: make.signed_in(database, account, totp=fresh, at=make.later(seconds=31)))


def test_codes_of_an_authenticator_are_limited_and_it_can_be_taken_away(database):
    account = database.write(make.user)
    me = make.signed_in(database, account).actor
    seed = database.write(lambda s: users.begin_second_factor(s, by=me, at=NOW))
    database.write(lambda s: users.confirm_second_factor(s, pyotp.TOTP(seed).at(NOW.at), by=me, at=NOW))
    wrong = "000000" if pyotp.TOTP(seed).at(NOW.at) != "000000" else "000001"
    for _ in range(5):
        make.fails(users.SignInFailed, lambda: make.signed_in(database, account, totp=wrong))
    make.fails(users.TooManyAttempts, lambda: make.signed_in(database, account, totp=wrong))
    request = users.AccountRequest(uuid4(), account.id)
    machine = database.write(make.machine)
    wrong_kind = users.AccountRequest(uuid4(), machine.id)
    make.refused(database, users.NotOwnAccount, make.do(users.remove_second_factor, wrong_kind))
    make.refused(database, Forbidden, make.do(users.remove_second_factor, request, make.NOBODY))
    database.write(make.do(users.remove_second_factor, request))
    make.signed_in(database, account)
