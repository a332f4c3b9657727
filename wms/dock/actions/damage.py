"""Damage is reported and set aside; the insurer is asked, pays or not; the owner is settled with."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from wms import facility, ledger, lots, parties
from wms.dock.errors import (
    ClaimFiledAlready,
    ClaimGoodsPledged,
    ClaimSamePerson,
    ClaimStateWrong,
    DamageHasNoPhoto,
    DamageInvalid,
    NotInsured,
)
from wms.dock.queries.damage import PROCEEDS, claim_of, get_damage, lock_claim
from wms.dock.queries.intake import photos_of
from wms.dock.rules.damage import (
    ClaimPaid,
    ClaimRejected,
    ClaimState,
    DamageCause,
    FileClaim,
    ReportDamage,
    SettleClaim,
)
from wms.dock.rules.photos import PhotoOf
from wms.dock.tables import Damage, InsuranceClaim
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id

CASH = "A:Cash:Settlement"


def report_damage(session: Session, request: ReportDamage, *, by: Actor, at: Moment) -> Damage:
    """Report units of a lot damaged or spoiled, and set as many aside as are not in quarantine already.

    What of them is written off is a count's business. Locks the lot. A repeat returns the first report.
    Raises Forbidden, LotNotFound, NotEnoughUnits, DamageInvalid, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "dock.report_damage", asdict(request), by=by, at=at):
        return session.get_one(Damage, request.id)
    if request.units < 1 or not request.note.strip():
        raise DamageInvalid(what="units, note")
    lots.get_visible_lot(session, request.lot_id, by)
    lot = lots.lock_lots(session, [request.lot_id])[0]
    if request.units > lot.units_on_hand:
        raise lots.NotEnoughUnits(lot=lot.code, units_free=lot.units_on_hand, units=request.units)
    (facts,) = lots.facts(session, [lot.id])
    made = Damage(
        id=request.id,
        lot_id=lot.id,
        owner_id=lot.owner_id,
        room_id=facts.room_id,
        units=request.units,
        grams=max(1, lots.grams_of(lot, request.units)),
        cause=DamageCause(request.cause).value,
        note=request.note.strip(),
        found_on=at.on,
        found_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )
    append(session, made)
    _set_aside(session, lot, made, by=by, at=at)
    audit.record(session, "dock.report_damage", ("lot", lot.id), by=by, at=at, units=made.units, cause=made.cause)
    return made


