"""Fifty weighings while the server is away and the tab is killed: each is there once, in order.

The real pages, the real queue in a real browser, the gateway's own dock server; only the line to the server is cut.
"""

from uuid import UUID

from playwright.sync_api import expect

from tests.browser.hands import PATIENCE_MS, Hands
from tests.browser.quay import Quay
from tests.lots import make as stock
from wms import lots

WEIGHINGS = 50
KILLED_AFTER = 20
TARE = 2_000
AWAY_S = 600


def unsent(hands: Hands, number: int) -> None:
    expect(hands.at("[data-unsent]")).to_have_attribute("data-count", str(number), timeout=PATIENCE_MS)


def grams_of(number: int) -> int:
    return 100_000 + number * 500


def weigh(hands: Hands, numbers: range) -> None:
    """Put one load after the other on the platform and take its weight, each with one key."""
    for number in numbers:
        hands.weigh(grams_of(number), stock.PLATFORM, arrives=False)
        unsent(hands, number)


def weighed(quay: Quay, delivery_id: UUID) -> list[lots.Weighing]:
    """What the server has, by the terminal's own ids: they rise."""
    return sorted(quay.see(lambda s: lots.weighings_of(s, delivery_id=delivery_id)), key=lambda row: row.id)


def test_fifty_weighings_outlive_the_server_and_the_tab(hands: Hands, quay: Quay) -> None:
    truck, before = quay.do(lambda s: stock.delivery(s, quay.store)), len(quay.records)
    path = f"/terminal/deliveries/{truck.id}"
    hands.open(f"{path}?way=platform")
    hands.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    hands.open(f"{path}?way=platform")  # the first page was there before its keeper
    unsent(hands, 0)
    kept = "path => caches.match(path).then(Boolean)"
    hands.page.wait_for_function(kept, arg=path, timeout=PATIENCE_MS)
    quay.cable.pull()
    hands.type(1)
    weigh(hands, range(1, KILLED_AFTER + 1))
    hands.page.close()

    hands.page = hands.context.new_page()
    hands.open("/terminal/exits")  # which is not kept: it says what is
    hands.sees("服务器无应答")
    hands.reaches("[data-kept-pages] a")
    hands.press("Enter")
    hands.is_at(path)
    hands.sees("服务器无应答, 本页停留在")
    unsent(hands, KILLED_AFTER)
    hands.shoot("offline")
    hands.type(1)
    weigh(hands, range(KILLED_AFTER + 1, WEIGHINGS + 1))
    assert weighed(quay, truck.id) == []

    quay.pass_time(AWAY_S)
    quay.records_arrive(before)
    quay.cable.plug_in()
    unsent(hands, 0)
    rows = weighed(quay, truck.id)
    assert [row.sequence for row in rows] == [before + number for number in range(1, WEIGHINGS + 1)]
    assert [row.net_grams for row in rows] == [grams_of(number) - TARE for number in range(1, WEIGHINGS + 1)]
    assert {(row.units, row.offline, row.manual) for row in rows} == {(1, True, False)}
    hands.at("#weighings tbody tr").nth(WEIGHINGS - 1).wait_for(timeout=PATIENCE_MS)  # the page renews itself
    assert quay.see(lambda s: list(lots.check(s))) == []


def test_a_truck_goes_over_the_scale_while_the_server_is_away(hands: Hands, quay: Quay) -> None:
    truck, before = quay.do(lambda s: stock.delivery(s, quay.store)), len(quay.records)
    hands.open(f"/terminal/deliveries/{truck.id}")
    quay.cable.pull()
    hands.weigh(24_800_000, stock.TRUCK_SCALE, arrives=False)
    hands.sees("已存在本机")
    hands.press("F4")
    hands.sees("这次的重量已取过")  # the same load is not taken twice
    unsent(hands, 1)
    hands.weigh(9_200_000, stock.TRUCK_SCALE, arrives=False)
    unsent(hands, 2)
    expect(hands.at("#take-weight")).to_be_hidden()
    quay.pass_time(AWAY_S)
    quay.records_arrive(before)
    quay.cable.plug_in()
    hands.reaches("#next-action")
    rows = weighed(quay, truck.id)
    assert [(row.purpose, row.weight_grams) for row in rows] == [("gross", 24_800_000), ("tare", 9_200_000)]
