"""What the desk's forms do: once, by the right person, and after a refusal the input is still there."""

import re
from typing import Any
from uuid import UUID, uuid4

from tests.users.make import PIN
from tests.web.desk.make import Desk
from wms import billing, insight, ledger, lending, parties, trading, users
from wms.kernel.actor import SYSTEM


def asked(desk: Desk, fen: int = 1_000_000) -> UUID:
    """The owner asks for an advance on a free lot."""
    day = desk.fair.at.on.isoformat()
    desk.fair.case.price("7.0000", day)
    desk.fair.case.breathe(day)
    request = lending.AskAdvance(uuid4(), desk.fair.case.lot_id, fen)
    owner = desk.fair.case.owner.actor
    desk.fair.case.do(lambda s: lending.ask_advance(s, request, by=owner, at=desk.fair.at))
    return request.id


def state(desk: Desk, loan_id: UUID) -> str:
    return str(desk.see(lambda s: lending.get_loan(s, loan_id)).state)


def test_an_advance_takes_two_people_and_a_search_of_today(unpledged: Desk) -> None:
    desk = unpledged
    loan = asked(desk)
    url = f"/desk/advances/{loan}"
    credit, approver, cashier = (desk.browser(name) for name in ("credit", "approver", "cashier"))
    assert "needs two people" in credit.get("/desk").text
    assert credit.post(f"{url}/approve", id=str(uuid4()), form="approve").status_code == 303
    again = credit.post(f"{url}/approve", id=str(uuid4()), form="approve")
    assert again.status_code == 409
    assert state(desk, loan) == "checked"
    assert approver.post(f"{url}/approve", id=str(uuid4()), form="approve").status_code == 303
    assert state(desk, loan) == "approved"
    late = cashier.post(
        f"{url}/disburse", id=str(uuid4()), form="disburse", registration_no="ZDW-77", searched_on="2026-01-01"
    )
    assert late.status_code in (409, 422)
    assert 'value="ZDW-77"' in late.text, "the input is kept"
    key, today = str(uuid4()), desk.fair.at.on.isoformat()
    for _ in range(2):
        done = cashier.post(f"{url}/disburse", id=key, form="disburse", registration_no="ZDW-77", searched_on=today)
        assert done.status_code == 303
    assert state(desk, loan) == "active"
    assert sum(desk.see(lambda s: ledger.balances(s, "A:Loan:Principal:")).values()) == 1_000_000
    assert "Loan to value today" in cashier.get(url).text


def test_a_refusal_needs_a_reason(unpledged: Desk) -> None:
    loan = asked(unpledged)
    credit = unpledged.browser("credit")
    empty = credit.post(f"/desk/advances/{loan}/refuse", id=str(uuid4()), form="refuse", because="")
    assert empty.status_code == 422
    assert state(unpledged, loan) == "asked"
    credit.post(f"/desk/advances/{loan}/refuse", id=str(uuid4()), form="refuse", because="too small")
    assert state(unpledged, loan) == "refused"
    assert "too small" in credit.get(f"/desk/advances/{loan}").text


def test_who_may_not_approve_changes_nothing(unpledged: Desk) -> None:
    loan = asked(unpledged)
    assert unpledged.browser("manager").post(f"/desk/advances/{loan}/approve", id=str(uuid4())).status_code == 403
    assert state(unpledged, loan) == "asked"


def test_an_owner_withdraws_pledged_goods_after_consent_and_payment(desk: Desk) -> None:
    case, at = desk.fair.case, desk.fair.at
    exit_id = case.open_exit(at.on.isoformat(), 100)
    approver, cashier = desk.browser("approver"), desk.browser("cashier")
    assert "Agree to a release" in approver.get("/desk").text
    assert approver.post(f"/desk/exits/{exit_id}/consent", id=str(uuid4()), form="release").status_code == 303
    page = cashier.get(f"/desk/exits/{exit_id}")
    due = re.search(r'name="paid"[^>]*value="([0-9.]+)"', page.text)
    assert due
    short = cashier.post(
        f"/desk/exits/{exit_id}/payment", id=str(uuid4()), form="pay", paid="1.00", method="cash", reference="K-1"
    )
    assert short.status_code == 409
    assert 'value="K-1"' in short.text
    key = str(uuid4())
    for _ in range(2):
        paid = cashier.post(
            f"/desk/exits/{exit_id}/payment", id=key, form="pay", paid=due[1], method="bank", reference="K-2"
        )
        assert paid.status_code == 303
    order = desk.see(lambda s: billing.get_exit(s, exit_id))
    assert order.state == "cleared"
    assert "Total" in cashier.get(f"/desk/exits/{exit_id}").text


