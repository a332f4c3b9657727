"""What parties owe: the pages and files tell the same figures, and money is counted where the cashier says."""

import csv
import io
import re
from decimal import Decimal
from uuid import uuid4

from tests.documents.reading import text_of
from tests.web.desk.make import Desk
from wms import billing, documents
from wms.documents.accounts import PART, REASON
from wms.kernel.actor import SYSTEM
from wms.web import money_words


def billed(desk: Desk) -> list[billing.Invoice]:
    """Two exits of the owner, billed today and not paid."""
    case, at = desk.fair.case, desk.fair.at
    made = []
    for _ in range(2):
        exit_id = case.open_exit(at.on.isoformat(), 50)
        case.do(lambda s, x=exit_id: billing.quote_exit(s, billing.QuoteExit(uuid4(), x), by=SYSTEM, at=at))
        bill = billing.InvoiceExit(uuid4(), exit_id, at.on)
        made.append(case.do(lambda s, bill=bill: billing.invoice_exit(s, bill, by=SYSTEM, at=at)))
    return made


def open_fen(desk: Desk, *bills: billing.Invoice) -> list[int]:
    return [desk.see(lambda s, bill=bill: billing.open_of_invoice(s, bill.id)).total_fen for bill in bills]


def test_a_payment_goes_to_the_invoices_the_cashier_names(unpledged: Desk) -> None:
    desk = unpledged
    first, second = billed(desk)
    owner, cashier = desk.fair.case.owner.party, desk.browser("cashier")
    url, key = f"/desk/parties/{owner.id}/payments", str(uuid4())
    page = cashier.get(f"/desk/parties/{owner.id}/statement")
    assert first.name in page.text
    fields = {"form": "take", "fen": "5.00", "method": "bank", "reference": "B-1", f"part-{second.id}": "5.00"}
    wrong = cashier.post(url, id=str(uuid4()), **{**fields, f"part-{second.id}": "5.01"})
    assert wrong.status_code == 422
    assert 'value="5.01"' in wrong.text, "the input is kept"
    assert cashier.post(url, id=str(uuid4()), **{**fields, "method": "paid"}).status_code == 422
    for _ in range(2):
        assert cashier.post(url, id=key, **fields).status_code == 303
    assert open_fen(desk, first, second) == [first.total_fen, second.total_fen - 500]
    assert desk.browser("auditor").post(url, id=str(uuid4()), **fields).status_code == 403


def test_page_and_files_tell_what_the_books_hold(unpledged: Desk) -> None:
    desk = unpledged
    owed = documents.yuan(sum(bill.total_fen for bill in billed(desk)))
    cashier, owner = desk.browser("cashier"), desk.fair.case.owner.party
    assert f"{owed:,}" in cashier.get("/desk/receivables").text
    rows = list(csv.reader(io.StringIO(cashier.get("/desk/receivables.csv").get_data().decode("utf-8-sig"))))
    assert [(row[0], Decimal(row[-1])) for row in rows[1:]] == [(owner.code, owed)]
    for browser, url in ((cashier, f"/desk/parties/{owner.id}"), (desk.browser("bina"), "/portal/money")):
        assert f"{owed:,}" in browser.get(f"{url}/statement").text
        sheet = documents.read_sheet(browser.get(f"{url}/statement.xlsx").get_data())
        assert Decimal(sheet[-1][5]) == owed
        paper = browser.get(f"{url}/statement.pdf")
        assert paper.mimetype == "application/pdf"
        said = text_of(paper.get_data())
        for words in ("Statement of account", "往来对账单", owner.name, "出库账单", f"{owed:,}"):
            assert words in said
        assert "exit_invoice" not in said
    api = f"/api/v1/parties/{owner.id}/statement/paper?from_on=2026-10-01&to_on=2026-10-31"
    assert desk.browser("bina").get(api).get_data().startswith(b"%PDF-")
    assert desk.browser("deep").get(api).status_code == 404
    assert desk.browser("bina").get(api.replace("to_on", "x")).status_code == 422
    assert desk.browser("valuer").get("/desk/receivables").status_code == 403
    assert desk.browser("deep").get("/portal/money/statement").status_code in (403, 404)


def test_the_account_opens_in_both_languages_on_a_phone_too(unpledged: Desk) -> None:
    billed(unpledged)
    for language in ("zh", "en"):
        page = unpledged.browser("bina", language).get("/portal/money/statement?from_on=2026-01-01&to_on=nonsense")
        assert page.status_code == 200
        assert not re.search(r"exit_invoice", page.text), "reasons are told in words"


def test_the_paper_has_words_for_all_the_page_has() -> None:
    of_no_party = {"drawer_difference", "cash_to_bank", "bank_charge", "bank_interest"}
    assert set(money_words.REASON) - of_no_party <= set(REASON)
    assert set(money_words.PART) == set(PART)
