"""Goods into slots, between them, split and inspected: one small form each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import facility, lots, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.ids import derived_id
from wms.web.pages import (
    attempt,
    done,
    fresh_id,
    kept_input,
    may,
    said,
    text_of,
    uuid_of,
    whole_of,
)
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, words
from wms.web.terminal.workplace import blueprint, page


def form(template: str, lot_id: UUID, act: Callable[[], Any], message: str, next_url: str) -> Any:
    """Answer one of a lot's forms: show it, or run its action and go on; an error shows it again with its input."""
    error: WmsError | None = None
    if request.method == "POST":
        error = attempt(act)[1]
        if error is None:
            return done(message, next_url)
    typed = kept_input() if error else {}
    shown, proposals, refused = read(lambda session: _gather(session, lot_id))
    standing = shown.row.units_standing
    return page(
        template, 409 if error else 200, v=shown, row=shown.row, proposals=proposals, refused=refused,
        unfit=words.UNFIT, standing=standing, typed=typed,
        error=said(error) if error else "", id=typed.get("id") or fresh_id(), today=now().on,
        may_force=may(Permission.FORCE_MOVE), free=min_free(shown.row),
    )  # fmt: skip


def _gather(
    session: Session, lot_id: UUID
) -> tuple[lots_pages.LotView, list[lots.SlotProposal], list[lots.RoomRefused]]:
    shown = lots_pages.view(session, lot_id, actor())
    proposed = lots.propose_slots(session, shown.row, limit=6, on=now().on)
    return shown, proposed, lots.rooms_for(session, shown.row)[1]


def min_free(row: lots.Lot) -> int:
    """Return how many units may be split off: those no hold stands on, and never all."""
    held = max(row.sale_units + row.exit_units, row.pledge_units, row.lien_units, row.count_units)
    return max(0, min(row.units_on_hand - held, row.units_on_hand - 1))


@blueprint.route("/lots/<uuid:lot_id>/put-away", methods=["GET", "POST"])
def put_away(lot_id: UUID) -> Any:
    """Put units from the dock into a slot: proposed ones first, the slot by scan, against the rules only by right."""

    def act() -> lots.Lot:
        code, units, forced = request.form.get("chosen") or text_of("slot"), whole_of("units"), _forced()

        def work(session: Session) -> lots.Lot:
            slot = facility.slot_by_code(session, code)
            wanted = lots.PutAway(uuid_of("id"), lot_id, slot.id, units, forced)
            return lots.put_away(session, wanted, by=actor(), at=now())

        return write(work)

    here = url_for("terminal.put_away", lot_id=lot_id)
    return form("put_away", lot_id, act, _("Put away."), here)


@blueprint.route("/lots/<uuid:lot_id>/move", methods=["GET", "POST"])
def move(lot_id: UUID) -> Any:
    """Move units from one slot into another."""

    def act() -> lots.Lot:
        source, target, units, forced = text_of("from_slot"), text_of("slot"), whole_of("units"), _forced()

        def work(session: Session) -> lots.Lot:
            from_slot, to_slot = facility.slot_by_code(session, source), facility.slot_by_code(session, target)
            wanted = lots.MoveUnits(uuid_of("id"), lot_id, from_slot.id, to_slot.id, units, forced)
            return lots.move(session, wanted, by=actor(), at=now())

        return write(work)

    return form("move", lot_id, act, _("Moved."), url_for("terminal.lot", lot_id=lot_id))


@blueprint.route("/lots/<uuid:lot_id>/split", methods=["GET", "POST"])
def split(lot_id: UUID) -> Any:
    """Make a lot of its own of some units; entry day and parentage are kept."""

    def act() -> lots.Lot:
        wanted = lots.SplitLot(uuid_of("id"), lot_id, derived_id(uuid_of("id"), "lot"), whole_of("units"))
        return write(lambda session: receipts.split_lot(session, wanted, by=actor(), at=now()))

    return form("split", lot_id, act, _("Split."), url_for("terminal.lot", lot_id=lot_id))


@blueprint.route("/lots/<uuid:lot_id>/labels/new", methods=["POST"])
def make_labels(lot_id: UUID) -> Any:
    """Give numbers to units that have no label yet, and show the labels to print."""

    def act() -> list[lots.Unit]:
        wanted = lots.LabelUnits(uuid_of("id"), lot_id, whole_of("units"))
        return write(lambda session: lots.label_units(session, wanted, by=actor(), at=now()))

    next_url = url_for("terminal.labels", lot_id=lot_id)
    return form("new_labels", lot_id, act, _("Labels made."), next_url)


@blueprint.get("/lots/<uuid:lot_id>/labels/new")
def new_labels(lot_id: UUID) -> Any:
    """Ask how many labels are wanted."""
    return form("new_labels", lot_id, lambda: None, "", "")


def _forced() -> bool:
    forced = request.form.get("forced") == "yes"
    if forced and not may(Permission.FORCE_MOVE):
        raise Forbidden(permission=Permission.FORCE_MOVE.value)
    return forced
