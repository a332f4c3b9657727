"""The reports over the whole store, as rows: the same figures as the pages and the files."""

from datetime import date, datetime
from itertools import islice
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from wms import insight
from wms.api.resource import Resource
from wms.delivery.identity import actor, now
from wms.kernel.actor import Permission
from wms.kernel.errors import Spoken
from wms.schemas import shape
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day

REPORTS = Resource("reports", "Stock, ageing, occupancy, movements, losses, arrivals and their forecast, as rows.")
WORDS = shape("SheetWords", en=fields.String(), zh=fields.String())
COLUMN = shape("SheetColumn", head=WORDS, unit=fields.String())
SHEET = shape(
    "Sheet", name=WORDS, columns=fields.List(fields.Nested(COLUMN)), rows=fields.List(fields.List(fields.Raw())),
    total=fields.Integer(), whole=fields.Boolean(),
)  # fmt: skip


class ReportQuery(Strict):
    """Which report; stock is grouped, movements and losses lie between two days, both included."""

    kind = fields.Enum(insight.ReportKind, by_value=fields.String, required=True)
    group = fields.Enum(insight.GroupBy, by_value=fields.String, load_default=insight.GroupBy.OWNER)
    from_on = Day(load_default=None)
    until_on = Day(load_default=None)
    limit = fields.Integer(load_default=insight.LONG_ROWS, validate=validate.Range(min=1, max=insight.LONG_ROWS))


@REPORTS.get("/reports/sheet", SHEET, query=ReportQuery, needs=Permission.SEE_ALL, raises=(insight.report,))
def read_report(session: Session, query: dict[str, Any]) -> dict[str, Any]:
    """Show a report: columns with their units, then rows of exact values; `whole` is false where rows were left out.

    Weights are whole grams, shares whole permille; words the store knows come in both languages.
    """
    limit = query.pop("limit")
    wanted = insight.ReportRequest(**query)
    sheet = insight.report(session, wanted, by=actor(), at=now())
    rows = [[_plain(value) for value in row] for row in islice(sheet.rows, limit + 1)]
    return {
        "name": sheet.name, "columns": [{"head": one.head, "unit": one.unit.value} for one in sheet.columns],
        "rows": rows[:limit], "total": max(insight.count_rows(session, wanted), len(rows)), "whole": len(rows) <= limit,
    }  # fmt: skip


def _plain(value: insight.Value) -> Any:
    if isinstance(value, Spoken):
        return {"en": value.en, "zh": value.zh}
    return value.isoformat() if isinstance(value, date | datetime) else value


RESOURCES = (REPORTS,)
