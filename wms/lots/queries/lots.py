"""Lots: by id, by list, locked; what is free of them and what a part weighs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session

from wms.facility.tables import Slot
from wms.kernel.actor import Actor, Permission
from wms.kernel.paging import Page, page
from wms.kernel.writing import lock_each
from wms.lots.errors import LotNotFound
from wms.lots.rules.facts import Label
from wms.lots.rules.gs1 import lot_label_code, parse_scan
from wms.lots.rules.holds import HeldUnits, free_for, free_of_all
from wms.lots.rules.quantities import own_part_grams, part_grams
from wms.lots.rules.words import HoldReason
from wms.lots.tables import Inspection, Lot, LotHold, StockBalance, StockMove, Unit
from wms.parties.tables import Party


@dataclass(frozen=True, slots=True)
class LotFilter:
    """Which lots to list; None asks nothing. `on_hand` true: with goods left; false: gone."""

    owner_id: UUID | None = None
    site_id: UUID | None = None
    room_id: UUID | None = None
    variety: str | None = None
    grade: str | None = None
    delivery_id: UUID | None = None
    on_hand: bool | None = None
    entered_from: date | None = None
    entered_until: date | None = None


def lock_lots(session: Session, lot_ids: Iterable[UUID]) -> list[Lot]:
    """Return lots by id, locked in the order of their ids until the transaction ends and read afresh.

    Take them before deals, loans and ledger accounts. Raises LotNotFound.
    """
    wanted = set(lot_ids)
    found = lock_each(session, Lot, wanted)
    if len(found) != len(wanted):
        raise LotNotFound
    return list(found.values())


def lock_visible_lot(session: Session, lot_id: UUID, by: Actor) -> Lot:
    """Return a lot that `by` may see, locked and read afresh. Raises LotNotFound."""
    lot = lock_lots(session, [lot_id])[0]
    if not by.sees(lot.owner_id):
        raise LotNotFound
    return lot


def get_lot(session: Session, lot_id: UUID) -> Lot:
    """Return a lot, whoever owns it. Raises LotNotFound."""
    found = session.get(Lot, lot_id)
    if found is None:
        raise LotNotFound
    return found


def get_visible_lot(session: Session, lot_id: UUID, by: Actor) -> Lot:
    """Return a lot whose owner `by` may see. Raises LotNotFound."""
    found = session.get(Lot, lot_id)
    if found is None or not by.sees(found.owner_id):
        raise LotNotFound
    return found


def lot_by_code(session: Session, site_id: UUID, code: str, by: Actor) -> Lot:
    """Return a visible lot by its printed number. Raises LotNotFound."""
    found = session.scalar(select(Lot).where(Lot.site_id == site_id, Lot.code == code.strip().upper()))
    if found is None or not by.sees(found.owner_id):
        raise LotNotFound
    return found


def lot_by_sscc(session: Session, sscc: str, by: Actor) -> Lot:
    """Return the visible lot of a scanned label. Raises LotNotFound."""
    found = session.scalar(select(Lot).join(Unit, Unit.lot_id == Lot.id).where(Unit.sscc == sscc.strip()))
    if found is None or not by.sees(found.owner_id):
        raise LotNotFound
    return found


def lot_by_scan(session: Session, site_id: UUID, scanned: str, by: Actor) -> Lot:
    """Return the visible lot of whatever was scanned or typed: a unit's SSCC, a GS1 label, a lot's number.

    Raises ScanMisread where a check digit is wrong, LotNotFound.
    """
    scan = parse_scan(scanned)
    if scan.sscc is not None:
        return lot_by_sscc(session, scan.sscc, by)
    return lot_by_code(session, site_id, scan.lot_code or scan.batch or "", by)


def list_lots(
    session: Session, by: Actor, wanted: LotFilter | None = None, *, cursor: str | None = None, limit: int = 50
) -> Page[Lot]:
    """Return a page of the lots `by` may see, newest entry first."""
    query = _filtered(select(Lot), wanted or LotFilter())
    if not by.may(Permission.SEE_ALL):
        query = query.where(Lot.owner_id == by.party_id if by.party_id is not None else false())
    return page(session, query, [Lot.entry_on, Lot.id], cursor=cursor, limit=limit, descending=True)


def lots_of_delivery(session: Session, delivery_id: UUID) -> list[Lot]:
    """Return the lots made of a delivery at intake, splits not among them, in the order of their numbers."""
    query = select(Lot).where(Lot.delivery_id == delivery_id, Lot.parent_id.is_(None))
    return list(session.scalars(query.order_by(Lot.code)))


def grams_of(lot: Lot, units: int) -> int:
    """Return the entry grams that the next `units` of a lot carry when they leave; parts sum to the whole.

    Units weighed one by one carry their own weight, in the order of their labels; what samples took, none carries.
    """
    if lot.weighed_one_by_one:
        own = [(unit.own_grams or 0) - unit.sampled_grams for unit in lot.units if unit.left_at is None]
        return own_part_grams(own, units=units)
    shared_units, shared_grams = lot.shared
    return part_grams(shared_units, shared_grams, gone=shared_units - lot.units_on_hand, units=units)


def held_units(lot: Lot) -> HeldUnits:
    """Return a lot's units on hand and what is held of them, by reason."""
    held = {reason.value: getattr(lot, f"{reason.value}_units") for reason in HoldReason}
    return HeldUnits(on_hand=lot.units_on_hand, **held)


