"""Two-phase holds: place, post, void, expire."""

from uuid import uuid4

import pytest

from tests.ledger.make import actor, entry, moment
from wms import ledger

MEI = actor("Mei")
WALLET, ESCROW = "L:BuyerWallet:B1", "L:BuyerEscrow:B1"


@pytest.fixture
def wallet(database):
    top_up = entry(("A:Cash:Settlement", 20_000), (WALLET, -20_000))
    database.write(lambda s: ledger.post(s, top_up, by=MEI, at=moment()))
    return database


def place(database, fen, expires="2026-12-01"):
    asked = ledger.HoldRequest(uuid4(), WALLET, fen, moment(expires).at, "deposit")
    database.write(lambda s: ledger.hold(s, asked, by=MEI, at=moment()))
    return asked


def take(database, hold_id, fen, day="2026-11-15", key="post-1"):
    made = entry((WALLET, fen), (ESCROW, -fen), key=key)
    return database.write(lambda s: ledger.post_hold(s, hold_id, made, by=MEI, at=moment(day)))


def available(database):
    return database.read(lambda s: ledger.available(s, WALLET))


def test_a_hold_takes_from_what_is_available_and_posts_nothing(wallet):
    place(wallet, 15_720)
    assert available(wallet) == 4_280
    assert wallet.read(lambda s: ledger.balance(s, WALLET)) == -20_000
    assert wallet.read(lambda s: list(ledger.check(s))) == []


def test_more_than_is_available_is_refused(wallet):
    place(wallet, 15_720)
    with pytest.raises(ledger.BalanceShort):
        place(wallet, 4_281)
    place(wallet, 4_280)
    assert available(wallet) == 0


def test_held_money_cannot_be_spent(wallet):
    place(wallet, 15_720)
    spend = entry((WALLET, 4_281), (ESCROW, -4_281), key="e-2")
    with pytest.raises(ledger.BalanceShort):
        wallet.write(lambda s: ledger.post(s, spend, by=MEI, at=moment()))


@pytest.mark.parametrize("fen", (1, 15_719, 15_720))
def test_posting_in_part_sets_the_rest_free(wallet, fen):
    held = place(wallet, 15_720)
    take(wallet, held.id, fen)
    assert available(wallet) == 20_000 - fen
    assert wallet.read(lambda s: list(ledger.check(s))) == []


def test_more_than_was_held_is_refused(wallet):
    held = place(wallet, 15_720)
    with pytest.raises(ledger.HoldTooSmall):
        take(wallet, held.id, 15_721)
    assert available(wallet) == 4_280


def test_a_hold_ends_once(wallet):
    held = place(wallet, 15_720)
    take(wallet, held.id, 15_720)
    with pytest.raises(ledger.HoldResolved):
        take(wallet, held.id, 1, key="post-2")
    with pytest.raises(ledger.HoldResolved):
        wallet.write(lambda s: ledger.void_hold(s, held.id, by=MEI, at=moment()))


def test_voiding_sets_it_free_and_twice_changes_nothing(wallet):
    held = place(wallet, 15_720)
    for _ in range(2):
        wallet.write(lambda s: ledger.void_hold(s, held.id, by=MEI, at=moment()))
    assert available(wallet) == 20_000


def test_an_expired_hold_cannot_be_posted_even_before_the_job_ran(wallet):
    held = place(wallet, 15_720, expires="2026-11-10")
    with pytest.raises(ledger.HoldExpired):
        take(wallet, held.id, 1, day="2026-11-10")
    assert wallet.write(lambda s: ledger.expire_holds(s, by=MEI, at=moment("2026-11-10"))) == 1
    assert wallet.write(lambda s: ledger.expire_holds(s, by=MEI, at=moment("2026-11-10"))) == 0
    assert available(wallet) == 20_000


def test_an_unknown_hold_is_not_found(wallet):
    with pytest.raises(ledger.HoldNotFound):
        take(wallet, uuid4(), 1)
