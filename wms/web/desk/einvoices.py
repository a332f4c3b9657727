"""E-invoices: what waits for the tax bureau and what it lacks, batches with their files, names and codes."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import documents, einvoicing, parties
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import sheets
from wms.web.desk import blocks as b
from wms.web.desk import einvoice_words as words
from wms.web.desk.advances import day_of
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import may, text_of, uuid_of
from wms.web.shell import say as _

MOST_SHOWN = 200


@blueprint.get("/e-invoices")
def einvoices() -> Any:
    """Show what of a period waits, and the batches."""
    must(Permission.SEE_BOOKS)
    return _einvoices()


def _einvoices(error: WmsError | None = None) -> Any:
    return shown(read(_screen), error)


def period() -> tuple[date, date]:
    """Return the period that is asked for: as in the request, else this month to today."""
    today = now().on
    return _day("from_on", today.replace(day=1)), _day("to_on", today)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return otherwise


def _screen(session: Session) -> b.Screen:
    from_on, to_on = period()
    links = [(_("Tax codes"), url_for("desk.einvoice_items"), False)]
    keepers = parties.list_parties(session, parties.PartyKind.STORE, limit=1).items
    links += [(_("The store as seller"), _title_url(keeper.id), False) for keeper in keepers]
    if may(Permission.TAKE_PAYMENT):
        links.append((_("Take in the tax bureau's numbers"), url_for("desk.einvoice_numbers"), False))
    ask = b.Form(
        "period", _("Period"), url_for("desk.einvoices"), _("Show"),
        [b.Field("date", _("From"), "from_on", from_on.isoformat()),
         b.Field("date", _("To"), "to_on", to_on.isoformat())],
        kind="", method="get",
    )  # fmt: skip
    parts: list[Any] = [b.Links(links, _("More")), *_waiting(session, from_on, to_on), ask, _batches(session)]
    lead = _("Invoices and credit notes go to the tax bureau in batches; its numbers come back by a file.")
    return b.Screen(_("E-invoices"), parts, lead, (_("Cashier"), url_for("desk.cashier")))


def _waiting(session: Session, from_on: date, to_on: date) -> list[Any]:
    try:
        desk = einvoicing.waiting_of(session, from_on, to_on, now())
    except einvoicing.PeriodUnfit:
        return [b.Say(_("Choose a period of at most 92 days that ends no later than today."), "warn")]
    ready, lacking = desk.complete, [each for each in desk.waiting if each.lacks]
    parts: list[Any] = []
    if lacking:
        parts.append(_lacking(session, lacking))
    rows = [
        b.Row([b.text(one.number, _(words.DOCUMENTS[one.kind.value])), b.day(one.on),
               b.text(one.buyer.name, one.buyer.tax_number or _("natural person"), _title_url(one.party_id)),
               b.money(one.gross_fen - one.tax_fen), b.money(one.tax_fen), b.money(one.gross_fen)])
        for one in ready[:MOST_SHOWN]
    ]  # fmt: skip
    columns = [b.Column(_("Document")), b.Column(_("Day")), b.Column(_("Made out to")), b.Column(_("Net"), True),
               b.Column(_("Tax"), True), b.Column(_("Together"), True)]  # fmt: skip
    gross, tax = sum(one.gross_fen for one in ready), sum(one.tax_fen for one in ready)
    foot = [b.text(_("Together")), b.text(""), b.count(len(ready)), b.money(gross - tax), b.money(tax), b.money(gross)]
    parts.append(b.Table(_("Ready for the tax bureau"), columns, rows, _("Nothing of this period is ready."),
                         foot=foot if ready else ()))  # fmt: skip
    if ready and may(Permission.TAKE_PAYMENT):
        hidden = [b.Field("hidden", "", "from_on", from_on.isoformat()),
                  b.Field("hidden", "", "to_on", to_on.isoformat())]  # fmt: skip
        note = _("A document stands in one batch; what is not ready waits for the next one.")
        parts.append(b.Form("prepare", _("Make a batch"), url_for("desk.prepare_einvoices"), _("Make the batch"),
                            hidden, note))  # fmt: skip
    return parts


def _lacking(session: Session, lacking: list[einvoicing.Waiting]) -> b.Table:
    rows = []
    for each in lacking[:MOST_SHOWN]:
        one = each.document
        said = "; ".join(_(words.LACKS[lack.value]) for lack in each.lacks)
        cells = [b.text(one.number, _(words.DOCUMENTS[one.kind.value])), b.day(one.on),
                 b.text(one.buyer.name, url=_title_url(one.party_id)), b.money(one.gross_fen),
                 b.text(said)]  # fmt: skip
        rows.append(b.Row(cells))
    columns = [b.Column(_("Document")), b.Column(_("Day")), b.Column(_("Made out to")), b.Column(_("Together"), True),
               b.Column(_("What is missing"))]  # fmt: skip
    note = _(
        "These wait until somebody adds what is missing: a buyer's name opens to whom its e-invoices are made out."
    )
    return b.Table(_("Not ready"), columns, rows, note=note)


def _title_url(party_id: UUID) -> str:
    return url_for("desk.einvoice_title", party_id=party_id)


def _batches(session: Session) -> b.Table:
    rows = []
    found = einvoicing.list_batches(session, cursor=request.args.get("cursor"))
    for row in found.items:
        gone = einvoicing.withdrawal_of(session, row.id)
        numbered = len(einvoicing.numbers_of(session, row.id))
        state = (
            b.chip(_("withdrawn"), "quiet", gone.reason)
            if gone
            else b.chip(
                _("{n} of {all} numbered", n=numbered, all=row.documents), "ok" if numbered == row.documents else "warn"
            )
        )
        cells = [b.code(row.name), b.text(f"{row.from_on} – {row.to_on}"), b.count(row.documents),
                 b.money(row.gross_fen), b.stamp(row.exported_at, person_name(session, row.account_id)),
                 state]  # fmt: skip
        rows.append(b.Row(cells, url_for("desk.einvoice_batch", batch_id=row.id)))
    columns = [b.Column(_("Batch")), b.Column(_("Period")), b.Column(_("Documents"), True),
               b.Column(_("Together"), True), b.Column(_("Made")), b.Column(_("Tax bureau"))]  # fmt: skip
    more = url_for("desk.einvoices", cursor=found.next_cursor) if found.next_cursor else ""
    return b.Table(_("Batches"), columns, rows, _("No batch yet."), next_url=more)


@blueprint.post("/e-invoices")
def prepare_einvoices() -> Any:
    """Put what is ready of a period into a batch."""

    def work(session: Session) -> Any:
        wanted = einvoicing.PrepareBatch(uuid_of("id"), day_of("from_on"), day_of("to_on"))
        return einvoicing.prepare_batch(session, wanted, by=actor(), at=now())

    return act(work, _("Made: hand its file to the tax bureau."), url_for("desk.einvoices"), _einvoices)


@blueprint.get("/e-invoices/<uuid:batch_id>")
def einvoice_batch(batch_id: UUID) -> Any:
    """Show a batch, line by line."""
    must(Permission.SEE_BOOKS)
    return _batch(batch_id)


def _batch(batch_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _batch_screen(session, batch_id)), error)


def _batch_screen(session: Session, batch_id: UUID) -> b.Screen:
    row = einvoicing.get_batch(session, batch_id)
    gone = einvoicing.withdrawal_of(session, row.id)
    numbers = einvoicing.numbers_of(session, row.id)
    facts = b.Facts(_("The batch"), [
        (_("Period"), b.text(f"{row.from_on} – {row.to_on}")), (_("Documents"), b.count(row.documents)),
        (_("Net"), b.money(row.net_fen)), (_("Tax"), b.money(row.tax_fen)), (_("Together"), b.money(row.gross_fen)),
        (_("Seller"), b.text(row.seller_name, row.seller_tax_number)),
        (_("Made"), b.stamp(row.exported_at, person_name(session, row.account_id))),
        (_("Numbered"), b.count(len(numbers))),
    ])  # fmt: skip
    parts: list[Any] = []
    if gone is not None:
        parts.append(b.Say(_("Withdrawn: {reason}. Its documents wait again.", reason=gone.reason), "warn"))
    parts += [facts, _lines(session, row, numbers)]
    if gone is None and not numbers and may(Permission.CORRECT_BOOKS):
        note = _("Only where the tax bureau refused it: its documents go into another batch.")
        form = b.Form("withdraw", _("Withdraw the batch"), url_for("desk.withdraw_einvoices", batch_id=row.id),
                      _("Withdraw it"), [b.Field("text", _("Reason"), "reason")], note, "danger")  # fmt: skip
        parts.append(b.Fold(_("Withdraw the batch"), [form], request.form.get("form") == "withdraw"))
    tools = [] if gone else [
        (kind.value.upper(), url_for("desk.einvoice_file", batch_id=row.id, kind=kind.value), "download")
        for kind in documents.EinvoiceFile
    ]  # fmt: skip
    title = _("Batch {number}", number=row.name)
    return b.Screen(title, parts, back=(_("E-invoices"), url_for("desk.einvoices")), tools=tools)


def _lines(
    session: Session, batch: einvoicing.EinvoiceBatch, numbers: dict[UUID, einvoicing.EinvoiceNumber]
) -> b.Table:
    rows = []
    for row in einvoicing.rows_of(session, batch.id):
        given = numbers.get(row.document_id)
        state = b.code(given.number, str(given.issued_on or "")) if given else b.text("–")
        cells = [
            b.text(row.document, row.original and _("takes back of {document}", document=row.original)),
            b.text(row.buyer_name, row.buyer_tax_number or _("natural person")), b.text(row.item_name, row.item_code),
            b.money(row.net_fen), b.percent(row.tax_permille), b.money(row.tax_fen), b.money(row.gross_fen), state,
        ]  # fmt: skip
        rows.append(b.Row(cells))
    columns = [b.Column(_("Document")), b.Column(_("Made out to")), b.Column(_("Item")), b.Column(_("Net"), True),
               b.Column(_("Tax rate"), True), b.Column(_("Tax"), True), b.Column(_("Together"), True),
               b.Column(_("Tax bureau's number"))]  # fmt: skip
    foot = [b.text(_("Together")), b.text(""), b.text(""), b.money(batch.net_fen), b.text(""), b.money(batch.tax_fen),
            b.money(batch.gross_fen), b.text("")]  # fmt: skip
    return b.Table(_("Lines"), columns, rows, foot=foot)


@blueprint.get("/e-invoices/<uuid:batch_id>/file.<any(csv, xlsx):kind>")
def einvoice_file(batch_id: UUID, kind: str) -> Any:
    """Hand over the file of a batch."""
    must(Permission.SEE_BOOKS)
    paper = read(lambda session: papers.einvoice_batch(session, batch_id, documents.EinvoiceFile(kind)))
    return sheets.as_file(paper.name, paper.kind, paper.body)


@blueprint.post("/e-invoices/<uuid:batch_id>/withdraw")
def withdraw_einvoices(batch_id: UUID) -> Any:
    """Withdraw a batch."""

    def work(session: Session) -> Any:
        wanted = einvoicing.WithdrawBatch(uuid_of("id"), batch_id, text_of("reason"))
        return einvoicing.withdraw_batch(session, wanted, by=actor(), at=now())

    url = url_for("desk.einvoice_batch", batch_id=batch_id)
    return act(work, _("Withdrawn."), url, lambda error: _batch(batch_id, error))


@blueprint.get("/parties/<uuid:party_id>/e-invoice")
def einvoice_title(party_id: UUID) -> Any:
    """Show to whom a party's e-invoices are made out."""
    must(Permission.SEE_BOOKS)
    return _title(party_id)


