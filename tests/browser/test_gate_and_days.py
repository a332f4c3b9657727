"""On the phone an owner follows a charge to its days and lets somebody fetch; at the gate a clerk is told why not."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.billing.make import OUT, House
from tests.pickup import make
from tests.users import make as people
from tests.web.terminal.make import app_on
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@dataclass(slots=True)
class Walkers:
    """A lot 92 days in store, a quarter of it on a truck with its pass, its owner's phone and the clerk's terminal."""

    lot_id: Any
    code: str
    owner: Page
    clerk: Page


@pytest.fixture
def walkers(database: Database, chromium: Browser) -> Iterator[Walkers]:
    with database.transaction() as session:
        house = House(session)
        made = make.issued(session, house, "赵师傅")
        owner = people.user(session, people.GROWER, party=house.store.bina)
        clerk = people.user(session)
    app = app_on(database, OUT)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    pages = []
    for account, view, language in ((owner, PHONE, "zh"), (clerk, DESK, "en")):
        token = people.signed_in(database, account, at=OUT).token
        context = chromium.new_context(base_url=url, viewport=view)  # type: ignore[arg-type]
        context.add_cookies([
            {"name": name, "value": value, "url": url}
            for name, value in ((SESSION_COOKIE, token), ("language", language))
        ])  # fmt: skip
        pages.append(context.new_page())
    assert made.code is not None
    yield Walkers(house.lot.id, made.code, *pages)
    for page in pages:
        page.context.close()
    server.shutdown()
    server.server_close()
    app.extensions["coldlot_live"].stop()


def at_the_gate(walkers: Walkers, card: str) -> None:
    page = walkers.clerk
    page.goto("/terminal/gate")
    for name, value in (("code", walkers.code), ("plate", make.PLATE), ("load", "4950"), ("card", card)):
        page.locator(f"#gate [name={name}]").fill(value)
    page.keyboard.press("F4")


def test_owner_and_clerk(walkers: Walkers) -> None:
    phone, gate = walkers.owner, walkers.clerk
    phone.goto(f"/portal/lots/{walkers.lot_id}")
    total = phone.locator(".sum tfoot td").first.inner_text()
    storage = phone.get_by_text("按天仓储费").first
    expect(storage).to_be_visible()
    phone.get_by_role("link", name="逐日明细").click()
    expect(phone.locator("tbody tr").first).to_contain_text("2027-01-19")
    expect(phone.locator("tbody tr").last).to_contain_text("免收")
    assert phone.locator("tbody tr").count() == 92
    assert total.strip()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360

    at_the_gate(walkers, "")
    refused = gate.locator("main .banner--danger")
    expect(refused).to_contain_text("does not work for them")
    expect(refused).to_contain_text("也没有车牌")
    assert gate.locator("#gate [name=plate]").input_value() == make.PLATE, "the form keeps what was typed"

    phone.goto("/portal/collectors")
    for name, value in (("name", "赵师傅"), ("card", "37060219800101123X"), ("plate", "鲁F 12345"), ("most", "250")):
        phone.locator(f"#authorise [name={name}]").fill(value)
    phone.locator("#authorise button[type=submit]").click()
    expect(phone.locator("main")).to_contain_text("123X")
    assert "37060219800101" not in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth") == 360

    at_the_gate(walkers, "9999")
    expect(refused).to_contain_text("read its last four digits again")
    at_the_gate(walkers, "123x")
    expect(gate.locator("body")).to_contain_text("may drive out")
    at_the_gate(walkers, "123x")
    expect(refused).to_contain_text("opens the gate no more")
