"""What parties owe by age, and the account of one party over a period."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing
from wms.api.resource import Resource
from wms.delivery import papers
from wms.delivery.identity import actor, now
from wms.kernel.actor import Permission
from wms.kernel.paging import Page
from wms.schemas import banking, paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day

RECEIVABLES = Resource("receivables", "What is owed to the store: debts by age, accounts line by line.")


class PeriodQuery(Strict):
    """The first and the last day."""

    from_on = Day(required=True)
    to_on = Day(required=True)


@RECEIVABLES.get("/receivables/ageing", paged(banking.AGEING), needs=Permission.SEE_BOOKS)
def list_ageing(session: Session) -> Page[dict[str, Any]]:
    """List what each party owes on open invoices by days past due today, the largest debt first."""
    names = ("to_30_fen", "to_60_fen", "to_90_fen", "over_90_fen")
    rows = [{"party_id": row.party_id, "invoices": row.invoices, "oldest_due_on": row.oldest_due_on,
             "total_fen": row.total_fen, **dict(zip(names, row.buckets, strict=True))}
            for row in billing.ageing(session, now().on)]  # fmt: skip
    return Page(rows, None)


@RECEIVABLES.get(
    "/parties/<uuid:party_id>/statement", banking.STATEMENT, query=PeriodQuery, raises=(billing.statement_of_account,)
)
def statement_of_party(session: Session, query: dict[str, Any], party_id: UUID) -> billing.StatementOfAccount:
    """Show the account of a party over a period, both days included: one's own, or anybody's by who sees the books."""
    return billing.statement_of_account(session, party_id, query["from_on"], query["to_on"], by=actor())


@RECEIVABLES.file(
    "/parties/<uuid:party_id>/statement/paper", papers.PDF, query=PeriodQuery, raises=(billing.statement_of_account,)
)
def statement_paper(session: Session, query: dict[str, Any], party_id: UUID) -> papers.Paper:
    """Show the account of a party over a period as a PDF in both languages, to who may see the account."""
    return papers.statement(session, party_id, (query["from_on"], query["to_on"]), actor(), now())


RESOURCES = (RECEIVABLES,)
