"""A cold room over time: a compressor that comes and goes or fails, defrost, open doors, and probes with their errors.

Under controlled atmosphere the fruit breathes, and a scrubber and an air inlet hold the gases.
"""

import math
import random
from typing import Final

HOUR_MS: Final = 3_600_000
CYCLE_MS: Final = 20 * 60_000  # compressor on and off
SWING: Final = 0.25  # degrees around the set point
DEFROST_EVERY_MS: Final = 6 * HOUR_MS
DEFROST_MS: Final = 25 * 60_000
DEFROST_WARMS: Final = 2.2
RECOVERS_MS: Final = 35 * 60_000
DOOR_WARMS_PER_S: Final = 0.012
DOOR_LIMIT: Final = 6.0
WARMS_PER_H: Final = 0.8  # without its compressor
OUTSIDE: Final = 12.0
AIR_O2, AIR_CO2 = 20.9, 0.05  # %vol
BREATHES_PER_H: Final = 0.02  # %vol of oxygen into carbon dioxide: a full, cold room
SCRUBS_PER_H: Final = 0.6  # %vol of carbon dioxide
LETS_IN_PER_H: Final = 0.8  # %vol of oxygen
SCRUBBER_ON, SCRUBBER_OFF = 1.0, 0.7  # %vol of carbon dioxide
INLET_ON, INLET_OFF = 1.3, 1.7  # %vol of oxygen
GAS_STEP_MS: Final = 60_000
PARTS: Final = ("compressor", "scrubber", "inlet", "seal")


class Atmosphere:
    """The gases of one room under controlled atmosphere, held by a scrubber and an air inlet with a dead band each."""

    def __init__(self) -> None:
        self.o2, self.co2 = 1.5, 0.9
        self.breathes_per_h = BREATHES_PER_H
        self.broken: set[str] = set()
        self._scrubs = self._lets_in = False

    def pass_time(self, elapsed_ms: int, *, is_open: bool) -> None:
        """Lets that much time go by, a minute at a time at most."""
        while elapsed_ms > 0:
            step = min(elapsed_ms, GAS_STEP_MS)
            elapsed_ms -= step
            self._step(step / HOUR_MS, is_open=is_open)

    def _step(self, hours: float, *, is_open: bool) -> None:
        if is_open or "seal" in self.broken:
            mixes = min(1.0, hours * (1.0 if is_open else 0.1))
            self.o2 += (AIR_O2 - self.o2) * mixes
            self.co2 += (AIR_CO2 - self.co2) * mixes
        self._scrubs = self.co2 > SCRUBBER_ON or (self._scrubs and self.co2 > SCRUBBER_OFF)
        self._lets_in = self.o2 < INLET_ON or (self._lets_in and self.o2 < INLET_OFF)
        breath = min(self.breathes_per_h * hours, self.o2)
        scrubbed = SCRUBS_PER_H * hours if self._scrubs and "scrubber" not in self.broken else 0.0
        let_in = LETS_IN_PER_H * hours if self._lets_in and "inlet" not in self.broken else 0.0
        self.o2 = min(AIR_O2, self.o2 - breath + let_in)
        self.co2 = max(AIR_CO2, self.co2 + breath - scrubbed)


