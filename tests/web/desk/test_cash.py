"""The drawer, refunds, returns and transfer files at the desk: each by the right people, once."""

import re
from uuid import uuid4

from tests.lots.make import moment
from tests.users.make import PIN
from tests.web.desk.make import Desk
from wms import ledger, settlement, trading
from wms.kernel.actor import SYSTEM


def owe(desk: Desk, fen: int) -> None:
    """The owner is owed an amount."""
    code, at = desk.fair.case.owner.party.code, desk.fair.at
    legs = (ledger.Leg("A:Cash:Settlement", fen), ledger.Leg(f"L:GrowerPayable:{code}", -fen))
    entry = ledger.Entry(uuid4(), f"owed-{uuid4()}", "manual", "owed", at.on, legs)
    desk.fair.case.do(lambda s: ledger.post(s, entry, by=SYSTEM, at=at))


def test_the_drawer_is_counted_at_the_desk(unpledged: Desk) -> None:
    desk, key = unpledged, str(uuid4())
    cashier = desk.browser("cashier")
    assert cashier.post("/desk/drawer/count", id=str(uuid4()), form="count", opens="1").status_code == 303
    over = {"form": "count", "opens": "", "pieces-10000": "1", "reason": "found under the tray"}
    alone = cashier.post("/desk/drawer/count", id=str(uuid4()), **over)
    assert alone.status_code == 409
    assert "found under the tray" in alone.text
    second = {"second_name": desk.staff["approver"].name, "second_pin": PIN}
    for _ in range(2):
        assert cashier.post("/desk/drawer/count", id=key, **over, **second).status_code == 303
    assert desk.see(lambda s: ledger.balance(s, "A:Cash:Drawer")) == 10_000
    paid_in = {"form": "bank-cash", "fen": "100.01", "reference": "S-1"}
    assert cashier.post("/desk/drawer/bank", id=str(uuid4()), **paid_in).status_code == 409
    assert cashier.post("/desk/drawer/bank", id=str(uuid4()), **{**paid_in, "fen": "100"}).status_code == 303
    assert "found under the tray" in desk.browser("auditor", "zh").get("/desk/drawer").text


def test_a_payout_goes_into_a_file_and_comes_back(unpledged: Desk) -> None:
    desk = unpledged
    owe(desk, 50_000)
    owner, cashier, approver = desk.fair.case.owner.party, desk.browser("cashier"), desk.browser("approver")
    url = f"/desk/payouts/{owner.id}"
    assert cashier.post(url, id=str(uuid4()), form="pay-out", fen="500", reference="P-1").status_code == 303
    (payout,) = desk.see(lambda s: settlement.payouts_of(s, owner.id))
    own = {
        "form": "prepare",
        "kind": "pain001",
        "own_name": "冷仓",
        "own_account": "6222",
        f"transfer-{payout.id}": "on",
    }
    assert cashier.post("/desk/transfers", id=str(uuid4()), **{**own, "kind": "exe"}).status_code == 422
    assert cashier.post("/desk/transfers", id=str(uuid4()), **own).status_code == 303
    assert cashier.post("/desk/transfers", id=str(uuid4()), **own).status_code == 409, "one payout, one file"
    approve = re.search(r"/desk/transfers/[0-9a-f-]{36}/approve", approver.get("/desk/transfers").text)
    assert approve
    download = approve[0].removesuffix("/approve")
    assert cashier.get(download).status_code == 409
    assert cashier.post(approve[0], id=str(uuid4())).status_code == 409, "who made it does not approve it"
    assert approver.post(approve[0], id=str(uuid4())).status_code == 303
    content = cashier.get(download)
    assert content.mimetype == "application/xml"
    assert b'<InstdAmt Ccy="CNY">500.00</InstdAmt>' in content.get_data()
    back = {"form": "return", "payout": str(payout.id), "reference": "R-1", "reason": "account closed"}
    assert cashier.post(f"{url}/return", id=str(uuid4()), **back).status_code == 303
    assert cashier.post(f"{url}/return", id=str(uuid4()), **back).status_code == 409
    assert desk.see(lambda s: settlement.payable(s, owner.id)) == 50_000
    top_up = trading.TopUp(uuid4(), owner.id, 1_000, "IN-9")
    desk.fair.case.do(lambda s: trading.top_up_wallet(s, top_up, by=SYSTEM, at=moment("2026-11-01")))
    refund = {"form": "refund", "fen": "10.01", "reference": "W-1"}
    assert cashier.post(f"{url}/refund", id=str(uuid4()), **refund).status_code == 409
    assert cashier.post(f"{url}/refund", id=str(uuid4()), **{**refund, "fen": "10"}).status_code == 303
    for language in ("zh", "en"):
        auditor = desk.browser("auditor", language)
        assert all(auditor.get(path).status_code == 200 for path in ("/desk/transfers", "/desk/drawer", url))
    assert desk.browser("auditor").get(download).status_code == 403
