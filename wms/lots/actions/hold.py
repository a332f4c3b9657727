"""Holds: placed, changed, lifted, and left through."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import new_id
from wms.lots.errors import (
    HoldNotByHand,
    HoldNotFound,
    HoldNotOpen,
    LotNotFound,
    LotQuarantined,
    NotEnoughUnits,
    QuarantineNeedsTwo,
    RequestWrong,
)
from wms.lots.queries.lots import held_units, lock_lots
from wms.lots.rules.holds import BY_HAND, LIFTERS, OUTSIDERS, PLACERS, free_for, must_any
from wms.lots.rules.requests import HoldStage, PlaceHold
from wms.lots.rules.words import HoldEventKind, HoldReason, PledgeStage
from wms.lots.tables import HoldEvent, Lot, LotHold

STOPPED_BY_QUARANTINE = (HoldReason.SALE, HoldReason.EXIT, HoldReason.PLEDGE)


def place_hold(session: Session, request: PlaceHold, *, by: Actor, at: Moment) -> LotHold:
    """Hold units of a lot; `request.id` becomes the hold's id. Who may depends on the reason (rules.holds.PLACERS).

    Locks the lot. Sold and leaving units together never exceed what is on hand, nor pledged ones; sold goods are
    not pledged. A repeat returns the hold as it is now.
    Raises Forbidden, LotNotFound, LotQuarantined, NotEnoughUnits, RequestWrong, RequestIdReused.
    """
    must_any(by, request.reason, PLACERS)
    _check_stage(request.reason, request.stage or PledgeStage.PLEDGED.value)
    if not idempotency.claim(session, request.id, "lots.place_hold", asdict(request), by=by, at=at):
        return session.get_one(LotHold, request.id)
    lot = _locked_lot(session, request.lot_id, request.reason, by)
    if lot.quarantine_units and request.reason in STOPPED_BY_QUARANTINE:
        raise LotQuarantined(lot=lot.code)
    free = free_for(held_units(lot), request.reason)
    if not 1 <= request.units <= free:
        raise NotEnoughUnits(lot=lot.code, units_free=free, units=request.units)
    pledge = request.reason is HoldReason.PLEDGE
    hold = LotHold(
        id=request.id,
        lot_id=lot.id,
        reason=request.reason.value,
        subject_id=request.subject_id,
        units=request.units,
        units_left=request.units,
        stage=request.stage or (PledgeStage.PLEDGED.value if pledge else ""),
        due_on=request.due_on,
        release_floor=request.release_floor,
        enforced=request.enforced,
        placed_at=at.at,
    )
    session.add(hold)
    _count(lot, request.reason, request.units)
    _note(session, hold, HoldEventKind.PLACED, request.units, by=by, at=at)
    audit.record(session, "lots.place_hold", ("lot", lot.id), by=by, at=at, reason=request.reason, units=request.units)
    return hold


def place_hold_by_hand(session: Session, request: PlaceHold, *, by: Actor, at: Moment) -> LotHold:
    """Hold units of a lot as `place_hold` does, for a reason that no other paper stands behind.

    Locks the lot. A repeat returns the hold as it is now.
    Raises HoldNotByHand, Forbidden, LotNotFound, LotQuarantined, NotEnoughUnits, RequestWrong, RequestIdReused.
    """
    if request.reason not in BY_HAND:
        raise HoldNotByHand(reason=request.reason)
    return place_hold(session, request, by=by, at=at)


def lift_hold_by_hand(session: Session, hold_id: UUID, *, units: int | None = None, by: Actor, at: Moment) -> LotHold:
    """Let go of units of a hold as `lift_hold` does, where no other paper stands behind it.

    Locks the lot. Raises Forbidden, HoldNotFound, HoldNotByHand, HoldNotOpen.
    """
    hold, _, reason = _locked_hold(session, hold_id, by)
    if reason not in BY_HAND:
        raise HoldNotByHand(reason=reason)
    return lift_hold(session, hold.id, units=units, by=by, at=at)


def lift_hold(session: Session, hold_id: UUID, *, units: int | None = None, by: Actor, at: Moment) -> LotHold:
    """Let go of units of a hold, or of all that is left of it; all of nothing changes nothing.

    A quarantine is let go by two people (`ask_release`, `decide_release`). Locks the lot. Who may depends on the reason
    (rules.holds.LIFTERS). Raises Forbidden, HoldNotFound, QuarantineNeedsTwo, HoldNotOpen.
    """
    hold, lot, reason = _locked_hold(session, hold_id, by)
    if reason is HoldReason.QUARANTINE:
        raise QuarantineNeedsTwo
    wanted = hold.units_left if units is None else units
    if units is None and not wanted:
        return hold
    if not 1 <= wanted <= hold.units_left:
        raise HoldNotOpen(units_left=hold.units_left, units=wanted)
    let_go(session, hold, lot, wanted, by=by, at=at)
    return hold


def let_go(session: Session, hold: LotHold, lot: Lot, units: int, *, by: Actor, at: Moment) -> None:
    """Lift units of a hold whose right to be lifted the caller has judged; the caller holds the lot's lock."""
    _reduce(session, hold, lot, units)
    _note(session, hold, HoldEventKind.LIFTED, -units, by=by, at=at)
    audit.record(session, "lots.lift_hold", ("lot", lot.id), by=by, at=at, reason=HoldReason(hold.reason), units=units)


