"""Rooms from the dock: the map, and slots from a spreadsheet with a dry run that names every bad row."""

import io
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.users import make as people
from tests.web.terminal.make import MANAGER, Browser, Dock, hidden
from wms import facility

HEAD = "库房,排,列,层,承重公斤,件数\n"


@pytest.fixture
def manager(dock: Dock) -> Browser:
    return dock.browser(dock.do(lambda s: people.user(s, MANAGER)))


def send(browser: Browser, text: str) -> TestResponse:
    sheet = (io.BytesIO((HEAD + text).encode("gb18030")), "库位.csv")
    return browser.post("/terminal/slots/import", file=sheet)


def slots(dock: Dock) -> int:
    return len(dock.see(lambda s: facility.list_slots(s, dock.store.room.id).items))


def test_a_sheet_is_seen_first_and_taken_in_then(dock: Dock, manager: Browser) -> None:
    before = slots(dock)
    seen = send(manager, "A1,8,1,1,800,15\nA1,8,2,1,800,15\n")
    assert (seen.status_code, slots(dock)) == (200, before)
    kept = "\n".join(["\t".join(line.split(",")) for line in (HEAD + "A1,8,1,1,800,15\nA1,8,2,1,800,15").split("\n")])
    done = manager.post("/terminal/slots/import", id=hidden(seen), verdict="import", sheet=kept)
    assert (done.status_code, slots(dock)) == (303, before + 2)


def test_every_bad_row_is_shown_and_nothing_done(dock: Dock, manager: Browser) -> None:
    before = slots(dock)
    seen = send(manager, "A1,8,1,1,800,15\nZ9,1,1,1,800,15\nA1,8,x,1,800,0\n")
    assert seen.status_code == 422
    for word in ("本库区没有此库房", "列须为 1 至 99", "件数须为正整数"):
        assert word in seen.text
    kept = (HEAD + "Z9,1,1,1,800,15").replace(",", "\t")
    assert manager.post("/terminal/slots/import", id=uuid4(), verdict="import", sheet=kept).status_code == 422
    assert slots(dock) == before
    assert "无法按表格读取" in manager.post("/terminal/slots/import", file=(io.BytesIO(b"PK\x03\x04"), "x.xlsx")).text


def test_the_map_shows_what_lies_where(dock: Dock, manager: Browser) -> None:
    dock.lot(units=7, grams=140_000, slot=dock.store.slots[0])
    for language, goods_inside in (("zh", "有货"), ("en", "Goods inside")):
        browser = dock.browser(language=language)
        assert goods_inside in browser.get("/terminal/rooms").text
        assert "7 / 1000" in browser.get(f"/terminal/rooms/{dock.store.room.id}").text
    assert manager.get("/terminal/slots/import").status_code == 200
    assert dock.browser().get("/terminal/slots/import").status_code == 403


def test_what_a_room_keeps_is_set_there_and_told_at_the_put_away(dock: Dock, manager: Browser) -> None:
    room = f"/terminal/rooms/{dock.store.room.id}"
    said = {"coldest": "−1", "warmest": "2.5", "varieties": "红将军、嘎啦", "firmness": "5.5", "scrubs": "yes"}
    assert manager.post(f"{room}/ability", id=uuid4(), **said).status_code == 303
    shown = manager.get(room).text
    for word in ("红将军", "嘎啦", "2.5", "5.5"):
        assert word in shown
    wrong = manager.post(f"{room}/ability", id=uuid4(), coldest="1")
    assert (wrong.status_code, 'value="1"' in wrong.text) == (409, True)
    assert dock.browser().post(f"{room}/ability", id=uuid4()).status_code == 409, "the clerk only reads"
    variety = {"variety": "富士", "coldest": "-1", "warmest": "0", "sensitive": "yes"}
    assert manager.post("/terminal/varieties", id=uuid4(), **variety).status_code == 303
    for language, why in (("zh", "专存其他品种"), ("en", "Kept for other varieties")):
        browser = dock.browser(language=language)
        assert "富士" in browser.get("/terminal/varieties").text
        assert why in browser.get(f"/terminal/lots/{dock.lot().id}/put-away").text
