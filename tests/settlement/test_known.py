"""What a transaction knows of its own bills without asking is what the database says once they are written."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.settlement.make import CLERK, SECOND, Season, moment, season
from wms import billing, ledger, lots, settlement
from wms.billing.queries.charges import billed_of, units_billed_and_here
from wms.billing.queries.stock import units_taken_out
from wms.kernel.actor import Permission
from wms.kernel.database import Database
from wms.kernel.ids import derived_id

DAY, LATER, UNITS = "2027-02-15", "2027-02-20", 100


def open_fen(session: Session, exit_id: UUID) -> Any:
    return billing.open_charges_of_exit(session, exit_id)


def of_each_invoice(session: Session, exit_id: UUID) -> Any:
    return [
        (invoice.name, billing.open_of_invoice(session, invoice.id))
        for invoice in billing.invoices_of(session, exit_id)
    ]


def billed(session: Session, exit_id: UUID) -> Any:
    return billed_of(session, billing.get_exit(session, exit_id).lot_id)


def still_here(session: Session, exit_id: UUID) -> Any:
    return units_billed_and_here(session, billing.get_exit(session, exit_id).lot_id)


def taken_out(session: Session, exit_id: UUID) -> Any:
    return units_taken_out(session, exit_id, billing.get_exit(session, exit_id).lot_id)


def journals(session: Session, exit_id: UUID) -> Any:
    return [
        ledger.get_journal(session, invoice.journal_id).key
        for invoice in billing.invoices_of(session, exit_id)
        if invoice.journal_id is not None
    ]


ANSWERS: tuple[Callable[[Session, UUID], Any], ...] = (
    open_fen,
    of_each_invoice,
    billed,
    still_here,
    taken_out,
    journals,
)


def answers(session: Session, exit_id: UUID) -> list[Any]:
    return [answer(session, exit_id) for answer in ANSWERS]


def bill(session: Session, exit_id: UUID, day: str) -> None:
    request = billing.InvoiceExit(derived_id(exit_id, day), exit_id, moment(day).on)
    billing.invoice_exit(session, request, by=CLERK, at=moment(day))


def weighed(case: Season, loads: int = 1) -> list[UUID]:
    """Loads of one sale, paid and weighed out."""
    deal_id = case.sell(DAY, loads * UNITS, "7.86")
    case.bank(deal_id, loads * UNITS * 20 * 786, DAY)
    exits = [case.open_exit(DAY, UNITS, deal_id) for _ in range(loads)]
    for exit_id in exits:
        case.weigh_out(exit_id, DAY, UNITS * 19_764, UNITS)
        if case.loan_id is not None:
            case.consent(exit_id, DAY)
    case.price("7.86", DAY)
    return exits


@pytest.mark.parametrize("billed_when", ["by the close", "beside it", "days before"])
def test_what_a_close_knows_is_what_the_database_says(database: Database, billed_when: str) -> None:
    case = season(database)
    left, exit_id = weighed(case, 2)
    case.close(left, DAY)  # something of the lot was billed and left before
    day = LATER if billed_when == "days before" else DAY
    if billed_when == "days before":
        case.do(lambda s: bill(s, exit_id, DAY))
        case.consent(exit_id, day)
        case.price("7.86", day)

    def close(session: Session) -> tuple[list[Any], list[Any]]:
        lots.lock_with_kin(session, [case.lot_id])
        billing.lock_exit_order(session, exit_id)
        between = answers(session, exit_id)  # asked before anything is added
        if billed_when != "by the close":
            bill(session, exit_id, day)
            between = answers(session, exit_id)
        settlement.close_exit(session, settlement.CloseExit(uuid4(), exit_id), by=CLERK, at=moment(day, 6))
        return between, answers(session, exit_id)

    between, known = case.do(close)
    assert (between[0].total_fen > 0) == (billed_when != "by the close")
    assert known[0].total_fen == 0
    assert known == case.database.read(lambda s: answers(s, exit_id))


def test_an_own_bill_is_known_without_a_word(database: Database) -> None:
    case = season(database)
    (exit_id,) = weighed(case)
    said: list[str] = []

    def work(session: Session) -> None:
        lots.lock_with_kin(session, [case.lot_id])
        billing.lock_exit_order(session, exit_id)
        bill(session, exit_id, DAY)
        event.listen(database.writer, "before_cursor_execute", note)
        answers(session, exit_id)
        event.remove(database.writer, "before_cursor_execute", note)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    case.do(work)
    assert said == []


def test_a_note_on_an_own_bill_is_taken_off_what_is_open(database: Database) -> None:
    case = season(database, advanced=False)
    (exit_id,) = weighed(case)
    first, second = (person.trusted_with(Permission.CORRECT_BOOKS) for person in (CLERK, SECOND))

    def work(session: Session) -> tuple[Any, Any]:
        bill(session, exit_id, DAY)
        (invoice,) = billing.invoices_of(session, exit_id)
        before = open_fen(session, exit_id)
        note = billing.IssueCreditNote(uuid4(), invoice.id, 100, 50, "weighed twice")
        billing.issue_credit_note(session, note, by=first, at=moment(DAY), approver=second)
        return before, open_fen(session, exit_id)

    before, known = case.do(work)
    assert (before.storage_fen - known.storage_fen, before.handling_fen - known.handling_fen) == (100, 50)
    assert known == case.database.read(lambda s: open_fen(s, exit_id))
