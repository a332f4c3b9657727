"""Booked arrivals on the clerk's screens and the grower's phone."""

from uuid import uuid4

from tests.lots import make as stock
from tests.users import make as people
from tests.web.terminal.make import Dock, hidden
from wms import dock as room
from wms import lots


def test_a_phone_books_the_clerk_confirms_and_lets_in(dock: Dock) -> None:
    grower = dock.do(people.grower)
    phone, clerk = dock.browser(grower, "en"), dock.browser(language="en")
    form = phone.get("/portal/arrivals/new")
    assert form.status_code == 200, form.text
    fields = {"id": hidden(form), "due_on": stock.NOW.on.isoformat(), "window": "480", "variety": "红富士",
              "units": "100", "weight": "2000", "storage": "ra", "plate": "鲁F A8812"}  # fmt: skip
    wrong = phone.post("/portal/arrivals/new", **{**fields, "weight": "heavy"})
    assert (wrong.status_code, 'value="heavy"' in wrong.text) == (422, True)
    for _ in range(2):
        assert phone.post("/portal/arrivals/new", **fields).status_code == 303
    (booking,) = dock.see(lambda s: room.list_bookings(s, stock.ESHA).items)
    url = f"/terminal/arrivals/{booking.id}"
    for who, page in ((phone, "/portal/arrivals"), (clerk, "/terminal/arrivals"), (clerk, "/terminal/deliveries/new")):
        assert booking.code in who.get(page).text, page
    fits = {"id": uuid4(), "room": dock.store.room.id}
    assert clerk.post(f"{url}/confirm", **fits).status_code == 303
    assert clerk.post(f"{url}/confirm", **{**fits, "id": uuid4()}).status_code == 409
    for language in ("zh", "en"):
        for page in (url, "/terminal/arrivals/new"):
            assert dock.browser(language=language).get(page).status_code == 200
    entered = clerk.post(f"{url}/let-in", id=uuid4(), plate="", driver="李")
    (delivery,) = dock.see(lambda s: lots.list_deliveries(s, stock.ESHA).items)
    assert entered.headers["Location"].endswith(f"/terminal/deliveries/{delivery.id}")
    assert (delivery.plate, delivery.owner_id) == ("鲁F A8812", booking.owner_id)


def test_a_booking_is_nobody_elses(dock: Dock) -> None:
    request = room.BookArrival(
        uuid4(), dock.store.site.id, dock.store.bina.id, "嘎啦", 10, 200_000, stock.NOW.on, 480, 600
    )
    booking = dock.do(lambda s: room.book_arrival(s, request, by=stock.ESHA, at=stock.NOW))
    stranger = dock.browser(dock.do(people.grower), "en")
    assert booking.code not in stranger.get("/portal/arrivals").text
    answer = stranger.post(f"/portal/arrivals/{booking.id}/cancel", id=uuid4(), reason="mine")
    assert answer.status_code == 404
    assert dock.see(lambda s: room.get_booking(s, booking.id, stock.ESHA)).state == "asked"
