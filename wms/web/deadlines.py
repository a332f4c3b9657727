"""How long something still holds, in words: a countdown nobody has to compute."""

from datetime import datetime
from zoneinfo import ZoneInfo

from wms.kernel.clock import Moment
from wms.web import format
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

HOUR_S = 3600


def until_words(until: datetime, at: Moment, zone: ZoneInfo) -> str:
    """Return until when something holds and how long that is: 今天 17:00 前有效, 还有 3 小时."""
    left = int((until - at.at).total_seconds())
    if left <= 0:
        return _("over since {time}", time=format.stamp(until, zone))
    days = (until.astimezone(zone).date() - at.on).days
    time = format.minute(until, zone)
    day = {0: _("until {time} today", time=time), 1: _("until {time} tomorrow", time=time)}.get(days)
    return f"{day or _('until {time}', time=format.stamp(until, zone))}, {left_words(left)}"


def left_words(left_s: int) -> str:
    """Return a span in the largest unit that says enough."""
    if left_s < HOUR_S:
        return _n("1 minute left", "{n} minutes left", max(1, left_s // 60))
    if left_s < 48 * HOUR_S:
        return _n("1 hour left", "{n} hours left", left_s // HOUR_S)
    return _n("1 day left", "{n} days left", left_s // (24 * HOUR_S))
