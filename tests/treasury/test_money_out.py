"""Wallets paid back, payouts the bank gave back, the drawer counted, files of transfers by two people."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from tests.billing.make import CLERK, OUT, House, later
from tests.billing.test_receiving import money, take, two_invoices
from tests.treasury.make import CASHIER, OTHER, well
from wms import billing, ledger, parties, settlement, trading, treasury
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

ONE, TWO = replace(CASHIER, permissions=frozenset(Permission)), replace(OTHER, permissions=frozenset(Permission))
DRAWER, CASH, OWED = "A:Cash:Drawer", "A:Cash:Settlement", "L:GrowerPayable:G1"


def payee(session: Session, party: parties.Party) -> None:
    propose = parties.ProposePayeeRequest(
        uuid4(), party.id, parties.BankPayee("=Bina & Co", "农商行", "6228480000000000001")
    )
    before = later(OUT, days=-3)
    for human in (ONE, TWO):
        assert human.person_id is not None
        parties.add_person(session, parties.AddPersonRequest(human.person_id, human.name), by=ONE, at=before)
    parties.propose_payee(session, propose, by=ONE, at=before)
    parties.approve_payee(session, parties.PayeeDecisionRequest(uuid4(), propose.id), by=TWO, at=before)


def paid_out(session: Session, fen: int = 500) -> tuple[House, settlement.Payout]:
    """The owner is owed 1,000.00 and paid a part of it."""
    made, first, second = two_invoices(session)
    take(session, money(made, first.total_fen + second.total_fen + 100_000))
    payee(session, made.store.bina)
    return made, again(session, made, fen)


def again(session: Session, made: House, fen: int = 500) -> settlement.Payout:
    request = settlement.PayOut(uuid4(), made.store.bina.id, fen, f"OUT-{uuid4().hex[:6]}")
    return settlement.pay_out(session, request, by=CASHIER, at=OUT)


def test_a_payout_comes_back_once_and_is_owed_again(database: Database) -> None:
    with database.transaction() as session:
        _, payout = paid_out(session)
        before = ledger.balance(session, OWED), ledger.balance(session, CASH)
        request = treasury.ReturnPayout(uuid4(), payout.id, "BACK-1", "account closed")
        row = treasury.return_payout(session, request, by=CASHIER, at=OUT)
        assert treasury.return_payout(session, request, by=CASHIER, at=OUT) is row
        assert (ledger.balance(session, OWED), ledger.balance(session, CASH)) == (before[0] - 500, before[1] + 500)
        refused: list[tuple[type[Exception], Any]] = [
            (treasury.PayoutReturned, replace(request, id=uuid4())),
            (treasury.PayoutNotFound, replace(request, id=uuid4(), payout_id=uuid4())),
            (treasury.WordsMissing, replace(request, id=uuid4(), reason=" ")),
        ]
        for error, wrong in refused:
            with pytest.raises(error), session.begin_nested():
                treasury.return_payout(session, wrong, by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.return_payout(session, replace(request, id=uuid4()), by=CLERK, at=OUT)
        assert ledger.balance(session, OWED) == before[0] - 500
        assert list(treasury.returned_payouts(session, payout.party_id)) == [payout.id]
        well(session)


def test_a_wallet_is_paid_back_but_not_what_is_held(database: Database) -> None:
    with database.transaction() as session:
        made = House(session)
        buyer = made.store.bina
        wallet = f"L:BuyerWallet:{buyer.code}"
        trading.top_up_wallet(session, trading.TopUp(uuid4(), buyer.id, 1000, "IN-1"), by=SYSTEM, at=OUT)
        ledger.hold(session, ledger.HoldRequest(uuid4(), wallet, 400, later(OUT, days=1).at, "deal"), by=SYSTEM, at=OUT)
        request = treasury.RefundWallet(uuid4(), buyer.id, 600, "OUT-1")
        with pytest.raises(treasury.NoPayee), session.begin_nested():
            treasury.refund_wallet(session, request, by=CASHIER, at=OUT)
        payee(session, buyer)
        for error, wrong in (
            (ledger.BalanceShort, {"fen": 601}), (treasury.AmountNotPositive, {"fen": 0}),
            (treasury.WordsMissing, {"reference": ""}), (parties.PartyNotFound, {"party_id": uuid4()}),
        ):  # fmt: skip
            with pytest.raises(error), session.begin_nested():
                treasury.refund_wallet(session, replace(request, id=uuid4(), **wrong), by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.refund_wallet(session, request, by=CLERK, at=OUT)
        row = treasury.refund_wallet(session, request, by=CASHIER, at=OUT)
        assert treasury.refund_wallet(session, request, by=CASHIER, at=OUT) is row
        assert (ledger.available(session, wallet), ledger.balance(session, CASH)) == (0, 400)
        assert treasury.refunds_of(session, buyer.id) == [row]
        well(session)


def count(session: Session, opens: bool, *pieces: tuple[int, int], **named: Any) -> treasury.DrawerCount:
    request = treasury.CountDrawer(uuid4(), opens, pieces, named.pop("reason", ""))
    return treasury.count_drawer(session, request, by=CASHIER, at=OUT, **named)


def test_the_drawer_is_counted_and_its_difference_explained_by_two(database: Database) -> None:
    with database.transaction() as session:
        made, _, _ = two_invoices(session)
        first = count(session, True)
        assert (first.number, first.counted_fen, first.journal_id) == (1, 0, None)
        with pytest.raises(treasury.DrawerStep), session.begin_nested():
            count(session, True)
        take(session, money(made, 15_000, method=billing.PaymentMethod.CASH, reference=""))
        for pieces in (((3, 1),), ((100, -1),), ((100, 1), (100, 1)), ((100, 100_001),)):
            with pytest.raises(treasury.CountInvalid), session.begin_nested():
                count(session, False, *pieces)
        short = ((10_000, 1), (2_000, 2))
        for named in ({}, {"witness": OTHER}, {"reason": "wrong change"}, {"reason": "x", "witness": CASHIER}):
            with pytest.raises(treasury.WitnessMissing), session.begin_nested():
                count(session, False, *short, **named)
        with pytest.raises(Forbidden), session.begin_nested():
            count(session, False, *short, reason="x", witness=CLERK)
        assert ledger.balance(session, DRAWER) == 15_000
        row = count(session, False, *short, reason="wrong change", witness=OTHER)
        assert (row.counted_fen, row.difference_fen, row.pieces) == (14_000, -1_000, [[10_000, 1], [2_000, 2]])
        assert (ledger.balance(session, DRAWER), ledger.balance(session, "E:CashOverShort")) == (14_000, 1_000)
        with pytest.raises(Forbidden):
            treasury.count_drawer(session, treasury.CountDrawer(uuid4(), True, ()), by=CLERK, at=OUT)
        well(session)


def test_cash_goes_to_the_bank_but_no_more_than_there_is(database: Database) -> None:
    with database.transaction() as session:
        made, _, _ = two_invoices(session)
        take(session, money(made, 15_000, method=billing.PaymentMethod.CASH, reference=""))
        request = treasury.BankCash(uuid4(), 15_000, "SLIP-1")
        for error, wrong in (
            (ledger.BalanceShort, {"fen": 15_001}), (treasury.AmountNotPositive, {"fen": 0}),
            (treasury.WordsMissing, {"reference": " "}),
        ):  # fmt: skip
            with pytest.raises(error), session.begin_nested():
                treasury.bank_cash(session, replace(request, id=uuid4(), **wrong), by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.bank_cash(session, request, by=CLERK, at=OUT)
        assert treasury.bank_cash(session, request, by=CASHIER, at=OUT) is treasury.bank_cash(
            session, request, by=CASHIER, at=OUT
        )
        assert (ledger.balance(session, DRAWER), ledger.balance(session, CASH)) == (0, 15_000)


def wanted(*ids: UUID, kind: treasury.FileKind = treasury.FileKind.PAIN) -> treasury.PrepareTransfers:
    return treasury.PrepareTransfers(uuid4(), kind, "冷仓 <Store>", "6222", ids)


def test_a_file_is_made_by_one_approved_by_another_and_holds_each_payout_once(database: Database) -> None:
    with database.transaction() as session:
        made, first = paid_out(session)
        second, back = again(session, made, 700), again(session, made, 900)
        treasury.return_payout(session, treasury.ReturnPayout(uuid4(), back.id, "B", "closed"), by=CASHIER, at=OUT)
        request = wanted(first.id)
        row = treasury.prepare_transfers(session, request, by=CASHIER, at=OUT)
        assert treasury.prepare_transfers(session, request, by=CASHIER, at=OUT) is row
        for ids in ((), (first.id,), (second.id, second.id), (uuid4(),), (back.id,)):
            with pytest.raises(treasury.TransfersUnfit), session.begin_nested():
                treasury.prepare_transfers(session, wanted(*ids), by=CASHIER, at=OUT)
        for unsaid in (replace(wanted(second.id), own_name=" "), replace(wanted(second.id), own_account="")):
            with pytest.raises(treasury.WordsMissing), session.begin_nested():
                treasury.prepare_transfers(session, unsaid, by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.prepare_transfers(session, wanted(second.id), by=CLERK, at=OUT)
        assert [each.source_id for each in treasury.waiting_transfers(session)] == [second.id]
        ask = treasury.ApproveTransfers(uuid4(), row.id)
        with pytest.raises(treasury.TransfersApprovedAlone), session.begin_nested():
            treasury.approve_transfers(session, ask, by=CASHIER, at=OUT)
        with pytest.raises(Forbidden):
            treasury.approve_transfers(session, ask, by=CLERK, at=OUT)
        with pytest.raises(treasury.TransfersNotApproved):
            treasury.file_content(session, row.id)
        approval = treasury.approve_transfers(session, ask, by=OTHER, at=OUT)
        assert treasury.approve_transfers(session, ask, by=OTHER, at=OUT) is approval
        content = treasury.file_content(session, row.id)
        root = ElementTree.fromstring(content)
        found = {each.tag.rpartition("}")[2]: each.text for each in root.iter()}
        assert (found["InstdAmt"], found["CtrlSum"], found["NbOfTxs"]) == ("5.00", "5.00", "1")
        assert [each.text for each in root.iter() if each.tag.endswith("}Nm")] == [
            "冷仓 <Store>", "冷仓 <Store>", "农商行", "=Bina & Co"
        ]  # fmt: skip
        well(session)


def test_the_banks_sheet_has_no_formula(database: Database) -> None:
    with database.transaction() as session:
        _, payout = paid_out(session, 123_45)
        row = treasury.prepare_transfers(session, wanted(payout.id, kind=treasury.FileKind.CSV), by=CASHIER, at=OUT)
        treasury.approve_transfers(session, treasury.ApproveTransfers(uuid4(), row.id), by=OTHER, at=OUT)
        lines = treasury.file_content(session, row.id).decode("gb18030").splitlines()
        assert lines[1] == f"1,'=Bina & Co,6228480000000000001,农商行,123.45,{payout.reference}"
        with pytest.raises(treasury.TransferFileNotFound):
            treasury.file_content(session, uuid4())
