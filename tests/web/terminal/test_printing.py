"""Printing at the terminal: logged, asked why, and queued."""

from uuid import uuid4

from tests.lots import make as stock
from tests.web.terminal.make import Dock
from wms import dock as room
from wms import lots


def test_labels_are_printed_and_reprinted_with_a_reason(dock: Dock) -> None:
    lot, clerk = dock.lot(), dock.browser(language="en")
    dock.do(lambda s: lots.label_units(s, lots.LabelUnits(uuid4(), lot.id, 3), by=stock.ASHA, at=stock.NOW))
    url = f"/terminal/lots/{lot.id}/labels/print"
    first = clerk.post(url, id=uuid4(), way="pdf")
    assert (first.status_code, first.mimetype) == (200, "application/pdf")
    again = clerk.post(url, id=uuid4(), way="zpl")
    assert (again.status_code, "printed 1 times before" in again.text) == (422, True)
    torn = clerk.post(url, id=uuid4(), way="zpl", reason="torn")
    assert (torn.status_code, torn.data.count(b"^XA")) == (200, 3)
    assert clerk.post(url, id=uuid4(), way="dock9", reason="x").status_code == 422
    for language in ("zh", "en"):
        shown = dock.browser(language=language).get(f"/terminal/lots/{lot.id}/labels")
        assert (shown.status_code, "torn" in shown.text) == (200, True)
        assert dock.browser(language=language).get("/terminal/printers").status_code == 200


def test_a_waiting_print_is_tried_again_or_given_up(dock: Dock) -> None:
    lot, clerk = dock.lot(), dock.browser(language="en")
    request = room.PrintPaper(uuid4(), room.PaperKind.LABELS, lot.id, "L1 × 3", "", "dock1", "^XA^XZ")
    dock.do(lambda s: room.print_paper(s, request, by=stock.ASHA, at=stock.NOW))
    assert "L1 × 3" in clerk.get("/terminal/printers").text
    for way, state in (("again", "waiting"), ("cancel", "cancelled")):
        assert clerk.post(f"/terminal/printers/{request.id}", way=way).status_code == 303
        assert dock.see(room.print_queue)[0].state == state
    assert clerk.post(f"/terminal/printers/{request.id}", way="again").status_code == 409
