"""The board: goods in store first, priced for the reader's own terms; inquiries, quotes, deals and their money.

Owns the pages under /board; takes no decision of its own and reads no price but through the board's one resolver. What
it shows to a buyer holds nothing of pledges, floors, or what another pays.
"""

from flask import Flask

from wms import trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.web.board import asking, bills, deals, fetching, rows, talks, traces
from wms.web.board.workplace import blueprint
from wms.web.i18n import note
from wms.web.navigation import NavItem, register_navigation
from wms.web.pages import may

__all__ = ["asking", "bills", "deals", "fetching", "register", "rows", "talks", "traces"]


def register(app: Flask) -> None:
    """Put the board's pages on an app."""
    app.register_blueprint(blueprint)
    register_navigation(
        app,
        "board",
        [
            NavItem(note("Goods"), "board.home", "board", under=("/board/listings",)),
            NavItem(note("Inquiries"), "board.talks", "swap", visible=_negotiates, count=_waiting),
            NavItem(note("Deals"), "board.deals", "book", visible=_negotiates, under=("/board/trace",)),
            NavItem(note("My invoices"), "board.bills", "receipt", visible=_fetches),
            NavItem(note("Who fetches"), "board.collectors", "person", visible=_fetches),
        ],
    )


def _fetches() -> bool:
    return actor().party_id is not None and may(Permission.ORDER_EXIT)


def _negotiates() -> bool:
    return any(may(permission) for permission in (Permission.ASK_QUOTE, Permission.ANSWER_QUOTE, Permission.SEE_ALL))


def _waiting() -> int:
    """How many inquiries wait for the reader's answer."""
    found = read(lambda session: [
        talks.talk_of(session, rfq, actor())
        for rfq in trading.list_rfqs(session, by=actor(), state=talks.OPEN, limit=50).items
    ])  # fmt: skip
    return sum(talk.may_answer for talk in found if talk.rfq.answer_due_at > now().at)
