"""What left: exit orders of lots with their deals, trucks and gate passes."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.billing import ExitKind
from wms.billing.tables import ExitOrder, GatePass
from wms.insight.queries import names
from wms.insight.rules.trace import Departure
from wms.lots.tables import Lot
from wms.trading.tables import Deal

LIVE = ("passed", "issued", "expired", "void")  # the pass that says most of an exit comes first


def departures(session: Session, lot_ids: Iterable[UUID]) -> list[Departure]:
    """Return every exit order of some lots, the oldest first; void ones too, they left nothing.

    A transfer of title is none: the goods lie where they lay, as a lot of their new owner.
    """
    found: list[Departure] = []
    for part in names.chunks(sorted(lot_ids)):
        query = (
            select(ExitOrder, Lot.code, Deal.number, Deal.buyer_id)
            .join(Lot, Lot.id == ExitOrder.lot_id)
            .outerjoin(Deal, Deal.id == ExitOrder.deal_id)
            .where(ExitOrder.lot_id.in_(part), ExitOrder.kind != ExitKind.TRANSFER.value)
        )
        rows = session.execute(query).all()
        passes = _passes(session, [order.id for order, *_ in rows])
        named = names.parties(session, [_to(order, buyer) for order, _, _, buyer in rows])
        for order, code, deal, buyer in rows:
            to = _to(order, buyer)
            found.append(_departure(order, code, deal or "", (to, named[to]), passes.get(order.id)))
    return sorted(found, key=lambda one: (one.opened_at, str(one.exit_id)))


def _to(order: ExitOrder, buyer: UUID | None) -> UUID:
    return order.party_id if buyer is None else buyer


def _passes(session: Session, exit_ids: Sequence[UUID]) -> dict[UUID, GatePass]:
    found: dict[UUID, GatePass] = {}
    for part in names.chunks(exit_ids):
        rows = session.scalars(select(GatePass).where(GatePass.exit_id.in_(part)).order_by(GatePass.issued_at))
        for row in sorted(rows, key=lambda row: LIVE.index(row.state), reverse=True):
            found[row.exit_id] = row
    return found


def _departure(order: ExitOrder, code: str, deal: str, recipient: tuple[UUID, str], gate: GatePass | None) -> Departure:
    return Departure(
        exit_id=order.id,
        lot_id=order.lot_id,
        lot_code=code,
        state=order.state,
        deal_number=deal,
        recipient_id=recipient[0],
        recipient_name=recipient[1],
        collector=order.collector_name,
        plate=order.plate,
        units=order.units,
        entry_grams=order.entry_grams,
        out_grams=order.out_grams,
        opened_at=order.opened_at,
        closed_at=order.closed_at,
        closed_on=order.closed_on,
        pass_state=gate.state if gate is not None else "",
        passed_at=gate.passed_at if gate is not None else None,
        gate_grams=gate.gate_grams if gate is not None else None,
    )
