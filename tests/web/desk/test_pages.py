"""Every page of the desk opens in both languages for who may see it, and for nobody else."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.web.desk.make import Desk
from wms import ledger, trading
from wms.kernel.actor import SYSTEM

PAGES = ("", "/loans", "/exits", "/deals", "/cashier", "/books", "/books/journals", "/prices", "/tariffs", "/products",
         "/parties", "/lots")  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_the_books_open_in_both_languages(desk: Desk, language: str) -> None:
    browser = desk.browser("auditor", language)
    for path in (*PAGES, "/audit", "/check"):
        answer = browser.get(f"/desk{path}")
        assert answer.status_code == 200, path
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text


@pytest.mark.parametrize("name", ["bina", "deep"])
def test_customers_have_no_desk(desk: Desk, name: str) -> None:
    assert desk.browser(name).get("/desk").status_code == 403


def test_nobody_signed_in_is_sent_to_the_entrance(desk: Desk) -> None:
    answer = desk.fair.app.test_client().get("/desk/books")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("name", "path"),
    [("trader", "/books"), ("trader", "/cashier"), ("valuer", "/loans"), ("cashier", "/audit"), ("credit", "/users"),
     ("admin", "/books"), ("trader", "/setup"), ("manager", "/check")],
)  # fmt: skip
def test_a_page_needs_its_permission(desk: Desk, name: str, path: str) -> None:
    assert desk.browser(name).get(f"/desk{path}").status_code == 403


@pytest.mark.parametrize(
    "path", ["advances", "exits", "deals", "lots", "parties", "payouts", "prices", "books/journals"]
)
def test_what_does_not_exist_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser("cashier").get(f"/desk/{path}/{uuid4()}").status_code == 404


def test_every_figure_opens_the_rows_it_is_made_of(desk: Desk) -> None:
    browser = desk.browser("cashier")
    code = next(code for code in desk.see(ledger.balances) if code.startswith("A:Loan:Principal:"))
    books = browser.get("/desk/books").text
    assert f"/desk/books/accounts/{code}" in books
    account = browser.get(f"/desk/books/accounts/{code}").text
    journal = re.search(r"/desk/books/journals/[0-9a-f-]{36}", account)
    assert journal
    page = browser.get(journal[0]).text
    assert code in page
    assert "the hash fits" in page


def test_the_self_check_says_that_everything_adds_up(desk: Desk) -> None:
    auditor, house = desk.browser("auditor"), desk.fair.case.database
    begun = auditor.get("/desk/check").text
    assert "Everything adds up." not in begun, "no room was checked yet"
    assert 'hx-get="/desk/check/rooms/audit"' in begun
    asked, following = [], "audit"
    while following:
        asked.append(following)
        row = auditor.get(f"/desk/check/rooms/{following}").text
        assert "in order" in row, row
        following = next(iter(re.findall(r'hx-get="/desk/check/rooms/(\w+)"', row)), "")
    assert {"ledger", "lots", "dunning", "pickup", "crm"} <= set(asked)
    with house.transaction() as session:
        session.execute(text("UPDATE ledger_balances SET posted_fen = posted_fen + 1"))
    assert "in order" not in auditor.get("/desk/check/rooms/ledger").text
    assert "wrong." in auditor.get("/desk/check?all=yes").text
    assert auditor.get("/desk/check/rooms/kitchen").status_code == 404
    assert desk.browser("cashier").get("/desk/check/rooms/lots").status_code == 403


def test_a_lot_tells_its_whole_history(desk: Desk) -> None:
    page = desk.browser("manager").get(f"/desk/lots/{desk.fair.case.lot_id}").text
    for words in ("Raw frame", "Warehouse receipt", "Pledged for an advance", "Moves", "Inspections"):
        assert words in page


def test_a_deal_shows_what_is_due(desk: Desk) -> None:
    deals = desk.see(lambda s: trading.list_deals(s, by=SYSTEM)).items
    assert deals == [], "nobody has bought yet"
    assert "No deal here." in desk.browser("trader").get("/desk/deals").text
