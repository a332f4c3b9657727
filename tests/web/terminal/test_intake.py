"""From the gate to the slot, as the clerk's browser does it."""

from uuid import uuid4

from tests.lots import make as stock
from tests.users.make import PIN
from tests.web.terminal.make import Dock, cited, hidden, said
from wms import lots, receipts


def gate_in(dock: Dock) -> str:
    browser = dock.browser()
    form = browser.get("/terminal/deliveries/new")
    fields = {"id": hidden(form), "plate": "鲁F A8812", "owner": "G1", "driver": "李"}
    answer = browser.post("/terminal/deliveries/new", **fields)
    assert answer.status_code == 303
    assert browser.post("/terminal/deliveries/new", **fields).headers["Location"] == answer.headers["Location"]
    assert len(dock.see(lambda s: lots.list_deliveries(s, stock.ESHA).items)) == 1
    return answer.headers["Location"]


def test_the_walk_in(dock: Dock) -> None:
    browser, page = dock.browser(), gate_in(dock)
    for purpose, grams in (("gross", 30_000_000), ("tare", 10_000_000)):
        answer = browser.post(f"{page}/weigh", id=uuid4(), purpose=purpose, **dock.capture(grams))
        assert answer.status_code == 303, answer.text
    form = browser.get(f"{page}/lots")
    fields = {"id": hidden(form), "lines": "1", "variety-1": "红富士", "grade-1": "一二级", "size_mm-1": "80",
              "size_rule-1": "以上", "units-1": "100", "unit_tare-1": "2", "storage-1": "ra"}  # fmt: skip
    assert browser.post(f"{page}/lots", **fields).status_code == 303
    assert browser.post(f"{page}/lots", **fields).status_code == 303
    (lot,) = dock.see(lambda s: lots.list_lots(s, stock.ESHA).items)
    assert (lot.entry_units, lot.entry_grams, lot.size, lot.weighed_by_instrument) == (100, 19_800_000, "80以上", True)
    receipt = dock.see(lambda s: receipts.receipt_of_lot(s, lot.id))
    for url in (page, f"/terminal/lots/{lot.id}", f"/terminal/receipts/{receipt.id}", f"/terminal/lots/{lot.id}/labels",
                f"/terminal/lots/{lot.id}/labels/new", f"/terminal/lots/{lot.id}/put-away", "/terminal/"):  # fmt: skip
        for language in ("zh", "en"):
            shown = dock.browser(language=language).get(url)
            assert shown.status_code == 200, (url, shown.text)
    slot = dock.store.slots[0].code
    put = {"id": uuid4(), "units": "100", "slot": slot}
    assert browser.post(f"/terminal/lots/{lot.id}/put-away", **put).status_code == 303
    assert browser.post(f"/terminal/lots/{lot.id}/put-away", **put).status_code == 303
    assert dock.see(lambda s: lots.get_lot(s, lot.id)).units_placed == 100


def test_a_weight_comes_once_however_often_it_is_sent(dock: Dock) -> None:
    browser, row, name = dock.browser(), dock.delivery(), uuid4()
    url = f"/terminal/deliveries/{row.id}/weigh"
    fields = {"purpose": "gross", **dock.capture(30_000_000)}
    first = browser.send(url, name, **fields)
    assert (first.status_code, said(first)["request_id"], said(first)["repeat"]) == (201, str(name), False)
    again = browser.send(url, name, **fields)
    assert (again.status_code, said(again)["request_id"], said(again)["repeat"]) == (409, str(name), True)
    other = browser.send(url, uuid4(), **fields)
    assert (other.status_code, "repeat" in said(other)) == (409, False)
    assert len(dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id))) == 1


def test_a_line_sent_before_its_record_waits(dock: Dock) -> None:
    browser, row, name = dock.browser(), dock.delivery(), uuid4()
    wanted = stock.record_request(30_000_000)
    fields = {"purpose": "gross", **cited(lots.RecordKey(wanted.gateway, wanted.epoch, wanted.sequence), "truck1")}
    url = f"/terminal/deliveries/{row.id}/weigh"
    early = browser.send(url, name, **fields)
    assert (early.status_code, early.mimetype) == (425, "application/problem+json")
    dock.do(lambda s: lots.record_weight(s, wanted, at=stock.NOW))
    assert browser.send(url, name, **fields).status_code == 201


def test_without_a_capture_nothing_is_weighed(dock: Dock) -> None:
    row = dock.delivery()
    page = dock.browser(language="en").post(f"/terminal/deliveries/{row.id}/weigh", id=uuid4(), purpose="gross", gw="")
    assert "has not captured" in page.text
    assert dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id)) == []


