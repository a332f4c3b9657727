"""Samples at the desk: what was taken, for whom, and the results that are still awaited."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import lots
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import quality
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, person_name, shown, way
from wms.web.pages import may, uuid_of
from wms.web.shell import say as _

MOST_AWAITED = 200


@blueprint.get("/samples")
def samples() -> Any:
    """Show the samples taken, newest first, and the form for a result."""
    return _page()


@blueprint.post("/samples/result")
def sample_result() -> Any:
    """Write down what came back of a sample."""
    return act(
        lambda session: lots.record_sample_result(
            session, quality.wanted_result(uuid_of("sample")), by=actor(), at=now()
        ),
        _("Result recorded."), url_for("desk.samples"), _page,
    )  # fmt: skip


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_ALL)
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    cursor = request.args.get("cursor")
    found = lots.list_samples(session, actor(), cursor=cursor)
    table = samples_table(session, found.items, with_lot=True, next_cursor=found.next_cursor or "")
    lead = _("Loose fruit that left the stock for a laboratory, a buyer or an authority, weighed.")
    return b.Screen(_("Samples"), [table, *_form(session)], lead)


def samples_table(
    session: Session, rows: Sequence[lots.LotSample], *, with_lot: bool = False, next_cursor: str = ""
) -> b.Table:
    """Return the table of some samples, each with its result."""
    lot_column = [b.Column(_("Lot"))] if with_lot else []
    columns = [
        b.Column(_("Day")), *lot_column, b.Column(_("For whom")), b.Column(_("Reason")), b.Column(_("Weight"), True),
        b.Column(_("Result")), b.Column(_("By")),
    ]  # fmt: skip
    return b.Table(
        _("Samples"), columns, [_row(session, row, with_lot=with_lot) for row in rows], _("No sample was taken."),
        next_url=way("desk.samples", cursor=next_cursor) if next_cursor else "",
    )  # fmt: skip


def _row(session: Session, row: lots.LotSample, *, with_lot: bool) -> b.Row:
    result = lots.sample_result_of(session, row.id)
    word, tone = quality.SAMPLE_VERDICT[result.verdict] if result else ("", "info")
    chip = b.chip(_(word), tone, result.report) if result else b.chip(_("awaited"), tone)
    lot = lots.get_lot(session, row.lot_id)
    of = [b.text(lot.code, url=way("desk.lot", lot_id=lot.id))] if with_lot else []
    return b.Row([
        b.day(row.taken_on), *of, b.text(row.receiver, _(quality.SAMPLE_FOR[row.taken_for])),
        b.text(row.reason, row.reference), b.weight(row.grams), chip,
        b.text(person_name(session, row.person_id or row.account_id)),
    ])  # fmt: skip


def _form(session: Session) -> list[Any]:
    """Return the form for a result that has come, for who may record it."""
    awaited = lots.list_samples(session, actor(), waiting=True, limit=MOST_AWAITED).items
    if not awaited or not may(Permission.INSPECT):
        return []
    named = [
        (str(row.id), f"{lots.get_lot(session, row.lot_id).code} · {row.taken_on} · {row.receiver} {row.reference}")
        for row in awaited
    ]
    fields = [
        b.Field("select", _("Sample"), "sample", options=named),
        b.Field("select", _("Result"), "verdict", options=[(v, _(w)) for v, (w, _tone) in
                                                           quality.SAMPLE_VERDICT.items()]),
        b.Field("text", _("Number of the report"), "report"),
        b.Field("date", _("Day of the report"), "reported_on", now().on.isoformat()),
        b.Field("area", _("What they found"), "findings", required=False),
    ]  # fmt: skip
    note = _("A failed sample sets the whole lot in quarantine.")
    return [b.Form("result", _("A result has come"), url_for("desk.sample_result"), _("Record it"), fields, note)]
