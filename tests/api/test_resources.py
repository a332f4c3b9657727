"""Resource by resource: what HTTP adds, the permission each needs, and what is not one's own."""

from typing import Any

import pytest

from tests.api.make import Hands, Human, ids, moment, problem, uid
from tests.lots import make as store_make
from tests.trading.make import Market
from wms import telemetry
from wms.kernel.clock import Moment
from wms.kernel.database import Database
from wms.users import Role


class Town:
    """A store with one lot on the board, and people of each kind with keys."""

    def __init__(self, database: Database) -> None:
        self.hands = Hands(database, at=moment("2026-10-20", 5))
        self.market: Any = self.hands.write(Market)
        self.bina = self.hands.human("Bina", Role.GROWER, self.market.bina.party)
        self.chand = self.hands.human("Chand", Role.GROWER, self.market.chand.party)
        self.deep = self.hands.human("Deep", Role.BUYER, self.market.deep.party)
        self.farid = self.hands.human("Farid", Role.BUYER, self.market.farid.party)
        self.lot = str(self.market.lot.id)
        self.listing = str(self.market.listing.id)

    def staff(self, role: Role) -> Human:
        return self.hands.human(role.value, role)

    def asked(self, **changes: Any) -> dict[str, Any]:
        wanted = {"listing_id": self.listing, "units": 10, "payment": "full", "pickup_on": "2026-10-23"}
        return {"id": uid(), **wanted, **changes}

    def later(self, hours: int) -> Moment:
        return moment("2026-10-20", 5 + hours)


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def test_lots_are_seen_by_their_owner_and_the_store(town: Town) -> None:
    hands, clerk = town.hands, town.staff(Role.CLERK)
    shown = hands.ask(town.bina, f"/lots/{town.lot}")
    assert (shown["units_on_hand"], shown["grams_on_hand"]) == (10, 20_000_000)
    assert shown["entered_at"].endswith("Z")
    assert hands.ask(clerk, f"/lots/{town.lot}") == shown
    for part in ("", "/moves", "/holds", "/inspections", "/units", "/places"):
        assert hands.get(town.bina, f"/lots/{town.lot}{part}").status_code == 200
        problem(hands.get(town.chand, f"/lots/{town.lot}{part}"), 404, "lot_not_found")
    assert ids(hands.ask(town.bina, "/lots")) == [town.lot]
    assert ids(hands.ask(town.chand, "/lots")) == []
    assert ids(hands.ask(clerk, "/lots", variety="富士", on_hand="true")) == [town.lot]
    assert ids(hands.ask(clerk, "/lots", variety="嘎啦")) == []


def test_goods_move_by_who_may_and_once(town: Town) -> None:
    hands, clerk = town.hands, town.staff(Role.CLERK)
    here, there = (str(slot.id) for slot in town.market.store.slots[:2])
    body = {"id": uid(), "from_slot_id": here, "to_slot_id": there, "units": 4}
    problem(hands.post(town.bina, f"/lots/{town.lot}/moves", body), 403, "forbidden")
    first = hands.post(clerk, f"/lots/{town.lot}/moves", body)
    again = hands.post(clerk, f"/lots/{town.lot}/moves", body)
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    places = hands.ask(clerk, f"/lots/{town.lot}/places")["items"]
    assert {place["slot_id"]: place["units"] for place in places} == {here: 6, there: 4}
    problem(hands.post(clerk, f"/lots/{town.lot}/moves", {**body, "id": uid(), "units": 7}), 409, "not_in_slot")


def test_a_hold_is_placed_and_lifted_once(town: Town) -> None:
    hands, manager = town.hands, town.staff(Role.WAREHOUSE_MANAGER)
    placed = hands.do(manager, f"/lots/{town.lot}/holds", units=4, reason="lien", subject_id=uid())
    assert placed["units_left"] == 4
    body = {"id": uid(), "units": 1}
    for _ in range(2):
        lifted = hands.post(manager, f"/holds/{placed['id']}/lift", body)
        assert lifted.json["units_left"] == 3  # type: ignore[index]
    assert hands.ask(manager, f"/lots/{town.lot}/holds")["items"][0]["units_left"] == 3
    problem(hands.post(town.chand, f"/holds/{placed['id']}/lift", {"id": uid()}), 403, "forbidden")
    problem(hands.post(manager, f"/holds/{uid()}/lift", {"id": uid()}), 404, "lot_hold_not_found")


