"""Work done on goods in store, written down where it is done: sorting, relabelling, night loading."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import billing
from wms.delivery.identity import actor, now
from wms.delivery.work import read, write
from wms.kernel.actor import Permission
from wms.kernel.errors import Forbidden, WmsError
from wms.kernel.numbers import half_up
from wms.web.pages import attempt, done, fresh_id, kept_input, may, said, text_of, uuid_of, whole_of
from wms.web.shell import say as _
from wms.web.terminal import lots_pages
from wms.web.terminal.workplace import blueprint, page

NANOYUAN_PER_FEN = 10_000_000
Gathered = tuple[lots_pages.LotView, list[tuple[str, str]], list[tuple[billing.LotWork, int]]]


@blueprint.route("/lots/<uuid:lot_id>/work", methods=["GET", "POST"])
def work(lot_id: UUID) -> Any:
    """Write work done on a lot down, at the price of its tariff, and show what waits for the next bill."""
    if not may(Permission.MOVE_STOCK):
        raise Forbidden(permission=Permission.MOVE_STOCK.value)
    error: WmsError | None = None
    if request.method == "POST":
        error = attempt(lambda: write(lambda session: _record(session, lot_id)))[1]
        if error is None:
            return done(_("Written down: it is billed with the next exit."), url_for("terminal.work", lot_id=lot_id))
    typed = kept_input() if error else {}
    shown, rates, open_works = read(lambda session: _gather(session, lot_id))
    return page(
        "work", 409 if error else 200, v=shown, row=shown.row, rates=rates, works=open_works, typed=typed,
        error=said(error) if error else "", id=typed.get("id") or fresh_id(),
    )  # fmt: skip


def _record(session: Session, lot_id: UUID) -> billing.LotWork:
    note = text_of("note", most=200, needed=False)
    wanted = billing.RecordWork(uuid_of("id"), lot_id, text_of("work", most=40), whole_of("units"), note)
    return billing.record_work(session, wanted, by=actor(), at=now())


def _gather(session: Session, lot_id: UUID) -> Gathered:
    shown = lots_pages.view(session, lot_id, actor())
    found = billing.work_rates_of(session, shown.row, now().on)
    rates = [(rate.work, f"{rate.work} · {_price(rate)}") for rate in found]
    waiting = billing.unbilled_works(session, lot_id)
    works = [(row, half_up(Fraction(row.work_nanoyuan, NANOYUAN_PER_FEN))) for row in waiting]
    return shown, rates, works


def _price(rate: billing.WorkRate) -> str:
    each = {billing.Per.KG: _("yuan a kg"), billing.Per.UNIT: _("yuan a unit"), billing.Per.JOB: _("yuan a job")}
    return f"{rate.rate.normalize():f} {each[rate.per]}"
