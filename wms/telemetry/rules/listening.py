"""Which inbox listens to what, and where two would hear the same. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from uuid import UUID

from devices.messages import ROOT, BadMessage, subscription
from wms.kernel.clock import Moment
from wms.telemetry.errors import InboxInvalid
from wms.telemetry.rules.sources import Sources

NO_GATEWAYS = "-"  # for an inbox that serves other sources only
CHANNELS = ("up/#", "state", "meta")
BEAT_S = 10  # how often an inbox says that it is there
SILENT = timedelta(seconds=60)  # an inbox that has said nothing for so long is not there


@dataclass(frozen=True, slots=True)
class Listening:
    """An inbox that is there: `run` tells its process from another of its name, `since` when that began."""

    name: str
    run: UUID
    filters: tuple[str, ...]
    since: Moment


@dataclass(frozen=True, slots=True)
class Crossing:
    """Another inbox hears on `topic` what this one hears too."""

    inbox: str
    topic: str


def filters_of(site: str, gateways: str, sources: Sources) -> list[str]:
    """Return what an inbox must subscribe to: its gateways' channels, and the topics of its other sources.

    `gateways` are names with commas; empty: all of the site; "-": none. Raises InboxInvalid naming every fault.
    """
    names = [name.strip() for name in gateways.split(",") if name.strip()]
    listened = [] if names == [NO_GATEWAYS] else names or ["+"]
    faults = [f"gateway {name!r} is named twice" for name in sorted(set(names)) if names.count(name) > 1]
    found: list[str] = []
    for gateway in dict.fromkeys(listened):
        try:
            found += [subscription(channels, site=site, gw=gateway) for channels in CHANNELS]
        except BadMessage as wrong:
            faults.append(wrong.text)
    own = sources.filters()
    faults += [
        f"{one!r} and {other!r} mean the same messages"
        for n, one in enumerate(own)
        for other in own[n + 1 :]
        if crosses(one, other)
    ]
    if not found and not own and not faults:
        faults.append("neither gateways nor other sources to listen to")
    if faults:
        raise InboxInvalid(faults="\n".join(faults))
    return found + own


def crosses(one: str, other: str) -> bool:
    """Tell whether some topic matches both filters."""
    for left, right in zip_longest(one.split("/"), other.split("/")):
        if "#" in (left, right):
            return True
        if left is None or right is None or (left != right and "+" not in (left, right)):
            return False
    return True


def crossings(mine: Iterable[str], inbox: str, theirs: Iterable[str]) -> list[Crossing]:
    """Return where another inbox hears the same as this one."""
    both = list(mine)
    return [Crossing(inbox, topic) for topic in theirs if any(crosses(one, topic) for one in both)]


def is_own(topic: str) -> bool:
    """Tell whether a filter is of gateways: their messages have numbers, so hearing one twice costs only work."""
    return topic.startswith(f"{ROOT}/")
