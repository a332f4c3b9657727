"""What the stock ledger shows of an exit."""

from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.lots.tables import StockMove

GONE = (lots.MoveKind.EXIT.value, lots.MoveKind.TITLE_OUT.value)


def units_taken_out(session: Session, exit_id: UUID, lot_id: UUID) -> int:
    """Return how many units of a lot the stock ledger shows as gone by an exit, or to another owner by a transfer."""
    return -int(session.scalar(_taken_out(), {"exit": exit_id, "lot": lot_id}) or 0)


@cache
def _taken_out() -> Select[int]:
    of_exit = (StockMove.exit_id == bindparam("exit"), StockMove.lot_id == bindparam("lot"))
    return select(func.coalesce(func.sum(StockMove.units), 0)).where(*of_exit, StockMove.kind.in_(GONE))
