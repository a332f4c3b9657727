"""What a weighing changes: the delivery's weights, or whether a lot's weight is trusted."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.lots.actions.arrive import require_open
from wms.lots.errors import AlreadyWeighed, NotEnoughUnits, ReweighDiffers, WeightNotPositive
from wms.lots.queries.deliveries import lock_delivery, policy_on
from wms.lots.queries.lots import get_lot, lock_visible_lot
from wms.lots.queries.weights import weighings_of
from wms.lots.rules.quantities import confirms
from wms.lots.rules.requests import WeighRequest
from wms.lots.rules.words import DeliveryState, Purpose
from wms.lots.tables import Delivery, Lot, Weighing


@dataclass(frozen=True, slots=True)
class Subject:
    """What is weighed, locked: a delivery, a lot, or an exit (which this room only knows by id)."""

    delivery: Delivery | None = None
    lot: Lot | None = None

    @property
    def site_id(self) -> UUID | None:
        """The site the scale must stand on; None where the exit alone is named."""
        found = self.delivery or self.lot
        return None if found is None else found.site_id


def lock_subject(session: Session, request: WeighRequest, by: Actor) -> Subject:
    """Return what is weighed, locked and still open to weighing.

    Raises DeliveryNotFound, DeliveryNotOpen, LotNotFound.
    """
    if request.delivery_id is not None:
        delivery = lock_delivery(session, request.delivery_id, by)
        require_open(delivery)
        return Subject(delivery=delivery)
    if request.lot_id is not None:
        return Subject(lot=lock_visible_lot(session, request.lot_id, by))
    return Subject()


def apply(session: Session, subject: Subject, weighing: Weighing, corrected: Weighing | None, at: Moment) -> None:
    """Carry a new weighing into what it was for.

    Raises AlreadyWeighed, WeightNotPositive, NotEnoughUnits, ReweighDiffers.
    """
    match Purpose(weighing.purpose):
        case Purpose.GROSS | Purpose.TARE if subject.delivery is not None:
            _truck(subject.delivery, weighing, corrected)
        case Purpose.GROSS | Purpose.TARE:
            _truck_out(session, weighing, corrected)
        case Purpose.NET:
            assert subject.delivery is not None
            _platform(subject.delivery, weighing, corrected)
        case Purpose.OUT:
            assert subject.lot is not None
            _out(session, subject.lot, weighing)
        case Purpose.REWEIGH:
            assert subject.lot is not None
            _reweigh(session, subject.lot, weighing, at)
        case Purpose.AVERAGE:
            pass  # the intake holds the net weight against it
        case Purpose.SORT | Purpose.SAMPLE:
            pass  # it counts once a regrade or a sample names it
    session.flush()


def _truck(delivery: Delivery, weighing: Weighing, corrected: Weighing | None) -> None:
    stands = getattr(delivery, f"{weighing.purpose}_weighing_id")
    if stands != (None if corrected is None else corrected.id):
        raise AlreadyWeighed(purpose=weighing.purpose)
    gross, tare = delivery.gross_grams, delivery.tare_grams
    if weighing.purpose == Purpose.GROSS:
        gross, delivery.gross_weighing_id = weighing.net_grams, weighing.id
    else:
        tare, delivery.tare_weighing_id = weighing.net_grams, weighing.id
    if gross is not None and tare is not None and gross <= tare:
        raise WeightNotPositive(net_grams=gross - tare)
    delivery.gross_grams, delivery.tare_grams = gross, tare
    _restate(delivery)


def _truck_out(session: Session, weighing: Weighing, corrected: Weighing | None) -> None:
    assert weighing.exit_id is not None
    others = [
        row
        for row in weighings_of(session, exit_id=weighing.exit_id)
        if row.purpose == weighing.purpose and row.lot_id == weighing.lot_id and row.id != weighing.id
    ]
    if others:
        raise AlreadyWeighed(purpose=weighing.purpose)


def _platform(delivery: Delivery, weighing: Weighing, corrected: Weighing | None) -> None:
    delivery.platform_grams += weighing.net_grams - (0 if corrected is None else corrected.net_grams)
    delivery.platform_units += weighing.units - (0 if corrected is None else corrected.units)
    _restate(delivery)


def _restate(delivery: Delivery) -> None:
    truck = delivery.gross_grams is not None and delivery.tare_grams is not None
    if truck or delivery.platform_units:
        delivery.state = DeliveryState.WEIGHED.value
    elif delivery.gross_grams is not None:
        delivery.state = DeliveryState.GROSS_WEIGHED.value


def _out(session: Session, lot: Lot, weighing: Weighing) -> None:
    """More units than are there cannot stand on a platform: a slip of the finger, caught before the exit closes."""
    corrected = select(Weighing.corrects_id).where(Weighing.corrects_id.is_not(None))
    counted = (
        select(func.coalesce(func.sum(Weighing.units), 0))
        .where(Weighing.exit_id == weighing.exit_id, Weighing.lot_id == lot.id)
        .where(Weighing.purpose == Purpose.OUT.value, Weighing.id.not_in(corrected))
    )
    units = session.scalar(counted) or 0
    if units > lot.units_on_hand:
        raise NotEnoughUnits(lot=lot.code, units_free=lot.units_on_hand, units=units)


def _reweigh(session: Session, lot: Lot, weighing: Weighing, at: Moment) -> None:
    """A weight far from the typed one confirms nothing: the lot stays marked, and the difference is a case to open."""
    if weighing.units != lot.units_on_hand:
        raise NotEnoughUnits(lot=get_lot(session, lot.id).code, units_free=lot.units_on_hand, units=weighing.units)
    policy = policy_on(session, at.on)
    loss, gain = policy.reweigh_loss_permille, policy.reweigh_gain_permille
    if not confirms(lot.grams_on_hand, weighing.net_grams, loss_permille=loss, gain_permille=gain):
        raise ReweighDiffers(weight_grams=weighing.net_grams, book_grams=lot.grams_on_hand)
    lot.weighed_by_instrument = True
