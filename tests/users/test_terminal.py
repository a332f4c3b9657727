"""Taking turns at a shared terminal."""

from functools import partial
from threading import Thread
from uuid import uuid4

import pytest

from tests.users import make
from wms import parties, users
from wms.kernel.errors import Forbidden

NOW = make.NOW


@pytest.fixture
def terminal(database):
    """The token of a terminal that a clerk signed in at dock 1."""
    opener = database.write(make.user)
    return make.signed_in(database, opener, terminal="dock-1").token


def badge_of(database, account):
    issued = database.write(make.do(users.issue_badge, users.AccountRequest(uuid4(), account.id)))
    return issued.secret


def by_badge(database, token, badge, at=NOW):
    return users.switch_person(database, users.SwitchPersonRequest(token, badge=badge), at=at)


def by_pin(database, token, name, pin=make.PIN, at=NOW):
    return users.switch_person(database, users.SwitchPersonRequest(token, name=name, pin=pin), at=at)


def test_a_badge_changes_who_acts_and_every_secret(database, terminal):
    other = database.write(make.user)
    before = make.acting(database, terminal)[1]
    opened = by_badge(database, terminal, f" {badge_of(database, other).lower()} ")
    by, facts = make.acting(database, opened.token)
    assert (by.account_id, facts.terminal, facts.id) == (other.id, "dock-1", before.id)
    assert facts.csrf_token != before.csrf_token
    make.fails(users.SessionOver, lambda: make.acting(database, terminal))
    (deed,) = make.deeds(database, "users.switch_person")
    assert (deed.account_id, deed.details["how"], deed.details["terminal"]) == (other.id, "badge", "dock-1")


def test_a_pin_needs_its_name(database, terminal):
    other = database.write(make.pinned)
    opened = by_pin(database, terminal, f" {other.name.upper()} ")
    assert make.acting(database, opened.token)[0].account_id == other.id


def test_a_locked_terminal_waits_for_the_next_person(database, terminal):
    other = database.write(make.user)
    badge = badge_of(database, other)
    for _ in range(2):
        database.write(lambda s: users.lock_terminal(s, terminal, at=NOW))
    make.fails(users.TerminalLocked, lambda: make.acting(database, terminal))
    opened = by_badge(database, terminal, badge)
    make.fails(users.TerminalLocked, lambda: make.acting(database, opened.token, make.later(minutes=10)))
    again = by_badge(database, opened.token, badge, make.later(hours=15))
    make.acting(database, again.token, make.later(hours=15))
    make.fails(users.SessionOver, lambda: by_badge(database, again.token, badge, make.later(hours=16)))


def test_signing_out_closes_the_terminal_for_everybody(database, terminal):
    other = database.write(make.user)
    badge = badge_of(database, other)
    database.write(lambda s: users.sign_out(s, terminal, at=NOW))
    make.fails(users.SessionOver, lambda: by_badge(database, terminal, badge))


def test_people_switch_only_at_terminals(database):
    other = database.write(make.user)
    token = make.signed_in(database, other).token
    make.fails(users.NotATerminal, lambda: by_badge(database, token, badge_of(database, other)))
    make.fails(users.NotATerminal, lambda: by_pin(database, token, other.name))
    make.refused(database, users.NotATerminal, lambda s: users.lock_terminal(s, token, at=NOW))
    make.fails(users.SessionOver, lambda: by_badge(database, "no-session", "x"))


def test_terminals_are_for_the_stores_own_people(database, terminal):
    grower = database.write(make.grower)
    make.fails(users.TerminalNotAllowed, lambda: make.signed_in(database, grower, terminal="dock-1"))
    make.fails(users.SwitchFailed, lambda: by_badge(database, terminal, badge_of(database, grower)))
    clerk = database.write(make.user)
    for name in ("", " ", "x" * 41):
        make.fails(users.FieldInvalid, partial(make.signed_in, database, clerk, terminal=name))
    make.acting(database, terminal)


def test_a_revoked_or_replaced_badge_and_one_of_a_closed_account_fail_alike(database, terminal):
    one, two, three = database.write(lambda s: [make.user(s) for _ in range(3)])
    revoked, replaced, closed = (badge_of(database, account) for account in (one, two, three))
    (row,) = database.read(lambda s: users.list_badges(s, one.id))
    request = users.CredentialRequest(uuid4(), row.id)
    for _ in range(2):
        database.write(make.do(users.revoke_badge, request))
    make.refused(
        database, users.CredentialRevoked, make.do(users.revoke_badge, users.CredentialRequest(uuid4(), row.id))
    )
    fresh = badge_of(database, two)
    end = parties.EndRequest(uuid4(), three.employment_id, make.TODAY)
    database.write(make.do(parties.end_employment, end))
    for badge in (revoked, replaced, closed, "", "NOBODYS"):
        make.fails(users.SwitchFailed, partial(by_badge, database, terminal, badge))
    assert len(make.deeds(database, "users.switch_failed")) == 5
    by_badge(database, terminal, fresh)


def test_wrong_badges_are_limited_at_a_terminal(database, terminal):
    for _ in range(30):
        make.fails(users.SwitchFailed, lambda: by_badge(database, terminal, "NOBODYS"))
    make.fails(users.TooManyAttempts, lambda: by_badge(database, terminal, "NOBODYS"))
    make.fails(users.SwitchFailed, lambda: by_badge(database, terminal, "NOBODYS", make.later(minutes=5)))


def test_the_fifth_wrong_pin_locks_it(database, terminal):
    other = database.write(make.pinned)
    for _ in range(5):
        make.fails(users.SwitchFailed, lambda: by_pin(database, terminal, other.name, "824194"))
    error = make.fails(users.PinLocked, lambda: by_pin(database, terminal, other.name))
    assert error.values == {"tries": 5}
    request = users.AccountRequest(uuid4(), other.id)
    make.refused(database, Forbidden, make.do(users.unlock_pin, request, make.NOBODY))
    for _ in range(2):
        database.write(make.do(users.unlock_pin, request))
    by_pin(database, terminal, other.name)


def test_a_right_pin_forgets_the_wrong_ones(database, terminal):
    other = database.write(make.pinned)
    token = terminal
    for _ in range(2):
        for _ in range(3):
            make.fails(users.SwitchFailed, partial(by_pin, database, token, other.name, "824194"))
        token = by_pin(database, token, other.name).token


def test_many_guesses_at_once_get_five_tries(database, terminal):
    other = database.write(make.pinned)
    outcomes = []

    def guess():
        try:
            by_pin(database, terminal, other.name, "824194")
        except (users.SwitchFailed, users.PinLocked) as error:
            outcomes.append(type(error))

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count(users.SwitchFailed), outcomes.count(users.PinLocked)) == (5, 3)


@pytest.mark.parametrize("pin", [None, "", "824193x"])
def test_a_name_without_its_pin_fails_like_an_unknown_one(database, terminal, pin):
    without, other = database.write(lambda s: (make.user(s), make.pinned(s)))
    for name in (without.name, other.name, "nobody", ""):
        make.fails(users.SwitchFailed, partial(by_pin, database, terminal, name, pin))