def free_units(session: Session, lot: Lot, for_reason: HoldReason) -> int:
    """Return how many units of a lot could still be held for a reason."""
    return free_for(held_units(lot), for_reason)


def unheld_units(lot: Lot) -> int:
    """Return how many units of a lot no hold of any reason stands on."""
    return free_of_all(held_units(lot))


def units_in_all(session: Session) -> tuple[int, int]:
    """Return the units that lie in slots: as the places count them, and as the lots do."""
    placed = session.scalar(select(func.coalesce(func.sum(StockBalance.units), 0))) or 0
    counted = session.scalar(select(func.coalesce(func.sum(Lot.units_placed), 0))) or 0
    return int(placed), int(counted)


def holds_of(session: Session, lot_id: UUID, reason: HoldReason | None = None) -> list[LotHold]:
    """Return a lot's open holds, oldest first, for one reason if given."""
    query = select(LotHold).where(LotHold.lot_id == lot_id, LotHold.units_left > 0)
    if reason is not None:
        query = query.where(LotHold.reason == reason.value)
    return list(session.scalars(query.order_by(LotHold.placed_at, LotHold.id)))


def inspections_of(session: Session, lot_id: UUID) -> list[Inspection]:
    """Return a lot's inspections, newest first."""
    query = select(Inspection).where(Inspection.lot_id == lot_id)
    return list(session.scalars(query.order_by(Inspection.inspected_on.desc(), Inspection.recorded_at.desc())))


def moves_of(session: Session, lot_id: UUID) -> list[StockMove]:
    """Return all lines of the stock ledger of a lot in the order written."""
    query = select(StockMove).where(StockMove.lot_id == lot_id)
    return list(session.scalars(query.order_by(StockMove.moved_at, StockMove.id)))


def labels_of(session: Session, lot_id: UUID) -> list[Label]:
    """Return what the labels of a lot's units say, in order."""
    query = (
        select(Unit, Lot, Party.name)
        .join(Lot, Lot.id == Unit.lot_id)
        .join(Party, Party.id == Lot.owner_id)
        .where(Unit.lot_id == lot_id)
        .order_by(Unit.ordinal)
    )
    return [
        Label(
            sscc=unit.sscc,
            lot_code=lot_label_code(lot.code),
            ordinal=unit.ordinal,
            owner_name=owner,
            variety=lot.variety,
            grade=lot.grade,
            size=lot.size,
            entry_on=lot.entry_on,
            own_grams=unit.own_grams,
        )
        for unit, lot, owner in session.execute(query)
    ]


def labels_left(session: Session, lot: Lot) -> int:
    """Return how many units on hand have no label yet."""
    labelled = select(func.count()).select_from(Unit).where(Unit.lot_id == lot.id, Unit.left_at.is_(None))
    return max(0, lot.units_on_hand - (session.scalar(labelled) or 0))


def _filtered(query: Select[Lot], wanted: LotFilter) -> Select[Lot]:
    for column, value in (
        (Lot.owner_id, wanted.owner_id),
        (Lot.site_id, wanted.site_id),
        (Lot.variety, wanted.variety),
        (Lot.grade, wanted.grade),
        (Lot.delivery_id, wanted.delivery_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.on_hand is not None:
        query = query.where(Lot.units_on_hand > 0 if wanted.on_hand else Lot.units_on_hand == 0)
    if wanted.entered_from is not None:
        query = query.where(Lot.entry_on >= wanted.entered_from)
    if wanted.entered_until is not None:
        query = query.where(Lot.entry_on <= wanted.entered_until)
    if wanted.room_id is not None:
        there = (
            select(StockBalance.lot_id)
            .join(Slot, Slot.id == StockBalance.slot_id)
            .where(Slot.room_id == wanted.room_id, StockBalance.units > 0)
        )
        query = query.where(Lot.id.in_(there))
    return query
