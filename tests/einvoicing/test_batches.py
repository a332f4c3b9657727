"""Batches for the tax bureau: what lacks is said, sums are the invoices' own, a document goes once, bytes stay."""

import io
import zipfile
from dataclasses import replace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.billing.make import CLERK, ENTRY, NOBODY, OUT, later
from tests.einvoicing.make import CASHIER, NEXT, OWNER_NUMBER, STORE_NUMBER, Desk, item, number, record, wanted, well
from wms import documents, einvoicing, parties
from wms.documents import EinvoiceFile
from wms.einvoicing import Lack
from wms.kernel.actor import SYSTEM
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden

ZONE = ZoneInfo("Asia/Shanghai")


def lacks(session: Session) -> list[tuple[Lack, ...]]:
    return [each.lacks for each in einvoicing.waiting_of(session, OUT.on, NEXT.on, NEXT).waiting]


def file_of(session: Session, batch: einvoicing.EinvoiceBatch, kind: EinvoiceFile = EinvoiceFile.CSV) -> bytes:
    return documents.einvoice_file(kind, batch, einvoicing.rows_of(session, batch.id), ZONE)


def test_what_lacks_is_said_until_somebody_sets_it(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        every = (Lack.SELLER_TAX_NUMBER, Lack.BUYER_TAX_NUMBER, Lack.ITEM_STORAGE, Lack.ITEM_HANDLING)
        assert lacks(session) == [every, every]
        with pytest.raises(einvoicing.NothingToExport), session.begin_nested():
            desk.prepared(session)
        desk.set_up(session)
        assert lacks(session) == [(), ()]
        person = einvoicing.SetTitle(uuid4(), desk.bina.id, is_person=True)
        company = replace(person, id=uuid4(), is_person=False)
        for hours, title, expected in ((1, company, (Lack.BUYER_TAX_NUMBER,)), (2, person, ())):
            einvoicing.set_title(session, title, by=CASHIER, at=later(NEXT, hours=hours))
            assert lacks(session) == [expected, expected]


def test_a_batch_says_to_the_fen_what_its_invoices_say(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        request = wanted()
        batch = einvoicing.prepare_batch(session, request, by=CASHIER, at=NEXT)
        assert einvoicing.prepare_batch(session, request, by=CASHIER, at=NEXT) is batch
        both = [desk.first, desk.second]
        assert (batch.name, batch.documents) == ("E2027-0001", 2)
        assert batch.gross_fen == sum(row.total_fen for row in both)
        assert batch.tax_fen == sum(row.tax_fen for row in both) > 0
        rows = einvoicing.rows_of(session, batch.id)
        assert [(row.document, row.charge_kind, row.quantity_thousandths) for row in rows] == [
            (each.name, kind, 5_000_000) for each in both for kind in ("storage", "handling")
        ]
        for row in rows:  # quantity × price is the net amount, to the fen
            whole, _, places = row.price.partition(".")
            exact = int(whole + places) * row.quantity_thousandths  # type: ignore[operator]
            assert abs(exact - row.net_fen * 10 * 10 ** len(places)) < 5 * 10 ** len(places)
        lines = file_of(session, batch).decode("utf-8-sig").splitlines()
        assert len(lines) == 5
        assert lines[1].split(",")[:13] == [
            desk.first.name, "2027-01-20", "蓝字", "Bina", OWNER_NUMBER, "否", "栖霞市", "", "农商行", "6228",
            "*物流辅助服务*仓储服务", "3040406000000000000", "千克",
        ]  # fmt: skip
        assert lines[1].split(",")[13:20] == ["5000.000", rows[0].price, "819.81", "0.06", "49.19", "869.00", ""]
        assert lines[1].split(",")[22:25] == ["烟台冷仓", STORE_NUMBER, ""]
        with pytest.raises(einvoicing.NothingToExport), session.begin_nested():
            desk.prepared(session)
        well(session)


def test_a_batch_stays_what_it_was_whatever_is_renamed(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        batch = desk.prepared(session, to_on=OUT.on)
        before = [file_of(session, batch, kind) for kind in EinvoiceFile]
        einvoicing.set_item(session, item(name="冷藏服务"), by=CASHIER, at=NEXT)
        change = parties.ChangePartyRequest(uuid4(), desk.bina.id, "Bina & Co")
        parties.change_party(session, change, by=SYSTEM, at=NEXT)
        assert [file_of(session, batch, kind) for kind in EinvoiceFile] == before
        core = zipfile.ZipFile(io.BytesIO(before[1])).read("docProps/core.xml").decode()
        assert core.count("2027-01-21T04:00:00Z") == 2  # made when the batch was, not when somebody asks
        rows = documents.read_sheet(before[1])
        assert [row[10] for row in rows[1:]] == ["*物流辅助服务*仓储服务", "*物流辅助服务*装卸搬运服务"]
        later_one = desk.prepared(session)
        assert (later_one.name, later_one.documents) == ("E2027-0002", 1)
        names = {(row.item_name, row.buyer_name) for row in einvoicing.rows_of(session, later_one.id)}
        assert ("*物流辅助服务*冷藏服务", "Bina & Co") in names
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text("UPDATE einvoice_rows SET net_fen = net_fen + 1"))
        well(session)


def test_a_red_letter_waits_for_the_number_of_its_invoice(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        note = desk.noted(session, desk.first, 10_000, 2_000)
        assert lacks(session) == [(), (), (Lack.ORIGINAL_NUMBER,)]
        desk.prepared(session)
        assert lacks(session) == [(Lack.ORIGINAL_NUMBER,)]
        record(session, number(7, desk.first.name))
        batch = desk.prepared(session)
        rows = einvoicing.rows_of(session, batch.id)
        assert [(row.gross_fen, row.quantity_thousandths, row.price) for row in rows] == [
            (-10_000, None, ""), (-2_000, None, "")
        ]  # fmt: skip
        assert (batch.gross_fen, batch.tax_fen) == (-12_000, -note.tax_fen)
        assert {(row.original, row.original_number) for row in rows} == {(desk.first.name, "26370000000000000007")}
        line = file_of(session, batch).decode("utf-8-sig").splitlines()[1].split(",")
        assert (line[2], line[18]) == ("红字", "-100.00")
        well(session)


def test_a_batch_is_withdrawn_until_the_bureau_issued_of_it(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        batch = desk.prepared(session)
        request = einvoicing.WithdrawBatch(uuid4(), batch.id, "wrong buyer")
        refused: list[tuple[type[Exception], dict[str, Any]]] = [
            (einvoicing.EinvoiceReasonMissing, {"reason": " "}),
            (einvoicing.BatchNotFound, {"batch_id": uuid4()}),
        ]
        for error, wrong in refused:
            with pytest.raises(error), session.begin_nested():
                einvoicing.withdraw_batch(session, replace(request, id=uuid4(), **wrong), by=CASHIER, at=NEXT)
        assert lacks(session) == []
        gone = einvoicing.withdraw_batch(session, request, by=CASHIER, at=NEXT)
        assert einvoicing.withdraw_batch(session, request, by=CASHIER, at=NEXT) is gone
        with pytest.raises(einvoicing.BatchWithdrawn), session.begin_nested():
            einvoicing.withdraw_batch(session, replace(request, id=uuid4()), by=CASHIER, at=NEXT)
        again = desk.prepared(session)
        assert again.documents == 2
        record(session, number(1, desk.second.name))
        with pytest.raises(einvoicing.BatchNumbered), session.begin_nested():
            einvoicing.withdraw_batch(session, replace(request, id=uuid4(), batch_id=again.id), by=CASHIER, at=NEXT)
        assert lacks(session) == []
        well(session)


def test_who_may_not_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        desk = Desk(session)
        desk.set_up(session)
        batch = desk.prepared(session, to_on=OUT.on)
        acts: list[Any] = [
            lambda by: einvoicing.prepare_batch(session, wanted(), by=by, at=NEXT),
            lambda by: einvoicing.withdraw_batch(
                session, einvoicing.WithdrawBatch(uuid4(), batch.id, "x"), by=by, at=NEXT
            ),
            lambda by: einvoicing.set_item(session, item(), by=by, at=NEXT),
            lambda by: einvoicing.set_title(session, einvoicing.SetTitle(uuid4(), desk.bina.id), by=by, at=NEXT),
            lambda by: einvoicing.record_numbers(session, einvoicing.RecordNumbers(uuid4(), ()), by=by, at=NEXT),
        ]
        for act in acts:
            for by in (NOBODY, CLERK, desk.owner):
                with pytest.raises(Forbidden):
                    act(by)
        wrong: list[tuple[type[Exception], Any]] = [
            (einvoicing.ItemInvalid, lambda: einvoicing.set_item(session, item(code="304"), by=CASHIER, at=NEXT)),
            (einvoicing.ItemInvalid, lambda: einvoicing.set_item(session, item(category="*"), by=CASHIER, at=NEXT)),
            (einvoicing.PeriodUnfit, lambda: desk.prepared(session, from_on=NEXT.on, to_on=OUT.on)),
            (einvoicing.PeriodUnfit, lambda: desk.prepared(session, to_on=later(NEXT, days=1).on)),
            (einvoicing.PeriodUnfit, lambda: desk.prepared(session, from_on=ENTRY.on)),
            (einvoicing.TitleInvalid, lambda: einvoicing.set_title(
                session, einvoicing.SetTitle(uuid4(), desk.bina.id, tax_number="12"), by=CASHIER, at=NEXT)),
            (parties.PartyNotFound, lambda: einvoicing.set_title(
                session, einvoicing.SetTitle(uuid4(), uuid4()), by=CASHIER, at=NEXT)),
        ]  # fmt: skip
        for error, run in wrong:
            with pytest.raises(error), session.begin_nested():
                run()
        assert einvoicing.list_batches(session).items == [batch]
        assert einvoicing.withdrawal_of(session, batch.id) is None
        well(session)
