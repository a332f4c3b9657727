"""What parties owe: debts by age, the account of one party over a period, and money taken for its invoices."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from wms import billing, documents, einvoicing, insight, parties
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.insight import Unit
from wms.kernel.actor import Permission
from wms.kernel.errors import Spoken, WmsError
from wms.web import accounts, money_words, sheets
from wms.web.desk import blocks as b
from wms.web.desk.exits import method_options
from wms.web.desk.workplace import act, blueprint, must, shown, way
from wms.web.pages import FieldWrong, decimal_of, fen_of, may, text_of, uuid_of
from wms.web.papers import file_of
from wms.web.shell import say as _

PART_OF = "part-"


@blueprint.get("/receivables")
def receivables() -> Any:
    """Show what each party owes on open invoices, by days past due."""
    must(Permission.SEE_BOOKS, Permission.TAKE_PAYMENT)
    return shown(read(_ageing_screen))


def _ageing_screen(session: Session) -> b.Screen:
    found = billing.ageing(session, now().on)
    rows = []
    for row in found:
        party = parties.get_party(session, row.party_id)
        where = url_for("desk.statement", party_id=party.id)
        cells = [b.text(party.name, party.code, where), b.count(row.invoices), b.day(row.oldest_due_on)]
        rows.append(b.Row([*cells, *(b.money(fen) for fen in row.buckets), b.money(row.total_fen)]))
    columns = [b.Column(_("Party")), b.Column(_("Open invoices"), True), b.Column(_("Oldest due"))]
    columns += [b.Column(_(words), True) for words in money_words.AGES] + [b.Column(_("Together"), True)]
    sums = [b.money(sum(row.buckets[at] for row in found)) for at in range(len(money_words.AGES))]
    foot = [b.text(_("Together")), b.count(sum(row.invoices for row in found)), b.text(""), *sums]
    table = b.Table(
        _("Open invoices by days past due"),
        columns,
        rows,
        _("Nobody owes anything."),
        _("An invoice is due on the day it is issued: storage is paid when goods leave."),
        foot=[*foot, b.money(sum(row.total_fen for row in found))],
    )
    tools = [(kind.upper(), url_for("desk.receivables_file", kind=kind), "download") for kind in sheets.KINDS]
    return b.Screen(_("Receivables"), [table], back=(_("Cashier"), url_for("desk.cashier")), tools=tools)


@blueprint.get("/receivables.<any(csv, xlsx):kind>")
def receivables_file(kind: str) -> Any:
    """Hand over the debts by age as a table."""
    must(Permission.SEE_BOOKS, Permission.TAKE_PAYMENT)
    return sheets.handed_over(f"receivables-{now().on}", kind, read(_ageing_sheet))


def _ageing_sheet(session: Session) -> insight.Sheet:
    ages = [(_(words), Unit.FEN) for words in (*money_words.AGES, "Together")]
    columns = sheets.told(
        (_("Code"), Unit.WORDS), (_("Party"), Unit.WORDS), (_("Open invoices"), Unit.COUNT),
        (_("Oldest due"), Unit.DAY), *ages,
    )  # fmt: skip
    rows: list[insight.Row] = []
    for row in billing.ageing(session, now().on):
        party = parties.get_party(session, row.party_id)
        rows.append([party.code, party.name, row.invoices, row.oldest_due_on, *row.buckets, row.total_fen])
    return insight.Sheet(Spoken(_("Receivables"), _("Receivables")), columns, rows)


@blueprint.get("/parties/<uuid:party_id>/statement")
def statement(party_id: UUID) -> Any:
    """Show the account of a party over a period."""
    must(Permission.SEE_BOOKS)
    return _statement(party_id)


def _statement(party_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _statement_screen(session, party_id)), error)


def _statement_screen(session: Session, party_id: UUID) -> b.Screen:
    from_on, to_on = accounts.period()
    found = billing.statement_of_account(session, party_id, from_on, to_on, by=actor())
    party = parties.get_party(session, party_id)
    here = {"party_id": party.id}
    ask = b.Form(
        "period", _("Period"), way("desk.statement", **here), _("Show"),
        [b.Field("date", _("From"), "from_on", from_on.isoformat()),
         b.Field("date", _("To"), "to_on", to_on.isoformat())],
        kind="", method="get",
    )  # fmt: skip
    parts: list[Any] = [
        _parts_of(found),
        *_take_form(session, party),
        lines_of(found, einvoicing.numbers_by_journal(session, party.id)),
        ask,
    ]
    period = {"from_on": from_on, "to_on": to_on}
    tools = [
        (kind.upper(), way("desk.statement_file", kind=kind, **here, **period), "download") for kind in sheets.KINDS
    ]
    tools.append(("PDF", way("desk.statement_paper", **here, **period), "print"))
    back = (_("Receivables"), url_for("desk.receivables"))
    return b.Screen(_("Account of {name}", name=party.name), parts, f"{from_on} – {to_on}", back, tools=tools)


def _parts_of(found: billing.StatementOfAccount) -> b.Stats:
    """What stands open at the end of the period, part by part; parts nobody uses are left out."""
    shown_parts = [part for part in money_words.PART if found.opening[part] or found.closing[part] or part == "charges"]
    owed = [b.Stat(_(money_words.PART[part]), b.money(abs(found.closing[part]))) for part in shown_parts]
    side = _("owed by the party") if found.closing_fen > 0 else _("owed to the party") if found.closing_fen else ""
    return b.Stats([b.Stat(_("Account balance"), b.money(abs(found.closing_fen)), side), *owed])


def lines_of(found: billing.StatementOfAccount, numbers: Mapping[UUID, str]) -> b.Table:
    """Return the lines of a statement between its balances; `numbers` are the tax bureau's by journal."""
    rows = [b.Row([b.day(found.from_on), b.text(_("Opening balance")), b.text(""), b.text(""), b.text(""),
                   b.money(found.opening_fen)])]  # fmt: skip
    for line in found.lines:
        url = url_for("desk.journal", journal_id=line.journal_id)
        rows.append(
            b.Row([b.day(line.on), b.text(money_words.reason(line.kind), url=url),
                   b.text(line.document, numbers.get(line.journal_id, "")),
                   *_sides(line.debit_fen, line.credit_fen), b.money(line.balance_fen)])
        )  # fmt: skip
    columns = [
        b.Column(_("Day")), b.Column(_("What")), b.Column(_("Document")), b.Column(_("Owed more"), True),
        b.Column(_("Owed less"), True), b.Column(_("Account balance"), True),
    ]  # fmt: skip
    foot = [b.text(_("Closing balance")), b.text(""), b.text(""),
            b.money(sum(line.debit_fen for line in found.lines)),
            b.money(sum(line.credit_fen for line in found.lines)), b.money(found.closing_fen)]  # fmt: skip
    note = _("A balance without a sign is owed by the party, with a minus it is owed to the party.")
    return b.Table(_("Statement of account"), columns, rows, note=note, foot=foot)


