"""What the stock ledger shows of an exit."""

from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from wms import lots
from wms.kernel.asking import Question, ask_and_since
from wms.lots.tables import StockMove

GONE = (lots.MoveKind.EXIT.value, lots.MoveKind.TITLE_OUT.value)


def units_taken_out(session: Session, exit_id: UUID, lot_id: UUID) -> int:
    """Return how many units of a lot the stock ledger shows as gone by an exit, or to another owner by a transfer."""
    found, (moves,) = ask_and_since(session, taken_out_asked(exit_id, lot_id))
    mine = (row for row in moves if (row.exit_id, row.lot_id) == (exit_id, lot_id) and row.kind in GONE)
    return -int(sum(units for (units,) in found) + sum(row.units for row in mine))


def taken_out_asked(exit_id: UUID, lot_id: UUID) -> Question:
    """Return the question which units of a lot the stock ledger shows as gone by an exit."""
    given = {"exit": exit_id, "lot": lot_id}
    return Question(("taken out", exit_id), (lots.Lot, lot_id), (StockMove,), _taken_out(), given)


@cache
def _taken_out() -> Select[int]:
    of_exit = (StockMove.exit_id == bindparam("exit"), StockMove.lot_id == bindparam("lot"))
    return select(StockMove.units).where(*of_exit, StockMove.kind.in_(GONE))
