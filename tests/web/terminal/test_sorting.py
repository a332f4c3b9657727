"""Acts on goods at the terminal: sorting, another owner, quarantine by two, goods that come back."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.lots import make as stock
from tests.receipts import make as keep
from tests.users import make as people
from tests.web.terminal import make
from wms import billing, lots, receipts, settlement


@pytest.fixture
def lot(dock: make.Dock) -> lots.Lot:
    return dock.lot(units=10, grams=1_000_000, slot=dock.store.slots[0])


def weigh(dock: make.Dock, browser: make.Browser, lot_id: UUID, units: int, grams: int) -> None:
    taken = dock.capture(grams + units * 2_000, stock.PLATFORM)
    answer = browser.post(
        f"/terminal/lots/{lot_id}/sort/weigh", id=str(uuid4()), units=str(units), unit_tare="2", **taken
    )
    assert answer.status_code == 303, answer.text


def test_a_lot_becomes_two_grades_and_culls(dock: make.Dock, lot: lots.Lot) -> None:
    browser, url = dock.browser(), f"/terminal/lots/{lot.id}/sort"
    assert "尚未过磅" in browser.get(url).text
    for units, grams in ((5, 600_000), (3, 380_000), (1, 15_000)):
        weigh(dock, browser, lot.id, units, grams)
    first, second, culls = dock.see(lambda s: [str(row.id) for row in lots.sort_weighings(s, [lot.id])])
    form = {
        "id": str(uuid4()), "lines": "2", "units": "10", "grade-1": "一级", "size_mm-1": "85", "size_rule-1": "以上",
        "grade-2": "二级", f"of_{first}": "1", f"of_{second}": "2", f"of_{culls}": "culls",
    }  # fmt: skip
    refused = browser.post(url, **{**form, "grade-2": ""})
    assert (refused.status_code, 'value="一级"' in refused.text) == (409, True)
    for _ in range(2):
        answer = browser.post(url, **form)
        assert answer.status_code == 303, answer.text[answer.text.index("<main") :][:2000]
    kin = dock.see(lambda s: lots.children_of(s, lot.id))
    made = dock.see(lambda s: {lots.get_lot(s, one.lot_id).grade: lots.get_lot(s, one.lot_id) for one in kin})
    assert {grade: (row.entry_units, row.size) for grade, row in made.items()} == {
        "一级": (5, "85以上"), "二级": (3, ""),
    }  # fmt: skip
    assert sum(row.entry_grams for row in made.values()) == 1_000_000 - dock.see(
        lambda s: lots.get_lot(s, lot.id).grams_loss
    )
    english = dock.browser(language="en").get(f"/terminal/lots/{lot.id}").text
    assert "Went into this lot" in english
    assert made["二级"].code in english
    assert dock.see(lambda s: receipts.find_receipt_of_lot(s, lot.id)) is None


def test_nobody_else_sorts(dock: make.Dock, lot: lots.Lot) -> None:
    assert dock.browser().get(f"/terminal/lots/{uuid4()}/sort").status_code == 404


def test_goods_change_their_owner(dock: make.Dock) -> None:
    def stored(session: Session) -> UUID:
        done = keep.intake(session, keep.weighed(session, dock.store).id, keep.line(10))
        return done.lot_ids[0]

    lot_id, browser = dock.do(stored), dock.browser()
    form = {"id": str(uuid4()), "owner": "G7", "units": "4"}
    assert browser.post(f"/terminal/lots/{lot_id}/transfer", **form).status_code == 409
    answer = browser.post(f"/terminal/lots/{lot_id}/transfer", **{**form, "owner": "G2"})
    assert answer.status_code == 303, answer.text
    url = answer.location
    exit_id = UUID(url.rpartition("/")[2])
    assert browser.post(f"{url}/quote", id=str(uuid4())).status_code == 303

    def pay(session: Session) -> None:
        due = settlement.release_quote(session, billing.get_exit(session, exit_id), make.NOW.on).total_fen
        ask = settlement.PayRelease(uuid4(), exit_id, due, "cash", "T-1")
        settlement.pay_release(session, ask, by=stock.ESHA, at=make.NOW)

    dock.do(pay)
    assert "货物原地不动" in browser.get(url).text
    assert browser.post(f"{url}/transfer", id=str(uuid4())).status_code == 303
    page = dock.browser(language="en").get(url).text
    assert "The new owner&#39;s lot" in page
    assert "Print the gate pass" not in page
    (kin,) = dock.see(lambda s: lots.children_of(s, lot_id))
    assert dock.see(lambda s: lots.get_lot(s, kin.lot_id).owner_id) == dock.store.chand.id


def test_quarantine_takes_two(dock: make.Dock, lot: lots.Lot) -> None:
    url, clerk = f"/terminal/lots/{lot.id}/quarantine", dock.do(lambda s: people.user(s, roles=make.MANAGER))
    first, second = dock.browser(clerk), dock.browser(dock.do(lambda s: people.user(s, roles=make.MANAGER)))
    assert first.post(url, id=str(uuid4()), why="decay", units="3").status_code == 303
    (hold,) = dock.see(lambda s: lots.holds_of(s, lot.id))
    assert first.post(f"{url}/ask", id=str(uuid4()), hold=str(hold.id), reason="sampled").status_code == 303
    (asked,) = dock.see(lambda s: lots.releases_of(s, lot.id))
    form = {"release": str(asked.id), "decision": "release"}
    assert "解除隔离" not in first.get(url).text.replace("申请解除隔离", "")
    assert first.post(f"{url}/decide", id=str(uuid4()), **form).status_code == 409
    assert second.post(f"{url}/decide", id=str(uuid4()), **form).status_code == 303
    assert dock.see(lambda s: lots.get_lot(s, lot.id).quarantine_units) == 0