class Room:
    """One room; temperatures are degrees Celsius here, where nothing is evidence yet. Times are monotonic ms."""

    def __init__(self, name: str, set_point: float, ca: bool, dice: random.Random) -> None:
        self.name = name
        self.set_point = set_point
        self.door_open = False
        self.force_defrost_until = 0
        self._phase = dice.random() * CYCLE_MS
        self._defrost_phase = dice.random() * DEFROST_EVERY_MS
        self.broken: set[str] = set()
        self._warmth = 0.0
        self._looked: int | None = None
        self.atmosphere = Atmosphere() if ca else None

    def work(self, part: str, *, does: bool) -> None:
        """A part fails, or works again. Raises ValueError for a part that this room has not."""
        if part not in PARTS or (part != "compressor" and self.atmosphere is None):
            raise ValueError(f"parts are {', '.join(PARTS)}; all but the first only of a room with a gas analyser")
        broken = self.broken if part == "compressor" or self.atmosphere is None else self.atmosphere.broken
        if does:
            broken.discard(part)
        else:
            broken.add(part)

    def breathe(self, percent_per_h: float) -> None:
        """How fast the fruit turns oxygen into carbon dioxide, in %vol an hour. Raises ValueError."""
        if self.atmosphere is None or not 0 <= percent_per_h <= 100:
            raise ValueError("0 to 100 %vol an hour, in a room with a gas analyser")
        self.atmosphere.breathes_per_h = percent_per_h

    def is_defrosting(self, tick: int) -> bool:
        """Whether the coil is being heated."""
        return tick < self.force_defrost_until or (tick + self._defrost_phase) % DEFROST_EVERY_MS < DEFROST_MS

    def temperature(self, tick: int) -> float:
        """The air in the middle of the room."""
        self._age(tick)
        cycle = math.sin(2 * math.pi * (tick + self._phase) / CYCLE_MS) * SWING
        return self.set_point + cycle + self._warmth

    def humidity(self, tick: int) -> float:
        """Percent: defrosting dries the air, an open door wets it."""
        self._age(tick)
        return max(60.0, min(99.0, 93.0 + math.cos(2 * math.pi * (tick + self._phase) / CYCLE_MS) * 1.5 - self._warmth))

    def gases(self) -> tuple[float, float]:
        """Oxygen and carbon dioxide in %vol."""
        return (AIR_O2, AIR_CO2) if self.atmosphere is None else (self.atmosphere.o2, self.atmosphere.co2)

    def _age(self, tick: int) -> None:
        elapsed = 0 if self._looked is None else max(0, tick - self._looked)
        self._looked = tick
        if self.atmosphere is not None:
            self.atmosphere.pass_time(elapsed, is_open=self.door_open)
        if self.door_open:
            self._warmth = min(max(DOOR_LIMIT, self._warmth), self._warmth + DOOR_WARMS_PER_S * elapsed / 1000)
            return
        if "compressor" in self.broken:
            limit = max(self._warmth, OUTSIDE - self.set_point)
            self._warmth = min(limit, self._warmth + WARMS_PER_H * elapsed / HOUR_MS)
            return
        target = DEFROST_WARMS if self.is_defrosting(tick) else 0.0
        share = 1 - math.exp(-elapsed / (DEFROST_MS / 2 if target else RECOVERS_MS / 3))
        self._warmth += (target - self._warmth) * share


FAULTS: Final = (
    "none", "silent", "open", "stuck", "crc", "late", "foreign", "echo", "float", "wet", "drift", "jump"
)  # fmt: skip
DRIFTS_PER_LOOK: Final = 0.02
JUMPS: Final = 6.0


class Probe:
    """One probe in a room: its own offset, its own noise, and the ways in which cheap probes fail."""

    def __init__(self, room: Room, dice: random.Random) -> None:
        self.room = room
        self.fault = "none"
        self._drifted = 0.0
        self._looks = 0
        self._offset = dice.uniform(-0.25, 0.25)
        self._dice = dice
        self._stuck: tuple[int, int] | None = None

    @property
    def registers(self) -> tuple[int, int]:
        """Function code and first register."""
        return 4, 1

    def words(self, tick: int) -> tuple[int, ...]:
        """Temperature and humidity in tenths, as 16-bit words."""
        if self.fault == "open":
            return 0x8000, 0x8000
        if self.fault == "float":
            return 0xFFFF, 0xFFFF
        if self.fault == "stuck" and self._stuck is not None:
            return self._stuck
        self._looks += 1
        self._drifted = self._drifted + DRIFTS_PER_LOOK if self.fault == "drift" else 0.0
        jumps = JUMPS if self.fault == "jump" and self._looks % 2 else 0.0
        temperature = self.room.temperature(tick) + self._offset + self._drifted + jumps + self._dice.gauss(0, 0.04)
        humidity = 99.9 if self.fault == "wet" else self.room.humidity(tick) + self._dice.gauss(0, 0.3)
        self._stuck = (round(temperature * 10) & 0xFFFF, max(0, min(999, round(humidity * 10))))
        return self._stuck


class GasProbe(Probe):
    """A CA analyser: oxygen and carbon dioxide in hundredths of %vol."""

    @property
    def registers(self) -> tuple[int, int]:
        """Function code and first register."""
        return 3, 0

    def words(self, tick: int) -> tuple[int, ...]:
        """Oxygen and carbon dioxide; the room ages by being looked at."""
        if self.fault == "open":
            return 0x8000, 0x8000
        self.room.temperature(tick)
        oxygen, dioxide = self.room.gases()
        return tuple(max(0, round((gas + self._dice.gauss(0, 0.01)) * 100)) for gas in (oxygen, dioxide))
