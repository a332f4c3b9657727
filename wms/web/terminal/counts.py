"""Counts on the terminal: opened for a room or a lot, counted by scan without a figure in sight, judged by others."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import facility, lots, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, words
from wms.web.terminal.workplace import blueprint, page, site_of


@blueprint.route("/counts", methods=["GET", "POST"])
def counts() -> Any:
    """List counts under way and those ended last; open one for a room, or for a lot by scan."""
    if request.method == "GET":
        return _list_page(None)
    opened, error = attempt(lambda: write(_open))
    if error or opened is None:
        return _list_page(error)
    return done(_("Count {code} is open.", code=opened.code), url_for("terminal.count", count_id=opened.id))


def _open(session: Session) -> lots.StockCount:
    site, typed = site_of(session), request.form.get("lot", "").strip()
    if typed:
        lot_id = lots_pages.lot_by_scan(session, typed, actor()).id
        wanted = lots.OpenCount(uuid_of("id"), site.id, lot_id=lot_id)
    else:
        wanted = lots.OpenCount(uuid_of("id"), site.id, room_id=uuid_of("room"))
    return lots.open_count(session, wanted, by=actor(), at=now())


def _list_page(error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> dict[str, Any]:
        actor().must(Permission.COUNT_STOCK)
        rooms = facility.list_rooms(session, site_of(session).id)
        names = {room.id: room.name for room in rooms}
        lines = [
            [(row, _what(session, row, names)) for row in lots.list_counts(session, under_way=going, limit=50).items]
            for going in (True, False)
        ]
        return {"rooms": [(str(room.id), f"{room.code} {room.name}") for room in rooms], "lines": lines}

    typed = kept_input() if error else {}
    return page(
        "counts", 409 if error else 200, **read(gather), typed=typed, error=said(error) if error else "",
        id=typed.get("id") or fresh_id(), states=words.COUNT,
    )  # fmt: skip


def _what(session: Session, row: lots.StockCount, rooms: dict[UUID, str]) -> str:
    if row.room_id is not None:
        return rooms.get(row.room_id, "–")
    return "–" if row.lot_id is None else lots.get_lot(session, row.lot_id).code


@blueprint.get("/counts/<uuid:count_id>")
def count(count_id: UUID) -> Any:
    """Show a count: what is still to count, or what differs and why."""
    return _count_page(count_id, None)


@blueprint.post("/counts/<uuid:count_id>/enter")
def enter_count(count_id: UUID) -> Any:
    """Write down what was counted of a lot in a slot, or on the dock where no slot is scanned."""

    def work(session: Session) -> lots.StockCount:
        lot, slot = lots_pages.lot_by_scan(session, text_of("lot"), actor()), request.form.get("slot", "").strip()
        slot_id = facility.slot_by_code(session, slot).id if slot else None
        wanted = lots.EnterCount(
            uuid_of("id"), count_id, lot.id, whole_of("units"), slot_id, text_of("note", needed=False)
        )
        return lots.enter_count(session, wanted, by=actor(), at=now())

    return _act(count_id, lambda: write(work), _("Counted."))


@blueprint.post("/counts/<uuid:count_id>/explain")
def explain_count(count_id: UUID) -> Any:
    """Say why a line differs."""

    def act() -> lots.CountFinding:
        try:
            reason = lots.CountReason(request.form.get("reason", ""))
        except ValueError as error:
            raise FieldWrong(field="reason", value="") from error
        wanted = lots.ExplainCount(uuid_of("id"), count_id, uuid_of("line"), reason, text_of("note", most=500))
        return write(lambda session: lots.explain_count(session, wanted, by=actor(), at=now()))

    return _act(count_id, act, _("Reason recorded."))


@blueprint.post("/counts/<uuid:count_id>/judge")
def judge_count(count_id: UUID) -> Any:
    """Accept what a count found, or send it back to be counted again."""

    def act() -> lots.StockCount:
        accepted = request.form.get("verdict") == "accept"
        wanted = lots.JudgeCount(uuid_of("id"), count_id, accepted, text_of("note", needed=not accepted))
        judge = receipts.approve_count if request.form.get("step") == "approving" else lots.review_count
        return write(lambda session: judge(session, wanted, by=actor(), at=now()))

    return _act(count_id, act, _("Recorded."))


@blueprint.post("/counts/<uuid:count_id>/void")
def void_count(count_id: UUID) -> Any:
    """Give a count up; nothing is booked."""

    def act() -> lots.StockCount:
        reason = text_of("reason")
        return write(lambda session: lots.void_count(session, count_id, reason, by=actor(), at=now()))

    return _act(count_id, act, _("Count given up."))


def _act(count_id: UUID, act: Callable[[], Any], message: str) -> Any:
    error = attempt(act)[1]
    if error:
        return _count_page(count_id, error)
    return done(message, url_for("terminal.count", count_id=count_id))


def _count_page(count_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> dict[str, Any]:
        actor().must(Permission.COUNT_STOCK)
        row = lots.get_count(session, count_id)
        names = {room.id: room.name for room in facility.list_rooms(session, row.site_id)}
        return {"row": row, "rows": lots.count_rows(session, row), "what": _what(session, row, names)}

    typed = kept_input() if error else {}
    found = read(gather)
    step = words.COUNT_STEP.get(found["row"].state, 5)
    return page(
        "count", 409 if error else 200, **found, step=step, steps=words.COUNT_STEPS, states=words.COUNT,
        reasons=words.COUNT_REASON, typed=typed, error=said(error) if error else "", id=fresh_id(),
        may_approve=may(Permission.APPROVE_COUNT),
    )  # fmt: skip
