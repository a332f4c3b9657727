"""Disputes: raised by the party or the desk, one at a time, refused in words or upheld by a credit note."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.billing.make import pay
from tests.dunning import make
from tests.dunning.make import CASHIER, NOBODY, OUT, House, later
from tests.lots.make import actor
from wms import billing, dunning
from wms.dunning.rules import DisputedLine, Ground, RaisedBy
from wms.kernel.actor import Permission
from wms.kernel.database import Database
from wms.kernel.errors import Forbidden
from wms.kernel.idempotency import RequestIdReused
from wms.kernel.outbox import OutboxRow

SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
OTHER = actor("Gu, approver", Permission.SEE_ALL, Permission.CORRECT_BOOKS)


def claim(invoice: billing.Invoice, **changes: Any) -> dunning.DisputeInvoice:
    said = dunning.DisputeInvoice(
        uuid4(), invoice.id, "在库只有 80 天", line=DisputedLine.STORAGE, ground=Ground.DAYS
    )  # fmt: skip
    return replace(said, **changes)


def told(session: Any) -> list[str]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "send.sms"))
    return [row.payload["text"] for row in rows]


def test_a_party_is_upheld_by_a_credit_note_of_two_and_told(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        order, invoice = make.owing(session, house)
        pay(session, order)  # what was paid may be wrong too
        wanted = claim(invoice)
        for _ in range(2):
            dunning.dispute_invoice(session, wanted, by=house.owner, at=OUT)
        (found,) = dunning.open_disputes(session, CASHIER)
        assert (found.line, found.ground, found.raised_by, found.state) == ("storage", "days", "party", "open")
        right = dunning.UpholdDispute(uuid4(), invoice.id, "少算了一次出库", 6_900, 0)
        for by, approver in ((house.owner, OTHER), (CASHIER, NOBODY)):
            with pytest.raises(Forbidden), session.begin_nested():
                dunning.uphold_dispute(session, right, by=by, at=OUT, approver=approver)
        for wrong, error in (
            (replace(right, storage_fen=99_999_999), billing.CreditNoteTooLarge),
            (replace(right, storage_fen=0), billing.AmountInvalid),
            (replace(right, outcome="  "), dunning.DisputeReasonMissing),
        ):
            with pytest.raises(error), session.begin_nested():
                dunning.uphold_dispute(session, wrong, by=CASHIER, at=OUT, approver=OTHER)
        assert billing.credit_notes_of(session, invoice.id) == [], "what was refused issued nothing"
        for _ in range(2):
            dunning.uphold_dispute(session, right, by=CASHIER, at=OUT, approver=OTHER)
        (note,) = billing.credit_notes_of(session, invoice.id)
        answered = dunning.get_dispute(session, wanted.id, house.owner)
        assert (answered.state, answered.credit_note_id, answered.outcome) == ("upheld", note.id, "少算了一次出库")
        assert (note.storage_fen, note.storage_paid_fen) == (6_900, 6_900)
        (text,) = told(session)
        assert invoice.name in text
        assert f"credit note {note.name} takes back 69.00 yuan" in text
        assert list(dunning.check(session)) == []


@SQLITE
def test_a_refusal_is_told_and_the_party_does_not_repeat_itself(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        _, invoice = make.owing(session, house)
        first = claim(invoice)
        dunning.dispute_invoice(session, first, by=house.owner, at=OUT)
        end = dunning.EndDispute(uuid4(), invoice.id, "入库日计, 见第 3 条")
        dunning.end_dispute(session, end, by=CASHIER, at=OUT)
        assert dunning.get_dispute(session, first.id, house.owner).state == "refused"
        assert ["入库日计, 见第 3 条" in text for text in told(session)] == [True]
        with pytest.raises(dunning.DisputeAnswered), session.begin_nested():
            dunning.dispute_invoice(session, claim(invoice), by=house.owner, at=OUT)
        other = claim(invoice, line=DisputedLine.HANDLING, ground=Ground.WORK)
        dunning.dispute_invoice(session, other, by=house.owner, at=OUT)
        dunning.end_dispute(session, replace(end, id=uuid4()), by=CASHIER, at=OUT)
        dunning.dispute_invoice(session, claim(invoice), by=CASHIER, at=later(OUT, hours=1))
        assert dunning.disputes_of(session, invoice.id)[0].raised_by is RaisedBy.DESK
        dunning.end_dispute(session, replace(end, id=uuid4()), by=CASHIER, at=OUT)
        assert len(told(session)) == 2, "who came to the desk is told there"


@SQLITE
def test_what_cannot_be_disputed_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        _, invoice = make.owing(session, house)
        wanted = claim(invoice)
        for changes, by, error in (
            ({}, house.stranger, billing.InvoiceNotFound),
            ({}, replace(house.owner, permissions=frozenset()), Forbidden),
            ({}, NOBODY, Forbidden),
            ({"reason": " "}, house.owner, dunning.DisputeReasonMissing),
            ({"invoice_id": uuid4()}, house.owner, billing.InvoiceNotFound),
        ):
            with pytest.raises(error), session.begin_nested():
                dunning.dispute_invoice(session, replace(wanted, **changes), by=by, at=OUT)
        assert dunning.disputes_of(session, invoice.id) == []
        dunning.dispute_invoice(session, wanted, by=house.owner, at=OUT)
        with pytest.raises(RequestIdReused), session.begin_nested():
            dunning.dispute_invoice(session, replace(wanted, reason="别的"), by=house.owner, at=OUT)
        with pytest.raises(dunning.DisputeOpen), session.begin_nested():
            dunning.dispute_invoice(session, claim(invoice, line=DisputedLine.HANDLING), by=house.owner, at=OUT)
        with pytest.raises(dunning.DisputeNotFound):
            dunning.get_dispute(session, wanted.id, house.stranger)
        assert dunning.open_disputes(session, house.stranger) == []
        assert list(dunning.list_disputes(session, house.stranger).items) == []
        assert [one.id for one in dunning.list_disputes(session, house.owner).items] == [wanted.id]
        all_of_it = dunning.UpholdDispute(uuid4(), invoice.id, "合同另有约定", invoice.storage_fen, 0)
        dunning.uphold_dispute(session, all_of_it, by=CASHIER, at=OUT, approver=OTHER)
        with pytest.raises(dunning.NothingDisputed), session.begin_nested():
            dunning.dispute_invoice(session, claim(invoice), by=house.owner, at=OUT)
        again = replace(all_of_it, id=uuid4(), storage_fen=0, handling_fen=1)
        with pytest.raises(dunning.NothingDisputed), session.begin_nested():
            dunning.uphold_dispute(session, again, by=CASHIER, at=OUT, approver=OTHER)


@SQLITE
def test_those_the_party_raised_itself_come_first(database: Database) -> None:
    with database.transaction() as session:
        house = House(session)
        ids = []
        for by, hours in ((CASHIER, 0), (house.owner, 2), (house.owner, 1)):
            _, invoice = make.owing(session, house, units=10)
            wanted = claim(invoice)
            dunning.dispute_invoice(session, wanted, by=by, at=later(OUT, hours=hours))
            ids.append(wanted.id)
        assert [one.id for one in dunning.open_disputes(session, CASHIER)] == [ids[2], ids[1], ids[0]]
