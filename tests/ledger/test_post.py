"""Posting and reversing on both engines."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.ledger.make import actor, entry, moment
from wms import ledger
from wms.ledger.rules import TAKEN_BACK_BY

MEI, JUN = actor("Mei"), actor("Jun")


def test_it_works(database):
    made = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    journal = database.write(lambda s: ledger.post(s, made, by=MEI, at=moment()))
    assert (journal.seq, journal.actor_id, journal.recorded_on) == (1, MEI.account_id, date(2026, 11, 1))
    assert database.read(ledger.balances) == {"A:Cash:Settlement": 500, "L:BuyerWallet:B1": -500}
    assert database.read(lambda s: list(ledger.check(s))) == []


def test_a_repeat_returns_the_first_and_posts_nothing(database):
    made = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    first = database.write(lambda s: ledger.post(s, made, by=MEI, at=moment()))
    again = database.write(lambda s: ledger.post(s, made, by=MEI, at=moment("2026-11-02")))
    assert (again.id, again.hash) == (first.id, first.hash)
    assert database.read(lambda s: ledger.balance(s, "A:Cash:Settlement")) == 500


def test_the_same_id_with_other_content_is_refused(database):
    first = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    other = entry(("A:Cash:Settlement", 501), ("L:BuyerWallet:B1", -501), entry_id=first.id)
    database.write(lambda s: ledger.post(s, first, by=MEI, at=moment()))
    with pytest.raises(ledger.EntryIdReused):
        database.write(lambda s: ledger.post(s, other, by=MEI, at=moment()))


def test_the_same_key_with_another_id_is_refused(database):
    legs = (("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    database.write(lambda s: ledger.post(s, entry(*legs), by=MEI, at=moment()))
    with pytest.raises(ledger.EntryIdReused):
        database.write(lambda s: ledger.post(s, entry(*legs), by=MEI, at=moment()))


@pytest.mark.parametrize("fen", (501, 10_000))
def test_a_wallet_cannot_be_overdrawn(database, fen):
    top_up = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    database.write(lambda s: ledger.post(s, top_up, by=MEI, at=moment()))
    too_much = entry(("L:BuyerWallet:B1", fen), ("L:BuyerEscrow:B1", -fen), key="e-2")
    with pytest.raises(ledger.BalanceShort) as refusal:
        database.write(lambda s: ledger.post(s, too_much, by=MEI, at=moment()))
    assert refusal.value.values == {"account": "L:BuyerWallet:B1", "available_fen": 500, "asked_fen": fen}
    assert database.read(lambda s: ledger.balances(s)) == {"A:Cash:Settlement": 500, "L:BuyerWallet:B1": -500}


def test_the_last_fen_of_a_wallet_can_be_spent(database):
    top_up = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    spend = entry(("L:BuyerWallet:B1", 500), ("L:BuyerEscrow:B1", -500), key="e-2")
    database.write(lambda s: ledger.post(s, top_up, by=MEI, at=moment()))
    database.write(lambda s: ledger.post(s, spend, by=MEI, at=moment()))
    assert database.read(lambda s: ledger.balance(s, "L:BuyerWallet:B1")) == 0


def test_a_reversal_negates_once_and_needs_two_people(database):
    made = entry(("A:Cash:Settlement", 500), ("R:Sorting", -500))
    database.write(lambda s: ledger.post(s, made, by=MEI, at=moment()))

    def undo(key, approver):
        return database.write(
            lambda s: ledger.reverse(
                s, made.id, entry_id=uuid4(), key=key, by=MEI, at=moment("2026-11-03"), approver=approver
            )
        )

    with pytest.raises(DBAPIError, match="four_eyes"):
        undo("rev-0", MEI)
    undone = undo("rev-1", JUN)
    assert (undone.effective_on, undone.recorded_on) == (date(2026, 11, 1), date(2026, 11, 3))
    assert database.read(lambda s: ledger.balance(s, "A:Cash:Settlement")) == 0
    with pytest.raises(ledger.AlreadyReversed):
        undo("rev-2", JUN)


@pytest.mark.parametrize("kind", [*TAKEN_BACK_BY, "deal_deposit", "deal_used", "something_new"])
def test_what_came_from_an_act_elsewhere_is_not_reversed_by_hand(database, kind):
    made = entry(("A:Cash:Settlement", 500), ("R:Sorting", -500), kind=kind)
    database.write(lambda s: ledger.post(s, made, by=MEI, at=moment()))
    before = database.read(ledger.head)
    with pytest.raises(ledger.NotReversedByHand) as refused:
        database.write(
            lambda s: ledger.reverse(s, made.id, entry_id=uuid4(), key="rev", by=MEI, at=moment(), approver=JUN)
        )
    english, chinese = (refused.value.sentence(language) for language in ("en", "zh-CN"))
    assert made.key in english
    assert made.key in chinese
    assert english.rpartition(": ")[2].isascii()
    assert not chinese.rpartition(": ")[2].isascii()
    assert database.read(ledger.head) == before
    assert database.read(lambda s: ledger.balance(s, "A:Cash:Settlement")) == 500


def test_a_reversal_is_not_reversed(database):
    made = entry(("A:Cash:Settlement", 500), ("R:Sorting", -500))
    database.write(lambda s: ledger.post(s, made, by=MEI, at=moment()))
    undone = database.write(
        lambda s: ledger.reverse(s, made.id, entry_id=uuid4(), key="rev-1", by=MEI, at=moment(), approver=JUN)
    )
    with pytest.raises(ledger.NotReversedByHand):
        database.write(
            lambda s: ledger.reverse(s, undone.id, entry_id=uuid4(), key="rev-2", by=MEI, at=moment(), approver=JUN)
        )


def test_balances_are_known_as_of_two_dates(database):
    first = entry(("A:Loan:Principal:G1", 900), ("A:Cash:Settlement", -900), on="2026-10-22")
    backdated = entry(("A:Loan:Principal:G1", -300), ("A:Cash:Settlement", 300), key="e-2", on="2027-01-05")
    database.write(lambda s: ledger.post(s, first, by=MEI, at=moment("2026-10-22")))
    database.write(lambda s: ledger.post(s, backdated, by=MEI, at=moment("2027-01-20")))

    def principal(effective, known):
        return database.read(
            lambda s: ledger.balance(
                s,
                "A:Loan:Principal:G1",
                effective_on=date.fromisoformat(effective),
                recorded_on=date.fromisoformat(known),
            )
        )

    assert principal("2027-01-10", "2027-01-19") == 900
    assert principal("2027-01-10", "2027-01-20") == 600
    assert principal("2027-01-04", "2027-01-20") == 900
    assert principal("2026-10-21", "2027-01-20") == 0


@pytest.mark.parametrize("table", ("ledger_journals", "ledger_postings", "ledger_holds", "ledger_hold_events"))
def test_evidence_cannot_be_changed_or_deleted(database, table):
    top_up = entry(("A:Cash:Settlement", 500), ("L:BuyerWallet:B1", -500))
    database.write(lambda s: ledger.post(s, top_up, by=MEI, at=moment()))
    asked = ledger.HoldRequest(uuid4(), "L:BuyerWallet:B1", 100, moment("2026-12-01").at, "deposit")
    database.write(lambda s: ledger.hold(s, asked, by=MEI, at=moment()))
    database.write(lambda s: ledger.void_hold(s, asked.id, by=MEI, at=moment()))
    column = {"ledger_journals": "memo", "ledger_postings": "account", "ledger_holds": "reason"}.get(table, "outcome")
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"):
            database.write(lambda s, statement=statement: s.execute(text(statement)))