def update_hold_stage(session: Session, request: HoldStage, *, by: Actor, at: Moment) -> LotHold:
    """Set the terms of an open hold: stage, due day, release floor, whether it is enforced. All four replace the old.

    Locks the lot. A repeat returns the hold as it is now.
    Raises Forbidden, HoldNotFound, HoldNotOpen, RequestWrong, RequestIdReused.
    """
    hold, lot, reason = _locked_hold(session, request.hold_id, by)
    if not idempotency.claim(session, request.id, "lots.update_hold_stage", asdict(request), by=by, at=at):
        return hold
    _check_stage(reason, request.stage)
    if not hold.units_left:
        raise HoldNotOpen(units_left=0, units=hold.units)
    hold.stage, hold.due_on = request.stage, request.due_on
    hold.release_floor, hold.enforced = request.release_floor, request.enforced
    _note(session, hold, HoldEventKind.STAGE, 0, by=by, at=at)
    audit.record(session, "lots.update_hold_stage", ("lot", lot.id), by=by, at=at, stage=request.stage)
    return hold


def consume(session: Session, hold: LotHold, lot: Lot, units: int, *, exit_id: UUID, by: Actor, at: Moment) -> None:
    """Use up units of a hold by goods that leave through it; the caller holds the lot's lock."""
    _reduce(session, hold, lot, units)
    _note(session, hold, HoldEventKind.CONSUMED, -units, by=by, at=at, exit_id=exit_id)


def _check_stage(reason: HoldReason, stage: str) -> None:
    if reason is HoldReason.PLEDGE and stage not in {word.value for word in PledgeStage if word != PledgeStage.NONE}:
        raise RequestWrong(what="stage")


def _locked_lot(session: Session, lot_id: UUID, reason: HoldReason, by: Actor) -> Lot:
    lot = lock_lots(session, [lot_id])[0]
    if not _concerns(by, lot, reason):
        raise LotNotFound
    return lot


def _concerns(by: Actor, lot: Lot, reason: HoldReason) -> bool:
    lends = by.may(Permission.APPROVE_ADVANCE) or by.may(Permission.DISBURSE_ADVANCE)
    return by.sees(lot.owner_id) or reason in OUTSIDERS or (reason is HoldReason.PLEDGE and lends)


def _locked_hold(session: Session, hold_id: UUID, by: Actor) -> tuple[LotHold, Lot, HoldReason]:
    found = session.get(LotHold, hold_id)
    if found is None:
        raise HoldNotFound
    reason = HoldReason(found.reason)
    must_any(by, reason, LIFTERS)
    lot = lock_lots(session, [found.lot_id])[0]
    if not _concerns(by, lot, reason):
        raise HoldNotFound
    session.refresh(found)
    return found, lot, reason


def _reduce(session: Session, hold: LotHold, lot: Lot, units: int) -> None:
    hold.units_left -= units
    _count(lot, HoldReason(hold.reason), -units)


def _count(lot: Lot, reason: HoldReason, units: int) -> None:
    counter = f"{reason.value}_units"
    setattr(lot, counter, getattr(lot, counter) + units)


def _note(
    session: Session,
    hold: LotHold,
    kind: HoldEventKind,
    units: int,
    *,
    by: Actor,
    at: Moment,
    exit_id: UUID | None = None,
) -> None:
    event = HoldEvent(
        id=new_id(at),
        hold_id=hold.id,
        kind=kind.value,
        units=units,
        stage=hold.stage,
        due_on=hold.due_on,
        release_floor=hold.release_floor,
        enforced=hold.enforced,
        exit_id=exit_id,
        account_id=by.account_id,
        person_id=by.person_id,
        happened_at=at.at,
    )
    append(session, event)
