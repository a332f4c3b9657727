"""The contract cw/v1: what a gateway may say to the server and the server to a gateway, and on which topic.

The one file of `devices` that the server may import; it imports nothing of ours. Weights are whole grams, instants
whole milliseconds UTC since 1970, measured values exact decimals in the unit their sensor has in `meta`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal, cast
from uuid import UUID

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct

ROOT, VERSION = "cw/v1", 1
PAYLOAD_BYTES_MAX = 64 * 1024
ROWS_MAX = 500
VALUE_BOUND = Decimal(10) ** 9  # no instrument of a cold store reads beyond it; a day's sum of them stays in 64 bits
VALUE_LETTERS_MAX, VALUE_FINEST = 40, -20  # of a number's shortest form; its first digit's power of ten
INSTANT_MAX = 2**53  # every JSON reader keeps integers up to here exact

# What may stand beside a value: the contract's words, then ours for the failure patterns of cheap probes.
QUALITIES = frozenset(
    ["open", "short", "crc", "stale", "range", "powerup", "moving", "ovl", "est", "jump", "stuck", "twin"]
)

NAME = r"[a-z0-9](?:[a-z0-9_-]{0,30}[a-z0-9])?"  # a site, gateway or instrument: one topic level, one user name
SENSOR_ID = rf"{NAME}(?:\.{NAME}){{0,3}}"  # room3.t1

Name = Annotated[str, Limits(pattern=rf"^{NAME}\Z", max_length=32)]
SensorId = Annotated[str, Limits(pattern=rf"^{SENSOR_ID}\Z", max_length=64)]
Word = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_-]{0,31}\Z")]
Text = Annotated[str, Limits(max_length=1000)]
Instant = Annotated[int, Limits(ge=0, le=INSTANT_MAX)]
Epoch = Annotated[int, Limits(ge=1, le=INSTANT_MAX)]
Sequence = Annotated[int, Limits(ge=1, le=INSTANT_MAX)]
Count = Annotated[int, Limits(ge=0, le=INSTANT_MAX)]
Grams = Annotated[int, Limits(ge=-1_000_000_000, le=1_000_000_000)]
PositiveGrams = Annotated[int, Limits(ge=1, le=1_000_000_000)]
Hex = Annotated[str, Limits(pattern=r"^(?:[0-9a-f]{2}){1,512}\Z")]
ClockQuality = Literal["ntp", "rtc", "free"]
Verb = Literal["tare", "zero", "config"]
SeqRange = tuple[Sequence, Sequence]  # first and last, both included


class BadMessage(Exception):
    """A payload outside the contract: `reason` is a stable word, `code` that of one sentence, `values` its blanks."""

    def __init__(self, reason: str, text: str, code: str = "", **values: str | int) -> None:
        super().__init__(f"{reason}: {text}")
        self.reason = reason
        self.text = text
        self.code = code or reason
        self.values = values


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What m, w and e have in common: the key (gw, ep, seq) of one shared sequence, and how good the clock was.

    `live` is false for what was sent late. While `clk` is "free", `boot` and `mono` (ms since that boot, taken
    with `t0` or `at`) let the server re-base the stamps once an `e` record of kind "clock" gives the boot's offset.
    """

    v: Literal[1]
    gw: Name
    ep: Epoch
    seq: Sequence
    clk: ClockQuality
    live: bool
    mono: Count | None = None
    boot: UUID | None = None


class Row(Struct, frozen=True, array_like=True, gc=False):
    """One reading: sensor, ms after the batch's `t0`, value (null: there was none), quality (null: good).

    The words' patterns are looked at in `_check_rows`: an expression for each row would be most of a batch's time.
    """

    id: str
    dt: Annotated[int, Limits(ge=-INSTANT_MAX, le=INSTANT_MAX)]
    value: Decimal | None
    quality: str | None = None


class Measurements(Envelope, frozen=True, kw_only=True, omit_defaults=True):
    """`up/m`: a batch of readings; a reading's key is (sensor, t0 + dt)."""

    t0: Instant
    r: Annotated[list[Row], Limits(min_length=1, max_length=ROWS_MAX)]


