"""Pages of the handbooks with something on them: whole on a narrow screen too, and in the handbooks' pictures."""

from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, ViewportSize, expect

from tests.browser.hands import Hands
from tests.browser.quay import Quay
from tests.lots import make as stock
from tests.receipts import make as keep
from tests.users import make as people
from wms import dock, insight, lots, users
from wms.kernel.actor import Permission

NARROW = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1280, height=800)
COUNTERS = [stock.actor(name, Permission.COUNT_STOCK, Permission.SEE_ALL) for name in ("王一", "王二")]


@pytest.fixture(scope="module")
def busy(quay: Quay) -> dict[str, str]:
    """A day with a truck at the dock, goods in quarantine, damage, a booking, a season and a count that differs."""
    at, store = stock.NOW, quay.store
    truck = quay.do(lambda s: stock.delivery(s, store))
    made = quay.do(lambda s: keep.intake(s, keep.weighed(s, store, gross=10_200_000).id, keep.line(10)))
    lot_id, slot = made.lot_ids[0], store.slots[3]
    quay.do(lambda s: lots.put_away(s, lots.PutAway(uuid4(), lot_id, slot.id, 10), by=stock.ASHA, at=at))
    quay.do(lambda s: lots.label_units(s, lots.LabelUnits(uuid4(), lot_id, 6), by=stock.ASHA, at=at))
    hold = quay.do(lambda s: stock.hold(s, lot_id, 3, lots.HoldReason.QUARANTINE))
    asked = lots.AskRelease(uuid4(), hold.id, "复检合格, 附检验单")
    quay.do(lambda s: lots.ask_release(s, asked, by=stock.ESHA, at=at))
    due = dock.BookArrival(uuid4(), store.site.id, store.bina.id, "嘎啦", 10, 200_000, at.on, 480, 600)
    quay.do(lambda s: dock.book_arrival(s, due, by=stock.ESHA, at=at))
    found = dock.ReportDamage(uuid4(), lot_id, 2, dock.DamageCause.FROZEN, "门封失效, 靠门两筐冻伤")
    quay.do(lambda s: dock.report_damage(s, found, by=stock.ESHA, at=at))
    season = insight.OpenSeason(uuid4(), "2026-27", at.on, at.on + timedelta(days=300))
    quay.do(lambda s: insight.open_season(s, season, by=stock.ESHA, at=at))
    return {"truck": str(truck.id), "lot": str(lot_id), "count": counted(quay, lot_id, slot.id)}


def counted(quay: Quay, lot_id: object, slot_id: object) -> str:
    """A count one unit short, twice, with its reason given: it waits for review."""
    at, wanted = stock.later(), lots.OpenCount(uuid4(), quay.store.site.id, lot_id=lot_id)  # type: ignore[arg-type]
    count = quay.do(lambda s: lots.open_count(s, wanted, by=COUNTERS[0], at=at))
    for by in COUNTERS:
        found = lots.EnterCount(uuid4(), count.id, lot_id, 9, slot_id)  # type: ignore[arg-type]
        quay.do(lambda s, by=by, found=found: lots.enter_count(s, found, by=by, at=at))  # type: ignore[misc]
    (line,) = quay.see(lambda s: lots.count_sheet(s, count.id))
    said = lots.ExplainCount(uuid4(), count.id, line.line.id, lots.CountReason.MISSING, "寻遍未见")
    quay.do(lambda s: lots.explain_count(s, said, by=COUNTERS[1], at=at))
    return str(count.id)


def look(hands: Hands, pages: dict[str, str]) -> None:
    """Each page fits a narrow screen; take its picture if asked for."""
    for name, path in pages.items():
        hands.page.set_viewport_size(NARROW)
        answer = hands.page.goto(hands.quay.url + path)
        assert answer is not None
        assert answer.status == 200, path
        expect(hands.at("html")).to_have_js_property("scrollWidth", NARROW["width"])
        hands.page.set_viewport_size(WIDE)
        hands.shoot(name)


def test_the_clerks_pages(hands: Hands, quay: Quay, busy: dict[str, str]) -> None:
    look(hands, {
        "more": "/terminal/more",
        "refuse": f"/terminal/deliveries/{busy['truck']}/refuse",
        "labels": f"/terminal/lots/{busy['lot']}/labels",
        "room-map": f"/terminal/rooms/{quay.store.room.id}",
    })  # fmt: skip
    hands.open("/terminal/")
    hands.press("Insert")
    hands.is_at("/terminal/more$")
    hands.press("3")
    hands.is_at("/terminal/pickups")
    hands.speak("en")
    look(hands, {"terminal-queue": "/terminal/"})
    bar = hands.at(".nav--keys .nav__list")
    assert bar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")


def test_the_managers_pages(quay: Quay, context: BrowserContext, busy: dict[str, str]) -> None:
    look(Hands(quay, context, quay.manager), {
        "quarantine-release": f"/terminal/lots/{busy['lot']}/quarantine",
        "room-manager": f"/terminal/rooms/{quay.store.room.id}",
        "count-review": f"/terminal/counts/{busy['count']}",
        "losses": "/terminal/losses",
        "now": "/desk",
        "arrivals": "/desk/arrivals",
        "claims": "/desk/claims",
        "seasons": "/desk/seasons",
        "reports": "/desk/reports/occupancy",
    })  # fmt: skip
    administrator = quay.do(lambda s: people.user(s, frozenset({users.Role.ADMINISTRATOR})))
    look(Hands(quay, context, administrator), {"staff": "/desk/users"})
