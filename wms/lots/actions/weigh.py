"""Weights: what gateways send, and what people claim of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms import facility
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.evidence import append
from wms.kernel.ids import derived_id
from wms.lots.actions.weigh_effects import Subject, apply, lock_subject
from wms.lots.errors import (
    AlreadyWeighed,
    RequestWrong,
    TypedWeightNeedsReason,
    TypedWeightNeedsWitness,
    WeighingNotFound,
    WeightAlreadyClaimed,
    WeightBeyondCapacity,
    WeightIsNet,
    WeightNotPositive,
    WeightRecordConflict,
    WeightRecordNotYetHere,
    WeightUnstable,
    WrongInstrument,
)
from wms.lots.queries.deliveries import policy_on
from wms.lots.queries.weights import find_weight_record
from wms.lots.rules.quantities import net_grams
from wms.lots.rules.requests import RecordKey, WeighRequest, WeightRecordRequest
from wms.lots.rules.weights import require_fresh, require_replay_in_time, trusted_time
from wms.lots.rules.words import Purpose
from wms.lots.tables import Weighing, WeightRecord, WeightTime

_ROOT = UUID("8f0c7a52-5d3e-4f6b-9a1d-0c1d10700006")
TRUCK = frozenset({Purpose.GROSS, Purpose.TARE})
WITHOUT_UNITS = TRUCK | {Purpose.SAMPLE}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a weight comes from: a record with its instrument, or nothing of either when it was typed."""

    weight_grams: int
    taken_at: datetime
    record: WeightRecord | None = None
    instrument_id: UUID | None = None
    weigher_id: UUID | None = None
    witness_id: UUID | None = None


def record_weight(session: Session, request: WeightRecordRequest, *, at: Moment) -> WeightRecord:
    """Keep one `w` message of a gateway as evidence; whatever it says, only `weigh` gives it a meaning.

    A repeat returns the first record. Raises WeightRecordConflict if the key stands for another weight.
    """
    first = find_weight_record(session, request.gateway, request.epoch, request.sequence)
    said = asdict(request)
    if first is not None:
        resent = {**said, "live": first.live}  # a record sent again from the spool is the same record
        if any(getattr(first, name) != value for name, value in resent.items()):
            raise WeightRecordConflict(
                gateway=request.gateway, epoch=request.epoch, sequence=request.sequence
            )  # fmt: skip
        return first
    record_id = derived_id(_ROOT, request.gateway, request.epoch, request.sequence)
    record = WeightRecord(id=record_id, received_at=at.at, **said)
    append(session, record)
    return record


def weigh(session: Session, request: WeighRequest, *, by: Actor, at: Moment, witness: Actor | None = None) -> Weighing:
    """Take a weight from an unclaimed record of a live instrument, or a typed one before a witness.

    The truck's gross and tare, units on a platform (net), some of them (average: what one weighs), units leaving
    (out), all of a lot again (reweigh: it confirms a typed entry weight), units after sorting (sort: `regrade` says of
    which grade), or loose fruit (sample: `take_sample` books it). Locks the delivery or lot, then the record. An
    offline terminal gives `offline_at`; it sends again until the record is here.
    A repeat returns the first weighing.
    Raises Forbidden, DeliveryNotFound, DeliveryNotOpen, LotNotFound, WeightRecordNotYetHere, WeightAlreadyClaimed,
    WeightUnstable, WeightTooOld, WeightInFuture, WeightClockUntrusted, WrongInstrument, InstrumentNotFound,
    WeightBeyondCapacity, WeightIsNet, WeightNotPositive, AlreadyWeighed, TypedWeightNeedsReason,
    TypedWeightNeedsWitness, ReweighDiffers, NotEnoughUnits, WeighingNotFound, RequestWrong, RequestIdReused.
    """
    by.must(Permission.WEIGH_OUT if request.exit_id is not None else Permission.WEIGH)
    if not idempotency.claim(session, request.id, "lots.weigh", asdict(request), by=by, at=at):
        return session.get_one(Weighing, request.id)
    _check(request)
    subject = lock_subject(session, request, by)
    corrected = _corrected(session, request)
    source = _typed(request, by, witness, at) if request.record is None else _recorded(session, request, subject, at)
    net = net_grams(source.weight_grams, request.units, request.unit_tare_grams)
    if net <= 0:
        raise WeightNotPositive(net_grams=net)
    weighing = _weighing(request, source, net, by, at)
    append(session, weighing)
    apply(session, subject, weighing, corrected, at)
    audit.record(session, "lots.weigh", ("weighing", weighing.id), by=by, at=at, purpose=request.purpose, net_grams=net)
    return weighing


def _check(request: WeighRequest) -> None:
    if (request.record is None) == (request.typed_grams is None):
        raise RequestWrong(what="record, typed_grams")
    if request.units < 0 or request.unit_tare_grams < 0 or (request.typed_grams or 1) < 1:
        raise RequestWrong(what="units, grams")
    subjects = (request.delivery_id is not None, request.exit_id is not None, request.lot_id is not None)
    wanted = {
        Purpose.OUT: {(False, True, True)},
        Purpose.REWEIGH: {(False, False, True)},
        Purpose.SORT: {(False, False, True)},
        Purpose.SAMPLE: {(False, False, True)},
        Purpose.NET: {(True, False, False)},
        Purpose.AVERAGE: {(True, False, False)},
    }.get(request.purpose, {(True, False, False), (False, True, False), (False, True, True)})
    if subjects not in wanted:
        raise RequestWrong(what="delivery_id, exit_id, lot_id")
    if (request.purpose in WITHOUT_UNITS) != (request.units == 0) or (not request.units and request.unit_tare_grams):
        raise RequestWrong(what="units")