def test_a_typed_weight_needs_a_second_persons_own_key(town: Town) -> None:
    hands, clerk = town.hands, town.staff(Role.CLERK)
    store = town.market.store
    opened = {"site_id": str(store.site.id), "owner_id": str(store.bina.id), "plate": "鲁F12345"}
    delivery = hands.do(clerk, "/deliveries", **opened)["id"]
    body = {"id": uid(), "purpose": "gross", "delivery_id": delivery, "typed_grams": 30_000_000, "reason": "停电"}
    problem(hands.post(clerk, "/weighings", body), 409, "typed_weight_needs_witness")
    problem(hands.post(clerk, "/weighings", body, **{"X-Second-Person": clerk.key}), 409, "typed_weight_needs_witness")
    problem(hands.post(clerk, "/weighings", body, **{"X-Second-Person": town.deep.key}), 403, "forbidden")
    second = hands.human("Wei", Role.CLERK)
    taken = hands.post(clerk, "/weighings", body, **{"X-Second-Person": second.key})
    assert taken.status_code == 201
    assert taken.json["manual"] is True  # type: ignore[index]
    assert taken.json["witness_person_id"] == str(second.account.person_id)  # type: ignore[index]
    problem(hands.get(town.chand, f"/deliveries/{delivery}"), 404, "delivery_not_found")
    assert len(hands.ask(town.bina, f"/deliveries/{delivery}/weighings")["items"]) == 1
    gone = hands.do(clerk, f"/deliveries/{delivery}/void", reason="改天再来")
    assert (gone["state"], gone["void_reason"]) == ("void", "改天再来")


def test_the_board_prices_for_the_askers_own_company(town: Town) -> None:
    hands = town.hands
    terms = {"grams": 20_000_000, "payment": "full", "pickup_on": "2026-10-23"}
    secret = {"base": "6.6600", "floor": "6.0000"}
    own = {"conditions": secret, "scope": "company", "company_id": str(town.market.deep.party.id)}
    hands.do(town.bina, f"/listings/{town.listing}/conditions", **own)
    mine = hands.ask(town.deep, "/board", **terms)
    others = hands.ask(town.farid, "/board", **terms)
    assert [row["price"] for row in mine["items"]] == ["6.6600"]
    assert [row["price"] for row in others["items"]] == ["7.8600"]
    assert hands.ask(town.farid, f"/listings/{town.listing}/price", **terms)["price"] == "7.8600"
    for path in ("/board", "/listings"):
        said = hands.get(town.farid, path, **(terms if path == "/board" else {})).text
        assert "6.66" not in said
        assert "6.00" not in said
    problem(hands.get(town.farid, f"/listings/{town.listing}/conditions"), 404, "listing_not_found")
    assert hands.ask(town.bina, f"/listings/{town.listing}/conditions")["items"]
    problem(hands.get(town.hands.human("Asha", Role.CLERK), "/board", **terms), 403, "forbidden")


def test_an_inquiry_never_tells_the_buyers_limit(town: Town) -> None:
    hands, body = town.hands, town.asked(limit_price="9.9900")
    first = hands.post(town.deep, "/rfqs", body)
    again = hands.post(town.deep, "/rfqs", body)
    assert first.status_code == 201
    assert first.data == again.data
    rfq = first.json["id"]  # type: ignore[index]
    for who in (town.deep, town.bina, town.staff(Role.TRADER)):
        assert "9.99" not in hands.get(who, f"/rfqs/{rfq}").text
    problem(hands.get(town.farid, f"/rfqs/{rfq}"), 404, "rfq_not_found")
    problem(hands.get(town.farid, f"/rfqs/{rfq}/quotes"), 404, "rfq_not_found")
    assert hands.ask(town.farid, "/rfqs")["items"] == []
    problem(hands.post(town.chand, f"/rfqs/{rfq}/quotes", {"id": uid(), "price": "7.0000"}), 404, "rfq_not_found")


