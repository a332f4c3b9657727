"""Damage from the terminal's report to what is owed to the owner, at the desk."""

import io
from uuid import uuid4

from tests.dock.pictures import picture
from tests.lots import make as stock
from tests.users import make as people
from tests.web.terminal.make import MANAGER, Browser, Dock
from wms import dock as room
from wms import users

CASHIER = frozenset({users.Role.CASHIER})


def browser(dock: Dock, roles: frozenset[users.Role], language: str = "en") -> Browser:
    return dock.browser(dock.do(lambda s: people.user(s, roles)), language)


def test_damage_is_reported_claimed_and_settled(dock: Dock) -> None:
    lot = dock.lot(slot=dock.store.slots[0])
    boss, kai, lan = (
        dock.browser(dock.do(lambda s, r=r: people.user(s, r)), "en") for r in (MANAGER, CASHIER, CASHIER)
    )
    form = {"units": "4", "cause": "frozen", "note": "glassy"}
    clerk = dock.browser(language="en")
    assert clerk.post(f"/terminal/lots/{lot.id}/damage", id=uuid4(), **{**form, "cause": "luck"}).status_code == 409
    sent = {"id": uuid4(), "photos": (io.BytesIO(picture("JPEG")), "a.jpg"), **form}
    assert clerk.post(f"/terminal/lots/{lot.id}/damage", **sent).status_code == 303
    (damage,) = dock.see(lambda s: room.list_damages(s, stock.ESHA).items)
    assert boss.post("/desk/claims", id=uuid4(), damage=damage.id, fen="50000").status_code == 303
    claim = dock.see(lambda s: room.claim_of(s, damage.id))
    money = {"claim": claim.id, "fen": "40000", "reference": "PICC-77"}
    assert kai.post("/desk/claims/paid", id=uuid4(), **money).status_code == 303
    assert kai.post("/desk/claims/settle", id=uuid4(), claim=claim.id).status_code == 409
    assert lan.post("/desk/claims/settle", id=uuid4(), claim=claim.id).status_code == 303
    assert dock.see(lambda s: room.claim_of(s, damage.id)).state == "settled"
    for language in ("zh", "en"):
        for page in (f"/terminal/lots/{lot.id}/care", "/desk/claims"):
            shown = browser(dock, MANAGER, language).get(page)
            assert (shown.status_code, "glassy" in shown.text) == (200, True), page
