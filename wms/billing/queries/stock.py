"""What the stock ledger shows of an exit."""

from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.kernel.asking import read_and_since
from wms.lots.tables import StockMove

GONE = (lots.MoveKind.EXIT.value, lots.MoveKind.TITLE_OUT.value)


def units_taken_out(session: Session, exit_id: UUID, lot_id: UUID) -> int:
    """Return how many units of a lot the stock ledger shows as gone by an exit, or to another owner by a transfer."""

    def read() -> int:
        return int(session.scalar(_taken_out(), {"exit": exit_id, "lot": lot_id}) or 0)

    found, (moves,) = read_and_since(session, (lots.Lot, lot_id), ("taken out", exit_id), [StockMove], read)
    mine = (row for row in moves if (row.exit_id, row.lot_id) == (exit_id, lot_id) and row.kind in GONE)
    return -found - int(sum(row.units for row in mine))


@cache
def _taken_out() -> Select[int]:
    of_exit = (StockMove.exit_id == bindparam("exit"), StockMove.lot_id == bindparam("lot"))
    return select(func.coalesce(func.sum(StockMove.units), 0)).where(*of_exit, StockMove.kind.in_(GONE))
