"""Prices: the reference of each cell with its level, the trades behind it, and prices from outside."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from wms import parties, prices
from wms.delivery.identity import actor, now
from wms.delivery.work import read
from wms.kernel.actor import Permission
from wms.kernel.errors import NotFound, WmsError
from wms.web import goods, preferences
from wms.web.desk import blocks as b
from wms.web.desk.advances import day_of
from wms.web.desk.workplace import act, blueprint, must, shown
from wms.web.i18n import note
from wms.web.pages import may, price_of, text_of, uuid_of
from wms.web.shell import say as _

LEVELS = {
    1: note("Trades of this cell"),
    2: note("Fewer trades, longer window"),
    3: note("A neighbouring cell with a differential"),
    4: note("A price from outside"),
    5: note("An assessment"),
}
EXCLUDED = {
    "related parties": note("Related parties"),
    "self-operated leg": note("Self-operated leg"),
    "forced sale": note("Forced sale"),
    "void or disputed": note("Void or disputed"),
    "bundled service": note("Bundled service"),
    "no exit yet": note("No exit yet"),
}
UNIT = {"jin": note("yuan/jin"), "kg": note("yuan/kg"), "t": note("yuan/t")}


class CellNotFound(NotFound):
    """No such cell of goods."""

    code = "cell_not_found"
    en = "This cell of goods does not exist."
    zh = "没有这一品类。"


@blueprint.get("/prices")
def price_list() -> Any:
    """Show today's reference of every cell."""
    must(Permission.SEE_ALL)
    return _prices()


def _prices(error: WmsError | None = None) -> Any:
    def gather(session: Session) -> b.Screen:
        cells = prices.list_cells(session)
        rows = [_cell_row(cell, prices.reference(session, cell, now().on)) for cell in cells]
        columns = [
            b.Column(_("Goods")),
            b.Column(_("Reference price"), True),
            b.Column(_("Level")),
            b.Column(_("Trades"), True),
            b.Column(_("Low"), True),
            b.Column(_("High"), True),
            b.Column(_("Rests on")),
        ]
        table = b.Table(_("Reference prices today"), columns, rows, _("No cell has a price yet."))
        return b.Screen(_("Prices"), [table, *_outside_form(cells)], _("Every price opens the trades it is made of."))

    return shown(read(gather), error)


def _cell_row(cell: prices.Cell, found: prices.Reference | None) -> b.Row:
    url = url_for("desk.price_cell", cell_id=cell.id)
    first = b.text(goods.spec(cell), goods.more(cell))
    if found is None:
        return b.Row([first, b.price(None), b.text("–"), b.text("–"), b.text("–"), b.text("–"), b.text("–")], url)
    return b.Row(
        [
            first,
            b.price(found.price),
            level(found.level),
            b.count(found.trades),
            b.price(found.low),
            b.price(found.high),
            b.day(found.based_on),
        ],
        url,
    )


def level(number: int) -> b.Cell:
    """Return a level of evidence: 1 is the best."""
    tone = "ok" if number == 1 else "info" if number <= 3 else "warn"
    return b.chip(_("level {n}", n=number), tone, _(LEVELS.get(number, "")) if number in LEVELS else "")


def _outside_form(cells: list[prices.Cell]) -> list[Any]:
    if not may(Permission.RECORD_PRICE):
        return []
    varieties = sorted({cell.variety for cell in cells}) or list(goods.VARIETY)
    unit = _(UNIT[preferences.current().unit.value])
    return [
        b.Form(
            "outside",
            _("A price from outside"),
            url_for("desk.add_outside"),
            _("Write it down"),
            [
                b.Field("text", _("Series"), "series", hint=_("whose price: an exchange, a market, a journal")),
                b.Field(
                    "select",
                    _("Variety"),
                    "variety",
                    options=[(each, goods.word("variety", each)) for each in varieties],
                ),
                b.Field("number", _("Price"), "price", unit=unit),
                b.Field("date", _("Day of the price"), "priced_on", now().on.isoformat()),
            ],
        )
    ]