def test_a_typed_weight_needs_a_second_person(dock: Dock) -> None:
    browser, row = dock.browser(language="en"), dock.delivery()
    url = f"/terminal/deliveries/{row.id}/typed?purpose=gross"
    assert browser.get(url).status_code == 200
    fields = {"id": uuid4(), "purpose": "gross", "weight": "30000", "reason": "cable cut"}
    wrong = browser.post(url, **fields, witness=dock.witness.name, pin="111111")
    assert "30000" in wrong.text
    assert dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id)) == []
    assert browser.post(url, **fields, witness=dock.witness.name, pin=PIN).status_code == 303
    (weighing,) = dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id))
    assert (weighing.manual, weighing.witness_person_id) == (True, dock.witness.person_id)


def test_crates_on_the_platform(dock: Dock) -> None:
    browser, row = dock.browser(), dock.delivery()
    for units in (4, 6):
        answer = browser.post(f"/terminal/deliveries/{row.id}/weigh", id=uuid4(), purpose="net", units=units,
                              unit_tare="2", **dock.capture(units * 22_000, stock.PLATFORM))  # fmt: skip
        assert answer.status_code == 303, answer.text
    first, second = dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id))
    fields = {"id": uuid4(), "lines": "2", f"of_{first.id}": "1", f"of_{second.id}": "2"}
    for n in (1, 2):
        fields |= {f"variety-{n}": "红富士", f"grade-{n}": "一级", f"storage-{n}": "ra"}
    assert browser.post(f"/terminal/deliveries/{row.id}/lots", **fields).status_code == 303
    made = dock.see(lambda s: lots.lots_of_delivery(s, row.id))
    assert [(lot.entry_units, lot.entry_grams) for lot in made] == [(4, 80_000), (6, 120_000)]


def test_crates_tried_on_the_platform_ask_to_count_again(dock: Dock) -> None:
    browser, row = dock.browser(), dock.delivery()
    url = f"/terminal/deliveries/{row.id}"
    for purpose, grams in (("gross", 30_000_000), ("tare", 10_000_000)):
        browser.post(f"{url}/weigh", id=uuid4(), purpose=purpose, **dock.capture(grams))
    assert 'value="average"' in browser.get(f"{url}?try=1").text
    answer = browser.post(f"{url}/weigh", id=uuid4(), purpose="average", units="4", unit_tare="2",
                          **dock.capture(4 * 42_000, stock.PLATFORM))  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert "试称单箱净重" in browser.get(url).text
    fields = {"id": uuid4(), "lines": "1", "variety-1": "红富士", "grade-1": "一级", "units-1": "460",
              "unit_tare-1": "2", "storage-1": "ra", "picking-1": "2"}  # fmt: skip
    assert browser.post(f"{url}/lots", **{**fields, "picking-1": "21"}).status_code == 422
    refused = browser.post(f"{url}/lots", **fields)
    assert refused.status_code == 422
    assert "试称" in refused.text
    assert 'name="difference"' in refused.text
    assert browser.post(f"{url}/lots", **fields, difference="wet crates").status_code == 303
    (lot,) = dock.see(lambda s: lots.lots_of_delivery(s, row.id))
    assert (lot.entry_units, lot.picking_number) == (460, 2)


def test_an_owner_nobody_knows_keeps_the_input(dock: Dock) -> None:
    browser = dock.browser(language="en")
    page = browser.post("/terminal/deliveries/new", id=uuid4(), plate="鲁F1", owner="nobody")
    assert page.status_code == 422
    assert "nobody" in page.text
    assert "鲁F1" in page.text


def test_a_weight_cited_while_the_server_was_away_is_marked_so(dock: Dock) -> None:
    browser, row, name = dock.browser(), dock.delivery(), uuid4()
    then = stock.later(seconds=-3600)
    key = dock.do(lambda s: stock.record(s, 30_000_000, at=then))
    fields = {"purpose": "gross", **cited(key, stock.TRUCK_SCALE), "shown_at": str(then.ms)}
    assert browser.send(f"/terminal/deliveries/{row.id}/weigh", name, **fields).status_code == 201
    (weighing,) = dock.see(lambda s: lots.weighings_of(s, delivery_id=row.id))
    assert weighing.offline
    assert browser.send(f"/terminal/deliveries/{row.id}/weigh", name, **fields).status_code == 409


def test_a_proposed_slot_is_taken_by_its_own_button(dock: Dock) -> None:
    browser, lot = dock.browser(), dock.lot()
    url = f"/terminal/lots/{lot.id}/put-away"
    assert browser.post(url, id=uuid4(), units="10", slot="", chosen=dock.store.slots[1].code).status_code == 303
    misread = browser.post(url, id=uuid4(), units="1", slot="A1-01-01-1-0")
    assert misread.status_code == 409
