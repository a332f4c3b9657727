"""Fifty weighings while the server is away: shown by the gateway itself, kept by the terminal, there once and in order.

Real pages, the real offline queue in a real browser, the gateway's own dock server; only the line to the house is cut.
"""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from devices.config import DockAddress
from devices.dock import Dock, LatestFrames
from devices.messages import CaptureKey, LiveFrame
from tests.lots import make as stock
from tests.receipts.make import Keeper
from tests.users import make as people
from wms import lots
from wms.app import create_app
from wms.config import Config, Gateways, Mqtt
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database
from wms.lots.tables import Weighing

WEIGHINGS = 50
BEGAN = stock.NOW.at - timedelta(minutes=9)  # long enough ago that the server must have been away
CRATE = 2_000


@dataclass(slots=True)
class Quay:
    """A house on a port of this machine, and the gateway's dock server beside it."""

    url: str
    database: Database
    frames: LatestFrames
    delivery_id: str
    cookie: str

    def weigh(self, number: int) -> int:
        """Put a load on the platform: the gateway shows a stable frame with its capture. Returns its grams."""
        grams = 100_000 + number * 500
        at = BEGAN + timedelta(seconds=number)
        capture = CaptureKey(id=uuid4(), ep=1, seq=number, at=at, weight_grams=grams)
        self.frames.offer_live(stock.PLATFORM, LiveFrame(
            weight_grams=grams, stable=True, net=None, tare_grams=None, flags=[], at=at, n=number, capture=capture,
        ))  # fmt: skip
        return grams

    def records_arrive(self) -> None:
        """What the gateway kept meanwhile reaches the server."""
        for number in range(1, WEIGHINGS + 1):
            wanted = stock.record_request(
                100_000 + number * 500, instrument=stock.PLATFORM, sequence=number,
                taken_at=BEGAN + timedelta(seconds=number),
            )  # fmt: skip
            self.database.write(lambda s, wanted=wanted: lots.record_weight(s, wanted, at=stock.NOW))

    def weighings(self) -> list[Weighing]:
        with self.database.snapshot() as session:
            return list(session.scalars(select(Weighing).order_by(Weighing.recorded_at, Weighing.id)))


@pytest.fixture
def quay(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Quay]:
    """A house with one truck at its dock."""
    path = tmp_path / "coldlot.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    database = Database.open(f"sqlite:///{path}")
    store = database.write(Keeper)
    account = database.write(people.user)
    truck = database.write(lambda s: stock.delivery(s, store))
    cookie = people.signed_in(database, account, at=stock.NOW).token
    frames = LatestFrames()
    dock = Dock(DockAddress("127.0.0.1", 0, ()), ("yt1", stock.GATEWAY), frames, dict)
    config = Config(mqtt=Mqtt(site="yt1", port=1), gateways=Gateways(f"http://127.0.0.1:{dock.server_port}"))
    app = create_app(config, database=database, clock=lambda: stock.NOW)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    dock.origins = frozenset({url})
    threads = [threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True) for one in (server, dock)]
    for thread in threads:
        thread.start()
    yield Quay(url, database, frames, str(truck.id), cookie)
    app.extensions["coldlot_live"].stop()
    server.shutdown()
    dock.shutdown()
    for thread in threads:
        thread.join()
    server.server_close()
    database.close()


def unsent(page: Page, number: int) -> None:
    expect(page.locator("[data-unsent]")).to_have_attribute("data-count", str(number), timeout=60_000)


def cut(route: Route) -> None:
    route.abort("connectionrefused")


def test_fifty_weighings_outlive_the_line_and_the_tab(quay: Quay, context: BrowserContext) -> None:
    context.add_cookies([{"name": SESSION_COOKIE, "value": quay.cookie, "url": quay.url}])
    page = context.new_page()
    page.goto(f"{quay.url}/terminal/deliveries/{quay.delivery_id}?way=platform")
    unsent(page, 0)
    context.route(f"{quay.url}/**", cut)
    for number in range(1, WEIGHINGS + 1):
        quay.weigh(number)
        expect(page.locator("#weigh [data-live-field=seq]")).to_have_value(str(number), timeout=60_000)
        page.locator("#f-units").focus()
        page.keyboard.type("1")
        page.keyboard.press("F4")
        unsent(page, number)
    assert quay.weighings() == []
    page.close()
    quay.records_arrive()
    context.unroute(f"{quay.url}/**", cut)
    again = context.new_page()
    again.goto(f"{quay.url}/terminal/")
    unsent(again, 0)
    found = sorted(quay.weighings(), key=lambda row: row.id)  # the terminal's ids count up with its clock
    assert [row.sequence for row in found] == list(range(1, WEIGHINGS + 1))
    assert [row.net_grams for row in found] == [100_000 + n * 500 - CRATE for n in range(1, WEIGHINGS + 1)]
    assert {(row.units, row.offline, row.manual) for row in found} == {(1, True, False)}
    with quay.database.snapshot() as session:
        (truck,) = lots.list_deliveries(session, stock.ESHA).items
        assert (truck.platform_units, truck.platform_grams) == (WEIGHINGS, sum(row.net_grams for row in found))
        assert list(lots.check(session)) == []
