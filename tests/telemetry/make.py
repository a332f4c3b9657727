"""Messages as a gateway sends them, and a room whose sensors have their place."""

from decimal import Decimal
from uuid import uuid4

from devices.messages import DeviceEvent, Measurements, Row, Weighing, encode, make_topic
from tests.lots.make import NOW, Store, actor
from wms import telemetry
from wms.kernel.actor import SYSTEM, Permission

GW, SITE = "gw-a1", "yt1"
INBOX = actor("inbox", Permission.PUSH_READINGS)
KEEPER = actor("Ken, keeper", Permission.ADOPT_SENSOR, Permission.MANAGE_FACILITY, Permission.ACKNOWLEDGE_ALARM,
               Permission.MANAGE_INSTRUMENTS)  # fmt: skip


def rows(*values, sensor="room1.t1", step_ms=60_000):
    return [Row(sensor, n * step_ms, None if value is None else Decimal(str(value))) for n, value in enumerate(values)]


def batch(seq, readings, *, t0=None, live=True, epoch=1, gw=GW):
    start = NOW.ms if t0 is None else t0
    return letter("up/m", Measurements(v=1, gw=gw, ep=epoch, seq=seq, clk="ntp", live=live, t0=start, r=readings))


def weight(seq, grams=1_250_000, *, live=True):
    message = Weighing(
        v=1, gw=GW, ep=1, seq=seq, clk="ntp", live=live, at=NOW.ms, id=uuid4(), instrument="truck1",
        weight_grams=grams, net=False, tare_grams=None, stable=True, e_grams=20_000, protocol="toledo-continuous",
        raw="023a30",
    )  # fmt: skip
    return letter("up/w", message)


def event(seq, kind, **fields):
    return letter("up/e", DeviceEvent(v=1, gw=GW, ep=1, seq=seq, clk="ntp", live=True, at=NOW.ms, k=kind, **fields))


def letter(channel, message):
    return telemetry.Arrived(make_topic(SITE, message.gw, channel), encode(message))


def receive(database, *letters, at=NOW, by=INBOX):
    return database.write(lambda s: telemetry.receive(s, list(letters), by=by, at=at))


def adopt(database, room_id, name="room1.t1", kind="temperature", by=KEEPER, gateway=GW):
    request = telemetry.AdoptSensor(uuid4(), gateway, name, kind, room_id, "middle")
    return database.write(lambda s: telemetry.adopt_sensor(s, request, by=by, at=NOW))


def limits(database, room_id, *, low=-1000, high=2500, delay_s=0, severity=telemetry.Severity.CRITICAL):
    wanted = telemetry.SetLimits(uuid4(), room_id, "temperature", telemetry.Limits(low, high, 300, delay_s, severity))
    return database.write(lambda s: telemetry.set_limits(s, wanted, by=KEEPER, at=NOW))


def store(database):
    return database.write(Store)


def findings(database):
    return [str(finding) for finding in database.read(lambda s: list(telemetry.check(s)))]


__all__ = ["INBOX", "KEEPER", "NOW", "SYSTEM", "adopt", "batch", "event", "findings", "limits", "receive", "rows",
           "store", "weight"]  # fmt: skip
