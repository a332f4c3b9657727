"""Charges over HTTP: told to who may see them, work and money written down once, no "paid" believed."""

from tests.api.make import moment, problem, uid
from tests.api.test_walk import Walk
from wms.parties import PartyKind
from wms.users import Role

LATER = "2027-01-20"


def walked(database) -> Walk:
    walk = Walk(database)
    walk.build()
    walk.agree()
    walk.take_in()
    walk.hands.at = moment(LATER)
    return walk


def test_charges_are_told_and_foretold(database):
    walk = walked(database)
    lot = f"/lots/{walk.lot}"
    owed = walk.ask(walk.bina, f"{lot}/charges")
    days = walk.ask(walk.bina, f"{lot}/charge-days")["items"]
    assert (owed["storage_fen"], owed["handling_fen"], owed["total_fen"]) == (340_000, 90_000, 430_000)
    assert (len(days), days[-1]["so_far_fen"], days[7]["nanoyuan"]) == (92, 340_000, 40_000_000_000)
    stay = {"units": 1000, "grams": 20_000_000, "entry_on": "2026-10-20", "out_on": LATER}
    assert walk.ask(walk.bina, "/charges/quote", **stay)["charges"]["total_fen"] == 430_000
    problem(walk.hands.get(walk.bina, "/charges/quote", **stay, party_id=uid()), 403, "forbidden")
    problem(walk.hands.get(walk.bina, "/charges/quote", **stay | {"out_on": "2026-10-19"}), 422, "quote_unfit")
    other = walk.hands.human("Chand", Role.GROWER, walk.hands.company("G2", PartyKind.GROWER))
    problem(walk.hands.get(other, f"{lot}/charges"), 404, "lot_not_found")
    problem(walk.hands.get(other, f"{lot}/charge-days"), 404, "lot_not_found")


def test_a_tariff_shows_its_effect_and_prices_work(database):
    walk = walked(database)
    works = {"kind": "works", "rates": [{"work": "sorting", "per": "kg", "rate": "0.08"}]}
    lines = [{"kind": "kg_day", "rate": "0.0030"}, {"kind": "crate_rent", "rate": "0.01"}, works]
    made = walk.do(walk["Min"], "/tariffs", name="2027", effective_from=LATER, lines=lines)
    (effect,) = walk.ask(walk["Gu"], f"/tariffs/{made['id']}/effect", on="2027-01-30")["items"]
    assert effect["change_fen"] == 10 * 2_000 - 50_000 + 10 * 1_000
    problem(walk.hands.get(walk.bina, f"/tariffs/{made['id']}/effect"), 403, "forbidden")
    work = {"id": uid(), "work": "sorting", "units": 100}
    problem(walk.hands.post(walk["Asha"], f"/lots/{walk.lot}/works", work), 409, "work_not_priced")
    walk.do(walk["Gu"], f"/tariffs/{made['id']}/approve")
    done = walk.do(walk["Asha"], f"/lots/{walk.lot}/works", **work)
    assert walk.ask(walk.bina, f"/lots/{walk.lot}/works")["items"] == [done]
    problem(walk.hands.post(walk.bina, f"/lots/{walk.lot}/works", {**work, "id": uid()}), 403, "forbidden")


def test_money_is_believed_from_the_cashier_alone(database):
    walk = walked(database)
    party = f"/parties/{walk.grower.id}/payments"
    money = {"id": uid(), "paid_fen": 1_000, "method": "bank", "reference": "ICBC-9"}
    for name in ("Asha", "Min", "Gu", "Tao", "Ann"):
        problem(walk.hands.post(walk[name], party, {**money, "id": uid()}), 403, "forbidden")
    problem(walk.hands.post(walk.bina, party, {**money, "id": uid()}), 403, "forbidden")
    paid = walk.do(walk["Cai"], party, **money)
    assert walk.do(walk["Cai"], party, **money)["id"] == paid["id"]
    problem(walk.hands.post(walk["Cai"], party, {**money, "id": uid()}), 409, "payment_twice")
    exit_id = walk.do(walk.bina, "/exit-orders", lot_id=walk.lot, units=10, kind="own", collector_name="Li",
                      plate="鲁F12345")["id"]  # fmt: skip
    walk.do(walk.bina, f"/exit-orders/{exit_id}/quote")
    for body in ({"basis": "paid"}, {"basis": "paid", "paid": True}, {"basis": "netted"}, {"basis": "credit"}):
        answer = walk.hands.post(walk.bina, f"/exit-orders/{exit_id}/clear", {"id": uid(), **body})
        assert answer.status_code in (409, 422), answer.text
    assert walk.ask(walk["Cai"], "/open-invoices")["items"] == []
