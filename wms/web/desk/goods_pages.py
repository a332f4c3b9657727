"""Lots: the search with its filters, and one lot with its whole history."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from wms import billing, dunning, facility, lending, lots, parties, receipts, trading
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound
from wms.web import goods
from wms.web.desk import blocks as b
from wms.web.desk import quality, words
from wms.web.desk.deals import deal_columns, deal_row
from wms.web.desk.exits import exit_columns, exit_row, weighing_columns, weighing_row
from wms.web.desk.samples import samples_table
from wms.web.desk.workplace import blueprint, must, person_name, shown, way
from wms.web.shell import say as _

FILTERS = ("owner", "room", "variety", "grade", "from", "until", "here")


@blueprint.get("/lots")
def lots_list() -> Any:
    """Search lots by owner, room, goods and days; keyset pages."""
    return _lots_list_page()


def _lots_list_page() -> Any:
    must(Permission.SEE_ALL)
    cursor = request.args.get("cursor")
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}

    def gather(session: Session) -> tuple[list[b.Row], str | None, b.Form]:
        found = lots.list_lots(session, actor(), _wanted(kept), cursor=cursor)
        return [_lot_row(session, lot) for lot in found.items], found.next_cursor, _filter_form(session, kept)

    rows, following, form = read(gather)
    columns = [
        b.Column(_("Lot")),
        b.Column(_("Owner")),
        b.Column(_("Goods")),
        b.Column(_("Came in")),
        b.Column(_("Entry weight"), True),
        b.Column(_("On hand"), True),
        b.Column(_("Units"), True),
    ]
    more = way("desk.lots_list", cursor=following, **kept) if following else ""
    table = b.Table(
        _("Lots"),
        columns,
        rows,
        _("No lot fits these filters."),
        next_url=more,
        first_url=way("desk.lots_list", **kept) if cursor else "",
    )
    return shown(b.Screen(_("Lots"), [form, table]))


def _wanted(kept: dict[str, str]) -> lots.LotFilter:
    def known(name: str) -> UUID | None:
        try:
            return UUID(kept.get(name, ""))
        except ValueError:
            return None

    def day(name: str) -> date | None:
        try:
            return date.fromisoformat(kept.get(name, ""))
        except ValueError:
            return None

    here = {"yes": True, "no": False}.get(kept.get("here", ""))
    return lots.LotFilter(
        owner_id=known("owner"),
        room_id=known("room"),
        variety=kept.get("variety"),
        grade=kept.get("grade"),
        on_hand=here,
        entered_from=day("from"),
        entered_until=day("until"),
    )


def _filter_form(session: Session, kept: dict[str, str]) -> b.Form:
    owners = [
        each
        for kind in (parties.PartyKind.GROWER, parties.PartyKind.MERCHANT)
        for each in parties.list_parties(session, kind, limit=200).items
    ]
    anything = [("", _("any"))]
    fields = [
        b.Field("select", _("Owner"), "owner", options=anything + [(str(p.id), f"{p.code} {p.name}") for p in owners]),
        b.Field(
            "select",
            _("Room"),
            "room",
            options=anything + [(str(r.id), f"{r.code} {r.name}") for r in facility.list_rooms(session)],
        ),
        b.Field("select", _("Variety"), "variety", options=anything + [(v, _(w)) for v, w in goods.VARIETY.items()]),
        b.Field("select", _("Grade"), "grade", options=anything + [(v, _(w)) for v, w in goods.GRADE.items()]),
        b.Field("date", _("Came in from"), "from"),
        b.Field("date", _("Came in until"), "until"),
        b.Field("select", _("On hand"), "here", options=[*anything, ("yes", _("still here")), ("no", _("all gone"))]),
    ]
    fields = [b.Field(f.kind, f.label, f.name, kept.get(f.name, ""), required=False, options=f.options) for f in fields]
    return b.Form("filter", _("Filter"), way("desk.lots_list"), _("Show"), fields, kind="", method="get")


def _lot_row(session: Session, lot: lots.Lot) -> b.Row:
    owner = parties.get_party(session, lot.owner_id)
    cells = [
        b.text(lot.code),
        b.text(owner.name, owner.code),
        b.text(goods.spec(lot), goods.more(lot)),
        b.day(lot.entry_on),
        b.weight(lot.entry_grams),
        b.weight(lot.grams_on_hand),
        b.count(lot.units_on_hand),
    ]
    return b.Row(cells, way("desk.lot", lot_id=lot.id))


@blueprint.get("/lots/<uuid:lot_id>")
def lot(lot_id: UUID) -> Any:
    """Show a lot with its whole history."""
    must(Permission.SEE_ALL)
    return shown(read(lambda session: _screen(session, lot_id)))


def _screen(session: Session, lot_id: UUID) -> b.Screen:
    row = lots.get_visible_lot(session, lot_id, actor())
    parts: list[Any] = [b.Pair([_facts(session, row)], [_quantities(session, row), *_receipt(session, row)])]
    parts += [
        _places(session, row),
        _holds(session, row),
        *_trade(session, row),
        *_uncollected(session, row),
        _weighings(session, row),
        _moves(session, row),
        _inspections(session, row),
        quality.outlook_table(session, row),
        samples_table(session, [each.sample for each in lots.samples_of(session, row.id)]),
    ]
    return b.Screen(
        _("Lot {code}", code=row.code),
        parts,
        goods.spec(row),
        (_("Lots"), way("desk.lots_list")),
        tools=_ways_on(row),
    )


def _ways_on(row: lots.Lot) -> list[tuple[str, str, str]]:
    ways = [(_("Trace"), way("desk.trace", q=row.code), "search")]
    if actor().may(Permission.AUDIT):
        ways.append((_("Audit trail"), way("desk.trail", subject=row.id), "list"))
    return ways


def _uncollected(session: Session, row: lots.Lot) -> list[Any]:
    """The case of goods nobody collects, or the way to open one once the last day has passed."""
    standing = next((case for case in dunning.list_cases(session, actor()) if case.lot_id == row.id), None)
    if standing is not None:
        return [b.Links([(_("Uncollected: the case"), way("desk.uncollected_case", case_id=standing.id), False)])]
    if row.units_on_hand < 1 or now().on <= row.deadline_on or not actor().may(Permission.HOLD_STOCK):
        return []
    url = way("desk.open_uncollected", lot_id=row.id)
    words_ = _("Its last day was {day} and nobody has collected it.", day=row.deadline_on)
    return [b.Form("uncollected", _("Uncollected goods"), url, _("Open a case"), note=words_)]


def _facts(session: Session, row: lots.Lot) -> b.Facts:
    owner = parties.get_party(session, row.owner_id)
    pairs = [
        (_("Owner"), b.text(owner.name, owner.code, way("desk.party", party_id=owner.id))),
        (_("Goods"), b.text(goods.spec(row), goods.more(row))),
        (_("Orchard block"), b.text(row.orchard_block or "–")),
        (_("Harvested"), b.day(row.harvest_on) if row.harvest_on else b.text("–")),
        (_("Picking number"), b.text(str(row.picking_number or "–"))),
        (_("Came in"), b.day(row.entry_on)),
        (_("Sells by"), b.day(row.deadline_on)),
        (_("Inspected"), b.day(row.inspected_on) if row.inspected_on else b.text(_("not yet"))),
        (_("Marks"), b.text(row.marks or "–")),
    ]
    if row.parent_id:
        parent = lots.get_lot(session, row.parent_id)
        pairs.append((_("Split from"), b.text(parent.code, url=way("desk.lot", lot_id=parent.id))))
    return b.Facts(_("The goods"), pairs)


def _quantities(session: Session, row: lots.Lot) -> b.Facts:
    how = _("by an instrument") if row.weighed_by_instrument else _("typed")
    pairs = [
        (_("Entry"), b.weight(row.entry_grams, _("{n} units", n=row.entry_units) + " · " + how)),
        (_("On hand"), b.weight(row.grams_on_hand, _("{n} units", n=row.units_on_hand))),
        (_("Weighed out"), b.weight(row.grams_out, _("{n} units", n=row.units_out))),
        (_("Loss of weight"), b.weight(row.grams_loss)),
    ]
    if row.units_on_hand:
        due = billing.accrued_unbilled(session, row.id, now().on)
        pairs.append((_("Charges so far, if all left today"), b.money(due.storage_fen + due.handling_fen)))
    return b.Facts(_("Grams in, out and lost"), pairs)


def _receipt(session: Session, row: lots.Lot) -> list[Any]:
    try:
        found = receipts.receipt_of_lot(session, row.id)
    except NotFound:
        return []
    status = receipts.state_of(session, found.id)
    pledged = b.chip(_("pledged"), "warn") if status.pledge_id else b.chip(_("free"), "ok")
    pairs = [
        (_("Number"), b.text(found.code)),
        (_("State"), b.text(words.named(words.RECEIPT, status.state))),
        (_("Units left"), b.count(status.units_left)),
        (_("Pledge"), pledged),
        (_("Issued"), b.stamp(found.issued_at)),
    ]
    return [b.Facts(_("Warehouse receipt"), pairs)]


def room_url(room_id: UUID) -> str:
    """Return the address of a room's page, empty for who may not see readings."""
    return way("control.room", room_id=room_id) if actor().may(Permission.SEE_READINGS) else ""