def test_offers_are_countered_and_accepted(town: Town) -> None:
    hands = town.hands
    rfq = hands.post(town.deep, "/rfqs", town.asked()).json["id"]  # type: ignore[index]
    offer = hands.do(town.bina, f"/rfqs/{rfq}/quotes", price="7.9000")
    counter = hands.do(town.deep, f"/rfqs/{rfq}/quotes", parent_id=offer["id"], price="7.8000")
    assert counter["round_number"] == 2
    problem(
        hands.post(town.deep, f"/quotes/{offer['id']}/accept", {"id": uid(), "round_number": 1}), 409,
        "quote_superseded",
    )  # fmt: skip
    body = {"id": uid(), "round_number": 2}
    deal = hands.post(town.bina, f"/quotes/{counter['id']}/accept", body)
    again = hands.post(town.bina, f"/quotes/{counter['id']}/accept", body)
    assert deal.status_code == 201
    assert again.data == deal.data
    one = deal.json["id"]  # type: ignore[index]
    assert deal.json["price"] == "7.8000"  # type: ignore[index]
    problem(hands.get(town.farid, f"/deals/{one}"), 404, "deal_not_found")
    paid = {"id": uid(), "fen": 100, "bank_reference": "ICBC-1"}
    problem(hands.post(town.deep, f"/deals/{one}/bank-payments", paid), 403, "forbidden")
    assert len(hands.ask(town.deep, f"/deals/{one}/events")["items"]) >= 2


def test_an_exit_of_a_sale_is_never_cleared_by_saying_so(town: Town) -> None:
    hands, clerk = town.hands, town.staff(Role.CLERK)
    rfq = hands.post(town.deep, "/rfqs", town.asked()).json["id"]  # type: ignore[index]
    offer = hands.do(town.bina, f"/rfqs/{rfq}/quotes", price="7.9000")
    deal = hands.do(town.deep, f"/quotes/{offer['id']}/accept", round_number=1)["id"]
    out = {"lot_id": town.lot, "units": 10, "kind": "sale", "collector_name": "Li", "plate": "鲁F1", "deal_id": deal}
    order = hands.do(clerk, "/exit-orders", **out)["id"]
    for basis in ("paid", "credit", "netted"):
        answer = hands.post(clerk, f"/exit-orders/{order}/clear", {"id": uid(), "basis": basis})
        problem(answer, 409, "basis_not_offered")
    answer = hands.post(clerk, f"/exit-orders/{order}/clear", {"id": uid()})
    assert answer.status_code == 409  # the buyer has paid nothing
    problem(hands.post(clerk, f"/exit-orders/{order}/pick", {"id": uid()}), 409, "exit_step")
    problem(hands.get(town.chand, f"/exit-orders/{order}"), 404, "exit_not_found")
    problem(hands.post(town.bina, f"/exit-orders/{order}/close", {"id": uid()}), 403, "forbidden")


def test_a_journal_is_reversed_by_two_people_once(town: Town) -> None:
    hands, cashier, approver = town.hands, town.staff(Role.CASHIER), town.staff(Role.APPROVER)
    buyer = str(town.market.deep.party.id)
    top_up = hands.do(cashier, "/wallets/top-ups", buyer_id=buyer, fen=1_000_00, bank_reference="ICBC-1")
    path, body = f"/journals/{top_up['journal_id']}/reversal", {"id": uid(), "key": "fix-1"}
    problem(hands.post(cashier, path, body), 409, "second_person_missing")
    problem(hands.post(cashier, path, body, **{"X-Second-Person": cashier.key}), 409, "second_person_missing")
    problem(hands.post(cashier, path, body, **{"X-Second-Person": town.deep.key}), 403, "forbidden")
    problem(hands.post(town.deep, path, body, **{"X-Second-Person": approver.key}), 403, "forbidden")
    first = hands.post(cashier, path, body, **{"X-Second-Person": approver.key})
    again = hands.post(cashier, path, body, **{"X-Second-Person": approver.key})
    assert (first.status_code, again.data) == (201, first.data)
    assert first.json["reverses_id"] == top_up["journal_id"]  # type: ignore[index]
    problem(
        hands.post(cashier, path, {"id": uid(), "key": "fix-2"}, **{"X-Second-Person": approver.key}), 409,
        "already_reversed",
    )  # fmt: skip
    balance = hands.ask(cashier, "/accounts/balance", account="L:BuyerWallet:B1")
    assert balance["balance_fen"] == 0
    codes = [row["code"] for row in hands.ask(cashier, "/accounts")["items"]]
    assert "L:BuyerWallet:B1" in codes
    problem(hands.get(town.deep, "/journals"), 403, "forbidden")


