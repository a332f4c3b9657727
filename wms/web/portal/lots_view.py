"""What the owner's pages show of lots: the card, the room's temperature now, its curve, the charges so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from wms import billing, dock, facility, lots, receipts, telemetry, trading
from wms.kernel.actor import Actor
from wms.kernel.clock import Moment
from wms.web import goods
from wms.web.damages import DamageView, damages_of
from wms.web.portal.offers_view import Offer, offers_by_lot

CURVE_DAYS = 30
TEMPERATURE = "temperature"
SCALE = telemetry.SCALES[TEMPERATURE]


@dataclass(frozen=True, slots=True)
class RoomNow:
    """A room with its temperature now in millidegrees, None if nothing is known; `said_at` when it was last read."""

    room: facility.Room
    millidegrees: int | None
    said_at: object
    stale: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One lot as its owner sees it first."""

    lot: lots.Lot
    facts: lots.LotFacts
    rooms: list[RoomNow]
    charges: billing.Charges | None
    standing: trading.Standing | None
    offers: list[Offer]
    photo_id: UUID | None

    @property
    def best(self) -> Offer | None:
        """The offer to answer first: the one that leaves most, then inquiries."""
        return self.offers[0] if self.offers else None


@dataclass(frozen=True, slots=True)
class LotView:
    """Everything a lot's page shows."""

    card: Card
    moves: list[lots.StockMove]
    inspections: list[lots.Inspection]
    weighings: list[lots.Weighing]
    receipt: receipts.Receipt | None
    has_curve: bool
    deals: list[trading.Deal]
    exits: list[billing.ExitOrder]
    photos: list[dock.Photo]
    verdict: str
    damages: list[DamageView]


def cards_of(session: Session, by: Actor, at: Moment) -> list[Card]:
    """Return the cards of an owner's lots that still have goods here, those with an offer first."""
    if by.party_id is None:
        return []
    charged = {row.lot_id: row.charges for row in billing.accrued_of_owner(session, by.party_id, at.on)}
    wanted = lots.list_lots(session, by, lots.LotFilter(on_hand=True, owner_id=by.party_id), limit=200).items
    offers = offers_by_lot(session, by, at)
    cards = [_card(session, lot, charged.get(lot.id), offers.get(lot.id, []), by, at) for lot in wanted]
    return sorted(cards, key=lambda card: not card.offers)


def view(session: Session, lot_id: UUID, by: Actor, at: Moment) -> LotView:
    """Return what a lot's page shows. Raises LotNotFound."""
    lot = lots.get_visible_lot(session, lot_id, by)
    charged = next(iter(billing.accrued_of_lots(session, [lot], at.on))).charges if lot.units_on_hand else None
    card = _card(session, lot, charged, offers_by_lot(session, by, at).get(lot.id, []), by, at)
    return LotView(
        card=card,
        moves=lots.moves_of(session, lot.id),
        inspections=lots.inspections_of(session, lot.id),
        weighings=lots.weighings_of(session, delivery_id=lot.delivery_id),
        receipt=receipt_of(session, lot.id),
        has_curve=bool(temperature_sensors(session, card.facts.room_ids)),
        deals=trading.deals_of_lot(session, lot.id, by=by),
        exits=billing.list_exit_orders(session, by, lot_id=lot.id).items,
        photos=dock.photos_of(session, dock.PhotoOf.LOT, lot.id),
        verdict=dock.residue_verdict(session, lot).value,
        damages=damages_of(session, by, lot),
    )


def receipt_of(session: Session, lot_id: UUID) -> receipts.Receipt | None:
    """Return the open receipt of a lot, or None."""
    try:
        return receipts.receipt_of_lot(session, lot_id)
    except receipts.LotHasNoReceipt:
        return None


def temperature_sensors(session: Session, room_ids: Sequence[UUID]) -> list[telemetry.Sensor]:
    """Return the temperature sensors of some rooms, by name."""
    return [sensor for sensor in telemetry.sensors_of(session, room_ids) if sensor.kind == TEMPERATURE]


def curve(session: Session, lot_id: UUID, by: Actor, at: Moment, zone: ZoneInfo) -> dict[str, list[object]]:
    """Return the warmest and the coldest reading of each day of the last month where a lot lies, in °C.

    Days are the site's. A day without readings breaks both lines. Raises LotNotFound.
    """
    lot = lots.get_visible_lot(session, lot_id, by)
    (facts,) = lots.facts(session, [lot.id])
    by_day: dict[date, list[telemetry.Bucket]] = {
        at.on - timedelta(days=back): [] for back in range(CURVE_DAYS - 1, -1, -1)
    }
    since = datetime.combine(min(by_day), time(), zone)
    for sensor in temperature_sensors(session, facts.room_ids):
        for bucket in telemetry.curve(session, sensor, since, at.at):
            by_day[bucket.start_at.astimezone(zone).date()].append(bucket)
    return {
        "x": [int(datetime.combine(day, time(12), zone).timestamp()) for day in by_day],
        "y": [
            [max(bucket.most for bucket in found) / SCALE if found else None for found in by_day.values()],
            [min(bucket.least for bucket in found) / SCALE if found else None for found in by_day.values()],
        ],
    }


def _card(
    session: Session, lot: lots.Lot, charged: billing.Charges | None, offers: list[Offer], by: Actor, at: Moment
) -> Card:
    (facts,) = lots.facts(session, [lot.id])
    photo_id = dock.first_photos(session, [lot.id]).get(lot.id)
    rooms = [_room_now(session, room_id, at) for room_id in facts.room_ids]
    return Card(lot, facts, rooms, charged, _standing(session, lot.id, by, at), offers, photo_id)


def _standing(session: Session, lot_id: UUID, by: Actor, at: Moment) -> trading.Standing | None:
    try:
        return trading.rank_of_lot(session, lot_id, by=by, at=at)
    except trading.ListingNotFound:
        return None  # the lot is not on the board at all


def _room_now(session: Session, room_id: UUID, at: Moment) -> RoomNow:
    sensors = temperature_sensors(session, [room_id])
    fresh = [sensor for sensor in sensors if not goods.is_stale(sensor, at.at)]
    said = max((sensor.last_at for sensor in sensors if sensor.last_at is not None), default=None)
    values = [sensor.last_value for sensor in fresh or sensors if sensor.last_value is not None]
    warmest = max(values, default=None)
    return RoomNow(facility.get_room(session, room_id), warmest, said, not fresh)
