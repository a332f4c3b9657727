"""Tariffs, invoices, settlements, payouts, and the books they are written in."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import billing, crm, dunning, insight, ledger, parties, pickup, settlement
from wms.api.errors import SecondPersonMissing
from wms.api.once import once
from wms.api.resource import Resource, query_of
from wms.api.witness import needed_second_person
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.errors import Forbidden
from wms.kernel.paging import Page
from wms.schemas import money, paged, shape
from wms.schemas.fields import Text

TARIFFS = Resource("tariffs", "What storage and handling cost; proposed by one, approved by another.")
INVOICES = Resource("invoices", "Charges billed, numbered without gaps, and payments for them.")
SETTLEMENTS = Resource("settlements", "How an exit or a sale closed, every fen of it.")
PAYOUTS = Resource("payouts", "Money paid out to its owner.")
ACCOUNTS = Resource("accounts", "The books' accounts and their balances, as of any day.")
JOURNALS = Resource("journals", "Balanced entries in a hash chain; corrected only by reversal, by two people.")
VERIFY = Resource("verify", "The proof that everything adds up.")
BOOKS = Permission.SEE_BOOKS
FINDING = shape("Finding", table=fields.String(), row=fields.String(), problem=fields.String())
REPORT = shape(
    "Report", ok=fields.Boolean(), findings=fields.List(fields.Nested(FINDING)), findings_by_room=fields.Dict(),
    journals=fields.Integer(), trial_balance_fen=fields.Integer(), grams_in=fields.Integer(),
    grams_on_hand=fields.Integer(), grams_out=fields.Integer(), grams_loss=fields.Integer(),
)  # fmt: skip


@TARIFFS.page("/tariffs", money.TARIFF, needs=Permission.SEE_ALL)
def list_tariffs(session: Session, query: dict[str, Any]) -> Page[billing.TariffVersion]:
    """List all versions, newest first."""
    return billing.list_tariffs(session, **query)


@INVOICES.page("/invoices", money.INVOICE, query=query_of("InvoicesQuery", party_id=fields.UUID()))
def list_invoices(session: Session, query: dict[str, Any]) -> Page[billing.Invoice]:
    """List the invoices one may see, newest first."""
    return billing.list_invoices(session, actor(), **query)


@INVOICES.get("/invoices/<uuid:invoice_id>", money.INVOICE, raises=(billing.get_invoice,))
def get_invoice(session: Session, invoice_id: UUID) -> billing.Invoice:
    """Show one invoice."""
    return billing.get_invoice(session, invoice_id, actor())


@INVOICES.get("/invoices/<uuid:invoice_id>/lines", paged(money.INVOICE_LINE), raises=(billing.get_invoice,))
def lines_of_invoice(session: Session, invoice_id: UUID) -> Page[billing.InvoiceLine]:
    """List an invoice's lines with how each was worked out."""
    billing.get_invoice(session, invoice_id, actor())
    return Page(billing.lines_of(session, invoice_id), None)


@INVOICES.page("/payments", money.PAYMENT)
def list_payments(session: Session, query: dict[str, Any]) -> Page[billing.Payment]:
    """List the payments one may see, newest first."""
    return billing.list_payments(session, actor(), **query)


@SETTLEMENTS.page("/settlements", money.SETTLEMENT)
def list_settlements(session: Session, query: dict[str, Any]) -> Page[settlement.Settlement]:
    """List the settlements one may see, newest first."""
    return settlement.list_settlements(session, by=actor(), **query)


@SETTLEMENTS.get(
    "/settlements/<uuid:settlement_id>", money.SETTLEMENT, raises=(settlement.get_visible_settlement,)
)  # fmt: skip
def get_settlement(session: Session, settlement_id: UUID) -> settlement.Settlement:
    """Show one settlement with its waterfall."""
    return settlement.get_visible_settlement(session, settlement_id, by=actor())


@PAYOUTS.get("/parties/<uuid:party_id>/payouts", paged(money.PAYOUT), raises=(parties.get_visible_party,))
def payouts_of_party(session: Session, party_id: UUID) -> Page[settlement.Payout]:
    """List what was paid out to a party, newest first."""
    parties.get_visible_party(session, party_id, actor())
    return Page(settlement.payouts_of(session, party_id), None)


