"""Lots and receipts: what is in the store, where, held by whom, and the paper that stands for it."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from wms import lots, receipts
from wms.api.once import once
from wms.api.resource import Resource, query_of
from wms.delivery.identity import actor, now
from wms.kernel.actor import Actor, Permission
from wms.kernel.clock import Moment
from wms.kernel.ids import derived_id
from wms.kernel.paging import Page
from wms.schemas import goods, paged
from wms.schemas.bodies import Strict
from wms.schemas.fields import Day, Text

LOTS = Resource("lots", "Goods of one owner, variety and grade: on hand, out, lost, held.")
RECEIPTS = Resource("receipts", "Warehouse receipts: the paper that stands for goods in store.")
LOTS_QUERY = query_of(
    "LotsQuery", owner_id=fields.UUID(), site_id=fields.UUID(), room_id=fields.UUID(), delivery_id=fields.UUID(),
    variety=Text(longest=40), grade=Text(longest=40), on_hand=fields.Boolean(), entered_from=Day(), entered_until=Day(),
)  # fmt: skip


class ScanQuery(Strict):
    """What a scanner sent."""

    code = Text(required=True, longest=200)


VISIBLE = (lots.get_visible_lot,)


@LOTS.page("/lots", goods.LOT, query=LOTS_QUERY)
def list_lots(session: Session, query: dict[str, Any]) -> Page[lots.Lot]:
    """List the lots one may see, newest entry first."""
    place = {"cursor": query.pop("cursor", None), "limit": query.pop("limit")}
    return lots.list_lots(session, actor(), lots.LotFilter(**query), **place)


@LOTS.get("/scans", goods.SCAN, query=ScanQuery, raises=(lots.parse_scan,))
def read_scan(session: Session, query: dict[str, Any]) -> lots.Scan:
    """Say what a scanned code says: GS1 element strings, a bare SSCC, a lot's number; misread ones are refused."""
    return lots.parse_scan(query["code"])


@LOTS.get("/lots/<uuid:lot_id>", goods.LOT, raises=VISIBLE)
def get_lot(session: Session, lot_id: UUID) -> lots.Lot:
    """Show one lot with what is on hand and what is held."""
    return lots.get_visible_lot(session, lot_id, actor())


@LOTS.get("/lots/<uuid:lot_id>/moves", paged(goods.MOVE), raises=VISIBLE)
def moves_of_lot(session: Session, lot_id: UUID) -> Page[lots.StockMove]:
    """List all lines of the stock ledger of a lot in the order written."""
    return Page(lots.moves_of(session, _seen(session, lot_id).id), None)


@LOTS.get("/lots/<uuid:lot_id>/inspections", paged(goods.INSPECTION), raises=VISIBLE)
def inspections_of_lot(session: Session, lot_id: UUID) -> Page[lots.Inspection]:
    """List a lot's inspections, newest first."""
    return Page(lots.inspections_of(session, _seen(session, lot_id).id), None)


@LOTS.get("/lots/<uuid:lot_id>/holds", paged(goods.LOT_HOLD), raises=VISIBLE)
def holds_of_lot(session: Session, lot_id: UUID) -> Page[lots.LotHold]:
    """List a lot's open holds, oldest first."""
    return Page(lots.holds_of(session, _seen(session, lot_id).id), None)


@LOTS.get("/lots/<uuid:lot_id>/release-requests", paged(goods.QUARANTINE_RELEASE), raises=VISIBLE)
def releases_of_lot(session: Session, lot_id: UUID) -> Page[lots.QuarantineRelease]:
    """List what was asked and decided of a lot's quarantines, newest first."""
    return Page(lots.releases_of(session, _seen(session, lot_id).id), None)


@LOTS.get("/lots/<uuid:lot_id>/units", paged(goods.LABEL), raises=VISIBLE)
def units_of_lot(session: Session, lot_id: UUID) -> Page[lots.Label]:
    """List the labelled units of a lot in order."""
    return Page(lots.labels_of(session, _seen(session, lot_id).id), None)


@LOTS.get("/lots/<uuid:lot_id>/places", goods.PLACES, raises=VISIBLE)
def places_of_lot(session: Session, lot_id: UUID) -> dict[str, Any]:
    """List the slots a lot lies in with the units there."""
    found = lots.places_of(session, _seen(session, lot_id).id)
    shown = [{"slot_id": s.id, "slot_code": s.code, "room_id": s.room_id, "units": units} for s, units in found]
    return {"items": shown}


@LOTS.get("/lots/<uuid:lot_id>/kin", goods.KINDRED, raises=VISIBLE)
def kin_of_lot(session: Session, lot_id: UUID) -> dict[str, Any]:
    """Show which lots a lot came from and which came of it, one step each way."""
    lot = _seen(session, lot_id)
    return {"parents": lots.parents_of(session, lot.id), "children": lots.children_of(session, lot.id)}


@LOTS.get("/lots/<uuid:lot_id>/sort-weighings", paged(goods.WEIGHING), needs=Permission.MOVE_STOCK, raises=VISIBLE)
def sort_weighings_of_lot(session: Session, lot_id: UUID) -> Page[lots.Weighing]:
    """List the weighings after sorting that stand for a lot and that no sorting has used, in the order taken."""
    return Page(lots.sort_weighings(session, [_seen(session, lot_id).id]), None)