def _places(session: Session, row: lots.Lot) -> b.Table:
    rows = [
        b.Row(
            [
                b.code(slot.code),
                b.text(facility.get_room(session, slot.room_id).name, url=room_url(slot.room_id)),
                b.count(units),
            ]
        )
        for slot, units in lots.places_of(session, row.id)
    ]
    columns = [b.Column(_("Slot")), b.Column(_("Room")), b.Column(_("Units"), True)]
    return b.Table(_("Where it lies"), columns, rows, _("Nothing lies in a slot."))


def _holds(session: Session, row: lots.Lot) -> b.Table:
    rows = [
        b.Row(
            [
                b.text(words.named(words.HOLD, hold.reason)),
                b.count(hold.units),
                b.count(hold.units_left),
                b.text(words.named(words.STAGE, hold.stage) if hold.stage else "–"),
                b.stamp(hold.placed_at),
            ]
        )
        for hold in lots.holds_of(session, row.id)
    ]
    columns = [
        b.Column(_("Hold")),
        b.Column(_("Units"), True),
        b.Column(_("Still held"), True),
        b.Column(_("Stage")),
        b.Column(_("Placed")),
    ]
    return b.Table(_("Holds"), columns, rows, _("Nothing is held."))


def _trade(session: Session, row: lots.Lot) -> list[Any]:
    exits = billing.list_exit_orders(session, actor(), lot_id=row.id, limit=100).items
    pledge = lending.pledge_of_lot(session, row.id)
    found: list[Any] = []
    if pledge is not None:
        pairs = [(_("Units"), b.count(pledge.units - pledge.released_units))]
        if actor().may(Permission.SEE_BOOKS):
            pairs.append((_("Advance"), b.text(_("open it"), url=way("desk.advance", loan_id=pledge.loan_id))))
        found.append(b.Facts(_("Pledged for an advance"), pairs, "warn"))
    found.append(
        b.Table(
            _("Deals"),
            deal_columns(),
            [deal_row(session, deal) for deal in trading.deals_of_lot(session, row.id, by=actor())],
            _("No deal yet."),
        )
    )
    return [
        *found,
        b.Table(_("Exits"), exit_columns(), [exit_row(session, order) for order in exits], _("Nothing has left.")),
    ]


