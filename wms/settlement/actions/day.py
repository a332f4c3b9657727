"""The record of a day's close: what was reconciled, the trial balance, the chain's head."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import billing, ledger, lending, lots
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.settlement.tables import DayClose, DayReconciliation

FEN, UNITS = "fen", "units"


def reconcile(session: Session, *, by: Actor, at: Moment) -> list[DayReconciliation]:
    """Hold the books beside the rooms that know, and write down both figures of the day `at.on`.

    Fees beside open invoices, the loans' principal and interest beside their events, the stock ledger beside the lots.
    A difference stops nothing: it is told, and kept. A repeat returns the first rows. Raises Forbidden.
    """
    by.must(Permission.CLOSE_DAY)
    query = select(DayReconciliation).where(DayReconciliation.closed_on == at.on)
    done = list(session.scalars(query.order_by(DayReconciliation.name)))
    if done:
        return done
    principal_fen, interest_fen = lending.owed_in_all(session)
    stocked, counted = lots.units_in_all(session)
    figures = (
        ("fees", FEN, ledger.total(session, "A:Fee:"), billing.open_in_all(session)),
        ("interest", FEN, ledger.total(session, "A:Loan:InterestReceivable:"), interest_fen),
        ("principal", FEN, ledger.total(session, "A:Loan:Principal:"), principal_fen),
        ("stock", UNITS, stocked, counted),
    )
    rows = [
        DayReconciliation(closed_on=at.on, name=name, unit=unit, books_amount=books, room_amount=room)
        for name, unit, books, room in figures
    ]
    for row in rows:
        append(session, row)
    return rows


def record_day_close(session: Session, *, by: Actor, at: Moment) -> DayClose:
    """Write the trial balance and the chain's head of the business day `at.on`; a repeat returns the first.

    Raises Forbidden, and fails on books that do not balance.
    """
    by.must(Permission.CLOSE_DAY)
    done = session.get(DayClose, at.on)
    if done is not None:
        return done
    accounts, trial_balance_fen = ledger.trial_balance(session)
    seq, last_hash = ledger.head(session)
    row = DayClose(
        closed_on=at.on, head_seq=seq, head_hash=last_hash, trial_balance_fen=trial_balance_fen, accounts=accounts,
        closed_at=at.at,
    )  # fmt: skip
    append(session, row)
    return row
