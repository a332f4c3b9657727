"""Credit notes: two people take part of an invoice back, and what was paid is owed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.billing.make import ENTRY, NOBODY, OUT, House, invoice, pay, sound
from tests.lots.make import actor
from wms import billing, ledger, parties
from wms.kernel.actor import SYSTEM, Actor, Permission
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

BOOKKEEPER = actor("Jia, books", Permission.SEE_ALL, Permission.CORRECT_BOOKS)
OTHER = actor("Kun, books", Permission.SEE_ALL, Permission.CORRECT_BOOKS)


def note(made: billing.Invoice, storage: int = 0, handling: int = 0, **changes: Any) -> billing.IssueCreditNote:
    return replace(billing.IssueCreditNote(uuid4(), made.id, storage, handling, "wrong tariff"), **changes)


def issue(session: Any, request: billing.IssueCreditNote, *, approver: Actor = OTHER) -> billing.CreditNote:
    return billing.issue_credit_note(session, request, by=BOOKKEEPER, at=OUT, approver=approver)


def test_a_note_opens_nothing_and_reduces_what_is_owed(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        made = invoice(session, order)
        request = note(made, 61_729, key="cn-1", memo="season charged twice")
        first = issue(session, request)
        assert issue(session, request) is first
        assert (first.name, first.storage_paid_fen) == ("C2027-000001", 0)
        journal = ledger.get_journal(session, first.journal_id)
        assert (journal.key, journal.memo, journal.approver_id) == ("cn-1", "season charged twice", OTHER.account_id)
        legs = {leg.account: leg.fen for leg in ledger.postings_of(session, journal.id)}
        assert legs == {"R:Storage": 61_729, "A:Fee:Storage:G1": -61_729}
        assert billing.open_of_invoice(session, made.id) == billing.Fees(86_900 - 61_729, 22_500)
        pay(session, order)
        assert billing.open_of_party(session, house.store.bina.id) == 0
        assert billing.credit_notes_of(session, made.id) == [first]
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        assert billing.clear_exit(session, clear, by=SYSTEM, at=OUT).state == "cleared"
        sound(session)


def test_many_small_notes_take_back_the_tax_of_one(database: Database) -> None:
    """Rounded alone, nine fen hold one fen of tax at 6 %: ten such notes would take twice too much back."""
    with database.transaction() as session:
        house = House(session)
        terms = parties.ContractTerms(tax_permille=60)
        sign = parties.SignContractRequest(uuid4(), house.store.bina.id, "C-1", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
        made = invoice(session, house.quoted(session))
        taken = sum(issue(session, note(made, 9)).tax_fen for _ in range(10))
        corrected = billing.tax_of(made.storage_fen - 90, 60)
        assert taken == billing.tax_of(made.storage_fen, 60) - corrected == 5
        sound(session)


def test_what_was_paid_is_owed_back_with_its_tax(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        terms = parties.ContractTerms(tax_permille=60)
        sign = parties.SignContractRequest(uuid4(), house.store.bina.id, "C-1", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
        order = house.quoted(session)
        made = invoice(session, order)
        pay(session, order, fen=80_000)  # storage of 869.00 is open by 69.00
        first = issue(session, note(made, 10_600, 1_060))
        assert (first.storage_paid_fen, first.handling_paid_fen, first.tax_fen) == (3_700, 0, 660)
        legs = {leg.account: leg.fen for leg in ledger.postings_of(session, first.journal_id)}
        assert legs == {
            "R:Storage": 10_000,
            "R:Handling": 1_000,
            "L:OutputVAT": 660,
            "A:Fee:Storage:G1": -6_900,
            "A:Fee:Handling:G1": -1_060,
            "L:GrowerPayable:G1": -3_700,
        }
        assert billing.open_of_invoice(session, made.id) == billing.Fees(0, 21_440)
        sound(session)


def test_no_more_is_taken_back_than_was_billed(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        made = invoice(session, house.quoted(session))
        issue(session, note(made, 86_900, 22_499))
        with pytest.raises(billing.CreditNoteTooLarge) as over, session.begin_nested():
            issue(session, note(made, 0, 2))
        assert over.value.values == {"storage_fen": 0, "handling_fen": 1}
        assert issue(session, note(made, 0, 1)).number == 2
        for storage, handling in ((0, 0), (-1, 2)):
            with pytest.raises(billing.AmountInvalid), session.begin_nested():
                issue(session, note(made, storage, handling))
        with pytest.raises(billing.ReasonMissing), session.begin_nested():
            issue(session, note(made, 1, reason=" "))
        sound(session)


def test_two_people_with_the_permission_must(database: Database) -> None:
    with database.transaction() as session:
        made = invoice(session, House(session).quoted(session))
        with pytest.raises(billing.SamePerson), session.begin_nested():
            issue(session, note(made, 1), approver=replace(BOOKKEEPER, account_id=uuid4()))
        with pytest.raises(Forbidden):
            issue(session, note(made, 1), approver=NOBODY)
        with pytest.raises(Forbidden):
            billing.issue_credit_note(session, note(made, 1), by=NOBODY, at=OUT, approver=OTHER)
        with pytest.raises(billing.InvoiceNotFound):
            issue(session, note(made, 1, invoice_id=uuid4()))
        issue(session, note(made, 1))
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text("UPDATE credit_notes SET storage_fen = 2"))
