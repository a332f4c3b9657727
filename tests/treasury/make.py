"""Files as banks export them, and the cast of the treasury's tests."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.billing.make import CASHIER as PLAIN_CASHIER
from tests.billing.make import OUT, House, sound
from wms import treasury
from wms.kernel.actor import Permission
from wms.kernel.ids import derived_id

P = Permission
MORE = {P.SEE_BOOKS, P.CORRECT_BOOKS, P.PAY_OUT}
CASHIER = replace(PLAIN_CASHIER, permissions=PLAIN_CASHIER.permissions | MORE)
OTHER = replace(CASHIER, name="Gao, cashier", account_id=uuid4(), person_id=derived_id(uuid4(), "person"))
ACCOUNT = "6222021606001234567"
__all__ = ["ACCOUNT", "CASHIER", "OTHER", "OUT", "House", "camt", "entry_of", "file_of", "imported", "said", "well"]


def said(fen: int, day: date = OUT.on, **more: Any) -> treasury.Said:
    return treasury.Said(1, day, fen, **more)


def file_of(*entries: treasury.Said, opening: int = 0, **changes: Any) -> treasury.ImportStatement:
    closing = opening + sum(entry.fen for entry in entries)
    digest = sha256(uuid4().bytes).hexdigest()
    request = treasury.ImportStatement(
        uuid4(), treasury.Source.CSV, "statement.csv", digest, ACCOUNT, opening, closing, entries
    )
    return replace(request, **changes)


def imported(session: Session, *entries: treasury.Said, **changes: Any) -> treasury.BankStatement:
    return treasury.import_statement(session, file_of(*entries, **changes), by=CASHIER, at=OUT)


def entry_of(session: Session, fen: int, **more: Any) -> treasury.BankEntry:
    """One entry in a statement of its own."""
    made = imported(session, said(fen, reference=f"N{uuid4().hex[:10]}", **more))
    return treasury.get_entry(session, derived_id(made.id, 1))


def well(session: Session) -> None:
    """The rooms' own checks find nothing."""
    sound(session)
    assert [str(finding) for finding in treasury.check(session)] == []


def camt(
    entries: str = "", opening: str = "1000.00", closing: str = "1000.00", head: str = "", currency: str = "CNY"
) -> bytes:
    """A camt.053 of one statement."""
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="{}">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-10-20</Dt></Dt></Bal>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id></Acct>"
        f"{balance.format('OPBD', currency, opening)}{balance.format('CLBD', currency, closing)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()
