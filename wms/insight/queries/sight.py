"""Who may see which lots of a family, and which lots a printed number means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import lots
from wms.billing.tables import Invoice
from wms.insight.errors import SubjectNotFound
from wms.insight.queries.lineage import edges_down, edges_up
from wms.insight.queries.names import chunks
from wms.insight.rules.trace import Edge, Sight
from wms.kernel.actor import Actor, Permission
from wms.lots.tables import Delivery, Lot, Unit
from wms.receipts.tables import Receipt
from wms.trading.tables import Deal

INVOICE = re.compile(r"(.{1,20})-(\d{6,})")
NOT_BOUGHT = ("proposed", "lapsed", "cancelled_mutual", "buyer_default", "seller_default")


@dataclass(frozen=True, slots=True)
class Family:
    """Lots that belong together as one reader sees them: how, and until when where he sees a part of the way."""

    start: frozenset[UUID]
    up: list[Edge]
    down: list[Edge]
    sights: dict[UUID, Sight]
    until: dict[UUID, datetime] = field(default_factory=dict)

    @property
    def sight(self) -> Sight:
        """How much of the lots asked for the reader sees: the least of them."""
        order = [Sight.PATH, Sight.OWNER, Sight.STORE]
        return min((self.sights[lot_id] for lot_id in self.start), key=order.index)


def lots_of_number(session: Session, number: str, by: Actor) -> frozenset[UUID]:
    """Return the lots a number means that `by` may see: of a lot, unit, delivery, receipt, invoice or deal.

    A claim goes by its deal's number. Raises SubjectNotFound, ScanMisread.
    """
    wanted = number.strip()
    scan = lots.parse_scan(wanted)
    if scan.sscc is not None:
        query = select(Unit.lot_id).where(Unit.sscc == scan.sscc)
    elif scan.lot_code is not None:
        query = select(Lot.id).where(Lot.code == scan.lot_code)
    else:
        return _seen(session, _by_paper(session, (scan.batch or wanted).upper()), by, number)
    return _seen(session, set(session.scalars(query)), by, number)


def family_of(session: Session, start: frozenset[UUID], by: Actor) -> Family:
    """Return what the lots came from and what became of them, as far as `by` sees it. Raises FamilyTooLarge."""
    up, down = edges_up(session, start), edges_down(session, start)
    every = start | {lot_id for edge in (*up, *down) for lot_id in (edge.parent_id, edge.child_id)}
    if by.may(Permission.SEE_ALL):
        return Family(start, up, down, dict.fromkeys(every, Sight.STORE))
    sights = dict.fromkeys(_owned(session, every, by), Sight.OWNER)
    bought = _bought(session, every, by)
    until: dict[UUID, datetime] = {}
    for edge in edges_up(session, set(sights) | bought):
        if edge.parent_id not in sights:
            sights[edge.parent_id] = Sight.PATH
            until[edge.parent_id] = max(edge.at, until.get(edge.parent_id, edge.at))
    for lot_id in bought - set(sights):
        sights[lot_id] = Sight.PATH
    for lot_id in bought:
        until.pop(lot_id, None)
    return Family(start, up, down, sights, until)


def _seen(session: Session, found: set[UUID], by: Actor, number: str) -> frozenset[UUID]:
    seen = found if by.may(Permission.SEE_ALL) else _owned(session, found, by) | _bought(session, found, by)
    if not seen:
        raise SubjectNotFound(number=number[:40])
    return frozenset(seen)


def _by_paper(session: Session, number: str) -> set[UUID]:
    from_delivery = (
        select(Lot.id)
        .join(Delivery, Delivery.id == Lot.delivery_id)
        .where(Delivery.code == number, Lot.parent_id.is_(None))
    )
    from_receipt = select(Receipt.lot_id).where(Receipt.code == number)
    from_deal = select(Deal.lot_id).where(Deal.number == number, Deal.lot_id.is_not(None))
    for query in (from_delivery, from_receipt, from_deal):
        found = {lot_id for lot_id in session.scalars(query) if lot_id is not None}
        if found:
            return found
    invoice = INVOICE.fullmatch(number)
    if invoice is None:
        return set()
    billed = select(Invoice.lot_id).where(Invoice.series == invoice[1], Invoice.number == int(invoice[2]))
    return set(session.scalars(billed))


def _owned(session: Session, lot_ids: Iterable[UUID], by: Actor) -> set[UUID]:
    if by.party_id is None:
        return set()
    return {
        lot_id
        for part in chunks(sorted(lot_ids))
        for lot_id in session.scalars(select(Lot.id).where(Lot.id.in_(part), Lot.owner_id == by.party_id))
    }


def _bought(session: Session, lot_ids: Iterable[UUID], by: Actor) -> set[UUID]:
    if by.party_id is None:
        return set()
    return {
        lot_id
        for part in chunks(sorted(lot_ids))
        for lot_id in session.scalars(
            select(Deal.lot_id).where(
                Deal.lot_id.in_(part), Deal.buyer_id == by.party_id, Deal.state.not_in(NOT_BOUGHT)
            )
        )
        if lot_id is not None
    }
