"""From storage and condition to the day by which a lot should be gone."""

from datetime import date, timedelta

from wms.lots.rules.policy import LotPolicy
from wms.lots.rules.words import StorageType


def storage_deadline(entry_on: date, storage_type: StorageType, policy: LotPolicy) -> date:
    """Return the deadline by storage alone: days from the entry day."""
    days = policy.ca_days if storage_type == StorageType.CA else policy.ra_days
    return entry_on + timedelta(days=days)


def condition_days(firmness_gf_cm2: int | None, decay_permille: int | None, policy: LotPolicy) -> int:
    """Return how many days an inspection allows from its day: the worst finding counts; untested does not."""
    decay = decay_permille or 0
    firmness = policy.soft_firmness_gf if firmness_gf_cm2 is None else firmness_gf_cm2
    if decay >= policy.failing_decay_permille:
        return policy.failing_days
    if decay >= policy.weak_decay_permille or firmness < policy.weak_firmness_gf:
        return policy.weak_days
    if decay >= policy.soft_decay_permille or firmness < policy.soft_firmness_gf:
        return policy.soft_days
    return policy.sound_days


def deadline_after(stored_until: date, inspected_on: date, days: int) -> date:
    """Return the earlier of the storage deadline and the inspection's."""
    return min(stored_until, inspected_on + timedelta(days=days))
