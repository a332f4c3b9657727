"""Loadings: one truck, its exits, the pick list by scan, weighing out, what goes on board, and the check at the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from wms import billing, lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.i18n import note
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, queued, scales, weighing, words
from wms.web.terminal.workplace import blueprint, page, site_of

STEPS = (note("Pick"), note("Weigh out"), note("Load"), note("Check the truck"), note("Close the exits"))
PICK, WEIGH, LOAD, CHECK, CLOSE = range(1, 6)


@dataclass(frozen=True, slots=True)
class Part:
    """One exit on the truck, with how far it has come."""

    order: billing.ExitOrder
    lot: lots.Lot
    done: billing.Progress


@dataclass(frozen=True, slots=True)
class Waiting:
    """A truck that could be gathered: its exits without a loading."""

    plate: str
    collector: str
    parts: list[tuple[billing.ExitOrder, lots.Lot]]


@blueprint.route("/loadings", methods=["GET", "POST"])
def loadings() -> Any:
    """List loadings and the trucks whose exits wait for one; open one for a truck."""
    if request.method == "GET":
        return _list_page(None)
    opened, error = attempt(lambda: write(_open))
    if error or opened is None:
        return _list_page(error)
    return done(_("The pick list is ready."), url_for("terminal.loading", loading_id=opened.id))


def _open(session: Session) -> billing.Loading:
    try:
        exits = tuple(UUID(text) for text in request.form.getlist("exit"))
        order = billing.PickOrder(request.form.get("pick_order", billing.PickOrder.FEFO))
    except ValueError as error:
        raise FieldWrong(field="exit", value="") from error
    wanted = billing.OpenLoading(uuid_of("id"), site_of(session).id, exits, text_of("bay", most=20), order)
    return billing.open_loading(session, wanted, by=actor(), at=now())


def _list_page(error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[list[billing.Loading], list[Waiting]]:
        return billing.list_loadings(session, actor(), limit=30).items, _trucks(session)

    rows, trucks = read(gather)
    chosen = request.form.getlist("exit") if error else []
    return page(
        "loadings", 409 if error else 200, rows=rows, trucks=trucks, error=said(error) if error else "", id=fresh_id(),
        states=words.LOADING, orders=words.PICK_ORDER, exit_words=words.EXIT, chosen=chosen,
        typed=kept_input() if error else {},
    )  # fmt: skip


def _trucks(session: Session) -> list[Waiting]:
    found: dict[tuple[str, str], Waiting] = {}
    for order in billing.exits_to_load(session, actor()):
        key = (order.plate, order.collector_name)
        truck = found.setdefault(key, Waiting(*key, []))
        truck.parts.append((order, lots.get_lot(session, order.lot_id)))
    return list(found.values())


@blueprint.get("/loadings/<uuid:loading_id>")
def loading(loading_id: UUID) -> Any:
    """Show a loading with its next step."""
    return _page(loading_id, None)


@blueprint.post("/loadings/<uuid:loading_id>/pick")
def pick_units(loading_id: UUID) -> Any:
    """Take scanned units to the staging area."""
    return _step(loading_id, lambda session: _scan(session, loading_id, billing.pick_units), _("Picked."))


@blueprint.post("/loadings/<uuid:loading_id>/load")
def load_units(loading_id: UUID) -> Any:
    """Put scanned units on the truck."""
    return _step(loading_id, lambda session: _scan(session, loading_id, billing.load_units), _("On the truck."))


def _scan(session: Session, loading_id: UUID, act: Callable[..., billing.Loading]) -> billing.Loading:
    units = whole_of("units") if request.form.get("units", "").strip() else 1
    slot = request.form.get("slot", "").strip()
    wanted = billing.ScanUnits(uuid_of("id"), loading_id, text_of("lot"), units, slot)
    return act(session, wanted, by=actor(), at=now())


@blueprint.post("/loadings/<uuid:loading_id>/short")
def short_pick(loading_id: UUID) -> Any:
    """Say that less is there than the list tells, and why."""

    def act(session: Session) -> billing.Loading:
        try:
            reason = billing.ShortReason(request.form.get("reason", ""))
        except ValueError as error:
            raise FieldWrong(field="reason", value="") from error
        wanted = billing.ShortPick(
            uuid_of("id"), loading_id, uuid_of("line"), whole_of("units"), reason, text_of("note", needed=False)
        )
        return billing.short_pick(session, wanted, by=actor(), at=now())

    return _step(loading_id, act, _("Recorded."))


@blueprint.post("/loadings/<uuid:loading_id>/weigh")
def weigh_loading(loading_id: UUID) -> Response:
    """Take what leaves of one exit from the capture the form cites; never queued: goods leave with the server there."""
    return queued.answer(
        lambda fields: weighing.take(fields, _subject(loading_id, fields)),
        url_for("terminal.loading", loading_id=loading_id),
        lambda error: make_response(*_page(loading_id, error)),
    )


def _subject(loading_id: UUID, fields: Mapping[str, str]) -> weighing.Subject:
    """Return the exit on this truck whose lot was scanned and that still has units to weigh. Raises NotOnLoading."""

    def find(session: Session) -> weighing.Subject:
        lot = lots_pages.lot_by_scan(session, fields.get("lot", ""), actor())
        parts = [part for part in _parts(session, loading_id) if part.lot.id == lot.id]
        open_parts = [part for part in parts if part.done.weighed < part.done.units]
        if not parts:
            raise billing.NotOnLoading(lot=lot.code)
        return weighing.Subject(exit_id=(open_parts or parts)[0].order.id, lot_id=lot.id)

    return read(find)


@blueprint.post("/loadings/<uuid:loading_id>/check")
def check_loading(loading_id: UUID) -> Any:
    """Close the truck's doors: everything on the list, nothing else."""

    def act(session: Session) -> billing.Loading:
        wanted = billing.CheckLoading(uuid_of("id"), loading_id)
        return billing.check_loading(session, wanted, by=actor(), at=now())

    return _step(loading_id, act, _("The truck is complete: close its exits."))


