"""The control room: rooms and their air on an instrument panel, alarms, devices; stale looks stale, never fine.

Owns the pages under /control; each step is one action of a room, and what is shown is read when asked.
"""

from flask import Flask

from wms.web.control.alarms import alarms
from wms.web.control.devices import devices
from wms.web.control.letters import letter
from wms.web.control.room_page import room
from wms.web.control.rooms import rooms
from wms.web.control.workplace import blueprint
from wms.web.i18n import note
from wms.web.navigation import NavItem, register_navigation

__all__ = ["alarms", "devices", "letter", "register", "room", "rooms"]


def register(app: Flask) -> None:
    """Put the control room's pages on an app."""
    app.register_blueprint(blueprint)
    register_navigation(
        app,
        "control",
        [
            NavItem(note("Rooms"), "control.rooms", "room", under=("/control/rooms",)),
            NavItem(note("Alarms"), "control.alarms", "bell"),
            NavItem(note("Devices"), "control.devices", "wrench", under=("/control/sensors", "/control/letters")),
        ],
    )
