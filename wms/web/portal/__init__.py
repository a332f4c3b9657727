"""The portal: an owner's goods on a cheap phone. My lots, what is offered for them, what arrives, and the advance.

Owns the pages under /portal; takes no decision of its own: each answer is one action of a room, and each amount is
what the rooms say today.
"""

from flask import Flask

from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.web.i18n import note
from wms.web.navigation import NavItem, register_navigation
from wms.web.pages import may
from wms.web.portal import (
    advances,
    bills,
    bookings,
    crates,
    fetching,
    home,
    leaving,
    money,
    offers,
    offers_view,
    traces,
)
from wms.web.portal.workplace import blueprint

__all__ = [
    "advances",
    "bills",
    "bookings",
    "crates",
    "fetching",
    "home",
    "leaving",
    "money",
    "offers",
    "register",
    "traces",
]
GOODS = ("lots", "receipts", "arrivals", "exits", "collectors", "trace")  # what stands under the goods


def register(app: Flask) -> None:
    """Put the portal's pages on an app."""
    app.register_blueprint(blueprint)
    register_navigation(
        app,
        "portal",
        [
            NavItem(note("My goods"), "portal.home", "apple", under=tuple(f"/portal/{page}" for page in GOODS)),
            NavItem(
                note("Offers"), "portal.offers", "swap", visible=lambda: may(Permission.ANSWER_QUOTE), count=_waiting
            ),
            NavItem(note("Advance"), "portal.advances", "coins", visible=lambda: may(Permission.ASK_ADVANCE)),
            NavItem(note("Money"), "portal.money", "book", under=("/portal/crates", "/portal/bills")),
        ],
    )


def _waiting() -> int:
    """How many offers wait for the reader."""
    found = read(lambda session: offers_view.offers_by_lot(session, actor(), now()))
    return sum(offer.yours for offers in found.values() for offer in offers)
