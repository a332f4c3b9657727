"""Lots come to be, and their units get labels."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.lots.actions.arrive import require_weighed
from wms.lots.actions.numbering import EVER, next_code, next_numbers
from wms.lots.actions.stock_ledger import Change, write_change
from wms.lots.errors import LabelsExhausted, RequestWrong
from wms.lots.queries.deliveries import lock_delivery, policy_on
from wms.lots.queries.lots import labels_left, lock_visible_lot
from wms.lots.rules.condition import storage_deadline
from wms.lots.rules.labels import sscc
from wms.lots.rules.quantities import unit_load_grams
from wms.lots.rules.requests import MOST_PICKINGS, CreateLot, LabelUnits
from wms.lots.rules.words import MoveKind
from wms.lots.tables import Delivery, Lot, Unit

NO_TOTALS = {
    "units_out": 0,
    "grams_out": 0,
    "units_lost": 0,
    "grams_loss": 0,
    "units_passed": 0,
    "grams_passed": 0,
    "units_placed": 0,
    "units_staged": 0,
    "sale_units": 0,
    "exit_units": 0,
    "pledge_units": 0,
    "quarantine_units": 0,
    "lien_units": 0,
    "count_units": 0,
}


def create_lot(session: Session, request: CreateLot, *, by: Actor, at: Moment) -> Lot:
    """Make one lot of a weighed delivery; it stands on the dock until it is put away. Its entry day is `at.on`.

    Locks the delivery. Writes the lot's entry into the stock ledger; units weighed one by one get labels at once.
    A repeat returns the first lot.
    Raises Forbidden, DeliveryNotFound, DeliveryNotOpen, DeliveryNotWeighed, RequestWrong, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if not idempotency.claim(session, request.id, "lots.create_lot", asdict(request), by=by, at=at):
        return session.get_one(Lot, request.id)
    _check(request)
    delivery = lock_delivery(session, request.delivery_id, by)
    require_weighed(delivery)
    lot = _lot(session, request, delivery, at)
    session.add(lot)
    session.flush()
    entry = Change(MoveKind.ENTRY, units=lot.entry_units, grams=lot.entry_grams)
    write_change(session, lot, entry, request_id=request.id, by=by, at=at)
    if request.unit_grams:
        _add_units(session, lot, request.unit_grams, request.unit_tare_grams, at)
    audit.record(session, "lots.create_lot", ("lot", lot.id), by=by, at=at, units=lot.entry_units, grams=request.grams)
    return lot


def label_units(session: Session, request: LabelUnits, *, by: Actor, at: Moment) -> list[Unit]:
    """Give SSCC labels to units of a lot that have none; a repeat returns the first labels.

    Locks the lot. Raises Forbidden, LotNotFound, LabelsExhausted, RequestWrong, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    if request.units < 1:
        raise RequestWrong(what="units")
    if not idempotency.claim(session, request.id, "lots.label_units", asdict(request), by=by, at=at):
        ids = [derived_id(request.id, index) for index in range(request.units)]
        return list(session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.ordinal)))
    lot = lock_visible_lot(session, request.lot_id, by)
    free = labels_left(session, lot)
    if request.units > free:
        raise LabelsExhausted(lot=lot.code, units_free=free, units=request.units)
    units = _add_units(session, lot, (None,) * request.units, lot.unit_tare_grams, at, request)
    audit.record(session, "lots.label_units", ("lot", lot.id), by=by, at=at, units=request.units)
    return units


def _check(request: CreateLot) -> None:
    if request.units < 1 or request.grams < request.units or request.unit_tare_grams < 0:
        raise RequestWrong(what="units, grams")
    if request.goods.picking_number is not None and not 1 <= request.goods.picking_number <= MOST_PICKINGS:
        raise RequestWrong(what="picking_number")
    if request.unit_grams and (len(request.unit_grams) != request.units or sum(request.unit_grams) != request.grams):
        raise RequestWrong(what="unit_grams")
    if any(grams < 1 for grams in request.unit_grams):
        raise RequestWrong(what="unit_grams")


def _lot(session: Session, request: CreateLot, delivery: Delivery, at: Moment) -> Lot:
    goods = asdict(request.goods)
    return Lot(
        **{name: getattr(value, "value", value) for name, value in goods.items()},
        id=request.id,
        code=next_code(session, delivery.site_id, "lot", "L", at.on),
        site_id=delivery.site_id,
        delivery_id=delivery.id,
        owner_id=delivery.owner_id,
        entry_on=at.on,
        entered_at=at.at,
        entry_units=request.units,
        entry_grams=request.grams,
        unit_tare_grams=request.unit_tare_grams,
        unit_load_grams=unit_load_grams(request.units, request.grams, request.unit_tare_grams),
        weighed_one_by_one=bool(request.unit_grams),
        weighed_by_instrument=request.weighed_by_instrument,
        deadline_on=storage_deadline(at.on, request.goods.storage_type, policy_on(session, at.on)),
        units_on_hand=request.units,
        grams_on_hand=request.grams,
        **NO_TOTALS,
    )


def _add_units(
    session: Session,
    lot: Lot,
    own_grams: tuple[int | None, ...] | tuple[int, ...],
    tare_grams: int,
    at: Moment,
    request: LabelUnits | None = None,
) -> list[Unit]:
    prefix = policy_on(session, at.on).gs1_prefix
    first = 1 + (session.scalar(select(func.max(Unit.ordinal)).where(Unit.lot_id == lot.id)) or 0)
    serials = next_numbers(session, lot.site_id, "sscc", EVER, len(own_grams))
    cause = lot.id if request is None else request.id
    units = [
        Unit(
            id=derived_id(cause, index),
            lot_id=lot.id,
            ordinal=first + index,
            sscc=sscc(prefix, serials[index]),
            tare_grams=tare_grams,
            own_grams=own,
            sampled_grams=0,
            labelled_at=at.at,
        )
        for index, own in enumerate(own_grams)
    ]
    session.add_all(units)
    session.flush()
    session.expire(lot, ["units"])
    return units
