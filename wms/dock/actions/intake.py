"""Goods are refused; sprays and laboratory results are written down, and stop what they must."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import lots
from wms.dock.errors import RefusalInvalid, TreatmentInvalid
from wms.dock.queries.intake import residue_verdict
from wms.dock.rules.residues import RecordResidue, RecordTreatment, RefusalReason, RefuseGoods, Verdict, is_within
from wms.dock.tables import Refusal, ResidueResult, Treatment
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

MOST_INTERVAL_DAYS = 365
OPEN = ("arrived", "gross_weighed", "weighed")


def refuse_goods(session: Session, request: RefuseGoods, *, by: Actor, at: Moment) -> Refusal:
    """Refuse goods of an open delivery, with the reason; all of it gives the delivery up.

    Locks the delivery. A repeat returns the first record.
    Raises Forbidden, DeliveryNotFound, DeliveryNotOpen, RefusalInvalid, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "dock.refuse_goods", asdict(request), by=by, at=at):
        return session.get_one(Refusal, request.id)
    if not request.note.strip() or (request.units is not None and request.units < 1) or request.grams < 0:
        raise RefusalInvalid(what="note, units, grams")
    delivery = lots.lock_delivery(session, request.delivery_id, by)
    if delivery.state not in OPEN:
        raise lots.DeliveryNotOpen(delivery=delivery.code, state=delivery.state)
    made = Refusal(
        id=request.id,
        delivery_id=delivery.id,
        owner_id=delivery.owner_id,
        units=request.units,
        grams=request.grams,
        reason=RefusalReason(request.reason).value,
        note=request.note.strip(),
        refused_on=at.on,
        refused_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, made)
    if request.units is None:
        lots.void_delivery(session, delivery.id, request.note.strip()[:200], by=by, at=at)
    audit.record(session, "dock.refuse_goods", ("delivery", delivery.id), by=by, at=at, reason=made.reason)
    return made


def record_treatment(session: Session, request: RecordTreatment, *, by: Actor, at: Moment) -> Treatment:
    """Write down a spray of a lot; goods harvested before its interval was over are quarantined at once.

    Locks the lot. A repeat returns the first record.
    Raises Forbidden, LotNotFound, TreatmentInvalid, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "dock.record_treatment", asdict(request), by=by, at=at):
        return session.get_one(Treatment, request.id)
    lot = _locked(session, request.lot_id, by)
    right = request.substance.strip() and 0 <= request.interval_days <= MOST_INTERVAL_DAYS
    if not right or request.sprayed_on > lot.entry_on:
        raise TreatmentInvalid(what="substance, sprayed_on, interval_days")
    made = Treatment(**asdict(request), recorded_at=at.at, account_id=by.account_id)
    append(session, made)
    _settle(session, lot, made.id, by=by, at=at)
    audit.record(session, "dock.record_treatment", ("lot", lot.id), by=by, at=at, substance=request.substance)
    return made


def record_residue(session: Session, request: RecordResidue, *, by: Actor, at: Moment) -> ResidueResult:
    """Write down a laboratory's result: what is over the limit is quarantined, what is within ends that quarantine.

    Locks the lot. A repeat returns the first record.
    Raises Forbidden, LotNotFound, TreatmentInvalid, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "dock.record_residue", asdict(request), by=by, at=at):
        return session.get_one(ResidueResult, request.id)
    lot = _locked(session, request.lot_id, by)
    named = all(text.strip() for text in (request.substance, request.laboratory, request.certificate))
    amounts = (request.found_micrograms_kg, request.limit_micrograms_kg)
    if not named or min(amounts) < 0 or max(amounts) >= 2**31 or request.sampled_on > at.on:
        raise TreatmentInvalid(what="substance, laboratory, certificate, amounts, sampled_on")
    passed = is_within(request.found_micrograms_kg, request.limit_micrograms_kg)
    made = ResidueResult(**asdict(request), passed=passed, recorded_at=at.at, account_id=by.account_id)
    append(session, made)
    _settle(session, lot, made.id, by=by, at=at)
    audit.record(session, "dock.record_residue", ("lot", lot.id), by=by, at=at, passed=passed)
    return made


def _locked(session: Session, lot_id: UUID, by: Actor) -> lots.Lot:
    lots.get_visible_lot(session, lot_id, by)
    return lots.lock_lots(session, [lot_id])[0]


def _settle(session: Session, lot: lots.Lot, cause_id: UUID, *, by: Actor, at: Moment) -> None:
    """Bring the lot's quarantine in line with the verdict; a quarantine placed for another reason is left alone.

    A verdict that frees the lot only asks for the release: somebody else decides it.
    """
    keeper = by.trusted_with(Permission.HOLD_STOCK)
    own = [
        hold
        for hold in lots.holds_of(session, lot.id)
        if hold.reason == lots.HoldReason.QUARANTINE and hold.subject_id == lot.id and hold.units_left
    ]
    if residue_verdict(session, lot) is Verdict.FREE:
        for hold in own:
            if not any(row.hold_id == hold.id and row.state == lots.ReleaseState.ASKED
                       for row in lots.releases_of(session, lot.id)):  # fmt: skip
                why = lots.AskRelease(derived_id(cause_id, "release", hold.id), hold.id, "residues within the limit")
                lots.ask_release(session, why, by=keeper, at=at)
        return
    units = lots.free_units(session, lot, lots.HoldReason.QUARANTINE)
    if units:
        wanted = lots.PlaceHold(
            derived_id(cause_id, "quarantine"), lot.id, units, lots.HoldReason.QUARANTINE, subject_id=lot.id
        )
        lots.place_hold(session, wanted, by=keeper, at=at)
