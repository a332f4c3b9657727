"""The intake's last step: lots, tariff and receipts of a weighed delivery, in one transaction."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, lots
from wms.kernel import audit, idempotency
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.receipts.actions.issue import intake_terms, issue
from wms.receipts.errors import AverageDiffers, IntakeInvalid
from wms.receipts.rules import CompleteIntake, IntakeDone, IntakeLine, shared_grams


@dataclass(frozen=True, slots=True)
class _Share:
    """What one line weighs, and whether instruments said so."""

    grams: int
    unit_tare_grams: int
    by_instrument: bool
    unit_grams: tuple[int, ...] = ()


def complete_intake(session: Session, request: CompleteIntake, *, by: Actor, at: Moment) -> IntakeDone:
    """Make a lot of each line of a weighed delivery, fix its tariff, issue its receipt, and close the delivery.

    Lines carry exactly the net weight: their own platform weighings, or the truck's net less crates, shared by units
    with the largest remainder. Where some crates were tried on a platform, the net weight is near what all units should
    weigh by them, or `difference_reason` says why not. The entry day is `at.on`. Locks the delivery
    and the day's and receipts' numbers. A repeat returns what the first made.
    Raises Forbidden, DeliveryNotFound, DeliveryNotOpen, DeliveryNotWeighed, DeliveryNotShared, IntakeInvalid,
    AverageDiffers, RoomNotFound, TariffMissing, RequestWrong, ReturnUnfit, RequestIdReused.
    """
    by.must(Permission.TAKE_IN)
    done = IntakeDone(
        delivery_id=request.delivery_id,
        lot_ids=tuple(line.lot_id for line in request.lines),
        receipt_ids=tuple(receipt_id_of(line.lot_id) for line in request.lines),
    )
    if not idempotency.claim(session, request.id, "receipts.complete_intake", asdict(request), by=by, at=at):
        return done
    if not request.lines or len(set(done.lot_ids)) < len(request.lines):
        raise IntakeInvalid(what="lines")
    delivery = lots.lock_delivery(session, request.delivery_id, by)
    shares = _shares(session, delivery, request.lines)
    _require_average(session, request, shares, at)
    made = [
        _take_in(session, delivery.id, line, share, by=by, at=at)
        for line, share in zip(request.lines, shares, strict=True)
    ]
    lots.complete_delivery(session, delivery.id, by=by, at=at)
    for lot in made:
        terms = intake_terms(session, lot, request.room_id, negotiable=request.negotiable, at=at)
        issue(session, receipt_id_of(lot.id), lot, terms, by=by, at=at)
    audit.record(
        session, "receipts.complete_intake", ("delivery", delivery.id), by=by, at=at, lot_ids=list(done.lot_ids),
        difference_reason=request.difference_reason,
    )  # fmt: skip
    return done


def receipt_id_of(lot_id: UUID) -> UUID:
    """Return the id of the receipt a lot gets at intake."""
    return derived_id(lot_id, "receipt")


def _take_in(
    session: Session, delivery_id: UUID, line: IntakeLine, share: _Share, *, by: Actor, at: Moment
) -> lots.Lot:
    create = lots.CreateLot(
        id=line.lot_id,
        delivery_id=delivery_id,
        goods=_goods(line),
        units=line.units,
        grams=share.grams,
        weighed_by_instrument=share.by_instrument,
        unit_tare_grams=share.unit_tare_grams,
        unit_grams=share.unit_grams,
    )
    lot = lots.create_lot(session, create, by=by, at=at)
    billing.lock_tariff(session, billing.LockTariff(derived_id(lot.id, "tariff"), lot.id), by=by, at=at)
    if line.returned_exit_id is not None:
        back = lots.RecordReturn(lot.id, line.returned_exit_id, line.return_reason)
        lots.record_return(session, back, by=by, at=at)
    return lot


def _goods(line: IntakeLine) -> lots.Goods:
    try:
        return lots.Goods(
            variety=line.variety,
            grade=line.grade,
            size_mm=line.size_mm,
            size_rule=None if line.size_rule is None else lots.SizeRule(line.size_rule),
            colour_pattern=line.colour_pattern,
            bagging=line.bagging,
            orchard_block=line.orchard_block,
            harvest_on=line.harvest_on,
            picking_number=line.picking_number,
            owner_class=lots.OwnerClass(line.owner_class),
            storage_type=lots.StorageType(line.storage_type),
            origin=line.origin,
            marks=line.marks,
        )
    except ValueError as error:
        raise IntakeInvalid(what=str(error)) from error


def _shares(session: Session, delivery: lots.Delivery, lines: tuple[IntakeLine, ...]) -> list[_Share]:
    weighings = lots.weighings_of(session, delivery_id=delivery.id)
    platform = {weighing.id: weighing for weighing in weighings if weighing.purpose == lots.Purpose.NET}
    if any(line.units < 1 or line.unit_tare_grams < 0 for line in lines):
        raise IntakeInvalid(what="units")
    if platform:
        return _by_platform(platform, lines)
    if any(line.weighing_ids or line.one_by_one for line in lines):
        raise IntakeInvalid(what="weighing_ids")
    return _by_truck(delivery, lines, by_instrument=not any(weighing.manual for weighing in weighings))


def _require_average(session: Session, request: CompleteIntake, shares: list[_Share], at: Moment) -> None:
    tried = lots.tried_crates(session, request.delivery_id)
    if tried is None or request.difference_reason.strip():
        return
    units, grams = sum(line.units for line in request.lines), sum(share.grams for share in shares)
    if not tried.bears_out(units, grams, permille=lots.policy_on(session, at.on).average_permille):
        raise AverageDiffers(
            tried_units=tried.units, units=units, expected_grams=tried.expected(units), net_grams=grams
        )  # fmt: skip


def _by_platform(platform: dict[UUID, lots.Weighing], lines: tuple[IntakeLine, ...]) -> list[_Share]:
    """Every platform weighing belongs to exactly one line, and its units are the line's."""
    cited = [weighing_id for line in lines for weighing_id in line.weighing_ids]
    if sorted(cited) != sorted(platform):
        raise IntakeInvalid(what="weighing_ids")
    shares = []
    for line in lines:
        own = [platform[weighing_id] for weighing_id in line.weighing_ids]
        singles = all(weighing.units == 1 for weighing in own)
        if sum(weighing.units for weighing in own) != line.units or (line.one_by_one and not singles):
            raise IntakeInvalid(what="units")
        shares.append(
            _Share(
                grams=sum(weighing.net_grams for weighing in own),
                unit_tare_grams=max(line.unit_tare_grams, *(weighing.unit_tare_grams for weighing in own)),
                by_instrument=not any(weighing.manual for weighing in own),
                unit_grams=tuple(weighing.net_grams for weighing in own) if line.one_by_one else (),
            )
        )
    return shares


def _by_truck(delivery: lots.Delivery, lines: tuple[IntakeLine, ...], *, by_instrument: bool) -> list[_Share]:
    net = lots.net_grams_of_delivery(delivery)
    if net is None:
        raise lots.DeliveryNotWeighed(delivery=delivery.code)
    net -= sum(line.units * line.unit_tare_grams for line in lines)
    if net < sum(line.units for line in lines):
        raise IntakeInvalid(what="unit_tare_grams")
    grams = shared_grams(net, [line.units for line in lines])
    return [_Share(part, line.unit_tare_grams, by_instrument) for part, line in zip(grams, lines, strict=True)]
