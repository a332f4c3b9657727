"""What one frame of a scale says, and nothing it does not say."""

from dataclasses import dataclass
from typing import Final

FLAGS: Final = ("moving", "zero", "overload", "underload", "out_of_range", "power_up", "error")
"""Every flag a reading may carry, in the order in which readings list them."""


@dataclass(frozen=True, slots=True)
class ScaleReading:
    """One valid frame: weights in whole grams, ``None`` where the protocol does not say.

    A frame that reports motion without digits, an overload or an error has ``weight_grams`` ``None``, never 0.
    ``raw`` is the frame byte for byte, kept as evidence.
    """

    protocol: str
    weight_grams: int | None
    stable: bool | None
    net: bool | None
    tare_grams: int | None
    flags: tuple[str, ...]
    raw: bytes


def ordered(*flags: str | None) -> tuple[str, ...]:
    """The given flags in the fixed order, without repeats and without ``None``."""
    return tuple(flag for flag in FLAGS if flag in flags)
