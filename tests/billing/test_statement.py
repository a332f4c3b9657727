"""The account of a party adds up line by line, shows nobody else's, and debts age by their due day."""

from datetime import timedelta

import pytest

from tests.billing.make import CLERK, NOBODY, OUT, House, invoice, later
from tests.billing.test_receiving import money, take, two_invoices
from tests.lots.make import actor
from wms import billing, ledger, parties
from wms.billing.rules.receivables import bucket_of, days_overdue
from wms.kernel.actor import Permission
from wms.kernel.database import Database

BOOKKEEPER = actor("Bo, bookkeeper", Permission.SEE_BOOKS)


@pytest.mark.parametrize(
    ("days", "bucket"), [(0, 0), (1, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (1000, 3)]
)
def test_a_debt_ages_by_its_due_day(days: int, bucket: int) -> None:
    assert days_overdue(OUT.on, OUT.on + timedelta(days=days)) == days
    assert bucket_of(days) == bucket
    assert days_overdue(OUT.on, OUT.on - timedelta(days=days)) == 0


def test_opening_lines_and_closing_are_the_books(database: Database) -> None:
    with database.transaction() as session:
        made, first, second = two_invoices(session)
        tomorrow, after = later(OUT, days=1), later(OUT, days=2)
        paid = take(session, money(made, first.total_fen + second.total_fen + 777), at=after)
        owner = made.store.bina.id
        found = billing.statement_of_account(session, owner, tomorrow.on, after.on, by=BOOKKEEPER)
        assert [(line.on, line.document) for line in found.lines] == [
            (tomorrow.on, second.name), (after.on, paid.payment_reference)
        ]  # fmt: skip
        assert found.opening_fen == first.total_fen
        assert [line.balance_fen for line in found.lines] == [first.total_fen + second.total_fen, -777]
        assert found.closing == {"charges": 0, "advance": 0, "payable": -777, "wallet": 0, "escrow": 0}
        assert found.closing["payable"] == ledger.balance(session, "L:GrowerPayable:G1")
        whole = billing.statement_of_account(session, owner, OUT.on, after.on, by=made.owner)
        assert (whole.opening_fen, len(whole.lines), whole.closing) == (0, 3, found.closing)
        assert sum(line.debit_fen - line.credit_fen for line in whole.lines) == whole.closing_fen


def test_nobody_sees_the_account_of_another(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        for other in (made.stranger, CLERK, NOBODY):
            with pytest.raises(parties.PartyNotFound):
                billing.statement_of_account(session, made.store.bina.id, OUT.on, OUT.on, by=other)
        for days in (-1, 3 * 366 + 1):
            with pytest.raises(billing.PeriodInvalid):
                billing.statement_of_account(
                    session, made.store.bina.id, OUT.on, OUT.on + timedelta(days=days), by=made.owner
                )


def test_open_invoices_stand_in_their_buckets(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        bills = [
            invoice(session, made.quoted(session, at=later(OUT, days=days)), at=later(OUT, days=days))
            for days in (0, 30, 31)
        ]
        (row,) = billing.ageing(session, OUT.on + timedelta(days=61))
        assert row.buckets == (bills[2].total_fen, bills[1].total_fen, bills[0].total_fen, 0)
        assert (row.party_id, row.oldest_due_on, row.invoices) == (made.store.bina.id, OUT.on, 3)
        take(session, money(made, row.total_fen))
        assert billing.ageing(session, OUT.on + timedelta(days=61)) == []
