"""Invoices line by line: disputed by the party on a phone, answered at the desk, seen by no stranger."""

from typing import Any
from uuid import uuid4

import pytest

from tests.billing.make import pay
from tests.dunning import make
from tests.dunning.make import OUT, House
from tests.users import make as people
from tests.web.terminal.make import Browser
from wms import billing, dunning, users
from wms.app import create_app
from wms.config import Config, Mqtt
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database
from wms.web.bills import days_of

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
R = users.Role
STAFF = {"cashier": R.CASHIER, "approver": R.APPROVER, "manager": R.WAREHOUSE_MANAGER, "auditor": R.AUDITOR}
BUYER = frozenset({R.BUYER})


class Desk:
    """An owner with two invoices, one paid, and who reads them: the owner, another, a buyer, and the staff."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as session:
            self.house = House(session)
            order, self.paid = make.owing(session, self.house)
            pay(session, order)
            _, self.owed = make.owing(session, self.house, units=100)
            self.people = {name: people.pinned(session, roles=frozenset({role})) for name, role in STAFF.items()}
            store = self.house.store
            self.people["owner"] = people.user(session, people.GROWER, party=store.bina)
            self.people["merchant"] = people.user(session, BUYER, party=store.bina)
            self.people["stranger"] = people.user(session, people.GROWER, party=store.chand)
        self.app = create_app(Config(mqtt=Mqtt(site="yt1", port=1)), database=database, clock=lambda: OUT)
        self.app.extensions["coldlot_live"].stop()

    def at(self, name: str, language: str = "en") -> Browser:
        signed = people.signed_in(self.database, self.people[name], at=OUT)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        return Browser(client, signed.session.csrf_token)

    def disputes(self, invoice: billing.Invoice) -> list[dunning.Dispute]:
        return self.database.read(lambda s: dunning.disputes_of(s, invoice.id))


def said(**changes: Any) -> dict[str, Any]:
    return {"id": uuid4(), "line": "storage", "ground": "days", "reason": "<b>80 days</b>"} | changes


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_each_line_with_its_days_and_nobody_elses(database: Database, language: str) -> None:
    desk = Desk(database)
    page = f"/portal/bills/{desk.paid.id}"
    owner, stranger = desk.at("owner", language), desk.at("stranger", language)
    assert desk.paid.name in owner.get("/portal/bills").text
    bill, days = owner.get(page), owner.get(f"{page}/days")
    assert bill.status_code == days.status_code == 200
    assert ("仓储费" if language == "zh" else "Storage") in bill.text
    assert "869.00" in bill.text
    assert "2027-01-19" in days.text, "the day before it left is the last that counts"
    assert desk.paid.name not in stranger.get("/portal/bills").text
    for url in (page, f"{page}/days"):
        assert stranger.get(url).status_code == 404
    assert stranger.post(f"{page}/dispute", **said()).status_code == 404
    assert desk.disputes(desk.paid) == []
    assert desk.at("merchant", language).get(f"/board/bills/{desk.owed.id}").status_code == 200
    assert desk.at("manager", language).get("/portal/bills").status_code == 403


def test_the_days_of_an_invoice_add_up_to_its_line(database: Database) -> None:
    desk = Desk(database)
    lines = database.read(lambda s: billing.lines_of(s, desk.paid.id))
    days = days_of(lines)
    timed = [part for line in lines for part in line.explanation if part["days"]]
    assert days[-1].so_far == sum(day.nanoyuan for day in days) == sum(part["nanoyuan"] for part in timed)
    assert len(days) == sum(part["days"] for part in timed if part["line"] == "kg_day") == 92, "free days among them"
    assert [day.from_on for day in days] == sorted({day.from_on for day in days})


def test_a_line_is_disputed_once_and_refused_in_words(database: Database) -> None:
    desk = Desk(database)
    owner, page = desk.at("owner"), f"/portal/bills/{desk.owed.id}"
    for wrong, status in (({"reason": " "}, 422), ({"line": "all"}, 422), ({"ground": ""}, 422)):
        refused = owner.post(f"{page}/dispute", **said(**wrong))
        assert refused.status_code == status
    kept = owner.post(f"{page}/dispute", **said(ground="", reason="kept words"))
    assert "kept words" in kept.text
    assert desk.disputes(desk.owed) == []
    form = said()
    for _ in range(2):
        assert owner.post(f"{page}/dispute", **form).status_code == 303
    assert owner.post(f"{page}/dispute", **said(line="handling")).status_code == 409
    (one,) = desk.disputes(desk.owed)
    shown = owner.get(page).text
    assert "&lt;b&gt;80 days" in shown
    assert "Something is wrong with" not in shown, "one at a time"
    cashier = desk.at("cashier")
    assert "Answer a dispute" in cashier.get("/desk").text
    assert desk.owed.name in desk.at("auditor").get("/desk/disputes").text
    answer = f"/desk/disputes/{one.id}"
    assert desk.at("manager").post(f"{answer}/refuse", id=uuid4(), outcome="no").status_code == 403
    assert cashier.post(f"{answer}/refuse", id=uuid4(), outcome=" ", form="refuse").status_code == 422
    assert cashier.post(f"{answer}/refuse", id=uuid4(), outcome="free days are 7").status_code == 303
    shown = owner.get(page).text
    assert "free days are 7" in shown
    assert 'value="storage"' not in shown, "what was answered is not asked again"
    assert 'value="handling"' in shown
    assert "Answer a dispute" not in cashier.get("/desk").text


def test_the_desk_upholds_it_with_a_second_person(database: Database) -> None:
    desk = Desk(database)
    cashier, approver = desk.at("cashier", "zh"), desk.people["approver"]
    url = f"/desk/invoices/{desk.paid.id}/dispute"
    exit_page = f"/desk/exits/{desk.paid.exit_id}"
    assert url in cashier.get(exit_page).text
    wrong = cashier.post(url, id=uuid4(), form=f"dispute-{desk.paid.number}", line="whole", ground="rate", reason="")
    assert wrong.status_code == 422
    assert desk.at("auditor").post(url, **said()).status_code == 403
    assert cashier.post(url, **said(line="whole", ground="rate")).status_code == 303
    (one,) = desk.disputes(desk.paid)
    assert one.raised_by == "desk"
    page = f"/desk/disputes/{one.id}"
    form = {"storage": "69.00", "handling": "0", "outcome": "合同价应为 0.0018", "second_name": approver.name}
    for second in ({"second_pin": "0000"}, {"second_name": desk.people["cashier"].name, "second_pin": people.PIN}):
        assert cashier.post(f"{page}/uphold", id=uuid4(), form="uphold", **(form | second)).status_code in (403, 409)
    assert desk.disputes(desk.paid)[0].state == "open"
    assert cashier.post(f"{page}/uphold", id=uuid4(), **form, second_pin=people.PIN).status_code == 303
    (note,) = database.read(lambda s: billing.credit_notes_of(s, desk.paid.id))
    for browser, where in ((cashier, page), (cashier, exit_page), (desk.at("owner"), f"/portal/bills/{desk.paid.id}")):
        assert note.name in browser.get(where).text, where
