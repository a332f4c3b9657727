"""A lot sorted at the terminal: weighed, named, made; what is refused keeps its input."""

from uuid import UUID, uuid4

import pytest

from tests.lots import make as stock
from tests.web.terminal import make
from wms import lots, receipts


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
