"""What a watched scale is set up by, and what it gives: values without behaviour."""

from dataclasses import dataclass, field

from devices.drivers.talk import Manner, Mode


@dataclass(frozen=True, slots=True)
class ScaleProfile:
    """How one instrument is set up: weights in grams, times in milliseconds.

    ``e_grams`` is the verification interval. ``mode`` is ``listen`` (it talks by itself), ``stream`` (it talks after
    one command) or ``poll`` (it answers each request); ``None`` is the protocol's usual one. ``net`` is what the
    configuration says where the protocol says nothing.
    """

    e_grams: int
    mode: Mode | None = None
    period_ms: int = 200
    reply_timeout_ms: int = 1_000
    net: bool | None = None
    manner: Manner = field(default_factory=Manner)
    reopen_first_ms: int = 500
    reopen_last_ms: int = 10_000


@dataclass(frozen=True, slots=True)
class Capture:
    """A weight taken for the record: a settled load, with the bytes it was read from."""

    weight_grams: int
    net: bool | None
    tare_grams: int | None
    raw: bytes
    at_ms: int


@dataclass(frozen=True, slots=True)
class LiveWeight:
    """What the scale shows now. ``weight_grams`` is ``None`` whenever it is not known, and never a stand-in 0.

    ``known`` is false before the first trusted frame, after silence and while the link is down. ``frames`` counts good
    frames since the driver began: a number that stands still means an instrument that does. ``captures`` holds what
    was captured since the last poll, oldest first; each is given once.
    """

    weight_grams: int | None
    stable: bool
    net: bool | None
    tare_grams: int | None
    flags: tuple[str, ...]
    raw: bytes
    at_ms: int
    known: bool
    frames: int
    captures: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True)
class ScaleCounters:
    """How the instrument has been doing since the driver began; ``last_ok_age_ms`` is ``None`` before a good frame.

    ``line_errors`` are the parity, framing and overrun errors the port itself has counted, where it counts them.
    """

    frames_ok: int
    frames_bad: int
    bytes_discarded: int
    opens: int
    links_lost: int
    replies_missing: int
    restarts: int
    last_ok_age_ms: int | None
    line_errors: dict[str, int]
