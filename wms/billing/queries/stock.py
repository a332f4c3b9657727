"""What the stock ledger shows of an exit."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms import lots
from wms.lots.tables import StockMove

GONE = (lots.MoveKind.EXIT.value, lots.MoveKind.TITLE_OUT.value)


def units_taken_out(session: Session, exit_id: UUID, lot_id: UUID) -> int:
    """Return how many units of a lot the stock ledger shows as gone by an exit, or to another owner by a transfer."""
    query = select(func.coalesce(func.sum(StockMove.units), 0)).where(
        StockMove.exit_id == exit_id, StockMove.lot_id == lot_id, StockMove.kind.in_(GONE)
    )
    return -int(session.scalar(query) or 0)