def test_people_see_their_own_company_and_only_administrators_the_accounts(town: Town) -> None:
    hands, admin = town.hands, town.staff(Role.ADMINISTRATOR)
    own = hands.ask(town.bina, "/parties")["items"]
    assert [party["code"] for party in own] == ["G1"]
    problem(hands.get(town.bina, f"/parties/{town.market.chand.party.id}"), 404, "party_not_found")
    problem(hands.get(town.bina, "/users"), 403, "forbidden")
    assert len(hands.ask(admin, "/users")["items"]) >= 5
    me = hands.ask(town.bina, "/me")
    assert (me["party_id"], "list_goods" in me["permissions"]) == (str(town.market.bina.party.id), True)
    account = str(town.bina.account.id)
    problem(hands.get(town.chand, f"/users/{account}/keys"), 404, "not_found")
    made = {"id": uid(), "name": "stock", "scopes": ["see_board"], "expires_at": "2026-12-01T00:00:00+08:00"}
    key = hands.post(town.bina, f"/users/{account}/keys", made)
    assert key.json["secret"].startswith("cl_")  # type: ignore[index]
    shown = [row for row in hands.ask(town.bina, f"/users/{account}/keys")["items"] if row["name"] == "stock"]
    assert [(row["scopes"], row["expires_at"]) for row in shown] == [(["see_board"], "2026-11-30T16:00:00.000Z")]
    narrow = Human(town.bina.account, key.json["secret"], town.bina.party)  # type: ignore[index]
    problem(hands.post(narrow, "/rfqs", town.asked()), 403, "forbidden")
    hands.do(town.bina, f"/keys/{shown[0]['id']}/revoke")
    problem(hands.get(narrow, "/me"), 401, "key_refused")


def test_sensors_are_adopted_and_read(town: Town) -> None:
    hands, manager = town.hands, town.staff(Role.WAREHOUSE_MANAGER)
    probe = {"gateway": store_make.GATEWAY, "name": "room1.t1", "kind": "temperature", "place": "回风",
             "room_id": str(town.market.store.room.id)}  # fmt: skip
    body = {"id": uid(), **probe}
    problem(hands.post(town.bina, "/sensors", body), 403, "forbidden")
    sensor = hands.post(manager, "/sensors", body)
    assert hands.post(manager, "/sensors", body).data == sensor.data
    problem(hands.post(manager, "/sensors", {**body, "id": uid()}), 409, "sensor_already_adopted")
    one = sensor.json["id"]  # type: ignore[index]
    assert hands.ask(manager, f"/sensors/{one}/readings") == {"items": [], "next_cursor": None}
    day = {"since": "2026-10-19T00:00:00Z", "until": "2026-10-20T00:00:00Z"}
    assert hands.ask(manager, f"/sensors/{one}/curve", **day)["items"] == []
    problem(hands.get(manager, f"/sensors/{uid()}/readings"), 404, "sensor_not_found")
    problem(hands.get(town.deep, "/sensors"), 403, "forbidden")
    assert ids(hands.ask(manager, "/sensors")) == [one]


