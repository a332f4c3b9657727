"""Which lots came from which: every line of the stock ledger that names another lot is an edge.

Splits write such lines, and so does whatever else makes lots out of lots: units and grams that leave one side (below
zero) arrive on the other.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.insight.errors import FamilyTooLarge
from wms.insight.queries.names import chunks
from wms.insight.rules.trace import MOST_LOTS, Edge
from wms.lots.tables import StockMove


def edges_up(session: Session, lot_ids: Iterable[UUID]) -> list[Edge]:
    """Return every edge on the ways from some lots back to what they came from. Raises FamilyTooLarge."""
    return _walk(session, lot_ids, up=True)


def edges_down(session: Session, lot_ids: Iterable[UUID]) -> list[Edge]:
    """Return every edge on the ways from some lots on to what they became. Raises FamilyTooLarge."""
    return _walk(session, lot_ids, up=False)


def _walk(session: Session, lot_ids: Iterable[UUID], *, up: bool) -> list[Edge]:
    here = set(lot_ids)
    seen = set(here)
    found: list[Edge] = []
    while here:
        edges = [edge for part in chunks(sorted(here)) for edge in _edges(session, part, up=up)]
        found += edges
        here = {edge.parent_id if up else edge.child_id for edge in edges} - seen
        seen |= here
        if len(seen) > MOST_LOTS:
            raise FamilyTooLarge(most=MOST_LOTS)
    return found


def _edges(session: Session, lot_ids: Iterable[UUID], *, up: bool) -> list[Edge]:
    """Return the edges that end (up) or begin (down) in some lots, by their own line of the ledger."""
    query = select(StockMove).where(StockMove.lot_id.in_(lot_ids), StockMove.other_lot_id.is_not(None))
    rows = session.scalars(query.where(StockMove.units > 0 if up else StockMove.units < 0))
    return [_edge(row, row.other_lot_id) for row in rows if row.other_lot_id is not None]


def _edge(row: StockMove, other: UUID) -> Edge:
    parent, child = (other, row.lot_id) if row.units > 0 else (row.lot_id, other)
    return Edge(parent, child, abs(row.units), abs(row.grams), row.moved_at, row.kind)