def _title(party_id: UUID, error: WmsError | None = None) -> Any:
    return shown(read(lambda session: _title_screen(session, party_id)), error)


def _title_screen(session: Session, party_id: UUID) -> b.Screen:
    party = parties.get_party(session, party_id)
    side, title = einvoicing.side_of(session, party, now().at), einvoicing.title_of(session, party.id)
    number = side.tax_number or (_("none needed") if side.is_person else "–")
    pairs = [
        (_("Name"), b.text(side.name)), (_("Tax number"), b.code(number)),
        (_("Natural person"), b.text(_("yes") if side.is_person else _("no"))),
        (_("Address"), b.text(side.address or "–")), (_("Phone"), b.text(side.phone or "–")),
        (_("Bank"), b.text(side.bank or "–")), (_("Account number"), b.code(side.account_number or "–")),
    ]  # fmt: skip
    parts: list[Any] = []
    if not side.is_known:
        parts.append(b.Say(_("A tax number is missing: e-invoices to this party wait."), "warn"))
    parts.append(b.Facts(_("As e-invoices say it now"), pairs))
    if may(Permission.TAKE_PAYMENT):
        parts.append(_title_form(party, title))
    back = (_("E-invoices"), url_for("desk.einvoices"))
    return b.Screen(_("E-invoices to {name}", name=party.name), parts, back=back)


