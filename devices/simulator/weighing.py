"""What a weighing cell shows under a load: it overshoots, swings, settles, drifts, trembles. Pure but for its dice."""

import math
import random
from dataclasses import dataclass
from typing import Final

SETTLED_MS: Final = 1_000
HOLD_DIVISIONS: Final = 0.7  # a settled display holds its number until the load really changes
TREMBLE_DIVISIONS: Final = 0.12
OVERLOAD_DIVISIONS: Final = 9  # Max + 9 e, where the indicators of the references give up


@dataclass(frozen=True, slots=True)
class Shown:
    """What the display shows: net of tare, in grams; weight None: over or under range."""

    grams: int | None
    gross_grams: int
    stable: bool
    overload: bool
    net: bool
    tare_grams: int


class Cell:
    """One scale's mechanics. Times are monotonic ms, weights grams."""

    def __init__(self, e_grams: int, max_grams: int, settle_ms: int, dice: random.Random) -> None:
        self.e_grams = e_grams
        self.max_grams = max_grams
        self.tare_grams = 0
        self._drift_grams_per_s = 0.0
        self._settle_ms = settle_ms
        self._dice = dice
        self._target = 0
        self._from = 0.0
        self._since = 0
        self._zero = 0.0
        self._drifted = 0.0
        self._looked = 0
        self._held: int | None = None
        self._calm_at = 0

    @property
    def load_grams(self) -> int:
        """What really stands on it."""
        return self._target

    def put(self, grams: int, tick: int) -> None:
        """Another load from now on."""
        self._from = self._true(tick)
        self._target = grams
        self._since = tick
        self._held = None
        swing = abs(self._from - grams) * 4 / self.e_grams  # the swing is over below a quarter of a division
        self._calm_at = tick + round(self._settle_ms * math.log(max(1.0, swing)))

    def drift(self, grams_per_s: float, tick: int) -> None:
        """From now on it drifts this fast: a warming cell, or snow on a weighbridge."""
        self._drifted += self._drift_grams_per_s * max(0, tick - self._looked) / 1000
        self._looked = tick
        self._drift_grams_per_s = grams_per_s

    def zero(self, tick: int) -> bool:
        """Sets zero, as an indicator allows it: at rest and within 2 % of the range."""
        shown = self.look(tick)
        if not shown.stable or abs(shown.gross_grams) > self.max_grams // 50:
            return False
        self._zero += self._held or 0
        self.tare_grams = 0
        self._held = None
        return True

    def tare(self, tick: int) -> bool:
        """Takes what stands there as tare: at rest and above zero."""
        shown = self.look(tick)
        if not shown.stable or shown.overload or shown.gross_grams <= 0:
            return False
        self.tare_grams = shown.gross_grams
        return True

    def _true(self, tick: int) -> float:
        """The load as the cell feels it: a damped swing towards the target."""
        age = tick - self._since
        swing = math.exp(-age / self._settle_ms) * math.cos(age / self._settle_ms * 5)
        return self._target + (self._from - self._target) * swing

    def look(self, tick: int) -> Shown:
        """The display at one instant; instants must not go back."""
        self.drift(self._drift_grams_per_s, tick)
        felt = self._true(tick) + self._drifted - self._zero
        tremble = self._dice.gauss(0, TREMBLE_DIVISIONS * self.e_grams)
        stable = tick - self._calm_at >= SETTLED_MS
        gross = self._shown_number(felt, felt + tremble, stable=stable)
        overload = gross > self.max_grams + OVERLOAD_DIVISIONS * self.e_grams
        grams = None if overload else gross - self.tare_grams
        return Shown(grams, gross, stable and not overload, overload, self.tare_grams != 0, self.tare_grams)

    def _shown_number(self, felt: float, trembling: float, *, stable: bool) -> int:
        if not stable:
            return self._in_divisions(trembling)
        if self._held is None or abs(felt - self._held) > HOLD_DIVISIONS * self.e_grams:
            self._held = self._in_divisions(felt)
        return self._held

    def _in_divisions(self, grams: float) -> int:
        return math.floor(grams / self.e_grams + 0.5) * self.e_grams
