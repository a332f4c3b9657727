"""Rooms from the dock: how full they are, a map of their slots, and slots taken in from a spreadsheet."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import documents, facility, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.pages import attempt, done, fresh_id, may, said, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import words
from wms.web.terminal.workplace import blueprint, page, site_of

FULL_PERMILLE = 950
Place = tuple[facility.Slot, int, int]


@blueprint.get("/rooms")
def room_list() -> Any:
    """List the rooms with their state and how full they are."""

    def gather(session: Session) -> list[tuple[facility.Room, int, int, int]]:
        actor().must(Permission.SEE_ALL)
        return [(room, *_filled(lots.room_map(session, room.id))) for room in facility.list_rooms(session)]

    return page(
        "rooms", rows=read(gather), states=words.ROOM, storage=words.STORAGE, may_set=may(Permission.MANAGE_FACILITY)
    )


def _filled(places: list[Place]) -> tuple[int, int, int]:
    """Return the slots in use of a room, the grams in them, and the grams they may hold."""
    used = [place for place in places if place[0].in_use]
    return len(used), sum(grams for _slot, _units, grams in places), sum(slot.capacity_grams for slot, _u, _g in used)


@blueprint.get("/rooms/<uuid:room_id>")
def room_map(room_id: UUID) -> Any:
    """Show a room as it stands: rows and bays down, levels across, each slot with what is in it."""

    def gather(session: Session) -> tuple[facility.Room, list[Place]]:
        actor().must(Permission.SEE_ALL)
        return facility.get_room(session, room_id), lots.room_map(session, room_id)

    room, places = read(gather)
    levels = sorted({slot.level_no for slot, _units, _grams in places})
    bays: dict[tuple[int, int], dict[int, Place]] = {}
    for place in places:
        bays.setdefault((place[0].row_no, place[0].bay_no), {})[place[0].level_no] = place
    return page("room_map", room=room, bays=bays, levels=levels, tone=_tone, states=words.ROOM)


def _tone(place: Place) -> str:
    slot, units, grams = place
    if not slot.in_use:
        return "quiet"
    if not units:
        return "ok"
    full = units == slot.capacity_units or grams * 1000 >= slot.capacity_grams * FULL_PERMILLE
    return "warn" if full else "info"


@blueprint.route("/slots/import", methods=["GET", "POST"])
def import_slots() -> Any:
    """Read a sheet of slots, show what it would do and every bad row; then take it in."""
    actor().must(Permission.MANAGE_FACILITY)
    if request.method == "GET":
        return _import_page(None, None, "")
    text, error = attempt(_sheet_text)
    if error or text is None:
        return _import_page(None, error, "")
    sheet = facility.read_slot_sheet(documents.read_sheet(text.encode()))
    if sheet.bad or request.form.get("verdict") != "import":
        return _import_page(sheet, None, text)
    return _take_in(sheet, text)


def _sheet_text() -> str:
    """Return the sheet as text: of the file, or as the dry run kept it. Raises SheetUnreadable."""
    kept = request.form.get("sheet", "")
    if kept:
        return kept
    sent = request.files.get("file")
    rows = documents.read_sheet(b"" if sent is None else sent.read(documents.MOST_BYTES + 1))
    return "\n".join("\t".join(cell.replace("\t", " ").replace('"', "") for cell in row) for row in rows)


def _take_in(sheet: facility.SlotSheet, text: str) -> Any:
    def work(session: Session) -> facility.SlotChanges:
        wanted = facility.ImportSlots(uuid_of("id"), site_of(session).id, sheet.rows)
        return facility.import_slots(session, wanted, by=actor(), at=now())

    changes, error = attempt(lambda: write(work))
    if error or changes is None:
        return _import_page(sheet, error, text)
    return done(_("The sheet was taken in."), url_for("terminal.room_list"))


def _import_page(sheet: facility.SlotSheet | None, error: WmsError | None, text: str) -> tuple[str, int]:
    changes = None
    if sheet is not None:
        rows = sheet.rows
        changes = read(lambda session: facility.slot_changes(session, site_of(session).id, rows))
    bad = [] if sheet is None or changes is None else sorted((*sheet.bad, *changes.bad), key=lambda row: row.line)
    return page(
        "import_slots", 422 if error or bad else 200, changes=changes, bad=bad, sheet=text, id=fresh_id(),
        error=said(error) if error else "", why=words.SLOT_SHEET, headings=facility.SLOT_HEADINGS,
    )  # fmt: skip
