"""The advance: asked for on the owner's phone, approved by two, paid out by a third, seen in the books."""

import re

from playwright.sync_api import expect

from tests.browser.walk.intake import Lot
from tests.browser.walk.person import Person

FORM = "form:has(input[name=form][value={name}])"


def desk_form(name: str) -> str:
    """Return the selector of a form of the desk."""
    return FORM.format(name=name)


def ask(grower: Person, lot: Lot) -> str:
    """Ask for as much as there is; return the amount in yuan as the field had it."""
    grower.open("/portal")
    grower.speaks()
    grower.shoot("portal")
    grower.open(f"/portal/lots/{lot.id}")
    grower.shoot("portal-lot")
    grower.open(f"/portal/lots/{lot.id}/advance")
    grower.speaks()
    grower.sees("80.0 %" if "80.0 %" in grower.text() else "80 %")
    grower.shoot("advance-ask")
    asked = grower.page.locator("input[name=amount]").input_value()
    grower.press("button[name=do][value=send]")
    return asked


def loan_of(person: Person) -> str:
    """Find the newest advance in the desk's list."""
    person.open("/desk/loans")
    path = person.page.locator("main a[href*='/desk/advances/']").first.get_attribute("href")
    assert path is not None
    return path


def approve(officer: Person, loan: str) -> None:
    """Look at the gates and approve; who has approved is not asked again."""
    officer.open(loan)
    officer.speaks()
    officer.shoot("advance-gates", desk_form("approve"))
    officer.press(f"{desk_form('approve')} button")
    expect(officer.page.locator(desk_form("approve"))).to_have_count(0)


def disburse(cashier: Person, loan: str) -> None:
    """Pay it out, with the number the pledge was registered under."""
    cashier.open(loan)
    cashier.fill(desk_form("disburse"), registration_no="ZDW-2026-0001")
    cashier.shoot("advance-disburse")
    cashier.press(f"{desk_form('disburse')} button")
    expect(cashier.page.locator(desk_form("disburse"))).to_have_count(0)


def books_show(cashier: Person, account: str, fen: int) -> None:
    """Open an account of the books and find its balance there."""
    cashier.open(f"/desk/books/accounts/{account}")
    expect(cashier.page.locator("main")).to_contain_text(re.compile(re.escape(f"{fen / 100:,.2f}")))
