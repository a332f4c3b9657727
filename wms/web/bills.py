"""A party's invoices line by line, and what it says is wrong with them: shared by owners and buyers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, dunning, einvoicing, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import Invalid, NotFound, Refused, WmsError
from wms.kernel.paging import Page
from wms.web import bill_words, goods, preferences
from wms.web.format import fixed
from wms.web.pages import attempt, choice_of, done, fresh_id, said, text_of, uuid_of
from wms.web.shell import say as _

Draw = Callable[..., Any]
MOST_WORDS = 500
BY_THE_DAY = ("kg_day", "crate_rent", "season_late")  # what adds the same each day of a step


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the pages stand: the workplace's name, and how it draws a page of its own."""

    workplace: str
    draw: Draw

    def bills(self) -> Any:
        """Show my invoices, newest first, with what is open on each and what became of a dispute."""
        found, left, said_of = read(lambda session: _mine(session, actor()))
        more = url_for(f"{self.workplace}.bills", cursor=found.next_cursor) if found.next_cursor else ""
        return self.draw(
            "bills", rows=found.items, left=left, said_of=said_of, bill_words=bill_words, more=more,
            workplace=self.workplace,
        )  # fmt: skip

    def bill(self, invoice_id: UUID, error: WmsError | None = None) -> Any:
        """Show one invoice line by line, its disputes and their answers; after an error with its sentence."""
        v = read(lambda session: view(session, invoice_id, actor()))
        return self.draw(
            "bill", _status(error), v=v, goods=goods, bill_words=bill_words, name_of_line=_name_of_line, exact=_exact,
            last_day=_last_day, rate_of=rate_of, fresh={line: fresh_id() for line in dunning.DisputedLine},
            wrong=request.form.get("line", ""),
            error=said(error) if error else "", workplace=self.workplace,
        )  # fmt: skip

    def days(self, invoice_id: UUID) -> Any:
        """Show what an invoice charges for time, day by day, newest first."""
        v = read(lambda session: view(session, invoice_id, actor()))
        return self.draw(
            "bill_days", v=v, goods=goods, days=days_of(v.lines)[::-1], name_of_line=_name_of_line, exact=_exact,
            rate_of=rate_of, workplace=self.workplace,
        )  # fmt: skip

    def dispute(self, invoice_id: UUID) -> Any:
        """Say what is wrong with a line of an invoice, as the form says."""

        def work() -> dunning.InvoiceDispute:
            wanted = dunning.DisputeInvoice(
                uuid_of("id"), invoice_id, text_of("reason", most=MOST_WORDS),
                choice_of("line", dunning.DisputedLine), choice_of("ground", dunning.Ground),
            )  # fmt: skip
            return write(lambda session: dunning.dispute_invoice(session, wanted, by=actor(), at=now()))

        error = attempt(work)[1]
        if error is not None:
            return self.bill(invoice_id, error)
        return done(_("Said. The desk looks at it and answers here."), url_for(f"{self.workplace}.bill",
                                                                               invoice_id=invoice_id))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BilledDay:
    """One day of an invoice, or the days one amount stands for: what was added, and all up to then, in nano-yuan."""

    from_on: date
    last_on: date
    line: str
    rate: str
    nanoyuan: int
    so_far: int


@dataclass(frozen=True, slots=True)
class BillView:
    """An invoice with everything its page shows; `numbers` are the tax bureau's, of it and its credit notes."""

    invoice: billing.Invoice
    lines: list[billing.InvoiceLine]
    lot: lots.Lot
    left: billing.Fees
    notes: list[billing.CreditNote]
    numbers: dict[UUID, str]
    disputes: list[dunning.Dispute]
    may_dispute: bool

    def of_line(self, line: str) -> dunning.Dispute | None:
        """Return the newest dispute of a line, or None."""
        return next((one for one in self.disputes if one.line == line), None)

    def note_of(self, dispute: dunning.Dispute) -> billing.CreditNote | None:
        """Return the credit note that upheld a dispute, or None."""
        return next((note for note in self.notes if note.id == dispute.credit_note_id), None)

    def may_say(self, line: str) -> bool:
        """Tell whether the reader may dispute a line now: nothing else is open, and no answer stands against it."""
        if not self.may_dispute or any(one.state == "open" for one in self.disputes):
            return False
        return all(one.state == "upheld" or one.raised_by != "party" for one in self.disputes if one.line == line)


def view(session: Session, invoice_id: UUID, by: Actor) -> BillView:
    """Return an invoice of a party `by` may see. Raises InvoiceNotFound."""
    invoice = billing.get_invoice(session, invoice_id, by)
    notes = billing.credit_notes_of(session, invoice.id)
    return BillView(
        invoice=invoice,
        lines=billing.lines_of(session, invoice.id),
        lot=lots.get_lot(session, invoice.lot_id),
        left=billing.open_of_invoice(session, invoice.id),
        notes=notes,
        numbers=einvoicing.numbers_of_documents(session, [invoice.id, *(note.id for note in notes)]),
        disputes=dunning.disputes_of(session, invoice.id),
        may_dispute=by.party_id == invoice.party_id and by.may(Permission.ORDER_EXIT),
    )


def days_of(lines: list[billing.InvoiceLine]) -> list[BilledDay]:
    """Return the days of an invoice, oldest first: one row a day where each day has the same share, else one a step."""
    found, so_far = [], 0
    for line in lines:
        for part in line.explanation:
            days, nanoyuan = int(part["days"]), int(part["nanoyuan"])
            if days < 1:
                continue
            count = days if nanoyuan % days == 0 and part["line"] in BY_THE_DAY else 1
            for nth in range(count):
                so_far += nanoyuan // count
                first = date.fromisoformat(part["from_on"]) + timedelta(days=nth)
                last = first if count > 1 else first + timedelta(days=days - 1)
                found.append(BilledDay(first, last, part["line"], str(part["rate"]), nanoyuan // count, so_far))
    return found


def _mine(session: Session, by: Actor) -> tuple[Page[billing.Invoice], dict[UUID, int], dict[UUID, dunning.Dispute]]:
    if by.party_id is None:
        raise NotFound
    found = billing.list_invoices(session, by, party_id=by.party_id, cursor=request.args.get("cursor"))
    left = {item.invoice.id: item.open.total_fen for item in billing.open_invoices(session, by.party_id)}
    newest: dict[UUID, dunning.Dispute] = {}
    for one in dunning.list_disputes(session, by, limit=200).items:
        newest.setdefault(one.invoice_id, one)
    return found, left, newest


def _name_of_line(kind: str) -> str:
    """Return what one step of a charge is called, in the reader's language."""
    zh, en = billing.name_of_line(kind)
    return zh if preferences.current().language == "zh" else en


def rate_of(rate: str) -> str:
    """A rate as the tariff has it, without the zeros behind."""
    return f"{Decimal(rate).normalize():f}"


def _last_day(first_not_counted: str) -> str:
    """The last day a step counts."""
    return (date.fromisoformat(first_not_counted) - timedelta(days=1)).isoformat()


def _exact(nanoyuan: int) -> str:
    """An exact amount in yuan: charges are rounded once, in their sum."""
    return fixed(Fraction(nanoyuan, 10**9), 4, at_least=2)


def _status(error: WmsError | None) -> int:
    if error is not None and not isinstance(error, Invalid | Refused):
        raise error
    return 200 if error is None else 422 if isinstance(error, Invalid) else 409
