"""Every running loan held against its goods when a day is closed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.lending.queries import position
from wms.lending.rules.requests import LoanState
from wms.lending.tables import Loan, LoanMark


def loans_to_mark(session: Session, at: Moment) -> list[UUID]:
    """Return the ids of the loans that run and have no mark of the day."""
    done = select(LoanMark.loan_id).where(LoanMark.marked_on == at.on)
    query = select(Loan.id).where(Loan.state == LoanState.ACTIVE, Loan.id.not_in(done))
    return list(session.scalars(query.order_by(Loan.id)))


def mark_all(session: Session, loan_ids: Sequence[UUID], *, by: Actor, at: Moment) -> int:
    """Write down where some unmarked loans stand at the close of `at.on`, in fen; returns how many. Posts nothing.

    Without a fresh price the goods count as nothing. Raises Forbidden, LoanNotFound.
    """
    by.must(Permission.CLOSE_DAY)
    for loan_id in loan_ids:
        found = position(session, loan_id, at.on)
        owed = found.exposure
        row = LoanMark(
            marked_on=at.on, loan_id=loan_id, principal_fen=owed.principal_fen, interest_fen=owed.interest_fen,
            storage_fen=owed.storage_fen, handling_fen=owed.handling_fen, value_fen=found.value_fen,
            ltv_bp=found.ltv_bp, level=found.level.value,
        )  # fmt: skip
        append(session, row)
    return len(loan_ids)
