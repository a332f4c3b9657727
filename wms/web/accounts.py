"""The statement of account as a table, for whoever may read it."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from flask import request

from wms import billing, insight
from wms.delivery.identity import now
from wms.insight import Unit
from wms.kernel.errors import Spoken
from wms.web import money_words, sheets
from wms.web.shell import say as _

MONTHS_BACK = 3


def period() -> tuple[date, date]:
    """Return the days a statement is asked for: as in the address, else the last three months."""
    today = now().on
    return _day("from_on", today - timedelta(days=30 * MONTHS_BACK)), _day("to_on", today)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def statement_sheet(found: billing.StatementOfAccount, code: str, numbers: Mapping[UUID, str]) -> insight.Sheet:
    """Return a statement of account as a table with its balances; `numbers` are the tax bureau's by journal."""
    columns = sheets.told(
        (_("Day"), Unit.DAY), (_("What"), Unit.WORDS), (_("Document"), Unit.WORDS), (_("Owed more, yuan"), Unit.FEN),
        (_("Owed less, yuan"), Unit.FEN), (_("Balance, yuan"), Unit.FEN), (_("Tax bureau's number"), Unit.WORDS),
    )  # fmt: skip
    rows: list[insight.Row] = [(found.from_on, _("Opening balance"), "", None, None, found.opening_fen, "")]
    rows += [
        (line.on, money_words.reason(line.kind), line.document, line.debit_fen, line.credit_fen, line.balance_fen,
         numbers.get(line.journal_id, ""))
        for line in found.lines
    ]  # fmt: skip
    rows.append((found.to_on, _("Closing balance"), "", None, None, found.closing_fen, ""))
    return insight.Sheet(Spoken(code, code), columns, rows)
