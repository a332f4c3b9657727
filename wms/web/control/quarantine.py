"""Readings that cannot be placed: what they wait for, and what somebody may decide about them."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import facility, telemetry
from wms.kernel.actor import Permission
from wms.web.control import readings, words
from wms.web.desk import blocks as b
from wms.web.desk.words import named
from wms.web.pages import may
from wms.web.shell import say as _

Choice = tuple[str, str]


def waiting(session: Session) -> b.Table:
    """Return what waits, and for what."""
    rows = [
        b.Row(
            [
                b.text(name, gateway),
                b.text(named(words.WAITING, reason)),
                b.count(count),
                b.stamp(newest, readings.age(newest)),
            ]
        )
        for gateway, name, reason, count, newest in telemetry.quarantined(session)
    ]
    columns = [b.Column(_("Sensor")), b.Column(_("Waits for")), b.Column(_("Readings"), True), b.Column(_("Newest"))]
    return b.Table(_("Readings in quarantine"), columns, rows, _("None: every reading has its place."))


def decisions(session: Session) -> list[b.Form]:
    """Return the forms of who may adopt sensors: adopt, accept, dismiss, each only where there is something for it."""
    if not may(Permission.ADOPT_SENSOR):
        return []
    found = telemetry.quarantined(session)
    unknown = [(gateway, name) for gateway, name, reason, *_rest in found if reason == telemetry.Waiting.UNKNOWN]
    future = [(gateway, name) for gateway, name, reason, *_rest in found if reason == telemetry.Waiting.FUTURE]
    forms: list[tuple[Any, Callable[[], b.Form]]] = [
        (unknown, lambda: _adopt(session, unknown)),
        (future, lambda: _accept([(f"{g}|{n}", f"{g} {n}") for g, n in future])),
        (found, lambda: _dismiss([_choice(g, n, reason) for g, n, reason, *_rest in found])),
    ]
    return [make() for there, make in forms if there]


def _choice(gateway: str, name: str, reason: str) -> Choice:
    return f"{reason}|{gateway}|{name}", f"{gateway} {name} · {named(words.WAITING, reason)}"


def _adopt(session: Session, unknown: list[tuple[str, str]]) -> b.Form:
    rooms = [(str(room.id), f"{room.code} {room.name}") for room in facility.list_rooms(session)]
    kinds = [(kind, _(words.KIND[kind])) for kind in telemetry.SCALES if kind in words.KIND]
    said = telemetry.quarantined_kinds(session)
    sensors = [(f"{g}|{n}", " · ".join([f"{g} {n}", *_said_kind(said.get((g, n)))])) for g, n in unknown]
    return b.Form(
        "adopt",
        _("Adopt a sensor"),
        url_for("control.adopt"),
        _("Adopt"),
        [
            b.Field("select", _("Sensor"), "sensor", options=sensors),
            b.Field("select", _("Kind"), "kind", said.get(unknown[0], ""), options=kinds),
            b.Field("select", _("Room"), "room", options=rooms),
            b.Field("text", _("Place in the room"), "place"),
        ],
        _("What waited is placed at once, as if it had been known."),
    )


def _said_kind(kind: str | None) -> list[str]:
    """Return what the gateway says a sensor measures, if it says."""
    return [_(words.KIND[kind])] if kind in words.KIND else []


def _accept(future: list[Choice]) -> b.Form:
    return b.Form(
        "accept",
        _("Accept stamps of the future"),
        url_for("control.accept_readings"),
        _("Accept"),
        [b.Field("select", _("Sensor"), "sensor", options=future), b.Field("text", _("Why"), "note")],
        _("For a server whose own clock was behind: what is past by now is stored under the stamps it had."),
        kind="",
    )


def _dismiss(found: list[Choice]) -> b.Form:
    return b.Form(
        "dismiss",
        _("Dismiss readings"),
        url_for("control.dismiss_readings"),
        _("Dismiss"),
        [b.Field("select", _("Readings"), "sensor", options=found), b.Field("text", _("Why"), "note")],
        _("They count for nothing, and stay to be looked at. What comes later waits anew."),
        kind="",
    )
