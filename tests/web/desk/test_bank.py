"""The cashier and the bank: a statement looked at, taken in, matched and the day signed off; over the API too."""

import base64
import io
import re
from typing import Any
from uuid import uuid4

from tests.users.make import PIN
from tests.web.desk.make import Desk
from tests.web.desk.test_receivables import billed, open_fen
from wms import billing, treasury

HEADS = "交易日期,对方户名,对方账号,借方发生额,贷方发生额,余额,摘要\n"


def sheet(desk: Desk, *rows: str) -> bytes:
    day = desk.fair.at.on.isoformat()
    return (HEADS + "".join(f"{day},{row}\n" for row in rows)).encode("gb18030")


def looked(browser: Any, content: bytes, **fields: str) -> Any:
    return browser.post("/desk/bank/import", file=(io.BytesIO(content), "icbc.csv"), account="6222", **fields)


def take_in(browser: Any, content: bytes) -> Any:
    page = looked(browser, content)
    kept = re.search(r'name="kept" hidden>([^<]+)<', page.text)
    assert kept, page.text
    fields = {"kept": kept[1], "name": "icbc.csv", "account": "6222", "verdict": "import"}
    return browser.post("/desk/bank/import", id=str(uuid4()), **fields)


def entries(desk: Desk) -> list[treasury.BankEntry]:
    return list(desk.see(lambda s: treasury.list_entries(s)).items)


def test_a_statement_is_looked_at_matched_undone_and_signed_off(unpledged: Desk) -> None:
    desk = unpledged
    first, _ = billed(desk)
    cashier, yuan = desk.browser("cashier"), f"{first.total_fen / 100:.2f}"
    bad = looked(cashier, sheet(desk, f"Bina,6228,,{yuan},{yuan},{first.name}", "x,y,,oops,1,"))
    assert bad.status_code == 422
    assert "oops" in bad.text
    assert entries(desk) == []
    content = sheet(desk, f"Bina,6228,,{yuan},{yuan},{first.name}")
    assert take_in(cashier, content).status_code == 303
    assert take_in(cashier, content).status_code == 409, "the same file counts once"
    (entry,) = entries(desk)
    url = f"/desk/bank/entries/{entry.id}"
    page = cashier.get(url).text
    assert "invoice number in the text" in page
    fields = {"party": str(desk.fair.case.owner.party.id), "into": "invoices", "fen": yuan, f"part-{first.id}": yuan}
    assert cashier.post(f"{url}/accept", id=str(uuid4()), **{**fields, "fen": f"{yuan}9"}).status_code == 422
    assert cashier.post(f"{url}/accept", id=str(uuid4()), **{**fields, "into": "pocket"}).status_code == 422
    assert cashier.post(f"{url}/accept", id=str(uuid4()), **fields).status_code == 303
    assert open_fen(desk, first) == [0]
    (match,) = desk.see(lambda s: treasury.matches_of(s, entry.id))
    undo = {"form": f"undo-{match.id}", "reason": "another payer"}
    alone = cashier.post(f"{url}/matches/{match.id}/undo", id=str(uuid4()), **undo, second_name="x", second_pin="1")
    assert alone.status_code in (403, 409, 422)
    approver = {"second_name": desk.staff["approver"].name, "second_pin": PIN}
    assert cashier.post(f"{url}/matches/{match.id}/undo", id=str(uuid4()), **undo, **approver).status_code == 303
    assert open_fen(desk, first) == [first.total_fen]
    signing = {"form": "sign", "on": desk.fair.at.on.isoformat()}
    assert cashier.post("/desk/bank/reconcile", id=str(uuid4()), **signing, note="").status_code == 422
    assert cashier.post("/desk/bank/reconcile", id=str(uuid4()), **signing, note="asked").status_code == 303
    for language in ("zh", "en"):
        auditor = desk.browser("auditor", language)
        for path in ("", "?all=1", "/reconcile", f"/entries/{entry.id}"):
            assert auditor.get(f"/desk/bank{path}").status_code == 200
    assert desk.browser("auditor").post(f"{url}/accept", id=str(uuid4()), **fields).status_code == 403
    assert desk.browser("valuer").get("/desk/bank").status_code == 403


