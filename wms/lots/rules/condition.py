"""From storage and condition to the day by which a lot should be gone."""

from datetime import date, timedelta

from wms.lots.rules.policy import LotPolicy
from wms.lots.rules.words import StorageType

FAILING_DECAY_PERMILLE = 50
WEAK_DECAY_PERMILLE = 20
SOFT_DECAY_PERMILLE = 10
WEAK_FIRMNESS_GF = 4500  # below it Fuji is not fit to travel far
SOFT_FIRMNESS_GF = 5500


def storage_deadline(entry_on: date, storage_type: StorageType, policy: LotPolicy) -> date:
    """Return the deadline by storage alone: days from the entry day."""
    days = policy.ca_days if storage_type == StorageType.CA else policy.ra_days
    return entry_on + timedelta(days=days)


def condition_days(firmness_gf_cm2: int | None, decay_permille: int | None, policy: LotPolicy) -> int:
    """Return how many days an inspection allows from its day: the worst finding counts; untested does not."""
    decay = decay_permille or 0
    firmness = SOFT_FIRMNESS_GF if firmness_gf_cm2 is None else firmness_gf_cm2
    if decay >= FAILING_DECAY_PERMILLE:
        return policy.failing_days
    if decay >= WEAK_DECAY_PERMILLE or firmness < WEAK_FIRMNESS_GF:
        return policy.weak_days
    if decay >= SOFT_DECAY_PERMILLE or firmness < SOFT_FIRMNESS_GF:
        return policy.soft_days
    return policy.sound_days


def deadline_after(stored_until: date, inspected_on: date, days: int) -> date:
    """Return the earlier of the storage deadline and the inspection's."""
    return min(stored_until, inspected_on + timedelta(days=days))