def test_what_was_not_understood_is_kept_and_tried_again(town: Town) -> None:
    hands, manager = town.hands, town.staff(Role.WAREHOUSE_MANAGER)
    letter = telemetry.Arrived("cw/v1/yt1/gw-a1/up/m", b"not a message")
    hands.write(lambda session: telemetry.bury(session, letter, telemetry.Reason("json", "unreadable"), at=hands.at))
    found = hands.ask(manager, "/dead-letters")["items"]
    assert [(row["reason"], row["code"], row["details"]) for row in found] == [("unreadable", "json", {})]
    assert (hands.ask(manager, "/device-gaps")["items"], hands.ask(manager, "/inboxes")["items"]) == ([], [])
    waiting = {"gateway": "gw-a1", "name": "t1", "note": "?"}
    problem(hands.post(manager, "/sensors/waiting/accept", {**waiting, "id": uid()}), 404, "quarantine_empty")
    dismiss = {**waiting, "id": uid(), "reason": "clock"}
    problem(hands.post(manager, "/sensors/waiting/dismiss", dismiss), 404, "quarantine_empty")
    problem(hands.post(town.bina, "/sensors/waiting/dismiss", dismiss), 403, "forbidden")
    assert "payload" not in found[0]
    problem(hands.get(town.bina, "/dead-letters"), 403, "forbidden")
    problem(hands.post(manager, f"/dead-letters/{uid()}/replay", {"id": uid()}), 404, "dead_letter_not_found")


def test_a_price_nobody_knows_is_not_found(town: Town) -> None:
    cell = {"variety": "嘎啦", "size": "70", "grade": "三级", "storage_type": "ra", "owner_class": "grower"}
    problem(town.hands.get(town.deep, "/prices/reference", **cell), 404, "not_found")
    problem(town.hands.post(town.deep, "/prices/outside", {
        "id": uid(), "series": "AP", "variety": "富士", "price": "7.0000", "priced_on": "2026-10-20",
    }), 403, "forbidden")  # fmt: skip


def test_a_receipt_is_checked_by_who_holds_the_paper(town: Town) -> None:
    problem(town.hands.client.get("/api/v1/receipts/checks/NOPE"), 404, "receipt_not_found")
    problem(town.hands.get(town.bina, f"/receipts/{uid()}"), 404, "receipt_not_found")
    assert town.hands.ask(town.bina, "/receipts") == {"items": [], "next_cursor": None}


def test_a_count_keeps_its_figures_until_nobody_counts(town: Town) -> None:
    hands, clerk, other = town.hands, town.staff(Role.CLERK), town.hands.human("Wei", Role.CLERK)
    managers = [town.hands.human(name, Role.WAREHOUSE_MANAGER) for name in ("Min", "Mo")]
    body = {"site_id": str(town.market.store.site.id), "lot_id": town.lot}
    problem(hands.post(town.bina, "/counts", {"id": uid(), **body}), 403, "forbidden")
    count = hands.do(clerk, "/counts", **body)["id"]
    (line,) = hands.ask(clerk, f"/counts/{count}/lines")["items"]
    entry = {"lot_id": town.lot, "slot_id": line["slot_id"], "units": 9}
    for human in (clerk, other):
        (line,) = hands.ask(human, f"/counts/{count}/lines")["items"]
        assert (line["to_count"], line["book_units"], line["found_units"]) == (True, None, None)
        hands.do(human, f"/counts/{count}/entries", **entry)
    (line,) = hands.ask(clerk, f"/counts/{count}/lines")["items"]
    assert (line["book_units"], line["found_units"], line["differs"]) == (10, 9, True)
    hands.do(other, f"/counts/{count}/findings", line_id=line["line_id"], reason="missing", note="寻遍未见")
    assert hands.do(managers[0], f"/counts/{count}/review", accepted=True)["state"] == "approving"
    judged = {"id": uid(), "accepted": True}
    for _ in range(2):
        done = hands.post(managers[1], f"/counts/{count}/approval", judged)
        assert (done.status_code, done.json["state"]) == (200, "approved")  # type: ignore[index]
    assert hands.ask(town.bina, f"/lots/{town.lot}/losses")["items"][0]["excess_grams"] == 2_000_000
    (owed,) = hands.ask(town.bina, "/shrink-liabilities", state="open")["items"]
    assert hands.ask(town.chand, "/shrink-liabilities")["items"] == []
    waived = hands.do(managers[0], f"/shrink-liabilities/{owed['id']}/decision", accepted=False, reason="货主自提")
    assert waived["state"] == "waived"
    problem(hands.get(town.chand, f"/lots/{town.lot}/losses"), 404, "lot_not_found")


