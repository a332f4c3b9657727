"""From the gate to the slot, as a clerk does it at the till."""

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.walk.person import PATIENCE_MS, Person
from tests.browser.walk.store import CELL

UNITS, UNIT_TARE = 40, 30
TRUCK_KG, GROSS_KG = 9_200, 24_800  # 40 bins of 30 kg, and 14,400 kg of apples
# Whether the page holds a captured weight of so many kilograms, and its button may be pressed, at this very moment.
HOLDS = r"""kg => {
    const button = document.querySelector("#take-weight");
    const shown = document.querySelector("[data-live-figure]").textContent.trim().replace(/,|\.0$/g, "");
    const captured = document.querySelector("#weigh [data-live-field=seq]").value;
    return shown === kg && captured !== "" && !button.disabled && button.ariaDisabled !== "true";
}"""
TAKE = f"""kg => ({HOLDS})(kg) && (document.querySelector("#take-weight").click(), true)"""  # and presses it


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
    """Put a load on a scale and take its weight when it is stable and captured, through whatever form the page has.

    A weight that is two seconds old is none, and comes back with the next frame: on a busy machine it may go between a
    look and a click, and the click is then refused. So looking and pressing are one here.
    """
    page = clerk.page
    clerk.house.clear(scale)
    expect(page.locator("[data-live-figure]")).to_have_text(re.compile(r"^0(\.0)?$"), timeout=PATIENCE_MS)
    clerk.house.put(kg, scale)
    clerk.fill("#weigh", **fields)
    page.wait_for_function(HOLDS, arg=str(kg), timeout=PATIENCE_MS)
    if clerk.house.first_look("terminal" if scale == "truck-1" else "weigh-out", clerk.language):
        clerk.shoot("terminal" if scale == "truck-1" else "weigh-out")
    page.locator("#take-weight").click(trial=True, timeout=PATIENCE_MS)  # it is there to be pressed, nothing before it
    with page.expect_navigation(timeout=PATIENCE_MS):
        while not page.evaluate(TAKE, str(kg)):
            page.wait_for_function(HOLDS, arg=str(kg), timeout=PATIENCE_MS)
    clerk.not_refused()


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
