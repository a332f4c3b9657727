"""Tax codes of charges, and the tax bureau's numbers taken in: first what the file says, then the recording."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from wms import documents, einvoicing
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Invalid, WmsError
from wms.web.desk import blocks as b
from wms.web.desk import einvoice_words as words
from wms.web.desk.workplace import act, blueprint, must, person_name, shown
from wms.web.pages import FieldWrong, attempt, done, fresh_id, may, said, text_of, uuid_of
from wms.web.shell import say as _

SHOWN = 30
NAMES = {"storage": ("物流辅助服务", "仓储服务"), "handling": ("物流辅助服务", "装卸搬运服务")}


@blueprint.get("/e-invoices/items")
def einvoice_items() -> Any:
    """Show what the tax bureau calls each kind of charge."""
    must(Permission.SEE_BOOKS)
    return _items()


def _items(error: WmsError | None = None) -> Any:
    return shown(read(_items_screen), error)


def _items_screen(session: Session) -> b.Screen:
    known = einvoicing.item_rows(session)
    rows = []
    for kind, row in known.items():
        cells = [b.text(_(words.CHARGES[kind.value])), b.text(f"*{row.category}*{row.name}"), b.code(row.code),
                 b.stamp(row.set_at, person_name(session, row.account_id))]  # fmt: skip
        rows.append(b.Row(cells))
    columns = [b.Column(_("Charge")), b.Column(_("Item")), b.Column(_("Tax code")), b.Column(_("Set"))]
    parts: list[Any] = [b.Table(_("Tax codes"), columns, rows, _("No code yet: nothing can go to the tax bureau."))]
    if may(Permission.CORRECT_BOOKS):
        parts += [_item_form(kind, known.get(kind)) for kind in einvoicing.ChargeKind]
    lead = _("What the tax bureau calls our charges; your tax agent knows the codes.")
    return b.Screen(_("Tax codes"), parts, lead, (_("E-invoices"), url_for("desk.einvoices")))


def _item_form(kind: einvoicing.ChargeKind, row: einvoicing.EinvoiceItem | None) -> b.Form:
    category, name = (row.category, row.name) if row else NAMES[kind.value]
    fields = [
        b.Field("hidden", "", "charge_kind", kind.value),
        b.Field("text", _("Category"), "category", category, _("printed between the stars")),
        b.Field("text", _("Item"), "name", name),
        b.Field("text", _("Tax code"), "code", row.code if row else "", _("19 digits")),
    ]
    title = _(words.CHARGES[kind.value])
    return b.Form(f"item-{kind.value}", title, url_for("desk.set_einvoice_item"), _("Save"), fields, kind="")


@blueprint.post("/e-invoices/items")
def set_einvoice_item() -> Any:
    """Set what the tax bureau calls a kind of charge."""

    def work(session: Session) -> Any:
        kind = text_of("charge_kind")
        if kind not in tuple(einvoicing.ChargeKind):
            raise FieldWrong(field="charge_kind", value=kind[:40])
        texts = text_of("code", most=19), text_of("category", most=40), text_of("name", most=60)
        wanted = einvoicing.SetItem(uuid_of("id"), einvoicing.ChargeKind(kind), *texts)
        return einvoicing.set_item(session, wanted, by=actor(), at=now())

    return act(work, _("Saved."), url_for("desk.einvoice_items"), _items)


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at: how it is kept between the two steps, and what it says."""

    kept: str
    numbers: tuple[einvoicing.SaidNumber, ...]
    bad: tuple[einvoicing.BadNumber, ...]
    new: int


@blueprint.route("/e-invoices/numbers", methods=["GET", "POST"])
def einvoice_numbers() -> Any:
    """Look at the tax bureau's file and name every line that does not fit; then record its numbers."""
    must(Permission.TAKE_PAYMENT)
    if request.method == "GET":
        return _page(None, None)
    looked, error = attempt(lambda: read(_look))
    if looked is None or looked.bad or request.form.get("verdict") != "record":
        return _page(looked, error)
    return _record(looked)


def _look(session: Session) -> Looked:
    """Read the file that was sent, or the one the first step kept. Raises SheetUnreadable."""
    content = _content()
    found = einvoicing.read_numbers(documents.read_sheet(content))
    bad, new = einvoicing.judged(session, found.numbers)
    kept = base64.b64encode(zlib.compress(content, 9)).decode()
    return Looked(kept, found.numbers, found.bad or tuple(bad), len(new))


def _content() -> bytes:
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        content: bytes = sent.read(documents.MOST_BYTES + 1)
        return content
    try:
        kept = base64.b64decode(request.form.get("kept", ""))
        return zlib.decompressobj().decompress(kept, documents.MOST_BYTES + 1)
    except (binascii.Error, zlib.error) as error:
        raise documents.SheetUnreadable(why="CSV, XLSX") from error


def _record(looked: Looked) -> Any:
    def work(session: Session) -> int:
        wanted = einvoicing.RecordNumbers(uuid_of("id"), looked.numbers)
        return einvoicing.record_numbers(session, wanted, by=actor(), at=now())

    new, error = attempt(lambda: write(work))
    if new is None:
        return _page(looked, error)
    return done(_("Recorded: {n} new numbers of {all}.", n=new, all=len(looked.numbers)), url_for("desk.einvoices"))


def _page(looked: Looked | None, error: WmsError | None) -> tuple[str, int]:
    wrong = error is not None or (looked is not None and bool(looked.bad))
    status = 200 if not wrong else 422 if error is None or isinstance(error, Invalid) else 409
    text = render_template(
        "desk/einvoice_numbers.html", looked=looked, error=said(error) if error else "", id=fresh_id(), shown=SHOWN,
        words=words,
    )  # fmt: skip
    return text, status
