"""The cast of e-invoicing's tests: a store with a tax number, an owner with a taxed contract, two invoices."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.billing.make import CASHIER as PLAIN_CASHIER
from tests.billing.make import ENTRY, OUT, House, later, sound
from tests.billing.make import invoice as billed
from tests.billing.test_credit_note import BOOKKEEPER, OTHER
from wms import billing, einvoicing, parties
from wms.kernel.actor import SYSTEM, Permission
from wms.kernel.clock import Moment

CASHIER = replace(PLAIN_CASHIER, permissions=PLAIN_CASHIER.permissions | {Permission.CORRECT_BOOKS})
NEXT = later(OUT, days=1)
STORE_NUMBER, OWNER_NUMBER = "91370600MA3C0FFEEK", "91370681MA3C0LDAPE"
CODES = {"storage": "3040406000000000000", "handling": "3040405000000000000"}


def as_store(session: Session, at: Moment) -> None:
    """The store is a party with a tax number."""
    keeper = parties.AddPartyRequest(
        uuid4(), "STORE1", parties.PartyKind.STORE, "烟台冷仓", credit_code=STORE_NUMBER, phone="0535-1"
    )
    parties.add_party(session, keeper, by=SYSTEM, at=at)


def item(kind: str = "storage", **changes: Any) -> einvoicing.SetItem:
    name = {"storage": "仓储服务", "handling": "装卸搬运服务"}[kind]
    request = einvoicing.SetItem(uuid4(), einvoicing.ChargeKind(kind), CODES[kind], "物流辅助服务", name)
    return replace(request, **changes)


class Desk(House):
    """Two invoices of 250 crates each, tax 6 % included, on two days; nothing is set for the tax bureau yet."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bina = self.store.bina
        terms = parties.ContractTerms(tax_permille=60)
        sign = parties.SignContractRequest(uuid4(), self.bina.id, "C-1", date(2026, 9, 1), terms=terms)
        parties.sign_contract(session, sign, by=SYSTEM, at=ENTRY)
        self.first = billed(session, self.quoted(session))
        self.second = billed(session, self.quoted(session, at=NEXT), at=NEXT)

    def set_up(self, session: Session) -> None:
        """What the bureau asks for is known: seller, items, buyer."""
        as_store(session, ENTRY)
        for kind in CODES:
            einvoicing.set_item(session, item(kind), by=CASHIER, at=OUT)
        title = einvoicing.SetTitle(
            uuid4(), self.bina.id, tax_number=OWNER_NUMBER, address="栖霞市", bank="农商行", account_number="6228"
        )
        einvoicing.set_title(session, title, by=CASHIER, at=OUT)

    def prepared(self, session: Session, **changes: Any) -> einvoicing.EinvoiceBatch:
        return einvoicing.prepare_batch(session, wanted(**changes), by=CASHIER, at=NEXT)

    def noted(self, session: Session, invoice: billing.Invoice, storage: int, handling: int = 0) -> billing.CreditNote:
        request = billing.IssueCreditNote(uuid4(), invoice.id, storage, handling, "wrong tariff")
        return billing.issue_credit_note(session, request, by=BOOKKEEPER, at=NEXT, approver=OTHER)


def wanted(**changes: Any) -> einvoicing.PrepareBatch:
    return replace(einvoicing.PrepareBatch(uuid4(), OUT.on, NEXT.on), **changes)


def number(last: int, document: str, **changes: Any) -> einvoicing.SaidNumber:
    return replace(einvoicing.SaidNumber(document, f"2637{last:016d}", NEXT.on, 2), **changes)


def record(session: Session, *numbers: einvoicing.SaidNumber) -> int:
    return einvoicing.record_numbers(session, einvoicing.RecordNumbers(uuid4(), numbers), by=CASHIER, at=NEXT)


def well(session: Session) -> None:
    """The rooms' own checks find nothing."""
    sound(session)
    assert [str(finding) for finding in einvoicing.check(session)] == []
