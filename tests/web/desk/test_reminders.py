"""Reminders and uncollected goods on the desk's pages: told, proved, and disposed of by two after all steps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.documents.reading import text_of
from tests.dunning import make
from tests.dunning.make import OUT, House
from tests.users import make as people
from tests.web.terminal.make import Browser, hidden
from wms import dunning, users
from wms.app import create_app
from wms.config import Config, Mqtt
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.database import Database

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
ROLES = {"cashier": users.Role.CASHIER, "manager": users.Role.WAREHOUSE_MANAGER, "approver": users.Role.APPROVER}


class Desk:
    """The desk on a day that can be moved on, its staff at browsers."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, OUT
        with database.transaction() as session:
            self.house = House(session)
            make.ladder(session)
            _, self.invoice = make.owing(session, self.house)
            self.staff = {name: people.pinned(session, roles=frozenset({role})) for name, role in ROLES.items()}
            self.staff["owner"] = people.user(session, people.GROWER, party=self.house.store.bina)
            self.staff["stranger"] = people.user(session, people.GROWER, party=self.house.store.chand)
        config = Config(mqtt=Mqtt(site="yt1", port=1))
        self.app = create_app(config, database=database, clock=lambda: self.now)
        self.app.extensions["coldlot_live"].stop()

    def at(self, name: str, moment: Moment, language: str = "en") -> Browser:
        self.now = moment
        signed = people.signed_in(self.database, self.staff[name], at=moment)
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.token)
        client.set_cookie("language", language)
        return Browser(client, signed.session.csrf_token)


def posted(browser: Browser, page: str, url: str, **fields: Any) -> None:
    """Post a form of a page with its own id; it must be taken."""
    answer = browser.post(url, id=uuid4(), **fields)
    assert answer.status_code == 303, (page, answer.text)


def test_a_reminder_is_told_proved_and_printed(database: Database) -> None:
    desk = Desk(database)
    week = make.later(OUT, days=7)
    cashier = desk.at("cashier", week)
    assert desk.invoice.name in cashier.get("/desk/reminders").text
    with database.transaction() as session:
        (told,) = dunning.run_ladder(session, by=SYSTEM, at=week)
    page = f"/desk/notices/{told.id}"
    assert "13800000001" in cashier.get(page).text
    posted(cashier, page, f"{page}/proofs", kind="sms_receipt", reference="SMS-77", proved_on=week.on)
    assert "SMS-77" in cashier.get(page).text
    wrong = cashier.post(f"{page}/proofs", id=uuid4(), kind="sms_receipt", reference="x", proved_on="2020-01-01")
    assert wrong.status_code == 422
    letter = text_of(desk.at("owner", week).client.get(f"/papers/notices/{told.id}.pdf").data)
    for words in ("催款通知 Reminder of payment", desk.invoice.name, "1,094.00 元 yuan", "SMS-77", told.words_en):
        assert words in letter, words
    assert desk.at("stranger", week).client.get(f"/papers/notices/{told.id}.pdf").status_code == 404
    level = {"level": "4", "after": "60", "effective_from": week.on, "channel": "letter", "words_zh": "{yuan}"}
    posted(cashier, page, "/desk/reminders/levels", **level, words_en="{yuan}")
    wrong_words = {**level, "words_en": "{secret}", "form": "level"}
    refused = cashier.post("/desk/reminders/levels", id=uuid4(), **wrong_words)
    assert (refused.status_code, "{secret}" in refused.text) == (422, True), "the form keeps what was typed"
    assert desk.at("manager", week, "zh").get("/desk/reminders").status_code == 200


def test_goods_leave_by_two_people_after_every_step(database: Database) -> None:
    desk = Desk(database)
    lot = desk.house.lot
    first = Moment(at=OUT.at + timedelta(days=300), on=lot.deadline_on + timedelta(days=1))
    posted(desk.at("cashier", first), "", "/desk/uncollected/terms", effective_from=OUT.on, reminder=3, formal=3,
           enforcement=3, source="合同第九条")  # fmt: skip
    keeper = desk.at("manager", first)
    case_id = UUID(hidden(keeper.get(f"/desk/lots/{lot.id}")))
    assert keeper.post(f"/desk/lots/{lot.id}/uncollected", id=case_id).status_code == 303
    page, day = f"/desk/uncollected/{case_id}", first
    assert lot.code in keeper.get("/desk/uncollected").text
    for step in dunning.Step:
        keeper, cashier = desk.at("manager", day), desk.at("cashier", day)
        posted(keeper, page, f"{page}/step", step=step.value)
        early = keeper.post(f"{page}/disposal", id=uuid4(), way="sale", units="10", reason="debt")
        assert (early.status_code, "proof" in early.text) == (409, True)
        with database.transaction() as session:
            case = dunning.get_case(session, case_id, SYSTEM)
            notice = next(one.notice for one in dunning.stages_of(session, case) if one.step is step)
        assert notice is not None
        assert "3 日 days from receipt" in text_of(cashier.client.get(f"/papers/notices/{notice.id}.pdf").data)
        proof = {"kind": "courier_signed", "reference": "SF", "proved_on": day.on}
        posted(cashier, page, f"/desk/notices/{notice.id}/proofs", **proof)
        day = replace(day, on=day.on + timedelta(days=4), at=day.at + timedelta(days=4))
    keeper, approver = desk.at("manager", day), desk.at("approver", day)
    posted(keeper, page, f"{page}/disposal", way="sale", units="10", reason="debt")
    assert keeper.post(f"{page}/approve", id=uuid4()).status_code == 403
    posted(approver, page, f"{page}/approve")
    assert "To be disposed of" in keeper.get(page).text
    posted(keeper, page, f"{page}/close", outcome="sold")
    assert "sold" in desk.at("manager", day, "zh").get(page).text