def test_a_wallet_is_topped_up_once(desk: Desk) -> None:
    buyer = desk.see(lambda s: parties.list_parties(s, parties.PartyKind.BUYER)).items[0]
    cashier, key = desk.browser("cashier"), str(uuid4())
    wrong = cashier.post(
        "/desk/cashier/top-up", id=key, form="top-up", buyer=str(buyer.id), fen="12.345", reference="B-9"
    )
    assert wrong.status_code == 422
    assert 'value="12.345"' in wrong.text
    fields: dict[str, Any] = {"form": "top-up", "buyer": str(buyer.id), "fen": "1,000.50", "reference": "B-9"}
    for _ in range(2):
        assert cashier.post("/desk/cashier/top-up", id=key, **fields).status_code == 303
    assert desk.see(lambda s: ledger.available(s, f"L:BuyerWallet:{buyer.code}")) == 100_050


def test_a_reversal_takes_two_people_who_may(desk: Desk) -> None:
    buyer = desk.see(lambda s: parties.list_parties(s, parties.PartyKind.BUYER)).items[0]
    top_up = trading.TopUp(uuid4(), buyer.id, 5000, "B-1")
    row = desk.fair.case.do(lambda s: trading.top_up_wallet(s, top_up, by=SYSTEM, at=desk.fair.at))
    cashier, url = desk.browser("cashier"), f"/desk/books/journals/{row.journal_id}/reverse"
    wrong = cashier.post(
        url, id=str(uuid4()), form="reverse", second_name=desk.staff["approver"].name, second_pin="000001"
    )
    assert wrong.status_code in (403, 409, 422)
    own = cashier.post(url, id=str(uuid4()), form="reverse", second_name=desk.staff["cashier"].name, second_pin=PIN)
    assert own.status_code in (403, 409)
    code = f"L:BuyerWallet:{buyer.code}"
    assert desk.see(lambda s: ledger.available(s, code)) == 5000
    done = cashier.post(url, id=str(uuid4()), form="reverse", second_name=desk.staff["approver"].name, second_pin=PIN)
    assert done.status_code == 303
    assert desk.see(lambda s: ledger.available(s, code)) == 0


def test_what_a_loan_posted_is_not_reversed_by_hand(desk: Desk) -> None:
    paid_out = desk.see(lambda s: lending.events_of(s, desk.fair.case.loan()))[0].journal_id
    cashier, url = desk.browser("cashier", "zh"), f"/desk/books/journals/{paid_out}"
    page = cashier.get(url).text
    assert "请在该预付货款上登记还款" in page
    assert 'name="second_pin"' not in page
    before = desk.see(lambda s: ledger.balances(s, "A:Loan:Principal:"))
    refused = cashier.post(
        f"{url}/reverse", id=str(uuid4()), form="reverse", second_name=desk.staff["approver"].name, second_pin=PIN
    )
    assert refused.status_code == 409
    assert desk.see(lambda s: ledger.balances(s, "A:Loan:Principal:")) == before


def test_a_top_up_reversed_by_hand_leaves_nothing_to_find(desk: Desk) -> None:
    buyer = desk.see(lambda s: parties.list_parties(s, parties.PartyKind.BUYER)).items[0]
    top_up = trading.TopUp(uuid4(), buyer.id, 5000, "B-7")
    row = desk.fair.case.do(lambda s: trading.top_up_wallet(s, top_up, by=SYSTEM, at=desk.fair.at))
    done = desk.browser("cashier").post(
        f"/desk/books/journals/{row.journal_id}/reverse", id=str(uuid4()), form="reverse",
        second_name=desk.staff["approver"].name, second_pin=PIN,
    )  # fmt: skip
    assert done.status_code == 303
    assert desk.see(insight.verify).findings == ()