def test_the_interface_takes_a_file_in_and_says_what_fits(unpledged: Desk) -> None:
    desk = unpledged
    first, _ = billed(desk)
    cashier = desk.browser("cashier")
    csrf = {"X-CSRF-Token": cashier.token}

    def ask(path: str, **body: Any) -> Any:
        answer = cashier.client.post(f"/api/v1{path}", json={"id": str(uuid4()), **body}, headers=csrf)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    content = base64.b64encode(sheet(desk, f"?,?,,{first.total_fen / 100:.2f},{first.total_fen / 100:.2f},?")).decode()
    body = {"file_name": "a.csv", "content": content, "account_number": "6222"}
    assert ask("/bank-statements", **body, dry_run=True)["statement"] is None
    assert entries(desk) == []
    assert ask("/bank-statements", **body)["statement"]["entries"] == 1
    (entry,) = entries(desk)
    found = cashier.client.get(f"/api/v1/bank-entries/{entry.id}/suggestions").get_json()["items"][0]
    assert found["because"] == ["amount"]
    ask(f"/bank-entries/{entry.id}/accept", party_id=found["party_id"], fen=first.total_fen, parts=found["parts"])
    state = cashier.client.get("/api/v1/bank-reconciliation").get_json()
    assert state["covered"]
    assert state["entries"] == []
    assert state["bank_fen"] - state["book_fen"] == state["brought_fen"] - state["open_book_fen"]
    assert desk.see(lambda s: billing.open_of_invoice(s, first.id)).total_fen == 0


def test_a_charge_of_the_bank_is_booked_where_the_day_is_reconciled(unpledged: Desk) -> None:
    desk = unpledged
    cashier = desk.browser("cashier")
    content = sheet(desk, ",,10.00,,-10.00,账户管理费", ",,,600.00,590.00,季度结息")
    assert take_in(cashier, content).status_code == 303
    charge, interest = sorted(entries(desk), key=lambda row: row.fen)
    on = desk.fair.at.on.isoformat()
    page = cashier.get(f"/desk/bank/reconcile?on={on}").text
    assert f"/desk/bank/entries/{charge.id}/book?on={on}" in page
    fields = {"item": "charge", "fen": "10.00", "words": "quarter", "form": f"book-{charge.id}"}
    url = f"/desk/bank/entries/{charge.id}/book?on={on}"
    assert cashier.post(url, id=str(uuid4()), **{**fields, "item": "gift"}).status_code == 422
    assert desk.browser("auditor").post(url, id=str(uuid4()), **fields).status_code == 403
    done = cashier.post(url, id=str(uuid4()), **fields)
    assert (done.status_code, done.headers["Location"]) == (303, f"/desk/bank/reconcile?on={on}")
    large = {"item": "interest", "fen": "600.00", "form": f"book-{interest.id}"}
    url = f"/desk/bank/entries/{interest.id}/book"
    assert cashier.post(url, id=str(uuid4()), **large).status_code == 409
    api = {"id": str(uuid4()), "item": "interest", "fen": 60_000}
    csrf = {"X-CSRF-Token": cashier.token}
    alone = cashier.client.post(f"/api/v1/bank-entries/{interest.id}/book", json=api, headers=csrf)
    assert alone.json["code"] == "bank_item_second_person"  # type: ignore[index]
    second = {"second_name": desk.staff["approver"].name, "second_pin": PIN}
    assert cashier.post(url, id=str(uuid4()), **large, **second).status_code == 303
    assert [desk.see(lambda s, row=row: treasury.left_of(s, row.id)) for row in (charge, interest)] == [0, 0]
