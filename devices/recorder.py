"""Where the ports' news goes: onto the disk first, then to the line, and to whoever looks at the dock."""

import secrets
import threading
from collections.abc import Callable
from typing import Literal, Protocol
from uuid import UUID

from msgspec.structs import replace

from devices.batches import Make, Reading
from devices.config import ScaleConfig
from devices.drivers.probes.quality import Measured
from devices.drivers.scale import Capture, LiveWeight
from devices.lanes import Lanes
from devices.messages import CaptureKey, Command, DeviceEvent, LiveFrame, SeqRange, Upward, Weighing
from devices.spool import NameLost, Spool
from devices.timekeeping import Settled, Stamp, Timekeeper

ROWS_FLUSH = 400  # below the contract's 500: a batch goes before it is full
TEXT_MAX = 1000

Outcome = Literal["done", "refused", "expired", "failed"]


class Shows(Protocol):
    """Somebody who shows live frames: the publisher, the dock's page."""

    def offer_live(self, instrument: str, frame: LiveFrame) -> None:
        """The newest frame of an instrument; may be dropped."""
        ...


def loss_namer(keeper: Callable[[], Timekeeper], gw: str) -> NameLost:
    """The spool's own voice: makes the event that names what will never come, stamped now."""

    def name_lost(ep: int, seq: int, *, lost: list[SeqRange], text: str) -> DeviceEvent:
        kind = "thinned" if text.startswith("spool full") else "lost"
        return replace(_event(keeper().stamp(), gw, kind), ep=ep, seq=seq, text=text, lost=lost)

    return name_lost


def capture_id(at: int) -> UUID:
    """A UUIDv7: its first 48 bits are the capture's instant, so that ids sort by time."""
    value = (at & (1 << 48) - 1) << 80 | secrets.randbits(80)
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Recorder:
    """The ports' one door to the spool. Safe from any thread."""

    def __init__(self, gw: str, keeper: Timekeeper, spool: Spool, lanes: Lanes) -> None:
        self.keeper = keeper
        self.shows: list[Shows] = []
        self._gw = gw
        self._spool = spool
        self._lanes = lanes
        self._lock = threading.Lock()
        self._captured: dict[str, CaptureKey] = {}
        self._waiting = 0

    def readings(self, named: list[tuple[str, Measured]], at: int) -> None:
        """The values of one poll, taken at one instant, onto the disk. A full batch goes at once."""
        stamp = self.keeper.stamp(at)
        rows = [Reading(sensor, at, one.value, one.quality, stamp.clk, stamp.mono, stamp.boot) for sensor, one in named]
        kept = self._spool.keep(rows)
        with self._lock:
            self._waiting += kept
            is_full = self._waiting >= ROWS_FLUSH
        if is_full:
            self.flush()

    def flush(self) -> None:
        """Everything that waits becomes messages."""
        with self._lock:
            self._waiting = 0
        while given := self._spool.flush():
            self._lanes.announce(*given)

    def capture(self, scale: ScaleConfig, capture: Capture) -> CaptureKey:
        """One weight record, and that this load is taken, in one transaction."""
        stamp = self.keeper.stamp(capture.at_ms)
        weighing = Weighing(
            v=1, gw=self._gw, ep=1, seq=1, clk=stamp.clk, live=True, mono=stamp.mono, boot=_uuid(stamp.boot),
            at=stamp.at, id=capture_id(stamp.at), instrument=scale.instrument, weight_grams=capture.weight_grams,
            net=capture.net, tare_grams=capture.tare_grams, stable=True, e_grams=scale.profile.e_grams,
            protocol=scale.protocol, raw=capture.raw.hex(),
        )  # fmt: skip
        written = self._spool.append_capture(_numbering(weighing))
        self._lanes.announce(written.seq)
        return self._note(written)

    def _note(self, written: Weighing) -> CaptureKey:
        key = CaptureKey(
            id=written.id, ep=written.ep, seq=written.seq, at=written.at, weight_grams=written.weight_grams
        )
        self._captured[written.instrument] = key
        return key

    def last_capture(self, instrument: str) -> tuple[int, bool] | None:
        """What an instrument weighed last, in grams, and whether it was let go since; also of an earlier run."""
        found = self._spool.last_capture(instrument)
        if found is None:
            return None
        if found[0].ep == self._spool.epoch:
            self._note(found[0])
        return found[0].weight_grams, found[1]

    def returned(self, instrument: str) -> None:
        """The scale was let go: its next load is a new one."""
        self._spool.note_returned(instrument)

    def live(self, instrument: str, weight: LiveWeight) -> None:
        """Shows what the scale shows."""
        frame = LiveFrame(
            weight_grams=weight.weight_grams,
            stable=weight.stable if weight.known else None,
            net=weight.net,
            tare_grams=weight.tare_grams,
            flags=list(weight.flags),
            at=weight.at_ms,
            n=weight.frames,
            capture=self._captured.get(instrument),
        )
        for show in self.shows:
            show.offer_live(instrument, frame)

    def event(self, kind: str, subject: str | None = None, text: str | None = None) -> None:
        """Something happened to a device."""
        event = replace(_event(self.keeper.stamp(), self._gw, kind), subject=subject, text=text and text[:TEXT_MAX])
        self._lanes.announce(self._spool.append(_numbering(event)).seq)

    def settled(self, news: Settled) -> None:
        """The clock was set: the server may re-base what came before."""
        event = _event(self.keeper.stamp(), self._gw, "clock")
        self._spool.settle_clock(news.boot, _numbering(replace(event, boot=UUID(news.boot), offset=news.offset)))

    def answer(self, command: Command, outcome: Outcome, text: str | None = None) -> bool:
        """What became of a command, written once; false if it had been answered before."""
        stamp = self.keeper.stamp()
        event = replace(
            _event(stamp, self._gw, "command"),
            subject=command.instrument,
            text=text and text[:TEXT_MAX],
            command=command.id,
            verb=command.verb,
            outcome=outcome,
            by=command.by,
        )
        return self._spool.answer(command.id, _numbering(event), stamp.at)

    def has_answered(self, command: Command) -> bool:
        """Whether a command came before: the broker may deliver it twice."""
        return self._spool.has_answered(command.id)


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _event(stamp: Stamp, gw: str, kind: str) -> DeviceEvent:
    """An event that has no number yet."""
    return DeviceEvent(
        v=1, gw=gw, ep=1, seq=1, clk=stamp.clk, live=True, mono=stamp.mono, boot=_uuid(stamp.boot), at=stamp.at, k=kind
    )


def _numbering(message: Weighing | DeviceEvent) -> Make:
    def make(ep: int, seq: int) -> Upward:
        numbered: Upward = replace(message, ep=ep, seq=seq)
        return numbered

    return make
