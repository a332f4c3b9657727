"""The tax bureau's numbers beside our own: on pages, papers and statements, red letters beside the credit note."""

from typing import Any
from uuid import uuid4

import pytest

from tests.documents.reading import text_of
from tests.einvoicing.make import NEXT, Desk, number, record
from tests.users import make as people
from wms import billing, users
from wms.app import create_app
from wms.config import Config, Mqtt
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
BLUE, RED = f"2637{1:016d}", f"2637{2:016d}"


def test_numbers_stand_beside_the_documents_they_are_of(database: Database) -> None:
    def begin(session: Any) -> tuple[Desk, billing.CreditNote, dict[str, users.Account]]:
        desk = Desk(session)
        desk.set_up(session)
        desk.prepared(session)
        record(session, number(1, desk.first.name))
        clerk, other = (people.pinned(session, roles=frozenset({users.Role.CASHIER})) for _ in range(2))
        by, approver = (users.actor_of_account(session, account.id, NEXT) for account in (clerk, other))
        wrong = billing.IssueCreditNote(uuid4(), desk.first.id, 5_000, 0, "wrong tariff")
        note = billing.issue_credit_note(session, wrong, by=by, at=NEXT, approver=approver)
        desk.prepared(session)
        record(session, number(2, note.name))
        return desk, note, {"owner": people.user(session, people.GROWER, party=desk.bina), "cashier": clerk}

    desk, note, who = database.write(begin)
    app = create_app(Config(mqtt=Mqtt(site="yt1", port=1)), database=database, clock=lambda: NEXT)
    app.extensions["coldlot_live"].stop()
    sees = {}
    for name, account in who.items():
        sees[name] = app.test_client()
        sees[name].set_cookie(SESSION_COOKIE, people.signed_in(database, account, at=NEXT).token)
    party = f"/desk/parties/{desk.bina.id}/statement"
    for name, url in (
        ("owner", f"/portal/bills/{desk.first.id}"), ("cashier", f"/desk/exits/{desk.first.exit_id}"),
        ("owner", "/portal/money/statement"), ("owner", "/portal/money/statement.csv"), ("cashier", party),
        ("cashier", f"{party}.csv"),
    ):  # fmt: skip
        shown = sees[name].get(url).text
        assert (BLUE in shown, RED in shown) == (True, True), url
    for url in (f"/papers/invoices/{desk.first.id}.pdf", f"/papers/credit-notes/{note.id}.pdf"):
        paper = text_of(sees["owner"].get(url).data)
        assert (BLUE in paper, RED in paper) == (True, True), url
    assert "2637" not in sees["owner"].get(f"/portal/bills/{desk.second.id}").text
    statement = text_of(sees["owner"].get("/portal/money/statement.pdf").data).replace("\n", "")
    assert (BLUE in statement, RED in statement) == (True, True)
