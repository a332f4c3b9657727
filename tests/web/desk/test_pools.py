"""One transfer for several deals and one load of several owners, at the desk; each pass's code is handed over once."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from tests.settlement.make import Season, moment
from tests.settlement.test_golden_bills import GRAMS, POOL_DAY, SORTING, pooled
from tests.users import make as people
from tests.web.terminal.make import Browser, app_on
from wms import ledger, settlement, users
from wms.delivery.identity import SESSION_COOKIE
from wms.kernel.database import Database

SHARES = ("24444.33", "24444.33", "24444.34")


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The desk on the day the load leaves."""
    made = app_on(database, moment(POOL_DAY, 7))
    yield made
    made.extensions["coldlot_live"].stop()


def test_a_transfer_and_a_load_at_the_desk(database: Database, app: Flask) -> None:
    case, cases, deals = pooled(database)
    cashier = signed_in(app, case, users.Role.CASHIER)
    parts = {f"part-{deal}": yuan for deal, yuan in zip(deals, SHARES, strict=True)}
    where = "/desk/pools/payments"
    assert all(name in cashier.get("/desk/pools").text for name in parts)
    assert cashier.post(where, id=str(uuid4()), reference="ICBC-6", **{"part-x": "1"}).status_code == 422
    assert cashier.post(where, id=str(uuid4()), reference="ICBC-6", **parts).status_code == 303
    assert database.read(lambda s: ledger.balance(s, "L:BuyerEscrow:B1")) == -7_333_300
    exits = [each.open_exit(POOL_DAY, 10, deal) for each, deal in zip(cases, deals, strict=True)]
    for each, exit_id, grams in zip(cases, exits, GRAMS.values(), strict=True):
        each.weigh_out(exit_id, POOL_DAY, grams, 10)
    assert all(f"exit-{exit_id}" in cashier.get("/desk/pools").text for exit_id in exits)
    marked = {f"exit-{exit_id}": "on" for exit_id in exits}
    key = str(uuid4())
    alone = cashier.post("/desk/pools/loads", id=str(uuid4()), sorting="0", **{f"exit-{exits[0]}": "on"})
    assert alone.status_code == 409
    closed = cashier.post("/desk/pools/loads", id=key, sorting=f"{SORTING // 100}", **marked)
    assert closed.status_code == 200
    codes = re.findall(r"<code>([0-9A-Z][0-9A-Z -]{5,})</code>", closed.text)
    assert len(set(codes)) == len(exits)
    again = cashier.post("/desk/pools/loads", id=key, sorting=f"{SORTING // 100}", **marked)
    assert not any(code in again.text for code in codes)
    rows = database.read(lambda s: [settlement.settlement_of_exit(s, exit_id) for exit_id in exits])
    assert all(row.gross_fen for row in rows)
    assert signed_in(app, case, users.Role.VALUER).get("/desk/pools").status_code == 403


def signed_in(app: Flask, case: Season, role: users.Role) -> Browser:
    at = moment(POOL_DAY, 7)
    account = case.do(lambda s: people.pinned(s, roles=frozenset({role})))
    signed = people.signed_in(case.database, account, at=at)
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, signed.token)
    return Browser(client, signed.session.csrf_token)
