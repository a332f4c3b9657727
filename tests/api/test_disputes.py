"""Disputes over the interface: one's own invoices only, upheld with a second person's key, answered once."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.make import Hands
from tests.dunning.make import OUT, House, owing
from wms import billing
from wms.kernel.database import Database
from wms.users import Role

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def test_a_dispute_from_saying_it_to_its_credit_note(database: Database) -> None:
    def begin(session: Any) -> tuple[House, billing.Invoice]:
        house = House(session)
        return house, owing(session, house)[1]

    house, invoice = database.write(begin)
    hands = Hands(database, OUT)
    owner = hands.human("Bina", Role.GROWER, house.store.bina)
    stranger = hands.human("Chand", Role.BUYER, house.store.chand)
    cashier, approver = hands.human("Fang", Role.CASHIER), hands.human("Gu", Role.APPROVER)
    path = f"/invoices/{invoice.id}"
    body = {"id": str(uuid4()), "reason": "在库只有 80 天", "line": "storage", "ground": "days"}
    assert hands.post(stranger, f"{path}/dispute", body).status_code == 404
    assert hands.get(stranger, f"{path}/disputes").status_code == 404
    assert hands.post(owner, f"{path}/dispute", body | {"line": "all"}).status_code == 422
    made = hands.post(owner, f"{path}/dispute", body)
    assert made.status_code == hands.post(owner, f"{path}/dispute", body).status_code == 201
    assert made.json is not None
    assert (made.json["state"], made.json["raised_by"], made.json["line"]) == ("open", "party", "storage")
    one = f"/disputes/{body['id']}"
    assert hands.get(stranger, one).status_code == 404
    assert [row["id"] for row in hands.get(owner, "/disputes").json["items"]] == [body["id"]]  # type: ignore[index]
    assert hands.get(stranger, "/disputes").json["items"] == []  # type: ignore[index]
    right = {"id": str(uuid4()), "outcome": "少算一次", "storage_fen": 6_900, "handling_fen": 0}
    uphold = f"{path}/uphold-dispute"
    assert hands.post(owner, uphold, right).status_code == 403
    alone = hands.post(cashier, uphold, right)
    assert (alone.status_code, alone.json["code"]) == (409, "second_person_missing")  # type: ignore[index]
    answers = [hands.post(cashier, uphold, right, **{"X-Second-Person": approver.key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json == hands.get(owner, one).json
    note = answers[0].json["credit_note_id"]  # type: ignore[index]
    assert hands.client.get(f"/api/v1/credit-notes/{note}/paper", headers={"Authorization": f"Bearer {owner.key}"}).data
    refused = hands.post(cashier, f"{path}/end-dispute", {"id": str(uuid4()), "outcome": "no"})
    assert (refused.status_code, refused.json["code"]) == (409, "nothing_disputed")  # type: ignore[index]
