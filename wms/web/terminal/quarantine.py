"""Quarantine of a lot: placed by one person, let go by two."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.errors import WmsError
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages, words
from wms.web.terminal.workplace import blueprint, page


@blueprint.route("/lots/<uuid:lot_id>/quarantine", methods=["GET", "POST"])
def quarantine(lot_id: UUID) -> Any:
    """Show a lot's quarantines with what was asked of them, or place one."""
    if request.method == "GET":
        return _page(lot_id, None)

    def place(session: Session) -> lots.LotHold:
        why = text_of("why")
        if why not in words.WHY_QUARANTINE:
            raise FieldWrong(field="why", value=why[:40])
        wanted = lots.PlaceHold(uuid_of("id"), lot_id, whole_of("units"), lots.HoldReason.QUARANTINE, lot_id, why)
        return lots.place_hold(session, wanted, by=actor(), at=now())

    return _act(lot_id, place, _("In quarantine."))


@blueprint.post("/lots/<uuid:lot_id>/quarantine/ask")
def ask_release(lot_id: UUID) -> Any:
    """Ask that a quarantine be let go."""

    def ask(session: Session) -> lots.QuarantineRelease:
        wanted = lots.AskRelease(uuid_of("id"), uuid_of("hold"), text_of("reason", needed=False))
        return lots.ask_release(session, wanted, by=actor(), at=now())

    return _act(lot_id, ask, _("Asked. Somebody else decides."))


@blueprint.post("/lots/<uuid:lot_id>/quarantine/decide")
def decide_release(lot_id: UUID) -> Any:
    """Let a quarantine go as somebody else asked, or keep it."""

    def decide(session: Session) -> lots.QuarantineRelease:
        go = request.form.get("decision") == "release"
        wanted = lots.DecideRelease(uuid_of("id"), uuid_of("release"), go, text_of("note", needed=False))
        return lots.decide_release(session, wanted, by=actor(), at=now())

    return _act(lot_id, decide, _("Decided."))


def _act(lot_id: UUID, work: Any, message: str) -> Any:
    error = attempt(lambda: write(work))[1]
    return _page(lot_id, error) if error else done(message, url_for("terminal.quarantine", lot_id=lot_id))


def _page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> tuple[lots_pages.LotView, list[lots.QuarantineRelease]]:
        return lots_pages.view(session, lot_id, actor()), lots.releases_of(session, lot_id)

    shown, releases = read(gather)
    held = [hold for hold in shown.holds if hold.reason == lots.HoldReason.QUARANTINE]
    asked = {row.hold_id: row for row in releases if row.state == lots.ReleaseState.ASKED}
    return page("quarantine", 409 if error else 200, v=shown, row=shown.row, held=held, asked=asked, releases=releases,
                whys=words.WHY_QUARANTINE, states=words.RELEASE, free=shown.row.units_on_hand -
                shown.row.quarantine_units, mine=actor().eyes, typed=kept_input() if error else {},
                error=said(error) if error else "", id=fresh_id())  # fmt: skip
