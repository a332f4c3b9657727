"""Tables handed over as files, and the statement of account as one, for whoever may read it."""

from datetime import date, timedelta

from flask import Response, request

from wms import billing, documents
from wms.delivery.identity import now
from wms.web import money_words
from wms.web.shell import say as _

KINDS = {
    "csv": ("text/csv; charset=utf-8", documents.csv_bytes),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", documents.xlsx_bytes),
}
MONTHS_BACK = 3


def handed_over(name: str, kind: str, sheet: documents.Sheet) -> Response:
    """Answer with a table as a file to keep; `kind` is csv or xlsx."""
    mimetype, made = KINDS[kind]
    return as_file(f"{name}.{kind}", mimetype, made(sheet))


def as_file(name: str, mimetype: str, content: bytes) -> Response:
    """Answer with a file to keep, under a plain name."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def period() -> tuple[date, date]:
    """Return the days a statement is asked for: as in the address, else the last three months."""
    today = now().on
    return _day("from_on", today - timedelta(days=30 * MONTHS_BACK)), _day("to_on", today)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def statement_sheet(found: billing.StatementOfAccount, code: str) -> documents.Sheet:
    """Return a statement of account as a table, with its opening and closing balance."""
    heads = (
        _("Day"), _("What"), _("Document"), _("Owed more, yuan"), _("Owed less, yuan"), _("Balance, yuan"),
    )  # fmt: skip
    rows: list[tuple[documents.Cell, ...]] = [
        (found.from_on, _("Opening balance"), "", None, None, documents.yuan(found.opening_fen))
    ]
    for line in found.lines:
        rows.append(
            (line.on, money_words.reason(line.kind), line.document, documents.yuan(line.debit_fen),
             documents.yuan(line.credit_fen), documents.yuan(line.balance_fen))
        )  # fmt: skip
    rows.append((found.to_on, _("Closing balance"), "", None, None, documents.yuan(found.closing_fen)))
    return documents.Sheet(code, heads, rows)
