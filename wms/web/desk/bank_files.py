"""A bank's statement taken in: first what it says and every bad line, then the storing."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from wms import documents, treasury
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Invalid, WmsError
from wms.web.desk import bank_words
from wms.web.desk.workplace import blueprint, must
from wms.web.pages import attempt, done, fen_of, fresh_id, said, text_of, uuid_of
from wms.web.shell import say as _

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked at: how it is kept between the two steps, and what it says."""

    kept: str
    name: str
    source: treasury.Source
    digest: str
    found: treasury.StatementFile
    bad: tuple[treasury.BadRow, ...]


@blueprint.route("/bank/import", methods=["GET", "POST"])
def bank_import() -> Any:
    """Look at a statement and name every bad line; then store it."""
    must(Permission.TAKE_PAYMENT)
    if request.method == "GET":
        return _page(None, None)
    looked, error = attempt(_look)
    if looked is None or looked.bad or request.form.get("verdict") != "import":
        return _page(looked, error)
    return _store(looked)


def _look() -> Looked:
    """Read the file that was sent, or the one the first step kept. Raises SheetUnreadable, FieldWrong."""
    content, name = _content()
    heads = {field: text_of(f"head-{field}", most=60, needed=False) for field in treasury.HEADS}
    source, digest, found = documents.read_statement(content, heads)
    balances = [fen_of(field) if text_of(field, needed=False) else None for field in ("opening", "closing")]
    found = treasury.completed(found, text_of("account", most=40, needed=False), *balances)
    bad = list(found.bad)
    if not bad and found.account_number is None:
        bad.append(treasury.BadRow(1, "account", ""))
    if not bad and not found.adds_up:
        bad.append(treasury.BadRow(1, "sum", ""))
    kept = base64.b64encode(zlib.compress(content, 9)).decode()
    return Looked(kept, name, source, digest, found, tuple(bad))


def _content() -> tuple[bytes, str]:
    kept = request.form.get("kept", "")
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return sent.read(documents.MOST_BYTES + 1), sent.filename
    try:
        return (
            zlib.decompressobj().decompress(base64.b64decode(kept), documents.MOST_BYTES + 1),
            text_of("name", most=120, needed=False),
        )
    except (binascii.Error, zlib.error) as error:
        raise documents.SheetUnreadable(why="CSV, XLSX, XML") from error


def _store(looked: Looked) -> Any:
    def work(session: Session) -> treasury.BankStatement:
        found = looked.found
        assert found.opening_fen is not None
        assert found.closing_fen is not None
        wanted = treasury.ImportStatement(
            uuid_of("id"), looked.source, looked.name or "–", looked.digest, found.account_number or "",
            found.opening_fen, found.closing_fen, found.entries,
        )  # fmt: skip
        return treasury.import_statement(session, wanted, by=actor(), at=now())

    row, error = attempt(lambda: write(work))
    if row is None:
        return _page(looked, error)
    message = _("Taken in: {n} entries, {known} of them known before.", n=row.entries, known=row.known)
    return done(message, url_for("desk.bank"))


def _page(looked: Looked | None, error: WmsError | None) -> tuple[str, int]:
    last = read(lambda session: treasury.list_statements(session, limit=1)).items
    wrong = error is not None or (looked is not None and bool(looked.bad))
    status = 200 if not wrong else 422 if error is None or isinstance(error, Invalid) else 409
    text = render_template(
        "desk/bank_import.html", looked=looked, error=said(error) if error else "", id=fresh_id(), shown=SHOWN,
        words=bank_words, account=last[0].account_number if last else "",
    )  # fmt: skip
    return text, status