def test_slots_come_from_rows_after_a_dry_run(town: Town) -> None:
    hands, manager = town.hands, town.staff(Role.WAREHOUSE_MANAGER)
    site = town.market.store.site.id
    row = {"line": 2, "room": "A1", "row": 9, "bay": 1, "level": 1, "capacity_grams": 800_000, "capacity_units": 15}
    bad = {**row, "line": 3, "room": "Z9"}
    seen = hands.do(manager, f"/sites/{site}/slot-check", rows=[row, bad])
    assert ([item["line"] for item in seen["new"]], seen["bad"]) == (
        [2], [{"line": 3, "why": "no_room", "value": "Z9"}],
    )  # fmt: skip
    refused = hands.post(manager, f"/sites/{site}/slot-import", {"id": uid(), "rows": [row, bad]})
    problem(refused, 422, "slot_sheet_wrong")
    problem(hands.post(town.bina, f"/sites/{site}/slot-check", {"id": uid(), "rows": [row]}), 403, "forbidden")
    hands.do(manager, f"/sites/{site}/slot-import", rows=[row])
    assert hands.do(manager, f"/sites/{site}/slot-check", rows=[row])["same"][0]["line"] == 2
    assert hands.ask(manager, "/scans", code="(00)106141412345678908")["sscc"] == "106141412345678908"
    problem(hands.get(manager, "/scans", code="(00)106141412345678909"), 422, "scan_misread")


def test_a_sample_is_booked_on_its_weighing_and_its_result_comes_once(town: Town) -> None:
    hands, clerk = town.hands, town.staff(Role.CLERK)
    key = hands.write(lambda s: store_make.record(s, 2_000, instrument=store_make.PLATFORM, at=town.later(0)))
    record = {"gateway": key.gateway, "epoch": key.epoch, "sequence": key.sequence}
    weighed = hands.do(clerk, "/weighings", purpose="sample", lot_id=town.lot, record=record)
    assert ids(hands.ask(clerk, f"/lots/{town.lot}/sample-weighings")) == [weighed["id"]]
    body = {"id": uid(), "weighing_id": weighed["id"], "taken_for": "buyer", "receiver": "Deep", "reason": "taste"}
    problem(hands.post(town.bina, f"/lots/{town.lot}/samples", body), 403, "forbidden")
    taken = hands.do(clerk, f"/lots/{town.lot}/samples", **body)
    assert hands.do(clerk, f"/lots/{town.lot}/samples", **body) == taken
    told = {"verdict": "passed", "report": "R1", "reported_on": "2026-10-20"}
    hands.do(clerk, f"/samples/{taken['id']}/result", **told)
    problem(hands.post(clerk, f"/samples/{taken['id']}/result", {**told, "id": uid()}), 409, "lot_sample_answered")
    (row,) = hands.ask(town.bina, f"/lots/{town.lot}/samples")["items"]
    assert (row["sample"]["grams"], row["result"]["verdict"]) == (2_000, "passed")
    problem(hands.get(town.chand, f"/lots/{town.lot}/samples"), 404, "lot_not_found")
    assert ids(hands.ask(town.chand, "/samples")) == []
    assert ids(hands.ask(town.bina, "/samples", waiting="true")) == []


