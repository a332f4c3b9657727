"""The desk: what needs me now, with clocks, and books in which every number opens to the rows it is made of.

Owns the pages under /desk for manager, credit officer, approver, cashier, trader, valuer, auditor and administrator;
takes no decision of its own: each step is one action of a room.
"""

from dataclasses import replace

from flask import Flask

from wms import dunning
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.web.desk import (
    accounts,
    advances,
    arrivals,
    bank,
    bank_files,
    books,
    checking,
    claims,
    crates,
    deals,
    disputes,
    drawer,
    einvoice_numbers,
    einvoices,
    exits,
    front,
    goods_pages,
    people,
    pools,
    price_pages,
    quality_forms,
    recalls,
    receivables,
    reconcile,
    reminders,
    reports,
    samples,
    seasons,
    serving,
    setup,
    tariff_editor,
    tariffs,
    till,
    traces,
    trail,
    transfers,
    uncollected,
)
from wms.web.desk.workplace import STAFF, blueprint
from wms.web.i18n import note
from wms.web.navigation import NavItem, register_navigation
from wms.web.pages import may

__all__ = [
    "STAFF",
    "accounts",
    "advances",
    "arrivals",
    "bank",
    "bank_files",
    "books",
    "checking",
    "claims",
    "crates",
    "deals",
    "disputes",
    "drawer",
    "einvoice_numbers",
    "einvoices",
    "exits",
    "front",
    "goods_pages",
    "people",
    "pools",
    "price_pages",
    "quality_forms",
    "recalls",
    "receivables",
    "reconcile",
    "register",
    "reminders",
    "reports",
    "samples",
    "seasons",
    "serving",
    "setup",
    "tariff_editor",
    "tariffs",
    "till",
    "traces",
    "trail",
    "transfers",
    "uncollected",
]


def register(app: Flask) -> None:
    """Put the desk's pages on an app."""
    app.register_blueprint(blueprint)
    register_navigation(
        app,
        "desk",
        [
            NavItem(note("Now"), "desk.home", "clock"),
            *_group(note("In store"), _goods()),
            *_group(note("Sales and lending"), _trade()),
            *_group(note("Ledger"), _money()),
            *_group(note("Terms"), _terms()),
            *_group(note("House"), _house()),
        ],
    )


def _group(words: str, items: list[NavItem]) -> list[NavItem]:
    return [replace(item, group=words) for item in items]


def _goods() -> list[NavItem]:
    return [
        NavItem(note("Lots"), "desk.lots_list", "apple"),
        NavItem(note("Arrivals"), "desk.arrivals", "truck"),
        NavItem(note("Exits"), "desk.exit_list", "crate"),
        NavItem(note("Trace"), "desk.trace", "search", visible=lambda: may(Permission.SEE_ALL)),
        NavItem(note("Recalls"), "desk.recalls", "bell", visible=lambda: may(Permission.SEE_ALL)),
        NavItem(note("Damages"), "desk.claims", "alert"),
        NavItem(note("Uncollected goods"), "desk.uncollected", "crate"),
        NavItem(note("Quality"), "desk.quality", "eye", visible=lambda: may(Permission.SEE_ALL)),
        NavItem(note("Samples"), "desk.samples", "search", visible=lambda: may(Permission.SEE_ALL)),
        NavItem(note("Crate ledger"), "desk.crates", "crate"),
        NavItem(note("Reports"), "desk.reports", "chart", visible=lambda: may(Permission.SEE_ALL)),
    ]


def _trade() -> list[NavItem]:
    return [
        NavItem(note("Deals"), "desk.deals", "board"),
        NavItem(note("Prices"), "desk.price_list", "chart"),
        NavItem(
            note("Advances"), "desk.loans", "coins", visible=lambda: may(Permission.SEE_BOOKS),
            under=("/desk/advances",),
        ),
    ]  # fmt: skip


def _money() -> list[NavItem]:
    purse = ("bank", "drawer", "e-invoices", "transfers", "receivables", "pools", "payouts")
    return [
        NavItem(
            note("Cashier"), "desk.cashier", "receipt", visible=lambda: may(Permission.SEE_BOOKS),
            under=tuple(f"/desk/{page}" for page in purse),
        ),
        NavItem(
            note("Reminders"), "desk.reminders", "bell", visible=lambda: may(Permission.SEE_BOOKS),
            under=("/desk/notices",),
        ),
        NavItem(
            note("Disputes"), "desk.disputes", "alert", visible=lambda: may(Permission.SEE_BOOKS), count=_disputed,
        ),
        NavItem(note("Books"), "desk.books", "book", visible=lambda: may(Permission.SEE_BOOKS)),
        NavItem(note("Cost to serve"), "desk.cost_to_serve", "chart", visible=lambda: may(Permission.SEE_BOOKS)),
        NavItem(note("Seasons"), "desk.seasons", "snow", visible=lambda: may(Permission.CLOSE_DAY)),
    ]  # fmt: skip


def _disputed() -> int:
    """How many invoices are disputed and not answered."""
    return read(lambda session: len(dunning.disputed_invoices(session)))


def _terms() -> list[NavItem]:
    return [
        NavItem(note("Parties"), "desk.party_list", "person"),
        NavItem(note("Tariffs"), "desk.tariffs", "tag", under=("/desk/quote",)),
        NavItem(note("Products"), "desk.products", "shield", visible=lambda: may(Permission.SEE_BOOKS)),
    ]


def _house() -> list[NavItem]:
    return [
        NavItem(note("Users"), "desk.user_list", "key", visible=lambda: may(Permission.MANAGE_USERS)),
        NavItem(note("Set-up"), "desk.setup", "wrench", visible=lambda: may(Permission.MANAGE_USERS)),
        NavItem(note("Audit"), "desk.trail", "list", visible=lambda: may(Permission.AUDIT)),
        NavItem(note("Self-check"), "desk.self_check", "check", visible=lambda: may(Permission.AUDIT)),
    ]
