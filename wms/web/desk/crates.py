"""Crates at the desk: types with tare and deposit, who has how many, deposits due and paid."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wms import dock, parties
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import WmsError
from wms.web import crates as words
from wms.web.desk import blocks as b
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.pages import fen_of, grams_of, may, text_of, uuid_of, whole_of
from wms.web.shell import say as _


@blueprint.get("/crates")
def crates() -> Any:
    """Show crates, their holders, the deposits, and the forms that change them."""
    return _page()


def _page(error: WmsError | None = None) -> Any:
    must(Permission.SEE_ALL)
    return shown(read(_screen), error)


def _screen(session: Session) -> b.Screen:
    types = dock.list_crate_types(session)
    parts: list[Any] = [_holdings(session), b.Pair([_types(session, types)], _forms(session, types)), _moves(session)]
    return b.Screen(_("Crate ledger"), parts, _("Each crate out with somebody stands with its deposit in the books."))


def _holdings(session: Session) -> b.Table:
    rows = []
    for held in dock.crate_holdings(session, actor()):
        holder = parties.get_party(session, held.holder_id)
        due = dock.crate_deposits(session, held.holder_id)[1]
        rows.append(
            b.Row(
                [
                    b.text(holder.name, holder.code, url_for("desk.party", party_id=holder.id)),
                    b.text(held.code, held.name),
                    b.count(held.units),
                    b.money(held.deposit_fen),
                    b.money(due),
                ]
            )
        )
    columns = [
        b.Column(_("Who")),
        b.Column(_("Kind of crate")),
        b.Column(_("How many"), True),
        b.Column(_("Crate deposit"), True),
        b.Column(_("Not paid yet"), True),
    ]
    return b.Table(_("Who has crates"), columns, rows, _("Nobody has crates."))


def _types(session: Session, types: list[dock.CrateType]) -> b.Table:
    rows = [
        b.Row(
            [
                b.text(row.code, row.name),
                b.text(parties.get_party(session, row.owner_id).name),
                b.weight(row.tare_grams),
                b.money(row.deposit_fen),
            ]
        )
        for row in types
    ]
    columns = [
        b.Column(_("Kind of crate")),
        b.Column(_("Owner")),
        b.Column(_("Tare"), True),
        b.Column(_("Crate deposit"), True),
    ]
    return b.Table(_("Types of crates"), columns, rows, _("No crate type yet"))


def _moves(session: Session) -> b.Table:
    kinds = {row.id: row.code for row in dock.list_crate_types(session)}
    rows = []
    for move in dock.list_crate_moves(session, actor(), limit=30).items:
        ends = [
            parties.get_party(session, party_id).name if party_id else "–" for party_id in (move.from_id, move.to_id)
        ]
        rows.append(
            b.Row(
                [
                    b.stamp(move.moved_at),
                    b.text(_(words.MOVE[move.kind]), move.note),
                    b.text(kinds[move.type_id]),
                    b.count(move.units),
                    b.text(ends[0]),
                    b.text(ends[1]),
                    b.money(move.deposit_fen),
                ]
            )
        )
    columns = [
        b.Column(_("When")),
        b.Column(_("What")),
        b.Column(_("Kind of crate")),
        b.Column(_("How many"), True),
        b.Column(_("From")),
        b.Column(_("To")),
        b.Column(_("Crate deposit"), True),
    ]
    return b.Table(_("Changes of hands"), columns, rows, _("No crate has moved yet."))


def _forms(session: Session, types: list[dock.CrateType]) -> list[Any]:
    forms: list[Any] = []
    if may(Permission.TAKE_PAYMENT):
        forms.append(_deposit_form())
    if may(Permission.MANAGE_FACILITY):
        forms.append(_type_form(session))
    if types and may(Permission.APPROVE_COUNT) and may(Permission.MOVE_STOCK):
        forms.append(_count_form(types))
    return forms


def _deposit_form() -> b.Form:
    fields = [
        b.Field("text", _("Who"), "party", hint=_("the code")),
        b.Field("number", _("Amount"), "fen", unit=_("yuan")),
    ]
    return b.Form("crate-deposit", _("A deposit was paid"), url_for("desk.crate_deposit"), _("Write it down"), fields)


def _type_form(session: Session) -> b.Form:
    owners = [
        (str(row.id), f"{row.code} {row.name}")
        for kind in ("store", "grower", "merchant")
        for row in parties.list_parties(session, parties.PartyKind(kind), limit=200).items
    ]
    fields = [
        b.Field("text", _("Code"), "code"),
        b.Field("text", _("Name"), "name"),
        b.Field("select", _("Owner"), "owner", options=owners),
        b.Field("number", _("Tare"), "tare", unit=_("kg")),
        b.Field("number", _("Crate deposit"), "deposit", unit=_("yuan")),
    ]
    url = url_for("desk.add_crate_type")
    return b.Form("crate-type", _("A new type of crate"), url, _("Add it"), fields, kind="")


def _count_form(types: list[dock.CrateType]) -> b.Form:
    options = [(str(row.id), f"{row.code} · {row.name}") for row in types]
    fields = [
        b.Field("select", _("Kind of crate"), "type", options=options),
        b.Field("select", _("What"), "what", options=[("brought", _("New")), ("lost", _("Lost"))]),
        b.Field("text", _("Lost by"), "party", hint=_("the code; empty: by their owner"), required=False),
        b.Field("number", _("How many"), "units"),
        b.Field("text", _("Note"), "note", required=False),
    ]
    url = url_for("desk.count_crates")
    return b.Form("crates-new", _("New crates, or lost ones"), url, _("Write it down"), fields, kind="")


@blueprint.post("/crates/types")
def add_crate_type() -> Any:
    """Add a type of crate."""

    def work(session: Session) -> Any:
        wanted = dock.AddCrateType(
            uuid_of("id"),
            text_of("code", most=20),
            text_of("name", most=80),
            uuid_of("owner"),
            grams_of("tare"),
            fen_of("deposit"),
        )
        return dock.add_crate_type(session, wanted, by=actor(), at=now())

    return act(work, _("Added."), url_for("desk.crates"), _page)


@blueprint.post("/crates/deposit")
def crate_deposit() -> Any:
    """Take a deposit that is due."""

    def work(session: Session) -> Any:
        party = parties.party_by_code(session, text_of("party", most=20))
        wanted = dock.TakeCrateDeposit(uuid_of("id"), party.id, fen_of("fen"))
        return dock.take_crate_deposit(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.crates"), _page)


@blueprint.post("/crates/count")
def count_crates() -> Any:
    """Write new crates down, or lost ones."""
    return act(_count, _("Written down."), url_for("desk.crates"), _page)


def _count(session: Session) -> Any:
    kind = dock.get_crate_type(session, uuid_of("type"))
    code = text_of("party", most=20, needed=False)
    holder = parties.party_by_code(session, code).id if code else kind.owner_id
    new = text_of("what") == "brought"
    wanted = dock.MoveCrates(
        uuid_of("id"),
        kind.id,
        whole_of("units"),
        None if new else holder,
        kind.owner_id if new else None,
        note=text_of("note", needed=False),
    )
    return dock.move_crates(session, wanted, by=actor(), at=now())