@LOTS.get("/lots/<uuid:lot_id>/proposed-slots", paged(goods.PROPOSAL), needs=Permission.MOVE_STOCK, raises=VISIBLE)
def proposed_slots(session: Session, lot_id: UUID) -> Page[lots.SlotProposal]:
    """List where a lot may be put away, the best first."""
    return Page(lots.propose_slots(session, _seen(session, lot_id), on=now().on), None)


def _seen(session: Session, lot_id: UUID) -> lots.Lot:
    return lots.get_visible_lot(session, lot_id, actor())


def _split(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> lots.Lot:
    """Split with the receipt, so that paper and goods keep saying the same."""
    lots.get_visible_lot(session, body["lot_id"], by)
    receipt = receipts.receipt_of_lot(session, body["lot_id"])
    part = receipts.SplitReceipt(derived_id(body["id"], "receipt"), receipt.id, body["new_lot_id"], body["units"])
    receipts.split_receipt(session, part, by=by, at=at)
    return lots.get_visible_lot(session, body["new_lot_id"], by)


def _lift(session: Session, body: dict[str, Any], *, by: Actor, at: Moment) -> lots.LotHold:
    return lots.lift_hold_by_hand(session, body["hold_id"], units=body.get("units"), by=by, at=at)


def _labels(session: Session, made: list[lots.Unit]) -> Page[lots.Label]:
    wanted = {unit.sscc for unit in made}
    return Page([label for label in lots.labels_of(session, made[0].lot_id) if label.sscc in wanted], None)


LOTS.command("/lots/<uuid:lot_id>/put-away", lots.put_away, goods.PUT_AWAY, goods.LOT, lots.PutAway, status=200)
LOTS.command("/lots/<uuid:lot_id>/moves", lots.move, goods.MOVE_UNITS, goods.LOT, lots.MoveUnits, status=200)
LOTS.command(
    "/lots/<uuid:lot_id>/splits",
    receipts.split_receipt,
    goods.SPLIT_LOT,
    goods.LOT,
    name="split_lot",
    run=once("split_lot", _split),
)
LOTS.command("/regrades", receipts.regrade, goods.REGRADE, goods.REGRADED, lots.Regrade)
LOTS.command("/lots/<uuid:lot_id>/inspections", lots.inspect, goods.INSPECT, goods.INSPECTION, lots.Inspect)
LOTS.command(
    "/lots/<uuid:lot_id>/holds", lots.place_hold_by_hand, goods.PLACE_HOLD, goods.LOT_HOLD, lots.PlaceHold,
    name="place_hold",
)  # fmt: skip
LOTS.command(
    "/holds/<uuid:hold_id>/lift", lots.lift_hold_by_hand, goods.LiftBody, goods.LOT_HOLD, status=200,
    name="lift_hold", run=once("lift_hold", _lift),
)  # fmt: skip
LOTS.command(
    "/holds/<uuid:hold_id>/release-requests", lots.ask_release, goods.ASK_RELEASE, goods.QUARANTINE_RELEASE,
    lots.AskRelease,
)  # fmt: skip
LOTS.command(
    "/release-requests/<uuid:release_id>/decision", lots.decide_release, goods.DECIDE_RELEASE,
    goods.QUARANTINE_RELEASE, lots.DecideRelease, status=200,
)  # fmt: skip
LOTS.command(
    "/lots/<uuid:lot_id>/units", lots.label_units, goods.LABEL_UNITS, paged(goods.LABEL), lots.LabelUnits, show=_labels
)


@RECEIPTS.page("/receipts", goods.RECEIPT, query=query_of("ReceiptsQuery", depositor_id=fields.UUID()))
def list_receipts(session: Session, query: dict[str, Any]) -> Page[receipts.Receipt]:
    """List the receipts one may see, newest first."""
    return receipts.list_receipts(session, actor(), **query)


@RECEIPTS.get("/receipts/<uuid:receipt_id>", goods.RECEIPT, raises=(receipts.get_visible_receipt,))
def get_receipt(session: Session, receipt_id: UUID) -> receipts.Receipt:
    """Show one receipt as it was issued."""
    return receipts.get_visible_receipt(session, receipt_id, actor())


@RECEIPTS.get("/receipts/<uuid:receipt_id>/events", paged(goods.RECEIPT_EVENT), raises=(receipts.get_visible_receipt,))
def events_of_receipt(session: Session, receipt_id: UUID) -> Page[receipts.ReceiptEvent]:
    """List what happened to a receipt, in order."""
    receipts.get_visible_receipt(session, receipt_id, actor())
    return Page(receipts.events_of(session, receipt_id), None)


@RECEIPTS.get("/receipts/checks/<string(maxlength=40):check_code>", goods.PUBLIC_RECEIPT, public=True,
              raises=(receipts.public_receipt,))  # fmt: skip
def check_receipt(session: Session, check_code: str) -> receipts.PublicReceipt:
    """Show anybody who holds the paper whether it is real: by the code printed on it, without signing in."""
    return receipts.public_receipt(session, check_code)


RECEIPTS.command(
    "/receipts/<uuid:receipt_id>/splits", receipts.split_receipt, goods.SPLIT_RECEIPT, paged(goods.RECEIPT),
    receipts.SplitReceipt, show=lambda _, both: Page(list(both), None),
)  # fmt: skip
RESOURCES = (LOTS, RECEIPTS)
