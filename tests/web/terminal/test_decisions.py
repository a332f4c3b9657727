"""What of the floor waits for a decision stands on the desk of who may take it, and of nobody else."""

from uuid import uuid4

from tests.lots import make as stock
from tests.users import make as people
from tests.web.terminal.make import MANAGER, Dock
from wms import dock as room
from wms import lots


def test_a_manager_reads_what_waits(dock: Dock) -> None:
    lot = dock.lot(units=10)
    manager, clerk = dock.browser(dock.do(lambda s: people.user(s, MANAGER)), "en"), dock.browser(language="en")
    for words in ("Decide on a quarantine", "Confirm a booked truck"):
        assert words not in manager.get("/desk/").text
    hold = dock.do(lambda s: stock.hold(s, lot.id, 4, lots.HoldReason.QUARANTINE))
    asked = dock.do(
        lambda s: lots.ask_release(s, lots.AskRelease(uuid4(), hold.id, "sampled again"), by=stock.ESHA, at=stock.NOW)
    )
    due = room.BookArrival(uuid4(), dock.store.site.id, dock.store.bina.id, "嘎啦", 10, 200_000, stock.NOW.on, 480, 600)
    dock.do(lambda s: room.book_arrival(s, due, by=stock.ESHA, at=stock.NOW))
    seen = manager.get("/desk/").text
    assert "Decide on a quarantine" in seen
    assert "sampled again" in seen
    assert f"/terminal/lots/{lot.id}/quarantine" in seen
    assert "Confirm a booked truck" in seen
    assert "Decide on a quarantine" not in clerk.get("/desk/").text
    decided = manager.post(
        f"/terminal/lots/{lot.id}/quarantine/decide", id=uuid4(), release=asked.id, decision="release", note=""
    )
    assert decided.status_code == 303, decided.text
    assert "Decide on a quarantine" not in manager.get("/desk/").text