def _title_form(party: parties.Party, title: einvoicing.EinvoiceTitle | None) -> b.Form:
    fields = [
        b.Field("text", label, name, getattr(title, name) if title else "", hint, required=False)
        for name, label, hint in (
            ("tax_number", _("Tax number"), _("15 to 20 digits and capital letters")),
            ("name", _("Name"), _("where it differs from {name}", name=party.name)),
            ("address", _("Address"), ""), ("phone", _("Phone"), ""), ("bank", _("Bank"), ""),
            ("account_number", _("Account number"), ""),
        )
    ]  # fmt: skip
    person = b.Field("check", _("Natural person, no tax number needed"), "is_person", bool(title and title.is_person),
                     required=False)  # fmt: skip
    note = _("What stays empty comes from the party itself. Batches made before keep what they say.")
    where = url_for("desk.set_einvoice_title", party_id=party.id)
    return b.Form("title", _("To whom e-invoices are made out"), where, _("Save"), [person, *fields], note)


@blueprint.post("/parties/<uuid:party_id>/e-invoice")
def set_einvoice_title(party_id: UUID) -> Any:
    """Set to whom a party's e-invoices are made out."""

    def work(session: Session) -> Any:
        lengths = {"name": 120, "tax_number": 20, "address": 120, "phone": 30, "bank": 120, "account_number": 40}
        said = {name: text_of(name, most=most, needed=False) for name, most in lengths.items()}
        wanted = einvoicing.SetTitle(uuid_of("id"), party_id, bool(request.form.get("is_person")), **said)
        return einvoicing.set_title(session, wanted, by=actor(), at=now())

    url = url_for("desk.einvoice_title", party_id=party_id)
    return act(work, _("Saved."), url, lambda error: _title(party_id, error))
