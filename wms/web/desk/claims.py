"""Damages and claims at the desk: the insurer asked, his money written down, the owner settled with."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import dock, lots, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import damages
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import fen_of, may, text_of, uuid_of
from wms.web.shell import say as _


@blueprint.get("/claims")
def claims() -> Any:
    """Show damages with their claims, and the next step of each."""
    return _page()


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_ALL)
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    found = damages.damages_of(session, actor())
    columns = [
        b.Column(_("Day")), b.Column(_("Lot")), b.Column(_("Owner")), b.Column(_("Cause")), b.Column(_("Units"), True),
        b.Column(_("Insurance")), b.Column(_("Asked"), True), b.Column(_("The insurer paid"), True),
    ]  # fmt: skip
    table = b.Table(_("Damages"), columns, [_row(session, one) for one in found], _("No damage was reported."))
    return b.Screen(_("Damages and claims"), [table, *_forms(session, found)], _("Photos and notes open on the lot."))


def _row(session: Session, one: damages.DamageView) -> b.Row:
    lot, owner = lots.get_lot(session, one.row.lot_id), parties.get_party(session, one.row.owner_id)
    word, tone = damages.CLAIM[one.claim.state] if one.claim else ("", "quiet")
    return b.Row([
        b.day(one.row.found_on), b.text(lot.code, one.row.note, url_for("desk.lot", lot_id=lot.id)), b.text(owner.name),
        b.text(_(damages.CAUSE[one.row.cause])), b.count(one.row.units), b.chip(_(word), tone) if word else b.text("–"),
        b.money(one.claim.asked_fen if one.claim else None),
        b.money(one.claim.paid_fen or None if one.claim else None),
    ])  # fmt: skip


def _forms(session: Session, found: list[damages.DamageView]) -> list[Any]:
    """Return the forms whose step somebody may take now."""

    def named(one: damages.DamageView) -> str:
        return f"{lots.get_lot(session, one.row.lot_id).code} · {one.row.found_on} · {one.row.units}"

    unasked = [(str(one.row.id), named(one)) for one in found if one.claim is None]
    at = {
        state: [(str(one.claim.id), named(one)) for one in found if one.claim and one.claim.state == state]
        for state in ("filed", "paid")
    }
    forms: list[Any] = []
    if unasked and may(Permission.MANAGE_FACILITY):
        amount = b.Field("number", _("Asked"), "fen", unit=_("yuan"))
        fields = [b.Field("select", _("Damage"), "damage", options=unasked), amount]
        forms.append(b.Form("claim", _("Ask the insurer"), url_for("desk.file_claim"), _("Ask"), fields))
    if at["filed"] and may(Permission.TAKE_PAYMENT):
        fields = [
            b.Field("select", _("Damage"), "claim", options=at["filed"]),
            b.Field("number", _("Amount"), "fen", unit=_("yuan")),
            b.Field("text", _("Bank reference"), "reference"),
        ]
        forms.append(b.Form("paid", _("The insurer paid"), url_for("desk.claim_paid"), _("Write it down"), fields))
    if at["filed"] and may(Permission.MANAGE_FACILITY):
        fields = [b.Field("select", _("Damage"), "claim", options=at["filed"]), b.Field("text", _("Reason"), "reason")]
        forms.append(b.Form("rejected", _("The insurer refuses"), url_for("desk.claim_rejected"), _("Write it down"),
                            fields, kind=""))  # fmt: skip
    if at["paid"] and may(Permission.PAY_OUT):
        fields = [b.Field("select", _("Damage"), "claim", options=at["paid"])]
        note = _("Another person than who wrote the payment down. It is then owed to the owner and paid out as usual.")
        forms.append(
            b.Form("settle", _("Settle with the owner"), url_for("desk.settle_claim"), _("Settle"), fields, note)
        )
    return forms


@blueprint.post("/claims")
def file_claim() -> Any:
    """Ask the insurer for a damage."""
    return _step(lambda session: dock.file_claim(
        session, dock.FileClaim(uuid_of("id"), uuid_of("damage"), fen_of("fen")), by=actor(), at=now()
    ))  # fmt: skip


@blueprint.post("/claims/paid")
def claim_paid() -> Any:
    """Write down what the insurer paid."""
    return _step(lambda session: dock.record_claim_paid(
        session, dock.ClaimPaid(uuid_of("id"), uuid_of("claim"), fen_of("fen"), text_of("reference", most=80)),
        by=actor(), at=now(),
    ))  # fmt: skip


@blueprint.post("/claims/rejected")
def claim_rejected() -> Any:
    """Write down that the insurer pays nothing."""
    return _step(lambda session: dock.record_claim_rejected(
        session, dock.ClaimRejected(uuid_of("id"), uuid_of("claim"), text_of("reason", most=500)), by=actor(), at=now()
    ))  # fmt: skip


@blueprint.post("/claims/settle")
def settle_claim() -> Any:
    """Let the insurer's money become what is owed to the owner."""
    return _step(lambda session: dock.settle_claim(
        session, dock.SettleClaim(uuid_of("id"), uuid_of("claim")), by=actor(), at=now()
    ))  # fmt: skip


def _step(work: Any) -> Any:
    return act(work, _("Written down."), url_for("desk.claims"), _page)
