"""What verify checks of billing."""

from collections.abc import Iterator
from fractions import Fraction

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from wms.billing.queries.books import fee_credits_left, reversed_journals, taken_back_of_invoice
from wms.billing.queries.charges import billed_of
from wms.billing.rules.charges import NANOYUAN_PER_FEN
from wms.billing.tables import (
    CarriedBill,
    CarriedCharge,
    CreditLimit,
    CreditNote,
    DayAccrual,
    ExitOrder,
    ExitQuote,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoiceSettlement,
    LoadingLine,
    LoadingScan,
    LotTariff,
    LotWork,
    Payment,
    TariffApproval,
    TariffVersion,
    WorkBill,
)
from wms.kernel.evidence import Finding, check_rows
from wms.kernel.numbers import half_up
from wms.ledger.tables import Posting
from wms.parties.tables import Party

EVIDENCE = (
    CarriedCharge,
    CarriedBill,
    TariffVersion,
    TariffApproval,
    LotTariff,
    ExitQuote,
    CreditLimit,
    CreditNote,
    DayAccrual,
    Invoice,
    InvoiceLine,
    InvoiceSettlement,
    LoadingScan,
    LotWork,
    Payment,
    WorkBill,
)


def check(session: Session) -> Iterator[Finding]:
    """Yield what is wrong: evidence rows, gaps in numbers, sums of lines, rounding of lots, journals that differ."""
    for table in EVIDENCE:
        yield from check_rows(session, table)
    yield from _check_numbers(session)
    yield from _check_sums(session)
    yield from _check_rounding(session)
    yield from _check_carried(session)
    yield from _check_journals(session)
    yield from _check_notes(session)
    yield from _check_settlements(session)
    yield from _check_orders(session)
    yield from _check_picks(session)


def _check_numbers(session: Session) -> Iterator[Finding]:
    found: dict[str, tuple[int, int, int]] = {}
    for table in (Invoice, CreditNote):
        query = select(table.series, func.count(), func.min(table.number), func.max(table.number))
        found |= {row[0]: (row[1], row[2], row[3]) for row in session.execute(query.group_by(table.series))}
    last = {row.series: row.last_number for row in session.scalars(select(InvoiceSeries))}
    for series in sorted(found.keys() | last.keys()):
        count, first, highest = found.get(series, (0, 1, 0))
        if first != 1 or highest != count or last.get(series) != count:
            problem = f"{count} papers, numbers {first} to {highest}, last given {last.get(series)}"
            yield Finding("invoice_series", series, problem)


