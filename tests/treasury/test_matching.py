"""Entries matched: proposals ranked by what speaks for them, money received once, split, and taken back by two."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.billing.make import CLERK, OUT, House, later
from tests.billing.test_receiving import money, open_fen, take, two_invoices
from tests.treasury.make import CASHIER, OTHER, entry_of, well
from wms import ledger, treasury
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.treasury.rules.matching import Debtor, Owed, proposals

A, B = UUID(int=1), UUID(int=2)
FIRST, SECOND, THIRD = Owed(UUID(int=11), "I2026-000001", 500), Owed(UUID(int=12), "I2026-000002", 700), Owed(
    UUID(int=13), "I2026-000003", 500
)  # fmt: skip
BINA, CHAND = Debtor(A, "果农 Bina", "6228", (FIRST, SECOND)), Debtor(B, "Chand", "", (THIRD,))
TODAY = later(OUT, days=1)


def reasons(fen: int, text: str = "", payer: tuple[str, str] = ("", "")) -> list[tuple[UUID, tuple[str, ...]]]:
    return [(one.party_id, one.because) for one in proposals(fen, text, payer, (BINA, CHAND))]


def test_a_number_speaks_louder_than_an_amount_and_an_amount_than_a_payer() -> None:
    assert reasons(500, "fee i2026 000001") == [(A, ("number", "amount")), (B, ("amount",))]
    assert reasons(500, "", ("果农bina", "")) == [(A, ("amount", "payer")), (B, ("amount",))]
    assert reasons(1200) == [(A, ("sum",))]
    assert reasons(1200, "I2026-000001 I2026-000002") == [(A, ("number", "sum"))]
    assert reasons(333, "", ("", "6228")) == [(A, ("account",))]
    assert reasons(333, "I2026-000003") == [(B, ("number",))]
    assert reasons(333) == []
    assert reasons(333, "", ("", "")) == [], "no account is nobody's"


def test_what_is_counted_is_never_more_than_the_money() -> None:
    (found,) = proposals(600, "I2026-000001, I2026-000002", ("", ""), (BINA,))
    assert found.parts == ((FIRST.invoice_id, 500), (SECOND.invoice_id, 100))


def test_an_accepted_entry_is_the_payment_split_over_two_parties(database: Database) -> None:
    with database.transaction() as session:
        made, first, _ = two_invoices(session)
        entry = entry_of(session, first.total_fen + 100, text=f"rent {first.name}", other_name=made.store.bina.name)
        best = treasury.suggestions(session, entry, TODAY)[0].proposal
        assert best is not None
        assert best.because[0] == "number"
        parts = tuple(treasury.Part(invoice_id, fen) for invoice_id, fen in best.parts)
        ask = treasury.AcceptEntry(uuid4(), entry.id, best.party_id, first.total_fen, parts=parts)
        match = treasury.accept_entry(session, ask, by=CASHIER, at=TODAY)
        assert treasury.accept_entry(session, ask, by=CASHIER, at=TODAY) is match
        assert open_fen(session, first) == [0]
        for fen in (0, 101, -1):
            with pytest.raises(treasury.EntryUnfit), session.begin_nested():
                treasury.accept_entry(session, replace(ask, id=uuid4(), fen=fen), by=CASHIER, at=TODAY)
        rest = treasury.AcceptEntry(uuid4(), entry.id, made.store.chand.id, 100, into=treasury.Into.WALLET)
        treasury.accept_entry(session, rest, by=CASHIER, at=TODAY)
        assert treasury.left_of(session, entry.id) == 0
        assert treasury.suggestions(session, entry, TODAY) == []
        assert ledger.balance(session, "A:Cash:Settlement") == entry.fen
        assert ledger.available(session, f"L:BuyerWallet:{made.store.chand.code}") == 100
        well(session)


def test_what_the_cashier_took_by_hand_is_linked_and_posts_nothing(database: Database) -> None:
    with database.transaction() as session:
        made, _, _ = two_invoices(session)
        paid = take(session, money(made, 700))
        other = take(session, money(made, 700))
        entry = entry_of(session, 700)
        assert {each.journal.id for each in treasury.suggestions(session, entry, TODAY) if each.journal} == {
            paid.journal_id, other.journal_id
        }  # fmt: skip
        before = ledger.balances(session)
        ask = treasury.LinkEntry(uuid4(), entry.id, paid.journal_id)
        match = treasury.link_entry(session, ask, by=CASHIER, at=TODAY)
        assert treasury.link_entry(session, ask, by=CASHIER, at=TODAY) is match
        again = entry_of(session, 900)
        with pytest.raises(treasury.JournalMatched), session.begin_nested():
            treasury.link_entry(session, treasury.LinkEntry(uuid4(), again.id, paid.journal_id), by=CASHIER, at=TODAY)
        for fen in (-700, 699):
            wrong = treasury.LinkEntry(uuid4(), entry_of(session, fen).id, other.journal_id)
            with pytest.raises(treasury.EntryUnfit), session.begin_nested():
                treasury.link_entry(session, wrong, by=CASHIER, at=TODAY)
        treasury.undo_match(session, treasury.UndoMatch(uuid4(), match.id, "wrong one"), by=CASHIER, at=TODAY)
        link = treasury.LinkEntry(uuid4(), entry.id, other.journal_id)
        treasury.link_entry(session, link, by=CASHIER, at=TODAY)
        assert ledger.balances(session) == before
        well(session)


def test_an_undo_reverses_what_was_posted_by_two_people(database: Database) -> None:
    with database.transaction() as session:
        made, first, _ = two_invoices(session)
        entry = entry_of(session, first.total_fen)
        ask = treasury.AcceptEntry(uuid4(), entry.id, made.store.bina.id, first.total_fen)
        match = treasury.accept_entry(session, ask, by=CASHIER, at=TODAY)
        undo = treasury.UndoMatch(uuid4(), match.id, "another payer")
        for approver in (None, CASHIER):
            with pytest.raises(treasury.SecondPersonNeeded), session.begin_nested():
                treasury.undo_match(session, undo, by=CASHIER, at=TODAY, approver=approver)
        with pytest.raises(Forbidden), session.begin_nested():
            treasury.undo_match(session, undo, by=CASHIER, at=TODAY, approver=CLERK)
        with pytest.raises(treasury.WordsMissing), session.begin_nested():
            treasury.undo_match(session, replace(undo, reason=" "), by=CASHIER, at=TODAY, approver=OTHER)
        assert open_fen(session, first) == [0]
        treasury.undo_match(session, undo, by=CASHIER, at=TODAY, approver=OTHER)
        assert treasury.undo_match(session, undo, by=CASHIER, at=TODAY, approver=OTHER) is match
        assert open_fen(session, first) == [first.total_fen]
        assert ledger.balance(session, "A:Cash:Settlement") == 0
        with pytest.raises(treasury.MatchUndone), session.begin_nested():
            treasury.undo_match(session, replace(undo, id=uuid4()), by=CASHIER, at=TODAY, approver=OTHER)
        treasury.accept_entry(session, replace(ask, id=uuid4()), by=CASHIER, at=TODAY)
        assert open_fen(session, first) == [0], "the same entry is received again under a number of its own"
        well(session)


def test_who_may_not_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        entry = entry_of(session, 900)
        asks = [
            lambda: treasury.accept_entry(
                session, treasury.AcceptEntry(uuid4(), entry.id, made.store.bina.id, 1), by=CLERK, at=TODAY
            ),
            lambda: treasury.link_entry(session, treasury.LinkEntry(uuid4(), entry.id, uuid4()), by=CLERK, at=TODAY),
            lambda: treasury.undo_match(session, treasury.UndoMatch(uuid4(), uuid4(), "x"), by=CLERK, at=TODAY),
        ]
        for ask in asks:
            with pytest.raises(Forbidden):
                ask()
        with pytest.raises(treasury.EntryNotFound):
            treasury.get_entry(session, uuid4())
        out = entry_of(session, -900)
        with pytest.raises(treasury.EntryUnfit), session.begin_nested():
            treasury.accept_entry(
                session, treasury.AcceptEntry(uuid4(), out.id, made.store.bina.id, 900), by=CASHIER, at=TODAY
            )
        assert treasury.left_of(session, entry.id) == 900
