"""Invoices and payments: tax inside, numbers without gaps, settled only by journals, never changed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.billing.make import (
    CASHIER,
    CLERK,
    ENTRY,
    NOBODY,
    OUT,
    House,
    close,
    invoice,
    pay,
    sound,
    take_out,
    tariff,
    weigh_out,
)
from tests.lots import make as stock
from wms import billing, ledger, lots, parties
from wms.billing.tables import Invoice, InvoiceSeries
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden


def test_an_invoice_keeps_its_explanation_and_the_tariff_versions(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        made = invoice(session, order)
        storage, handling = billing.lines_of(session, made.id)
        assert (storage.kind, storage.charge_fen, storage.units, storage.entry_grams) == (
            "storage", 86_900, 250, 5_000_000,
        )  # fmt: skip
        assert (handling.kind, handling.charge_fen) == ("handling", 22_500)
        assert [line["days"] for line in storage.explanation] == [7, 66, 19]
        assert len({line["version_id"] for line in storage.explanation}) == 2
        assert sum(line["nanoyuan"] for line in storage.explanation) == storage.charge_nanoyuan
        assert billing.get_invoice(session, made.id, house.owner) is made
        with pytest.raises(billing.InvoiceNotFound):
            billing.get_invoice(session, made.id, house.stranger)
        assert billing.list_invoices(session, house.owner).items == [made]
        assert billing.list_invoices(session, house.stranger).items == []
        sound(session)


def test_tax_is_inside_the_amount_and_has_its_own_leg(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        terms = parties.ContractTerms(tax_permille=60)
        sign = parties.SignContractRequest(uuid4(), house.store.bina.id, "C-1", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
        made = invoice(session, house.quoted(session))
        assert (made.total_fen, made.tax_fen, made.tax_permille) == (109_400, 4_919 + 1_274, 60)
        assert ledger.balances(session) == {
            "A:Fee:Handling:G1": 22_500,
            "A:Fee:Storage:G1": 86_900,
            "L:OutputVAT": -6_193,
            "R:Handling": -21_226,
            "R:Storage": -81_981,
        }
        sound(session)


def test_the_journal_says_what_left_or_what_it_is_told(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        first, second = house.quoted(session, 400), house.quoted(session, 600)
        made = invoice(session, first)
        assert made.journal_id is not None
        journal = ledger.get_journal(session, made.journal_id)
        assert (journal.key, journal.memo) == ("S2027-000001", f"exit invoice {house.lot.code} 400/1000")
        told = billing.InvoiceExit(uuid4(), second.id, OUT.on, key="inv-1", memo="exit invoice: storage+handling")
        other = billing.invoice_exit(session, told, by=CASHIER, at=OUT)
        assert other is not None
        assert other.journal_id is not None
        journal = ledger.get_journal(session, other.journal_id)
        assert (journal.key, journal.memo) == ("inv-1", "exit invoice: storage+handling")


def test_nothing_owed_is_no_invoice_and_still_leaves(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        scope = billing.TariffScope(party_id=house.store.bina.id)
        tariff(session, effective_from=OUT.on, lines=(billing.KgDay(Decimal(0)),), scope=scope, at=OUT)
        house.lot = stock.lot(session, house.store, units=10, grams=200_000, at=OUT)
        order = house.quoted(session, 10)
        bill = billing.InvoiceExit(uuid4(), order.id, OUT.on)
        assert billing.invoice_exit(session, bill, by=CASHIER, at=OUT) is None
        assert billing.invoice_exit(session, bill, by=CASHIER, at=OUT) is None
        clear = billing.ClearExit(uuid4(), order.id, billing.ClearBasis.PAID)
        billing.clear_exit(session, clear, by=CASHIER, at=OUT)
        weigh_out(session, order, 198_000)
        assert close(session, order).state == "closed"
        assert session.scalars(select(Invoice)).all() == []
        sound(session)


def test_a_refused_invoice_takes_no_number(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
    bill = billing.InvoiceExit(uuid4(), order.id, OUT.on)
    with pytest.raises(billing.InvoiceDay), database.transaction() as session:
        billing.invoice_exit(session, replace(bill, on=date(2027, 1, 19)), by=CASHIER, at=OUT)
    with pytest.raises(Forbidden), database.transaction() as session:
        billing.invoice_exit(session, bill, by=NOBODY, at=OUT)
    with database.writer.connect() as connection, Session(connection) as session:
        billing.invoice_exit(session, bill, by=CASHIER, at=OUT)
        session.rollback()
    with database.transaction() as session:
        assert session.scalars(select(InvoiceSeries)).all() == []
        assert invoice(session, order).number == 1


def test_numbers_have_no_gaps_when_eight_bill_at_once(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        orders = [house.quoted(session, 10).id for _ in range(8)]

    def bill(exit_id: UUID) -> int:
        request = billing.InvoiceExit(uuid4(), exit_id, OUT.on)
        made = database.write(lambda session: billing.invoice_exit(session, request, by=CASHIER, at=OUT))
        assert made is not None
        return made.number

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(bill, orders)) == list(range(1, 9))
    with database.snapshot() as session:
        assert list(billing.check(session)) == []
        billed = billing.billed_of(session, house.lot.id)
        assert (billed.units, billed.storage_fen) == (80, 27_808)


def test_eight_pay_for_one_exit_at_once_and_it_is_billed_once(database: Database) -> None:
    with database.transaction() as session:
        order = House(session).quoted(session)

    def bill(_: int) -> bool:
        request = billing.InvoiceExit(uuid4(), order.id, OUT.on)
        return database.write(lambda session: billing.invoice_exit(session, request, by=CASHIER, at=OUT)) is not None

    with ThreadPoolExecutor(8) as crowd:
        assert sorted(crowd.map(bill, range(8))) == [False] * 7 + [True]


def test_a_journal_settles_no_more_than_it_credits(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        first, second = house.quoted(session, 100), house.quoted(session, 100)
        one, two = invoice(session, first), invoice(session, second)
        journal = pay(session, first)
        with pytest.raises(billing.JournalUnfit), session.begin_nested():
            billing.settle_invoice(session, billing.SettleInvoice(uuid4(), two.id, journal.id), by=CASHIER, at=OUT)
        with pytest.raises(billing.JournalUnfit), session.begin_nested():
            billing.settle_invoice(session, billing.SettleInvoice(uuid4(), one.id, journal.id), by=CASHIER, at=OUT)
        assert one.journal_id is not None
        with pytest.raises(billing.JournalUnfit), session.begin_nested():
            billing.settle_invoice(session, billing.SettleInvoice(uuid4(), two.id, one.journal_id), by=CASHIER, at=OUT)
        with pytest.raises(ledger.JournalNotFound), session.begin_nested():
            billing.settle_invoice(session, billing.SettleInvoice(uuid4(), two.id, uuid4()), by=CASHIER, at=OUT)
        assert billing.settle_open_invoices(session, first.id, journal_id=journal.id, by=CASHIER, at=OUT) == []
        assert billing.settled_of_invoice(session, two.id) == billing.Fees(0, 0)
        assert billing.open_of_invoice(session, two.id) == billing.Fees(two.storage_fen, two.handling_fen)
        assert len(billing.settlements_of(session, one.id)) == 1
        sound(session)


def test_a_payment_is_written_down_once_by_its_reference(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.quoted(session)
        invoice(session, order)
        journal = pay(session, order)
        wanted = billing.RecordPayment(
            uuid4(), house.store.bina.id, 109_400, billing.PaymentMethod.WECHAT, "wx-1", journal.id
        )
        first = billing.record_payment(session, wanted, by=CASHIER, at=OUT)
        assert billing.record_payment(session, wanted, by=CASHIER, at=OUT) is first
        with pytest.raises(billing.PaymentTwice), session.begin_nested():
            billing.record_payment(session, replace(wanted, id=uuid4()), by=CASHIER, at=OUT)
        other = replace(wanted, id=uuid4(), method=billing.PaymentMethod.BANK)
        billing.record_payment(session, other, by=CASHIER, at=OUT)
        with pytest.raises(billing.AmountInvalid), session.begin_nested():
            billing.record_payment(session, replace(wanted, id=uuid4(), payment_fen=0), by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            billing.record_payment(session, replace(wanted, id=uuid4()), by=CLERK, at=OUT)
        assert len(billing.list_payments(session, house.owner).items) == 2
        assert billing.list_payments(session, house.stranger).items == []
        sound(session)


@pytest.mark.parametrize("table", ["invoices", "invoice_lines", "invoice_settlements", "exit_quotes"])
def test_papers_cannot_be_changed_and_verify_names_what_was(database: Database, table: str) -> None:
    with database.transaction() as session:
        house = House(session)
        house.closed(session)
        sound(session)
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(f"UPDATE {table} SET row_digest = 'x'"))
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text(f"DELETE FROM {table}"))
    with database.transaction() as session:
        if database.is_sqlite:
            session.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        column = {"invoice_lines": "charge_nanoyuan", "invoices": "tax_permille"}.get(table, "storage_fen")
        session.execute(text(f"UPDATE {table} SET {column} = {column} + 1"))
    with database.snapshot() as session:
        assert table in {finding.table for finding in billing.check(session)}


def test_billing_after_the_goods_are_gone_is_a_mistake_of_the_caller(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order = house.weighed(session)
        assert isinstance(take_out(session, order), lots.Taken)
        with pytest.raises(AssertionError):
            invoice(session, order)
