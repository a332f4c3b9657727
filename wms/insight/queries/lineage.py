"""Which lots came from which: lines of the stock ledger that name another lot, and the parts of sortings.

A split or a change of owner writes a line on each side; a sorting makes many lots of many, and keeps each pair.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.insight.errors import FamilyTooLarge
from wms.insight.queries.names import chunks
from wms.insight.rules.trace import MOST_LOTS, Edge
from wms.lots.tables import RegradePart, RegradeRow, StockMove


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


def _edges(session: Session, lot_ids: Sequence[UUID], *, up: bool) -> list[Edge]:
    """Return the edges that end (up) or begin (down) in some lots."""
    query = select(StockMove).where(StockMove.lot_id.in_(lot_ids), StockMove.other_lot_id.is_not(None))
    rows = session.scalars(query.where(StockMove.units > 0 if up else StockMove.units < 0))
    found = [_edge(row, row.other_lot_id) for row in rows if row.other_lot_id is not None]
    end = RegradePart.output_lot_id if up else RegradePart.input_lot_id
    sorts = (
        select(RegradePart, RegradeRow.regraded_at)
        .join(RegradeRow, RegradeRow.id == RegradePart.regrade_id)
        .where(end.in_(lot_ids), RegradePart.output_lot_id.is_not(None))
    )
    return found + [
        Edge(part.input_lot_id, part.output_lot_id, 0, part.grams, at, "sort")
        for part, at in session.execute(sorts)
        if part.output_lot_id is not None
    ]


def _edge(row: StockMove, other: UUID) -> Edge:
    parent, child = (other, row.lot_id) if row.units > 0 else (row.lot_id, other)
    return Edge(parent, child, abs(row.units), abs(row.grams), row.moved_at, row.kind)