def test_an_advance_shows_its_gates_in_sentences(desk: Desk) -> None:
    url = f"/desk/advances/{desk.fair.case.loan_id}"
    for language, said in (("zh", "近 3 天温度一直在限值内。"), ("en", "The temperature stayed within its limits")):
        page = desk.browser("credit", language).get(url).text
        assert said in page
        assert not re.search(r"\w+=(True|False|missing)", page)
    assert '<details class="fold"' in page, "older judgements are folded away"


def test_a_tariff_is_proposed_by_one_and_approved_by_another(desk: Desk) -> None:
    manager, approver = desk.browser("manager"), desk.browser("approver")
    fields = {"form": "propose", "name": "Spring", "effective_from": "2027-03-01", "kg_day": "0.0025", "free_days": "3",
              "handling_in": "0.02", "handling_out": "0.025"}  # fmt: skip
    bad = manager.post("/desk/tariffs", id=str(uuid4()), **{**fields, "kg_day": "much"})
    assert bad.status_code == 422
    assert 'value="Spring"' in bad.text
    assert manager.post("/desk/tariffs", id=str(uuid4()), **fields).status_code == 303
    version = next(row for row in desk.see(lambda s: billing.list_tariffs(s)).items if row.name == "Spring")
    assert "Approve Spring" in approver.get("/desk/tariffs").text
    assert approver.post(f"/desk/tariffs/{version.id}/approve", id=str(uuid4()), form="x").status_code == 303
    assert desk.see(lambda s: billing.approval_of(s, version.id)) is not None


def test_a_price_from_outside_is_written_down(desk: Desk) -> None:
    valuer = desk.browser("valuer")
    fields = {
        "form": "outside",
        "series": "Qixia market",
        "variety": "红富士",
        "priced_on": desk.fair.at.on.isoformat(),
    }
    assert valuer.post("/desk/prices/outside", id=str(uuid4()), price="8.30", **fields).status_code == 303
    assert valuer.post("/desk/prices/outside", id=str(uuid4()), price="cheap", **fields).status_code == 422
    assert (
        desk.browser("cashier").post("/desk/prices/outside", id=str(uuid4()), price="8.30", **fields).status_code == 403
    )


def test_the_administrator_adds_a_company_a_person_and_an_account(desk: Desk) -> None:
    admin = desk.browser("admin")
    party_id = uuid4()
    added = admin.post(
        "/desk/parties", id=str(party_id), form="add-party", code="B77", kind="buyer", name="Seven Fruit"
    )
    assert added.status_code == 303
    twice = admin.post("/desk/parties", id=str(uuid4()), form="add-party", code="B77", kind="buyer", name="Other")
    assert twice.status_code in (409, 422)
    assert 'value="Other"' in twice.text
    url = f"/desk/parties/{party_id}"
    person = {"form": "add-person", "name": "Gita", "post": "buying", "from_on": desk.fair.at.on.isoformat()}
    assert admin.post(f"{url}/people", id=str(uuid4()), **person).status_code == 303
    job = desk.see(lambda s: parties.people_of(s, party_id, desk.fair.at.on))[0][1]
    account = uuid4()
    made = admin.post(
        "/desk/users", id=str(account), form="add-user", name="gita", employment=str(job.id), role="buyer"
    )
    assert made.status_code == 303
    shown = admin.post(f"/desk/users/{account}/invite", id=str(uuid4()), form="invite")
    assert "Shown once" in shown.text
    assert desk.see(lambda s: users.roles_of(s, account)) == {users.Role.BUYER}


def test_an_empty_house_greets_its_administrator_with_the_set_up(desk: Desk) -> None:
    admin = desk.browser("admin")
    assert "Set up the house" in admin.get("/desk/setup").text
    fields = {"form": "user", "person": "Hari", "name": "hari", "role": "clerk"}
    key = str(uuid4())
    for _ in range(2):
        assert admin.post("/desk/setup/user", id=key, **fields).status_code == 303
    assert desk.see(lambda s: users.account_by_name(s, "hari")) is not None
