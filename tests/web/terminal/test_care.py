"""Photos, sprays and refusals on the pages."""

import io
from uuid import uuid4

from tests.dock.pictures import SECRET, picture
from tests.lots import make as stock
from tests.users import make as people
from tests.web.terminal.make import Dock, hidden
from wms import dock as room
from wms import lots


def test_a_lots_photos_and_sprays(dock: Dock) -> None:
    lot, clerk = dock.lot(), dock.browser(language="en")
    url = f"/terminal/lots/{lot.id}"
    sent = {"id": uuid4(), "photos": [(io.BytesIO(picture(kind)), f"{kind}.x") for kind in ("JPEG", "PNG")]}
    assert clerk.post(f"{url}/photos", **sent).status_code == 303
    bad = clerk.post(f"{url}/photos", id=uuid4(), photos=(io.BytesIO(b"<svg/>"), "a.svg"))
    assert (bad.status_code, "no photo that can be kept" in bad.text) == (409, True)
    photo = dock.see(lambda s: room.photos_of(s, room.PhotoOf.LOT, lot.id))[0]
    shown = clerk.get(f"/photos/{photo.id}")
    assert (shown.status_code, SECRET in shown.data) == (200, False)
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    stranger = dock.browser(dock.do(people.grower), "en")
    assert stranger.get(f"/photos/{photo.id}").status_code == 404
    assert dock.app.test_client().get(f"/photos/{photo.id}").status_code == 302
    spray = {"id": uuid4(), "substance": "吡虫啉", "sprayed_on": "2026-10-01", "interval_days": "14"}
    for _ in range(2):
        assert clerk.post(f"{url}/treatments", **spray).status_code == 303
    assert dock.see(lambda s: lots.get_lot(s, lot.id)).quarantine_units == 10
    result = {"id": uuid4(), "substance": "吡虫啉", "laboratory": "L", "certificate": "1", "sampled_on": "2026-10-20",
              "found": "20", "limit": "500"}  # fmt: skip
    assert clerk.post(f"{url}/residues", **{**result, "found": "much"}).status_code == 409
    for language in ("zh", "en"):
        for page in (url, f"{url}/care"):
            assert f"/photos/{photo.id}" in dock.browser(language=language).get(page).text
    assert clerk.post(f"{url}/residues", **result).status_code == 303
    assert [row.state for row in dock.see(lambda s: lots.releases_of(s, lot.id))] == [lots.ReleaseState.ASKED]


def test_goods_are_refused_with_a_photo(dock: Dock) -> None:
    row, clerk = dock.delivery(), dock.browser(language="en")
    url = f"/terminal/deliveries/{row.id}"
    form = {"id": hidden(clerk.get(f"{url}/refuse")), "reason": "decay", "note": "soft", "units": "5"}
    assert clerk.post(f"{url}/refuse", **{**form, "reason": "mood"}).status_code == 409
    photo = (io.BytesIO(picture("WEBP")), "a.webp")
    assert clerk.post(f"{url}/refuse", photos=photo, **form).status_code == 303
    (refusal,) = dock.see(lambda s: room.refusals_of(s, row.id))
    assert (refusal.units, refusal.reason) == (5, "decay")
    (kept,) = dock.see(lambda s: room.photos_of(s, room.PhotoOf.REFUSAL, refusal.id))
    for language in ("zh", "en"):
        assert f"/photos/{kept.id}" in dock.browser(language=language).get(url).text
    assert clerk.post(f"{url}/refuse", id=uuid4(), reason="wet", note="all wet", all="yes").status_code == 303
    assert dock.see(lambda s: lots.get_visible_delivery(s, row.id, stock.ESHA)).state == "void"


def test_a_spray_named_at_intake_stops_the_lot_at_once(dock: Dock) -> None:
    row, clerk = dock.delivery(), dock.browser(language="en")
    dock.do(lambda s: stock.weigh_truck(s, row.id))
    url = f"/terminal/deliveries/{row.id}/lots"
    fields = {"id": hidden(clerk.get(url)), "lines": "1", "variety-1": "红富士", "grade-1": "一级", "units-1": "100",
              "unit_tare-1": "2", "storage-1": "ra", "spray-1": "吡虫啉", "interval-1": "14"}  # fmt: skip
    assert clerk.post(url, **fields).status_code == 422
    assert dock.see(lambda s: lots.list_lots(s, stock.ESHA).items) == []
    assert clerk.post(url, **fields, **{"sprayed_on-1": "2026-10-10", "harvest_on-1": "2026-10-18"}).status_code == 303
    (lot,) = dock.see(lambda s: lots.list_lots(s, stock.ESHA).items)
    assert lot.quarantine_units == 100