def test_quality_is_data_and_files_of_instruments_come_after_a_dry_run(town: Town) -> None:
    hands, manager, clerk = town.hands, town.staff(Role.WAREHOUSE_MANAGER), town.staff(Role.CLERK)
    limit = {"code": "decay", "effective_on": "2026-10-20", "standard": "GB/T 10651-2008", "most": 20,
             "change_per_month": -5}  # fmt: skip
    problem(hands.post(clerk, "/quality/limits", {"id": uid(), **limit}), 403, "forbidden")
    hands.do(manager, "/quality/limits", **limit)
    problem(hands.post(manager, "/quality/limits", {"id": uid(), **limit, "code": "mood"}), 422,
            "quality_parameter_unknown")  # fmt: skip
    hands.do(manager, "/quality/sampling-plans", effective_on="2026-10-20", standard="GB/T 8855-2008",
             steps=[{"up_to_units": None, "crates": 2, "pieces": 20}])  # fmt: skip
    assert next(row["code"] for row in hands.ask(clerk, "/quality/parameters")["items"]) == "firmness"
    seen = hands.do(clerk, f"/lots/{town.lot}/inspections", inspected_on="2026-10-20", sample_units=2,
                    values=[{"code": "decay", "value": 21, "pieces": 20}])  # fmt: skip
    found = next(row for row in hands.ask(town.bina, f"/lots/{town.lot}/findings")["items"] if row["code"] == "decay")
    assert (found["inspection_id"], found["verdict"], found["standard"]) == (seen["id"], "above", "GB/T 10651-2008")
    ahead = next(row for row in hands.ask(town.bina, f"/lots/{town.lot}/outlook")["items"] if row["code"] == "decay")
    assert (ahead["days_left"], ahead["points"]) == (0, [{"on": "2026-10-20", "value": 21}])
    problem(hands.get(town.chand, f"/lots/{town.lot}/findings"), 404, "lot_not_found")
    site, code = town.market.store.site.id, hands.ask(clerk, f"/lots/{town.lot}")["code"]
    row = {"line": 2, "lot": code, "on": "2026-10-20", "fruit": "1", "values": [{"code": "brix", "value": 135}]}
    dry = hands.do(clerk, f"/sites/{site}/reading-check", rows=[row, {**row, "line": 3, "lot": "L9"}])
    assert ([new["lot_code"] for new in dry["new"]], dry["bad"]) == (
        [code], [{"line": 3, "why": "no_lot", "value": "L9"}],
    )  # fmt: skip
    for known in (0, 1):
        assert hands.do(clerk, f"/sites/{site}/reading-import", rows=[row])["known"] == known


def test_reports_and_seasons_are_read_and_kept_over_rest(town: Town) -> None:
    hands, manager, clerk = town.hands, town.staff(Role.WAREHOUSE_MANAGER), town.staff(Role.CLERK)
    stock = hands.ask(clerk, "/reports/sheet", kind="stock", group="variety")
    assert (stock["name"]["en"], stock["rows"][0][:4], stock["whole"]) == ("Stock", ["富士", 1, 10, 20_000_000], True)
    moves = hands.ask(clerk, "/reports/sheet", kind="movements", limit=1)
    assert (len(moves["rows"]), moves["whole"], moves["total"] > 1) == (1, False, True)
    assert set(moves["rows"][0][3]) == {"en", "zh"}
    assert hands.ask(clerk, "/reports/sheet", kind="forecast")["rows"] == []
    problem(hands.get(clerk, "/reports/sheet", kind="shrink", from_on="2026-10-02", until_on="2026-10-01"), 422,
            "question_wrong")  # fmt: skip
    problem(hands.get(town.bina, "/reports/sheet", kind="stock"), 403, "forbidden")
    season = {"code": "2026/27", "from_on": "2026-09-01", "until_on": "2027-08-31"}
    problem(hands.post(clerk, "/seasons", {"id": uid(), **season}), 403, "forbidden")
    opened = hands.do(manager, "/seasons", **season)
    assert ids(hands.ask(clerk, "/seasons")) == [opened["id"]]
    assert hands.ask(clerk, f"/seasons/{opened['id']}/check")["lots"] == 1
    assert [row["kind"] for row in hands.ask(clerk, f"/seasons/{opened['id']}/events")["items"]] == ["opened"]
    problem(hands.post(manager, f"/seasons/{opened['id']}/close", {"id": uid()}), 409, "season_not_over")
    problem(hands.post(manager, f"/seasons/{opened['id']}/archive", {"id": uid()}), 409, "season_state_wrong")
    assert hands.ask(clerk, f"/seasons/{opened['id']}/carries") == {"items": [], "next_cursor": None}
