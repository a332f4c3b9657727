"""The sale: the board in its order, a question and an answer, and the buyer's money."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.walk.advance import desk_form
from tests.browser.walk.intake import Lot
from tests.browser.walk.person import Person

UNITS = 12
PER_JIN = Decimal("4.10")  # what the owner asks: 8.20 a kilogram
VALUE = Decimal(UNITS * 360) * PER_JIN * 2


def see_board(buyer: Person, lot: Lot) -> None:
    """Wait for the lot on the board for one's own terms: before cheaper apples that lie elsewhere."""
    terms = "/board?tonnes=4.32&payment=full"
    rows = buyer.page.locator("#goods tbody tr")
    buyer.until(terms, lambda: rows.nth(1))
    buyer.speaks()
    here, outside = ("在库", "库外") if buyer.is_chinese else ("in store", "outside")
    expect(rows.nth(0)).to_contain_text(here)
    expect(rows.nth(1)).to_contain_text(outside)
    buyer.shoot("board")


def ask_quote(buyer: Person) -> str:
    """Open the first row and ask the owner for a price; return the talk's number in the address."""
    row = buyer.page.locator("#goods tbody tr").first
    path = row.locator("a").first.get_attribute("href")
    assert path is not None
    buyer.open(path)
    buyer.shoot("listing")
    buyer.send("main a[href*='/ask']")
    buyer.speaks()
    buyer.fill("main form", units=UNITS, note="三天内自提" if buyer.is_chinese else "Picked up within three days")
    buyer.shoot("ask")
    buyer.press("button[name=do][value=ask]")
    found = re.search(r"/talks/([0-9a-f-]{36})", buyer.page.url)
    assert found, buyer.page.url
    return found[1]


def answer(grower: Person, rfq: str) -> None:
    """Name a price on the phone, in yuan a jin, and read what would arrive."""
    grower.open("/portal/offers")
    grower.shoot("offers")
    grower.open(f"/portal/offers/talk/{rfq}")
    grower.open(f"/portal/offers/talk/{rfq}/counter")
    grower.speaks()
    grower.fill("#counter", price=PER_JIN, units=UNITS)
    grower.send("#counter button[value=compute]")
    grower.sees("到手" if grower.is_chinese else "You receive")
    grower.shoot("counter")
    grower.press("#counter button[value=send]")


def accept(buyer: Person, rfq: str) -> str:
    """Take the owner's price; return the path of the deal."""
    buyer.open(f"/board/talks/{rfq}")
    buyer.speaks()
    buyer.sees("4.1")
    buyer.shoot("talk")
    buyer.press("button[name=do][value=accept]")
    buyer.open("/board/deals")
    path = buyer.page.locator("main a[href*='/board/deals/']").first.get_attribute("href")
    assert path is not None
    return path


def top_up(cashier: Person, buyer_code: str, yuan: Decimal) -> None:
    """Write down what came into a buyer's wallet."""
    cashier.open("/desk/cashier")
    cashier.speaks()
    form = desk_form("top-up")
    option = cashier.page.locator(f"{form} select[name=buyer] option", has_text=buyer_code).first
    cashier.fill(form, buyer=option.get_attribute("value"), fen=yuan, reference="ICBC-20261123-7")
    cashier.shoot("cashier")
    cashier.press(f"{form} button")


def hold_money(buyer: Person, deal: str) -> None:
    """Hold the deposit and then the balance on one's own wallet."""
    for what in ("hold_deposit", "hold_balance"):
        buyer.open(deal)
        buyer.sees(f"{VALUE:,.2f}")
        buyer.speaks()
        if what == "hold_deposit":
            buyer.shoot("deal", "#hold")
        buyer.press(f"button[name=do][value={what}]")
    expect(buyer.page.locator("button[name=do][value^=hold]")).to_have_count(0)
