"""What goods lost in store: by variety, what the owners bear, what the store owes, and who decides it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import lots, parties, receipts
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web.pages import FieldWrong, attempt, done, fresh_id, kept_input, may, price_of, said, text_of, uuid_of
from wms.web.shell import say as _
from wms.web.terminal import words
from wms.web.terminal.workplace import blueprint, page

SEASON_DAYS = 365


@blueprint.get("/losses")
def losses() -> Any:
    """Show what was lost in a year: sums by variety, the curves, and what the store may owe."""
    return _losses_page(None)


@blueprint.post("/losses/<uuid:liability_id>")
def decide_liability(liability_id: UUID) -> Any:
    """Accept what the store owes for a loss, or waive it."""

    def act() -> receipts.ShrinkLiability:
        price: Decimal | None = price_of("price") if request.form.get("price", "").strip() else None
        accepted = request.form.get("verdict") == "accept"
        wanted = receipts.DecideLiability(uuid_of("id"), liability_id, accepted, text_of("reason"), price)
        return write(lambda session: receipts.decide_liability(session, wanted, by=actor(), at=now()))

    error = attempt(act)[1]
    return _losses_page(error) if error else done(_("Recorded."), url_for("terminal.losses"))


@blueprint.post("/losses/curves")
def set_loss_curve() -> Any:
    """Set what a variety may lose from a day on."""

    def act() -> lots.LossCurve:
        storage = request.form.get("storage", "")
        wanted = lots.SetLossCurve(
            uuid_of("id"), _day(), _points(text_of("points")), text_of("source"),
            text_of("variety", most=40, needed=False) or None, lots.StorageType(storage) if storage else None,
        )  # fmt: skip
        return write(lambda session: lots.set_loss_curve(session, wanted, by=actor(), at=now()))

    error = attempt(act)[1]
    return _losses_page(error) if error else done(_("Loss curve set."), url_for("terminal.losses"))


def _day() -> date:
    text = request.form.get("effective_on", "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldWrong(field="effective_on", value=text[:40]) from error


def _points(text: str) -> tuple[tuple[int, int], ...]:
    """Read "30:5, 90:20": days and permille, pair by pair. Raises FieldWrong."""
    try:
        pairs = [part.split(":") for part in text.replace("，", ",").replace("：", ":").split(",")]
        return tuple((int(days), int(permille)) for days, permille in pairs)
    except ValueError as error:
        raise FieldWrong(field="points", value=text[:40]) from error


def _losses_page(error: WmsError | None) -> tuple[str, int]:
    today = now().on
    since = today - timedelta(days=SEASON_DAYS)

    def gather(session: Session) -> dict[str, Any]:
        by = actor()
        by.must(Permission.SEE_ALL)
        owed = receipts.list_liabilities(session, by, limit=100).items
        return {
            "totals": lots.shrink_totals(session, since, today),
            "curves": lots.list_loss_curves(session),
            "owed": [
                (row, lots.get_lot(session, row.lot_id), parties.get_party(session, row.owner_id)) for row in owed
            ],
        }

    typed = kept_input() if error else {}
    return page(
        "losses", 409 if error else 200, **read(gather), since=since, today=today, typed=typed, id=fresh_id(),
        error=said(error) if error else "", states=words.LIABILITY, storage=words.STORAGE,
        varieties=words.VARIETIES, may_decide=may(Permission.APPROVE_COUNT), may_set=may(Permission.MANAGE_FACILITY),
    )  # fmt: skip