@blueprint.post("/prices/outside")
def add_outside() -> Any:
    """Write a price from outside down."""

    def work(session: Session) -> Any:
        wanted = prices.AddOutsidePrice(
            uuid_of("id"),
            text_of("series", most=40),
            text_of("variety", most=40),
            price_of("price"),
            day_of("priced_on"),
        )
        return prices.add_outside_price(session, wanted, by=actor(), at=now())

    return act(work, _("Written down."), url_for("desk.price_list"), _prices)


@blueprint.get("/prices/<uuid:cell_id>")
def price_cell(cell_id: UUID) -> Any:
    """Show a cell: its reference, the trades used and left out, and its earlier revisions."""
    must(Permission.SEE_ALL)
    return shown(read(lambda session: _cell_screen(session, cell_id)))


def _cell_screen(session: Session, cell_id: UUID) -> b.Screen:
    cell = prices.find_cell(session, cell_id)
    if cell is None:
        raise CellNotFound
    found = prices.reference(session, cell, now().on)
    parts: list[Any] = [_reference(found)] if found else [b.Say(_("No price can be given for this cell."), "warn")]
    if found and found.excluded:
        rows = [
            b.Row(
                [
                    b.day(each.traded_on),
                    b.price(each.price),
                    b.weight(each.trade_grams),
                    b.text(_(EXCLUDED[each.reason]) if each.reason in EXCLUDED else each.reason),
                ]
            )
            for each in found.excluded
        ]
        columns = [b.Column(_("Day")), b.Column(_("Price"), True), b.Column(_("Weight"), True), b.Column(_("Why"))]
        parts.append(b.Table(_("Trades left out"), columns, rows))
    parts += [_trades(session, cell), _revisions(session, cell)]
    return b.Screen(goods.spec(cell), parts, goods.more(cell), (_("Prices"), url_for("desk.price_list")))


def _reference(found: prices.Reference) -> b.Facts:
    pairs = [
        (_("Reference price"), b.price(found.price)),
        (_("Level"), level(found.level)),
        (_("Rests on"), b.day(found.based_on)),
        (_("Trades"), b.count(found.trades)),
        (_("Sellers"), b.count(found.sellers)),
        (_("Buyers"), b.count(found.buyers)),
        (_("Weight"), b.weight(found.trade_grams)),
        (_("Low"), b.price(found.low)),
        (_("High"), b.price(found.high)),
    ]
    if found.note:
        pairs.append((_("Note"), b.text(found.note)))
    return b.Facts(_("Today's reference"), pairs)


def _trades(session: Session, cell: prices.Cell) -> b.Table:
    cursor = request.args.get("cursor")
    found = prices.list_trades(session, cell, cursor=cursor)
    rows = [
        b.Row(
            [
                b.day(each.traded_on),
                b.price(each.price),
                b.price(each.agreed_price),
                b.weight(each.trade_grams),
                b.text(parties.get_party(session, each.seller_id).name),
                b.text(parties.get_party(session, each.buyer_id).name),
                b.chip(_(EXCLUDED[each.excluded]) if each.excluded in EXCLUDED else each.excluded, "warn")
                if each.excluded
                else b.chip(_("counts"), "ok"),
            ],
            url_for("desk.deal", deal_id=each.deal_id) if each.deal_id else "",
        )
        for each in found.items
    ]
    columns = [
        b.Column(_("Day")),
        b.Column(_("On the reference terms"), True),
        b.Column(_("As agreed"), True),
        b.Column(_("Weight"), True),
        b.Column(_("Seller")),
        b.Column(_("Buyer")),
        b.Column(_("State")),
    ]
    more = url_for("desk.price_cell", cell_id=cell.id, cursor=found.next_cursor) if found.next_cursor else ""
    return b.Table(_("Trades"), columns, rows, _("No trade yet."), next_url=more)


def _revisions(session: Session, cell: prices.Cell) -> b.Table:
    rows = [
        b.Row(
            [
                b.day(each.priced_on),
                b.price(each.price),
                level(each.level),
                b.count(each.revision),
                b.stamp(each.recorded_at),
            ]
        )
        for each in prices.list_revisions(session, cell).items
    ]
    columns = [
        b.Column(_("For the day")),
        b.Column(_("Price"), True),
        b.Column(_("Level")),
        b.Column(_("Revision"), True),
        b.Column(_("Published")),
    ]
    return b.Table(_("Published before"), columns, rows, _("Never published."))