@blueprint.post("/loadings/<uuid:loading_id>/drop")
def drop_from_loading(loading_id: UUID) -> Any:
    """Take an exit off the truck."""

    def act(session: Session) -> billing.Loading:
        wanted = billing.DropFromLoading(uuid_of("id"), loading_id, uuid_of("exit"), text_of("reason"))
        return billing.drop_from_loading(session, wanted, by=actor(), at=now())

    return _step(loading_id, act, _("Taken off the truck."))


@blueprint.post("/loadings/<uuid:loading_id>/void")
def void_loading(loading_id: UUID) -> Any:
    """Give a loading up; its exits stay."""

    def act(session: Session) -> billing.Loading:
        wanted = billing.VoidLoading(uuid_of("id"), loading_id, text_of("reason"))
        return billing.void_loading(session, wanted, by=actor(), at=now())

    return _step(loading_id, act, _("Loading given up; its exits stay."))


def _step(loading_id: UUID, act: Callable[[Session], Any], message: str) -> Any:
    error = attempt(lambda: write(act))[1]
    if error:
        return _page(loading_id, error)
    return done(message, url_for("terminal.loading", loading_id=loading_id))


def _parts(session: Session, loading_id: UUID) -> list[Part]:
    found = billing.progress_of_loading(session, loading_id)
    return [
        Part(order, lots.get_lot(session, order.lot_id), found[order.id])
        for order in billing.exits_of_loading(session, loading_id)
    ]


def _next(row: billing.Loading, lines: list[billing.ListLine], parts: list[Part]) -> int:
    if row.state == billing.LoadingState.CHECKED:
        return CLOSE
    if any(one.line.units_left for one in lines):
        return PICK
    if any(part.done.weighed < part.done.units for part in parts):
        return WEIGH
    return LOAD if any(part.done.loaded < part.done.units for part in parts) else CHECK


def _open_parts(parts: list[Part], step: int) -> list[Part]:
    """Return the exits that a step still waits for."""
    if step == CLOSE:
        return [part for part in parts if part.order.state != billing.ExitState.CLOSED]
    return [part for part in parts if part.done.weighed < part.done.units]


def _page(loading_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> dict[str, Any]:
        actor().must(Permission.SEE_ALL)
        row = billing.get_loading(session, loading_id, actor())
        lines, parts = billing.lines_of_loading(session, loading_id), _parts(session, loading_id)
        return {"row": row, "lines": lines, "parts": parts, "found": scales.list_scales(session)}

    shown, typed = read(gather), kept_input() if error else {}
    step = _next(shown["row"], shown["lines"], shown["parts"])
    return page(
        "loading", 409 if error else 200, **shown, open_parts=_open_parts(shown["parts"], step), step=step, steps=STEPS,
        scale=scales.chosen(shown["found"], scales.PLATFORM),
        states=words.LOADING, exit_words=words.EXIT, next_words=words.EXIT_NEXT, reasons=words.SHORT, typed=typed,
        error=said(error) if error else "", id=fresh_id(), here=url_for("terminal.loading", loading_id=loading_id),
    )  # fmt: skip
