"""Papers as files: read back as printed, given to who may see them, the gate's code once and to nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.billing import make
from tests.documents.reading import pages_of, text_of
from tests.parties import make as cast
from tests.users import make as people
from tests.web.terminal.make import Browser, Dock, app_on
from wms import billing
from wms.kernel.actor import Actor, Permission
from wms.kernel.database import Database

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


@dataclass(slots=True)
class Desk:
    """A closed exit with its invoice, a credit note to it and its pass, and three browsers."""

    database: Database
    clerk: Browser
    owner: Browser
    stranger: Browser
    exit_id: UUID
    invoice: billing.Invoice
    note: billing.CreditNote
    code: str

    def text(self, browser: Browser, url: str) -> str:
        answer = browser.client.get(url)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), url
        return text_of(answer.data)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """One lot, a quarter of it taken home."""
    with database.transaction() as session:
        house = make.House(session)
        order = house.closed(session)
        made = billing.issue_gate_pass(session, billing.IssueGatePass(uuid4(), order.id), by=make.CLERK, at=make.OUT)
        invoice = billing.invoices_of(session, order.id)[0]
        issuer, approver = (_bookkeeper(session, name) for name in ("方会计", "甘经理"))
        wanted = billing.IssueCreditNote(uuid4(), invoice.id, 617, 0, "按季误算 billed by season")
        note = billing.issue_credit_note(session, wanted, by=issuer, approver=approver, at=make.OUT)
        clerk = people.user(session)
        owner = people.user(session, people.GROWER, party=house.store.bina)
        stranger = people.user(session, people.GROWER, party=house.store.chand)
    app = app_on(database, make.OUT)
    dock = Dock(app, database, house.store, clerk, clerk)  # type: ignore[arg-type]
    first, second, third = (dock.browser(who, at=make.OUT) for who in (clerk, owner, stranger))
    assert made.code is not None
    yield Desk(database, first, second, third, order.id, invoice, note, made.code)
    app.extensions["coldlot_live"].stop()


def _bookkeeper(session: Any, name: str) -> Actor:
    may = frozenset({Permission.CORRECT_BOOKS, Permission.SEE_ALL})
    return Actor(uuid4(), name, may, person_id=cast.person(session, name).id)


def test_papers_say_in_both_languages_what_is_owed_for_what_and_why(desk: Desk) -> None:
    said = desk.text(desk.owner, f"/papers/exits/{desk.exit_id}.pdf")
    for words in ("出库单 Exit order", "鲁F12345", "Li", "250", "已出库 closed", "费用已付 charges paid", "5,000.000",
                  "仓储费(按日) Storage by day", "0.0022", "4,950.000 kg"):  # fmt: skip
        assert words in said, words
    said = desk.text(desk.owner, f"/papers/invoices/{desk.invoice.id}.pdf")
    for words in (desk.invoice.name, "账单 Invoice", "869.00", "225.00", "1,094.00", "价税合计 壹仟零玖拾肆元整",
                  "入库装卸 Handling in", f"Credit note {desk.note.name} took back 6.17 yuan"):  # fmt: skip
        assert words in said, words
    answer = desk.owner.client.get(f"/papers/credit-notes/{desk.note.id}.pdf")
    said = text_of(answer.data)
    for words in (desk.note.name, desk.invoice.name, "按季误算 billed by season", "方会计 / 甘经理", "-6.17",
                  "负陆元壹角柒分"):  # fmt: skip
        assert words in said, words
    assert pages_of(answer.data) == 1


def test_the_code_is_on_the_paper_of_who_was_told_it_and_on_no_copy(desk: Desk) -> None:
    url = f"/papers/exits/{desk.exit_id}/pass.pdf"
    printed = billing.printed_code(desk.code)
    given = desk.clerk.post(url, code=printed)
    assert printed in text_of(given.data)
    assert "attachment" in given.headers["Content-Disposition"]
    for browser in (desk.clerk, desk.owner):
        copy = desk.text(browser, url)
        assert printed not in copy
        assert "A copy: it carries no code" in copy
    assert desk.clerk.post(url, code="2222-2222-2222").status_code == 404
    assert desk.stranger.post(url, code=printed).status_code == 404


def test_another_owner_finds_nothing_and_anybody_only_that_a_paper_is_real(desk: Desk) -> None:
    for url in (f"exits/{desk.exit_id}.pdf", f"exits/{desk.exit_id}/pass.pdf", f"invoices/{desk.invoice.id}.pdf",
                f"credit-notes/{desk.note.id}.pdf"):  # fmt: skip
        assert desk.stranger.client.get(f"/papers/{url}").status_code == 404, url
    assert desk.clerk.client.get(f"/papers/invoices/{uuid4()}.pdf").status_code == 404
    client = desk.owner.client.application.test_client()
    for paper_id, words in (
        (desk.exit_id, "出库单"),
        (desk.invoice.id, desk.invoice.name),
        (desk.note.id, "贷项通知单"),
    ):
        page = client.get(f"/check/papers/{paper_id}")
        assert page.status_code == 200
        assert words in page.text
        assert "1,094" not in page.text
    assert client.get(f"/check/papers/{uuid4()}").status_code == 404
    mine, other = desk.owner.client, desk.stranger.client
    for url in (f"exit-orders/{desk.exit_id}/paper", f"exit-orders/{desk.exit_id}/gate-pass-paper",
                f"invoices/{desk.invoice.id}/paper", f"credit-notes/{desk.note.id}/paper"):  # fmt: skip
        assert mine.get(f"/api/v1/{url}").data.startswith(b"%PDF-"), url
        assert other.get(f"/api/v1/{url}").status_code == 404, url