def file_claim(session: Session, request: FileClaim, *, by: Actor, at: Moment) -> InsuranceClaim:
    """Ask the insurer for a damage, under the policy that covered its room on the day it was found.

    A repeat returns the first claim. Raises Forbidden, DamageNotFound, DamageInvalid, DamageHasNoPhoto,
    ClaimFiledAlready, NotInsured, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "dock.file_claim", asdict(request), by=by, at=at):
        return session.get_one(InsuranceClaim, request.id)
    damage = get_damage(session, request.damage_id, by)
    lots.lock_lots(session, [damage.lot_id])  # two claims for one damage wait for each other
    if claim_of(session, damage.id) is not None:
        raise ClaimFiledAlready
    if request.asked_fen < 1:
        raise DamageInvalid(what="asked_fen")
    if not photos_of(session, PhotoOf.DAMAGE, damage.id):
        raise DamageHasNoPhoto
    policy = None if damage.room_id is None else facility.policy_in_force(session, damage.room_id, damage.found_on)
    if policy is None:
        room = "–" if damage.room_id is None else facility.get_room(session, damage.room_id).code
        raise NotInsured(room=room, day=damage.found_on)
    made = InsuranceClaim(
        id=request.id, damage_id=damage.id, policy_id=policy.id, owner_id=damage.owner_id, paid_fen=0,
        asked_fen=request.asked_fen, paid_reference="", state=ClaimState.FILED.value, filed_on=at.on, filed_at=at.at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, "dock.file_claim", ("insurance_claim", made.id), by=by, at=at, policy=policy.number)
    return made


def record_claim_paid(session: Session, request: ClaimPaid, *, by: Actor, at: Moment) -> InsuranceClaim:
    """Write down what the insurer paid; it waits for the owner. Posts cash against L:InsuranceProceeds.

    Locks the claim, then the accounts. A repeat posts nothing.
    Raises Forbidden, ClaimNotFound, ClaimStateWrong, DamageInvalid, RequestIdReused.
    """
    by.must(Permission.TAKE_PAYMENT)
    if not idempotency.claim(session, request.id, "dock.record_claim_paid", asdict(request), by=by, at=at):
        return session.get_one(InsuranceClaim, request.claim_id)
    claim = _at(session, request.claim_id, ClaimState.FILED, by)
    if request.fen < 1 or not request.reference.strip():
        raise DamageInvalid(what="fen, reference")
    claim.state, claim.paid_fen, claim.paid_reference = ClaimState.PAID.value, request.fen, request.reference.strip()
    claim.receiver_eyes = by.eyes
    _post(session, claim, "paid", CASH, PROCEEDS + _code(session, claim), by=by, at=at)
    audit.record(session, "dock.record_claim_paid", ("insurance_claim", claim.id), by=by, at=at, fen=request.fen)
    return claim


def record_claim_rejected(session: Session, request: ClaimRejected, *, by: Actor, at: Moment) -> InsuranceClaim:
    """Write down that the insurer pays nothing, and why. A repeat returns the claim.

    Raises Forbidden, ClaimNotFound, ClaimStateWrong, DamageInvalid, RequestIdReused.
    """
    by.must(Permission.MANAGE_FACILITY)
    if not idempotency.claim(session, request.id, "dock.record_claim_rejected", asdict(request), by=by, at=at):
        return session.get_one(InsuranceClaim, request.claim_id)
    claim = _at(session, request.claim_id, ClaimState.FILED, by)
    if not request.reason.strip():
        raise DamageInvalid(what="reason")
    claim.state, claim.reject_reason = ClaimState.REJECTED.value, request.reason.strip()
    session.flush()
    audit.record(session, "dock.record_claim_rejected", ("insurance_claim", claim.id), by=by, at=at)
    return claim


def settle_claim(session: Session, request: SettleClaim, *, by: Actor, at: Moment) -> InsuranceClaim:
    """Let the insurer's money become what is owed to the owner, by another person than who wrote it down.

    Pledged goods' money is the lender's first: that is refused until the pledge is gone. Locks the claim and the lot,
    then the accounts. A repeat posts nothing.
    Raises Forbidden, ClaimNotFound, ClaimStateWrong, ClaimSamePerson, ClaimGoodsPledged, RequestIdReused.
    """
    by.must(Permission.PAY_OUT)
    if not idempotency.claim(session, request.id, "dock.settle_claim", asdict(request), by=by, at=at):
        return session.get_one(InsuranceClaim, request.claim_id)
    claim = _at(session, request.claim_id, ClaimState.PAID, by)
    if claim.receiver_eyes == by.eyes:
        raise ClaimSamePerson
    damage = session.get_one(Damage, claim.damage_id)
    if lots.lock_lots(session, [damage.lot_id])[0].pledge_units:
        raise ClaimGoodsPledged
    code = _code(session, claim)
    _post(session, claim, "settled", PROCEEDS + code, f"L:GrowerPayable:{code}", by=by, at=at)
    claim.state, claim.settler_eyes, claim.settled_at = ClaimState.SETTLED.value, by.eyes, at.at
    session.flush()
    audit.record(session, "dock.settle_claim", ("insurance_claim", claim.id), by=by, at=at, fen=claim.paid_fen)
    return claim


def _set_aside(session: Session, lot: lots.Lot, damage: Damage, *, by: Actor, at: Moment) -> None:
    units = min(damage.units, lots.free_units(session, lot, lots.HoldReason.QUARANTINE))
    if units:
        wanted = lots.PlaceHold(
            derived_id(damage.id, "aside"), lot.id, units, lots.HoldReason.QUARANTINE, subject_id=damage.id
        )
        lots.place_hold(session, wanted, by=by.trusted_with(Permission.HOLD_STOCK), at=at)


def _at(session: Session, claim_id: UUID, state: ClaimState, by: Actor) -> InsuranceClaim:
    claim = lock_claim(session, claim_id, by)
    if claim.state != state:
        raise ClaimStateWrong(state=claim.state)
    return claim


def _code(session: Session, claim: InsuranceClaim) -> str:
    return parties.get_party(session, claim.owner_id).code


def _post(
    session: Session, claim: InsuranceClaim, step: str, debit: str, credit: str, *, by: Actor, at: Moment
) -> None:
    entry = ledger.Entry(
        derived_id(claim.id, step), f"insurance-{step}-{claim.id}", f"insurance_{step}",
        f"insurance claim {claim.paid_reference}", at.on,
        (ledger.Leg(debit, claim.paid_fen), ledger.Leg(credit, -claim.paid_fen)),
    )  # fmt: skip
    ledger.post(session, entry, by=by, at=at)
    session.flush()
