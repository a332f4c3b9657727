"""From the gate to the slot, as a clerk does it at the till."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.walk.person import Person
from tests.browser.walk.store import CELL

UNITS, UNIT_TARE = 40, 30
TRUCK_KG, GROSS_KG = 9_200, 24_800  # 40 bins of 30 kg, and 14,400 kg of apples


@dataclass(slots=True)
class Lot:
    """What the intake made."""

    id: str
    delivery: str
    slot: str = ""


def gate_in(clerk: Person, owner: str = "G01", plate: str = "鲁F A8812") -> str:
    """Let a truck in; return the path of its delivery."""
    clerk.open("/terminal/")
    clerk.shoot("terminal-empty")
    clerk.open("/terminal/deliveries/new")
    clerk.speaks()
    clerk.fill("#gate-in", plate=plate, owner=owner, driver="李师傅")
    clerk.press("#gate-in button[data-key=F4]")
    return clerk.page.url.removeprefix(clerk.house.url)


def take_weight(clerk: Person, kg: int, scale: str = "truck-1", **fields: object) -> None:
    """Put a load on a scale, wait until it is stable and captured, and take it, through whatever form the page has."""
    figure = clerk.page.locator("[data-live-figure]")
    clerk.house.clear(scale)
    expect(figure).to_have_text(re.compile(r"^0(\.0)?$"), timeout=20_000)
    clerk.house.put(kg, scale)
    expect(figure).to_have_text(re.compile(rf"^{kg:,}(\.0)?$"), timeout=20_000)
    expect(clerk.page.locator("#weigh [data-live-field=seq]")).not_to_have_value("", timeout=20_000)
    expect(clerk.page.locator("#take-weight")).to_be_enabled()
    clerk.fill("#weigh", **fields)
    if clerk.house.first_look("terminal" if scale == "truck-1" else "weigh-out", clerk.language):
        clerk.shoot("terminal" if scale == "truck-1" else "weigh-out")
    clerk.press("#take-weight")


def weigh_truck(clerk: Person) -> None:
    """Take the truck's gross weight and, empty, its tare."""
    clerk.speaks()
    take_weight(clerk, GROSS_KG)
    expect(clerk.page.locator("#weigh input[name=purpose]")).to_have_value("tare")
    take_weight(clerk, TRUCK_KG)
    expect(clerk.page.locator("#next-action")).to_be_visible()
    clerk.house.clear()


def make_lot(clerk: Person, delivery: str) -> Lot:
    """Say what the apples are, and look at the receipt and the labels that come of it."""
    clerk.open(f"{delivery}/lots")
    clerk.speaks()
    said = {
        "variety": CELL.variety, "grade": CELL.grade, "size_mm": "80", "size_rule": "以上", "origin": CELL.origin,
        "colour": CELL.colour_pattern, "bagging": CELL.bagging, "units": UNITS, "unit_tare": UNIT_TARE,
    }  # fmt: skip
    clerk.fill("#make-lots", **{f"{name}__1": value for name, value in said.items()})
    clerk.shoot("make-lots")
    clerk.press("#make-lots button[data-key=F4]")
    clerk.sees("14,400")
    path = clerk.page.locator("#lots a[href*='/terminal/lots/']").first.get_attribute("href")
    assert path is not None
    lot = Lot(path.split("/")[3], delivery)
    clerk.open(f"/terminal/lots/{lot.id}")
    clerk.send("#receipt-link")
    clerk.sees("14,400", "仓单")
    clerk.shoot("receipt")
    clerk.open(f"/terminal/lots/{lot.id}/labels/new")
    clerk.send("main form button")
    clerk.sees(CELL.variety)
    clerk.shoot("labels")
    return lot


def put_away(clerk: Person, lot: Lot) -> None:
    """Put all of it into the first slot that is proposed."""
    clerk.open(f"/terminal/lots/{lot.id}/put-away")
    clerk.speaks()
    lot.slot = clerk.page.locator("#proposals th[scope=row]").first.inner_text().strip()
    clerk.fill("#put-away", units=UNITS)
    clerk.shoot("put-away")
    clerk.press("#proposals button[data-key='1']")
    clerk.open(f"/terminal/lots/{lot.id}")
    clerk.sees(lot.slot)
    clerk.shoot("lot")


def inspect(clerk: Person, lot: Lot) -> None:
    """Test five bins: without a fresh inspection nothing is lent."""
    clerk.open(f"/terminal/lots/{lot.id}/inspect")
    clerk.fill("#inspect", sample_units=5, firmness="7.2", brix="14.5", decay="0.4", colour="90")
    clerk.press("#inspect button[data-key=F4]")
