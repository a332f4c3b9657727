"""Signing in with a code sent to one's phone."""

from functools import partial
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.users import make
from wms import users
from wms.kernel.outbox import OutboxRow

NOW, HERE = make.NOW, make.HERE
PHONE = "13800000001"


def start(database, phone=PHONE, *, at=NOW, address=HERE):
    request = users.StartPhoneSignInRequest(phone, address)
    return database.write(lambda s: users.start_phone_sign_in(s, request, at=at))


def finish(database, challenge, code, *, at=NOW):
    return users.finish_phone_sign_in(database, users.FinishPhoneSignInRequest(challenge, code, HERE), at=at)


def sent(database):
    """Return the codes sent, oldest first."""
    rows = database.read(lambda s: list(s.scalars(select(OutboxRow).order_by(OutboxRow.put_at))))
    return ["".join(filter(str.isdigit, row.payload["text"].split(",")[0])) for row in rows]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_that_came_opens_a_session(database):
    grower = database.write(make.grower)
    challenge = start(database, "+86 138 0000 0001")
    (code,) = sent(database)
    opened = finish(database, challenge, f" {code} ")
    by, facts = make.acting(database, opened.token, make.later(days=6))
    assert (by.account_id, by.party_id) == (grower.id, facts.party.id)
    (deed,) = make.deeds(database, "users.sign_in")
    assert deed.details["how"] == "phone"


def test_nobodys_phone_looks_like_somebodys(database):
    database.write(make.grower)
    known, unknown = start(database), start(database, "13900000009")
    assert len(known) == len(unknown)
    assert len(sent(database)) == 1
    errors = [make.fails(users.PhoneCodeWrong, partial(finish, database, c, "000000x")) for c in (known, unknown)]
    assert str(errors[0]) == str(errors[1])
    rows = make.rows(database)
    assert len(rows["phone_codes"]) == 2
    assert known not in str(rows)


def test_a_closed_accounts_phone_gets_nothing(database):
    grower = database.write(make.grower)
    request = users.AccountRequest(uuid4(), grower.id)
    database.write(make.do(users.close_account, request))
    start(database)
    assert sent(database) == []


def test_a_code_works_once(database):
    database.write(make.grower)
    challenge = start(database)
    (code,) = sent(database)
    finish(database, challenge, code)
    make.fails(users.PhoneCodeWrong, lambda: finish(database, challenge, code))
    assert len(make.rows(database)["sessions"]) == 1


def test_a_code_used_by_two_at_once_opens_one_session(database):
    database.write(make.grower)
    challenge = start(database)
    (code,) = sent(database)
    outcomes = []

    def use():
        try:
            outcomes.append(finish(database, challenge, code).session.id)
        except users.PhoneCodeWrong as error:
            outcomes.append(type(error))

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(users.PhoneCodeWrong) == 3
    assert len(make.rows(database)["sessions"]) == 1


def test_after_five_wrong_tries_the_right_code_is_wrong(database):
    database.write(make.grower)
    challenge = start(database)
    (code,) = sent(database)
    for _ in range(5):
        make.fails(users.PhoneCodeWrong, lambda: finish(database, challenge, wrong(code)))
    make.fails(users.PhoneCodeWrong, lambda: finish(database, challenge, code))
    assert len(make.deeds(database, "users.sign_in_failed")) == 6
    assert make.rows(database)["sessions"] == []


def test_after_four_wrong_tries_the_right_code_still_works(database):
    database.write(make.grower)
    challenge = start(database)
    (code,) = sent(database)
    for _ in range(4):
        make.fails(users.PhoneCodeWrong, lambda: finish(database, challenge, wrong(code)))
    finish(database, challenge, code)


@pytest.mark.parametrize(("seconds", "works"), [(299, True), (300, False)])
def test_a_code_lives_five_minutes(database, seconds, works):
    database.write(make.grower)
    challenge = start(database)
    (code,) = sent(database)
    at = make.later(seconds=seconds)
    if works:
        finish(database, challenge, code, at=at)
    else:
        make.fails(users.PhoneCodeWrong, lambda: finish(database, challenge, code, at=at))


def test_a_code_serves_only_the_browser_that_asked(database):
    database.write(make.grower)
    start(database)
    other = start(database, at=make.later(seconds=60))
    first, second = sent(database)
    if first != second:
        make.fails(users.PhoneCodeWrong, lambda: finish(database, other, first))
    make.fails(users.PhoneCodeWrong, lambda: finish(database, "no-challenge", second))


def test_codes_are_sent_no_more_often_than_once_a_minute_and_five_an_hour(database):
    database.write(make.grower)
    start(database)
    for phone in (PHONE, "+86 13800000001"):
        error = make.fails(users.TooManyAttempts, partial(start, database, phone, at=make.later(seconds=59)))
        assert error.values == {"retry_after_s": 1}
    for minute in range(1, 5):
        start(database, at=make.later(minutes=minute))
    make.fails(users.TooManyAttempts, lambda: start(database, at=make.later(minutes=5)))
    start(database, at=make.later(minutes=60))
    assert len(sent(database)) == 6


def test_nobodys_phone_is_limited_alike_and_so_is_an_address(database):
    start(database, "13900000000")
    make.fails(users.TooManyAttempts, lambda: start(database, "13900000000"))
    for number in range(1, 20):
        start(database, f"139000001{number:02d}")
    make.fails(users.TooManyAttempts, lambda: start(database, "13900000199"))
    start(database, "13900000199", address="198.51.100.9")


def test_what_is_no_phone_is_refused(database):
    request = users.StartPhoneSignInRequest("call me", HERE)
    make.refused(database, users.FieldInvalid, lambda s: users.start_phone_sign_in(s, request, at=NOW))


def test_two_digit_texts_exist_in_both_languages(database):
    database.write(lambda s: make.user(s, make.GROWER, party=make.people.party(s), phone=PHONE, language="en"))
    start(database)
    (row,) = database.read(lambda s: list(s.scalars(select(OutboxRow))))
    assert "valid for 5 minutes" in row.payload["text"]
    assert row.payload["phone"] == PHONE
