"""The dock and the floor by keyboard and scanner alone, in both languages: no test here touches the mouse."""

from uuid import UUID, uuid4

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.hands import PATIENCE_MS, Hands
from tests.browser.quay import Quay
from tests.lots import make as stock
from tests.receipts import make as keep
from wms import lots

UNITS, TARE_KG = 40, 30


def lot_of(quay: Quay, units: int = 10) -> lots.Lot:
    """A lot on the dock, with its receipt."""
    made = quay.do(lambda s: keep.intake(s, keep.weighed(s, quay.store, gross=10_200_000).id, keep.line(units)))
    return quay.see(lambda s: lots.get_lot(s, made.lot_ids[0]))


def again(quay: Quay, lot_id: UUID) -> lots.Lot:
    return quay.see(lambda s: lots.get_lot(s, lot_id))


def test_a_truck_from_the_gate_to_its_receipt(hands: Hands, quay: Quay) -> None:
    hands.open("/terminal/")
    hands.press("F3")
    hands.reaches("#f-plate")
    hands.fill_in("鲁F A8812", "G1", "李师傅")
    hands.reaches("#f-note")
    hands.shoot("gate-in")
    hands.press("Enter")
    hands.sees("排队号")
    hands.weigh(24_800_000, stock.TRUCK_SCALE)
    expect(hands.at("#weighings tbody tr")).to_have_count(1, timeout=PATIENCE_MS)
    hands.shoot("weigh-tare")
    hands.weigh(9_200_000, stock.TRUCK_SCALE)
    hands.reaches("#next-action")
    hands.press("F4")
    hands.reaches("#f-grade-1")
    hands.fill_in("一二级", 80, None, "片红", "纸袋")
    hands.reaches("#f-units-1")
    hands.fill_in(UNITS)
    hands.type(TARE_KG)
    hands.shoot("make-lots")
    hands.press("F4")
    hands.sees("14,400")
    hands.press("F9")
    hands.is_at("/receipts/")
    hands.sees("仓单", "14,400", "Bina")
    hands.shoot("receipt")


def test_crates_over_the_platform_in_english(hands: Hands, quay: Quay) -> None:
    hands.speak("en")
    hands.open("/terminal/")
    hands.press("F3")
    hands.reaches("#f-plate")
    hands.fill_in("鲁F 30561", "G2", None, None)
    hands.sees("Token")
    hands.press("p")
    hands.reaches("#f-units")
    hands.fill_in(12)
    hands.type("2.5")
    for number, grams in enumerate((330_000, 345_000), start=1):
        hands.weigh(grams, stock.PLATFORM)
        expect(hands.at("#weighings tbody tr")).to_have_count(number, timeout=PATIENCE_MS)
        hands.reaches("#f-units")  # 12 crates of 2.5 kg again: nothing to type for the next load
    hands.press("F10")
    hands.reaches("#f-grade-1")
    hands.type("一级")
    hands.press("F4")
    hands.sees("615.0")
    hands.press("F9")
    hands.is_at("/receipts/")
    hands.sees("Warehouse receipt", "Chand")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_put_away_split_and_count(hands: Hands, quay: Quay, language: str) -> None:
    lot = lot_of(quay)
    first, second = quay.store.slots[:2]
    hands.speak(language)
    hands.open(f"/terminal/lots/{lot.id}/put-away")
    hands.reaches("#f-slot")
    hands.press("Shift+Tab")
    hands.type(6)
    hands.press("Tab")
    hands.shoot("put-away")
    hands.scan(first.code)  # nothing is missing: the scan itself sends the form
    expect(hands.at("#f-units")).to_have_value("4", timeout=PATIENCE_MS)
    hands.type(second.code)
    hands.press("F4")
    hands.sees({"zh": "已全部上架", "en": "lies in slots"}[language])

    hands.press("F6")
    hands.reaches("#f-q")
    hands.scan(lots.lot_label_code(lot.code))
    hands.is_at(f"/lots/{lot.id}$")
    hands.shoot("lot")
    hands.press("s")
    hands.reaches("#f-units")
    hands.type(3)
    hands.shoot("split")
    hands.press("F4")
    hands.is_at(f"/lots/{lot.id}$")
    row = again(quay, lot.id)
    assert (row.units_on_hand, row.units_passed, row.units_placed) == (7, 3, 7)
    count(hands, quay, row)


