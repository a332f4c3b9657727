"""What a reading looks like: its value in units, its age, and whether it may be believed."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from wms import telemetry
from wms.delivery.identity import now
from wms.web import goods
from wms.web.control import words
from wms.web.desk.blocks import Cell, chip, text
from wms.web.desk.words import named
from wms.web.format import fixed
from wms.web.shell import say as _
from wms.web.shell import say_count as _n


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest word of some sensors of one kind: whole units or None, when, and whether it is old."""

    value: int | None
    at: datetime | None
    stale: bool


def scale_of(kind: str) -> int:
    """Return how many whole units of a reading make one unit of the page."""
    return telemetry.SCALES.get(kind, 1)


def in_units(kind: str, value: int | None, places: int = 1) -> str:
    """Return a value in the unit people read, or an empty text."""
    scale = scale_of(kind)
    if value is None:
        return ""
    return fixed(Fraction(value, scale), places)


def shown_unit(kind: str) -> str:
    """Return the unit of a kind."""
    return words.UNIT.get(kind, "")


def newest(sensors: list[telemetry.Sensor], kind: str) -> Reading:
    """Return the worst of the newest good readings of a kind: the warmest, the driest; old if all are."""
    of_kind = [sensor for sensor in sensors if sensor.kind == kind]
    fresh = [sensor for sensor in of_kind if not goods.is_stale(sensor, now().at)]
    pool = fresh or [sensor for sensor in of_kind if sensor.last_value is not None]
    if not pool:
        return Reading(None, None, True)
    worst = (max if kind != "humidity" else min)(pool, key=lambda sensor: sensor.last_value or 0)
    return Reading(worst.last_value, worst.last_at, not fresh)


def age(at: datetime | None) -> str:
    """Return how old something is."""
    if at is None:
        return _("never")
    passed = int((now().at - at).total_seconds())
    if passed < -60:
        return _n("1 minute ahead of our clock", "{n} minutes ahead of our clock", -passed // 60)
    minutes = max(0, passed) // 60
    if minutes < 60:
        return _n("1 minute ago", "{n} minutes ago", minutes)
    if minutes < 48 * 60:
        return _n("1 hour ago", "{n} hours ago", minutes // 60)
    return _n("1 day ago", "{n} days ago", minutes // (24 * 60))


def value_cell(sensor: telemetry.Sensor) -> Cell:
    """Return a sensor's last value with its unit; an unknown one as unknown."""
    shown = in_units(sensor.kind, sensor.last_value)
    return text(f"{shown} {shown_unit(sensor.kind)}".strip()) if shown else Cell("text", None)


def quality_cell(sensor: telemetry.Sensor) -> Cell:
    """Return whether a sensor's last word may be believed."""
    if sensor.last_quality:
        return chip(named(words.QUALITY, sensor.last_quality), "danger")
    if goods.is_stale(sensor, now().at):
        return chip(_("stale"), "stale")
    return chip(_("good"), "ok")
