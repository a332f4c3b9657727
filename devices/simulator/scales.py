"""Scales as they speak: a platform with MT-SICS, weighbridges with Toledo's and with Yaohua's continuous output."""

import re
from typing import Final, Protocol

from devices.simulator.pty_port import PtyPort
from devices.simulator.truth import Truth
from devices.simulator.weighing import Cell, Shown

SICS_PERIOD_MS: Final = 120
SICS_PATIENCE_MS: Final = 4_000
TOLEDO_PERIOD_MS: Final = 100
YAOHUA_PERIOD_MS: Final = 100
LINE_MAX: Final = 80
CRLF: Final = b"\r\n"


class Scale(Protocol):
    """One simulated scale."""

    instrument: str
    cell: Cell
    port: PtyPort

    def __init__(self, instrument: str, port: PtyPort, cell: Cell, truth: Truth) -> None: ...

    def step(self, tick: int, at: int) -> None:
        """Hear, think and speak up to this instant."""
        ...

    def power_cycle(self) -> None:
        """Off and on again."""
        ...


class Loads:
    """Notes each load that stood still long enough to be weighed: how many frames said so and were heard."""

    def __init__(self, instrument: str, truth: Truth) -> None:
        self._instrument = instrument
        self._truth = truth
        self._number = 0
        self._grams: int | None = None
        self._heard = 0

    def spoke(self, at: int, shown: Shown, e_grams: int, *, heard: bool) -> None:
        """One frame was sent (or nobody listened)."""
        if self._grams is not None and (not shown.stable or shown.grams != self._grams):
            self._end(at)
        if self._grams is None and shown.stable and shown.grams is not None and abs(shown.grams) >= 20 * e_grams:
            self._number += 1
            self._grams = shown.grams
            self._truth.note(at, "settled", instrument=self._instrument, load=self._number, grams=shown.grams)
        if self._grams is not None:
            self._heard += heard

    def _end(self, at: int) -> None:
        self._truth.note(
            at, "unsettled", instrument=self._instrument, load=self._number, grams=self._grams, heard=self._heard
        )
        self._grams, self._heard = None, 0


