"""Samples leave a lot, weighed; their results come back."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.hold import place_hold
from wms.lots.actions.stock_ledger import Change, write_change
from wms.lots.errors import LotOnHold, NotEnoughUnits, RequestWrong
from wms.lots.errors.samples import (
    SampleAnswered,
    SampleNeedsUnit,
    SampleTooMuch,
    SampleWeighingUnfit,
)
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.lots import free_units, held_units, lock_visible_lot
from wms.lots.queries.samples import get_sample, sample_weighings, sampled_grams
from wms.lots.rules.requests import PlaceHold
from wms.lots.rules.samples import RecordSampleResult, SampleVerdict, TakeSample, within_limit
from wms.lots.rules.words import HoldReason, MoveKind
from wms.lots.tables import Inspection, Lot, LotSample, SampleResult, Unit, Weighing

FAILED_STAGE = "sample"


def take_sample(session: Session, request: TakeSample, *, by: Actor, at: Moment) -> LotSample:
    """Book loose fruit that a `sample` weighing weighed out of a lot: grams leave, no unit does, nothing is charged.

    From quarantined and pledged goods too, within the limit of the settings for all samples of a held lot together;
    not while units of it are on their way out. Locks the lot. A repeat returns the first.
    Raises Forbidden, LotNotFound, NotEnoughUnits, LotOnHold, SampleWeighingUnfit, SampleNeedsUnit, SampleTooMuch,
    RequestWrong, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "lots.take_sample", asdict(request), by=by, at=at):
        return session.get_one(LotSample, request.id)
    if not request.receiver.strip() or not request.reason.strip() or request.pieces == 0:
        raise RequestWrong(what="receiver, reason, pieces")
    lot = lock_visible_lot(session, request.lot_id, by)
    weighing = _weighing(session, request, lot)
    _require_allowed(session, lot, weighing.net_grams, at)
    unit = _thin(lot, request.sscc.strip(), weighing.net_grams)
    lot.grams_on_hand -= weighing.net_grams
    lot.grams_out += weighing.net_grams
    lot.share_units, lot.share_grams = lot.units_on_hand, lot.grams_on_hand
    session.flush()
    change = Change(MoveKind.SAMPLE, grams=-weighing.net_grams)
    write_change(session, lot, change, request_id=request.id, by=by, at=at)
    taken = _row(request, lot, weighing, unit, by, at)
    append(session, taken)
    audit.record(session, "lots.take_sample", ("lot", lot.id), by=by, at=at, grams=taken.grams, receiver=taken.receiver)
    return taken


def record_sample_result(session: Session, request: RecordSampleResult, *, by: Actor, at: Moment) -> SampleResult:
    """Write down what came back of a sample, once; if it failed, the whole lot is set in quarantine.

    An inspection named is one of the lot. Locks the lot. A repeat returns the first. Raises Forbidden, SampleNotFound,
    SampleAnswered, RequestWrong, RequestIdReused.
    """
    by.must(Permission.INSPECT)
    if not idempotency.claim(session, request.id, "lots.record_sample_result", asdict(request), by=by, at=at):
        return session.get_one(SampleResult, request.sample_id)
    sample = get_sample(session, request.sample_id, by)
    lot = lock_visible_lot(session, sample.lot_id, by)
    before = session.get(SampleResult, sample.id)
    if before is not None:
        raise SampleAnswered(report=before.report)
    if not request.report.strip() or not sample.taken_on <= request.reported_on <= at.on:
        raise RequestWrong(what="report, reported_on")
    seen = None if request.inspection_id is None else session.get(Inspection, request.inspection_id)
    if request.inspection_id is not None and (seen is None or seen.lot_id != lot.id):
        raise RequestWrong(what="inspection_id")
    result = SampleResult(
        sample_id=sample.id, verdict=request.verdict.value, report=request.report.strip(),
        findings=request.findings.strip(), inspection_id=request.inspection_id, reported_on=request.reported_on,
        recorded_at=at.at, account_id=by.account_id, person_id=by.person_id,
    )  # fmt: skip
    append(session, result)
    if request.verdict is SampleVerdict.FAILED:
        _quarantine(session, lot, sample, by=by, at=at)
    audit.record(session, "lots.record_sample_result", ("lot", lot.id), by=by, at=at, verdict=result.verdict)
    return result


def _weighing(session: Session, request: TakeSample, lot: Lot) -> Weighing:
    fit = {row.id: row for row in sample_weighings(session, lot.id)}
    if request.weighing_id not in fit:
        raise SampleWeighingUnfit
    return fit[request.weighing_id]


def _require_allowed(session: Session, lot: Lot, grams: int, at: Moment) -> None:
    if not lot.units_on_hand or lot.grams_on_hand - grams < lot.units_on_hand:
        raise NotEnoughUnits(lot=lot.code, units_free=0, units=1)
    if lot.exit_units:  # their charges were named by weight, and perhaps paid
        raise LotOnHold(lot=lot.code, reason=HoldReason.EXIT.value, units_held=lot.exit_units)
    taken, limit = sampled_grams(session, lot.id), policy_on(session, at.on).sample_grams
    if not within_limit(grams, taken, limit, held_units(lot)):
        raise SampleTooMuch(lot=lot.code, limit_grams=limit, taken_grams=taken, grams=grams)


def _thin(lot: Lot, sscc: str, grams: int) -> Unit | None:
    """Take the grams out of the unit named, where each has a weight of its own; else all units share the loss."""
    if not lot.weighed_one_by_one:
        return None
    unit = next((unit for unit in lot.units if unit.left_at is None and unit.sscc == sscc), None)
    if unit is None:
        raise SampleNeedsUnit(lot=lot.code)
    if (unit.own_grams or 0) - unit.sampled_grams <= grams:
        raise NotEnoughUnits(lot=lot.code, units_free=0, units=1)
    unit.sampled_grams += grams
    return unit


def _row(request: TakeSample, lot: Lot, weighing: Weighing, unit: Unit | None, by: Actor, at: Moment) -> LotSample:
    return LotSample(
        id=request.id,
        lot_id=lot.id,
        owner_id=lot.owner_id,
        weighing_id=weighing.id,
        unit_id=None if unit is None else unit.id,
        grams=weighing.net_grams,
        pieces=request.pieces,
        taken_for=request.taken_for.value,
        receiver=request.receiver.strip(),
        reason=request.reason.strip(),
        reference=request.reference.strip(),
        taken_on=at.on,
        taken_at=at.at,
        account_id=by.account_id,
        person_id=by.person_id,
    )


def _quarantine(session: Session, lot: Lot, sample: LotSample, *, by: Actor, at: Moment) -> None:
    units = free_units(session, lot, HoldReason.QUARANTINE)
    if units:
        stop = PlaceHold(derived_id(sample.id, "failed"), lot.id, units, HoldReason.QUARANTINE, sample.id, FAILED_STAGE)
        place_hold(session, stop, by=by, at=at)
