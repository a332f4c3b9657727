"""The store itself: rooms with slots, scales, sensors, tariffs, the lending product, insurance."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from wms import billing, facility, lending, telemetry
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.ids import new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

GATEWAY = "gw-demo"  # the simulated gateway's own name, so that its history is this season's
# As the simulated gateway knows them: room1 and room2 have gas probes.
ROOMS = (("C1", "气调一号", "ca"), ("C2", "气调二号", "ca"), ("A1", "一号库", "ra"), ("A2", "二号库", "ra"))
PROBES = (("t1", "temperature"), ("rh1", "humidity"), ("t2", "temperature"), ("rh2", "humidity"))
GAS = (("o2", "o2"), ("co2", "co2"))


@dataclass
class Place:
    """What the story needs of the store: rooms and their slots, sensors, the site."""

    site_id: UUID
    rooms: list[UUID] = field(default_factory=list)
    slots: dict[UUID, list[UUID]] = field(default_factory=dict)
    storage: dict[UUID, str] = field(default_factory=dict)
    sensors: list[telemetry.Sensor] = field(default_factory=list)


def make_place(season: "Season") -> Place:
    """Make the store as it stood before the first apple."""
    at = season.at(season.first - timedelta(days=45))
    place: Place = season.do(lambda s: _rooms(s, season.place_code, at))
    season.do(lambda s: _tariffs(s, season, at))
    season.do(lambda s: _product(s, season, at))
    season.do(lambda s: _insurance(s, season, place, at))
    return place


def _rooms(session: Session, code: str, at: Moment) -> Place:
    site = facility.add_site(
        session, facility.AddSiteRequest(new_id(at), code, "烟台冷库", "Asia/Shanghai", "Yantai cold store"),
        by=SYSTEM, at=at,
    )  # fmt: skip
    place = Place(site.id)
    for number, (room_code, name, storage) in enumerate(ROOMS, start=1):
        ask = facility.AddRoomRequest(
            new_id(at), site.id, room_code, name, facility.StorageType(storage), f"Room {room_code}"
        )
        room = facility.add_room(session, ask, by=SYSTEM, at=at)
        block = facility.AddSlotsRequest(new_id(at), room.id, (1, 2), (1, 6), (1, 2), 26_000_000, 60)
        facility.add_slots(session, block, by=SYSTEM, at=at)
        place.rooms.append(room.id)
        place.storage[room.id] = storage
        place.slots[room.id] = [slot.id for slot in facility.list_slots(session, room.id, limit=200).items]
        for short, kind in PROBES + (GAS if storage == "ca" else ()):
            adopt = telemetry.AdoptSensor(
                new_id(at), GATEWAY, f"room{number}.{short}", kind, room.id, f"{name} {short}"
            )
            place.sensors.append(telemetry.adopt_sensor(session, adopt, by=SYSTEM, at=at))
    for name, e_grams, most, where in (
        ("dock-1", 500, 3_000_000, "1 号月台"), ("truck-1", 20_000, 80_000_000, "地磅"),
    ):  # fmt: skip
        scale = facility.AddInstrumentRequest(
            new_id(at), site.id, GATEWAY, name, facility.InstrumentKind.SCALE, where, e_grams=e_grams,
            capacity_grams=most, protocol="mt-sics" if name == "dock-1" else "toledo-continuous",
        )  # fmt: skip
        made = facility.add_instrument(session, scale, by=SYSTEM, at=at)
        proof = facility.RecordCalibrationRequest(
            new_id(at), made.id, f"YT-{name}", "烟台市计量所", at.on, at.on + timedelta(days=365), True
        )
        facility.record_calibration(session, proof, by=SYSTEM, at=at)
    return place


def _tariffs(session: Session, season: "Season", at: Moment) -> None:
    staff = season.cast.staff
    works = (("分级", billing.Per.KG, "0.08"), ("换筐", billing.Per.UNIT, "1.50"))
    handling = (
        billing.HandlingIn(Decimal("0.0200")), billing.HandlingOut(Decimal("0.0250")),
        billing.Works(tuple(billing.WorkRate(work, per, Decimal(rate)) for work, per, rate in works)),
    )  # fmt: skip
    new_year = date(season.first.year + 1, 1, 1)
    for rate, day in (("0.0020", season.first - timedelta(days=30)), ("0.0022", new_year)):
        ask = billing.ProposeTariff(
            new_id(at), f"普通果 {rate} 元/公斤·天", day, (billing.KgDay(Decimal(rate), free_days=7), *handling)
        )
        billing.propose_tariff(session, ask, by=staff["manager"], at=at)
        billing.approve_tariff(session, billing.ApproveTariff(new_id(at), ask.id), by=staff["approver"], at=at)


def _product(session: Session, season: "Season", at: Moment) -> None:
    terms = lending.Terms(72_000, lending.Basis.ACT_365F, 800, 850, 900, 950, 15, 3, False, 30, 3, 30)
    ask = lending.ProposeProduct(new_id(at), "苹果预付", at.on, season.cast.parties["LB"], terms)
    lending.propose_product(session, ask, by=season.cast.staff["manager"], at=at)
    lending.approve_product(
        session, lending.ApproveProduct(new_id(at), ask.id), by=season.cast.staff["approver"], at=at
    )


def _insurance(session: Session, season: "Season", place: Place, at: Moment) -> None:
    policy = facility.AddPolicyRequest(
        new_id(at), "中国人保烟台", f"PICC-{at.on.year}-07", 60_000_000_00, at.on, at.on + timedelta(days=365),
        site_id=place.site_id, loss_payee_id=season.cast.parties["LB"],
    )  # fmt: skip
    facility.add_policy(session, policy, by=SYSTEM, at=at)
