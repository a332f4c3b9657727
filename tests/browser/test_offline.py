"""Fifty weighings while the server is away and the tab is killed: each is there once, in order.

The real pages, the real queue in a real browser, the gateway's own dock server; only the line to the server is cut.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.quay import Quay, open_quay
from tests.lots import make as stock
from tests.users import make as people
from wms import lots
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database
from wms.lots.tables import Weighing

WEIGHINGS = 50
KILLED_AFTER = 20
TARE = 2_000


@pytest.fixture
def quay(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Quay]:
    path = tmp_path / "coldlot.sqlite3"
    copyfile(migrated_sqlite, path)
    database = Database.open(f"sqlite:///{path}")
    with open_quay(database) as opened:
        yield opened
    database.close()


def unsent(page: Page, number: int) -> None:
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", str(number), timeout=20_000)


def grams_of(number: int) -> int:
    return 100_000 + number * 500


def weigh(page: Page, quay: Quay, number: int) -> None:
    """Put the next load on and take its weight, with one key."""
    assert quay.put(grams_of(number), arrives=False) == number
    expect(page.locator("#weigh [data-live-field=seq]")).to_have_value(str(number), timeout=20_000)
    page.keyboard.press("F4")
    unsent(page, number)


def test_fifty_weighings_outlive_the_server_and_the_tab(quay: Quay, context: BrowserContext) -> None:
    truck = quay.do(lambda s: stock.delivery(s, quay.store))
    signed = people.signed_in(quay.database, quay.clerk, at=stock.NOW)
    context.add_cookies([{"name": SESSION_COOKIE, "value": signed.token, "url": quay.url}])
    page = context.new_page()
    page.goto(f"{quay.url}/terminal/deliveries/{truck.id}?way=platform")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    unsent(page, 0)
    quay.cable.pull()
    page.keyboard.type("1")
    for number in range(1, KILLED_AFTER + 1):
        weigh(page, quay, number)
    page.close()

    page = context.new_page()
    page.goto(f"{quay.url}/terminal/deliveries/{truck.id}")
    expect(page.locator("[data-kept-note]")).to_contain_text("服务器无应答", timeout=20_000)
    unsent(page, KILLED_AFTER)
    page.keyboard.type("1")
    for number in range(KILLED_AFTER + 1, WEIGHINGS + 1):
        weigh(page, quay, number)
    assert quay.see(lambda s: list(s.scalars(select(Weighing)))) == []

    quay.pass_time(600)
    quay.records_arrive()
    quay.cable.plug_in()
    unsent(page, 0)
    rows = quay.see(lambda s: list(s.scalars(select(Weighing).order_by(Weighing.id))))  # the terminal's ids rise
    assert [row.sequence for row in rows] == list(range(1, WEIGHINGS + 1))
    assert [row.net_grams for row in rows] == [grams_of(n) - TARE for n in range(1, WEIGHINGS + 1)]
    assert {(row.units, row.offline, row.manual) for row in rows} == {(1, True, False)}
    page.locator("#weighings tbody tr").nth(WEIGHINGS - 1).wait_for()  # the page asks for its sums by itself
    assert quay.see(lambda s: list(lots.check(s))) == []