class Weighing(Envelope, frozen=True, kw_only=True, omit_defaults=True):
    """`up/w`: one stable capture of one instrument, with the bytes it was read from; claimed at most once.

    `net` null: the protocol does not say. `tare_grams` null likewise. `e_grams` is the instrument's division.
    """

    at: Instant
    id: UUID
    instrument: Name
    weight_grams: Grams
    net: bool | None
    tare_grams: Grams | None
    stable: bool
    e_grams: PositiveGrams
    protocol: Word
    raw: Hex


class DeviceEvent(Envelope, frozen=True, kw_only=True, omit_defaults=True):
    """`up/e`: something happened to a device: `k` names it, `subject` the port, instrument or sensor.

    Kinds and their own fields: "thinned" and "lost" (lost: numbers that will never come, unless they came before),
    "clock" (boot, offset: ms to add to that boot's free stamps), "command" (command, verb, outcome, by); without any:
    "clock-step", "probe-lost", "probe-back", "port-lost", "port-back", "scale-silent", "scale-back", "started",
    "stopped", "spool-new".
    """

    at: Instant
    k: Word
    subject: Annotated[str, Limits(max_length=64)] | None = None
    text: Text | None = None
    lost: list[SeqRange] | None = None
    offset: Annotated[int, Limits(ge=-INSTANT_MAX, le=INSTANT_MAX)] | None = None
    command: UUID | None = None
    verb: Verb | None = None
    outcome: Literal["done", "refused", "expired", "failed"] | None = None
    by: Annotated[str, Limits(max_length=64)] | None = None


class GatewayState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`state`, retained: birth and heartbeat with `on` true; the broker sends the will with `on` false."""

    on: bool
    ts: Instant | None = None
    ep: Epoch | None = None
    seq: Count | None = None
    spool: Count | None = None
    oldest: Instant | None = None
    clk: ClockQuality | None = None
    ver: Annotated[str, Limits(max_length=32)] | None = None
    ports: dict[str, str] | None = None


class SensorMeta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sensor the gateway reads: what it measures, in which unit, by which profile (and that profile's digest)."""

    id: SensorId
    kind: Word  # temperature humidity co2 o2 door defrost fault …
    unit: Annotated[str, Limits(max_length=8)]  # Cel %RH %vol ppm bool
    profile: Word
    profile_hash: Annotated[str, Limits(pattern=r"^[0-9a-f]{16}\Z")]
    poll_s: Annotated[int, Limits(ge=1, le=86_400)]
    where: Text | None = None  # port and address, for the technician