@PAYOUTS.get("/parties/<uuid:party_id>/payable", money.PAYABLE, raises=(parties.get_visible_party,))
def payable_to_party(session: Session, party_id: UUID) -> dict[str, Any]:
    """Show what is owed to a party and can be paid out, in fen."""
    parties.get_visible_party(session, party_id, actor())
    return {"party_id": party_id, "payable_fen": settlement.payable(session, party_id)}


@ACCOUNTS.page("/accounts", money.ACCOUNT, needs=BOOKS)
def list_accounts(session: Session, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List the accounts by code with their balances today, debit positive."""
    page = ledger.list_accounts(session, **query)
    rows = [{"code": row.code, "kind": row.kind, "opened_on": row.opened_on,
             "balance_fen": ledger.balance(session, row.code)} for row in page.items]  # fmt: skip
    return Page(rows, page.next_cursor)


@ACCOUNTS.get("/accounts/balance", money.BALANCE, query=money.BalanceQuery, needs=BOOKS)
def balance_of_account(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Show an account's balance as of a day it counts for, and as it was known on a day; 0 for what nobody used."""
    code = query.pop("account")
    on = query.get("effective_on") or now().on
    return {"account": code, "on": on, "balance_fen": ledger.balance(session, code, **query)}


@JOURNALS.page("/journals", money.JOURNAL, query=query_of("JournalsQuery", account=Text(longest=80)), needs=BOOKS)
def list_journals(session: Session, query: dict[str, Any]) -> Page[dict[str, Any]]:
    """List journals with their postings, of one account if named, newest first."""
    page = ledger.list_journals(session, **query)
    return Page([_journal(session, row) for row in page.items], page.next_cursor)


@JOURNALS.get("/journals/<uuid:journal_id>", money.JOURNAL, needs=BOOKS, raises=(ledger.get_journal,))
def get_journal(session: Session, journal_id: UUID) -> dict[str, Any]:
    """Show one journal with its postings and its place in the chain."""
    return _journal(session, ledger.get_journal(session, journal_id))


@VERIFY.get("/verify", REPORT, needs=Permission.AUDIT)
def verify(session: Session) -> dict[str, Any]:
    """Run every room's own check on one snapshot: no finding means that everything adds up."""
    return insight.verify(session, {"crm": crm.check, "dunning": dunning.check, "pickup": pickup.check}).plain()


def _journal(session: Session, row: Any) -> dict[str, Any]:
    names = ("id", "book", "seq", "key", "kind", "memo", "effective_on", "recorded_on", "reverses_id", "previous_hash",
             "hash")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"postings": ledger.postings_of(session, row.id)}


def _reverse(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> Any:
    by.must(Permission.CORRECT_BOOKS)
    approver = needed_second_person(session, at)
    approver.must(Permission.CORRECT_BOOKS)
    if approver.eyes == by.eyes:
        raise SecondPersonMissing
    key, entry_id = body["key"], body["id"]
    return ledger.reverse_by_hand(
        session, body["journal_id"], entry_id=entry_id, key=key, by=by, at=at, approver=approver
    )  # fmt: skip


TARIFFS.command("/tariffs", billing.propose_tariff, money.PROPOSE_TARIFF, money.TARIFF, billing.ProposeTariff)
TARIFFS.command(
    "/tariffs/<uuid:version_id>/approve", billing.approve_tariff, money.APPROVE_TARIFF, money.TARIFF_APPROVAL,
    billing.ApproveTariff, status=200,
)  # fmt: skip
TARIFFS.command(
    "/parties/<uuid:party_id>/credit-limits", billing.set_credit_limit, money.CREDIT_LIMIT_BODY, money.CREDIT_LIMIT,
    billing.SetCreditLimit,
)  # fmt: skip
PAYOUTS.command("/payouts", settlement.pay_out, money.PAY_OUT, money.PAYOUT, settlement.PayOut)
JOURNALS.command(
    "/journals/<uuid:journal_id>/reversal", ledger.reverse_by_hand, money.ReversalBody, money.JOURNAL,
    run=once("reverse_journal", _reverse), show=_journal,
    also=(SecondPersonMissing, Forbidden),
)  # fmt: skip
RESOURCES = (TARIFFS, INVOICES, SETTLEMENTS, PAYOUTS, ACCOUNTS, JOURNALS, VERIFY)
