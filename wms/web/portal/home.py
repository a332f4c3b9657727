"""My lots, one lot, its curve and its receipt."""

from typing import Any
from uuid import UUID

import segno
from flask import jsonify, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from wms import billing, facility, lots, receipts
from wms.delivery.house import house
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.web import goods
from wms.web.damages import CAUSE, CLAIM
from wms.web.portal import lots_view
from wms.web.portal.workplace import blueprint, page


@blueprint.get("")
def home() -> Any:
    """Show my lots, those with an offer first."""
    cards = read(lambda session: lots_view.cards_of(session, actor(), now()))
    return page("home", cards=cards, goods=goods)


@blueprint.get("/lots/<uuid:lot_id>")
def lot(lot_id: UUID) -> Any:
    """Show a lot with everything known of it."""
    v = read(lambda session: lots_view.view(session, lot_id, actor(), now()))
    places = read(lambda session: {slot_id: facility.get_slot(session, slot_id).code for slot_id in _slots(v)})
    return page("lot", v=v, card=v.card, row=v.card.lot, goods=goods, places=places, causes=CAUSE, claims=CLAIM)


@blueprint.get("/lots/<uuid:lot_id>/days")
def lot_days(lot_id: UUID) -> Any:
    """Show a lot's charges for time day by day, newest first."""

    def gather(session: Session) -> tuple[lots.Lot, list[billing.DayCharge]]:
        row = lots.get_visible_lot(session, lot_id, actor())
        return row, billing.days_of(session, row.id, now().on)

    row, days = read(gather)
    return page("lot_days", row=row, days=days[::-1], goods=goods, back=url_for("portal.lot", lot_id=row.id))


@blueprint.get("/lots/<uuid:lot_id>/curve")
def curve(lot_id: UUID) -> Any:
    """Answer the temperatures of the rooms a lot lies in, for a chart."""
    return jsonify(read(lambda session: lots_view.curve(session, lot_id, actor(), now(), house().config.site.timezone)))


@blueprint.get("/receipts/<uuid:receipt_id>")
def receipt(receipt_id: UUID) -> Any:
    """Show a warehouse receipt as it is printed."""
    row, state = read(lambda session: (
        receipts.get_visible_receipt(session, receipt_id, actor()), receipts.state_of(session, receipt_id)
    ))  # fmt: skip
    check_url = f"{house().config.web.public_url.rstrip('/')}/check/{row.check_code}"
    code = Markup(segno.make(check_url, micro=False).svg_inline(scale=3, border=0))
    back = url_for("portal.lot", lot_id=row.lot_id)
    return page("receipt", r=row, state=state, goods=goods, check_svg=code, check_url=check_url, back=back)


def _slots(v: lots_view.LotView) -> set[UUID]:
    return {slot for move in v.moves for slot in (move.slot_from_id, move.slot_to_id) if slot is not None}
