"""An inspection: what the plan asks to be drawn, and a field for everything that is measured."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import bookings, quality
from wms.web.pages import attempt, done, fresh_id, kept_input, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal.workplace import blueprint, page


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of an inspection: a parameter, and the limits that stand for goods like these."""

    code: str
    name: str
    unit: str
    hint: str


@blueprint.route("/lots/<uuid:lot_id>/inspect", methods=["GET", "POST"])
def inspect(lot_id: UUID) -> Any:
    """Record an inspection: how much was drawn, what was found, and a note."""
    if request.method == "GET":
        return _page(lot_id, None)
    error = attempt(lambda: write(lambda session: lots.inspect(session, _wanted(session, lot_id), by=actor(),
                                                               at=now())))[1]  # fmt: skip
    if error:
        return _page(lot_id, error)
    return done(_("Inspection recorded."), url_for("terminal.lot", lot_id=lot_id))


def _wanted(session: Session, lot_id: UUID) -> lots.Inspect:
    pieces = whole_of("pieces") if request.form.get("pieces", "").strip() else 0
    found = [(code, quality.value_of(code, one)) for code, one in lots.parameters(session).items()]
    values = tuple(lots.Measured(code, value, max(1, pieces)) for code, value in found if value is not None)
    return lots.Inspect(
        uuid_of("id"), lot_id, bookings.day_of("inspected_on"), whole_of("sample_units"), values=values, pieces=pieces,
        note=text_of("note", most=500, needed=False),
    )  # fmt: skip


def _page(lot_id: UUID, error: WmsError | None) -> tuple[str, int]:
    def gather(session: Session) -> dict[str, Any]:
        row = lots.get_visible_lot(session, lot_id, actor())
        limits = lots.limits_on(session, row.variety, row.grade, now().on)
        asks = [_asked(one, limits.get(code)) for code, one in lots.parameters(session).items()]
        return {
            "row": row, "owner": parties.get_party(session, row.owner_id), "asks": asks,
            "plan": lots.plan_on(session, row.variety, now().on), "asked": lots.asked_draw(session, row, now().on),
        }  # fmt: skip

    typed = kept_input() if error else {}
    return page("inspect", 409 if error else 200, **read(gather), typed=typed, error=said(error) if error else "",
                id=typed.get("id") or fresh_id(), today=now().on, files=actor().may(Permission.INSPECT))  # fmt: skip


def _asked(one: lots.Parameter, limit: lots.QualityLimit | None) -> Asked:
    hint = ""
    if limit is not None and (limit.least is not None or limit.most is not None):
        hint = f"{quality.limits_text(limit.least, limit.most, one)} · {limit.standard}"
    return Asked(one.code, quality.name_of(one), one.unit, hint)