def _sides(debit_fen: int, credit_fen: int) -> tuple[b.Cell, b.Cell]:
    return b.money(debit_fen) if debit_fen else b.text(""), b.money(credit_fen) if credit_fen else b.text("")


@blueprint.get("/parties/<uuid:party_id>/statement.<any(csv, xlsx):kind>")
def statement_file(party_id: UUID, kind: str) -> Any:
    """Hand over the account of a party as a table."""
    must(Permission.SEE_BOOKS)
    from_on, to_on = accounts.period()

    def gather(session: Session) -> insight.Sheet:
        found = billing.statement_of_account(session, party_id, from_on, to_on, by=actor())
        numbers = einvoicing.numbers_by_journal(session, party_id)
        return accounts.statement_sheet(found, parties.get_party(session, party_id).code, numbers)

    return sheets.handed_over(f"statement-{from_on}-{to_on}", kind, read(gather))


@blueprint.get("/parties/<uuid:party_id>/statement.pdf")
def statement_paper(party_id: UUID) -> Any:
    """Show the account of a party as a paper."""
    must(Permission.SEE_BOOKS)
    return file_of(read(lambda session: papers.statement(session, party_id, accounts.period(), actor(), now())))


def _take_form(session: Session, party: parties.Party) -> list[Any]:
    """The form that takes money for open invoices: what is left empty is counted to the oldest."""
    open_now = billing.open_invoices(session, party.id)
    if not open_now or not may(Permission.TAKE_PAYMENT):
        return []
    owed = sum(item.open.total_fen for item in open_now)
    fields = [
        b.Field("number", _("Amount"), "fen", str(documents.yuan(owed)), unit=_("yuan")),
        b.Field("select", _("Paid by"), "method", "bank", options=method_options()),
        b.Field("text", _("Reference"), "reference", required=False, hint=_("its own number; cash needs none")),
    ]
    for item in open_now[:20]:
        hint = _(
            "{open} open since {day}", open=f"{documents.yuan(item.open.total_fen):,}", day=item.invoice.invoiced_on
        )
        name = f"{PART_OF}{item.invoice.id}"
        fields.append(b.Field("number", item.invoice.name, name, required=False, unit=_("yuan"), hint=hint))
    return [
        b.Form(
            "take", _("Take money for invoices"), url_for("desk.take_payment", party_id=party.id),
            _("Take the payment"), fields,
            _("Name parts where the payer named invoices; the rest goes to the oldest, and what is more is owed back."),
        )
    ]  # fmt: skip


@blueprint.post("/parties/<uuid:party_id>/payments")
def take_payment(party_id: UUID) -> Any:
    """Take a party's money for its invoices."""

    def work(session: Session) -> Any:
        wanted = billing.ReceivePayment(
            uuid_of("id"), party_id, fen_of("fen"), method_of("method"),
            text_of("reference", most=80, needed=False), _named_parts(session, party_id),
        )  # fmt: skip
        return billing.receive_payment(session, wanted, by=actor(), at=now())

    url = url_for("desk.statement", party_id=party_id)
    return act(work, _("Taken and counted to the invoices."), url, lambda error: _statement(party_id, error))


def method_of(field: str) -> billing.PaymentMethod:
    """Return a field of the form as a way to pay. Raises FieldWrong."""
    value = text_of(field)
    if value not in tuple(billing.PaymentMethod):
        raise FieldWrong(field=field, value=value[:40])
    return billing.PaymentMethod(value)


def _named_parts(session: Session, party_id: UUID) -> tuple[billing.Allocation, ...]:
    """Return the parts the form names, of invoices that are open; an empty field names none."""
    found = []
    for item in billing.open_invoices(session, party_id):
        name = f"{PART_OF}{item.invoice.id}"
        if text_of(name, needed=False):
            found.append(billing.Allocation(item.invoice.id, decimal_of(name, 100)))
    return tuple(found)
