"""The floor by keyboard and scanner: put away, split and count, without a mouse."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.users import make as people
from tests.web.terminal.make import NOW, Dock, open_dock
from wms import lots
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

UNITS = 10
PATIENCE_MS = 20_000


@pytest.fixture
def dock(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Dock]:
    """A store before a browser: SQLite will do, the acts are tested on both engines."""
    path = tmp_path / "coldlot.sqlite3"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database.open(f"sqlite:///{path}")
    opened = open_dock(database)
    yield opened
    opened.app.extensions["coldlot_live"].stop()
    database.close()


@pytest.fixture
def url(dock: Dock) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, dock.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Hands:
    """A clerk's hands: they type, press and scan, and have no mouse."""

    def __init__(self, page: Page, dock: Dock, url: str) -> None:
        self.page, self.url = page, url
        signed = people.signed_in(dock.database, dock.clerk, at=NOW)
        self.say("zh")
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": signed.token, "url": url}])

    def say(self, language: str) -> None:
        self.page.context.add_cookies([{"name": "language", "value": language, "url": self.url}])

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: object) -> None:
        """Type over what the focused field holds, as slowly as a hand."""
        self.press("Control+a")
        self.page.keyboard.type(str(text), delay=60)

    def scan(self, text: str) -> None:
        """A scanner: faster than any hand, Enter at the end."""
        self.page.evaluate(
            """(text) => [...text, "Enter"].forEach((key) => {
              const field = document.activeElement;
              const sent = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
              if (field.dispatchEvent(sent) && key.length === 1 && "value" in field) field.value += key;
            })""",
            text,
        )


def test_put_away_split_and_count_without_a_mouse(page: Page, dock: Dock, url: str) -> None:
    lot = dock.lot(units=UNITS, grams=200_000)
    label = lots.lot_label_code(lot.code)
    first, second = dock.store.slots[:2]
    hands = Hands(page, dock, url)

    hands.open(f"/terminal/lots/{lot.id}/put-away")
    expect(page.locator("input[name=slot]")).to_be_focused(timeout=PATIENCE_MS)
    hands.press("Shift+Tab")
    hands.type(6)
    hands.press("Tab")
    hands.scan(first.code)  # nothing is missing: the scan itself sends the form
    expect(page.locator("input[name=units]")).to_have_value("4", timeout=PATIENCE_MS)
    hands.type(second.code)
    hands.press("F4")
    expect(page.locator("main .banner--ok").first).to_be_visible(timeout=PATIENCE_MS)

    hands.press("F6")
    expect(page.locator("input[name=q]")).to_be_focused(timeout=PATIENCE_MS)
    hands.scan(label)
    expect(page).to_have_url(re.compile(f"/lots/{lot.id}$"), timeout=PATIENCE_MS)
    hands.press("s")
    expect(page.locator("input[name=units]")).to_be_focused(timeout=PATIENCE_MS)
    hands.type(3)
    hands.press("F4")
    expect(page).to_have_url(re.compile(f"/lots/{lot.id}$"), timeout=PATIENCE_MS)
    row = dock.see(lambda s: lots.get_lot(s, lot.id))
    assert (row.units_on_hand, row.units_passed, row.units_placed) == (7, 3, 7)

    hands.say("en")
    places = [(slot.code, units) for slot, units in dock.see(lambda s: lots.places_of(s, lot.id))]
    hands.press("F1")
    page.locator("input[name=lot]").wait_for()
    hands.scan(label)  # wherever the focus is
    expect(page.get_by_role("heading", level=1)).to_contain_text("Count", timeout=PATIENCE_MS)
    for slot, units in places:
        expect(page.locator("#to-count")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("input[name=slot]")).to_be_focused(timeout=PATIENCE_MS)
        hands.scan(slot)
        expect(page.locator("input[name=lot]")).to_be_focused(timeout=PATIENCE_MS)
        hands.scan(label)
        expect(page.locator("input[name=units]")).to_be_focused(timeout=PATIENCE_MS)
        hands.type(units)
        hands.press("F4")
        page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Book and floor agree", timeout=PATIENCE_MS)
    (count,) = dock.see(lambda s: lots.list_counts(s, under_way=False).items)
    assert count.state == lots.CountState.AGREED
