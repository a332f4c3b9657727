"""A lot's whole life by hand in a browser, against real parts: scales on pseudo-terminals, gateway, broker, workers."""

import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walk import advance, intake, leaving, sale, watching
from tests.browser.walk.house import House, keep_house
from tests.browser.walk.person import Person
from tests.servers.broker import Broker

Arrive = Callable[..., Person]


@pytest.fixture(scope="module")
def house(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    shutil.copyfile(migrated_sqlite, home / "coldlot.sqlite3")
    broker = Broker()
    yield from keep_house(home, broker)
    broker.close()


@pytest.fixture
def arrive(chromium: Browser, house: House) -> Iterator[Arrive]:
    """Let people of the store and its customers sit down, each at their own screen; nothing may be wrong on any."""
    people: list[Person] = []

    def arrive(name: str, language: str = "zh-CN", *, phone: bool = False) -> Person:
        people.append(Person(chromium, house, name, language, phone))
        people[-1].sign_in()
        return people[-1]

    yield arrive
    for person in people:
        person.window.close()
    assert [wrong for person in people for wrong in person.wrong] == [], house.logs()


def test_a_lots_whole_life(house: House, arrive: Arrive) -> None:
    clerk, grower = arrive("clerk"), arrive("g01", phone=True)
    delivery = intake.gate_in(clerk)
    intake.weigh_truck(clerk)
    lot = intake.make_lot(clerk, delivery)
    intake.put_away(clerk, lot)
    intake.inspect(clerk, lot)

    asked = advance.ask(grower, lot)
    officer, approver, cashier = arrive("credit"), arrive("approver"), arrive("cashier")
    loan = advance.loan_of(officer)
    for person in (officer, approver):
        advance.approve(person, loan)
    advance.disburse(cashier, loan)
    principal = int(Decimal(asked.replace(",", "")) * 100)
    advance.books_show(cashier, "A:Loan:Principal:G01", principal)

    buyer = arrive("b01")
    sale.see_board(buyer, lot)
    rfq = sale.ask_quote(buyer)
    sale.answer(grower, rfq)
    deal = sale.accept(buyer, rfq)
    sale.top_up(cashier, "B01", Decimal(60_000))
    sale.hold_money(buyer, deal)

    path = leaving.order_exit(clerk, lot)
    leaving.weigh_out(clerk)
    leaving.refuse_to_close(clerk, path)
    leaving.consent(approver, path)
    lines, code = leaving.close(clerk, path)
    assert lines["gross"] == round(Decimal(leaving.OUT_KG) * sale.PER_JIN * 2 * 100)
    assert lines["residual"] > 0 < lines["principal"]
    leaving.pass_gate(clerk, path, code)

    arrived(grower, lines)
    watching.look_at_the_desk(cashier)
    cashier.sees("A:Cash:Settlement")
    advance.books_show(cashier, "A:Loan:Principal:G01", principal - lines["principal"])
    report = house.verify()
    assert report["findings"] == []
    assert report["grams_in"] == 14_400_000 == report["grams_on_hand"] + report["grams_out"] + report["grams_loss"]
    assert report["grams_out"] == leaving.OUT_KG * 1000


def arrived(grower: Person, lines: dict[str, int]) -> None:
    """The owner reads on the phone what arrived, line by line."""
    grower.open("/portal/money")
    grower.speaks()
    grower.sees("到手", f"{lines['residual'] / 100:,.2f}")
    grower.shoot("money")
    grower.send("main a[href*='/portal/money/']")
    grower.sees("到手", *(f"{fen / 100:,.2f}" for fen in lines.values() if fen))
    grower.shoot("settled")
    expect(grower.page.locator("html")).to_have_js_property("scrollWidth", 360)


def test_the_same_pages_in_english(arrive: Arrive) -> None:
    clerk = arrive("clerk", "en-GB")
    intake.gate_in(clerk, owner="G02", plate="鲁F 30561")
    intake.take_weight(clerk, intake.GROSS_KG)
    clerk.speaks()
    clerk.open("/terminal/exits")
    clerk.speaks()
    watching.watch_rooms(arrive("manager", "en-GB"))
    watching.look_at_the_desk(arrive("cashier", "en-GB"))
    grower = arrive("g01", "en-GB", phone=True)
    for path in ("/portal", "/portal/offers", "/portal/advances", "/portal/money"):
        grower.open(path)
        grower.speaks()
    buyer = arrive("b01", "en-GB")
    for path in ("/board", "/board/talks", "/board/deals"):
        buyer.open(path)
        buyer.speaks()
    buyer.shoot("board-deals")
