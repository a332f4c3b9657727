"""Counting on the terminal: blind, in both languages, judged by others; and what was lost."""

from uuid import uuid4

import pytest

from tests.lots import make as stock
from tests.receipts import make as papers
from tests.users import make as people
from tests.web.terminal.make import MANAGER, Dock, hidden
from wms import lots, receipts


@pytest.fixture
def receipt(dock: Dock) -> receipts.Receipt:
    made: receipts.Receipt = dock.do(lambda s: papers.receipt(s, dock.store))
    return made


def count_of(dock: Dock) -> lots.StockCount:
    found: lots.StockCount = dock.see(lambda s: lots.list_counts(s).items[0])
    return found


def test_a_short_lot_is_counted_explained_judged_and_owed(dock: Dock, receipt: receipts.Receipt) -> None:
    lot = dock.see(lambda s: lots.get_lot(s, receipt.lot_id))
    slot = dock.see(lambda s: lots.places_of(s, lot.id))[0][0].code
    first, second = dock.browser(), dock.browser(dock.witness)
    managers = [dock.browser(dock.do(lambda s: people.user(s, MANAGER))) for _ in range(2)]
    form = first.get("/terminal/counts")
    opened = first.post("/terminal/counts", id=hidden(form), lot=lot.code)
    url = opened.headers["Location"]
    for browser in (first, second):
        shown = browser.get(url)
        assert (slot in shown.text, "账面" in shown.text) == (True, False)
        done = browser.post(f"{url}/enter", id=uuid4(), slot=slot, lot=lot.code, units="9")
        assert done.status_code == 303, done.text
    assert "账面" in second.get(url).text
    line = dock.see(lambda s: lots.count_rows(s, count_of(dock)))[0]
    assert (line.book_units, line.found_units) == (10, 9)
    said = {"line": line.line_id, "reason": "missing", "note": "寻遍未见"}
    assert second.post(f"{url}/explain", id=uuid4(), **said).status_code == 303
    for browser, step, asked in zip(managers, ("reviewing", "approving"), ("复核盘点", "盘点差异待入账"), strict=True):
        assert asked in browser.get("/desk/").text
        assert browser.get(url).status_code == 200
        assert browser.post(f"{url}/judge", id=uuid4(), step=step, verdict="accept", note="").status_code == 303
    assert dock.see(lambda s: lots.get_lot(s, lot.id)).units_on_hand == 9
    (owed,) = dock.see(lambda s: receipts.list_liabilities(s, stock.ESHA)).items
    for language in ("zh", "en"):
        for page in ("/terminal/counts", "/terminal/losses", url):
            assert dock.browser(language=language).get(page).status_code == 200
    assert ["裁定超标损耗" in each.get("/desk/").text for each in (first, *managers)] == [False, True, True]
    answer = managers[1].post(f"/terminal/losses/{owed.id}", id=uuid4(), verdict="accept", reason="核实", price="3.75")
    assert answer.status_code == 409  # who approved the count does not decide what it costs
    assert "核实" in answer.text or "他人" in answer.text
    done = managers[0].post(f"/terminal/losses/{owed.id}", id=uuid4(), verdict="waive", reason="货主自提未登记")
    assert done.status_code == 303
    assert "裁定超标损耗" not in managers[0].get("/desk/").text


def test_a_wrong_scan_keeps_what_was_typed(dock: Dock, receipt: receipts.Receipt) -> None:
    browser = dock.browser(language="en")
    lot = dock.see(lambda s: lots.get_lot(s, receipt.lot_id))
    room = str(dock.store.room.id)
    url = browser.post("/terminal/counts", id=uuid4(), room=room, lot="").headers["Location"]
    answer = browser.post(f"{url}/enter", id=uuid4(), slot="A1-01-01-1-X", lot=lot.code, units="9")
    assert answer.status_code == 409
    assert 'value="9"' in answer.text
    assert browser.post(f"{url}/void", reason="no").status_code == 409
    manager = dock.browser(dock.do(lambda s: people.user(s, MANAGER)))
    assert manager.post(f"{url}/void", reason="停电").status_code == 303
    assert browser.post("/terminal/counts", id=uuid4(), room="", lot="L999999-0001").status_code == 409


def test_a_manager_sets_a_loss_curve(dock: Dock) -> None:
    fields = {"variety": "富士", "storage": "ra", "effective_on": "2026-10-20", "source": "两季称重"}
    manager = dock.browser(dock.do(lambda s: people.user(s, MANAGER)))
    wrong = manager.post("/terminal/losses/curves", id=uuid4(), points="30-5", **fields)
    assert (wrong.status_code, "30-5" in wrong.text) == (409, True)
    assert manager.post("/terminal/losses/curves", id=uuid4(), points="30:5，90：20", **fields).status_code == 303
    assert dock.see(lots.list_loss_curves)[0].points == [[30, 5], [90, 20]]
    assert dock.browser().post("/terminal/losses/curves", id=uuid4(), points="30:5", **fields).status_code == 409
