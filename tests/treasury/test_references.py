"""One transfer is money once: for an invoice or into a wallet, never both, whichever comes first."""

from uuid import uuid4

import pytest

from tests.billing.make import OUT
from tests.billing.test_receiving import BANK, money, open_fen, take, two_invoices
from tests.treasury.make import CASHIER, entry_of, well
from wms import billing, ledger, trading, treasury
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database


def test_a_transfer_is_a_payment_or_a_top_up(database: Database) -> None:
    with database.transaction() as session:
        made, first, _ = two_invoices(session)
        wallet = f"L:BuyerWallet:{made.store.bina.code}"
        take(session, money(made, 5_000, reference="ICBC-7"))
        for number in ("ICBC-7", " ICBC-7 "):
            top_up = trading.TopUp(uuid4(), made.store.bina.id, 5_000, number)
            with pytest.raises(trading.BankReferenceUsed), session.begin_nested():
                trading.top_up_wallet(session, top_up, by=SYSTEM, at=OUT)
        assert (ledger.balance(session, wallet), ledger.balance(session, "A:Cash:Settlement")) == (0, 5_000)
        top_up = trading.TopUp(uuid4(), made.store.bina.id, 700, "ICBC-8")
        trading.top_up_wallet(session, top_up, by=SYSTEM, at=OUT)
        assert trading.top_up_wallet(session, top_up, by=SYSTEM, at=OUT).fen == 700
        before = open_fen(session, first)
        with pytest.raises(billing.PaymentTwice), session.begin_nested():
            take(session, money(made, 700, reference="ICBC-8"))
        assert open_fen(session, first) == before
        take(session, money(made, 700, reference="ICBC-8", method=billing.PaymentMethod.WECHAT))
        assert billing.is_reference_taken(session, BANK, "ICBC-8")
        well(session)


def test_the_banks_entry_is_not_taken_beside_what_was_typed(database: Database) -> None:
    with database.transaction() as session:
        made, first, _ = two_invoices(session)
        entry = entry_of(session, 900)
        take(session, money(made, 900, reference=entry.bank_reference))
        before = open_fen(session, first)
        for into, error in (
            (treasury.Into.WALLET, trading.BankReferenceUsed),
            (treasury.Into.INVOICES, billing.PaymentTwice),
        ):
            wanted = treasury.AcceptEntry(uuid4(), entry.id, made.store.bina.id, 900, into)
            with pytest.raises(error), session.begin_nested():
                treasury.accept_entry(session, wanted, by=CASHIER, at=OUT)
        assert open_fen(session, first) == before
        (journal,) = [each.journal for each in treasury.suggestions(session, entry, OUT) if each.journal]
        treasury.link_entry(session, treasury.LinkEntry(uuid4(), entry.id, journal.id), by=CASHIER, at=OUT)
        well(session)
