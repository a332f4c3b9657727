"""Goods change their owner where they lie: ordered like an exit, paid like one, closed without a truck."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing, lots, parties, settlement
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import arrivals, exits, lots_pages
from wms.web.terminal.workplace import blueprint, page

MOST_BUYERS = 200


@blueprint.route("/lots/<uuid:lot_id>/transfer", methods=["GET", "POST"])
def order_transfer(lot_id: UUID) -> Any:
    """Order a transfer of title: how many units, and to whom."""
    if request.method == "GET":
        return _order_page(lot_id, None)
    order, error = attempt(lambda: write(lambda session: _order(session, lot_id)))
    if error or order is None:
        return _order_page(lot_id, error)
    return done(_("Transfer ordered: name the charges next."), url_for("terminal.exit_page", exit_id=order.id))


@blueprint.post("/exits/<uuid:exit_id>/transfer")
def transfer(exit_id: UUID) -> Any:
    """Give the goods to their new owner: bill, lot, tariff and receipt at once."""
    wanted = settlement.TransferTitle(uuid_of("id"), exit_id)
    return exits.step(
        exit_id,
        lambda session: settlement.transfer_title(session, wanted, by=actor(), at=now()),
        _("The goods have a new owner."),
    )


def possible_owners(session: Session) -> list[parties.Party]:
    """Return who may get goods in store: who brings goods, and buyers."""
    buyers = parties.list_parties(session, parties.PartyKind.BUYER, limit=MOST_BUYERS).items
    return [*arrivals.owners(session), *buyers]


def _order(session: Session, lot_id: UUID) -> billing.ExitOrder:
    typed = text_of("owner")
    found = [row for row in possible_owners(session) if typed.lower() in (row.code.lower(), row.name.lower())]
    if len(found) != 1:
        raise arrivals.OwnerUnclear(typed=typed)
    wanted = billing.OpenExit(
        uuid_of("id"), lot_id, whole_of("units"), billing.ExitKind.TRANSFER, "", "", buyer_id=found[0].id
    )  # fmt: skip
    return billing.open_exit_order(session, wanted, by=actor(), at=now())


def _order_page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[lots_pages.LotView, list[parties.Party]]:
        shown = lots_pages.view(session, lot_id, actor())
        return shown, [row for row in possible_owners(session) if row.id != shown.row.owner_id]

    shown, owners = read(gather)
    typed = kept_input() if error else {}
    free = 0 if shown.row.quarantine_units else lots.unheld_units(shown.row)
    return page("order_transfer", 409 if error else 200, v=shown, row=shown.row, owners=owners, free=free, typed=typed,
                error=said(error) if error else "", id=typed.get("id") or fresh_id())  # fmt: skip
