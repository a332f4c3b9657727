"""The proof that everything adds up: the sums at once, then one room after the other, so that nobody waits for all."""

from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from wms import crm, dunning, insight, pickup
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.evidence import Finding
from wms.web.desk import words
from wms.web.desk.detail_words import ROOM
from wms.web.desk.workplace import blueprint, must

ALSO = {"crm": crm.check, "dunning": dunning.check, "pickup": pickup.check}
SHOWN = 50


@blueprint.get("/check")
def self_check() -> Any:
    """Show the sums, and let the rooms be checked one by one; with `all=yes` all of them before it answers."""
    must(Permission.AUDIT)
    rooms = insight.rooms_checked(ALSO)
    if request.args.get("all") != "yes":
        report, found = read(insight.sums), None
    else:
        report, found = read(lambda session: (insight.sums(session), _all(session, rooms)))
    wrong = len(report.findings) + sum(map(len, (found or {}).values()))
    return render_template(
        "desk/check.html", report=report, rooms=rooms, found=found, wrong=wrong, shown=SHOWN, of=len(rooms),
        names=_names(),
    )  # fmt: skip


def _all(session: Session, rooms: tuple[str, ...]) -> dict[str, list[Finding]]:
    return {room: insight.check_room(session, room, ALSO) for room in rooms}


@blueprint.get("/check/rooms/<room>")
def check_room(room: str) -> Any:
    """Check one room, and say which is next: a row of the page's table."""
    must(Permission.AUDIT)
    rooms = insight.rooms_checked(ALSO)
    if room not in rooms:
        raise NotFound
    findings = read(lambda session: insight.check_room(session, room, ALSO))
    place = rooms.index(room)
    following = rooms[place + 1] if place + 1 < len(rooms) else ""
    return render_template(
        "desk/check_room.html", room=room, findings=findings, next_room=following, nth=place + 1, of=len(rooms),
        shown=SHOWN, names=_names(),
    )  # fmt: skip


def _names() -> dict[str, str]:
    return {room: words.named(ROOM, room) for room in insight.rooms_checked(ALSO)}
