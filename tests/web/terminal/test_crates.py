"""Crates at the dock, at the desk and on the phone."""

from uuid import uuid4

from tests.lots import make as stock
from tests.users import make as people
from tests.web.terminal.make import MANAGER, Dock
from wms import dock as room
from wms import parties, users


def test_crates_go_out_and_come_back_with_a_delivery(dock: Dock) -> None:
    grower = dock.do(people.grower)
    party = dock.see(lambda s: users.actor_of_account(s, grower.id, stock.NOW)).party_id
    code = dock.see(lambda s: parties.get_party(s, party)).code
    boss, clerk = dock.browser(dock.do(lambda s: people.user(s, MANAGER)), "en"), dock.browser(language="en")
    keeper = str(dock.store.keeper.id)
    kind = {"id": uuid4(), "code": "P25", "name": "Plastic", "owner": keeper, "tare": "1.8", "deposit": "15"}
    for _ in range(2):
        assert boss.post("/desk/crates/types", **kind).status_code == 303
    (made,) = dock.see(room.list_crate_types)
    fresh = {"id": uuid4(), "type": made.id, "what": "brought", "units": "50"}
    assert boss.post("/desk/crates/count", **fresh).status_code == 303
    out = {"id": uuid4(), "type": made.id, "party": code, "units": "20", "way": "out"}
    for _ in range(2):
        assert clerk.post("/terminal/crates", **out).status_code == 303
    short = clerk.post("/terminal/crates", **{**out, "id": uuid4(), "units": "31"})
    assert (short.status_code, 'value="31"' in short.text) == (409, True)
    row = dock.do(lambda s: stock.delivery(s, dock.store))
    back = {"id": uuid4(), "type": made.id, "party": code, "units": "5", "way": "back", "delivery": row.id}
    assert clerk.post("/terminal/crates", **back).status_code == 303
    assert {held.units for held in dock.see(lambda s: room.crate_holdings(s, stock.ESHA))} == {35, 15}
    for language in ("zh", "en"):
        for who, page in (
            (dock.clerk, f"/terminal/crates?delivery={row.id}"), (grower, "/portal/crates"),
            (dock.clerk, f"/terminal/deliveries/{row.id}"),
        ):  # fmt: skip
            shown = dock.browser(who, language).get(page)
            assert (shown.status_code, "P25" in shown.text) == (200, True), page
        assert "225.00" in boss.get("/desk/crates").text
    assert clerk.post("/desk/crates/deposit", id=uuid4(), party=code, fen="1").status_code == 403
