"""A cold room over time: a compressor that comes and goes, defrost, open doors, and probes that see it with errors."""

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


class Room:
    """One room; temperatures are degrees Celsius here, where nothing is evidence yet. Times are monotonic ms."""

    def __init__(self, name: str, set_point: float, ca: bool, dice: random.Random) -> None:
        self.name = name
        self.set_point = set_point
        self.door_open = False
        self.force_defrost_until = 0
        self._phase = dice.random() * CYCLE_MS
        self._defrost_phase = dice.random() * DEFROST_EVERY_MS
        self._warmth = 0.0
        self._looked: int | None = None
        self._co2 = 0.9 if ca else 0.05
        self._o2 = 1.5 if ca else 20.9

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
        return self._o2, self._co2

    def _age(self, tick: int) -> None:
        elapsed = 0 if self._looked is None else max(0, tick - self._looked)
        self._looked = tick
        if self.door_open:
            self._warmth = min(DOOR_LIMIT, self._warmth + DOOR_WARMS_PER_S * elapsed / 1000)
            self._o2 += (20.9 - self._o2) * min(1.0, elapsed / HOUR_MS)
            self._co2 += (0.05 - self._co2) * min(1.0, elapsed / HOUR_MS)
            return
        target = DEFROST_WARMS if self.is_defrosting(tick) else 0.0
        share = 1 - math.exp(-elapsed / (DEFROST_MS / 2 if target else RECOVERS_MS / 3))
        self._warmth += (target - self._warmth) * share


class Probe:
    """One probe in a room: its own offset, its own noise, and the ways in which cheap probes fail."""

    def __init__(self, room: Room, dice: random.Random) -> None:
        self.room = room
        self.fault = "none"  # none silent open stuck crc late foreign echo
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
        if self.fault == "stuck" and self._stuck is not None:
            return self._stuck
        temperature = self.room.temperature(tick) + self._offset + self._dice.gauss(0, 0.04)
        humidity = self.room.humidity(tick) + self._dice.gauss(0, 0.3)
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
