"""The record of a day's close."""

from sqlalchemy.orm import Session

from wms import ledger
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.settlement.tables import DayClose


def record_day_close(session: Session, *, by: Actor, at: Moment) -> DayClose:
    """Write the trial balance and the chain's head of the business day `at.on`; a repeat returns the first.

    Raises Forbidden, and fails on books that do not balance.
    """
    by.must(Permission.CLOSE_DAY)
    done = session.get(DayClose, at.on)
    if done is not None:
        return done
    balances = ledger.balances(session)
    seq, last_hash = ledger.head(session)
    row = DayClose(
        closed_on=at.on, head_seq=seq, head_hash=last_hash, trial_balance_fen=sum(balances.values()),
        accounts=len(balances), closed_at=at.at,
    )  # fmt: skip
    append(session, row)
    return row
