"""Trucks arrive: weighed on the weighbridge, made into lots, put away, inspected."""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from devices.messages import Weighing, encode, make_topic
from wms import lots, receipts, telemetry
from wms.cli.season.air import EPOCH
from wms.cli.season.cast import GROWERS, MERCHANTS
from wms.cli.season.place import GATEWAY
from wms.kernel.actor import SYSTEM
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id, new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

TRUCKS = 46
TOWNS = ("蛇窝泊", "桃村", "观里", "官道", "寺口", "大柳家", "村里集")
SIZES = (
    (80, "以上", "一二级"),
    (80, "以上", "一级"),
    (75, "起步", "一二级"),
    (75, "以上", "三级"),
    (70, "起步", "统货"),
)


def bring_in(season: "Season") -> None:
    """Bring trucks in over the first six weeks, most of them early."""
    owners = [code for code, _ in (*GROWERS, *MERCHANTS)]
    days = sorted(season.dice.choices(season.days()[:-3], weights=range(len(season.days()) - 3, 0, -1), k=TRUCKS))
    for number, day in enumerate(days):
        _truck(season, day, owners[number % len(owners)], number)


def arrive_today(season: "Season") -> None:
    """Let two trucks stand at the gate this morning, one of them weighed full: the clerk's queue is not empty."""
    clerk, at = season.cast.staff["clerk"], season.at(season.today, 0, 40)
    for number, (owner, gross) in enumerate((("G03", 26_480_000), ("M01", 0))):
        ask = lots.OpenDelivery(
            derived_id(season.place.site_id, "today", number), season.place.site_id, season.cast.parties[owner],
            f"鲁Y{30571 + number * 811}", "司机",
        )  # fmt: skip
        season.do(lambda s, ask=ask: lots.open_delivery(s, ask, by=clerk, at=at))
        if gross:
            weigh(season, lots.Purpose.GROSS, gross, at, delivery_id=ask.id)


def inspect_again(season: "Season") -> None:
    """Inspect most lots anew in the last fortnight: condition decays, and lending asks for it."""
    valuer = season.cast.staff["manager"]
    at = season.at(season.today - timedelta(days=3), 10)
    for lot in season.database.read(lambda s: lots.list_lots(s, by=SYSTEM, limit=200)).items:
        if season.dice.random() < 0.8 and lot.units_on_hand:
            season.do(lambda s, lot=lot: lots.inspect(s, _inspection(season, lot.id, at), by=valuer, at=at))


def _truck(season: "Season", day: date, owner: str, number: int) -> None:
    clerk, dice = season.cast.staff["clerk"], season.dice
    at = season.at(day, 8 + number % 8, dice.randint(0, 59))
    units = dice.randint(18, 46)
    net = units * dice.randint(345, 392) * 1000
    tare = dice.randint(58, 98) * 100_000
    size_mm, rule, grade = dice.choice(SIZES)
    room_id = dice.choice(season.place.rooms)
    lot_id = derived_id(season.place.site_id, "lot", number)

    def arrive(session: Session) -> UUID:
        ask = lots.OpenDelivery(
            new_id(at), season.place.site_id, season.cast.parties[owner], f"鲁F{10000 + number * 137 % 89999}", "司机"
        )
        return lots.open_delivery(session, ask, by=clerk, at=at).id

    delivery = season.do(arrive)
    for purpose, grams in ((lots.Purpose.GROSS, tare + net), (lots.Purpose.TARE, tare)):
        weigh(season, purpose, grams, at, delivery_id=delivery)
    line = receipts.IntakeLine(
        lot_id, "红富士" if number % 6 else "维纳斯黄金", grade, units, size_mm, rule,
        dice.choice(("条纹", "片红")), dice.choice(("纸袋", "膜袋", "纸加膜")), f"{owner}-{dice.randint(1, 9)} 号园",
        day - timedelta(days=1), 1 if day.month < 11 else 2,
        "merchant" if owner.startswith("M") else "grower", season.place.storage[room_id], dice.choice(TOWNS),
    )  # fmt: skip

    def take_in(session: Session) -> None:
        intake = receipts.CompleteIntake(new_id(at), delivery, (line,), room_id)
        receipts.complete_intake(session, intake, by=clerk, at=at)
        put_away(session, season, lot_id, room_id, units, at)
        lots.inspect(session, _inspection(season, lot_id, at), by=clerk, at=at)

    season.do(take_in)


def weigh(season: "Season", purpose: lots.Purpose, grams: int, at: Moment, **subject: object) -> UUID:
    """Let the weighbridge's record arrive, or the platform's of what was sorted, and claim it."""
    season.sequence += 1
    small = purpose in (lots.Purpose.SORT, lots.Purpose.SAMPLE)
    name, e_grams, protocol = ("dock-1", 500, "mt-sics") if small else ("truck-1", 20_000, "toledo-continuous")
    grams = round(grams / e_grams) * e_grams if purpose is not lots.Purpose.OUT else grams
    record = Weighing(
        v=1, gw=GATEWAY, ep=EPOCH, seq=season.sequence, clk="ntp", live=True, at=at.ms,
        id=derived_id(season.place.site_id, "capture", season.sequence), instrument=name, weight_grams=grams,
        net=purpose is lots.Purpose.OUT or None, tare_grams=None, stable=True, e_grams=e_grams,
        protocol=protocol, raw="023a30202034383736302020202020300d6e",
    )  # fmt: skip
    letter = telemetry.Arrived(make_topic(season.place_code, GATEWAY, "up/w"), encode(record))
    request_id = new_id(at)

    def claim(session: Session) -> UUID:
        telemetry.receive(session, [letter], by=SYSTEM, at=at)
        key = lots.RecordKey(GATEWAY, EPOCH, season.sequence)
        ask = lots.WeighRequest(request_id, purpose, record=key, **subject)  # type: ignore[arg-type]
        return lots.weigh(session, ask, by=season.cast.staff["clerk"], at=at).id

    weighing: UUID = season.do(claim)
    return weighing


def put_away(session: Session, season: "Season", lot_id: UUID, room_id: UUID, units: int, at: Moment) -> None:
    """Put a lot into slots, those of a room first."""
    left = units
    proposals = lots.propose_slots(session, lots.get_lot(session, lot_id))
    for proposal in sorted(proposals, key=lambda slot: slot.room_id != room_id):
        part = min(left, proposal.units_free)
        if part > 0:
            ask = lots.PutAway(new_id(at), lot_id, proposal.slot_id, part)
            lots.put_away(session, ask, by=season.cast.staff["clerk"], at=at)
            left -= part
        if left == 0:
            return


def _inspection(season: "Season", lot_id: UUID, at: Moment) -> lots.Inspect:
    dice = season.dice
    return lots.Inspect(
        new_id(at), lot_id, at.on, 5, firmness_gf_cm2=dice.randint(6_300, 7_600), brix_permille=dice.randint(128, 152),
        decay_permille=dice.choice((0, 0, 0, 5, 10)), colour_permille=dice.randint(780, 960),
    )  # fmt: skip
