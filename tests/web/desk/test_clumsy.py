"""Forms as people fill them in a hurry: the field is named, and nothing they typed is lost."""

from uuid import uuid4

import pytest

from tests.web.desk.make import Desk
from wms import parties

SQLITE = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)  # no engine is asked anything of its own


@SQLITE
def test_a_wrong_number_is_named_by_its_field_and_kept(unpledged: Desk) -> None:
    cashier = unpledged.browser("cashier", "zh")
    buyer = unpledged.see(lambda s: parties.party_by_code(s, "B1")).id
    form = {"form": "top-up", "id": str(uuid4()), "buyer": str(buyer), "reference": "ICBC-9"}
    wrong = cashier.post("/desk/cashier/top-up", **form, fen="三千")
    assert (wrong.status_code, "金额填写有误: 三千。" in wrong.text, 'value="三千"' in wrong.text) == (422, True, True)
    assert "请填写: 金额。" in cashier.post("/desk/cashier/top-up", **form, fen=" ").text
    told = cashier.post("/desk/cashier/top-up", **form, fen="１.２万元")
    assert told.status_code == 303, told.text
    assert "12,000.00" in cashier.get("/desk/cashier").text


@SQLITE
def test_a_wrong_pin_does_not_lose_the_counted_drawer(unpledged: Desk) -> None:
    form = {"form": "count", "id": str(uuid4()), "opens": "1", "pieces-10000": "37", "reason": "float",
            "second_name": "nobody", "second_pin": "0000"}  # fmt: skip
    answer = unpledged.browser("cashier").post("/desk/drawer/count", **form)
    assert answer.status_code in (403, 404, 409)
    assert 'value="37"' in answer.text


@SQLITE
def test_a_code_nobody_has_and_a_choice_nobody_offers_are_told_beside_the_form(unpledged: Desk) -> None:
    manager, admin = unpledged.browser("manager", "zh"), unpledged.browser("admin")
    typed = {"form": "tariff", "id": str(uuid4()), "name": "新价", "effective_from": "2027-01-01", "owner": "NO-SUCH",
             "method": "kg_day", "rate": "0.0021", "free_days": "0"}  # fmt: skip
    lost = manager.post("/desk/tariffs/new", **typed)
    assert (lost.status_code, 'value="新价"' in lost.text) == (404, True)
    party = {"form": "add", "id": str(uuid4()), "code": "X9", "name": "X", "kind": "zzz"}
    assert admin.post("/desk/parties", **party).status_code == 422


@SQLITE
def test_a_refusal_names_the_right_in_words(unpledged: Desk) -> None:
    told = unpledged.browser("trader", "zh").get("/desk/books")
    assert told.status_code == 403
    assert "查看账目" in told.text
    assert "see_books" not in told.text
