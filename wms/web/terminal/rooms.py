"""Rooms from the dock: how full they are, a map of their slots, and slots taken in from a spreadsheet."""

import re
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import documents, facility, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import uploads
from wms.web.pages import (
    FieldWrong,
    attempt,
    decimal_of,
    done,
    fresh_id,
    kept_input,
    may,
    said,
    text_of,
    uuid_of,
)
from wms.web.shell import say as _
from wms.web.terminal import words
from wms.web.terminal.workplace import blueprint, page, site_of

FULL_PERMILLE = 950
GRAMS_FORCE_PER_KG = 1000
DEGREES = re.compile(r"(-?)(\d{1,2})(?:\.(\d{1,3}))?")
Place = tuple[facility.Slot, int, int]


@blueprint.get("/rooms")
def room_list() -> Any:
    """List the rooms with their state and how full they are."""

    def gather(session: Session) -> list[tuple[facility.Room, int, int, int]]:
        actor().must(Permission.SEE_ALL)
        fills = lots.room_fills(session)
        return [(room, *fills.get(room.id, (0, 0, 0))) for room in facility.list_rooms(session)]

    return page(
        "rooms",
        rows=read(gather),
        states=words.ROOM,
        process_of=_process_of,
        storage=words.STORAGE,
        may_set=may(Permission.MANAGE_FACILITY),
    )


@blueprint.get("/rooms/<uuid:room_id>")
def room_map(room_id: UUID) -> Any:
    """Show a room as it stands: rows and bays down, levels across, each slot with what is in it."""
    return _map_page(room_id, None)


def _map_page(room_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[facility.Room, facility.RoomAbility, list[Place]]:
        actor().must(Permission.SEE_ALL)
        room = facility.get_room(session, room_id)
        return room, facility.room_ability(session, room_id), lots.room_map(session, room_id)

    room, ability, places = read(gather)
    levels = sorted({slot.level_no for slot, _units, _grams in places})
    bays: dict[tuple[int, int], dict[int, Place]] = {}
    for place in places:
        bays.setdefault((place[0].row_no, place[0].bay_no), {})[place[0].level_no] = place
    process = _process_of(room, sum(grams for _slot, _units, grams in places))
    return page(
        "room_map", 409 if error else 200, room=room, process=process, ability=ability, bays=bays, levels=levels,
        tone=_tone, states=words.ROOM, storage=words.STORAGE, typed=kept_input() if error else {}, id=fresh_id(),
        error=said(error) if error else "", may_set=may(Permission.MANAGE_FACILITY),
    )  # fmt: skip


def _process_of(room: facility.Room, grams: int) -> str:
    """Return where a room's process stands; a room with goods is never called empty."""
    return "goods" if room.state == "empty" and grams else room.state


def _tone(place: Place) -> str:
    slot, units, grams = place
    if not slot.in_use:
        return "quiet"
    if not units:
        return "ok"
    full = units == slot.capacity_units or grams * 1000 >= slot.capacity_grams * FULL_PERMILLE
    return "warn" if full else "info"


@blueprint.post("/rooms/<uuid:room_id>/ability")
def set_ability(room_id: UUID) -> Any:
    """Say what a room can keep."""

    def act() -> facility.RoomAbility:
        coldest, warmest = _range()
        firmness = request.form.get("firmness", "").strip()
        wanted = facility.SetRoomAbility(
            uuid_of("id"), room_id, coldest, warmest, request.form.get("scrubs") == "yes", _names("varieties"),
            decimal_of("firmness", GRAMS_FORCE_PER_KG) if firmness else None,
        )  # fmt: skip
        return write(lambda session: facility.set_room_ability(session, wanted, by=actor(), at=now()))

    error = attempt(act)[1]
    if error:
        return _map_page(room_id, error)
    return done(_("Recorded."), url_for("terminal.room_map", room_id=room_id))


@blueprint.route("/varieties", methods=["GET", "POST"])
def varieties() -> Any:
    """Show and set how varieties want to be kept."""
    if request.method == "GET":
        return _varieties_page(None)
    error = attempt(_set_traits)[1]
    if error:
        return _varieties_page(error)
    return done(_("Recorded."), url_for("terminal.varieties"))


def _set_traits() -> lots.VarietyTraits:
    coldest, warmest = _range()
    wanted = lots.SetVarietyTraits(
        uuid_of("id"), text_of("variety", most=40), coldest, warmest, request.form.get("emits") == "yes",
        request.form.get("sensitive") == "yes",
    )  # fmt: skip
    return write(lambda session: lots.set_variety_traits(session, wanted, by=actor(), at=now()))


def _varieties_page(error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> list[lots.VarietyTraits]:
        actor().must(Permission.SEE_ALL)
        return lots.list_variety_traits(session)

    return page(
        "varieties", 409 if error else 200, rows=read(gather), known=words.VARIETIES, id=fresh_id(),
        typed=kept_input() if error else {}, error=said(error) if error else "",
        may_set=may(Permission.MANAGE_FACILITY),
    )  # fmt: skip


def _range() -> tuple[int | None, int | None]:
    """Return a range of °C as typed, in thousandths; both ends or neither. Raises FieldWrong."""
    ends = [request.form.get(name, "").strip() for name in ("coldest", "warmest")]
    if not any(ends):
        return None, None
    return _degrees("coldest", ends[0]), _degrees("warmest", ends[1])


def _degrees(name: str, text: str) -> int:
    found = DEGREES.fullmatch(text.replace("−", "-"))
    if found is None:
        raise FieldWrong(field=name, value=text[:40])
    thousandths = int(found[2]) * 1000 + int((found[3] or "").ljust(3, "0"))
    return -thousandths if found[1] else thousandths


def _names(field: str) -> tuple[str, ...]:
    text = request.form.get(field, "").replace("，", ",").replace("、", ",")
    return tuple(name.strip() for name in text.split(",") if name.strip())


@blueprint.route("/slots/import", methods=["GET", "POST"])
def import_slots() -> Any:
    """Read a sheet of slots, show what it would do and every bad row; then take it in."""
    actor().must(Permission.MANAGE_FACILITY)
    if request.method == "GET":
        return _import_page(None, None, "")
    text, error = attempt(uploads.sheet_text)
    if error or text is None:
        return _import_page(None, error, "")
    sheet = facility.read_slot_sheet(documents.read_sheet(text.encode()))
    if sheet.bad or request.form.get("verdict") != "import":
        return _import_page(sheet, None, text)
    return _take_in(sheet, text)


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
