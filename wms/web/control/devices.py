"""Gateways and instruments: health, sensors waiting to be adopted, messages nobody understood."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import facility, telemetry
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.clock import from_ms
from wms.kernel.errors import WmsError
from wms.web.control import readings, words
from wms.web.control.letters import letters
from wms.web.control.quarantine import decisions, waiting
from wms.web.control.workplace import blueprint, shown
from wms.web.desk import blocks as b
from wms.web.desk.words import named
from wms.web.desk.workplace import act
from wms.web.pages import text_of, uuid_of
from wms.web.shell import say as _
from wms.web.shell import say_count as _n

MOST_SHOWN = 120


@blueprint.get("/devices")
def devices() -> Any:
    """Show gateways, what waits in quarantine, and dead letters."""
    return _devices()


def _devices(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        parts: list[Any] = [_gateways(session), waiting(session), *decisions(session), letters(session)]
        parts += [*_gaps(session), _inboxes(session), _instruments(session)]
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


def _inboxes(session: Session) -> b.Table:
    rows = []
    for inbox in telemetry.list_inboxes(session):
        others = sorted({each["inbox"] for each in inbox.crossings})
        silent = inbox.beat_at < now().at - telemetry.SILENT
        state = b.chip(_("silent"), "danger") if silent else b.chip(_("listens"), "ok")
        if others and not silent:
            state = b.chip(_("hears what {names} hears too", names=", ".join(others)), "warn")
        topics = " ".join(topic for topic in inbox.filters if not topic.endswith(("/state", "/meta")))
        rows.append(b.Row([b.text(inbox.name), state, b.code(topics), b.stamp(inbox.beat_at)]))
    columns = [b.Column(_("Inbox")), b.Column(_("State")), b.Column(_("Topics")), b.Column(_("Heard"))]
    return b.Table(_("Inboxes"), columns, rows, _("No inbox has listened yet."))


def _gaps(session: Session) -> list[b.Table]:
    """Return what counters of other devices have skipped; nothing where nothing was skipped."""
    rows = [
        b.Row(
            [
                b.text(each.device, each.source),
                b.count(each.missed),
                b.text(_("between {after} and {before}", after=each.gap_after, before=each.gap_before)),
                b.stamp(each.gap_at) if each.gap_at else b.text("–"),
            ]
        )
        for each in telemetry.list_counters(session)
    ]
    columns = [
        b.Column(_("Device")), b.Column(_("Never came"), True), b.Column(_("Newest gap")), b.Column(_("Noticed")),
    ]  # fmt: skip
    return [b.Table(_("Messages of other devices that never came"), columns, rows)] if rows else []


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


@blueprint.post("/quarantine/accept")
def accept_readings() -> Any:
    """Accept a sensor's stamps that lay in the future."""

    def work(session: Session) -> Any:
        gateway, _sign, name = text_of("sensor").partition("|")
        wanted = telemetry.AcceptReadings(uuid_of("id"), gateway, name, text_of("note", most=300))
        return telemetry.accept_readings(session, wanted, by=actor(), at=now())

    return act(work, _("Accepted; what is past is stored."), url_for("control.devices"), _devices)


@blueprint.post("/quarantine/dismiss")
def dismiss_readings() -> Any:
    """Let readings in quarantine count for nothing."""

    def work(session: Session) -> Any:
        reason, gateway, name = [*text_of("sensor").split("|", 2), "", ""][:3]
        known = telemetry.Waiting(reason) if reason in set(telemetry.Waiting) else telemetry.Waiting.UNKNOWN
        wanted = telemetry.DismissReadings(uuid_of("id"), gateway, name, known, text_of("note", most=300))
        return telemetry.dismiss_readings(session, wanted, by=actor(), at=now())

    return act(work, _("Dismissed."), url_for("control.devices"), _devices)
