"""The room's settings: versioned data with defaults, so that a changed number never rewrites the past."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class LotPolicy:
    """Settings in force on a day.

    `weight_age_s`: how old a capture may be when it is weighed with. `offline_age_s`: how long an offline terminal's
    citation stays good. `clock_skew_s`: how far a gateway's clock may run ahead. `reweigh_loss_permille` and
    `reweigh_gain_permille`: how far a scale may be from a typed weight and still confirm it. `gs1_prefix`: the store's
    company prefix for SSCC. `ra_days`, `ca_days`: shelf life from entry (Fuji keeps about half a year in air and nine
    months under CA). `sound_days`, `soft_days`, `weak_days`, `failing_days`: what an inspection allows from its day,
    by the worst thing found. `booking_days`: how far ahead an arrival may be booked; `window_trucks`: how many booked
    trucks the dock takes at one time. `sample_grams`: how much loose fruit may be taken of a lot as samples while
    something of it is held. `average_permille`: how far a truck's net may be from what its units weigh by the crates
    tried, before the intake asks to count again. `failing_`, `weak_` and `soft_decay_permille`, `weak_` and
    `soft_firmness_gf` (gram-force per cm²; below 4500 Fuji is not fit to travel far): from where on it is that bad.
    """

    weight_age_s: int = 600
    offline_age_s: int = 3 * 24 * 3600
    clock_skew_s: int = 5
    reweigh_loss_permille: int = 15
    reweigh_gain_permille: int = 1
    gs1_prefix: str = "6900000"
    ra_days: int = 180
    ca_days: int = 270
    sound_days: int = 90
    soft_days: int = 45
    weak_days: int = 21
    failing_days: int = 7
    booking_days: int = 60
    window_trucks: int = 6
    sample_grams: int = 10_000
    average_permille: int = 20
    failing_decay_permille: int = 50
    weak_decay_permille: int = 20
    soft_decay_permille: int = 10
    weak_firmness_gf: int = 4500
    soft_firmness_gf: int = 5500

    def __post_init__(self) -> None:
        numbers = [value for value in asdict(self).values() if isinstance(value, int)]
        if any(value < 0 for value in numbers) or not (self.gs1_prefix.isdigit() and 6 <= len(self.gs1_prefix) <= 12):
            raise ValueError("settings are not negative, and a company prefix has 6 to 12 digits")


def policy_from(terms: dict[str, Any]) -> LotPolicy:
    """Return the settings kept as `terms`; names added since take their defaults."""
    known = {field.name for field in fields(LotPolicy)}
    return LotPolicy(**{name: value for name, value in terms.items() if name in known})
