"""E-invoices at the desk: what lacks is said and set, a batch goes out, the numbers come back; over the API too."""

import base64
import io
import re
from decimal import Decimal
from uuid import uuid4

from tests.einvoicing.make import STORE_NUMBER
from tests.web.desk.make import Desk
from tests.web.desk.test_receivables import billed
from wms import documents, einvoicing, parties


def text_of(number: int, *names: str) -> bytes:
    lines = [f"{name},{number + place:020d},2026-11-01" for place, name in enumerate(names)]
    return "\n".join(["单据编号,发票号码,开票日期", *lines]).encode("gb18030")


def test_the_finance_desk_sends_invoices_and_takes_numbers_back(unpledged: Desk) -> None:
    desk = unpledged
    first, second = billed(desk)
    owner, cashier = desk.fair.case.owner.party, desk.browser("cashier")
    page = cashier.get("/desk/e-invoices").text
    assert "The buyer has no tax number" in page
    assert "Handling has no tax code" in page
    assert "购买方缺少纳税人识别号" in desk.browser("auditor", "zh").get("/desk/e-invoices").text
    period = {"from_on": desk.fair.at.on.isoformat(), "to_on": desk.fair.at.on.isoformat()}
    assert cashier.post("/desk/e-invoices", id=str(uuid4()), **period).status_code == 409
    item = {"category": "物流辅助服务", "name": "仓储服务", "code": "3040406000000000000"}
    assert cashier.post("/desk/e-invoices/items", id=str(uuid4()), charge_kind="rent", **item).status_code == 422
    for kind in ("storage", "handling"):
        saved = cashier.post("/desk/e-invoices/items", id=str(uuid4()), charge_kind=kind, **item)
        assert saved.status_code == 303
    title = f"/desk/parties/{owner.id}/e-invoice"
    assert cashier.post(title, id=str(uuid4()), form="title", tax_number="12").status_code == 422
    assert cashier.post(title, id=str(uuid4()), form="title", is_person="on").status_code == 303
    assert "The store has no tax number" in cashier.get("/desk/e-invoices").text
    (keeper,) = desk.see(lambda s: parties.list_parties(s, parties.PartyKind.STORE)).items
    fields = {"form": "title", "tax_number": STORE_NUMBER}
    assert cashier.post(f"/desk/parties/{keeper.id}/e-invoice", id=str(uuid4()), **fields).status_code == 303
    key = str(uuid4())
    for _ in range(2):
        assert cashier.post("/desk/e-invoices", id=key, **period).status_code == 303
    url = f"/desk/e-invoices/{key}"
    assert first.name in cashier.get(url).text
    for kind in ("csv", "xlsx"):
        files = [cashier.get(f"{url}/file.{kind}").get_data() for _ in range(2)]
        assert files[0] == files[1]
        gross = [Decimal(row[18]) for row in documents.read_sheet(files[0])[1:]]
        assert sum(gross) * 100 == first.total_fen + second.total_fen
    wrong = cashier.post("/desk/e-invoices/numbers", file=(io.BytesIO(text_of(1, "S2026-999999")), "n.csv"))
    assert wrong.status_code == 422
    assert "No document of ours" in wrong.text
    looked = cashier.post("/desk/e-invoices/numbers", file=(io.BytesIO(text_of(1, first.name)), "n.csv"))
    kept = re.search(r'name="kept" hidden>([^<]+)<', looked.text)
    assert kept, looked.text
    assert desk.see(lambda s: einvoicing.number_of(s, first.id)) is None, "looking records nothing"
    done = cashier.post("/desk/e-invoices/numbers", id=str(uuid4()), kept=kept[1], verdict="record")
    assert done.status_code == 303
    assert desk.see(lambda s: einvoicing.number_of(s, first.id)).number == f"{1:020d}"
    assert f"{1:020d}" in cashier.get(url).text
    refused = cashier.post(f"{url}/withdraw", id=str(uuid4()), form="withdraw", reason="wrong")
    assert refused.status_code == 409
    for path in ("", "/items", f"/{key}"):
        assert desk.browser("valuer").get(f"/desk/e-invoices{path}").status_code == 403
        assert desk.browser("auditor", "zh").get(f"/desk/e-invoices{path}").status_code == 200
    assert desk.browser("auditor").post("/desk/e-invoices", id=str(uuid4()), **period).status_code == 403
    _over_the_interface(desk, key, second.id, second.name)


def _over_the_interface(desk: Desk, batch: str, second_id: object, second: str) -> None:
    cashier = desk.browser("cashier")
    csrf, api = {"X-CSRF-Token": cashier.token}, "/api/v1"
    rows = cashier.client.get(f"{api}/e-invoice-batches/{batch}/rows").json["items"]  # type: ignore[index]
    assert {row["document"] for row in rows} >= {second}
    assert cashier.client.get(f"{api}/e-invoice-batches").json["items"][0]["documents"] == 2  # type: ignore[index]
    page = cashier.get(f"/desk/e-invoices/{batch}/file.csv").get_data()
    assert cashier.client.get(f"{api}/e-invoice-batches/{batch}/csv").get_data() == page
    content = base64.b64encode(text_of(2, second)).decode()
    for dry_run, recorded in ((True, None), (False, 1)):
        body = {"id": str(uuid4()), "content": content, "dry_run": dry_run}
        answer = cashier.client.post(f"{api}/e-invoice-numbers", json=body, headers=csrf)
        assert (answer.status_code, answer.json["recorded"]) == (201, recorded)  # type: ignore[index]
    number = f"{api}/invoices/{second_id}/e-invoice"
    assert desk.browser("bina").client.get(number).json["number"] == f"{2:020d}"  # type: ignore[index]
    assert desk.browser("deep").client.get(number).status_code == 404
    day = desk.fair.at.on.isoformat()
    waiting = cashier.client.get(f"{api}/e-invoices/waiting?from_on={day}&to_on={day}")
    assert waiting.json["items"] == []  # type: ignore[index]
    assert desk.browser("bina").client.get(f"{api}/e-invoice-items").status_code == 403
