"""Gateways and instruments: health, sensors waiting to be adopted, messages nobody understood."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import facility, telemetry
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.clock import from_ms
from wms.kernel.errors import WmsError
from wms.web.control import readings, words
from wms.web.control.letters import letters
from wms.web.control.workplace import blueprint, shown
from wms.web.desk import blocks as b
from wms.web.desk.words import named
from wms.web.desk.workplace import act
from wms.web.pages import may, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

MOST_SHOWN = 120


@blueprint.get("/devices")
def devices() -> Any:
    """Show gateways, what waits in quarantine, and dead letters."""
    return _devices()


def _devices(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        parts: list[Any] = [_gateways(session), _quarantine(session), *_adoption(session), letters(session)]
        parts.append(_instruments(session))
        return b.Screen(_("Devices"), parts, _("Nothing unknown is dropped: it waits here."))

    return shown(read(gather), error)


def _gateways(session: Session) -> b.Table:
    rows = []
    for gateway in telemetry.list_gateways(session):
        said = gateway.state
        online = b.chip(_("online"), "ok") if gateway.online else b.chip(_("silent"), "danger")
        version = _("version {n}", n=said["ver"]) if said.get("ver") else ""
        rows.append(
            b.Row(
                [
                    b.text(gateway.name, version),
                    online,
                    b.text(readings.age(gateway.heard_at)),
                    _clock(said.get("clk")),
                    _ports(said.get("ports") or {}),
                    _unsent(said),
                ]
            )
        )
    columns = [
        b.Column(_("Gateway")),
        b.Column(_("State")),
        b.Column(_("Heard")),
        b.Column(_("Its clock")),
        b.Column(_("Its ports")),
        b.Column(_("Not sent yet")),
    ]
    return b.Table(_("Gateways"), columns, rows, _("No gateway was heard yet."))


def _clock(quality: Any) -> b.Cell:
    words_of, tone = words.CLOCK.get(str(quality), (None, ""))
    return b.chip(_(words_of), tone) if words_of else b.Cell("text", None)


def _ports(states: dict[str, str]) -> b.Cell:
    if not states:
        return b.Cell("text", None)
    bad = [f"{name}: {named(words.PORT, state)}"
           for name, state in sorted(states.items()) if state != "ok"]  # fmt: skip
    if bad:
        return b.chip(_n("1 port does not answer", "{n} ports do not answer", len(bad)), "danger", " · ".join(bad))
    return b.chip(_n("1 port answers", "{n} ports answer", len(states)), "ok", " · ".join(sorted(states)))


def _unsent(said: dict[str, Any]) -> b.Cell:
    waiting = said.get("spool") or 0
    if not waiting:
        return b.text(_("Nothing waits"))
    oldest = said.get("oldest")
    since = _("oldest: {age}", age=readings.age(from_ms(oldest))) if oldest else ""
    return b.text(_n("1 message", "{n} messages", waiting), since)


def _quarantine(session: Session) -> b.Table:
    reasons = {
        "unknown": _("unknown sensor"),
        "future": _("stamped in the future"),
        "clock": _("the gateway's clock is not set yet"),
    }
    rows = [
        b.Row(
            [
                b.text(name, gateway),
                b.text(reasons.get(reason, reason)),
                b.count(count),
                b.stamp(newest, readings.age(newest)),
            ]
        )
        for gateway, name, reason, count, newest in telemetry.quarantined(session)
    ]
    columns = [b.Column(_("Sensor")), b.Column(_("Why")), b.Column(_("Readings"), True), b.Column(_("Newest"))]
    return b.Table(_("Waiting to be adopted"), columns, rows, _("No unknown sensor."))


def _adoption(session: Session) -> list[Any]:
    found = telemetry.quarantined(session)
    waiting = sorted({(gateway, name) for gateway, name, reason, *_rest in found if reason == "unknown"})
    if not waiting or not may(Permission.ADOPT_SENSOR):
        return []
    rooms = [(str(room.id), f"{room.code} {room.name}") for room in facility.list_rooms(session)]
    kinds = [(kind, _(words.KIND[kind])) for kind in telemetry.SCALES if kind in words.KIND]
    said = telemetry.quarantined_kinds(session)
    sensors = [(f"{g}|{n}", " · ".join([f"{g} {n}", *_said_kind(said.get((g, n)))])) for g, n in waiting]
    return [
        b.Form(
            "adopt",
            _("Adopt a sensor"),
            url_for("control.adopt"),
            _("Adopt"),
            [
                b.Field("select", _("Sensor"), "sensor", options=sensors),
                b.Field("select", _("Kind"), "kind", said.get(waiting[0], ""), options=kinds),
                b.Field("select", _("Room"), "room", options=rooms),
                b.Field("text", _("Place in the room"), "place"),
            ],
            _("What waited is placed at once, as if it had been known."),
        )
    ]


def _said_kind(kind: str | None) -> list[str]:
    """Return what the gateway says a sensor measures, if it says."""
    return [_(words.KIND[kind])] if kind in words.KIND else []


def _instruments(session: Session) -> b.Table:
    rows = []
    for each in facility.list_instruments(session):
        last = facility.last_calibration(session, each.id, now().on)
        right = facility.is_calibrated(session, each.id, now().on)
        state = b.chip(_("calibrated"), "ok") if right else b.chip(_("not calibrated"), "danger")
        due = b.day(last.due_on, last.certificate) if last else b.text("–")
        rows.append(
            b.Row([b.text(each.place, f"{each.gateway} {each.name}"), b.text(each.protocol or "–"), state, due])
        )
    columns = [
        b.Column(_("Instrument")),
        b.Column(_("Protocol")),
        b.Column(_("State")),
        b.Column(_("Next calibration")),
    ]
    note = _n("1 instrument", "{n} instruments", len(rows))
    return b.Table(_("Instruments"), columns, rows, _("No instrument yet."), note)


@blueprint.post("/sensors/adopt")
def adopt() -> Any:
    """Adopt a sensor that waits in quarantine."""

    def work(session: Session) -> Any:
        gateway, _sign, name = text_of("sensor").partition("|")
        wanted = telemetry.AdoptSensor(
            uuid_of("id"), gateway, name, text_of("kind"), uuid_of("room"), text_of("place", most=80)
        )
        return telemetry.adopt_sensor(session, wanted, by=actor(), at=now())

    return act(work, _("Adopted; what waited is placed."), url_for("control.devices"), _devices)