class SicsScale:
    """Mettler-Toledo MT-SICS over 9600 8N1: speaks when asked, streams after SIR."""

    def __init__(self, instrument: str, port: PtyPort, cell: Cell, truth: Truth) -> None:
        self.instrument = instrument
        self.port = port
        self.cell = cell
        self._loads = Loads(instrument, truth)
        self._heard = b""
        self._streaming = False
        self._next = 0
        self._wants_stable_until: int | None = None
        self._greets = True

    def power_cycle(self) -> None:
        """It forgets its stream and its tare, and says its serial number unasked."""
        self._streaming = False
        self._wants_stable_until = None
        self._heard = b""
        self.cell.tare_grams = 0
        self._greets = True

    def step(self, tick: int, at: int) -> None:
        """Answers what was asked; streams eight times a second."""
        if self._greets and self.port.is_watched:
            self._greets = False
            self._say(b'I4 A "B021002593"')
        self._heard = (self._heard + self.port.read())[-LINE_MAX:]
        while CRLF in self._heard:
            line, _, self._heard = self._heard.partition(CRLF)
            self._obey(line.decode("ascii", "replace").strip(), tick, at)
        if self._wants_stable_until is not None:
            self._answer_when_stable(tick, at)
        if self._streaming and tick >= self._next:
            self._next = tick + SICS_PERIOD_MS
            self._weigh(tick, at)

    def _obey(self, line: str, tick: int, at: int) -> None:
        if line in ("S", "SI", "SIR", "@"):
            self._streaming = line == "SIR"
            self._wants_stable_until = tick + SICS_PATIENCE_MS if line == "S" else None
        if line == "SI":
            self._weigh(tick, at)
        elif line == "Z":
            self._say(b"Z A" if self.cell.zero(tick) else b"Z I")
        elif line == "T":
            self._say(self._tare_words() if self.cell.tare(tick) else b"T I")
        elif line == "TAC":
            self.cell.tare_grams = 0
            self._say(b"TAC A")
        elif line == "I4":
            self._say(b'I4 A "B021002593"')
        elif line == "@":
            self.power_cycle()
        elif line not in ("S", "SIR"):
            self._say(b"ES")

    def _tare_words(self) -> bytes:
        return b"T S " + self._number(self.cell.tare_grams)

    def _answer_when_stable(self, tick: int, at: int) -> None:
        shown = self.cell.look(tick)
        if shown.stable or shown.overload:
            self._weigh(tick, at)
        elif self._wants_stable_until is not None and tick > self._wants_stable_until:
            self._say(b"S I")
        else:
            return
        self._wants_stable_until = None

    def _weigh(self, tick: int, at: int) -> None:
        shown = self.cell.look(tick)
        if shown.grams is None:
            heard = self._say(b"S +")
        else:
            heard = self._say((b"S S " if shown.stable else b"S D ") + self._number(shown.grams))
        self._loads.spoke(at, shown, self.cell.e_grams, heard=heard)

    def _number(self, grams: int) -> bytes:
        places = 0 if self.cell.e_grams >= 1000 else 1 if self.cell.e_grams >= 100 else 2
        sign, grams = ("-", -grams) if grams < 0 else ("", grams)
        step = 10 ** (3 - places)
        text = str(grams // 1000) if places == 0 else f"{grams // 1000}.{grams % 1000 // step:0{places}d}"
        return f"{sign}{text}".rjust(10).encode() + b" kg"

    def _say(self, line: bytes) -> bool:
        return self.port.write(line + CRLF)


class ToledoScale:
    """Toledo continuous output with checksum, ten frames a second, whether or not anybody listens."""

    def __init__(self, instrument: str, port: PtyPort, cell: Cell, truth: Truth) -> None:
        self.instrument = instrument
        self.port = port
        self.cell = cell
        self._loads = Loads(instrument, truth)
        self._next = 0
        self._fresh = True

    def power_cycle(self) -> None:
        """Until it is zeroed it says that it was just switched on."""
        self.cell.tare_grams = 0
        self._fresh = True

    def step(self, tick: int, at: int) -> None:
        """Obeys Z, T and C; speaks when its period is over."""
        for letter in re.findall(rb"[ZTC]", self.port.read()):
            self._obey(letter, tick)
        if tick < self._next:
            return
        self._next = max(self._next + TOLEDO_PERIOD_MS, tick)
        shown = self.cell.look(tick)
        if self._fresh and shown.stable:
            self._fresh = False
        heard = self.port.write(self._frame(shown))
        self._loads.spoke(at, shown, self.cell.e_grams, heard=heard)

    def _obey(self, letter: bytes, tick: int) -> None:
        if letter == b"Z":
            self.cell.zero(tick)
        elif letter == b"T":
            self.cell.tare(tick)
        else:
            self.cell.tare_grams = 0

    def _frame(self, shown: Shown) -> bytes:
        """Kilograms without a point, increment 2: `XXXXXX`, for weighbridges of 20 kg or 10 kg."""
        increment = {1: 1, 2: 2, 5: 3}[int(str(max(1, self.cell.e_grams // 1000))[0])]
        word_a = 0x20 | increment << 3 | 2
        over = shown.grams is None
        grams = 0 if shown.grams is None else shown.grams
        word_b = 0x30 | shown.net | (grams < 0) << 1 | over << 2 | (not shown.stable) << 3 | self._fresh << 6
        digits = f"{abs(grams) // 1000:6d}{shown.tare_grams // 1000:6d}"
        frame = bytes([2, word_a, word_b, 0x20]) + digits.encode() + b"\r"
        return frame + bytes([-sum(byte & 0x7F for byte in frame) & 0x7F])


class YaohuaScale:
    """Yaohua continuous output, ten frames a second: digits and a check, not a word on motion; overloaded, silence.

    It takes no commands: zero and tare are keys on its front.
    """

    def __init__(self, instrument: str, port: PtyPort, cell: Cell, truth: Truth) -> None:
        self.instrument = instrument
        self.port = port
        self.cell = cell
        self._loads = Loads(instrument, truth)
        self._next = 0

    def power_cycle(self) -> None:
        """It forgets its tare."""
        self.cell.tare_grams = 0

    def step(self, tick: int, at: int) -> None:
        """Speaks when its period is over; what is sent to it is read and means nothing."""
        self.port.read()
        if tick < self._next:
            return
        self._next = max(self._next + YAOHUA_PERIOD_MS, tick)
        shown = self.cell.look(tick)
        heard = shown.grams is not None and self.port.write(self._frame(shown.grams))
        self._loads.spoke(at, shown, self.cell.e_grams, heard=heard)

    def _frame(self, grams: int) -> bytes:
        """Kilograms, with the decimals its division needs."""
        places = 0 if self.cell.e_grams >= 1000 else 1 if self.cell.e_grams >= 100 else 2
        body = f"{'-' if grams < 0 else '+'}{abs(grams) // 10 ** (3 - places):06d}{places}".encode()
        xor = 0
        for byte in body:
            xor ^= byte
        return b"\x02" + body + f"{xor:02X}".encode() + b"\x03"
