"""A scale that is being watched: bytes from a link become a live weight and, at rest, a capture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScaleProfile:
    """How one instrument is set up: weights in grams, times in milliseconds.

    ``e_grams`` is the verification interval. ``mode`` is ``listen`` (it talks by itself), ``stream`` (it talks after
    one command) or ``poll`` (it answers each request); ``None`` is the protocol's usual one. ``net`` is what the
    configuration says where the protocol says nothing.
    """

    protocol: str
    e_grams: int
    mode: str | None = None
    period_ms: int = 200
    reply_timeout_ms: int = 1_000
    address: str = "A"
    net: bool | None = None
    shows_net: bool = False
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
    this one poll captured, oldest first; it is given once.
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
