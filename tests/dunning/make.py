"""A ladder of three levels, periods of uncollected goods, an open invoice, and who works with them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.billing.make import NOBODY, OUT, House, invoice, later
from tests.lots.make import actor
from tests.parties import make as cast
from wms import billing, dunning, parties
from wms.kernel.actor import Actor, Permission

P = Permission
PHONE = "13800000001"
__all__ = ["APPROVER", "CASHIER", "KEEPER", "NOBODY", "OUT", "House", "ladder", "later", "level", "owing", "person",
           "terms"]  # fmt: skip
CASHIER = actor("Fang, cashier", P.SEE_ALL, P.TAKE_PAYMENT, P.CORRECT_BOOKS, P.CLOSE_DAY)
KEEPER = actor("Esha, manager", P.SEE_ALL, P.HOLD_STOCK)
APPROVER = actor("Gu, approver", P.SEE_ALL, P.APPROVE_RELEASE)


def person(session: Session, name: str, *may: Permission) -> Actor:
    return Actor(uuid4(), name, frozenset({P.SEE_ALL, *may}), person_id=cast.person(session, name).id)


def level(number: int = 1, after: int | None = 7, **changes: Any) -> dunning.SetLevel:
    wanted = dunning.SetLevel(
        uuid4(), number, OUT.on, after, dunning.Channel.SMS,
        f"{number}级: {{party}} 账单 {{number}} 尚欠 {{yuan}} 元, 已 {{days}} 日",
        f"level {number}: {{yuan}} yuan of {{number}} are open for {{days}} days",
    )  # fmt: skip
    return replace(wanted, **changes)


def ladder(session: Session) -> None:
    for number, after in ((1, 7), (2, 14), (3, 30)):
        channel = dunning.Channel.LETTER if number == 3 else dunning.Channel.SMS
        dunning.set_level(session, level(number, after, channel=channel), by=CASHIER, at=OUT)


def terms(session: Session, **changes: Any) -> dunning.UncollectedTerms:
    wanted = replace(
        dunning.SetTerms(uuid4(), date(2026, 1, 1), 7, 15, 10, "contract § 9, perishable goods"), **changes
    )
    return dunning.set_terms(session, wanted, by=CASHIER, at=OUT)


def owing(session: Session, house: House, units: int = 250) -> tuple[billing.ExitOrder, billing.Invoice]:
    """An exit whose invoice nobody paid, and its owner's telephone."""
    parties.get_party(session, house.store.bina.id).phone = PHONE
    order = house.quoted(session, units)
    return order, invoice(session, order)