def _weighings(session: Session, row: lots.Lot) -> b.Table:
    found = [
        weighing
        for weighing in lots.weighings_of(session, delivery_id=row.delivery_id, counting_only=False)
        if weighing.lot_id in (None, row.id)
    ]
    return b.Table(
        _("Weighings at entry"),
        weighing_columns(),
        [weighing_row(each) for each in found],
        _("No weighing."),
        _("The raw frame is what the instrument sent, byte for byte."),
    )


def _moves(session: Session, row: lots.Lot) -> b.Table:
    rows = [
        b.Row(
            [
                b.stamp(move.moved_at),
                b.text(words.named(words.MOVE, move.kind)),
                b.count(move.units),
                b.weight(move.grams),
                b.text(_slot(session, move.slot_from_id)),
                b.text(_slot(session, move.slot_to_id)),
                b.text(person_name(session, move.person_id or move.account_id)),
            ]
        )
        for move in lots.moves_of(session, row.id)
    ]
    columns = [
        b.Column(_("When")),
        b.Column(_("What")),
        b.Column(_("Units"), True),
        b.Column(_("Weight"), True),
        b.Column(_("From")),
        b.Column(_("To")),
        b.Column(_("By")),
    ]
    return b.Table(_("Moves"), columns, rows, _("Nothing moved."))


def _slot(session: Session, slot_id: UUID | None) -> str:
    return facility.get_slot(session, slot_id).code if slot_id else _("dock")


def _inspections(session: Session, row: lots.Lot) -> b.Table:
    rows = [
        b.Row(
            [
                b.day(each.inspected_on),
                b.text(person_name(session, each.inspector_person_id)),
                b.percent(each.decay_permille),
                b.percent(each.brix_permille),
                b.day(each.deadline_on),
                b.text(each.note or "–"),
                quality.findings_cell(session, each),
            ]
        )
        for each in lots.inspections_of(session, row.id)
    ]
    columns = [
        b.Column(_("Day")),
        b.Column(_("Inspector")),
        b.Column(_("Decay"), True),
        b.Column(_("Brix"), True),
        b.Column(_("Sells by")),
        b.Column(_("Note")),
        b.Column(_("Beside the standard")),
    ]
    return b.Table(_("Inspections"), columns, rows, _("Not inspected yet."))
