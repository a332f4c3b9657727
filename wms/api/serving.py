"""Reports across rooms: what keeping goods costs beside what it brings; how a day was closed."""

from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validates_schema
from sqlalchemy.orm import Session

from wms import insight, settlement
from wms.api.resource import Resource
from wms.kernel.actor import Permission
from wms.kernel.paging import Page
from wms.schemas import paged, shape, view
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day

REPORTS = Resource("serving", "What the whole store says: cost beside income, and how a day was closed.")
LONGEST = timedelta(days=1100)
SERVING = shape(
    "Serving", site_id=fields.UUID(), site=fields.String(), from_on=Day(), until_on=Day(), gram_days=fields.Integer(),
    in_grams=fields.Integer(), billed_fen=fields.Integer(), accrued_fen=fields.Integer(allow_none=True),
    earned_fen=fields.Integer(), cost_fen=fields.Integer(), costs_fen=fields.Dict(),
    earned_tonne_fen=fields.Integer(allow_none=True), cost_tonne_fen=fields.Integer(allow_none=True),
)  # fmt: skip
RECONCILIATION = view(
    "DayReconciliation", settlement.DayReconciliation, "closed_on name unit books_amount room_amount",
    difference=fields.Integer(),
)  # fmt: skip


class StretchQuery(Strict):
    """Over which days: the first, and the first no longer."""

    from_on = Day(required=True)
    until_on = Day(required=True)

    @validates_schema
    def _bounded(self, values: dict[str, date], **_: Any) -> None:
        if not timedelta(0) <= values["until_on"] - values["from_on"] <= LONGEST:
            raise ValidationError("The stretch ends before it begins, or is longer than three years.", "until_on")


class DayQuery(Strict):
    """Of which day."""

    on = Day(required=True)


@REPORTS.get("/reports/cost-to-serve", paged(SERVING), query=StretchQuery, needs=Permission.SEE_BOOKS)
def cost_to_serve(session: Session, query: dict[str, date]) -> Page[dict[str, Any]]:
    """Show for every site what the charges of some days brought, beside what keeping the goods cost; per 30 tonne-days.

    An empty stretch keeps nothing and costs nothing.
    """
    return Page([_plain(row) for row in insight.serving(session, query["from_on"], query["until_on"])], None)


@REPORTS.get("/reports/reconciliation", paged(RECONCILIATION), query=DayQuery, needs=Permission.SEE_BOOKS)
def reconciliation_of_day(session: Session, query: dict[str, date]) -> Page[settlement.DayReconciliation]:
    """List what the books and the rooms said at the close of a day, each pair beside its difference."""
    return Page(settlement.reconciliations_of(session, query["on"]), None)


def _plain(row: insight.Serving) -> dict[str, Any]:
    names = ("from_on", "until_on", "gram_days", "in_grams", "billed_fen", "accrued_fen", "earned_fen", "cost_fen",
             "earned_tonne_fen", "cost_tonne_fen")  # fmt: skip
    said = {name: getattr(row, name) for name in names}
    costs = {kind.value: fen for kind, fen in row.costs_fen.items()}
    return said | {"site_id": row.site.id, "site": row.site.name, "costs_fen": costs}


RESOURCES = (REPORTS,)
