"""When a captured weight may still be claimed."""

from datetime import datetime, timedelta

from wms.lots.errors import WeightClockUntrusted, WeightInFuture, WeightTooOld
from wms.lots.rules.policy import LotPolicy


def require_fresh(taken_at: datetime, cited_at: datetime, policy: LotPolicy) -> None:
    """Raise unless the capture lies within the allowed age before `cited_at`.

    Raises WeightTooOld, WeightInFuture.
    """
    age = cited_at - taken_at
    if age < -timedelta(seconds=policy.clock_skew_s):
        raise WeightInFuture
    if age > timedelta(seconds=policy.weight_age_s):
        raise WeightTooOld(age_s=int(age.total_seconds()), limit_s=policy.weight_age_s)


def require_replay_in_time(offline_at: datetime, now: datetime, policy: LotPolicy) -> None:
    """Raise unless an offline citation lies in the near past. Raises WeightTooOld, WeightInFuture."""
    age = now - offline_at
    if age < -timedelta(seconds=policy.clock_skew_s):
        raise WeightInFuture
    if age > timedelta(seconds=policy.offline_age_s):
        raise WeightTooOld(age_s=int(age.total_seconds()), limit_s=policy.offline_age_s)


def trusted_time(taken_at: datetime, received_at: datetime, *, clock: str, live: bool) -> datetime:
    """Return when a capture was made: by the gateway's clock, or by ours if it had none but spoke at once.

    Raises WeightClockUntrusted.
    """
    if clock != "free":
        return taken_at
    if live:
        return received_at
    raise WeightClockUntrusted
