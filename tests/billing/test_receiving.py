"""Money for invoices: to the ones named, then to the oldest, the surplus owed back; each reference once."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import CASHIER, CLERK, OUT, House, invoice, later, sound
from wms import billing, ledger
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

BANK = billing.PaymentMethod.BANK


def money(made: House, fen: int, *parts: billing.Allocation, **changes: Any) -> billing.ReceivePayment:
    request = billing.ReceivePayment(uuid4(), made.store.bina.id, fen, BANK, f"ICBC-{uuid4()}", parts)
    return replace(request, **changes)


def take(session: Any, request: billing.ReceivePayment, **named: Any) -> billing.Payment:
    return billing.receive_payment(session, request, **{"by": CASHIER, "at": OUT, **named})


def two_invoices(session: Any) -> tuple[House, billing.Invoice, billing.Invoice]:
    """Two exits billed on two days: 1,094.00 each."""
    made = House(session)
    first = invoice(session, made.quoted(session))
    tomorrow = later(OUT, days=1)
    return made, first, invoice(session, made.quoted(session, at=tomorrow), at=tomorrow)


def open_fen(session: Any, *invoices: billing.Invoice) -> list[int]:
    return [billing.open_of_invoice(session, row.id).total_fen for row in invoices]


def test_the_oldest_first_storage_before_handling_and_the_rest_owed_back(database: Database) -> None:
    with database.transaction() as session:
        made, first, second = two_invoices(session)
        request = money(made, first.total_fen + 100)
        paid = take(session, request)
        assert take(session, request) is paid
        assert open_fen(session, first, second) == [0, second.total_fen - 100]
        assert billing.settled_of_invoice(session, second.id) == billing.Fees(100, 0)
        assert [item.invoice.id for item in billing.open_invoices(session, made.store.bina.id)] == [second.id]
        take(session, money(made, second.total_fen))
        assert open_fen(session, first, second) == [0, 0]
        assert ledger.balance(session, "L:GrowerPayable:G1") == -100
        assert ledger.balance(session, "A:Cash:Settlement") == first.total_fen + second.total_fen + 100
        sound(session)


def test_money_goes_where_it_is_meant_to(database: Database) -> None:
    with database.transaction() as session:
        made, first, second = two_invoices(session)
        take(session, money(made, 5_000, billing.Allocation(second.id, 5_000)))
        assert open_fen(session, first, second) == [first.total_fen, second.total_fen - 5_000]
        take(session, money(made, 7_000, billing.Allocation(second.id, 1_000)))
        assert open_fen(session, first, second) == [first.total_fen - 6_000, second.total_fen - 6_000]
        sound(session)


def test_cash_goes_into_the_drawer_and_needs_no_reference(database: Database) -> None:
    with database.transaction() as session:
        made, _, _ = two_invoices(session)
        take(session, money(made, 5_000, method=billing.PaymentMethod.CASH, reference=""))
        take(session, money(made, 5_000, method=billing.PaymentMethod.CASH, reference=""))
        assert ledger.balance(session, "A:Cash:Drawer") == 10_000
        for method in (BANK, billing.PaymentMethod.WECHAT, billing.PaymentMethod.ALIPAY):
            with pytest.raises(billing.ReferenceMissing), session.begin_nested():
                take(session, money(made, 5_000, method=method, reference=" "))


def test_what_does_not_fit_is_refused_and_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        made, first, second = two_invoices(session)
        done = money(made, 1_000)
        take(session, done)
        before = open_fen(session, first, second)
        parts: list[tuple[billing.Allocation, ...]] = [
            (billing.Allocation(first.id, 0),),
            (billing.Allocation(first.id, 1_001),),
            (billing.Allocation(second.id, second.total_fen + 1),),
            (billing.Allocation(second.id, 500), billing.Allocation(second.id, 500)),
        ]
        for wrong in parts:
            with pytest.raises(billing.AllocationInvalid), session.begin_nested():
                take(session, money(made, 1_000, *wrong))
        with pytest.raises(billing.AllocationInvalid), session.begin_nested():
            take(session, money(made, 1_000, billing.Allocation(first.id, 1), party_id=made.store.chand.id))
        with pytest.raises(billing.InvoiceNotFound), session.begin_nested():
            take(session, money(made, 1_000, billing.Allocation(uuid4(), 1)))
        for fen in (0, -1):
            with pytest.raises(billing.AmountInvalid), session.begin_nested():
                take(session, money(made, fen))
        with pytest.raises(billing.PaymentTwice), session.begin_nested():
            take(session, replace(done, id=uuid4()))
        with pytest.raises(Forbidden):
            take(session, money(made, 1_000), by=CLERK)
        assert open_fen(session, first, second) == before
        sound(session)
