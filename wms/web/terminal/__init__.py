"""The clerk's terminal: a till for apples. Scan, weigh, Enter, label; goods in, put away, out, and through the gate.

Owns the pages under /terminal and the public check page; takes no decision of its own: each step is one action of a
room, and a weight is what the gateway captured, cited by its key.
"""

from dataclasses import replace

from flask import Flask

from wms.delivery.house import house
from wms.kernel.actor import Permission
from wms.web import live
from wms.web.i18n import note
from wms.web.navigation import NavItem, register_navigation
from wms.web.pages import may
from wms.web.terminal.arrivals import delivery, gate_in
from wms.web.terminal.bookings import book, booked, booking
from wms.web.terminal.care import care, refuse
from wms.web.terminal.checking import blueprint as public_pages
from wms.web.terminal.counts import count, counts
from wms.web.terminal.crates import crates
from wms.web.terminal.exits import exit_list, exit_page
from wms.web.terminal.gate import gate
from wms.web.terminal.inspecting import inspect
from wms.web.terminal.intake import make_lots
from wms.web.terminal.loadings import loading, loadings
from wms.web.terminal.losses import losses
from wms.web.terminal.lots_pages import find, lot
from wms.web.terminal.offline import away, keeper_script
from wms.web.terminal.papers import labels, printers, receipt
from wms.web.terminal.pickups import pickups
from wms.web.terminal.placing import put_away
from wms.web.terminal.quarantine import quarantine
from wms.web.terminal.readings import readings
from wms.web.terminal.rooms import import_slots, room_list, room_map
from wms.web.terminal.samples import samples
from wms.web.terminal.sorting import sort
from wms.web.terminal.streams import live_events, live_weight
from wms.web.terminal.titles import order_transfer
from wms.web.terminal.today import more, queue
from wms.web.terminal.tokens import tokens
from wms.web.terminal.weighing import typed_of_delivery
from wms.web.terminal.workplace import STAFF, blueprint
from wms.web.terminal.works import work

__all__ = [
    "STAFF", "away", "book", "booked", "booking", "care", "count", "counts", "crates", "delivery", "exit_list",
    "exit_page", "find", "gate", "gate_in", "import_slots", "inspect", "labels", "live_events", "live_weight",
    "loading", "loadings", "losses", "lot", "make_lots", "more", "order_transfer", "pickups", "printers",
    "put_away", "quarantine", "queue", "readings", "receipt", "refuse", "register", "room_list", "room_map",
    "samples", "sort", "tokens", "typed_of_delivery", "work",
]  # fmt: skip


def _now_and_then() -> list[NavItem]:
    """Return what stands under the last key of the bar, each by its number there."""
    return [
        NavItem(note("Waiting trucks"), "terminal.tokens", "truck", visible=lambda: may(Permission.TAKE_IN)),
        NavItem(note("Booked"), "terminal.booked", "clock"),
        NavItem(note("Trucks expected"), "terminal.pickups", "truck", visible=lambda: may(Permission.WEIGH_OUT)),
        NavItem(note("Loading lists"), "terminal.loadings", "leave", visible=lambda: may(Permission.WEIGH_OUT)),
        NavItem(note("Rooms"), "terminal.room_list", "room"),
        NavItem(note("Crate ledger"), "terminal.crates", "crate", visible=lambda: may(Permission.MOVE_STOCK)),
        NavItem(note("Losses"), "terminal.losses", "coins", visible=lambda: may(Permission.COUNT_STOCK)),
        NavItem(note("Printers"), "terminal.printers", "print", visible=lambda: may(Permission.TAKE_IN)),
    ]


def register(app: Flask) -> None:
    """Put the terminal's pages, its live weights and the public check page on an app."""
    with app.app_context():
        config = house().config
    live.install(app, config.mqtt, config.web.live_streams)
    app.register_blueprint(blueprint)
    app.register_blueprint(public_pages)
    app.register_blueprint(keeper_script)
    register_navigation(
        app,
        "terminal",
        [
            NavItem(note("Counts"), "terminal.counts", "check", "F1", visible=lambda: may(Permission.COUNT_STOCK)),
            NavItem(note("Today"), "terminal.queue", "list", "F2"),
            NavItem(note("Gate-in"), "terminal.gate_in", "truck", "F3", visible=lambda: may(Permission.TAKE_IN)),
            NavItem(note("Find"), "terminal.find", "search", "F6"),
            NavItem(note("Exits"), "terminal.exit_list", "crate", "F7"),
            NavItem(note("Gate"), "terminal.gate", "gate", "F8", visible=lambda: may(Permission.PASS_GATE)),
            NavItem(note("More"), "terminal.more", "menu", "Insert"),
            *(replace(item, tucked=True) for item in _now_and_then()),
        ],
    )