class InstrumentMeta(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A scale the gateway reads; `settings_hash` changes when its configuration does."""

    id: Name
    kind: Word  # platform truck bench
    protocol: Word
    e_grams: PositiveGrams
    max_grams: PositiveGrams | None = None
    settings_hash: Annotated[str, Limits(pattern=r"^[0-9a-f]{16}\Z")]
    where: Text | None = None


class GatewayMeta(Struct, frozen=True, kw_only=True):
    """`meta`, retained: everything the gateway reads."""

    v: Literal[1]
    sensors: Annotated[list[SensorMeta], Limits(max_length=2000)]
    instruments: Annotated[list[InstrumentMeta], Limits(max_length=200)]


class CaptureKey(Struct, frozen=True, kw_only=True):
    """The last stable capture of an instrument: a terminal may cite its weight record before the server has it."""

    id: UUID
    ep: Epoch
    seq: Sequence
    at: Instant
    weight_grams: Grams


class LiveFrame(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`live/{instrument}`: what the display shows now; never stored, never evidence. Weight null: not known."""

    weight_grams: Grams | None
    stable: bool | None
    net: bool | None
    tare_grams: Grams | None
    flags: list[Word]
    at: Instant
    n: Count  # counts frames since the gateway started: a standing number means a standing scale
    capture: CaptureKey | None = None


class Ack(Struct, frozen=True, kw_only=True):
    """`down/ack`, retained: all of epoch `ep` up to `upto` is stored, except what `miss` lists; both ends included."""

    ep: Epoch
    upto: Count
    miss: Annotated[list[SeqRange], Limits(max_length=1000)]
    ts: Instant


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`down/cmd`: one request; not carried out after `exp`. Each one is answered by an `e` record "command"."""

    v: Literal[1]
    id: UUID
    exp: Instant
    verb: Verb
    by: Annotated[str, Limits(min_length=1, max_length=64)]
    instrument: Name | None = None
    settings: dict[Word, Annotated[int, Limits(ge=1, le=86_400)]] | None = None


Upward = Measurements | Weighing | DeviceEvent
Message = Upward | GatewayState | GatewayMeta | LiveFrame | Ack | Command
Channel = Literal["up/m", "up/w", "up/e", "state", "meta", "down/ack", "down/cmd", "live"]

SHAPES: dict[str, type[Message]] = {
    "up/m": Measurements,
    "up/w": Weighing,
    "up/e": DeviceEvent,
    "state": GatewayState,
    "meta": GatewayMeta,
    "down/ack": Ack,
    "down/cmd": Command,
    "live": LiveFrame,
}
CHANNEL_OF: dict[type[Message], Channel] = {
    Measurements: "up/m",
    Weighing: "up/w",
    DeviceEvent: "up/e",
    GatewayState: "state",
    GatewayMeta: "meta",
    Ack: "down/ack",
    Command: "down/cmd",
    LiveFrame: "live",
}


@dataclass(frozen=True)
class Topic:
    """A parsed topic; `instrument` only on the live channel."""

    site: str
    gw: str
    channel: Channel
    instrument: str | None = None

    def __str__(self) -> str:
        tail = f"live/{self.instrument}" if self.channel == "live" else self.channel
        return f"{ROOT}/{self.site}/{self.gw}/{tail}"


_NAME = re.compile(NAME)
_TOPIC = re.compile(rf"{ROOT}/({NAME})/({NAME})/(?:(up/[mwe]|state|meta|down/(?:ack|cmd))|live/({NAME}))")
_SENSOR_ID = re.compile(rf"(?!.{{65}}){SENSOR_ID}")
_QUALITY = re.compile(r"[a-z]{1,16}")
_SEEN_MAX = 20_000
_seen_ids: set[str] = set()  # found right before: a store's sensors say their names again and again
_DECODERS = {channel: msgspec.json.Decoder(shape) for channel, shape in SHAPES.items()}
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def make_topic(site: str, gw: str, channel: Channel, instrument: str | None = None) -> str:
    """The topic of one gateway's channel, names checked. Raises BadMessage."""
    names = [site, gw] if instrument is None else [site, gw, instrument]
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong or (channel == "live") != (instrument is not None):
        raise BadMessage("topic", f"no topic can be made of {site!r}, {gw!r}, {channel!r}, {instrument!r}")
    return str(Topic(site, gw, channel, instrument))


def subscription(channels: str, site: str = "+", gw: str = "+") -> str:
    """The filter of one site's or every gateway's `up/#`, `live/#`, `state` or `meta`. Raises BadMessage."""
    if any(name != "+" and not _NAME.fullmatch(name) for name in (site, gw)):
        raise BadMessage("topic", f"not a name: {site!r} or {gw!r}")
    return f"{ROOT}/{site}/{gw}/{channels}"


@lru_cache(4096)  # a store has few topics and many messages
def parse_topic(topic: str) -> Topic:
    """The parts of a topic of the contract. Raises BadMessage("topic")."""
    found = _TOPIC.fullmatch(topic)
    if found is None:
        raise BadMessage("topic", f"not a topic of {ROOT}: {topic[:200]!r}", topic=topic[:200])
    site, gw, channel, instrument = found.groups()
    return Topic(site, gw, cast(Channel, channel) if channel else "live", instrument)


def decode(topic: str, payload: bytes) -> tuple[Topic, Message]:
    """One message as it came from the broker, checked against the whole contract.

    Raises BadMessage with reason topic, size, json, shape, version, gateway, value, clock or unstable.
    """
    parsed = parse_topic(topic)
    _check_size(payload)
    message = decode_as(parsed.channel, payload)
    if isinstance(message, Envelope) and message.gw != parsed.gw:
        said, own = message.gw, parsed.gw
        raise BadMessage("gateway", f"{said!r} speaks on the topic of {own!r}", said=said, own=own)
    return parsed, message


def _check_size(payload: bytes) -> None:
    if (size := len(payload)) > PAYLOAD_BYTES_MAX:
        raise BadMessage("size", f"{size} bytes of {PAYLOAD_BYTES_MAX}", bytes=size, most=PAYLOAD_BYTES_MAX)


def decode_as(channel: Channel, payload: bytes) -> Message:
    """A payload of a known channel (the spool's own rows). Raises BadMessage as `decode` does."""
    try:
        message: Message = _DECODERS[channel].decode(payload)
    except msgspec.ValidationError as wrong:
        reason = "version" if str(wrong).endswith("`$.v`") else "shape"
        raise BadMessage(reason, str(wrong)) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise BadMessage("json", str(wrong)) from wrong
    _check(message)
    return message


def _check(message: Message) -> None:
    """What a type cannot say."""
    if isinstance(message, Envelope) and message.clk == "free" and (message.mono is None or message.boot is None):
        raise BadMessage("clock", "a free clock needs mono and boot")
    if isinstance(message, Measurements):
        _check_rows(message)
    elif isinstance(message, Weighing) and not message.stable:
        raise BadMessage("unstable", "a weight is taken only from a stable frame")
    if any(first > last for first, last in _ranges(message)):
        raise BadMessage("value", "a range ends before it begins", "range")


def _ranges(message: Message) -> list[SeqRange]:
    if isinstance(message, Ack):
        return message.miss
    return (message.lost or []) if isinstance(message, DeviceEvent) else []


def _check_rows(batch: Measurements) -> None:
    for row in batch.r:
        if row.id not in _seen_ids:
            _check_id(row.id)
        if row.quality is not None and not _QUALITY.fullmatch(row.quality):
            raise BadMessage("shape", f"Expected a word for a quality, not {row.quality[:40]!r} - at `$.r`")
        if not 0 <= batch.t0 + row.dt <= INSTANT_MAX:
            raise BadMessage("value", f"{row.id}: no such instant", "instant", sensor=row.id)
        if row.value is None:
            continue
        bounded = row.value.is_finite() and -VALUE_BOUND < row.value < VALUE_BOUND
        if not bounded or row.value.adjusted() < VALUE_FINEST or len(str(row.value)) > VALUE_LETTERS_MAX:
            told = str(row.value)[:VALUE_LETTERS_MAX]
            raise BadMessage("value", f"{row.id}: {told} is no measurement", "number", sensor=row.id, value=told)


def _check_id(name: str) -> None:
    if not _SENSOR_ID.fullmatch(name):
        raise BadMessage("shape", f"Expected a name of a sensor, not {name[:80]!r} - at `$.r`")
    if len(_seen_ids) >= _SEEN_MAX:
        _seen_ids.clear()
    _seen_ids.add(name)


def encode(message: Message) -> bytes:
    """The payload of one message. Raises BadMessage where `decode` would, so that nothing unreadable is spooled."""
    _check(message)
    payload = _ENCODER.encode(_as_written(message) if isinstance(message, Measurements) else message)
    _check_size(payload)
    return payload


def _as_written(batch: Measurements) -> dict[str, object]:
    """Rows of good readings have three places, not a trailing null: most of a batch is rows."""
    if len(batch.r) > ROWS_MAX:
        raise BadMessage("size", f"{len(batch.r)} rows, {ROWS_MAX} are allowed")
    rows = [
        (row.id, row.dt, row.value) if row.quality is None else (row.id, row.dt, row.value, row.quality)
        for row in batch.r
    ]
    fields = {name: getattr(batch, name) for name in ("v", "gw", "ep", "seq", "t0", "clk", "live")}
    clock = {name: getattr(batch, name) for name in ("mono", "boot") if getattr(batch, name) is not None}
    return {**fields, "r": rows, **clock}


def late(message: Upward) -> Upward:
    """The same message as the history lane sends it."""
    return msgspec.structs.replace(message, live=False)
