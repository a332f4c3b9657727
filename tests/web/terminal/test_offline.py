"""What a terminal may keep for the time without its server: never what lets goods out, and nobody else's pages."""

import re

from tests.lots import make as stock
from tests.web.terminal.make import Dock
from wms.web.terminal.offline import HEADER


def test_a_terminal_keeps_what_goes_on_without_the_server(dock: Dock) -> None:
    truck = dock.delivery()
    lot = dock.lot(units=10, slot=dock.store.slots[0])
    mine, other = dock.browser(), dock.browser(dock.witness)
    kept = ["/terminal/", "/terminal/away", f"/terminal/deliveries/{truck.id}", f"/terminal/lots/{lot.id}/sort"]
    names = {mine.get(path).headers.get(HEADER) for path in kept}
    assert len(names) == 1
    assert None not in names
    assert other.get("/terminal/").headers[HEADER] not in names
    tried = f"/terminal/deliveries/{truck.id}?try=1"
    for path in (
        tried,
        "/terminal/exits",
        f"/terminal/lots/{lot.id}",
        f"/terminal/lots/{lot.id}/exit",
        "/terminal/gate",
    ):
        assert HEADER not in mine.get(path).headers, path


def test_the_keeper_is_there_for_anybody_and_all_it_names_exists(dock: Dock) -> None:
    client = dock.app.test_client()
    answer = client.get("/terminal/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    addresses = re.findall(r'"(/assets/[^"]+)"', answer.text)
    for address in addresses:
        with client.get(address) as found:
            assert found.status_code == 200, address
    assert any(address.endswith("/js/terminal.js") for address in addresses)
    away = client.get("/terminal/away")
    assert (away.status_code, HEADER in away.headers) == (302, False)
    assert stock.GATEWAY not in answer.text