def _typed(request: WeighRequest, by: Actor, witness: Actor | None, at: Moment) -> _Source:
    if not request.reason.strip():
        raise TypedWeightNeedsReason
    if request.purpose is Purpose.REWEIGH:
        raise RequestWrong(what="typed_grams")  # only an instrument confirms what people typed
    if witness is None or by.person_id is None or witness.person_id in (None, by.person_id):
        raise TypedWeightNeedsWitness
    witness.must(Permission.WITNESS_WEIGHT)
    taken_at = at.at if request.offline_at is None else request.offline_at
    return _Source(request.typed_grams or 0, taken_at, weigher_id=by.person_id, witness_id=witness.person_id)


def _recorded(session: Session, request: WeighRequest, subject: Subject, at: Moment) -> _Source:
    key = request.record
    assert key is not None
    record = _lock_record(session, key)
    instrument = _instrument(session, request, record, subject)
    if not record.stable:
        raise WeightUnstable
    if record.net and request.purpose in TRUCK:
        raise WeightIsNet(tare_grams=record.tare_grams or 0)
    if record.net and request.unit_tare_grams:
        raise RequestWrong(what="unit_tare_grams")  # the indicator took the crates off already
    policy = policy_on(session, at.on)
    told = session.get(WeightTime, record.id)
    taken_at = told.taken_at if told else trusted_time(
        record.taken_at, record.received_at, clock=record.clock, live=record.live
    )  # fmt: skip
    if request.offline_at is not None:
        require_replay_in_time(request.offline_at, at.at, policy)
    require_fresh(taken_at, request.offline_at or at.at, policy)
    return _Source(record.weight_grams, taken_at, record=record, instrument_id=instrument.id)


def _lock_record(session: Session, key: RecordKey) -> WeightRecord:
    """Two people citing one record at once wait here for each other; the second finds the claim."""
    query = select(WeightRecord).where(
        WeightRecord.gateway == key.gateway, WeightRecord.epoch == key.epoch, WeightRecord.sequence == key.sequence
    )
    record = session.scalar(query.with_for_update())
    if record is None:
        raise WeightRecordNotYetHere(**asdict(key))
    if session.scalar(select(Weighing.id).where(Weighing.record_id == record.id)) is not None:
        raise WeightAlreadyClaimed(**asdict(key))
    return record


def _instrument(session: Session, request: WeighRequest, record: WeightRecord, subject: Subject) -> facility.Instrument:
    found = facility.instrument(session, record.gateway, record.instrument)
    if request.instrument is not None and request.instrument != record.instrument:
        raise WrongInstrument(found=record.instrument, expected=request.instrument)
    if found.kind != facility.InstrumentKind.SCALE:
        raise WrongInstrument(found=record.instrument, expected="scale")
    if subject.site_id is not None and found.site_id != subject.site_id:
        raise WrongInstrument(found=record.instrument, expected=str(subject.site_id))
    if found.capacity_grams is not None and record.weight_grams > found.capacity_grams:
        raise WeightBeyondCapacity(weight_grams=record.weight_grams, instrument=found.name)
    return found


def _corrected(session: Session, request: WeighRequest) -> Weighing | None:
    if request.corrects_id is None:
        return None
    first = session.get(Weighing, request.corrects_id)
    theirs = () if first is None else (first.purpose, first.delivery_id, first.exit_id, first.lot_id)
    if first is None or theirs != (request.purpose, request.delivery_id, request.exit_id, request.lot_id):
        raise WeighingNotFound
    if session.scalar(select(Weighing.id).where(Weighing.corrects_id == first.id)) is not None:
        raise AlreadyWeighed(purpose=request.purpose.value)
    if not request.reason.strip():
        raise TypedWeightNeedsReason
    return first


def _weighing(request: WeighRequest, source: _Source, net: int, by: Actor, at: Moment) -> Weighing:
    record = source.record
    return Weighing(
        id=request.id,
        purpose=request.purpose.value,
        delivery_id=request.delivery_id,
        exit_id=request.exit_id,
        lot_id=request.lot_id,
        weight_grams=source.weight_grams,
        units=request.units,
        unit_tare_grams=request.unit_tare_grams,
        net_grams=net,
        record_id=None if record is None else record.id,
        gateway=None if record is None else record.gateway,
        epoch=None if record is None else record.epoch,
        sequence=None if record is None else record.sequence,
        instrument_id=source.instrument_id,
        raw_hex=None if record is None else record.raw_hex,
        taken_at=source.taken_at,
        offline=request.offline_at is not None,
        manual=record is None,
        reason=request.reason,
        weigher_person_id=source.weigher_id or by.person_id,
        witness_person_id=source.witness_id,
        account_id=by.account_id,
        recorded_at=at.at,
        corrects_id=request.corrects_id,
    )
