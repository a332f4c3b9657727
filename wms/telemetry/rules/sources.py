"""Which topics carry other conventions, and by which adapter they are read: settings, checked all at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from devices.messages import NAME, ROOT
from wms.telemetry.errors import SourcesInvalid
from wms.telemetry.rules.adapters import chirpstack, mapping, senml, shelly, sparkplug, thingsboard
from wms.telemetry.rules.counting import Count
from wms.telemetry.rules.foreign import Context, Heard, wildcards

Translate = Callable[[str, bytes, Context], Heard]
ADAPTERS: Mapping[str, Translate] = {
    "mapping": mapping.translate,
    "thingsboard": thingsboard.translate,
    "chirpstack": chirpstack.translate,
    "shelly": shelly.translate,
    "senml": senml.translate,
    "sparkplug": sparkplug.translate,
}
COUNTERS: Mapping[str, Callable[[str, bytes], Count | None]] = {
    "chirpstack": chirpstack.counted,
    "sparkplug": sparkplug.counted,
}
TOPICS: Mapping[str, tuple[str, ...]] = {
    "thingsboard": ("v1/gateway/telemetry",),
    "chirpstack": ("application/+/device/+/event/up",),
    "sparkplug": tuple(f"spBv1.0/+/{kind}/#" for kind in sparkplug.KINDS),
}
_NAME = re.compile(NAME)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that speaks another convention; its name stands where a gateway's name stands."""

    name: str
    adapter: str
    topics: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def translate(self, topic: str, payload: bytes, received_ms: int, earlier: Mapping[str, bytes]) -> Heard:
        """Return what a message says. Raises BadMessage."""
        return ADAPTERS[self.adapter](topic, payload, Context(self.settings, received_ms, earlier))

    def counted(self, topic: str, payload: bytes) -> Count | None:
        """Return the number a device gave this message, if it counts them and the number can be read."""
        count = COUNTERS.get(self.adapter)
        return None if count is None else count(topic, payload)


@dataclass(frozen=True, slots=True)
class Sources:
    """All of them; the first whose topic matches reads a message."""

    all: tuple[Source, ...] = ()

    def filters(self) -> list[str]:
        """Return what the inbox must subscribe to."""
        return list(dict.fromkeys(topic for source in self.all for topic in source.topics))

    def find(self, topic: str) -> Source | None:
        """Return whose message this is, or None."""
        for source in self.all:
            if any(wildcards(pattern, topic) is not None for pattern in source.topics):
                return source
        return None


NO_SOURCES = Sources()


def parse_sources(entries: Sequence[Any]) -> Sources:
    """Return the sources of a settings file's [[source]] entries. Raises SourcesInvalid naming every fault."""
    faults: list[str] = []
    made: list[Source] = []
    for n, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            faults.append(f"[[source]] {n}: no table")
            continue
        wrong = list(_faults(entry, {source.name for source in made}))
        faults += [f"[[source]] {n} {entry.get('name', '')!r}: {fault}" for fault in wrong]
        if not wrong:
            named = entry.get("topics") or ([entry["topic"]] if "topic" in entry else TOPICS[entry["adapter"]])
            topics = tuple(named)
            made.append(Source(entry["name"], entry["adapter"], topics, {**entry, "topic": topics[0]}))
    if faults:
        raise SourcesInvalid(faults="\n".join(faults))
    return Sources(tuple(made))


def _faults(entry: Mapping[str, Any], taken: set[str]) -> list[str]:
    faults: list[str] = []
    name, adapter = entry.get("name"), entry.get("adapter")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        faults.append("name must be small letters, digits, - and _")
    elif name in taken:
        faults.append("the name is taken")
    if adapter not in ADAPTERS:
        faults.append(f"adapter must be one of {', '.join(ADAPTERS)}")
    topics = entry.get("topics", [entry["topic"]] if "topic" in entry else TOPICS.get(str(adapter), ()))
    if not topics or not all(isinstance(topic, str) and _filter(topic) for topic in topics):
        faults.append("topic (or topics) must be MQTT filters outside " + ROOT)
    extra = set(entry) - {"name", "adapter", "topic", "topics"} - (MAPPED if adapter == "mapping" else set())
    faults += [f"unknown setting {key!r}" for key in sorted(extra)]
    return faults + (_mapping_faults(entry) if adapter == "mapping" else [])


MAPPED = {"values", "records", "names", "time", "gateway_time", "identity"}
VALUE_KEYS = {"path", "sensor", "times", "plus", "invalid"}
TIME_KEYS = {"path", "format", "zone", "required"}


def _mapping_faults(entry: Mapping[str, Any]) -> list[str]:
    faults: list[str] = []
    values = entry.get("values")
    if "topics" in entry:
        faults.append("a mapping has one topic; its wildcards are {1}, {2} … of sensor names")
    if not isinstance(values, list) or not values:
        return [*faults, "values: name at least one"]
    paths = [("records", entry.get("records")), ("identity", entry.get("identity"))]
    for value in values:
        if not isinstance(value, dict) or not {"path", "sensor"} <= set(value) <= VALUE_KEYS:
            faults.append(f"values: each has path and sensor, and may have times, plus, invalid: {value!r}")
            continue
        paths.append(("values", value["path"]))
        faults += [f"values: {key} is no number" for key in ("times", "plus") if not _numeric(value.get(key, 0))]
    for key in ("time", "gateway_time"):
        rule = entry.get(key)
        if rule is not None:
            faults += _time_faults(key, rule)
            paths.append((key, rule.get("path") if isinstance(rule, dict) else None))
    paths += [("names", path) for path in dict(entry.get("names", {})).values()]
    return faults + [fault for where, path in paths if path is not None for fault in _path_faults(where, path)]


def _numeric(value: Any) -> bool:
    return isinstance(value, int | str | float) and not isinstance(value, bool) and bool(
        re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", str(value))
    )  # fmt: skip


def _path_faults(where: str, path: Any) -> list[str]:
    try:
        mapping.steps(path)
    except (ValueError, TypeError):
        return [f"{where}: {path!r} is no path"]
    return []


def _time_faults(key: str, rule: Any) -> list[str]:
    if not isinstance(rule, dict) or "path" not in rule or not set(rule) <= TIME_KEYS:
        return [f"{key}: has path, and may have format, zone, required"]
    faults = []
    if rule.get("format", "iso") not in mapping.FORMATS:
        faults.append(f"{key}: format must be one of {', '.join(mapping.FORMATS)}")
    try:
        ZoneInfo(rule.get("zone", "UTC"))
    except (KeyError, ValueError, OSError, TypeError):
        faults.append(f"{key}: unknown time zone {rule.get('zone')!r}")
    return faults


def _filter(topic: str) -> bool:
    levels = topic.split("/")
    clear = all("+" not in level or level == "+" for level in levels) and all("#" not in level for level in levels[:-1])
    return clear and ("#" not in levels[-1] or levels[-1] == "#") and not topic.startswith((ROOT, "$", "#", "+"))