def _check_sums(session: Session) -> Iterator[Finding]:
    sums = (
        select(
            Invoice, func.coalesce(func.sum(InvoiceLine.charge_fen), 0), func.coalesce(func.sum(InvoiceLine.tax_fen), 0)
        )
        .outerjoin(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .group_by(Invoice.id)
        .order_by(Invoice.id)
    )
    for invoice, charge, tax in session.execute(sums):
        if (int(charge), int(tax)) != (invoice.total_fen, invoice.tax_fen):
            yield Finding("invoices", str(invoice.id), "its lines sum to another amount")


def _check_rounding(session: Session) -> Iterator[Finding]:
    """What was billed of a lot is the rounded exact total of what was billed, to the fen."""
    for lot_id in session.scalars(select(InvoiceLine.lot_id).distinct().order_by(InvoiceLine.lot_id)).all():
        billed = billed_of(session, lot_id)
        for exact, fen, name in (
            (billed.storage_nanoyuan, billed.storage_fen, "storage"),
            (billed.handling_nanoyuan, billed.handling_fen, "handling"),
        ):
            if half_up(Fraction(exact, NANOYUAN_PER_FEN)) != fen:
                yield Finding("invoice_lines", str(lot_id), f"{name} billed is not the rounded exact total of the lot")


def _check_carried(session: Session) -> Iterator[Finding]:
    """What goes on from a work or a carried charge is all of it, and was not billed where it came from."""
    billed = set(session.scalars(select(WorkBill.work_id))) | set(session.scalars(select(CarriedBill.carried_id)))
    pieces = select(CarriedCharge.source_id, func.sum(CarriedCharge.carried_nanoyuan)).where(
        CarriedCharge.source_id.is_not(None)
    )
    for source_id, nanoyuan in session.execute(pieces.group_by(CarriedCharge.source_id)):
        work, charge = session.get(LotWork, source_id), session.get(CarriedCharge, source_id)
        whole = work.work_nanoyuan if work is not None else charge.carried_nanoyuan if charge is not None else None
        if source_id in billed or whole != int(nanoyuan):
            yield Finding("carried_charges", str(source_id), "was billed where it came from, or went on by halves")


def _check_journals(session: Session) -> Iterator[Finding]:
    """Every invoice is booked with exactly its amounts."""
    for invoice, code in session.execute(
        select(Invoice, Party.code).join(Party, Party.id == Invoice.party_id).order_by(Invoice.id)
    ):
        query = select(Posting.account, Posting.fen).where(Posting.journal_id == invoice.journal_id)
        booked = {account: fen for account, fen in session.execute(query)}
        owed = {f"A:Fee:Storage:{code}": invoice.storage_fen, f"A:Fee:Handling:{code}": invoice.handling_fen}
        for account, fen in owed.items():
            if booked.get(account, 0) != fen:
                yield Finding("invoices", str(invoice.id), f"its journal does not book {fen} fen on {account}")


def _check_notes(session: Session) -> Iterator[Finding]:
    """No invoice is taken back beyond its amount, and every note is booked with its own."""
    for note in session.scalars(select(CreditNote).order_by(CreditNote.id)).all():
        invoice = session.get(Invoice, note.invoice_id)
        back = taken_back_of_invoice(session, note.invoice_id)
        if invoice is None or back.storage_fen > invoice.storage_fen or back.handling_fen > invoice.handling_fen:
            yield Finding("credit_notes", str(note.id), "takes back more than was billed")
        given = ("A:Fee:", "L:GrowerPayable:")
        query = select(func.coalesce(func.sum(Posting.fen), 0)).where(
            Posting.journal_id == note.journal_id, or_(*[Posting.account.startswith(prefix) for prefix in given])
        )
        if int(session.scalar(query) or 0) != -(note.storage_fen + note.handling_fen):
            yield Finding("credit_notes", str(note.id), "its journal books another amount")


def _check_settlements(session: Session) -> Iterator[Finding]:
    """No journal settles more than it credits, no invoice is settled beyond its amount."""
    rows = (
        select(InvoiceSettlement.journal_id, Party.code)
        .join(Invoice, Invoice.id == InvoiceSettlement.invoice_id)
        .join(Party, Party.id == Invoice.party_id)
        .distinct()
    )
    for journal_id, code in session.execute(rows).all():
        if min(fee_credits_left(session, journal_id, code)) < 0:
            yield Finding("invoice_settlements", str(journal_id), "settles more than its journal credits")
    sums = (
        select(Invoice, func.sum(InvoiceSettlement.storage_fen), func.sum(InvoiceSettlement.handling_fen))
        .join(InvoiceSettlement, InvoiceSettlement.invoice_id == Invoice.id)
        .where(InvoiceSettlement.journal_id.not_in(reversed_journals()))
        .group_by(Invoice.id)
    )
    for invoice, storage, handling in session.execute(sums):
        if int(storage) > invoice.storage_fen or int(handling) > invoice.handling_fen:
            yield Finding("invoices", str(invoice.id), "settled beyond its amount")


def _check_orders(session: Session) -> Iterator[Finding]:
    for order in session.scalars(select(ExitOrder).where(ExitOrder.quote_id.is_not(None)).order_by(ExitOrder.id)):
        quote = session.get(ExitQuote, order.quote_id)
        if quote is None or quote.exit_id != order.id:
            yield Finding("exit_orders", str(order.id), "names a quote that is not its own")


def _check_picks(session: Session) -> Iterator[Finding]:
    """A line of a pick list says what was scanned for it."""
    told = select(LoadingScan.line_id, func.sum(LoadingScan.units).label("units")).group_by(LoadingScan.line_id)
    scanned = told.subquery()
    units = func.coalesce(scanned.c.units, 0)
    query = select(LoadingLine.id, LoadingLine.picked_units, units).outerjoin(
        scanned, scanned.c.line_id == LoadingLine.id
    )
    for line_id, picked, found in session.execute(query.where(LoadingLine.picked_units != units)):
        yield Finding("loading_lines", str(line_id), f"says {picked} units picked; its scans say {found}")
