"""Out of the store: ordered, cleared, picked, weighed out, consented to, closed; and through the gate, once."""

from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.walk import intake, sale
from tests.browser.walk.advance import desk_form
from tests.browser.walk.intake import Lot
from tests.browser.walk.person import Person

PLATE = "沪A12345"
LOADS_KG = (2_310, 2_308)  # six bins each, 30 kg of bin in every one
OUT_KG = sum(LOADS_KG) - sale.UNITS * intake.UNIT_TARE


def order_exit(clerk: Person, lot: Lot) -> str:
    """Order the exit of what was sold; return its path."""
    clerk.open(f"/terminal/lots/{lot.id}/exit")
    clerk.speaks()
    options = clerk.page.locator("#order-exit select[name=deal] option")
    deal = next(value for each in options.all() if (value := each.get_attribute("value")))
    clerk.fill("#order-exit", deal=deal, units=sale.UNITS, collector="赵师傅", plate=PLATE)
    clerk.press("#order-exit button[data-key=F4]")
    path = clerk.page.url.removeprefix(clerk.house.url)
    clerk.press("#quote button")
    clerk.press("#clear button")
    clerk.press("#pick button")
    return path


def weigh_out(clerk: Person) -> None:
    """Weigh the bins out in two loads of the platform."""
    clerk.speaks()
    for kg in LOADS_KG:
        intake.take_weight(clerk, kg, "dock-1", units=sale.UNITS // 2, unit_tare=intake.UNIT_TARE)
    clerk.house.clear("dock-1")


def refuse_to_close(clerk: Person, path: str) -> None:
    """Try to close without the lender's consent: nothing moves."""
    clerk.open(path)
    clerk.send("#close button")
    expect(clerk.page.locator("main .banner--danger")).to_be_visible()


def consent(approver: Person, path: str) -> None:
    """Agree, for the lender, to the release of pledged goods today."""
    approver.open(path.replace("/terminal/", "/desk/"))
    approver.speaks()
    approver.shoot("release", desk_form("release"))
    approver.press(f"{desk_form('release')} button")


def close(clerk: Person, path: str) -> tuple[dict[str, int], str]:
    """Close the exit; return the settlement's lines in fen, in the page's order, and the gate pass's code."""
    clerk.open(path)
    clerk.press("#close button")
    code = clerk.page.locator("#gate-code").inner_text().strip()
    clerk.speaks()
    clerk.shoot("gate-pass")
    clerk.open(path)
    clerk.speaks()
    clerk.shoot("settlement")
    amounts = [fen(text) for text in clerk.page.locator("#settlement .waterfall dd, #settlement td").all_inner_texts()]
    *parts, total = [amount for amount in amounts if amount is not None]
    names = ("storage", "handling", "interest", "principal", "commission", "residual")
    lines = dict(zip(names, parts, strict=True))
    assert sum(parts) == total, (parts, total)
    return {**lines, "gross": total}, code


def fen(text: str) -> int | None:
    """Read an amount of yuan as the page writes it."""
    figure = "".join(sign for sign in text if sign.isdigit() or sign in ".-−").replace("−", "-")
    return int(Decimal(figure) * 100) if "." in figure else None


def pass_gate(clerk: Person, path: str, code: str) -> None:
    """Be refused as long as nobody authorised the driver; drive out then, and be refused the second time."""
    clerk.open("/terminal/gate")
    clerk.speaks()
    clerk.fill("#gate", code=code, plate=PLATE, load=OUT_KG)
    clerk.send("#gate button[data-key=F4]")
    refused = clerk.page.locator("main .banner--danger")
    expect(refused).to_contain_text("也没有车牌")
    expect(refused).to_contain_text("does not work for them")
    clerk.open(path)
    clerk.page.locator("details:has(#authority) summary").click()
    clerk.fill("#authority", card="123X", document="委托书")
    clerk.press("#authority button[type=submit]")
    clerk.open("/terminal/gate")
    clerk.fill("#gate", code=code, plate=PLATE, load=OUT_KG, card="123X")
    clerk.press("#gate button[data-key=F4]")
    clerk.open("/terminal/gate")
    clerk.fill("#gate", code=code, plate=PLATE, load=OUT_KG)
    clerk.send("#gate button[data-key=F4]")
    expect(refused).to_contain_text("不能再次放行")
    expect(refused).to_contain_text("opens the gate no more")
    clerk.shoot("gate-refused")
