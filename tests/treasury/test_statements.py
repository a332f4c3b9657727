"""Statements taken in: a file once, an entry once, and only what adds up; a day signed off item by item."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import CLERK, OUT, House, later
from tests.billing.test_receiving import money, take, two_invoices
from tests.treasury.make import CASHIER, entry_of, file_of, imported, said, well
from wms import treasury
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused

NEXT = later(OUT, days=1)


def entries(session: Any) -> list[int]:
    return sorted(row.fen for row in treasury.list_entries(session).items)


def test_a_file_and_an_entry_count_once(database: Database) -> None:
    with database.transaction() as session:
        one, two = said(500, reference="A1"), said(-200, reference="A2")
        first = file_of(one, two)
        row = treasury.import_statement(session, first, by=CASHIER, at=OUT)
        assert treasury.import_statement(session, first, by=CASHIER, at=OUT) is row
        with pytest.raises(treasury.StatementKnown):
            treasury.import_statement(session, replace(first, id=uuid4()), by=CASHIER, at=OUT)
        with pytest.raises(RequestIdReused):
            treasury.import_statement(session, replace(first, file_name="x"), by=CASHIER, at=OUT)
        longer = imported(session, one, two, said(7, NEXT.on, reference="A3"))
        assert (longer.entries, longer.known) == (3, 2)
        assert entries(session) == [-200, 7, 500]
        well(session)


def test_what_does_not_add_up_is_refused(database: Database) -> None:
    with database.transaction() as session:
        good = file_of(said(500))
        wrong = [replace(good, closing_fen=501), replace(good, account_number=" "), replace(good, entries=())]
        for request in wrong:
            with pytest.raises(treasury.StatementUnfit), session.begin_nested():
                treasury.import_statement(session, request, by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.import_statement(session, good, by=CLERK, at=OUT)
        assert entries(session) == []


def test_a_day_is_explained_item_by_item_and_signed_once(database: Database) -> None:
    with database.transaction() as session:
        made, first, _ = two_invoices(session)
        take(session, money(made, 700))
        known = entry_of(session, 700)
        unknown = entry_of(session, 55, text="?")
        found = treasury.reconciliation(session, OUT.on)
        assert (found.open_bank_fen, found.open_book_fen) == (755, 700)
        (posting,) = found.postings
        treasury.link_entry(session, treasury.LinkEntry(uuid4(), known.id, posting.journal.id), by=CASHIER, at=OUT)
        found = treasury.reconciliation(session, OUT.on)
        assert ([item.entry.id for item in found.entries], found.postings) == ([unknown.id], ())
        assert found.bank_fen - found.book_fen == found.brought_fen + found.open_bank_fen - found.open_book_fen
        with pytest.raises(treasury.DayUncovered), session.begin_nested():
            treasury.sign_off_day(session, treasury.SignOff(uuid4(), OUT.on, "?"), by=CASHIER, at=OUT)
        assert first.total_fen, "two files that both begin at 0 do not follow each other: a hole"


def test_signing_needs_cover_a_note_and_the_right(database: Database) -> None:
    with database.transaction() as session:
        imported(session, said(55, text="?"))
        ask = treasury.SignOff(uuid4(), OUT.on)
        with pytest.raises(treasury.WordsMissing), session.begin_nested():
            treasury.sign_off_day(session, ask, by=CASHIER, at=OUT)
        ask = replace(ask, note="unknown payer, asked the bank")
        with pytest.raises(Forbidden):
            treasury.sign_off_day(session, ask, by=CLERK, at=OUT)
        for day in (NEXT.on, OUT.on + timedelta(days=30)):
            with pytest.raises(treasury.DayUncovered), session.begin_nested():
                treasury.sign_off_day(session, replace(ask, id=uuid4(), on=day), by=CASHIER, at=OUT)
        for told in (54, 0):
            wrong = replace(ask, id=uuid4(), on=NEXT.on, bank_fen=told)
            with pytest.raises(treasury.DayUncovered), session.begin_nested():
                treasury.sign_off_day(session, wrong, by=CASHIER, at=NEXT)
        quiet = treasury.sign_off_day(session, replace(ask, id=uuid4(), on=NEXT.on, bank_fen=55), by=CASHIER, at=NEXT)
        assert quiet.bank_fen == 55, "a quiet day is signed on the balance the bank shows"
        row = treasury.sign_off_day(session, ask, by=CASHIER, at=OUT)
        assert (row.bank_fen, row.book_fen, row.open_bank_fen) == (55, 0, 55)
        assert [item[0] for item in row.open_items] == ["bank"]
        assert treasury.sign_off_day(session, ask, by=CASHIER, at=OUT) is row
        with pytest.raises(treasury.DaySigned), session.begin_nested():
            treasury.sign_off_day(session, replace(ask, id=uuid4()), by=CASHIER, at=OUT)
        well(session)


def test_money_the_books_know_a_day_later_is_open_until_then(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        entry = entry_of(session, 900)
        accept = treasury.AcceptEntry(uuid4(), entry.id, made.store.bina.id, 900)
        treasury.accept_entry(session, accept, by=CASHIER, at=NEXT)
        today, after = (treasury.reconciliation(session, day) for day in (OUT.on, NEXT.on))
        assert [item.open_fen for item in today.entries] == [900]
        assert (after.entries, after.postings, after.book_fen) == ((), (), 900)
        well(session)