def count(hands: Hands, quay: Quay, lot: lots.Lot) -> None:
    """Count one lot wherever it lies, by scans and figures."""
    label = lots.lot_label_code(lot.code)
    hands.press("F1")
    hands.at("#f-lot").wait_for()
    hands.scan(label)  # wherever the focus is
    places = quay.see(lambda s: [(place.code, there) for place, there in lots.places_of(s, lot.id)])
    for slot, units in places:
        hands.at("#to-count").wait_for()
        hands.reaches("#f-slot")
        hands.shoot("count")
        hands.scan(slot)
        hands.reaches("#f-lot")
        hands.scan(label)
        hands.reaches("#f-units")
        hands.fill_in(units)
        expect(hands.at("#to-count").get_by_text(slot)).to_be_hidden(timeout=PATIENCE_MS)
    hands.sees({"zh": "账实相符", "en": "Book and floor agree"}[hands.language])
    (found,) = [row for row in quay.see(lambda s: lots.list_counts(s, under_way=False).items) if row.lot_id == lot.id]
    assert found.state == lots.CountState.AGREED


def test_a_recall_finds_three_generations(hands: Hands, quay: Quay, context: BrowserContext) -> None:
    root = lot_of(quay)
    part = split_off(hands, quay, root, 6)
    graded = sort_out(hands, quay, part)
    bought = sell(quay, graded)

    manager = Hands(quay, context, quay.manager)
    for language, drill, clock in (("zh", "演练", "1 分钟"), ("en", "Drill", "1 minute")):
        manager.speak(language)
        page = manager.page
        page.goto(f"{quay.url}/desk/recalls?q={root.code}")
        page.locator("[name=reason]").focus()
        page.keyboard.insert_text("农残超标")
        page.keyboard.press("Enter")
        manager.sees(drill, clock, *(lot.code for lot in (root, part, graded, bought)))
        manager.shoot("recall")


def sell(quay: Quay, lot: lots.Lot) -> lots.Lot:
    """Give two units to another owner in store."""
    held = quay.do(lambda s: stock.hold(s, lot.id, 2, lots.HoldReason.EXIT))
    owner = (quay.store.chand.id, lots.OwnerClass.GROWER)
    sold = lots.TransferTitle(held.subject_id, lot.id, uuid4(), *owner, 2, held.id)
    return quay.do(lambda s: lots.transfer_title(s, sold, by=stock.ESHA, at=quay.moment))


def split_off(hands: Hands, quay: Quay, lot: lots.Lot, units: int) -> lots.Lot:
    hands.open(f"/terminal/lots/{lot.id}")
    hands.press("s")
    hands.reaches("#f-units")
    hands.fill_in(units)
    hands.is_at(f"/lots/{lot.id}$")
    (kin,) = quay.see(lambda s: lots.children_of(s, lot.id))
    return again(quay, kin.lot_id)


def sort_out(hands: Hands, quay: Quay, lot: lots.Lot) -> lots.Lot:
    """Sort all of a lot into one grade, weighed on the platform."""
    hands.open(f"/terminal/lots/{lot.id}")
    hands.press("g")
    hands.reaches("#f-units")
    hands.type(lot.units_on_hand)
    hands.weigh(lot.grams_on_hand, stock.PLATFORM)
    hands.reaches("[name=grade-1]")
    hands.type("一级")
    hands.shoot("sort")
    hands.press("F10")
    hands.sees("一级")
    (kin,) = quay.see(lambda s: lots.children_of(s, lot.id))
    return again(quay, kin.lot_id)
