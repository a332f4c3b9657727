"""Seven weeks of room air, sent through the inbox's own door."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from devices.messages import Measurements, Row, encode, make_topic
from wms import telemetry
from wms.cli.season.place import GATEWAY
from wms.kernel.actor import SYSTEM
from wms.kernel.ids import new_id

if TYPE_CHECKING:
    from wms.cli.season import Season

EPOCH = 1  # the live gateway of the demo begins epoch 2, as a replaced box would
STEP_S = 3600
DOOR_ROOM, DRY_ROOM = "3", "4"
DOOR_DAYS = 9  # ago
SET_POINT = {"1": Decimal("0.2"), "2": Decimal("0.1"), "3": Decimal("0.6"), "4": Decimal("0.5")}


def set_limits(season: "Season") -> None:
    """Set the limits every room is watched by."""
    at = season.at(season.first - timedelta(days=44))
    for room_id in season.place.rooms:
        for kind, limits in (
            ("temperature", telemetry.Limits(-1000, 2500, 300, 300, telemetry.Severity.CRITICAL)),
            ("humidity", telemetry.Limits(850, 980, 10, 3600, telemetry.Severity.WARNING)),
        ):
            ask = telemetry.SetLimits(new_id(at), room_id, kind, limits)
            season.do(lambda s, ask=ask: telemetry.set_limits(s, ask, by=SYSTEM, at=at))


def breathe(season: "Season") -> None:
    """Send an hour's step of every sensor for every day, one message a day and room."""
    sequence = 0
    names = {str(number) for number in range(1, len(season.place.rooms) + 1)}
    for day in [*season.days(), season.today]:
        start = season.at(day, 0)
        until = 24 if day < season.today else 1
        letters = []
        for room in sorted(names):
            sequence += 1
            dry = room == DRY_ROOM and day >= season.today - timedelta(days=1)
            rows = [
                row
                for hour in range(until)
                for row in _hour(season, room, hour, dry=dry and (hour > 21 or day == season.today))
            ]
            batch = Measurements(v=1, gw=GATEWAY, ep=EPOCH, seq=sequence, clk="ntp", live=dry, t0=start.ms, r=rows)
            letters.append(telemetry.Arrived(make_topic(season.place_code, GATEWAY, "up/m"), encode(batch)))
        received = season.at(day + timedelta(days=1), 0, 5)
        season.do(lambda s, letters=letters, at=received: telemetry.receive(s, letters, by=SYSTEM, at=at))
        if day == season.today - timedelta(days=DOOR_DAYS):
            sequence = _leave_a_door_open(season, sequence, day)
    season.sequence = sequence


def _hour(season: "Season", room: str, hour: int, *, dry: bool) -> list[Row]:
    """One hour's values: the compressor's swing, some warmth at noon when doors open, noise; dry: the fogger failed."""
    dice, noon = season.dice, Decimal("0.4") if 9 <= hour <= 16 else Decimal(0)
    rows = []
    for probe in (1, 2):
        swing = Decimal(dice.randint(-3, 3)) / 10
        rows.append(Row(f"room{room}.t{probe}", hour * STEP_S * 1000, SET_POINT[room] + swing + noon))
        humid = Decimal(dice.randint(905, 948) - (110 if dry else 0)) / 10
        rows.append(Row(f"room{room}.rh{probe}", hour * STEP_S * 1000, humid))
    return rows


def _leave_a_door_open(season: "Season", sequence: int, day: date) -> int:
    """Loading by night, a door is not shut behind it: an alarm, answered by the manager, over before midnight."""
    manager, room_id = season.cast.staff["manager"], season.place.rooms[int(DOOR_ROOM) - 1]
    for minute, warm in ((10, "3.6"), (20, "3.9"), (50, "0.8")):
        at, sequence = season.at(day, 23, minute), sequence + 1
        rows = [Row(f"room{DOOR_ROOM}.t{probe}", 0, Decimal(warm)) for probe in (1, 2)]
        batch = Measurements(v=1, gw=GATEWAY, ep=EPOCH, seq=sequence, clk="ntp", live=True, t0=at.ms, r=rows)
        letter = telemetry.Arrived(make_topic(season.place_code, GATEWAY, "up/m"), encode(batch))
        season.do(lambda s, letter=letter, at=at: telemetry.receive(s, [letter], by=SYSTEM, at=at))
        if minute == 20:
            (alarm,) = season.database.read(lambda s: telemetry.open_alarms(s, [room_id]))
            seen = telemetry.AcknowledgeAlarm(new_id(at), alarm.id, "夜间装车后库门未关严, 已关好")
            season.do(lambda s, seen=seen, at=at: telemetry.acknowledge_alarm(s, seen, by=manager, at=at))
    return sequence
