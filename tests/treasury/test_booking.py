"""The bank's own charges and interest: booked once, on the right side and day, large ones by two, taken back by two."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import CLERK, OUT, House, later
from tests.treasury.make import CASHIER, OTHER, entry_of, well
from wms import ledger, treasury
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.treasury import BankItem
from wms.treasury.rules.bank_items import item_of

CASH, CHARGES, PAID, EARNED = "A:Cash:Settlement", "E:BankCharges", "E:BankInterest", "R:BankInterest"
TODAY = later(OUT, days=1)


def wanted(entry: treasury.BankEntry, **changes: Any) -> treasury.BookEntry:
    return replace(treasury.BookEntry(uuid4(), entry.id, BankItem.CHARGE, abs(entry.fen)), **changes)


def book(session: Any, request: treasury.BookEntry, **named: Any) -> treasury.BankMatch:
    return treasury.book_entry(session, request, **{"by": CASHIER, "at": TODAY, **named})


@pytest.mark.parametrize(
    ("words", "other", "item"),
    [("账户管理费", "", "charge"), ("季度结息", "", "interest"), ("Interest paid", "ICBC Bank", "interest"),
     ("手续费", "中国工商银行", "charge"), ("仓储服务费", "客商李", None), ("货款", "", None), ("", "", None)],
)  # fmt: skip
def test_an_entry_is_the_banks_own_by_its_words_and_no_other_side(words: str, other: str, item: str | None) -> None:
    assert item_of(words, other) == item


def test_charges_and_interest_go_to_their_accounts_on_the_banks_day(database: Database) -> None:
    with database.transaction() as session:
        House(session)
        for fen, item, account in (
            (-1_000, BankItem.CHARGE, CHARGES), (300, BankItem.CHARGE, CHARGES), (4_321, BankItem.INTEREST, EARNED),
            (-77, BankItem.INTEREST, PAID),
        ):  # fmt: skip
            before = ledger.balance(session, account), ledger.balance(session, CASH)
            request = wanted(entry_of(session, fen, text="结息"), item=item)
            match = book(session, request)
            assert book(session, request) is match
            after = ledger.balance(session, account), ledger.balance(session, CASH)
            assert (after[0] - before[0], after[1] - before[1]) == (-fen, fen)
            journal = ledger.get_journal(session, match.journal_id)
            assert (journal.effective_on, journal.recorded_on, journal.memo) == (OUT.on, TODAY.on, "结息")
        found = treasury.reconciliation(session, OUT.on)
        assert (found.entries, found.postings) == ((), ())
        assert found.book_fen == found.bank_fen - found.brought_fen
        well(session)


def test_a_signed_day_stays_as_it_was_signed(database: Database) -> None:
    with database.transaction() as session:
        House(session)
        entry = entry_of(session, -1_000, text="手续费")
        sign = treasury.SignOff(uuid4(), OUT.on, "fee asked for", -1_000)
        treasury.sign_off_day(session, sign, by=CASHIER, at=OUT)
        match = book(session, wanted(entry))
        assert ledger.get_journal(session, match.journal_id).effective_on == TODAY.on
        assert ledger.balance(session, CASH, effective_on=OUT.on) == 0
        well(session)


def test_what_does_not_fit_is_refused_and_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        House(session)
        entry, silent = entry_of(session, -1_000, text="手续费"), entry_of(session, -5)
        refused: list[tuple[type[Exception], Any]] = [
            (treasury.EntryUnfit, wanted(entry, fen=1_001)),
            (treasury.EntryUnfit, wanted(entry, fen=0)),
            (treasury.EntryNotFound, wanted(entry, entry_id=uuid4())),
            (treasury.WordsMissing, wanted(silent)),
        ]
        for error, request in refused:
            with pytest.raises(error), session.begin_nested():
                book(session, request)
        for nobody in (CLERK, replace(CASHIER, permissions=frozenset())):
            with pytest.raises(Forbidden):
                book(session, wanted(entry), by=nobody)
        assert ledger.balance(session, CHARGES) == 0
        book(session, wanted(entry, fen=400))
        with pytest.raises(treasury.EntryUnfit), session.begin_nested():
            book(session, wanted(entry, fen=601))
        book(session, wanted(entry, fen=600))
        assert ledger.balance(session, CHARGES) == 1_000
        well(session)


def test_a_large_one_and_a_taking_back_need_two(database: Database) -> None:
    with database.transaction() as session:
        House(session)
        least = entry_of(session, 50_000, text="结息")
        book(session, wanted(least, item=BankItem.INTEREST))
        entry = entry_of(session, 50_001, text="结息")
        request = wanted(entry, item=BankItem.INTEREST)
        for second in (None, CASHIER):
            with pytest.raises(treasury.SecondPersonForItem), session.begin_nested():
                book(session, request, approver=second)
        with pytest.raises(Forbidden), session.begin_nested():
            book(session, request, approver=CLERK)
        match = book(session, request, approver=OTHER)
        assert ledger.get_journal(session, match.journal_id).approver_id == OTHER.account_id
        with pytest.raises(ledger.NotReversedByHand), session.begin_nested():
            ledger.reverse_by_hand(
                session, match.journal_id, entry_id=uuid4(), key="x", by=CASHIER, at=TODAY, approver=OTHER
            )
        undo = treasury.UndoMatch(uuid4(), match.id, "a buyer's money")
        with pytest.raises(treasury.SecondPersonNeeded), session.begin_nested():
            treasury.undo_match(session, undo, by=CASHIER, at=TODAY)
        treasury.undo_match(session, undo, by=CASHIER, at=TODAY, approver=OTHER)
        assert ledger.balance(session, EARNED) == -50_000
        assert treasury.left_of(session, entry.id) == 50_001
        well(session)
