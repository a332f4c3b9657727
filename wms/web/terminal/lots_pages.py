"""A lot by scan: what it is, where it lies, what stands in its way, and everything that happened to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from wms import billing, dock, facility, lots, parties, receipts
from wms.delivery.identity import actor
from wms.delivery.work import read
from wms.kernel.actor import Actor, Permission
from wms.kernel.errors import NotFound
from wms.web import quality
from wms.web.terminal import words
from wms.web.terminal.workplace import blueprint, lot_words, page, site_of


@dataclass(frozen=True, slots=True)
class Relative:
    """A lot this one came from, or one that came of it."""

    row: lots.Lot
    kin: lots.Kin
    parent: bool


@dataclass(frozen=True, slots=True)
class LotView:
    """Everything a lot's page shows."""

    row: lots.Lot
    owner: parties.Party
    places: list[tuple[facility.Slot, int]]
    slots: dict[UUID, str]
    holds: list[lots.LotHold]
    moves: list[lots.StockMove]
    inspections: list[lots.Inspection]
    findings: list[quality.FindingView]
    draw: lots.InspectionDraw | None
    samples: list[lots.SampleRow]
    receipt: receipts.Receipt | None
    exits: list[billing.ExitOrder]
    kin: list[Relative]
    photos: list[dock.Photo]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing a search found."""

    kind: str
    title: str
    sub: str
    url: str


def view(session: Session, lot_id: UUID, by: Actor) -> LotView:
    """Return what a lot's page shows. Raises LotNotFound."""
    row = lots.get_visible_lot(session, lot_id, by)
    moves = lots.moves_of(session, row.id)
    ids = {slot_id for move in moves for slot_id in (move.slot_from_id, move.slot_to_id) if slot_id is not None}
    seen = lots.inspections_of(session, row.id)
    return LotView(
        row=row,
        owner=parties.get_party(session, row.owner_id),
        places=lots.places_of(session, row.id),
        slots={slot_id: facility.get_slot(session, slot_id).code for slot_id in ids},
        holds=lots.holds_of(session, row.id),
        moves=moves,
        inspections=seen,
        findings=quality.findings(session, seen[0]) if seen else [],
        draw=lots.draws_of(session, [seen[0].id]).get(seen[0].id) if seen else None,
        samples=lots.samples_of(session, row.id),
        receipt=receipt_of(session, row.id),
        exits=billing.list_exit_orders(session, by, lot_id=row.id).items,
        kin=_kin(session, row.id),
        photos=dock.photos_of(session, dock.PhotoOf.LOT, row.id),
    )


def _kin(session: Session, lot_id: UUID) -> list[Relative]:
    both = ((lots.parents_of(session, lot_id), True), (lots.children_of(session, lot_id), False))
    return [Relative(lots.get_lot(session, kin.lot_id), kin, parent) for found, parent in both for kin in found]


def receipt_of(session: Session, lot_id: UUID) -> receipts.Receipt | None:
    """Return the open receipt of a lot, or None."""
    try:
        return receipts.receipt_of_lot(session, lot_id)
    except receipts.LotHasNoReceipt:
        return None


@blueprint.get("/lots/<uuid:lot_id>")
def lot(lot_id: UUID) -> Any:
    """Show a lot."""
    shown = read(lambda session: view(session, lot_id, actor()))
    return page("lot", v=shown, row=shown.row, holds=words.HOLD, moves=words.MOVE, storage=words.STORAGE,
                exit_words=words.EXIT, kinship=words.KINSHIP, findings=shown.findings, draw=shown.draw,
                sample_verdicts=quality.SAMPLE_VERDICT, works=actor().may(Permission.MOVE_STOCK))  # fmt: skip


@blueprint.get("/find")
def find() -> Any:
    """Find a lot, slot, delivery, exit or receipt by what a label says; a single one opens at once."""
    wanted = request.args.get("q", "").strip()
    found = read(lambda session: search(session, wanted, actor())) if wanted else []
    if len(found) == 1:
        return redirect(found[0].url)
    return page("find", q=wanted, found=found)


def search(session: Session, wanted: str, by: Actor) -> list[Found]:
    """Return what a scanned or typed text names."""
    return [*_labels(session, wanted, by), *_slot(session, wanted), *_trucks(session, wanted, by)]


def lot_by_scan(session: Session, wanted: str, by: Actor) -> lots.Lot:
    """Return the lot of a scanned label or typed number of this site. Raises LotNotFound, ScanMisread."""
    return lots.lot_by_scan(session, site_of(session).id, wanted, by)


def _labels(session: Session, wanted: str, by: Actor) -> list[Found]:
    try:
        row = lot_by_scan(session, wanted, by)
    except (NotFound, lots.ScanMisread):
        return []
    return [_of_lot(session, row)]


def _of_lot(session: Session, row: lots.Lot) -> Found:
    owner = parties.get_party(session, row.owner_id).name
    return Found("crate", f"{row.code} · {lot_words(row)}", owner, url_for("terminal.lot", lot_id=row.id))


def _slot(session: Session, wanted: str) -> list[Found]:
    try:
        slot = facility.slot_by_code(session, wanted)
    except (facility.SlotNotFound, facility.CodeMalformed):
        return []
    stock = lots.stock_of_slots(session, [slot.id])
    return [_of_lot(session, lots.get_lot(session, row.lot_id)) for row in stock]


def _trucks(session: Session, wanted: str, by: Actor) -> list[Found]:
    """Return the deliveries and exits of a number or plate among the newest ones."""
    text = plate_of(wanted)
    coming = [
        Found("truck", f"{row.code} · {row.plate}", parties.get_party(session, row.owner_id).name,
              url_for("terminal.delivery", delivery_id=row.id))
        for row in lots.list_deliveries(session, by, limit=200).items
        if text in (plate_of(row.code), plate_of(row.plate))
    ]  # fmt: skip
    going = [
        Found("leave", row.plate, parties.get_party(session, row.party_id).name,
              url_for("terminal.exit_page", exit_id=row.id))
        for row in billing.list_exit_orders(session, by, limit=200).items
        if text == plate_of(row.plate)
    ]  # fmt: skip
    return [*coming, *going] if text else []


def plate_of(text: str) -> str:
    """Return a plate or number without the spaces, dots and dashes people write differently."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
